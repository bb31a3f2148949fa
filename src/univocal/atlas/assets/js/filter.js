// Which rows does the table show, and in which order?

const filter = { words: [], codes: [], from: null, to: null, sort: "read" };

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function isFiltered() {
  return filter.words.length > 0 || filter.codes.length > 0 || filter.from !== null || filter.to !== null;
}

function searchText(row) {
  if (table.search[row] === undefined) {
    table.search[row] = fold(`${table.title[row]} ${table.venue[row]} ${table.id[row]}`);
  }
  return table.search[row];
}

// [column, code] pairs must all hold; "venue" is a column whose codes are names.
function keeps(row, wanted) {
  for (const [column, letter] of wanted) {
    if (column === "venue" ? table.venue[row] !== letter : !table.codes[column][row].includes(letter)) return false;
  }
  const year = table.year[row];
  if (filter.from !== null && (year === null || year < filter.from)) return false;
  if (filter.to !== null && (year === null || year > filter.to)) return false;
  return filter.words.every((word) => searchText(row).includes(word));
}

const orders = {
  title: (a, b) => compare(table.title[a], table.title[b]),
  venue: (a, b) => compare(table.venue[a], table.venue[b]) || (table.year[b] ?? 0) - (table.year[a] ?? 0),
  year: (a, b) => (table.year[b] ?? -1) - (table.year[a] ?? -1),
  "year-up": (a, b) => (table.year[a] ?? 9999) - (table.year[b] ?? 9999),
  n: (a, b) => table.n[b] - table.n[a],
};
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const compare = (a, b) => collator.compare(a, b);

function matching() {
  const wanted = filter.codes.map(([column, code]) => [column, column === "venue" ? code : letterOf(column, code)]);
  const rows = [];
  if (wanted.every(([, letter]) => letter !== undefined)) {
    for (let row = 0; row < table.loaded; row += 1) if (keeps(row, wanted)) rows.push(row);
  }
  if (filter.sort !== "read") rows.sort((a, b) => orders[filter.sort](a, b) || a - b);
  return rows;
}
