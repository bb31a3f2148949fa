// Choosing words by keyboard: arrows move by word and sentence, Shift extends, Enter attaches, Escape leaves.

import type { Stretch } from "./lines.ts";
import { range } from "./places.ts";
import type { Workspace } from "./workspace.ts";
import { move, pieces } from "./words.ts";

const STEPS: Record<string, ["word" | "sentence", 1 | -1]> = {
  ArrowRight: ["word", 1], ArrowLeft: ["word", -1], ArrowDown: ["sentence", 1], ArrowUp: ["sentence", -1],
};

export class EvidenceMode {
  /** Where the selection was begun, and where its moving end is. */
  private anchor: Stretch = { start: 0, stop: 0 };
  private head: Stretch = { start: 0, stop: 0 };
  private last: "word" | "sentence" = "sentence";
  private back: HTMLElement | null = null;

  constructor(private readonly work: Workspace) {}

  /** Begin; words that are selected already are attached at once. */
  enter(): void {
    const { work } = this;
    if (!work.takesEvidence()) return work.say("Choose a code first; its words come after.");
    if (work.selection) return void work.attach(work.selection);
    this.back = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    work.evidenceMode = true;
    this.anchor = this.head = this.begin();
    this.last = "sentence";
    this.pane()?.focus({ preventScroll: true });
    work.say("Choosing words. Arrows move by word and sentence, Shift extends, Enter attaches, Escape leaves.");
    this.mark();
  }

  leave(): void {
    if (!this.work.evidenceMode) return;
    this.work.evidenceMode = false;
    document.getSelection()?.removeAllRanges();
    if (this.pane()?.contains(document.activeElement) && this.back?.isConnected) this.back.focus();
    this.work.changed();
  }

  /** True where the key was for this mode; other letters do nothing while it lasts. */
  key(event: KeyboardEvent): boolean {
    if (!this.work.evidenceMode) return false;
    const step = STEPS[event.key];
    if (event.key === "Escape") this.leave();
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.take();
    else if (step) this.go(...step, event.shiftKey);
    else return event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    return true;
  }

  private pane(): HTMLElement | null {
    return this.work.view?.root.closest<HTMLElement>("[data-paper-pane]") ?? null;
  }

  private take(): void {
    if (this.work.attach(this.stretch()) && !this.work.wantsEvidence()) this.leave();
  }

  private go(by: "word" | "sentence", step: 1 | -1, extend: boolean): void {
    const { text } = this.work.paper;
    const next = move(text, this.from(by, step, extend), by, step);
    if (!next) return this.work.say(step > 0 ? "The text ends here." : "The text begins here.");
    this.head = next;
    this.last = by;
    if (!extend) this.anchor = next;
    this.mark();
    this.work.say(text.slice(this.stretch().start, this.stretch().stop));
  }

  /** From where the next step is seen: a word after a sentence is its first one, or, to extend, the first one after it. */
  private from(by: "word" | "sentence", step: 1 | -1, extend: boolean): Stretch {
    if (by === "sentence" || step < 0 || this.last === "word") return this.head;
    const start = extend ? this.head.stop - 1 : this.head.start - 1;
    return { start, stop: start + 1 };
  }

  private stretch(): Stretch {
    return { start: Math.min(this.anchor.start, this.head.start), stop: Math.max(this.anchor.stop, this.head.stop) };
  }

  private mark(): void {
    this.work.view?.reveal(this.head, false);
    this.work.view?.select(this.stretch());
  }

  /** The sentence of the mention at hand, else the first one in sight. */
  private begin(): Stretch {
    const { text, mentions } = this.work.paper;
    const mention = mentions[this.work.mention];
    const unit = mention ? this.work.offsets.units(mention[0]) : this.inSight();
    const here = pieces(text, Math.min(unit, Math.max(0, text.length - 1)), "sentence");
    return here.findLast((piece) => piece.start <= unit) ?? here[0] ?? { start: 0, stop: 0 };
  }

  private inSight(): number {
    const { view, paper } = this.work;
    if (!view) return 0;
    const top = this.pane()?.getBoundingClientRect().top ?? 0;
    const step = Math.max(1, Math.floor(paper.text.length / 200));
    for (let unit = 0; unit < paper.text.length; unit += step) {
      const found = range(view.root, { start: unit, stop: unit + 1 });
      if (found && found.getBoundingClientRect().bottom > top) return unit;
    }
    return 0;
  }
}
