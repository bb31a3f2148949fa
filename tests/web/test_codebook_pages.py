"""The codebook's pages: versions, what a new one would do, putting it in force; owners only, coders see their own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.study.recode_material import GONE, Question, kept, words
from tests.web.conftest import Site

from univocal.study import codebooks, people, queues
from univocal.study.codings import Answer, Unit, history, save
from univocal.study.papers import paper_of
from univocal.study.spans import cut
from univocal.web import codebook_pages

HOSTILE = "<svg onload=alert(1)>{{7*7}}"
NEXT = {
    "topic": Question(["scarlet", "green=moss", "blue", "!nothing"]),
    "depth": Question(["deep", "flat"], when="topic scarlet green"),
}


@pytest.fixture
def served(site: Site) -> Site:
    """Ann has said red of one paper and green of another, and finished both; a version is in the folder."""
    if "/codebook" not in {getattr(route, "path", "") for route in site.app.routes}:
        site.app.include_router(codebook_pages.router)
    with site.study.database.writing() as connection:
        codebooks.add(connection, kept(words("1.0.0")), note=HOSTILE)
    put(site, words("1.0.0"))
    code(site, "emoji", "red")
    code(site, "crlf", "green")
    return site


def put(site: Site, files: dict[str, str]) -> None:
    (site.study.folder / "codebook.toml").write_text(files["codebook.toml"])


def code(site: Site, key: str, topic: str) -> None:
    with site.study.database.writing() as connection:
        stored, ann = paper_of(connection, key), people.named(connection, "ann")
        row, book, _ = codebooks.latest(connection)
        answer = Answer((topic,), (cut(stored.paper.text, 0, 5),))
        save(
            connection, Unit(stored.row, ann.row, "topic"), answer, paper=stored.paper, coder="ann", codebook=book,
            codebook_row=row, stage="blind",
        )  # fmt: skip
        queues.finish(connection, stored.row, ann.row)


def said(site: Site, key: str, variable: str = "topic") -> list[tuple[str, ...] | None]:
    with site.study.database.reading() as connection:
        ann = people.named(connection, "ann")
        past = history(connection, Unit(paper_of(connection, key).row, ann.row, variable))
    return [one.answer.codes if one.answer else None for one in past]


def version(site: Site) -> str:
    with site.study.database.reading() as connection:
        return codebooks.latest(connection)[1].version


def fields(page: str, do: str = "apply") -> dict[str, Any]:
    """What a form of the page sends: the hidden fields, and the selected options."""
    form = next(f for f in page.split("<form")[1:] if f'name="do" value="{do}"' in f)
    found: dict[str, Any] = {"do": do, "to": [], "names": []}
    if do == "apply":
        for name in ("to", "names", "reopen"):
            found[name] = re.findall(rf'name="{name}" value="([^"]+)"', form)
        found["seen"] = re.findall(r'name="seen" value="([^"]+)"', form)[0]
        return found
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        found[name] += re.findall(r'<option value="([^"]+)" selected', options)
    found["reopen"] = re.findall(r'name="reopen" value="([^"]+)" checked', form)
    return found


@pytest.mark.parametrize("path", ["/codebook", "/codebook/change"])
def test_only_owners_come_in(served: Site, path: str) -> None:
    for name in ("ann", "dee"):
        assert served.browser(name).get(path).status_code == 403
    assert served.visitor().get(path).status_code == 303
    assert served.browser("ann").form("/codebook/change", do="apply").status_code == 403
    assert served.browser("olga").client.post("/codebook/change", data={"csrf": "wrong"}).status_code == 403


def test_versions_are_listed_and_hostile_words_stay_words(served: Site) -> None:
    page = served.browser("olga").get("/codebook").text
    assert page.index("1.0.0") < page.index("1.1.0"), "the one in force comes first"
    assert "in force" in page
    assert "&lt;svg onload=alert(1)&gt;{{7*7}}" in page
    assert "/codebook/change" not in page, "nothing to change"


def test_a_change_is_shown_then_done(served: Site) -> None:
    olga = served.browser("olga")
    put(served, words("2.0.0", **NEXT))
    assert "/codebook/change" in olga.get("/codebook").text
    page = olga.get("/codebook/change").text
    assert "to be coded again: 1 coding" in page
    assert "made by words that change, to be reviewed: 1 coding" in page
    assert "1 coding (ann 1)" in page
    assert version(served) == "1.0.0"
    form = fields(page, "show")
    assert form["to"] == ["topic:red=topic:", "topic:green=topic:green"]
    form["to"] = ["topic:red=topic:scarlet", "topic:green=topic:green"]
    page = olga.form("/codebook/change", **form).text
    assert "new code, same coder and evidence: 1 coding" in page
    assert version(served) == "1.0.0"
    done = olga.form("/codebook/change", **fields(page), note="why <b>")
    assert (done.status_code, done.headers["location"]) == (303, "/codebook")
    assert version(served) == "2.0.0"
    assert said(served, "emoji") == [("red",), ("scarlet",)]
    page = olga.get("/codebook").text
    assert "olga" in page
    assert "why &lt;b&gt;" in page
    assert "codings: 1 got new codes, 1 kept" in page
    assert '<span class="id">topic</span>: 2 codings (ann 2)' in page


def test_what_was_not_shown_is_not_done(served: Site) -> None:
    olga = served.browser("olga")
    put(served, words("2.0.0", **NEXT))
    form = fields(olga.get("/codebook/change").text)
    code(served, "arabic", "red")
    late = olga.form("/codebook/change", **form)
    assert late.status_code == 409
    assert "Nothing was changed: codings were saved since" in late.text
    assert "to be coded again: 2 codings" in late.text
    assert version(served) == "1.0.0"
    put(served, words("3.0.0", depth=GONE))
    assert olga.form("/codebook/change", **fields(late.text)).status_code == 409
    assert olga.form("/codebook/change", do="apply").status_code == 409
    assert version(served) == "1.0.0"
    assert olga.form("/codebook/change", **fields(olga.get("/codebook/change").text)).status_code == 303
    assert version(served) == "3.0.0"


@pytest.mark.parametrize(
    ("text", "message"),
    [("nonsense", "TOML"), (words("1.0.0")["codebook.toml"], "nothing differs"), ("id = '<svg onload=alert(2)>'", "&lt;svg")],
)  # fmt: skip
def test_a_file_with_faults_is_told(served: Site, text: str, message: str) -> None:
    (served.study.folder / "codebook.toml").write_text(text)
    page = served.browser("olga").get("/codebook/change")
    assert page.status_code == 422
    assert message in page.text
    assert "<svg" not in page.text
    assert served.browser("olga").get("/codebook").status_code == 200


@pytest.mark.parametrize(
    "more",
    [{"to": ["topic"]}, {"to": ["topic:red="]}, {"to": ["x:y=x:z"]}, {"names": ["topic"]}, {"names": ["x=y"]}, {"reopen": ["kinds"]},
     {"do": "x"}, {"to": ["topic:red=topic:blue"] * 901}],
)  # fmt: skip
def test_a_form_that_no_page_sent_is_refused(served: Site, more: dict[str, Any]) -> None:
    put(served, words("2.0.0", **NEXT))
    assert served.browser("olga").form("/codebook/change", **more).status_code == 422


def test_coders_find_their_own_codings_to_review_and_nobody_elses(served: Site) -> None:
    olga = served.browser("olga")
    put(served, words("1.1.0", topic=Question(["red", "green=moss", "blue", "!nothing"])))
    assert olga.form("/codebook/change", **fields(olga.get("/codebook/change").text)).status_code == 303
    page = served.browser("ann").get("/codebook/review").text
    assert "1 of your codings was made" in page
    assert f'href="/code/{served.row("crlf")}"' in page
    assert "L moss" in page
    for name in ("bob", "olga"):
        assert "Nothing: all your codings" in served.browser(name).get("/codebook/review").text


def test_an_owner_says_what_took_a_variables_place(served: Site) -> None:
    olga = served.browser("olga")
    colour = Question(["scarlet", "green", "blue", "!nothing"], label="Colour", id="colour")
    put(served, words("2.0.0", topic=colour, depth=Question(["deep", "flat"], when="colour green")))
    page = olga.get("/codebook/change").text
    assert "taken away with their question: 2 codings" in page
    form = fields(page, "show")
    assert (form["names"], form["to"]) == (["topic="], [])
    form["names"] = ["topic=colour"]
    page = olga.form("/codebook/change", **form).text
    assert "renamed, was topic: 2 codings (ann 2) go along" in page
    form = fields(page, "show")
    assert (form["names"], form["to"]) == (["topic=colour"], ["topic:red=colour:"])
    form["to"] = ["topic:red=colour:scarlet"]
    page = olga.form("/codebook/change", **form).text
    back = olga.form("/codebook/change", **{**fields(page, "show"), "names": ["topic="]})
    assert back.status_code == 200, "what was said of its codes is about another name"
    assert "taken away with their question: 2 codings" in back.text
    assert olga.form("/codebook/change", **fields(page)).status_code == 303
    assert said(served, "emoji") == [("red",), None]
    assert said(served, "emoji", "colour") == [("scarlet",)]
    assert said(served, "crlf", "colour") == [("green",)]
    page = olga.get("/codebook").text
    assert "topic renamed to colour" in page
    assert "/codebook/change" not in page, "the folder holds what is in force"


def test_finished_papers_open_again_for_a_new_question(served: Site) -> None:
    olga = served.browser("olga")
    put(served, words("1.1.0", extra=Question(["a"], when="topic red")))
    page = olga.get("/codebook/change").text
    assert "finished without an answer: 1 paper (ann 1); they stay finished" in page
    form = fields(page, "show")
    assert form["reopen"] == []
    page = olga.form("/codebook/change", **{**form, "reopen": ["extra"]}).text
    assert "they open again" in page
    assert fields(page, "show")["reopen"] == ["extra"]
    assert olga.form("/codebook/change", **fields(page)).status_code == 303
    with served.study.database.reading() as connection:
        ann = people.named(connection, "ann").row
        states = {
            key: queues.task_of(connection, served.row(key), ann).state for key in ("emoji", "crlf")  # type: ignore[union-attr]
        }  # fmt: skip
    assert states == {"emoji": "open", "crlf": "done"}
