// The paper as PDF pages: a canvas for each page that comes near, our own transparent text over it, marks between them.

import type { PDFDocumentProxy } from "pdfjs-dist";
import type { Stretch } from "./lines.ts";
import { sign, type Mark } from "./marks.ts";
import type { Offsets } from "./offsets.ts";
import { rectangles, runs, type Run, type Share } from "./pdf-geometry.ts";
import { PdfPage, widthOf } from "./pdf-page.ts";
import { select } from "./places.ts";
import type { Paper } from "./types.ts";
import { FLASH_MILLISECONDS, type View } from "./view.ts";

const NEAR = "800px";

export class PdfView implements View {
  readonly root = document.createElement("div");
  private readonly pages: PdfPage[] = [];
  private marks: Mark[] = [];
  private signs = "";
  private readonly share: Share;
  private readonly observer: IntersectionObserver;
  private readonly resized: ResizeObserver;

  private constructor(private readonly pdf: PDFDocumentProxy, private readonly all: Run[], text: string, pane: HTMLElement) {
    this.share = (run, at) => widthOf(text.slice(run.start, run.start + at)) / (widthOf(text.slice(run.start, run.stop)) || 1);
    this.root.className = "paper-pdf";
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) this.pages.find((page) => page.root === entry.target)?.near(entry.isIntersecting);
    }, { root: pane, rootMargin: NEAR });
    let width = 0;
    this.resized = new ResizeObserver(() => {
      if (Math.abs(this.root.clientWidth - width) < 2) return;
      width = this.root.clientWidth;
      this.pages.forEach((page) => page.fit(width));
    });
  }

  static async open(paper: Paper, offsets: Offsets, pane: HTMLElement): Promise<PdfView> {
    const at = new URL("./pdfjs/", import.meta.url).href;
    const library = (await import(/* not bundled */ `${at}pdf.js`)) as typeof import("pdfjs-dist");
    library.GlobalWorkerOptions.workerSrc = `${at}pdf.worker.js`;
    // Compiled WebAssembly would need a weaker content security policy.
    const pdf = await library.getDocument({
      url: paper.pdf!, cMapUrl: `${at}cmaps/`, cMapPacked: true, standardFontDataUrl: `${at}standard_fonts/`,
      wasmUrl: `${at}wasm/`, useWasm: false, isEvalSupported: false, enableXfa: false, useWorkerFetch: true,
    }).promise;
    const view = new PdfView(pdf, runs(paper.boxes ?? [], offsets), paper.text, pane);
    await view.fill(paper);
    return view;
  }

  draw(marks: Mark[]): void {
    const now = marks.map(sign).join("|");
    if (now === this.signs) return;
    this.signs = now;
    this.marks = marks;
    for (const page of this.pages) page.draw(this.on(page));
  }

  reveal(stretch: Stretch, flash: boolean): void {
    const [first] = rectangles(this.all, stretch, this.share);
    const page = first && this.pages[first.page - 1];
    if (!page) return;
    page.near(true);
    page.root.scrollIntoView({ block: "nearest" });
    const shown = rectangles(this.all, stretch, this.share).filter((run) => run.page === first.page).map((run) => page.point(run));
    shown[0]?.scrollIntoView({ block: "center" });
    if (flash) shown.forEach((element) => element.classList.add("flash"));
    setTimeout(() => shown.forEach((element) => element.remove()), FLASH_MILLISECONDS);
  }

  focusMention(at: number): void {
    this.root.querySelector<HTMLElement>(`[data-mention="${at}"]`)?.focus({ preventScroll: true });
  }

  select(stretch: Stretch): void {
    for (const run of rectangles(this.all, stretch, this.share)) this.pages[run.page - 1]?.near(true);
    select(this.root, stretch);
  }

  close(): void {
    this.observer.disconnect();
    this.resized.disconnect();
    this.root.remove();
    void this.pdf.destroy();
  }

  private async fill(paper: Paper): Promise<void> {
    const first = await this.pdf.getPage(1);
    const size = first.getViewport({ scale: 1 });
    if (!this.all.length) this.root.append(hint());
    for (let number = 1; number <= this.pdf.numPages; number += 1) {
      const page = new PdfPage(number, this.pdf, size, this.all.filter((run) => run.page === number), paper.text);
      page.ready = () => page.draw(this.on(page));
      this.pages.push(page);
      this.root.append(page.root);
      this.observer.observe(page.root);
    }
    this.resized.observe(this.root);
  }

  private on(page: PdfPage): [Mark, Run[]][] {
    return this.marks.map((mark): [Mark, Run[]] => [mark, rectangles(page.runs, mark, this.share)]).filter(([, found]) => found.length > 0);
  }
}

function hint(): HTMLElement {
  const words = document.createElement("p");
  words.className = "notice";
  words.textContent = "It isn't known where the words stand on these pages: switch to the text to attach evidence.";
  return words;
}
