// Overlapping spans flattened into segments: stretches within which the same spans lie.

import type { Stretch } from "./lines.ts";

export interface Segment<S extends Stretch> extends Stretch { spans: S[] }

/** Segments of [start, stop) in order, without gaps; each names the spans that cover it, in the order given. */
export function flatten<S extends Stretch>(start: number, stop: number, spans: readonly S[]): Segment<S>[] {
  const inside = spans.filter((span) => span.start < stop && span.stop > start && span.start < span.stop);
  const borders = new Set([start, stop]);
  for (const span of inside) {
    borders.add(Math.max(start, span.start));
    borders.add(Math.min(stop, span.stop));
  }
  const ordered = [...borders].sort((a, b) => a - b);
  const found: Segment<S>[] = [];
  for (let i = 0; i + 1 < ordered.length; i += 1) {
    const [from, to] = [ordered[i]!, ordered[i + 1]!];
    found.push({ start: from, stop: to, spans: inside.filter((span) => span.start <= from && span.stop >= to) });
  }
  return found;
}

/** The spans that touch each stretch; stretches follow each other without gaps. */
export function byStretch<S extends Stretch>(all: Stretch[], spans: readonly S[], first: (unit: number) => number): Map<number, S[]> {
  const found = new Map<number, S[]>();
  for (const span of spans) {
    for (let at = first(span.start); at < all.length && all[at]!.start < span.stop; at += 1) {
      const there = found.get(at);
      if (there) there.push(span);
      else found.set(at, [span]);
    }
  }
  return found;
}
