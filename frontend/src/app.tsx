// The page's frame: bar, paper, variables.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Finish, type Finishing } from "./finish.ts";
import { Focus } from "./focus.ts";
import { listen, go } from "./keyboard.ts";
import { PaperPane } from "./parts/paper-pane.tsx";
import { Bar } from "./parts/bar.tsx";
import { Keys } from "./parts/keys.tsx";
import { Orphans } from "./parts/status.tsx";
import { VariableCard } from "./parts/variable.tsx";
import type { Coding } from "./types.ts";
import type { Workspace } from "./workspace.ts";

export function App({ work }: { work: Workspace }): JSX.Element {
  const [, draw] = useState(0);
  const [keys, setKeys] = useState(false);
  const [pdf, setPdf] = useState(work.paper.pdf !== null);
  const [state, setState] = useState<Finishing>({ done: work.paper.task?.state === "done", missing: [], message: "", others: null });
  const [finish] = useState(() => new Finish(work, setState));
  const [focus] = useState(() => new Focus());
  useLayoutEffect(() => focus.keep());
  useEffect(() => work.subscribe(() => draw((n) => n + 1)), [work]);
  useEffect(() => {
    const send = (): void => work.saver.retry();
    addEventListener("online", send);
    addEventListener("pagehide", send); // what is typed just before the page is left goes out at once
    const stop = listen(work, {
      keys: () => setKeys(true),
      done: () => void finish.done(true),
      toggleView: () => work.paper.pdf && setPdf((on) => !on),
    });
    return () => { removeEventListener("online", send); removeEventListener("pagehide", send); stop(); };
  }, [work, finish]);
  useEffect(() => {
    const first = work.codebook.variables.find((v) => state.missing.includes(v.id));
    if (!first) return;
    const bare = first.unit === "mention" ? work.units(first).findIndex((unit) => !work.isSaved(unit)) : -1;
    if (bare >= 0) work.goMention(bare);
    go(work, first);
  }, [state.missing]);
  const missing = (id: string): boolean => { const v = work.variable(id); return v !== undefined && !work.isAnswered(v); };
  const message = state.missing.length && !state.missing.some(missing) ? "" : state.message;
  const others = (id: string): Coding[] => state.others?.codings.filter((coding) => coding.variable === id) ?? [];
  return (
    <>
      <Bar work={work} state={state} pdf={pdf} onPdf={() => setPdf((on) => !on)} onKeys={() => setKeys(true)} finish={finish} />
      {message && <p class="notice bad" role="alert">{message}</p>}
      <div class="panes">
        <PaperPane work={work} pdf={pdf} />
        <div class="variables" role="region" aria-label="Variables" tabIndex={-1} onFocusIn={(event) => attended(work, event.target as Element)}>
          <Orphans work={work} />
          {work.paper.question && <p class="notice" dir="auto"><b>Sent back with a question:</b> {work.paper.question}</p>}
          {state.others && <p class="notice">{state.others.shown ? "Others' codes stand under each variable. What you change from here on is kept as a later judgement." : state.others.why}</p>}
          {work.codebook.variables.map((variable) => (
            <VariableCard key={variable.id} work={work} variable={variable} missing={state.missing.includes(variable.id) && missing(variable.id)} others={others(variable.id)} />
          ))}
        </div>
      </div>
      <p class="sr" aria-live="polite">{work.said}</p>
      <Keys open={keys} onClose={() => setKeys(false)} />
    </>
  );
}

/** Keys are about the answer in which the keyboard is. */
function attended(work: Workspace, at: Element): void {
  const variable = work.variable(at.closest<HTMLElement>("[data-variable]")?.dataset["variable"] ?? "");
  const item = at.closest<HTMLElement>("[data-item]")?.dataset["item"];
  if (variable) work.attend(variable, item === undefined ? null : Number(item));
}
