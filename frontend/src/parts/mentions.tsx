// A variable that is asked of each mention: one mention at a time, with the words around it.

import type { JSX } from "preact";
import type { Unit, Variable } from "../types.ts";
import type { Workspace } from "../workspace.ts";
import { AnswerForm } from "./answer.tsx";

const AROUND = 60;

export function Mentions({ work, variable }: { work: Workspace; variable: Variable }): JSX.Element | null {
  const unit = work.mentionUnit(variable, work.mention);
  if (!unit) return null;
  const all = work.paper.mentions.length;
  const saved = work.units(variable).filter((one) => work.isSaved(one)).length;
  return (
    <>
      <div class="pager">
        <button type="button" class="button" disabled={work.mention === 0} onClick={() => work.goMention(work.mention - 1)}>Previous <kbd aria-hidden="true">p</kbd></button>
        <p>Mention {work.mention + 1} of {all} <span class="muted">({saved} saved)</span></p>
        <button type="button" class="button" disabled={work.mention === all - 1} onClick={() => work.goMention(work.mention + 1)}>Next <kbd aria-hidden="true">n</kbd></button>
      </div>
      <Context work={work} unit={unit} />
      <AnswerForm key={work.mention} work={work} variable={variable} unit={unit} />
    </>
  );
}

function Context({ work, unit }: { work: Workspace; unit: Unit }): JSX.Element {
  const { offsets } = work;
  const before = offsets.slice(Math.max(0, unit.start - AROUND), unit.start);
  const after = offsets.slice(unit.stop, unit.stop + AROUND);
  return (
    <p class="context" dir="auto">
      …{before}<button type="button" class="here" title="Show it in the paper" onClick={() => work.goMention(work.mention, true)}>{offsets.slice(unit.start, unit.stop)}</button>{after}…
    </p>
  );
}
