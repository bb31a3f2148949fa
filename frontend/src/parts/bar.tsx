// The bar above both panes: which paper, how far, whether all is saved, and what to do next.

import type { JSX } from "preact";
import type { Finish, Finishing } from "../finish.ts";
import type { Workspace } from "../workspace.ts";
import { SaveState } from "./status.tsx";

interface Props { work: Workspace; state: Finishing; pdf: boolean; onPdf: () => void; onKeys: () => void; finish: Finish }

export function Bar({ work, state, pdf, onPdf, onKeys, finish }: Props): JSX.Element {
  const { paper } = work;
  const asked = work.asked();
  const answered = asked.filter((variable) => work.isAnswered(variable)).length;
  return (
    <div class="bar">
      <div class="bar-paper">
        <h1 dir="auto">{paper.title || paper.id}</h1>
        <p class="muted" dir="auto">{[paper.venue, paper.year, paper.id].filter(Boolean).join(" · ")}</p>
      </div>
      <div class="bar-progress">
        <label>Paper <progress max={asked.length} value={answered} /> {answered} of {asked.length}</label>
        <label>Queue <progress max={Math.max(1, paper.progress.all)} value={paper.progress.done} /> {paper.progress.done} of {paper.progress.all}</label>
      </div>
      <SaveState work={work} />
      <div class="bar-buttons">
        {paper.pdf && <button type="button" class="button" aria-pressed={pdf} onClick={onPdf}>{pdf ? "Show text" : "Show PDF"} <kbd aria-hidden="true">t</kbd></button>}
        <button type="button" class="button" onClick={onKeys}>Keys <kbd aria-hidden="true">?</kbd></button>
        {finish.begun() && !state.others && (state.done
          ? <button type="button" class="button" onClick={() => void finish.compare()}>See others' codes</button>
          : <button type="button" class="button" onClick={() => void finish.done(false)}>Done, compare</button>)}
        <button type="button" class="button primary" onClick={() => void finish.done(true)}>{finish.begun() ? "Done, next" : "Next"} <kbd aria-hidden="true">Ctrl ↵</kbd></button>
      </div>
    </div>
  );
}
