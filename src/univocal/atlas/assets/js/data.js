// The page's data: what stands in the page, and stretches of table and texts that are loaded when needed.

const json = (id) => {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
};
const page = json("page-data");
const $ = (id) => document.getElementById(id);

// Everything that comes from papers enters the page through this function: as text, never as HTML.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const senses = new Map(page.senses.map((sense) => [sense.id, sense]));
const variables = new Map(page.variables.map((variable) => [variable.id, variable]));
const STAND_INS = { "(abstained)": "?", "(none)": "-" };

function letterOf(column, code) {
  return STAND_INS[code] || (page.letters[column] || {})[code];
}

const codeNames = new Map(
  Object.entries(page.letters).map(([column, letters]) => [
    column,
    new Map(Object.entries(letters).map(([code, letter]) => [letter, code])),
  ]),
);

function codesOf(column, text) {
  return Array.from(text, (letter) =>
    letter === "?" ? "(abstained)" : letter === "-" ? "(none)" : codeNames.get(column).get(letter),
  );
}

function labelOf(column, code) {
  if (code === "(abstained)") return "abstained";
  if (code === "(none)") return "none applies";
  const variable = variables.get({ mention: "sense", finding: "conflation" }[column] || column);
  const found = variable && variable.codes.find((one) => one.id === code);
  return found ? found.label : code;
}

// A file beside the page calls this; fetch() isn't allowed on pages opened from disk, scripts are.
const waiting = new Map();
globalThis.univocalShard = (kind, number, data) => {
  const promise = waiting.get(`${kind}-${number}`);
  if (promise) promise.resolve(data);
};

function shard(kind, number) {
  const name = `${kind}-${number}`;
  if (waiting.has(name)) return waiting.get(name).promise;
  const entry = {};
  entry.promise = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
  waiting.set(name, entry);
  const inline = json(name);
  if (inline) {
    entry.resolve(inline);
    return entry.promise;
  }
  const script = make("script", { src: `data/${name}.js` });
  script.addEventListener("error", () => {
    waiting.delete(name);
    entry.reject(new Error(`data/${name}.js can't be read. It must lie beside this page.`));
  });
  script.addEventListener("load", () => script.remove());
  document.head.append(script);
  return entry.promise;
}

// The table: columns over all rows, filled stretch by stretch.
const table = { loaded: 0, id: [], title: [], year: [], venue: [], n: [], search: [], codes: {} };
for (const column of Object.keys(page.letters)) table.codes[column] = [];

function take(part) {
  for (let i = 0; i < part.id.length; i += 1) {
    const row = part.first + i;
    table.id[row] = part.id[i];
    table.title[row] = part.title[i];
    table.year[row] = part.year[i];
    table.venue[row] = part.venues[part.venue[i]];
    table.n[row] = part.n[i];
  }
  for (const [column, text] of Object.entries(part.codes)) {
    const cells = text.split(",");
    const into = table.codes[column];
    for (let i = 0; i < cells.length; i += 1) into[part.first + i] = cells[i];
  }
  table.loaded = part.first + part.id.length;
}

let shardsTaken = 0;
let loading = null;

// Load the table up to a row (all of it by default), telling how far it is.
async function loadTable(rows = page.rows, tell = () => {}) {
  while (loading) await loading;
  loading = (async () => {
    while (table.loaded < Math.min(rows, page.rows) && shardsTaken < page.indexShards) {
      tell(table.loaded / page.rows);
      take(await shard("index", shardsTaken));
      waiting.delete(`index-${shardsTaken}`);
      shardsTaken += 1;
    }
  })();
  try {
    await loading;
  } finally {
    loading = null;
  }
}

// One paper's text, codes and findings. The last few stretches of texts are kept.
const kept = [];
async function paperAt(row) {
  let number = page.textFirst.length - 1;
  while (number > 0 && page.textFirst[number] > row) number -= 1;
  const texts = await shard("texts", number);
  const name = `texts-${number}`;
  if (!kept.includes(name)) kept.push(name);
  if (kept.length > 6) waiting.delete(kept.shift());
  return texts[row - page.textFirst[number]];
}
