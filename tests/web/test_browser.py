"""A whole study in Chromium, over a real server: two coders, three papers, blind, with evidence, to a decision.

Screenshots are written to ``build/screenshots``.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.corpus import tiny_pdf

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
PAPERS = {
    "p0": "We align the model 👩‍👩‍👧‍👦 with what its users prefer. The second sentence says more.",
    "p1": "Results align with earlier work e\u0301. <b>Nothing</b> else & more.",
    "p2": "مواءمة alignment of texts in two languages.\r\nA second line.",
}
SCHEMES = [("light", 1280), ("dark", 1280), ("light", 768), ("dark", 768)]

pytestmark = pytest.mark.browser


@dataclass
class Served:
    """A study being served by a process of its own."""

    folder: Path
    address: str
    first_link: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    papers = folder / "papers.jsonl"
    papers.write_text(
        "\n".join(json.dumps({"id": k, "title": f"Paper {k}", "text": t}) for k, t in PAPERS.items())
    )
    command = [sys.executable, "-m", "univocal"]
    study = folder / "pilot"
    subprocess.run([*command, "init", study], check=True, capture_output=True)
    subprocess.run([*command, "import", papers, "--study", study], check=True, capture_output=True)
    serve = [*command, "serve", str(study), "--port", "0", "--no-browser"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = "".join(process.stdout.readline() for _ in range(3))
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            link = re.search(r"http\S+/join\?token=\S+", said)
            assert address, said
            assert link, said
            yield Served(study, address.group(0), link.group(0))
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
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
    complaints: list[str]

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def join(self, link: str, name: str) -> None:
        self.page.goto(link)
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(f"password of {name}")
        self.page.get_by_role("button", name="Join").click()
        expect(self.page.locator("header .who")).to_contain_text(name)

    def shot(self, name: str) -> None:
        """The page in both schemes at both widths."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        for scheme, width in SCHEMES:
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=SHOTS / f"{name}-{scheme}-{width}.png")
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture(scope="module")
def tabs(chromium: Any, served: Served) -> Iterator[Any]:
    opened: list[tuple[Any, Tab]] = []

    def tab() -> Tab:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page = context.new_page()
        made = Tab(page, served.address, [])
        page.on(
            "console", lambda m: made.complaints.append(m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (made.complaints.append("a probe ran"), dialog.dismiss()))
        page.on(
            "request",
            lambda r: None if r.url.startswith((served.address, "data:")) else made.complaints.append(r.url),
        )
        opened.append((context, made))
        return made

    yield tab
    for context, made in opened:
        assert made.complaints == []
        context.close()


def invite(owner: Tab, role: str) -> str:
    owner.open("/people")
    owner.page.get_by_label("as").select_option(role)
    owner.page.get_by_role("button", name="Make a link").click()
    return str(owner.page.locator("code.link").inner_text())


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


def code(tab: Tab, sense: str, about: str, words: str = "") -> None:
    """Code the paper on the screen, and go on."""
    answer(region(tab, "Sense of a mention"), sense).check()
    saved(tab)
    answer(region(tab, "About alignment of AI"), about).check()
    if words:
        select(tab, words)
        expect(region(tab, "About alignment of AI").get_by_role("list")).to_contain_text(words)
        regions = tab.page.get_by_role("region", name="Variables").get_by_role("region")
        for one in regions.all()[2:]:
            unsaid = answer(one, "Can't say")
            if unsaid.count() and unsaid.is_visible():
                unsaid.check()
        answer(region(tab, "Ledger of proxies"), "None in this text").check()
    saved(tab)
    tab.page.keyboard.press("Control+Enter")


def test_a_study_from_the_first_link_to_a_decision(served: Served, tabs: Any) -> None:
    olga, ann, bob = tabs(), tabs(), tabs()
    olga.join(served.first_link, "olga")
    ann.join(invite(olga, "coder"), "ann")
    bob.join(invite(olga, "coder"), "bob")
    assert accessible(olga) == []

    olga.open("/queues")
    olga.page.get_by_label("Name").fill("All, twice")
    olga.page.get_by_label("Draw").select_option("all")
    olga.page.get_by_label("olga").uncheck()
    olga.shot("queues")
    olga.page.get_by_role("button", name="Draw and share out").click()
    expect(olga.page.get_by_role("status").first).to_contain_text("3 papers drawn")

    for tab, who in ((ann, "ann"), (bob, "bob")):
        tab.open("/next")
        for number in range(3):
            heading = tab.page.get_by_role("heading", level=1)
            expect(heading).to_contain_text("Paper p")
            paper = heading.inner_text().split()[-1]
            expect(tab.page.get_by_role("region", name="Paper", exact=True)).to_contain_text(
                PAPERS[paper].split()[0]
            )
            if number == 0:
                tab.shot(f"code-{who}")
                assert accessible(tab) == []
            if paper == "p0" and who == "ann":
                code(tab, "Task Reliability", "The aim", "what its users prefer")
            elif paper == "p0":
                code(tab, "Unspecified AI sense", "Not at all")
            else:
                code(tab, "Ordinary word", "Not at all")
            if number < 2:
                expect(heading).not_to_contain_text(f"Paper {paper}")
        expect(tab.page).to_have_url(f"{served.address}/")
        expect(tab.page.locator("main")).to_contain_text("coded all of your 3 papers")

    olga.open("/adjudicate")
    assert accessible(olga) == []
    olga.page.get_by_role("link", name="Paper p0").click()
    expect(olga.page.locator("main")).to_contain_text("what its users prefer")
    olga.shot("adjudicate")
    assert accessible(olga) == []
    about = olga.page.get_by_role("region", name="About alignment of AI")
    about.get_by_role("button", name="Decide for bob").click()
    expect(about).to_contain_text("decided so")
    expect(olga.page.locator("#decided")).to_contain_text("decided")

    olga.open("/agreement")
    expect(olga.page.locator("main")).to_contain_text("Sense of a mention")
    olga.shot("agreement")
    assert accessible(olga) == []

    out = served.folder.parent / "codings.csv"
    export = ["export", "--study", served.folder, "--to", "csv", "-o", out]
    subprocess.run([sys.executable, "-m", "univocal", *export], check=True, capture_output=True)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (aim,) = [row for row in rows if row["coder"] == "ann" and row["code"] == "main"]
    start, stop = int(aim["start"]), int(aim["stop"])
    assert PAPERS["p0"][start:stop] == aim["quote"] == "what its users prefer"
    assert {row["coder"] for row in rows if row["variable"] == "about"} == {"ann", "bob", "adjudicated"}

    report = subprocess.run(
        [sys.executable, "-m", "univocal", "agreement", "--study", served.folder, "--format", "json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(report.stdout)["variables"]["about"]["codings"] == {"ann": 3, "bob": 3}


def test_an_answer_survives_a_lost_connection_and_a_reload(served: Served, tabs: Any) -> None:
    olga = tabs()
    olga.open("/login")
    olga.page.get_by_label("Name").fill("olga")
    olga.page.get_by_label("Password").fill("password of olga")
    olga.page.get_by_role("button", name="Log in").click()
    olga.open("/code/1")
    region(olga, "Sense of a mention").wait_for()
    olga.page.context.set_offline(True)
    answer(region(olga, "Sense of a mention"), "Technical term").check()
    expect(olga.page.get_by_role("status").first).to_contain_text("Not saved")
    olga.page.context.set_offline(False)
    saved(olga)
    olga.page.reload()
    expect(answer(region(olga, "Sense of a mention"), "Technical term")).to_be_checked()
    olga.complaints[:] = [one for one in olga.complaints if "ERR_INTERNET_DISCONNECTED" not in one]


def test_every_key_is_told_and_a_paper_can_be_coded_by_keyboard_alone(served: Served, tabs: Any) -> None:
    olga = tabs()
    olga.open("/login")
    expect(olga.page.get_by_label("Name")).to_be_focused()
    olga.page.keyboard.type("olga")
    olga.page.keyboard.press("Tab")
    olga.page.keyboard.type("password of olga")
    olga.page.keyboard.press("Enter")
    expect(olga.page.locator("header .who")).to_contain_text("olga")
    olga.open("/code/2")
    region(olga, "Sense of a mention").wait_for()
    olga.page.keyboard.press("?")
    dialog = olga.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    olga.shot("keys")
    olga.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    olga.page.keyboard.press("7")
    saved(olga)
    expect(answer(region(olga, "Sense of a mention"), "Ordinary word")).to_be_checked()


def test_a_pdf_is_shown_with_its_mentions_and_its_words_can_be_quoted(
    served: Served, tabs: Any, tmp_path: Path
) -> None:
    lines = ["A study of alignment", "We align the model with what its users prefer."]
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(tiny_pdf.pages([tiny_pdf.column(lines), tiny_pdf.column(["More on alignment."])]))
    words = ["import", pdf, "--study", served.folder]
    subprocess.run([sys.executable, "-m", "univocal", *words], check=True, capture_output=True)
    olga = tabs()
    olga.open("/login?next=/papers")
    olga.page.get_by_label("Name").fill("olga")
    olga.page.get_by_label("Password").fill("password of olga")
    olga.page.get_by_role("button", name="Log in").click()
    olga.page.get_by_role("row").last.get_by_role("link").click()
    expect(olga.page.locator("canvas").first).to_be_visible()
    olga.shot("pdf")
    answer(region(olga, "About alignment of AI"), "In passing").check()
    select(olga, "what its users prefer")
    expect(region(olga, "About alignment of AI").get_by_role("list")).to_contain_text("its users")
    saved(olga)
    olga.page.keyboard.press("Escape")
    olga.page.get_by_role("button", name="Show text").click()
    expect(olga.page.get_by_role("region", name="Paper", exact=True)).to_contain_text("A study of")
