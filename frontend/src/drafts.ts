// Drafts on this machine, one entry an answer, so that two tabs do not write over each other's.

import type { Kept } from "./slot.ts";
import { keyOf } from "./answers.ts";

export interface Shelf {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Under which names a person's drafts lie. `study` tells studies apart that were served at one address after another. */
const begin = (study: string, person: string): string => `univocal|${study}|${encodeURIComponent(person)}|`;

/** The rows and titles of the papers of which drafts are kept. */
export function papersWithDrafts(shelf: Shelf, study: string, person: string): Map<number, string> {
  const found = new Map<number, string>();
  const prefix = begin(study, person);
  for (let i = 0; i < shelf.length; i += 1) {
    const name = shelf.key(i);
    if (!name?.startsWith(prefix)) continue;
    const kept = read(shelf.getItem(name));
    if (kept) found.set(Number(name.slice(prefix.length).split("|", 1)[0]), kept.title);
  }
  return found;
}

export class Drafts {
  private readonly prefix: string;
  private readonly title: string;

  constructor(private readonly shelf: Shelf, study: string, person: string, paper: { row: number; title: string }) {
    this.prefix = `${begin(study, person)}${paper.row}|`;
    this.title = paper.title;
  }

  /** Keep a draft, or forget it (null). False where this machine has no room or no leave to keep it. */
  keep(key: string, kept: Kept | null): boolean {
    try {
      if (kept) this.shelf.setItem(this.prefix + key, JSON.stringify({ ...kept, title: this.title }));
      else this.shelf.removeItem(this.prefix + key);
      return true;
    } catch {
      return kept === null;
    }
  }

  all(): Kept[] {
    const found: Kept[] = [];
    try {
      for (let i = 0; i < this.shelf.length; i += 1) {
        const name = this.shelf.key(i);
        if (!name?.startsWith(this.prefix)) continue;
        const kept = read(this.shelf.getItem(name));
        if (kept && this.prefix + keyOf(kept.unit) === name) found.push(kept);
      }
    } catch {
      return found;
    }
    return found;
  }
}

function read(value: string | null): (Kept & { title: string }) | null {
  try {
    const kept = JSON.parse(value ?? "null") as (Kept & { title: string }) | null;
    const unit = kept?.unit;
    const known = unit && typeof unit.variable === "string" && [unit.start, unit.stop, unit.item].every(Number.isInteger);
    const whole = (answer: unknown): boolean => answer === null || Array.isArray((answer as { spans?: unknown } | undefined)?.spans);
    return known && whole(kept.draft) && (kept.pending === null || whole(kept.pending.answer)) ? kept : null;
  } catch {
    return null;
  }
}
