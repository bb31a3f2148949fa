// One answer: codes, words, doubts, memo.

import type { JSX, TargetedEvent } from "preact";
import { keyOf } from "../answers.ts";
import type { Unit, Variable } from "../types.ts";
import type { Workspace } from "../workspace.ts";
import { Choices } from "./choices.tsx";
import { EvidenceList } from "./evidence.tsx";
import { Conflict } from "./status.tsx";

export interface AnswerProps { work: Workspace; variable: Variable; unit: Unit }

export function AnswerForm({ work, variable, unit }: AnswerProps): JSX.Element {
  return (
    <>
      <Conflict work={work} variable={variable} unit={unit} />
      <Choices work={work} variable={variable} unit={unit} />
      {variable.unit === "paper" && <EvidenceList work={work} variable={variable} unit={unit} />}
      <Doubts work={work} variable={variable} unit={unit} />
    </>
  );
}

function Doubts({ work, variable, unit }: AnswerProps): JSX.Element {
  const answer = work.answer(unit);
  const slot = work.saver.slots.get(keyOf(unit));
  const id = `memo-${keyOf(unit)}`;
  const unsure = (): void => { work.activate(unit); work.edit(unit, { ...work.answer(unit), unsure: !work.answer(unit).unsure }); };
  const memo = (event: TargetedEvent<HTMLTextAreaElement>): void => work.edit(unit, { ...work.answer(unit), memo: event.currentTarget.value }, true);
  const can = slot !== undefined && (slot.draft !== null || slot.base !== null);
  return (
    <div class="doubts">
      <label class="unsure"><input type="checkbox" checked={answer.unsure} onChange={unsure} /> Unsure <kbd aria-hidden="true">u</kbd></label>
      <details class="memo" open={answer.memo !== ""}>
        <summary>Memo <kbd aria-hidden="true">m</kbd></summary>
        <label class="sr" for={id}>Memo on {variable.label}</label>
        <textarea id={id} rows={2} maxLength={10_000} dir="auto" value={answer.memo} onInput={memo} onFocus={() => work.activate(unit)} />
      </details>
      <button type="button" class="link" disabled={!can} onClick={() => work.undo(unit)}>Undo <kbd aria-hidden="true">z</kbd></button>
      <button type="button" class="link" disabled={!slot?.saved && !slot?.draft} onClick={() => work.clear(unit)}>Clear</button>
    </div>
  );
}
