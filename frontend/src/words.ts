// Moving through a text by word and by sentence. A block ends at a blank line; a single line end does not end a sentence.

import type { Stretch } from "./lines.ts";

/** The block (between blank lines) that holds the unit. */
export function block(text: string, unit: number): Stretch {
  const gap = /(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r(?!\n))\s*/g;
  let start = 0;
  for (const match of text.matchAll(gap)) {
    const stop = match.index + match[0].length;
    if (stop > unit) return { start, stop };
    start = stop;
  }
  return { start, stop: text.length };
}

export function pieces(text: string, unit: number, by: "word" | "sentence"): Stretch[] {
  const { start, stop } = block(text, unit);
  const flat = text.slice(start, stop).replace(/[\r\n\u2028\u2029\u0085]/g, " ");
  const found: Stretch[] = [];
  for (const piece of new Intl.Segmenter(undefined, { granularity: by }).segment(flat)) {
    if (by === "word" && !piece.isWordLike) continue;
    const trimmed = trim(text, { start: start + piece.index, stop: start + piece.index + piece.segment.length });
    if (trimmed.start < trimmed.stop) found.push(trimmed);
  }
  return found;
}

/** The stretch without white space at its ends. */
export function trim(text: string, stretch: Stretch): Stretch {
  const words = text.slice(stretch.start, stretch.stop);
  const start = stretch.start + (words.length - words.trimStart().length);
  return { start, stop: Math.max(start, stretch.stop - (words.length - words.trimEnd().length)) };
}

/** The next (step 1) or previous (step -1) word or sentence, seen from a stretch; null at the end of the text. */
export function move(text: string, from: Stretch, by: "word" | "sentence", step: 1 | -1): Stretch | null {
  let unit = step > 0 ? Math.max(0, Math.min(from.start, text.length - 1)) : from.start;
  while (unit >= 0 && unit < text.length) {
    const here = pieces(text, unit, by);
    const next = step > 0 ? here.find((p) => p.start > from.start) : here.findLast((p) => p.start < from.start);
    if (next) return next;
    const { start, stop } = block(text, unit);
    unit = step > 0 ? stop : start - 1;
  }
  return null;
}
