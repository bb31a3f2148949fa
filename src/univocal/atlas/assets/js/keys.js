// Keys, theme, and the list of contents.

const THEMES = ["auto", "light", "dark"];

// Storage may be forbidden on pages opened from disk; the page then forgets, and works.
const memory = {
  get(name) {
    try {
      return localStorage.getItem(`univocal-${name}`);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`univocal-${name}`, value);
    } catch {
      /* forgotten */
    }
  },
};

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = `Theme: ${theme === "auto" ? "system" : theme}`;
  memory.set("theme", theme);
}

function nextTheme() {
  setTheme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]);
}

function moveRow(step) {
  const titles = [...document.querySelectorAll("#rows .title")];
  const at = titles.indexOf(document.activeElement);
  if (at >= 0 && titles[at + step]) titles[at + step].focus();
  return at >= 0;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, select, textarea");
  if (event.key === "Escape" && typing && typing.id === "q" && !$("paper").open) {
    typing.blur();
    return;
  }
  if (typing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (moveRow(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    return;
  }
  if (!$("keys-on").checked) return;
  const act = keyActions()[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

function keyActions() {
  if ($("keys").open) return { t: nextTheme };
  if ($("paper").open) return { n: () => stepPaper(1), p: () => stepPaper(-1), m: nextMention, t: nextTheme };
  return {
    "/": () => $("q").focus(),
    "?": () => $("keys").showModal(),
    n: () => $("next").disabled || turnPage(1),
    p: () => $("prev").disabled || turnPage(-1),
    t: nextTheme,
  };
}

function beginKeys() {
  const theme = memory.get("theme");
  setTheme(THEMES.includes(theme) ? theme : "auto");
  $("theme").addEventListener("click", nextTheme);
  $("keys-open").addEventListener("click", () => $("keys").showModal());
  $("keys-close").addEventListener("click", () => $("keys").close());
  $("keys-on").checked = memory.get("keys") !== "off";
  $("keys-on").addEventListener("change", () => memory.set("keys", $("keys-on").checked ? "on" : "off"));
  document.addEventListener("keydown", onKey);
  const links = new Map([...document.querySelectorAll(".contents a")].map((a) => [a.getAttribute("href").slice(1), a]));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        links.forEach((link, id) => link.classList.toggle("here", id === entry.target.id));
      }
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  links.forEach((_, id) => $(id) && seen.observe($(id)));
}
