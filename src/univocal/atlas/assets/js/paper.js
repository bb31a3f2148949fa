// One paper, opened: its text, the codes with their evidence, the findings.

const opened = { row: -1, from: null, order: [], mention: -1 };

async function openPaper(row, from = document.activeElement) {
  if (!$("paper").open) Object.assign(opened, { from });
  const order = view.rows.includes(row) ? view.rows : [row];
  Object.assign(opened, { row, order, mention: -1 });
  try {
    await loadTable(row + 1);
    showPaper(row, await paperAt(row));
  } catch (error) {
    $("status").textContent = error.message;
    return;
  }
  if (!$("paper").open) $("paper").showModal();
  $("paper-title").focus();
  document.querySelector("#paper article").scrollTop = 0;
  history.replaceState(null, "", `#paper=${encodeURIComponent(table.id[row])}`);
}

function showPaper(row, paper) {
  $("paper-title").textContent = table.title[row];
  const facts = [paper.authors.slice(0, 8).join(", "), table.venue[row], table.year[row], paper.license, table.id[row]];
  $("paper-meta").replaceChildren(
    facts.filter(Boolean).join(" · "),
    ...paper.links
      .filter(([, url]) => /^https?:\/\//.test(url))
      .flatMap(([label, url]) => [" · ", make("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, label)]),
  );
  const spans = paper.mentions.map(([start, end, sense, confidence]) => ({ start, end, mention: { sense, confidence } }));
  const codes = make("div");
  const add = (evidence) => {
    for (const [start, end] of evidence.spans) spans.push({ start, end, evidence: evidence.number });
  };
  const slice = slicer(paper.text);
  const ledger = evidenceLedger(slice, add);
  codes.append(...findingGroups(paper, ledger), ...codingGroups(paper, ledger));
  $("paper-codes").replaceChildren(codes);
  $("paper-codes").scrollTop = 0;
  $("paper-text").replaceChildren(...marked(paper.text, spans));
  const seen = [...new Set(paper.mentions.map(([, , sense]) => sense))];
  $("paper-legend").replaceChildren(
    ...seen.map((sense) =>
      make("span", {}, chip(sense) || make("span", { class: "tag" }, "?"), ` ${sense ? senses.get(sense)?.label || sense : "abstained"}`),
    ),
  );
  const at = opened.order.indexOf(row);
  $("paper-prev").disabled = at <= 0;
  $("paper-next").disabled = at < 0 || at >= opened.order.length - 1;
}

// Gives each code's evidence a number, so that a click can find its words in the text.
function evidenceLedger(slice, add) {
  let number = 0;
  return (label, spans, confidence, extra = "") => {
    const sure = confidence === null || confidence === undefined ? null : make("small", { title: "confidence" }, String(confidence));
    if (!spans.length) return make("div", { class: "code" }, sure, label, extra);
    number += 1;
    add({ number, spans });
    const quotes = spans.slice(0, 3).map(([start, end]) => make("q", { dir: "auto" }, short(slice(start, end))));
    const mine = number;
    return make(
      "button",
      { class: "code", type: "button", "aria-pressed": "false", onclick: (event) => light(mine, event.currentTarget) },
      sure, label, extra, ...quotes,
    );
  };
}

const short = (quote) => (quote.length > 160 ? `${quote.slice(0, 157)}…` : quote);

function light(number, button) {
  const was = button.getAttribute("aria-pressed") === "true";
  for (const other of document.querySelectorAll("#paper .on")) other.classList.remove("on");
  for (const other of document.querySelectorAll('.code[aria-pressed="true"]')) other.setAttribute("aria-pressed", "false");
  if (was) return;
  button.setAttribute("aria-pressed", "true");
  const words = document.querySelectorAll(`#paper-text [data-evidence~="${number}"]`);
  for (const word of words) word.classList.add("on");
  if (words.length) words[0].scrollIntoView({ block: "center" });
}

function findingGroups(paper, ledger) {
  return paper.findings.map((finding) =>
    make(
      "section",
      { class: "code-group finding" },
      make("h3", {}, "Finding"),
      ledger(labelOf("finding", finding.kind), finding.evidence, finding.confidence),
      make("p", { class: "quiet" }, finding.reason),
    ),
  );
}

function codingGroups(paper, ledger) {
  const groups = [];
  for (const variable of page.variables) {
    const codings = paper.codings.filter((coding) => coding.variable === variable.id);
    if (!codings.length) continue;
    const codes = codings.flatMap((coding) => codingCodes(coding, ledger));
    groups.push(make("section", { class: "code-group" }, make("h3", { title: variable.question }, variable.label), ...codes));
  }
  return groups;
}

function codingCodes(coding, ledger) {
  if (coding.codes === null) return [ledger("abstained", [], coding.confidence)];
  if (!coding.codes.length) return [ledger("none applies", [], coding.confidence)];
  const stands = coding.stands_for ? ` for ${labelOf("ideals", coding.stands_for)}` : "";
  return coding.codes.map((code) => {
    const spans = coding.evidence.filter(([, , of]) => of === null || of === code);
    return ledger(labelOf(coding.variable, code), spans, coding.confidence, stands);
  });
}

function stepPaper(step) {
  const row = opened.order[opened.order.indexOf(opened.row) + step];
  if (row !== undefined) openPaper(row);
}

function nextMention() {
  const marks = [...document.querySelectorAll("#paper-text .m")];
  if (!marks.length) return;
  for (const mark of marks) mark.classList.remove("at");
  opened.mention = (opened.mention + 1) % marks.length;
  marks[opened.mention].classList.add("at");
  marks[opened.mention].scrollIntoView({ block: "center" });
}

// A link such as #paper=acl:2020.acl-main.1 opens that paper.
async function openFromAddress() {
  const match = /^#paper=(.+)$/.exec(location.hash);
  if (!match) return;
  let id;
  try {
    id = decodeURIComponent(match[1]);
  } catch {
    return;
  }
  if (id in page.examples) {
    await openPaper(page.examples[id]);
    return;
  }
  await loadTable();
  const row = table.id.indexOf(id);
  if (row >= 0) await openPaper(row);
}

function beginPaper() {
  $("paper-close").addEventListener("click", () => $("paper").close());
  $("paper-prev").addEventListener("click", () => stepPaper(-1));
  $("paper-next").addEventListener("click", () => stepPaper(1));
  $("paper-to-codes").addEventListener("click", () => $("paper-codes").scrollIntoView());
  $("paper-mention").addEventListener("click", nextMention);
  $("paper").addEventListener("close", () => {
    history.replaceState(null, "", location.pathname + location.search);
    if (opened.from && opened.from.isConnected) opened.from.focus();
  });
  $("paper").addEventListener("click", (event) => {
    if (event.target === $("paper")) $("paper").close();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-paper]");
    if (link && link.dataset.paper in page.examples) openPaper(page.examples[link.dataset.paper], link);
  });
}
