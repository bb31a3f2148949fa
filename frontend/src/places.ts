// From places in the page to places in the text and back. Every text node that shows the paper's words is listed
// with the unit at which it begins.

import type { Stretch } from "./lines.ts";

const begins = new WeakMap<Text, number>();

export function textNode(words: string, start: number): Text {
  const node = document.createTextNode(words);
  begins.set(node, start);
  return node;
}

function unitAt(root: Node, node: Node, offset: number): number | null {
  if (node instanceof Text) {
    const start = begins.get(node);
    return start === undefined ? null : start + Math.min(offset, node.length);
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const child = node.childNodes[offset];
  if (child) {
    walker.currentNode = child;
    const found = child instanceof Text ? child : (walker.nextNode() as Text | null);
    return found ? (begins.get(found) ?? null) : null;
  }
  walker.currentNode = node;
  let last: Text | null = null;
  for (let next = walker.nextNode(); next && node.contains(next); next = walker.nextNode()) last = next as Text;
  if (last) return (begins.get(last) ?? 0) + last.length;
  const before = walker.previousNode() as Text | null;
  return before ? (begins.get(before) ?? 0) + before.length : null;
}

/** What is selected within the root; null where that is nothing, or not the paper's words. */
export function selected(root: Node): Stretch | null {
  const selection = document.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.startContainer) || !root.contains(range.endContainer)) return null;
  const start = unitAt(root, range.startContainer, range.startOffset);
  const stop = unitAt(root, range.endContainer, range.endOffset);
  if (start === null || stop === null || start === stop) return null;
  return { start: Math.min(start, stop), stop: Math.max(start, stop) };
}

/** The page's range over these units, within nodes that are listed; null where they are not shown. */
export function range(root: Node, stretch: Stretch): Range | null {
  const found = document.createRange();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let begun = false;
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const start = begins.get(node);
    if (start === undefined || start >= stretch.stop || start + node.length <= stretch.start) continue;
    if (!begun) found.setStart(node, Math.max(0, stretch.start - start));
    found.setEnd(node, Math.min(node.length, stretch.stop - start));
    begun = true;
  }
  return begun ? found : null;
}

/** Select these units as if by mouse. */
export function select(root: Node, stretch: Stretch): boolean {
  const found = range(root, stretch);
  const selection = document.getSelection();
  if (!found || !selection) return false;
  selection.removeAllRanges();
  selection.addRange(found);
  return true;
}
