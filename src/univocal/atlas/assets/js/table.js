// The table of papers: a page of rows at a time.

const view = { rows: [], page: 0, size: 25 };
const SELECTS = ["f-ideals", "f-mention", "f-about", "f-finding"];

function chip(code) {
  const sense = senses.get(code);
  return sense ? make("span", { class: `chip ${sense.style}`, title: sense.label }, sense.short) : null;
}

function tags(column, row) {
  return codesOf(column, table.codes[column][row]).map(
    (code) =>
      chip(code) || make("span", { class: code.startsWith("(") ? "tag quiet" : "tag" }, labelOf(column, code)),
  );
}

function spaced(nodes) {
  return nodes.flatMap((node) => [node, " "]);
}

function rowOf(row) {
  const where = [table.venue[row], table.year[row]].filter(Boolean).join(", ");
  return make(
    "tr",
    {},
    make(
      "td",
      {},
      make("button", { class: "link title", type: "button", dir: "auto", "data-row": String(row) }, table.title[row]),
      make("span", { class: "where" }, where || table.id[row]),
    ),
    make("td", { class: "tags", "data-label": "Ideals" }, ...spaced(tags("ideals", row))),
    make("td", { class: "tags", "data-label": "Senses" }, ...spaced(tags("mention", row))),
    make("td", { "data-label": "AI alignment" }, ...spaced(tags("about", row))),
    make("td", { "data-label": "Conflation" }, ...spaced(tags("finding", row))),
    make("td", { class: "num", "data-label": "Mentions" }, String(table.n[row])),
  );
}

function draw() {
  const pages = Math.max(1, Math.ceil(total() / view.size));
  view.page = Math.min(Math.max(view.page, 0), pages - 1);
  const start = view.page * view.size;
  const rows = view.rows.slice(start, start + view.size);
  $("rows").replaceChildren(...rows.map(rowOf));
  $("page-of").textContent = `Page ${(view.page + 1).toLocaleString("en")} of ${pages.toLocaleString("en")}`;
  $("prev").disabled = view.page === 0;
  $("next").disabled = view.page >= pages - 1;
  $("status").textContent = isFiltered()
    ? `${view.rows.length.toLocaleString("en")} of ${page.rows.toLocaleString("en")} papers`
    : `${page.rows.toLocaleString("en")} papers`;
  drawChips();
}

// While nothing is asked of the table, its length is known before its rows are.
function total() {
  return isFiltered() || filter.sort !== "read" ? view.rows.length : page.rows;
}

function drawChips() {
  $("chips").replaceChildren(
    ...filter.codes.map(([column, code], at) =>
      make(
        "button",
        { type: "button", title: "Remove this filter", onclick: () => removeCode(at) },
        `${columnLabel(column)}: ${column === "venue" ? code : labelOf(column, code)} ×`,
      ),
    ),
  );
}

function columnLabel(column) {
  if (column === "venue") return "Venue";
  if (column === "mention") return "Sense of a mention";
  if (column === "finding") return "Conflation";
  return variables.get(column).label;
}

let turn = 0;
async function refresh({ keepPage = false } = {}) {
  const mine = (turn += 1);
  if (!keepPage) view.page = 0;
  const whole = isFiltered() || filter.sort !== "read";
  const need = whole ? page.rows : (view.page + 1) * view.size;
  try {
    await loadTable(need, (part) => {
      $("status").textContent = `Reading the table: ${Math.round(100 * part)}%`;
    });
  } catch (error) {
    $("status").textContent = error.message;
    return;
  }
  if (mine !== turn) return;
  view.rows = matching();
  draw();
}

async function turnPage(step) {
  view.page += step;
  await refresh({ keepPage: true });
}

function setCodes(codes) {
  filter.codes = codes;
  for (const id of SELECTS) {
    const found = codes.filter(([column]) => column === $(id).dataset.column);
    $(id).value = found.length === 1 ? found[0][1] : "";
  }
  return refresh();
}

function removeCode(at) {
  setCodes(filter.codes.filter((_, other) => other !== at));
  $("q").focus();
}

function selectCode(select) {
  const rest = filter.codes.filter(([column]) => column !== select.dataset.column);
  setCodes(select.value ? [...rest, [select.dataset.column, select.value]] : rest);
}

const option = (value, label) => make("option", { value }, label);

function codeOptions(column) {
  const variable = variables.get(column);
  const several = column === "mention" || (variable && variable.answers !== "many" && variable.answers !== "ledger");
  return [
    option("", "any"),
    ...Object.keys(page.letters[column]).map((code) => option(code, labelOf(column, code))),
    ...(column === "finding" || several ? [] : [option("(none)", "none applies")]),
    ...(column === "finding" ? [] : [option("(abstained)", "abstained")]),
  ];
}

function beginTable() {
  for (const id of SELECTS) {
    const column = $(id).dataset.column;
    if (page.letters[column]) $(id).replaceChildren(...codeOptions(column));
    $(id).addEventListener("change", (event) => selectCode(event.target));
  }
  const others = page.variables.filter((variable) => page.letters[variable.id]);
  $("f-variable").replaceChildren(option("", "any"), ...others.map((one) => option(one.id, one.label)));
  $("f-variable").addEventListener("change", () => {
    const column = $("f-variable").value;
    $("f-code").disabled = !column;
    $("f-code").replaceChildren(...(column ? codeOptions(column) : []));
  });
  $("f-code").addEventListener("change", () => {
    const pair = [$("f-variable").value, $("f-code").value];
    if (pair[1]) setCodes([...filter.codes.filter(([c, v]) => c !== pair[0] || v !== pair[1]), pair]);
  });
  let pause = 0;
  $("q").addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      filter.words = fold($("q").value).split(/\s+/).filter(Boolean);
      refresh();
    }, 120);
  });
  const year = (id) => (/^\d{1,4}$/.test($(id).value) ? Number($(id).value) : null);
  for (const id of ["year-from", "year-to"]) {
    $(id).addEventListener("change", () => {
      Object.assign(filter, { from: year("year-from"), to: year("year-to") });
      refresh();
    });
  }
  $("sort").addEventListener("change", () => {
    filter.sort = $("sort").value;
    refresh();
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("filters").addEventListener("reset", () => {
    Object.assign(filter, { words: [], codes: [], from: null, to: null, sort: "read" });
    $("f-code").replaceChildren();
    $("f-code").disabled = true;
    setTimeout(refresh);
  });
  $("prev").addEventListener("click", () => turnPage(-1));
  $("next").addEventListener("click", () => turnPage(1));
  $("page-size").addEventListener("change", () => {
    view.size = Number($("page-size").value);
    refresh();
  });
  $("rows").addEventListener("click", (event) => {
    const button = event.target.closest("[data-row]");
    if (button) openPaper(Number(button.dataset.row), button);
  });
  // A count in a panel leads to the papers behind it.
  document.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-filter]");
    if (!cell) return;
    filter.words = [];
    $("q").value = "";
    setCodes(JSON.parse(cell.dataset.filter));
    $("papers").scrollIntoView();
    $("q").focus({ preventScroll: true });
  });
}
