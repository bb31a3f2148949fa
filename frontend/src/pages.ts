// Small helps on the server's pages: `data-copy="#id"` copies a text, `data-confirm="…"` asks before a form is sent,
// `data-drafts="STUDY" data-person="NAME"` lists the papers of which this browser keeps answers that aren't saved.

import { papersWithDrafts } from "./drafts.ts";

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset["copy"] ?? "");
  const words = source instanceof HTMLInputElement ? source.value : (source?.textContent ?? "").trim();
  const before = button.textContent;
  navigator.clipboard.writeText(words).then(
    () => { button.textContent = "Copied"; },
    () => { if (source instanceof HTMLInputElement) source.select(); button.textContent = "Press Ctrl+C"; },
  ).finally(() => setTimeout(() => { button.textContent = before; }, 2000));
});

document.addEventListener("submit", (event) => {
  const question = (event.target as HTMLElement).dataset["confirm"];
  if (question && !confirm(question)) event.preventDefault();
});

const kept = document.querySelector<HTMLElement>("[data-drafts]");
if (kept) {
  const papers = papersWithDrafts(localStorage, kept.dataset["drafts"] ?? "", kept.dataset["person"] ?? "");
  const list = document.createElement("ul");
  for (const [row, title] of [...papers].sort(([a], [b]) => a - b)) {
    const link = document.createElement("a");
    link.href = `/code/${row}`;
    link.textContent = title;
    link.dir = "auto";
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  kept.append(list);
  kept.hidden = papers.size === 0;
}
