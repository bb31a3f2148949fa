// What an answer still lacks, which variables are asked, and what a choice does to an answer.

import type { Answer, Code, Codebook, Coding, Unit, Variable } from "./types.ts";

export const WHOLE = -1;
export const keyOf = (unit: Unit): string => `${unit.variable}|${unit.start}|${unit.stop}|${unit.item}`;
export const ofPaper = (variable: string, item = 0): Unit => ({ variable, start: WHOLE, stop: WHOLE, item });
export const sameUnit = (a: Unit, b: Unit): boolean => keyOf(a) === keyOf(b);
export const empty = (): Answer => ({ spans: [], unsure: false, memo: "", stands_for: null });

export function answerOf(coding: Coding | null): Answer | null {
  if (!coding) return null;
  const { codes, spans, unsure, memo, stands_for } = coding;
  return { codes, spans, unsure, memo, stands_for };
}

export function sameAnswer(a: Answer | null, b: Answer | null): boolean {
  const plain = (x: Answer | null): unknown =>
    x && [x.codes ?? (x.codes === null ? "?" : "-"), x.spans.map((s) => [s.start, s.stop, s.code]), x.unsure, x.memo, x.stands_for];
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

export type Lack = { kind: "choice" } | { kind: "evidence"; codes: string[] };

/** What must be added before the answer can be saved? Null where it is complete. */
export function lack(variable: Variable, answer: Answer): Lack | null {
  if (answer.codes === undefined) return { kind: "choice" };
  const bare = (answer.codes ?? []).filter((id) => {
    const code = variable.codes.find((c) => c.id === id);
    return code && !code.absence && !answer.spans.some((span) => span.code === null || span.code === id);
  });
  return bare.length ? { kind: "evidence", codes: bare } : null;
}

/** Is the variable asked, given the codes of others? Where not, why. */
export function unasked(codebook: Codebook, variable: Variable, codesOf: (variable: string) => string[] | null | undefined): string | null {
  if (!variable.when) return null;
  const [other, wanted] = variable.when;
  const codes = codesOf(other);
  if (codes?.some((code) => wanted.includes(code))) return null;
  const asked = codebook.variables.find((v) => v.id === other);
  const labels = wanted.map((id) => `“${asked?.codes.find((c) => c.id === id)?.label ?? id}”`).join(" or ");
  return `Asked only where ${asked?.label ?? other} is ${labels}${codes === undefined ? ", which isn't answered yet" : ""}.`;
}

/** The answer after a code was chosen (or, of several, taken back). Evidence of codes no longer chosen is dropped. */
export function choose(variable: Variable, answer: Answer, code: Code): Answer {
  if (variable.answers !== "many") return { ...answer, codes: [code.id], spans: code.absence ? [] : answer.spans };
  const before = answer.codes ?? [];
  const absent = new Set(variable.codes.filter((c) => c.absence).map((c) => c.id));
  const kept = before.filter((id) => id !== code.id && absent.has(id) === code.absence && !code.absence);
  const after = before.includes(code.id) ? kept : [...kept, code.id];
  const codes = variable.codes.map((c) => c.id).filter((id) => after.includes(id));
  const { codes: _before, ...rest } = answer;
  const spans = answer.spans.filter((span) => span.code === null || codes.includes(span.code));
  return codes.length ? { ...rest, codes, spans } : { ...rest, spans };
}

export const chooseNone = (answer: Answer): Answer => ({ ...answer, codes: [], spans: [] });
export const cannotSay = (answer: Answer): Answer => ({ ...answer, codes: null, spans: [] });

/** For which code is evidence that is added now? Null where it stands for the whole answer. */
export function target(variable: Variable, answer: Answer, wanted: string | null): string | null {
  if (variable.answers !== "many") return null;
  if (wanted && answer.codes?.includes(wanted)) return wanted;
  const missing = lack(variable, answer);
  if (missing?.kind === "evidence") return missing.codes[0] ?? null;
  return answer.codes?.at(-1) ?? null;
}
