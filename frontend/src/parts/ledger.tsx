// A ledger: several entries, each with its code, the ideal that it stands for, and its words.

import type { JSX, TargetedEvent } from "preact";
import { keyOf, ofPaper } from "../answers.ts";
import type { Unit, Variable } from "../types.ts";
import type { Workspace } from "../workspace.ts";
import { AnswerForm } from "./answer.tsx";
import { Standing } from "./status.tsx";

export function Ledger({ work, variable }: { work: Workspace; variable: Variable }): JSX.Element {
  const all = work.entries(variable);
  const none = all.find((unit) => work.isNone(unit));
  const entries = all.filter((unit) => !work.isNone(unit));
  const setNone = (): void => (none ? work.clear(none) : work.none(all[0] ?? ofPaper(variable.id)));
  return (
    <div class="ledger">
      <ol>
        {entries.map((unit, at) => <Entry key={unit.item} work={work} variable={variable} unit={unit} at={at} />)}
      </ol>
      {entries.length === 0 && (
        <label class={`choice${none ? " chosen" : ""}`}>
          <input type="checkbox" checked={none !== undefined} onChange={setNone} />
          <span class="choice-label">None in this text</span><kbd aria-hidden="true">0</kbd>
        </label>
      )}
      {none && <Standing work={work} variable={variable} unit={none} />}
      <button type="button" class="button" onClick={() => work.addEntry(variable)}>Add an entry <kbd aria-hidden="true">a</kbd></button>
    </div>
  );
}

function Entry({ work, variable, unit, at }: { work: Workspace; variable: Variable; unit: Unit; at: number }): JSX.Element {
  const answer = work.answer(unit);
  const ideal = (event: TargetedEvent<HTMLSelectElement>): void => {
    work.activate(unit);
    work.edit(unit, { ...work.answer(unit), stands_for: event.currentTarget.value || null });
  };
  const here = keyOf(work.active) === keyOf(unit);
  const id = `stands-${keyOf(unit)}`;
  const known = work.paper.ideals;
  return (
    <li class={`entry${here ? " at" : ""}`} data-item={unit.item} onClick={() => work.activate(unit, work.wanted)}>
      <h3>Entry {at + 1} <Standing work={work} variable={variable} unit={unit} /></h3>
      <AnswerForm work={work} variable={variable} unit={unit} />
      <p class="field-row">
        <label for={id}>Stands for</label>
        <select id={id} value={answer.stands_for ?? ""} onChange={ideal}>
          <option value="">not said</option>
          {known.map((one) => <option key={one} value={one}>{idealLabel(work, one)}</option>)}
          {answer.stands_for && !known.includes(answer.stands_for) && <option value={answer.stands_for}>{answer.stands_for}</option>}
        </select>
      </p>
    </li>
  );
}

/** An ideal's name, as some variable's code of the same id bears it. */
function idealLabel(work: Workspace, id: string): string {
  for (const variable of work.codebook.variables) {
    const code = variable.codes.find((c) => c.id === id);
    if (code) return code.label;
  }
  return id;
}
