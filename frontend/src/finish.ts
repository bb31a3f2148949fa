// Done with a paper: everything must be saved and answered; then the next one, or a look at what others said.

import type { Suggestions } from "./types.ts";
import type { Workspace } from "./workspace.ts";

export interface Finishing { done: boolean; missing: string[]; message: string; others: Suggestions | null }

/** The same address with another paper's row in it. */
export function addressOf(path: string, row: number, next: number): string {
  const at = path.lastIndexOf(String(row));
  return at < 0 ? path : `${path.slice(0, at)}${next}${path.slice(at + String(row).length)}`;
}

export class Finish {
  private state: Finishing;
  private busy = false;

  constructor(private readonly work: Workspace, private readonly tell: (state: Finishing) => void) {
    this.state = { done: work.paper.task?.state === "done", missing: [], message: "", others: null };
  }

  /** Say that the paper is done; then go on (`leave`), or stay and compare. */
  async done(leave: boolean): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.tryDone(leave);
    } finally {
      this.busy = false;
    }
  }

  async compare(): Promise<void> {
    const outcome = await this.work.api.suggestions(this.work.paper.row);
    if (outcome.kind === "ok") this.set({ others: outcome.value, message: "" });
    else this.set({ message: `What others said can't be shown: ${outcome.message}` });
  }

  private async tryDone(leave: boolean): Promise<void> {
    const { work } = this;
    if (!this.begun()) return void (await this.onward());
    const unsaved = [...work.saver.slots.values()].filter((slot) => slot.state !== "quiet");
    if (unsaved.some((slot) => slot.complete || slot.pending)) {
      work.saver.retry();
      await waitForSaves(work);
    }
    const open = work.asked().filter((v) => !work.isAnswered(v) || work.units(v).some((unit) => !work.isSaved(unit)));
    if (open.length) return this.lacking(open.map((v) => v.id));
    const outcome = await work.api.done(work.paper.row);
    if (outcome.kind === "ok") {
      this.set({ done: true, missing: [], message: "" });
      if (leave) this.leave(outcome.value.next);
      else await this.compare();
    } else if (outcome.kind === "refused" && Array.isArray(outcome.body["missing"])) {
      this.lacking(outcome.body["missing"].map(String), outcome.message);
    } else this.set({ message: `Not yet done: ${outcome.message}` });
  }

  /** Is the paper this person's to code: given to them, or begun by themselves? */
  begun(): boolean {
    return this.work.paper.task !== null || [...this.work.saver.slots.values()].some((slot) => slot.saved || slot.draft || slot.pending);
  }

  private async onward(): Promise<void> {
    const outcome = await this.work.api.next();
    if (outcome.kind === "ok") this.leave(outcome.value.row);
    else this.set({ message: `The next paper can't be found: ${outcome.message}` });
  }

  private lacking(missing: string[], message?: string): void {
    const labels = missing.map((id) => this.work.variable(id)?.label ?? id);
    this.set({ missing, message: message ?? `Not yet done. Without a saved answer: ${labels.join(", ")}.` });
  }

  private leave(next: number | null): void {
    location.assign(next === null ? "/" : addressOf(location.pathname, this.work.paper.row, next));
  }

  private set(change: Partial<Finishing>): void {
    this.state = { ...this.state, ...change };
    this.tell(this.state);
  }
}

/** Resolves when nothing is being sent any more, or when a save has failed, at the latest after ten seconds. */
function waitForSaves(work: Workspace): Promise<void> {
  const busy = (): boolean => [...work.saver.slots.values()].some((slot) => slot.state === "sending" || (slot.state === "draft" && slot.complete));
  if (!busy()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => { stop(); clearTimeout(timer); resolve(); };
    const stop = work.subscribe(() => { if (!busy()) end(); });
    const timer = setTimeout(end, 10_000);
  });
}
