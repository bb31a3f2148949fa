// Where in the text a section begins, for a quiet label above its first line.

import { holding, type Stretch } from "./lines.ts";
import type { Offsets } from "./offsets.ts";
import type { Paper } from "./types.ts";

const NAMES: Record<string, string> = {
  abstract: "Abstract", body: "Body", appendix: "Appendix", references: "References", boilerplate: "Boilerplate",
  comment: "Comment", math: "Formulas",
};
const INLINE = new Set(["title", "math", "comment"]);

export function sections(paper: Paper, all: Stretch[], offsets: Offsets): Map<number, string> {
  const found = new Map<number, string>();
  const listed = paper.sections.filter((section) => !INLINE.has(section.kind) && section.end > section.start);
  if (!all.length || listed.length < 2) return found;
  let before = "";
  for (const { kind, start } of [...listed].sort((a, b) => a.start - b.start)) {
    if (kind !== before) found.set(holding(all, offsets.units(start)), NAMES[kind] ?? kind);
    before = kind;
  }
  return found;
}
