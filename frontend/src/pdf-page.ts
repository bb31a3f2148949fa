// One PDF page: drawn when it comes near the window, emptied when it is far from it.

import type { PDFDocumentProxy, PageViewport } from "pdfjs-dist";
import type { Mark } from "./marks.ts";
import type { Run } from "./pdf-geometry.ts";
import { textNode } from "./places.ts";

const MOST_PIXELS = 16_000_000;
const FONT = "serif";
const MEASURED_SIZE = 20;
const ruler = document.createElement("canvas").getContext("2d");

/** How wide the words are in some common font; only proportions matter. */
export function widthOf(words: string): number {
  if (!ruler) return words.length;
  ruler.font = `${MEASURED_SIZE}px ${FONT}`;
  return ruler.measureText(words).width;
}

export class PdfPage {
  readonly root = document.createElement("div");
  ready: () => void = () => {};
  private readonly marks = layer("pdf-marks");
  private readonly words = layer("pdf-words");
  private canvas: HTMLCanvasElement | null = null;
  private task: { cancel(): void } | null = null;
  private isNear = false;
  private scale = 1;
  private turn = 0;

  constructor(readonly number: number, private readonly pdf: PDFDocumentProxy, private viewport: PageViewport, readonly runs: Run[], private readonly text: string) {
    this.root.className = "pdf-page";
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", `Page ${number}`);
    this.root.append(this.marks, this.words);
    this.size();
  }

  near(isNear: boolean): void {
    if (isNear === this.isNear) return;
    this.isNear = isNear;
    if (isNear) {
      this.write();
      void this.paint();
    } else this.forget();
  }

  fit(width: number): void {
    const one = this.viewport.clone({ scale: 1 });
    const scale = Math.max(0.2, Math.min(2.5, width / one.width));
    if (Math.abs(scale - this.scale) < 0.001) return;
    this.scale = scale;
    this.viewport = this.viewport.clone({ scale });
    this.size();
    if (!this.isNear) return;
    this.write();
    this.ready();
    void this.paint();
  }

  draw(found: [Mark, Run[]][]): void {
    const focused = this.marks.contains(document.activeElement) ? document.activeElement?.getAttribute("data-mention") : null;
    this.marks.replaceChildren(...found.flatMap(([mark, runs]) => runs.map((run, at) => this.mark(mark, run, at === 0))));
    if (focused) this.marks.querySelector<HTMLElement>(`[data-mention="${focused}"]`)?.focus({ preventScroll: true });
  }

  /** An element over a run, for a moment. */
  point(run: Run): HTMLElement {
    const element = layer("pdf-point");
    this.place(element, run);
    this.root.append(element);
    return element;
  }

  private mark(mark: Mark, run: Run, first: boolean): HTMLElement {
    const element = layer(`pdf-${mark.kind}${mark.active ? " active" : ""}${mark.label ? " coded" : ""}`);
    this.place(element, run);
    if (mark.kind === "evidence") return element;
    element.dataset["label"] = first ? mark.label : "";
    if (!first) return element;
    element.dataset["mention"] = String(mark.mention);
    element.tabIndex = mark.active ? 0 : -1;
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", `${this.text.slice(mark.start, mark.stop)}, mention ${mark.mention + 1}: ${mark.label || "without a sense"}`);
    return element;
  }

  private place(element: HTMLElement, run: Run): { width: number; height: number } {
    const [x1, y1, x2, y2] = this.viewport.convertToViewportRectangle([run.left, run.bottom, run.right, run.top]) as [number, number, number, number];
    const [width, height] = [Math.abs(x2 - x1), Math.abs(y2 - y1)];
    Object.assign(element.style, { left: `${Math.min(x1, x2)}px`, top: `${Math.min(y1, y2)}px`, width: `${width}px`, height: `${height}px` });
    return { width, height };
  }

  private size(): void {
    Object.assign(this.root.style, { width: `${this.viewport.width}px`, height: `${this.viewport.height}px` });
  }

  /** The words of each run over their place, as wide as they are on the page. */
  private write(): void {
    this.words.replaceChildren(...this.runs.flatMap((run) => {
      const element = document.createElement("span");
      const { width, height } = this.place(element, run);
      const words = this.text.slice(run.start, run.stop);
      const size = Math.max(1, height * 0.85);
      const natural = (widthOf(words) * size) / MEASURED_SIZE || width;
      Object.assign(element.style, { width: "auto", fontSize: `${size}px`, lineHeight: `${height}px`, transform: `scaleX(${width / natural})` });
      element.append(textNode(words, run.start));
      return [element, document.createElement("br")];
    }));
  }

  private async paint(): Promise<void> {
    const turn = (this.turn += 1);
    this.task?.cancel();
    const page = await this.pdf.getPage(this.number);
    if (turn !== this.turn || !this.isNear) return;
    const own = page.getViewport({ scale: this.scale });
    if (own.width !== this.viewport.width || own.height !== this.viewport.height || own.rotation !== this.viewport.rotation) {
      this.viewport = own;
      this.size();
      this.write();
    }
    this.viewport = own;
    this.ready();
    const canvas = document.createElement("canvas");
    const density = Math.min(devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / (own.width * own.height)));
    canvas.width = Math.ceil(own.width * density);
    canvas.height = Math.ceil(own.height * density);
    canvas.setAttribute("aria-hidden", "true");
    const task = page.render({ canvas, viewport: page.getViewport({ scale: this.scale * density }) });
    this.task = task;
    try {
      await task.promise;
    } catch (error) {
      if (turn === this.turn && this.isNear) console.warn(`page ${this.number} can't be drawn`, error);
      return;
    }
    if (turn !== this.turn) return;
    this.canvas?.remove();
    this.canvas = canvas;
    this.root.prepend(canvas);
  }

  private forget(): void {
    this.turn += 1;
    this.task?.cancel();
    this.canvas?.remove();
    this.canvas = null;
    this.words.replaceChildren();
  }
}

function layer(name: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  return element;
}
