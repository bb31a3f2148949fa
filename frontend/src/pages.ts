// Small helps on the server's pages: `data-copy="#id"` copies a text, `data-confirm="…"` asks before a form is sent.

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
