"""Chromium over a real server: people's browsers, and what they do there. Screenshots go to ``build/screenshots``."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
SCHEMES = [("light", 1280), ("dark", 1280), ("light", 768), ("dark", 768)]


def univocal(*words: object) -> str:
    """Run a command; what it says."""
    line = [sys.executable, "-m", "univocal", *map(str, words)]
    return subprocess.run(line, check=True, capture_output=True, text=True).stdout


@contextmanager
def serving(study: Path, *, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], str, str | None]]:
    """A study being served by a process of its own: the process, the address, the first user's link if there is none."""
    words = [sys.executable, "-m", "univocal", "serve", str(study), "--port", str(port), "--no-browser"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = ""
            while "Ctrl-C" not in said and process.poll() is None:
                said += process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            link = re.search(r"http\S+/join\?token=\S+", said)
            assert address, said
            yield process, address.group(0), link and link.group(0)
        finally:
            process.terminate()


@contextmanager
def launched() -> Iterator[Any]:
    """Chromium."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@dataclass
class Tab:
    """One person's browser; what goes wrong in it is kept."""

    page: Any
    address: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def opened(cls, chromium: Any, address: str, **more: Any) -> Tab:
        """A browser of its own, with its own cookies and drafts."""
        how = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **more}
        return cls.watched(chromium.new_context(**how).new_page(), address)

    @classmethod
    def watched(cls, page: Any, address: str) -> Tab:
        """A page whose complaints are kept."""
        made = cls(page, address)
        complain = made.complaints.append
        page.on("console", lambda m: complain(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("dialog", lambda dialog: (complain("a probe ran"), dialog.dismiss()))
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else complain(r.url))
        return made

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def join(self, link: str, name: str) -> None:
        self.page.goto(link)
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(f"password of {name}")
        self.page.get_by_role("button", name="Join").click()
        expect(self.page.locator("header .who")).to_contain_text(name)

    def log_in(self, name: str, path: str = "/") -> None:
        self.open(path)
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(f"password of {name}")
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.locator("header .who")).to_contain_text(name)

    def allow(self, *words: str) -> None:
        """Complaints with these words were to be expected."""
        self.complaints[:] = [one for one in self.complaints if not any(word in one for word in words)]

    def shot(self, name: str) -> None:
        """The page in both schemes at both widths."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        for scheme, width in SCHEMES:
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=SHOTS / f"{name}-{scheme}-{width}.png")
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 1280, "height": 900})


def accessible(tab: Tab) -> list[str]:
    """The serious faults that axe-core finds."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab.page).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in ("serious", "critical")
    ]


def region(tab: Tab, name: str) -> Any:
    return tab.page.get_by_role("region", name=name, exact=True)


def answer(inside: Any, name: str) -> Any:
    found = inside.get_by_role("radio", name=name, exact=True)
    return found.or_(inside.get_by_role("checkbox", name=name, exact=True))


def saved(tab: Tab) -> None:
    expect(tab.page.get_by_role("status").first).to_contain_text("Saved")


def select(tab: Tab, words: str) -> None:
    """Select words with the mouse, as a person does."""
    box = tab.page.evaluate(
        """words => {
          const walker = document.createTreeWalker(document.querySelector('[aria-label="Paper"]'), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at); range.setEnd(node, at + words.length);
            const box = range.getBoundingClientRect();
            return [box.left, box.right, box.top + box.height / 2];
          }
        }""",
        words,
    )
    assert box, f"{words!r} isn't on the page"
    left, right, middle = box
    tab.page.mouse.move(left + 1, middle)
    tab.page.mouse.down()
    tab.page.mouse.move(right - 1, middle, steps=5)
    tab.page.mouse.up()
