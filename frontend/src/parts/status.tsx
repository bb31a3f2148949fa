// Where an answer stands on its way to the server, and what to do when it doesn't get there.

import type { JSX } from "preact";
import { keyOf, lack } from "../answers.ts";
import type { Slot } from "../slot.ts";
import type { Coding, Unit, Variable } from "../types.ts";
import type { Workspace } from "../workspace.ts";
import { count, time } from "./words.ts";

const STALE = "the codebook was changed since you gave this answer";

/** One line for one answer. */
export function standing(slot: Slot | undefined, variable: Variable): { words: string; tone: string } {
  if (!slot) return { words: "", tone: "" };
  if (slot.state === "sending") return { words: "Saving…", tone: "" };
  if (slot.state === "unreached") return { words: `Not saved: ${slot.why}. Trying again.`, tone: "bad" };
  if (slot.state === "refused") return { words: `Not saved: ${slot.why}`, tone: "bad" };
  if (slot.state === "conflict") return { words: "Changed elsewhere", tone: "bad" };
  if (slot.state === "stale") return { words: `Not saved: ${STALE}.`, tone: "bad" };
  if (slot.draft) {
    const missing = lack(variable, slot.draft);
    if (missing?.kind === "evidence") return { words: "Draft: words are missing", tone: "wait" };
    return { words: missing ? "Draft: no code chosen" : "Saving…", tone: missing ? "wait" : "" };
  }
  return slot.saved ? { words: `Saved ${time(slot.saved.at)}`, tone: "good" } : { words: "", tone: "" };
}

export function Standing({ work, variable, unit }: { work: Workspace; variable: Variable; unit: Unit }): JSX.Element | null {
  const slot = work.saver.slots.get(keyOf(unit));
  const { words, tone } = standing(slot, variable);
  if (!words || !slot) return null;
  return (
    <span class={`standing ${tone}`}>
      {words}
      {(slot.state === "refused" || slot.state === "unreached") && <button type="button" class="link" onClick={() => work.saver.retry()}>Try now</button>}
      {slot.state === "stale" && <button type="button" class="link" onClick={() => slot.draft && work.edit(unit, slot.draft)}>Save it as it is</button>}
      {slot.draft && (slot.state === "draft" || slot.state === "stale") && slot.saved && <button type="button" class="link" onClick={() => work.saver.drop(unit)}>Back to the saved answer</button>}
    </span>
  );
}

/** One line for the whole paper, read out when it changes. */
export function SaveState({ work }: { work: Workspace }): JSX.Element {
  const slots = [...work.saver.slots.values()];
  const of = (state: Slot["state"]): Slot[] => slots.filter((slot) => slot.state === state);
  const complete = slots.filter((slot) => slot.state === "draft" && slot.complete).length;
  const drafts = slots.filter((slot) => slot.state === "draft" && !slot.complete).length;
  const bad = [...of("refused"), ...of("unreached"), ...of("conflict"), ...of("stale")];
  let words = work.saver.savedAt ? `Saved ${time(work.saver.savedAt)}` : "";
  if (of("sending").length || complete) words = "Saving…";
  if (bad.length) words = `Not saved: ${bad[0]!.state === "stale" ? STALE : bad[0]!.why}`;
  const later = drafts ? `${count(drafts, "draft")} kept here` : "";
  const warning = work.saver.keeps ? "" : "This browser keeps no drafts; don't leave before all is saved.";
  return <p class={`save-state${bad.length ? " bad" : ""}`} role="status">{[words, later, warning].filter(Boolean).join(" · ")}</p>;
}

export function Conflict({ work, variable, unit }: { work: Workspace; variable: Variable; unit: Unit }): JSX.Element | null {
  const slot = work.saver.slots.get(keyOf(unit));
  if (slot?.state !== "conflict") return null;
  return (
    <div class="conflict" role="alert">
      <p>This answer was changed elsewhere since it was opened here. Which one is to stand?</p>
      <div class="sides">
        <Side title="Here" variable={variable} answer={work.saver.shown(unit)} />
        <Side title={slot.theirs ? `Elsewhere, ${time(slot.theirs.at)}` : "Elsewhere"} variable={variable} answer={slot.theirs} />
      </div>
      <button type="button" class="button" onClick={() => work.saver.keepMine(slot)}>Keep this one</button>{" "}
      <button type="button" class="button" onClick={() => work.saver.takeTheirs(slot)}>Take the other</button>
    </div>
  );
}

type Said = Partial<Pick<Coding, "codes" | "spans" | "memo" | "unsure">>;

export function Side({ title, variable, answer }: { title: string; variable: Variable; answer: Said | null }): JSX.Element {
  const label = (id: string): string => variable.codes.find((code) => code.id === id)?.label ?? id;
  const codes = answer?.codes;
  const words = answer === null ? "No answer" : codes === null ? "Can't say" : codes === undefined ? "Not chosen" : codes.map(label).join(", ") || "None of these";
  return (
    <div class="side">
      <h3>{title}</h3>
      <p dir="auto">{words}{answer?.unsure ? " (unsure)" : ""}</p>
      {answer?.spans?.map((span) => <q dir="auto" key={`${span.start}-${span.stop}`}>{span.quote}</q>)}
      {answer?.memo && <p class="memo-text" dir="auto">{answer.memo}</p>}
    </div>
  );
}

/** What was left unsaved of questions that are no longer asked: shown, since nothing that was typed is thrown away unasked. */
export function Orphans({ work }: { work: Workspace }): JSX.Element {
  return (
    <>
      {work.saver.orphans.map((orphan) => (
        <div class="conflict" role="alert" key={keyOf(orphan.unit)}>
          <p>This answer of yours to “{orphan.unit.variable}” was not saved, and the codebook no longer asks that:</p>
          <p dir="auto">{orphan.draft?.codes?.join(", ")}</p>
          {orphan.draft?.spans.map((span) => <q dir="auto" key={`${span.start}-${span.stop}`}>{span.quote}</q>)}
          {orphan.draft?.memo && <p class="memo-text" dir="auto">{orphan.draft.memo}</p>}
          <button type="button" class="button" onClick={() => work.saver.forget(orphan)}>Forget it</button>
        </div>
      ))}
    </>
  );
}
