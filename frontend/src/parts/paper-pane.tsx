// The paper's side: text or PDF pages, drawn outside of Preact (a long text must not be walked at every change).

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { lines } from "../lines.ts";
import { selected } from "../places.ts";
import { sections } from "../sections.ts";
import { TextView } from "../text-view.ts";
import type { View } from "../view.ts";
import type { Workspace } from "../workspace.ts";
import { clip } from "./words.ts";

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
  const offered = !work.evidenceMode && work.takesEvidence() ? work.selection : null;
  return (
    <div class={`paper${work.evidenceMode ? " choosing" : ""}`}>
      {problem && <p class="notice" role="alert">{problem}</p>}
      <div class="paper-pane" data-paper-pane ref={pane} tabIndex={0} role="region" aria-label="Paper" onClick={(event) => clicked(work, event)} />
      {work.evidenceMode && (
        <p class="mode">Choosing words for <b>{variable?.label}</b>: <kbd>←</kbd> <kbd>→</kbd> word, <kbd>↑</kbd> <kbd>↓</kbd> sentence, <kbd>Shift</kbd> extends, <kbd>Enter</kbd> attaches, <kbd>Esc</kbd> leaves</p>
      )}
      {offered && (
        <p class="mode">
          <button type="button" class="button" data-attach onPointerDown={(event) => event.preventDefault()} onClick={() => work.attach(offered)}>
            Attach <q dir="auto">{clip(work.paper.text.slice(offered.start, offered.stop).trim(), 60)}</q> to <b>{variable?.label}</b>
          </button>
        </p>
      )}
      {!work.evidenceMode && !offered && work.wantsEvidence() && <p class="mode">Select the words that show <b>{variable?.label}</b>, or press <kbd>e</kbd></p>}
    </div>
  );
}

async function openPdf(work: Workspace, pane: HTMLElement): Promise<View> {
  const { PdfView } = await import("../pdf-view.ts");
  return PdfView.open(work.paper, work.offsets, pane);
}

/**
 * Words selected by mouse are attached at once where the answer at hand waits for them. Else, and by touch, where the ends
 * of a selection are still to be moved, they are offered to it.
 */
function watchSelection(work: Workspace, pane: HTMLElement): () => void {
  // A finger on the button that attaches the words takes the selection away before its click comes.
  let held = false;
  const down = (event: PointerEvent): void => { held = (event.target as Element).closest("[data-attach]") !== null; };
  const changed = (): void => {
    const now = selected(pane);
    if (held && !now) return;
    if (work.evidenceMode || (now?.start === work.selection?.start && now?.stop === work.selection?.stop)) return;
    work.selection = now;
    work.changed();
  };
  let pressed = false;
  const press = (): void => { pressed = true; };
  const release = (): void => {
    const now = pressed ? selected(pane) : null;
    pressed = false;
    if (now && (work.wantsEvidence() || work.evidenceMode)) work.attach(now);
  };
  const stopped = new AbortController();
  const { signal } = stopped;
  document.addEventListener("pointerdown", down, { signal, capture: true });
  document.addEventListener("selectionchange", changed, { signal });
  pane.addEventListener("mousedown", press, { signal });
  document.addEventListener("mouseup", release, { signal }); // it may be let go outside of the paper
  return () => stopped.abort();
}

function clicked(work: Workspace, event: MouseEvent): void {
  // A double click on a mention's word may be meant to choose it as evidence.
  if (selected(event.currentTarget as Node) || work.wantsEvidence() || work.evidenceMode) return;
  const mention = (event.target as Element).closest<HTMLElement>("[data-mention]");
  if (mention) work.goMention(Number(mention.dataset["mention"]), true);
}
