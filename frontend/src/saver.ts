// Saving, one answer at a time: nothing typed is lost, and nothing is saved twice.
//
// A request that may have reached the server is sent again with its own token until the server has answered; only
// then does what was changed meanwhile follow, on the revision that came back.

import { answerOf, keyOf, sameAnswer } from "./answers.ts";
import type { Outcome } from "./api.ts";
import type { Drafts } from "./drafts.ts";
import { fresh, fromCoding, type Action, type Kept, type Pending, type Slot } from "./slot.ts";
import type { Answer, Coding, Unit } from "./types.ts";

export interface Reply { revision: number | null; at?: string; coding?: Coding | null }
export interface Means {
  send(action: Action, body: Record<string, unknown>): Promise<Outcome<Reply>>;
  /** Is the question still asked: is there such a variable, and such a mention? */
  known(unit: Unit): boolean;
  /** Is nothing missing from the answer? */
  complete(unit: Unit, answer: Answer): boolean;
  token(): string;
  later(seconds: number, then: () => void): () => void;
  changed(): void;
}

/** Seconds until an unreached server is tried again. */
export const waits = (tries: number): number => Math.min(30, 2 ** Math.min(tries, 5));

export class Saver {
  readonly slots = new Map<string, Slot>();
  /** When the server last took something; null before that. */
  savedAt: string | null = null;
  /** Does this machine keep drafts? */
  keeps = true;
  /** What an earlier visit left unsaved of questions that are no longer asked. */
  orphans: Kept[] = [];
  private readonly tries = new Map<string, number>();
  private readonly timers = new Map<string, () => void>();
  private readonly out = new Set<string>();

  /** `codebook` is the version in force when the page was loaded. */
  constructor(private readonly means: Means, private readonly drafts: Drafts, codings: Coding[], private readonly codebook: number) {
    for (const coding of codings) {
      this.slots.set(keyOf(coding), fromCoding(coding));
      if (this.savedAt === null || coding.at > this.savedAt) this.savedAt = coding.at;
    }
  }

  /** Take up what an earlier visit left unsaved. What was said by an earlier codebook waits until the person looks at it. */
  restore(): void {
    for (const kept of this.drafts.all()) {
      const stale = kept.codebook !== this.codebook;
      const draft = kept.draft ?? (stale ? (kept.pending?.answer ?? null) : null);
      const pending = stale ? null : kept.pending;
      if (!this.means.known(kept.unit)) {
        this.orphans.push({ ...kept, draft });
        continue;
      }
      const slot = this.slot(kept.unit);
      if (!pending && (draft === null || sameAnswer(draft, answerOf(slot.saved)))) {
        this.drafts.keep(keyOf(kept.unit), null);
        continue;
      }
      const complete = draft !== null && this.means.complete(kept.unit, draft);
      Object.assign(slot, { pending, draft, complete, base: kept.base, state: stale ? "stale" : "draft" });
      void this.pump(slot);
    }
  }

  /** Forget an answer to a question that is no longer asked. */
  forget(orphan: Kept): void {
    this.drafts.keep(keyOf(orphan.unit), null);
    this.orphans = this.orphans.filter((one) => one !== orphan);
    this.means.changed();
  }

  slot(unit: Unit): Slot {
    const key = keyOf(unit);
    const found = this.slots.get(key) ?? fresh(unit);
    this.slots.set(key, found);
    return found;
  }

  /** What the person sees: the draft, what is being sent, or else what is saved. */
  shown(unit: Unit): Answer | null {
    const slot = this.slots.get(keyOf(unit));
    if (!slot) return null;
    return slot.draft ?? (slot.pending?.action === "codings" ? slot.pending.answer : answerOf(slot.saved));
  }

  edit(unit: Unit, answer: Answer, seconds = 0): void {
    const slot = this.slot(unit);
    if (slot.state === "conflict") {
      slot.draft = answer;
      this.keep(slot);
      return this.means.changed();
    }
    if (!slot.pending && sameAnswer(answer, answerOf(slot.saved))) return this.drop(unit);
    slot.draft = answer;
    slot.complete = this.means.complete(unit, answer);
    if (!slot.pending) Object.assign(slot, { state: "draft", why: "" });
    this.keep(slot);
    if (slot.complete) this.soon(slot, seconds);
    this.means.changed();
  }

  /** Forget what isn't saved. */
  drop(unit: Unit): void {
    const slot = this.slot(unit);
    Object.assign(slot, { draft: null, complete: false });
    if (!slot.pending) Object.assign(slot, { state: "quiet", why: "", theirs: null });
    this.keep(slot);
    this.means.changed();
  }

  /** Take the saved answer away, or bring back the one before it. False where something is still being sent. */
  change(unit: Unit, action: "clear" | "undo"): boolean {
    const slot = this.slot(unit);
    if (slot.pending || slot.state === "conflict") return false;
    if (slot.draft && (action === "undo" || !slot.saved)) {
      this.drop(unit);
      return true;
    }
    if (slot.base === null) return true;
    slot.draft = null;
    slot.pending = { action, token: this.means.token(), base: slot.base, answer: null };
    void this.pump(slot);
    return true;
  }

  /** Settle a conflict by the own version, saved over the other one. */
  keepMine(slot: Slot, answer: Answer | null = slot.draft): void {
    Object.assign(slot, { draft: answer, state: "draft", why: "", theirs: null });
    slot.complete = answer !== null && this.means.complete(slot.unit, answer);
    this.keep(slot);
    void this.pump(slot);
    this.means.changed();
  }

  /** Settle a conflict by the other version. */
  takeTheirs(slot: Slot): void {
    this.drop(slot.unit);
  }

  /** Send everything that can be sent now (after a connection came back, or on the person's wish). */
  retry(): void {
    for (const slot of this.slots.values()) {
      if (slot.state === "conflict" || slot.state === "stale") continue;
      // an undo or a clearing that was refused: there is nothing left to be sent
      if (slot.state === "refused" && !slot.draft) Object.assign(slot, { state: "quiet", why: "" });
      this.stop(slot);
      void this.pump(slot);
    }
    this.means.changed();
  }

  private soon(slot: Slot, seconds: number): void {
    this.stop(slot);
    if (!seconds) void this.pump(slot);
    else {
      const key = keyOf(slot.unit);
      this.timers.set(key, this.means.later(seconds, () => { this.timers.delete(key); void this.pump(slot); }));
    }
  }

  private stop(slot: Slot): void {
    this.timers.get(keyOf(slot.unit))?.();
    this.timers.delete(keyOf(slot.unit));
  }

  private async pump(slot: Slot): Promise<void> {
    const key = keyOf(slot.unit);
    if (this.out.has(key)) return;
    if (!slot.pending) {
      if (!slot.draft || !slot.complete || slot.state === "conflict" || slot.state === "stale") return;
      slot.pending = { action: "codings", token: this.means.token(), base: slot.base, answer: slot.draft };
    }
    this.stop(slot);
    const pending = slot.pending;
    Object.assign(slot, { state: "sending", why: "" });
    this.keep(slot);
    this.out.add(key);
    this.means.changed();
    const outcome = await this.means.send(pending.action, body(slot.unit, pending));
    this.out.delete(key);
    this.settle(slot, pending, outcome);
    this.keep(slot);
    this.means.changed();
    if (outcome.kind === "ok" && !this.timers.has(key)) void this.pump(slot);
  }

  private settle(slot: Slot, pending: Pending, outcome: Outcome<Reply>): void {
    const key = keyOf(slot.unit);
    if (outcome.kind === "unreached") {
      const tries = (this.tries.get(key) ?? 0) + 1;
      this.tries.set(key, tries);
      Object.assign(slot, { state: "unreached", why: outcome.message });
      this.soon(slot, waits(tries));
      return;
    }
    this.tries.delete(key);
    if (slot.draft && sameAnswer(slot.draft, pending.answer)) slot.draft = null;
    if (outcome.kind === "ok") return this.taken(slot, pending, outcome.value);
    slot.pending = null;
    if (pending.action === "codings") slot.draft ??= pending.answer;
    slot.complete = slot.draft !== null && this.means.complete(slot.unit, slot.draft);
    if (outcome.kind === "refused") {
      Object.assign(slot, { state: "refused", why: outcome.message });
      return;
    }
    const { last, revision } = outcome;
    const theirs = last?.cleared ? null : last;
    Object.assign(slot, { saved: theirs, base: last?.revision ?? revision });
    // an undo or a clearing says nothing that could stand against the other version: that one is shown
    Object.assign(slot, slot.draft ? { state: "conflict", why: "changed elsewhere", theirs } : { state: "quiet", why: "", theirs: null });
  }

  private taken(slot: Slot, pending: Pending, reply: Reply): void {
    slot.pending = null;
    this.savedAt = reply.at ?? new Date().toISOString();
    if (reply.revision !== null) slot.base = reply.revision;
    if (pending.action === "codings") {
      const answer = pending.answer!;
      slot.saved = { ...slot.unit, ...answer, codes: answer.codes ?? null, revision: slot.base ?? 0, at: this.savedAt };
    } else if (reply.revision !== null || pending.action === "clear") {
      slot.saved = reply.coding?.cleared ? null : (reply.coding ?? null);
    }
    slot.state = slot.draft ? "draft" : "quiet";
  }

  private keep(slot: Slot): void {
    const { unit, draft, base, pending } = slot;
    this.keeps = this.drafts.keep(keyOf(unit), draft || pending ? { unit, draft, base, pending, codebook: this.codebook } : null);
  }
}

function body(unit: Unit, pending: Pending): Record<string, unknown> {
  const { token, base, answer } = pending;
  return pending.action === "codings" ? { ...unit, ...answer, base, token } : { ...unit, base, token };
}
