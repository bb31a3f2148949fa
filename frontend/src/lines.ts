// Lines of a text, each with its line end (CR LF is one), gathered into chunks that the browser lays out when seen.

export interface Stretch { start: number; stop: number }

export function lines(text: string): Stretch[] {
  const found: Stretch[] = [];
  let start = 0;
  for (const match of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    const stop = match.index + match[0].length;
    found.push({ start, stop });
    start = stop;
  }
  if (start < text.length) found.push({ start, stop: text.length });
  return found;
}

/** First and last-plus-one line of each chunk; a chunk ends once it holds `size` units. */
export function chunks(all: Stretch[], size = 4000): [number, number][] {
  const found: [number, number][] = [];
  let first = 0;
  all.forEach((line, at) => {
    if (line.stop - all[first]!.start >= size || at === all.length - 1) {
      found.push([first, at + 1]);
      first = at + 1;
    }
  });
  return found;
}

/** Which stretch holds this unit? Stretches follow each other without gaps; the last one also holds the end. */
export function holding(all: Stretch[], unit: number): number {
  let low = 0;
  let high = all.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.stop <= unit) low = middle + 1;
    else high = middle;
  }
  return low;
}
