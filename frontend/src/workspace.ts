// The paper at hand and what the person does with it. Components read it and call it; `changed` draws them anew.

import { answerOf, cannotSay, choose, chooseNone, empty, keyOf, lack, ofPaper, sameUnit, target, unasked, WHOLE } from "./answers.ts";
import type { Api } from "./api.ts";
import { Drafts } from "./drafts.ts";
import type { Stretch } from "./lines.ts";
import { marks, type Mark } from "./marks.ts";
import { Offsets } from "./offsets.ts";
import { Saver, type Reply } from "./saver.ts";
import type { Answer, Code, Codebook, Evidence, Paper, Person, Unit, Variable } from "./types.ts";
import type { View } from "./view.ts";
import { trim } from "./words.ts";

const PASSING_SECONDS = 0.7;

export class Workspace {
  readonly offsets: Offsets;
  readonly saver: Saver;
  active: Unit;
  mention = 0;
  /** The code that new evidence is wanted for, of a variable with several. */
  wanted: string | null = null;
  /** Are words being chosen by keyboard? */
  evidenceMode = false;
  /** What is selected in the paper, in units. */
  selection: Stretch | null = null;
  view: View | null = null;
  /** A sentence for the live region. */
  said = "";
  private readonly listeners = new Set<() => void>();
  private drawn = false;

  constructor(readonly api: Api, study: string, readonly person: Person, readonly codebook: Codebook, readonly paper: Paper) {
    this.offsets = new Offsets(paper.text);
    const first = codebook.variables.find((v) => v.unit === "paper" || paper.mentions.length);
    this.active = first?.unit === "mention" ? this.mentionUnit(first, 0)! : ofPaper(first?.id ?? "");
    this.saver = new Saver({
      send: (action, body) => api.change<Reply>(paper.row, action, { ...body, codebook: codebook.row }),
      known: (unit) => this.variable(unit.variable) !== undefined && (unit.start === WHOLE || this.mentionAt(unit) >= 0),
      complete: (unit, answer) => { const v = this.variable(unit.variable); return v !== undefined && lack(v, answer) === null; },
      token: newToken,
      later: (seconds, then) => { const timer = setTimeout(then, seconds * 1000); return () => clearTimeout(timer); },
      changed: () => this.changed(),
    }, new Drafts(localStorage, study, person.name, { row: paper.row, title: paper.title || paper.id }), paper.codings, codebook.row);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Draw again, once, after everything that happens now. */
  changed(): void {
    if (this.drawn) return;
    this.drawn = true;
    queueMicrotask(() => {
      this.drawn = false;
      this.view?.draw(this.marks());
      this.listeners.forEach((listener) => listener());
    });
  }

  say(words: string): void {
    this.said = this.said === words ? `${words}\u00a0` : words;
    this.changed();
  }

  variable(id: string): Variable | undefined {
    return this.codebook.variables.find((v) => v.id === id);
  }

  /** Why the variable isn't asked; null where it is. */
  unasked(variable: Variable): string | null {
    if (variable.unit === "mention" && !this.paper.mentions.length) return "No mention stands in this text.";
    return unasked(this.codebook, variable, (id) => this.saver.shown(ofPaper(id))?.codes);
  }

  mentionUnit(variable: Variable, at: number): Unit | null {
    const mention = this.paper.mentions[at];
    return mention ? { variable: variable.id, start: mention[0], stop: mention[1], item: 0 } : null;
  }

  /** The entries of a ledger, in order; "none" is an entry without codes. */
  entries(variable: Variable): Unit[] {
    return [...this.saver.slots.values()].map((slot) => slot.unit)
      .filter((unit) => unit.variable === variable.id && this.saver.shown(unit) !== null)
      .sort((a, b) => a.item - b.item);
  }

  isNone(unit: Unit): boolean {
    return this.saver.shown(unit)?.codes?.length === 0;
  }

  /** The next entry of a ledger. An entry that says "none" is written over. */
  addEntry(variable: Variable): void {
    const none = this.entries(variable).find((unit) => this.isNone(unit));
    const items = [...this.saver.slots.values()]
      .filter(({ unit, base, draft, pending }) => unit.variable === variable.id && (base !== null || draft !== null || pending !== null))
      .map(({ unit }) => unit.item);
    const unit = none ?? ofPaper(variable.id, Math.max(-1, ...items) + 1);
    this.active = unit;
    this.wanted = null;
    this.saver.edit(unit, empty());
  }

  units(variable: Variable): Unit[] {
    if (variable.unit === "mention") return this.paper.mentions.map((_, at) => this.mentionUnit(variable, at)!);
    return variable.answers === "ledger" ? this.entries(variable) : [ofPaper(variable.id)];
  }

  isAnswered(variable: Variable): boolean {
    const units = this.units(variable);
    return units.length > 0 && units.every((unit) => this.isSaved(unit));
  }

  isSaved(unit: Unit): boolean {
    const slot = this.saver.slots.get(keyOf(unit));
    return slot !== undefined && slot.saved !== null && slot.state === "quiet";
  }

  asked(): Variable[] {
    return this.codebook.variables.filter((v) => this.unasked(v) === null);
  }

  activate(unit: Unit, wanted: string | null = null): void {
    if (sameUnit(unit, this.active) && wanted === this.wanted) return;
    if (!sameUnit(unit, this.active)) this.evidenceMode = false;
    this.active = unit;
    this.wanted = wanted;
    const at = this.mentionAt(unit);
    if (at >= 0) this.mention = at;
    this.changed();
  }

  /** The keyboard has come to a variable, or to one entry of it: that is the answer at hand now. */
  attend(variable: Variable, item: number | null): void {
    if (variable.id === this.active.variable && (item === null || item === this.active.item)) return;
    const unit = item === null ? this.firstUnit(variable) : ofPaper(variable.id, item);
    if (unit) this.activate(unit);
  }

  /** What a variable's keys are about when one comes to it: the mention at hand, the first entry, or the paper. */
  firstUnit(variable: Variable): Unit | null {
    if (variable.unit === "mention") return this.mentionUnit(variable, this.mention);
    return this.units(variable)[0] ?? ofPaper(variable.id);
  }

  goMention(at: number, focus = false): void {
    const variable = this.codebook.variables.find((v) => v.unit === "mention");
    const unit = variable && this.mentionUnit(variable, at);
    if (!unit) return;
    this.mention = at;
    this.activate(unit);
    this.reveal(unit, false);
    if (focus) this.view?.focusMention(at);
  }

  /** Bring words into sight. Marks are drawn first, so that drawing doesn't undo it. */
  reveal(span: { start: number; stop: number }, flash: boolean): void {
    this.changed();
    this.view?.draw(this.marks());
    this.view?.reveal(this.stretch(span), flash);
  }

  answer(unit: Unit): Answer {
    return this.saver.shown(unit) ?? empty();
  }

  /** `passing`: on the way by arrow keys, where it is saved only once the person stays. */
  choose(unit: Unit, code: Code, passing = false): void {
    const variable = this.variable(unit.variable)!;
    const answer = choose(variable, this.answer(unit), code);
    this.activate(unit, answer.codes?.includes(code.id) && !code.absence ? code.id : null);
    if (answer.codes === undefined) return this.unchosen(unit, answer);
    if (variable.unit === "mention") answer.spans = [{ start: unit.start, stop: unit.stop, quote: this.offsets.slice(unit.start, unit.stop), code: null }];
    this.edit(unit, answer, passing);
    if (lack(variable, answer)?.kind === "evidence" && this.saver.slot(unit).draft) this.say(`${code.label}: select the words that show it.`);
  }

  none(unit: Unit): void {
    this.activate(unit);
    const answer = this.answer(unit);
    if (answer.codes?.length === 0) this.unchosen(unit, empty());
    else this.edit(unit, chooseNone(answer));
  }

  cannotSay(unit: Unit, passing = false): void {
    this.activate(unit);
    const answer = this.answer(unit);
    if (answer.codes === null) this.unchosen(unit, empty());
    else this.edit(unit, cannotSay(answer), passing);
  }

  /** `passing`: more is coming, as while one types. */
  edit(unit: Unit, answer: Answer, passing = false): void {
    this.saver.edit(unit, answer, passing ? PASSING_SECONDS : 0);
  }

  undo(unit: Unit): void {
    const label = this.variable(unit.variable)?.label ?? unit.variable;
    this.say(this.saver.change(unit, "undo") ? `${label}: undone.` : `${label}: something is still being saved; undo after that.`);
  }

  clear(unit: Unit): void {
    if (!this.saver.change(unit, "clear")) this.say("Something is still being saved; clear after that.");
  }

  /** Is the answer at hand waiting for words? */
  wantsEvidence(unit: Unit = this.active): boolean {
    const variable = this.variable(unit.variable);
    return variable?.unit === "paper" && lack(variable, this.answer(unit))?.kind === "evidence";
  }

  /** Can words be attached to the answer at hand? */
  takesEvidence(unit: Unit = this.active): boolean {
    const variable = this.variable(unit.variable);
    return variable?.unit === "paper" && (this.saver.shown(unit)?.codes?.length ?? 0) > 0;
  }

  attach(stretch: Stretch): boolean {
    const variable = this.variable(this.active.variable);
    const { start, stop } = trim(this.paper.text, stretch);
    if (!variable || !this.takesEvidence() || start >= stop) return false;
    const answer = this.answer(this.active);
    const code = target(variable, answer, this.wanted);
    const [from, to] = [this.offsets.points(start), this.offsets.points(stop)];
    const span: Evidence = { start: from, stop: to, quote: this.offsets.slice(from, to), code };
    const known = answer.spans.some((s) => s.start === from && s.stop === to && s.code === code);
    if (!known) this.edit(this.active, { ...answer, spans: [...answer.spans, span] });
    document.getSelection()?.removeAllRanges();
    this.selection = null;
    this.wanted = null;
    const codes = new Set(answer.codes);
    const label = variable.codes.find((c) => c.id === code || (code === null && codes.has(c.id)))?.label ?? "";
    this.say(`${known ? "Already there" : "Attached"} to ${variable.label}, ${label}: “${span.quote}”`);
    return true;
  }

  detach(unit: Unit, span: Evidence): void {
    const answer = this.answer(unit);
    this.activate(unit, span.code);
    this.edit(unit, { ...answer, spans: answer.spans.filter((s) => s !== span) });
    this.say("Words taken off.");
  }

  stretch(span: { start: number; stop: number }): Stretch {
    return { start: this.offsets.units(span.start), stop: this.offsets.units(span.stop) };
  }

  show(view: View | null): void {
    this.view = view;
    this.changed();
  }

  private mentionAt(unit: Unit): number {
    return this.paper.mentions.findIndex(([start, stop]) => start === unit.start && stop === unit.stop);
  }

  private unchosen(unit: Unit, answer: Answer): void {
    if (answerOf(this.saver.slot(unit).saved)) this.clear(unit);
    else if (answer.memo || answer.unsure) this.edit(unit, answer);
    else this.saver.drop(unit);
  }

  private marks(): Mark[] {
    const shown = [...this.saver.slots.values()].flatMap((slot): [Unit, Answer][] => {
      const answer = this.saver.shown(slot.unit);
      return answer ? [[slot.unit, answer]] : [];
    });
    return marks(this.paper, this.codebook, this.offsets, shown, this.active, this.mention);
  }
}

/** A name for one save. `randomUUID` is there only on secure addresses, and a study may be served in a plain local network. */
function newToken(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 15) | 64;
  bytes[8] = (bytes[8]! & 63) | 128;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
