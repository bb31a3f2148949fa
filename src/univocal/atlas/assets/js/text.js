// A paper's text with its mentions and evidence marked. Offsets are code points; JavaScript counts UTF-16 units.

function slicer(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (start, end) => text.slice(start, end);
  const points = Array.from(text);
  return (start, end) => points.slice(start, end).join("");
}

// spans: [{start, end, mention?: {sense, confidence}, evidence?: number}]. Returns nodes that spell the text exactly.
function marked(text, spans) {
  const slice = slicer(text);
  const borders = [...new Set([0, ...spans.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  const ordered = [...spans].sort((a, b) => a.start - b.start);
  const nodes = [];
  let next = 0;
  let open = [];
  borders.forEach((start, at) => {
    const piece = slice(start, at + 1 < borders.length ? borders[at + 1] : undefined);
    while (next < ordered.length && ordered[next].start <= start) {
      open.push(ordered[next]);
      next += 1;
    }
    open = open.filter((span) => span.end > start);
    if (piece) nodes.push(open.length ? segment(piece, open, borders[at + 1]) : document.createTextNode(piece));
  });
  return nodes;
}

function segment(piece, open, end) {
  const mention = open.find((span) => span.mention);
  const evidence = open.filter((span) => span.evidence !== undefined).map((span) => span.evidence);
  const properties = { "data-evidence": evidence.length ? ` ${evidence.join(" ")} ` : null };
  if (!mention) return make("span", properties, piece);
  const sense = senses.get(mention.mention.sense);
  const label = sense ? sense.label : "the coder abstained";
  return make(
    "mark",
    {
      ...properties,
      class: `m ${sense ? sense.style : "abstained"}`,
      title: mention.mention.confidence === null ? label : `${label} (confidence ${mention.mention.confidence})`,
      "data-mention": String(mention.start),
      "data-short": mention.end === end ? (sense ? sense.short : "?") : null,
    },
    piece,
  );
}
