"""A change of the codebook in Chromium: what took a variable's place, papers that open again, what was chosen stays chosen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from tests.study.material import TEXTS, write_papers
from tests.study.recode_material import Question, kept, words
from tests.web.browsing import Tab, accessible, expect, serving

from univocal.study import codebooks, people, queues
from univocal.study.codings import Answer, Unit, save
from univocal.study.folder import create, open_study
from univocal.study.papers import import_papers, paper_of
from univocal.study.spans import cut

pytestmark = pytest.mark.browser

NEXT = {
    "topic": Question(["scarlet", "green=moss", "blue", "!nothing"], label="Colour", id="colour"),
    "depth": Question(["deep", "flat"], when="colour green"),
    "extra": Question(["a"]),
}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ann has said red of one paper and green of another, and finished both; another version is in the folder."""
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    monkeypatch.setattr(people, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))
    made = create(tmp_path / "study")
    import_papers(made, [write_papers(tmp_path / "papers.jsonl", TEXTS)])
    with made.database.writing() as connection:
        codebooks.add(connection, kept(words("1.0.0")), note="small")
        people.add(connection, "olga", "owner", password="password of olga")
        ann = people.add(connection, "ann", "coder", password="password of ann")
        queues.assign(connection, queues.Plan(name="all", kind="all", double=0, held_out=0), [ann])
        row, book, _ = codebooks.latest(connection)
        for key, code in (("emoji", "red"), ("crlf", "green")):
            stored = paper_of(connection, key)
            save(
                connection, Unit(stored.row, ann.row, "topic"), Answer((code,), (cut(stored.paper.text, 0, 5),)),
                paper=stored.paper, coder="ann", codebook=book, codebook_row=row, stage="blind",
            )  # fmt: skip
            queues.finish(connection, stored.row, ann.row)
    made.close()
    (made.folder / "codebook.toml").write_text(words("2.0.0", **NEXT)["codebook.toml"])
    return made.folder


@pytest.fixture
def olga(study: Path, chromium: Any) -> Iterator[Tab]:
    with serving(study) as (_, address, _):
        tab = Tab.opened(chromium, address)
        tab.log_in("olga", "/login?next=/codebook/change")
        yield tab
        tab.page.context.close()
        assert tab.complaints == []


def test_an_owner_chooses_sees_and_puts_in_force(olga: Tab, study: Path) -> None:
    page = olga.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("1.0.0 → 2.0.0")
    expect(page.get_by_text("taken away with their question: 2 codings")).to_be_visible()
    olga.shot("codebook-change")
    assert accessible(olga) == []
    page.get_by_label("What topic became").select_option("topic=colour")
    page.get_by_role("region", name="The extra").get_by_role("checkbox").check()
    page.get_by_role("button", name="Show what happens with these").click()
    expect(
        page.get_by_text("under their variable's new id, same coder, answer and evidence: 1")
    ).to_be_visible()
    expect(page.get_by_text("finished papers that open again: 2 papers (ann 2)")).to_be_visible()
    expect(page.get_by_role("region", name="The extra").get_by_role("checkbox")).to_be_checked()
    page.get_by_label("What red becomes").select_option("topic:red=colour:scarlet")
    page.get_by_role("button", name="Show what happens with these").click()
    expect(page.get_by_text("new code, same coder and evidence: 1 coding")).to_be_visible()
    expect(page.get_by_label("What red becomes")).to_have_value("topic:red=colour:scarlet")
    olga.shot("codebook-change-renamed")
    assert accessible(olga) == []
    page.get_by_label("Why, for the history").fill("a better name")
    page.evaluate("window.confirm = () => true")
    page.get_by_role("button", name="Do what is shown").click()
    expect(page.get_by_role("heading", name="2.0.0 in force")).to_be_visible()
    expect(page.get_by_text("topic renamed to colour", exact=True)).to_be_visible()
    olga.shot("codebook-versions")
    assert accessible(olga) == []
    opened = open_study(study)
    with opened.database.reading() as connection:
        ann = people.named(connection, "ann").row
        assert queues.progress(connection, ann) == (0, 4)
    assert (opened.codebook.version, opened.notes) == ("2.0.0", ())
    opened.close()
