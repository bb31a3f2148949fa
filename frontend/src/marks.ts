// What is marked in a paper, in UTF-16 units: mentions with their sense in words, and the evidence of answers.

import { keyOf, sameUnit, WHOLE } from "./answers.ts";
import type { Offsets } from "./offsets.ts";
import type { Answer, Codebook, Paper, Unit } from "./types.ts";

export interface Mark {
  start: number;
  stop: number;
  kind: "mention" | "evidence";
  /** Place among the mentions; -1 for evidence. */
  mention: number;
  label: string;
  /** The mention at hand, or evidence of the answer at hand. */
  active: boolean;
}

export function marks(paper: Paper, codebook: Codebook, offsets: Offsets, shown: Iterable<[Unit, Answer]>, active: Unit | null, mention: number): Mark[] {
  const answers = new Map([...shown].map(([unit, answer]) => [keyOf(unit), { unit, answer }]));
  const about = codebook.variables.find((v) => v.unit === "mention");
  const found: Mark[] = paper.mentions.map(([start, stop], at) => {
    const answer = about && answers.get(keyOf({ variable: about.id, start, stop, item: 0 }))?.answer;
    const label = answer?.codes === null ? "can't say" : (about?.codes.find((c) => c.id === answer?.codes?.[0])?.label ?? "");
    return { start: offsets.units(start), stop: offsets.units(stop), kind: "mention", mention: at, label, active: at === mention };
  });
  for (const { unit, answer } of answers.values()) {
    if (unit.start !== WHOLE) continue;
    const variable = codebook.variables.find((v) => v.id === unit.variable);
    for (const { start, stop } of answer.spans) {
      const mark: Mark = {
        start: offsets.units(start), stop: offsets.units(stop), kind: "evidence", mention: -1,
        label: variable?.label ?? unit.variable, active: active !== null && sameUnit(unit, active),
      };
      found.push(mark);
    }
  }
  return found;
}

/** Two marks of the same sign need no new drawing. */
export const sign = (mark: Mark): string => `${mark.kind}${mark.start}-${mark.stop}${mark.active ? "!" : ""}${mark.label}`;
