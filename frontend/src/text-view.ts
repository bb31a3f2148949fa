// The paper as text. Lines are drawn once; a change draws only the lines whose marks have changed.

import { byStretch, flatten, type Segment } from "./segments.ts";
import { chunks, holding, lines, type Stretch } from "./lines.ts";
import { sign, type Mark } from "./marks.ts";
import { range, select, textNode } from "./places.ts";
import { FLASH_MILLISECONDS, type View } from "./view.ts";

export class TextView implements View {
  readonly root = document.createElement("div");
  private readonly lines: Stretch[];
  private readonly shown: HTMLElement[] = [];
  private readonly signs: string[] = [];

  constructor(private readonly text: string, title: string, sections: Map<number, string>) {
    this.lines = lines(text);
    this.root.className = "paper-text";
    for (const [first, last] of chunks(this.lines)) {
      const chunk = document.createElement("div");
      chunk.className = "chunk";
      for (let at = first; at < last; at += 1) chunk.append(this.line(at, title, sections.get(at)));
      this.root.append(chunk);
    }
  }

  draw(marks: Mark[]): void {
    const there = byStretch(this.lines, marks, (unit) => holding(this.lines, unit));
    for (let at = 0; at < this.lines.length; at += 1) {
      const mine = there.get(at) ?? [];
      const now = mine.map(sign).join("|");
      if (this.signs[at] === now) continue;
      this.signs[at] = now;
      this.redraw(at, mine);
    }
  }

  reveal(stretch: Stretch, flash: boolean): void {
    const line = this.shown[holding(this.lines, stretch.start)];
    if (!line) return;
    // The chunk may not be laid out yet: first the line, then the exact place.
    line.scrollIntoView({ block: "nearest" });
    const found = range(line, stretch);
    const place = found?.startContainer.parentElement ?? line;
    place.scrollIntoView({ block: "center" });
    if (flash) this.flash(stretch);
  }

  focusMention(at: number): void {
    this.root.querySelector<HTMLElement>(`[data-mention="${at}"]`)?.focus({ preventScroll: true });
  }

  select(stretch: Stretch): void {
    const first = holding(this.lines, stretch.start);
    if (holding(this.lines, stretch.stop - 1) === first) select(this.shown[first]!, stretch);
    else select(this.root, stretch);
  }

  close(): void {
    this.root.remove();
  }

  private line(at: number, title: string, section: string | undefined): HTMLElement {
    const { start, stop } = this.lines[at]!;
    const words = this.text.slice(start, stop);
    const line = document.createElement("p");
    line.dir = "auto";
    if (at === 0 && title && words.trim() === title.trim()) line.className = "title";
    if (section) line.dataset["section"] = section;
    line.append(textNode(words, start));
    this.shown.push(line);
    this.signs.push("");
    return line;
  }

  private redraw(at: number, marks: Mark[]): void {
    const { start, stop } = this.lines[at]!;
    const line = this.shown[at]!;
    const focused = line.contains(document.activeElement) ? document.activeElement?.getAttribute("data-mention") : null;
    const nodes: Node[] = [];
    let opened = -1;
    let open = line;
    for (const segment of flatten(start, stop, marks)) {
      const mention = segment.spans.find((mark) => mark.kind === "mention");
      const node = this.segment(segment);
      if (!mention) nodes.push(node);
      else if (opened === mention.mention) open.append(node);
      else {
        opened = mention.mention;
        open = mentionElement(mention, segment.start === mention.start);
        open.append(node);
        nodes.push(open);
      }
    }
    line.replaceChildren(...nodes);
    if (focused) this.focusMention(Number(focused));
  }

  private segment({ start, stop, spans }: Segment<Mark>): Node {
    const node = textNode(this.text.slice(start, stop), start);
    const evidence = spans.filter((mark) => mark.kind === "evidence");
    if (!evidence.length) return node;
    const element = document.createElement("span");
    element.className = `evidence${evidence.some((mark) => mark.active) ? " active" : ""}${evidence.length > 1 ? " several" : ""}`;
    element.title = `Evidence of: ${[...new Set(evidence.map((mark) => mark.label))].join("; ")}`;
    element.append(node);
    return element;
  }

  private flash(stretch: Stretch): void {
    const first = holding(this.lines, stretch.start);
    const last = holding(this.lines, Math.max(stretch.start, stretch.stop - 1));
    const walls = this.shown.slice(first, last + 1);
    for (const line of walls) {
      const inside = [...line.querySelectorAll<HTMLElement>(".evidence, .mention")].filter((element) => {
        const found = range(element, stretch);
        return found !== null && !found.collapsed;
      });
      for (const element of inside.length ? inside : [line]) {
        element.classList.add("flash");
        setTimeout(() => element.classList.remove("flash"), FLASH_MILLISECONDS);
      }
    }
  }
}

/** A mention's element. Its sense is written after it by the stylesheet, so that the text stays the paper's own. */
function mentionElement(mark: Mark, first: boolean): HTMLElement {
  const element = document.createElement("span");
  element.className = `mention${mark.active ? " active" : ""}${mark.label ? " coded" : ""}`;
  element.dataset["label"] = mark.label || "?";
  if (!first) return element;
  element.dataset["mention"] = String(mark.mention);
  element.tabIndex = mark.active ? 0 : -1;
  element.setAttribute("role", "button");
  element.setAttribute("aria-description", mark.label ? `Mention ${mark.mention + 1}: ${mark.label}` : `Mention ${mark.mention + 1}, without a sense`);
  return element;
}
