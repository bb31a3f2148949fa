// Where characters stand on PDF pages. A box is a run of characters of a line; how wide its characters
// are is guessed from some font, or else taken as equal.

import type { Stretch } from "./lines.ts";
import type { Offsets } from "./offsets.ts";
import type { Box } from "./types.ts";

/** A box in UTF-16 units; left, bottom, right, top in PDF points from the page's lower left corner. */
export interface Run extends Stretch { page: number; left: number; bottom: number; right: number; top: number }

export function runs(boxes: Box[], offsets: Offsets): Run[] {
  return boxes
    .map(([start, end, page, left, bottom, right, top]) => ({ start: offsets.units(start), stop: offsets.units(end), page, left, bottom, right, top }))
    .filter((run) => run.start < run.stop);
}

/** The share of a run's width before its character `at` (in units from the run's start). */
export type Share = (run: Run, at: number) => number;
export const equalWidths: Share = (run, at) => at / (run.stop - run.start);

/** Rectangles that cover a stretch, one for each run that it touches. */
export function rectangles(all: Run[], { start, stop }: Stretch, share: Share = equalWidths): Run[] {
  return all.filter((run) => run.start < stop && run.stop > start).map((run) => {
    const at = (unit: number): number => run.left + (run.right - run.left) * share(run, unit - run.start);
    const [from, to] = [Math.max(start, run.start), Math.min(stop, run.stop)];
    return { ...run, start: from, stop: to, left: at(from), right: at(to) };
  });
}
