// One variable of the codebook: its question, and the answer or answers to it; folded where it isn't asked.

import type { JSX } from "preact";
import { ofPaper } from "../answers.ts";
import type { Coding, Unit, Variable } from "../types.ts";
import type { Workspace } from "../workspace.ts";
import { AnswerForm } from "./answer.tsx";
import { Ledger } from "./ledger.tsx";
import { Meaning, Provenance } from "./meaning.tsx";
import { Mentions } from "./mentions.tsx";
import { Side, Standing } from "./status.tsx";

interface Props { work: Workspace; variable: Variable; missing: boolean; others: Coding[] }

export function VariableCard({ work, variable, missing, others }: Props): JSX.Element {
  const why = work.unasked(variable);
  const id = `variable-${variable.id}`;
  if (why !== null) {
    return (
      <section class="variable folded" data-variable={variable.id} aria-labelledby={id}>
        <h2 id={id} dir="auto">{variable.label}</h2>
        <p class="muted">{why}</p>
      </section>
    );
  }
  const active = work.active.variable === variable.id;
  const unit = variable.unit === "mention" ? work.mentionUnit(variable, work.mention) : variable.answers === "ledger" ? null : ofPaper(variable.id);
  return (
    <section class={`variable${active ? " at" : ""}${missing ? " missing" : ""}`} data-variable={variable.id} aria-labelledby={id}>
      <div class="variable-head">
        <h2 id={id} dir="auto">{variable.label}</h2> <Provenance tag={variable.provenance} />
        {unit && <Standing work={work} variable={variable} unit={unit} />}
      </div>
      <p class="question" dir="auto">{variable.question}</p>
      {missing && <p class="wanted">Not answered yet.</p>}
      {variable.unit === "mention" ? <Mentions work={work} variable={variable} />
        : variable.answers === "ledger" ? <Ledger work={work} variable={variable} />
        : <AnswerForm work={work} variable={variable} unit={unit!} />}
      <Meaning variable={variable} />
      <Others work={work} variable={variable} codings={others} at={unit} />
    </section>
  );
}

/** What others said, after the own answers are done. */
function Others({ variable, codings, at }: { work: Workspace; variable: Variable; codings: Coding[]; at: Unit | null }): JSX.Element | null {
  const mine = codings.filter((coding) => at === null || (coding.start === at.start && coding.stop === at.stop));
  if (!mine.length) return null;
  return (
    <div class="others">
      <h3>What others said</h3>
      {mine.map((coding) => <Side key={`${coding.coder ?? ""}-${coding.revision}-${coding.start}-${coding.item}`} title={coding.coder ?? ""} variable={variable} answer={coding} />)}
    </div>
  );
}
