// The paper's side: text or PDF pages, drawn outside of Preact (a long text must not be walked at every change).

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { lines } from "../lines.ts";
import { selected } from "../places.ts";
import { sections } from "../sections.ts";
import { TextView } from "../text-view.ts";
import type { View } from "../view.ts";
import type { Workspace } from "../workspace.ts";

export function PaperPane({ work, pdf }: { work: Workspace; pdf: boolean }): JSX.Element {
  const pane = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let view: View | null = null;
    let closed = false;
    setProblem("");
    const show = (made: View): void => {
      if (closed) return made.close();
      view = made;
      pane.current?.append(made.root);
      work.show(made);
    };
    const asText = (): void => show(new TextView(work.paper.text, work.paper.title, sections(work.paper, lines(work.paper.text), work.offsets)));
    if (!pdf || !work.paper.pdf) asText();
    else openPdf(work, pane.current!).then(show, (error: unknown) => {
      if (closed) return;
      setProblem(`The PDF can't be shown (${error instanceof Error ? error.message : String(error)}); this is its text.`);
      asText();
    });
    return () => { closed = true; work.show(null); view?.close(); };
  }, [work, pdf]);
  useEffect(() => watchSelection(work, pane.current!), [work]);
  const variable = work.variable(work.active.variable);
  return (
    <div class={`paper${work.evidenceMode ? " choosing" : ""}`}>
      {problem && <p class="notice" role="alert">{problem}</p>}
      <div class="paper-pane" data-paper-pane ref={pane} tabIndex={0} role="region" aria-label="Paper" onClick={(event) => clicked(work, event)} />
      {work.evidenceMode && (
        <p class="mode">Choosing words for <b>{variable?.label}</b>: <kbd>←</kbd> <kbd>→</kbd> word, <kbd>↑</kbd> <kbd>↓</kbd> sentence, <kbd>Shift</kbd> extends, <kbd>Enter</kbd> attaches, <kbd>Esc</kbd> leaves</p>
      )}
      {!work.evidenceMode && work.wantsEvidence() && <p class="mode">Select the words that show <b>{variable?.label}</b>, or press <kbd>e</kbd></p>}
    </div>
  );
}

async function openPdf(work: Workspace, pane: HTMLElement): Promise<View> {
  const { PdfView } = await import("../pdf-view.ts");
  return PdfView.open(work.paper, work.offsets, pane);
}

/** Words selected by pointer are attached at once where the answer at hand waits for them; else they are offered to it. */
function watchSelection(work: Workspace, pane: HTMLElement): () => void {
  const changed = (): void => {
    const now = selected(pane);
    if (work.evidenceMode || (now?.start === work.selection?.start && now?.stop === work.selection?.stop)) return;
    work.selection = now;
    work.changed();
  };
  const released = (): void => {
    const now = selected(pane);
    if (!now || !(work.wantsEvidence() || work.evidenceMode)) return;
    work.attach(now);
  };
  document.addEventListener("selectionchange", changed);
  pane.addEventListener("mouseup", released);
  return () => {
    document.removeEventListener("selectionchange", changed);
    pane.removeEventListener("mouseup", released);
  };
}

function clicked(work: Workspace, event: MouseEvent): void {
  // A double click on a mention's word may be meant to choose it as evidence.
  if (selected(event.currentTarget as Node) || work.wantsEvidence() || work.evidenceMode) return;
  const mention = (event.target as Element).closest<HTMLElement>("[data-mention]");
  if (mention) work.goMention(Number(mention.dataset["mention"]), true);
}
