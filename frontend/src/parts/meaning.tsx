// "What does it mean?": definitions, rules and boundary examples of a variable's codes, with their provenance.

import type { JSX } from "preact";
import type { Code, Variable } from "../types.ts";
import { PROVENANCE } from "./words.ts";

export function Provenance({ tag }: { tag: string }): JSX.Element {
  return <span class="prov" title={`Source of these words: ${PROVENANCE[tag] ?? tag}`}>{PROVENANCE[tag] ?? tag}</span>;
}

export function Meaning({ variable }: { variable: Variable }): JSX.Element {
  return (
    <details class="meaning" data-meaning>
      <summary>What does it mean? <kbd aria-hidden="true">d</kbd></summary>
      <dl>{variable.codes.map((code) => <Entry key={code.id} code={code} />)}</dl>
    </details>
  );
}

function Entry({ code }: { code: Code }): JSX.Element {
  return (
    <>
      <dt dir="auto">{code.label} <Provenance tag={code.provenance} /></dt>
      <dd>
        <p dir="auto">{code.definition}</p>
        {code.rule && <p class="rule" dir="auto"><b>In practice:</b> {code.rule}</p>}
        {code.examples.map((example) => (
          <p class="example" dir="auto" key={example.text}>
            <b>{example.applies ? "Yes:" : "No:"}</b> <q>{example.text}</q> <span class="because">{example.because}</span>
          </p>
        ))}
      </dd>
    </>
  );
}
