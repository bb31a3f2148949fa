// The words that an answer rests on: a list, and what to do where they are missing.

import type { JSX } from "preact";
import { lack } from "../answers.ts";
import { actions } from "../keyboard.ts";
import type { Evidence, Unit, Variable } from "../types.ts";
import type { Workspace } from "../workspace.ts";
import { clip } from "./words.ts";

export function EvidenceList({ work, variable, unit }: { work: Workspace; variable: Variable; unit: Unit }): JSX.Element | null {
  const answer = work.saver.shown(unit);
  if (!answer?.codes?.length) return null;
  const missing = lack(variable, answer);
  const bare = new Set(missing?.kind === "evidence" ? missing.codes : []);
  const many = variable.answers === "many";
  const groups = many ? answer.codes : [null];
  const absent = answer.codes.every((id) => variable.codes.find((code) => code.id === id)?.absence);
  if (absent && !answer.spans.length) return null;
  return (
    <div class="words">
      {groups.map((code) => {
        const label = variable.codes.find((c) => c.id === code)?.label;
        const spans = answer.spans.filter((span) => span.code === code || (many && span.code === null && code === groups[0]));
        return (
          <div class="words-of" key={code ?? ""}>
            {label && <p class="words-code" dir="auto">{label}</p>}
            <ul>{spans.map((span) => <Quote key={`${span.start}-${span.stop}`} work={work} unit={unit} span={span} />)}</ul>
            {(code ? bare.has(code) : bare.size > 0) && <p class="wanted">Select the words that show it.</p>}
            <Attach work={work} unit={unit} code={code} label={label ?? variable.label} />
          </div>
        );
      })}
    </div>
  );
}

function Quote({ work, unit, span }: { work: Workspace; unit: Unit; span: Evidence }): JSX.Element {
  const show = (): void => {
    work.activate(unit, span.code);
    work.reveal(span, true);
  };
  return (
    <li>
      <button type="button" class="quote" onClick={show} title="Show it in the paper"><q dir="auto">{clip(span.quote)}</q></button>
      <button type="button" class="remove" onClick={() => work.detach(unit, span)} aria-label={`Take off “${clip(span.quote, 60)}”`}>×</button>
    </li>
  );
}

function Attach({ work, unit, code, label }: { work: Workspace; unit: Unit; code: string | null; label: string }): JSX.Element {
  const { selection } = work;
  const words = selection ? work.paper.text.slice(selection.start, selection.stop).trim() : "";
  const add = (): void => {
    work.activate(unit, code);
    if (work.selection) work.attach(work.selection);
    else actions(work).evidence();
  };
  return (
    <button type="button" class="add" data-attach onPointerDown={(event) => event.preventDefault()} onClick={add}>
      {words ? <>Attach <q dir="auto">{clip(words, 40)}</q><span class="sr"> to {label}</span></> : <>Add words<span class="sr"> for {label}</span> <kbd aria-hidden="true">e</kbd></>}
    </button>
  );
}
