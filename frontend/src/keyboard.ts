// The workspace's keys. What a key does is looked up by name; typing in a field is left alone.

import { EvidenceMode } from "./evidence-mode.ts";
import { keyOf } from "./answers.ts";
import type { Unit, Variable } from "./types.ts";
import type { Workspace } from "./workspace.ts";

const SWITCH = "univocal|single-keys";
export const singleKeys = {
  on: (): boolean => { try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; } },
  set: (on: boolean): void => { try { localStorage.setItem(SWITCH, on ? "on" : "off"); } catch { /* lasts for this visit only */ } },
};

export interface Page { keys(): void; done(): void; toggleView(): void }

const modes = new WeakMap<Workspace, EvidenceMode>();
const modeOf = (work: Workspace): EvidenceMode => {
  const found = modes.get(work) ?? new EvidenceMode(work);
  modes.set(work, found);
  return found;
};

/** What buttons and keys both do. */
export const actions = (work: Workspace) => ({
  evidence: () => modeOf(work).enter(),
  leave: () => modeOf(work).leave(),
});

export function listen(work: Workspace, page: Page): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      return page.done();
    }
    const field = event.target as HTMLElement;
    if (modeOf(work).key(event)) return event.preventDefault();
    if (event.key === "Escape" && isTyping(field)) return field.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(field) || !singleKeys.on()) return;
    if (press(work, page, event.key)) event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function isTyping(element: HTMLElement): boolean {
  if (element instanceof HTMLInputElement) return !["radio", "checkbox", "button"].includes(element.type);
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement || element.isContentEditable;
}

function press(work: Workspace, page: Page, key: string): boolean {
  const variable = work.variable(work.active.variable);
  const unit = work.active;
  const asked = variable !== undefined && work.unasked(variable) === null;
  const usable = asked && (variable.answers !== "ledger" || work.entries(variable).some((one) => keyOf(one) === keyOf(unit)));
  if (/^[1-9]$/.test(key)) {
    const code = usable ? variable.codes[Number(key) - 1] : undefined;
    if (code) work.choose(unit, code);
    return code !== undefined;
  }
  const general: Record<string, () => void> = {
    "?": () => page.keys(), t: () => page.toggleView(), j: () => step(work, 1), k: () => step(work, -1),
    n: () => work.goMention(Math.min(work.paper.mentions.length - 1, fromMention(work) + 1), true),
    p: () => work.goMention(Math.max(0, work.mention - 1), true),
  };
  const own: Record<string, () => void> = asked ? {
    a: () => addEntry(work, variable), d: () => meaning(unit.variable),
    "0": () => (variable.answers === "many" || (variable.answers === "ledger" && !work.entries(variable).length) ? work.none(unit) : undefined),
  } : {};
  const answered: Record<string, () => void> = usable ? {
    x: () => work.cannotSay(unit), e: () => modeOf(work).enter(), z: () => work.undo(unit), m: () => memo(unit),
    u: () => work.edit(unit, { ...work.answer(unit), unsure: !work.answer(unit).unsure }),
  } : {};
  const act = general[key] ?? own[key] ?? answered[key];
  act?.();
  return act !== undefined;
}

/** The first `n` goes to the mention at hand, if the person was elsewhere. */
const fromMention = (work: Workspace): number => (work.active.start < 0 ? work.mention - 1 : work.mention);

function addEntry(work: Workspace, variable: Variable): void {
  if (variable.answers === "ledger") work.addEntry(variable);
  else {
    const ledger = work.asked().find((v) => v.answers === "ledger");
    if (ledger) work.addEntry(ledger);
  }
}

/** Go to the next or previous variable that is asked: it is brought into sight and its first choice focused. */
function step(work: Workspace, by: 1 | -1): void {
  const asked = work.asked();
  const at = asked.findIndex((v) => v.id === work.active.variable);
  const next = asked[Math.max(0, Math.min(asked.length - 1, at + by))];
  if (next) go(work, next);
}

export function go(work: Workspace, variable: Variable): void {
  const unit = work.firstUnit(variable);
  if (unit) work.activate(unit);
  const card = cardOf(variable.id);
  card?.scrollIntoView({ block: "nearest" });
  const choice = card?.querySelector<HTMLElement>("input:checked") ?? card?.querySelector<HTMLElement>("input, button");
  choice?.focus({ preventScroll: true });
}

const cardOf = (id: string): HTMLElement | null => document.querySelector(`[data-variable="${CSS.escape(id)}"]`);

function meaning(id: string): void {
  const details = cardOf(id)?.querySelector<HTMLDetailsElement>("[data-meaning]");
  if (details) details.open = !details.open;
}

function memo(unit: Unit): void {
  const area = document.getElementById(`memo-${keyOf(unit)}`);
  const details = area?.closest("details");
  if (details) details.open = true;
  area?.focus();
}
