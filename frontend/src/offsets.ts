// Code points and UTF-16 units. The server counts code points; JavaScript strings count units, two for an astral
// character (most emoji). A table is made only where the text has such characters: the place of each, in units.

export class Offsets {
  private readonly astral: Uint32Array;

  constructor(readonly text: string) {
    const found: number[] = [];
    for (const match of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) found.push(match.index);
    this.astral = Uint32Array.from(found);
  }

  /** The unit at which code point `point` begins. */
  units(point: number): number {
    return point + this.before((i) => this.astral[i]! - i < point);
  }

  /** The code point that holds unit `unit`; a place between two halves belongs to the character that they make. */
  points(unit: number): number {
    return unit - this.before((i) => this.astral[i]! < unit);
  }

  /** The words from one code point to another. */
  slice(start: number, stop: number): string {
    return this.text.slice(this.units(start), this.units(stop));
  }

  private before(isBefore: (i: number) => boolean): number {
    let low = 0;
    let high = this.astral.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
