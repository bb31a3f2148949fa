"""A whole study in Chromium, over a real server: two coders, three papers, blind, with evidence, to a decision.

Screenshots are written to ``build/screenshots``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.corpus import tiny_pdf
from tests.web.browsing import Tab, accessible, answer, expect, region, saved, select, serving, univocal

PAPERS = {
    "p0": "We align the model 👩‍👩‍👧‍👦 with what its users prefer. The second sentence says more.",
    "p1": "Results align with earlier work e\u0301. <b>Nothing</b> else & more.",
    "p2": "مواءمة alignment of texts in two languages.\r\nA second line.",
}

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
    lines = [json.dumps({"id": k, "title": f"Paper {k}", "text": t}) for k, t in PAPERS.items()]
    papers.write_text("\n".join(lines))
    study = folder / "pilot"
    univocal("init", study)
    univocal("import", papers, "--study", study)
    with serving(study) as (_, address, link):
        assert link
        yield Served(study, address, link)


@pytest.fixture(scope="module")
def tabs(chromium: Any, served: Served) -> Iterator[Any]:
    opened: list[Tab] = []

    def tab() -> Tab:
        opened.append(Tab.opened(chromium, served.address))
        return opened[-1]

    yield tab
    for one in opened:
        assert one.complaints == []
        one.page.context.close()


def invite(owner: Tab, role: str) -> str:
    owner.open("/people")
    owner.page.get_by_label("as").select_option(role)
    owner.page.get_by_role("button", name="Make a link").click()
    return str(owner.page.locator("code.link").inner_text())


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
    olga.open(served.first_link.removeprefix(served.address))
    olga.shot("join")
    olga.join(served.first_link, "olga")
    ann.join(invite(olga, "coder"), "ann")
    bob.join(invite(olga, "coder"), "bob")
    for path, name in (("/people", "people"), ("/papers", "papers"), ("/code/99", "problem")):
        olga.open(path)
        olga.shot(name)
        assert accessible(olga) == [], path
    olga.allow("404")

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
    ann.shot("home")
    assert accessible(ann) == []

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
    univocal("export", "--study", served.folder, "--to", "csv", "-o", out)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (aim,) = [row for row in rows if row["coder"] == "ann" and row["code"] == "main"]
    start, stop = int(aim["start"]), int(aim["stop"])
    assert PAPERS["p0"][start:stop] == aim["quote"] == "what its users prefer"
    assert {row["coder"] for row in rows if row["variable"] == "about"} == {"ann", "bob", "adjudicated"}

    report = univocal("agreement", "--study", served.folder, "--format", "json")
    assert json.loads(report)["variables"]["about"]["codings"] == {"ann": 3, "bob": 3}


def test_a_pdf_is_shown_with_its_mentions_and_its_words_can_be_quoted(
    served: Served, tabs: Any, tmp_path: Path
) -> None:
    lines = ["A study of alignment", "We align the model with what its users prefer."]
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(tiny_pdf.pages([tiny_pdf.column(lines), tiny_pdf.column(["More on alignment."])]))
    univocal("import", pdf, "--study", served.folder)
    olga = tabs()
    olga.log_in("olga", "/login?next=/papers")
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
