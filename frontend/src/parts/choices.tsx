// The codes of one answer as radio buttons or checkboxes, with their number keys.

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { keyOf } from "../answers.ts";
import type { Code, Unit, Variable } from "../types.ts";
import type { Workspace } from "../workspace.ts";

interface RowProps { name: string; kind: "radio" | "checkbox"; hint: string; label: string; checked: boolean; quiet?: boolean; onPick: () => void }

function Row({ name, kind, hint, label, checked, quiet, onPick }: RowProps): JSX.Element {
  return (
    <label class={`choice${checked ? " chosen" : ""}${quiet ? " quiet" : ""}`}>
      <input type={kind} name={name} checked={checked} onChange={onPick} />
      <span class="choice-label" dir="auto">{label}</span>
      <kbd aria-hidden="true">{hint}</kbd>
    </label>
  );
}

export function Choices({ work, variable, unit }: { work: Workspace; variable: Variable; unit: Unit }): JSX.Element {
  const shown = work.saver.shown(unit);
  const codes = shown?.codes;
  const kind = variable.answers === "many" ? "checkbox" : "radio";
  const name = keyOf(unit);
  // Arrow keys choose every radio button that they pass; only where the person stays is a judgement.
  const passing = useRef(false);
  const pick = (code: Code) => () => work.choose(unit, code, passing.current);
  const hasAbsence = variable.codes.some((code) => code.absence);
  return (
    <fieldset class="choices" onKeyDown={(event) => { passing.current = event.key.startsWith("Arrow"); }} onPointerDown={() => { passing.current = false; }}>
      <legend class="sr">{variable.label}</legend>
      {variable.codes.map((code, at) => (
        <Row key={code.id} name={name} kind={kind} hint={at < 9 ? String(at + 1) : ""} label={code.label} checked={codes?.includes(code.id) ?? false} onPick={pick(code)} />
      ))}
      {variable.answers === "many" && !hasAbsence && (
        <Row name={name} kind={kind} hint="0" label="None of these" checked={codes?.length === 0} onPick={() => work.none(unit)} />
      )}
      <Row name={name} kind={kind} hint="x" label="Can't say" checked={shown !== null && codes === null} quiet onPick={() => work.cannotSay(unit, passing.current)} />
    </fieldset>
  );
}
