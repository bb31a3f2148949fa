"""Deciding on words that no coder quoted, in Chromium over a real server, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.study.material import CRLF, span, write_papers
from tests.web.browsing import Tab, accessible, expect, serving

from univocal.study import codings, people, queues
from univocal.study.codings import Answer, Unit, save
from univocal.study.folder import Study, create, open_study
from univocal.study.papers import import_papers, paper_of

pytestmark = pytest.mark.browser

TEXT = (
    "Alignment, measured\r\n\r\nWe align the model with what its users prefer.\r\n"
    "A higher win rate is better  alignment. The win rate of each model is given, and so is\r\nthe win rate of people."
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ann says that alignment is the paper's aim, Bob that it comes up in passing; their ledgers differ too."""
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    study = create(tmp_path / "study")
    import_papers(study, [write_papers(tmp_path / "p.jsonl", {"p": TEXT, "other": CRLF})])
    with study.database.writing() as connection:
        people.add(connection, "dee", "adjudicator", password="password of dee")
        ann, bob = (people.add(connection, name, "coder") for name in ("ann", "bob"))
        queues.assign(connection, queues.Plan(name="b", kind="all", held_out=0), [ann, bob])
        for who, about, words in ((ann, "main", "We align the model"), (bob, "passing", "users prefer")):
            _say(study, connection, who, "about", Answer((about,), (span(TEXT, words),)))
            _say(study, connection, who, "proxies", Answer(("proxy",), (span(TEXT, words),)))
            queues.finish(connection, paper_of(connection, "p").row, who.row)
    study.close()
    return tmp_path / "study"


def _say(study: Study, connection: Any, who: people.Person, variable: str, answer: Answer) -> None:
    stored = paper_of(connection, "p")
    save(
        connection, Unit(stored.row, who.row, variable), answer, paper=stored.paper, coder=who.name,
        codebook=study.codebook, codebook_row=study.codebook_row, stage="blind",
    )  # fmt: skip


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with serving(folder) as (_, address, _):
        yield address


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def dee(request: pytest.FixtureRequest, address: str, chromium: Any) -> Iterator[Tab]:
    tab = Tab.opened(chromium, address, java_script_enabled=request.param)
    tab.log_in("dee", "/login?next=/adjudicate")
    tab.page.get_by_role("link", name="p", exact=True).click()
    yield tab
    tab.allow("422")  # the status that comes with a form's faults
    assert tab.complaints == []
    tab.page.context.close()


def decided(folder: Path, variable: str) -> list[Answer]:
    study = open_study(folder)
    with study.database.reading() as connection:
        robot = people.named(connection, "adjudicated")
        found = codings.current(connection, paper_of(connection, "p").row, [robot.row])
    study.close()
    return [one.answer for one in found if one.answer and one.unit.variable == variable]


def test_an_answer_rests_on_words_that_no_coder_quoted(dee: Tab, folder: Path) -> None:
    scripts = dee.page.evaluate("matchMedia('(scripting: enabled)').matches")
    about = dee.page.get_by_role("region", name="About alignment of AI")
    about.get_by_text("Write another answer").click()
    about.get_by_role("link", name="The paper's text").click()
    dee.page.locator("#text").click()
    expect(dee.page.get_by_role("region", name="The paper's text")).to_contain_text("win rate of people")
    about.get_by_label("The aim").check()
    words = about.get_by_label("Words of the paper")
    words.fill("BETTER alignment")
    about.get_by_role("button", name="Find the words").click()
    expect(about).to_contain_text("the paper's own words that come nearest")
    about.get_by_role("checkbox", name=f"from character {TEXT.index('better')}").check()
    about.get_by_label("More words").fill("win rate")
    about.get_by_role("button", name="Decide so").click()
    expect(about.get_by_role("alert")).to_contain_text("“win rate” stands in 3 places")
    expect(about.get_by_role("alert")).to_be_in_viewport()
    dee.shot("decide")
    if scripts:
        assert accessible(dee) == []
    about.get_by_role("checkbox", name=f"from character {TEXT.rindex('win rate')}").check()
    about.get_by_label("More words").fill("and so is\nthe win rate")
    about.get_by_role("button", name="Decide so").click()
    expect(about).to_contain_text("Decided by dee.")
    (said,) = decided(folder, "about")
    assert said.codes == ("main",)
    assert [one.quote for one in said.spans] == ["better  alignment", "and so is\r\nthe win rate", "win rate"]
    assert said.spans[2].start == TEXT.rindex("win rate")


def test_an_entry_is_added_to_those_of_both(dee: Tab, folder: Path) -> None:
    ledger = dee.page.get_by_role("region", name="Ledger of proxies")
    ledger.get_by_text("Choose entries").click()
    for box in ledger.get_by_role("checkbox", name="Treated as a proxy").all():
        box.check()
    entry = ledger.get_by_role("group", name="An entry that no coder made")
    entry.get_by_label("Words of the paper").fill("A higher win rate")
    entry.get_by_role("combobox", name="It is").select_option("Treated as the ideal")
    entry.get_by_role("combobox", name="and stands for").select_option(index=1)
    ledger.get_by_role("button", name="Find the words").click()
    expect(entry).to_have_count(2)
    entry.nth(1).get_by_label("Words of the paper").fill("better  alignment")
    dee.shot("decide-ledger")
    ledger.get_by_role("button", name="Decide so").click()
    expect(ledger.get_by_role("alert")).to_contain_text("choose what it is")
    entry.nth(1).get_by_role("combobox", name="It is").select_option("Treated as a proxy")
    ledger.get_by_role("button", name="Decide so").click()
    expect(ledger).to_contain_text("Decided by dee.")
    said = decided(folder, "proxies")
    assert [(one.codes, one.spans[0].quote) for one in said] == [
        (("proxy",), "We align the model"), (("proxy",), "users prefer"), (("ideal",), "A higher win rate"),
        (("proxy",), "better  alignment"),
    ]  # fmt: skip
    assert [bool(one.stands_for) for one in said] == [False, False, True, False]
