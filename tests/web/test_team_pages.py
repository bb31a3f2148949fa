"""Queues, adjudication and the page of figures."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

import pytest
from tests.study.material import EMOJI, TEXTS
from tests.web.conftest import HOSTILE, Browser, Site

from univocal.study import codings, people
from univocal.study.codings import Answer, Unit, save
from univocal.study.papers import paper_of
from univocal.study.queues import finish
from univocal.study.schema import paper as papers
from univocal.study.spans import cut


@pytest.fixture(autouse=True)
def patient(site: Site) -> None:
    site.app.state.workspace.live.patience = 60


def coded(site: Site, browser: Browser, key: str, about: str | None, **more: Any) -> None:
    row = site.row(key)
    text = browser.get(f"/api/papers/{row}").json()["text"]
    last = [
        one["revision"]
        for one in browser.get(f"/api/papers/{row}").json()["codings"]
        if one["variable"] == "about"
    ]
    body = {
        "variable": "about", "codes": None if about is None else [about],
        "spans": [{"start": 0, "stop": 2, "quote": text[:2]}] if about in ("main", "passing") else [],
        "base": last[0] if last else None, "token": str(uuid.uuid4()), **more,
    }  # fmt: skip
    answer = browser.post(f"/api/papers/{row}/codings", body)
    assert answer.status_code == 200, answer.text


def finished(site: Site, who: str, *keys: str) -> None:
    with site.study.database.writing() as connection:
        for key in keys:
            finish(connection, site.row(key), people.named(connection, who).row)


def code_all(site: Site, who: str, about: str, **more: Any) -> None:
    browser = site.browser(who)
    for key in TEXTS:
        coded(site, browser, key, about, **more)
    finished(site, who, *TEXTS)


@pytest.fixture
def dispute(site: Site) -> Browser:
    """Ann says "no" of four papers, Bob "main"; the adjudicator's browser."""
    code_all(site, "ann", "no", memo="<b>hm</b>")
    code_all(site, "bob", "main")
    return site.browser("dee")


def person(site: Site, name: str) -> int:
    with site.study.database.reading() as connection:
        return people.named(connection, name).row


def fields(page: str, variable: str = "about", start: int = -1, stop: int = -1) -> dict[str, Any]:
    """What the page's forms of a disagreement send back."""
    found = re.search(
        rf'name="variable" value="{variable}">\s*<input type="hidden" name="start" value="{start}">\s*'
        rf'<input type="hidden" name="stop" value="{stop}">\s*<input type="hidden" name="seen" value="([\d,]*)"',
        page,
    )
    assert found, page
    return {"variable": variable, "start": start, "stop": stop, "seen": found.group(1)}


def decide(site: Site, browser: Browser, how: str, key: str = "emoji", **more: Any) -> Any:
    path = f"/adjudicate/{site.row(key)}"
    return browser.form(f"{path}/{how}", **{**fields(browser.get(path).text), **more})


def test_a_queue_that_cannot_be_drawn_says_why_and_keeps_the_form(site: Site) -> None:
    page = site.browser("olga").form("/queues", name="again", kind="random", size="7", coder=["1"])
    assert page.status_code == 422
    assert "in a batch already" in page.text
    assert 'value="again"' in page.text
    assert 'value="7"' in page.text


def more_papers(site: Site, tmp_path: Any, strata: dict[str, str | None]) -> None:
    from tests.study.material import write_papers

    from univocal.study.papers import import_papers

    import_papers(site.study, [write_papers(tmp_path / "more.jsonl", dict.fromkeys(strata, "alignment"))])
    with site.study.database.writing() as connection:
        for key, stratum in strata.items():
            connection.execute(papers.update().where(papers.c.key == key).values(stratum=stratum))


def test_kinds_of_batches_are_offered_where_they_can_be_drawn(site: Site, tmp_path: Any) -> None:
    olga = site.browser("olga")
    page = olga.get("/queues").text
    assert "stratum" not in page
    assert "unsure" not in page
    assert "no machine coder" in olga.form("/queues", name="b", kind="active", size="1", coder=["1"]).text
    more_papers(site, tmp_path, {"n1": "new", "n2": "new", "o1": "=<old>", "x": None})
    machine(site, "emoji")
    page = olga.get("/queues").text
    assert "new, 2 left" in page
    assert "=&lt;old&gt;, 1 left" in page
    assert "without a stratum, 1 left" in page
    assert "unsure" in page
    names = [html.unescape(one) for one in re.findall(r'name="stratum" value="([^"]*)"', page)]
    sizes = {"=new": "1", "==<old>": "1", "-": "1"}
    coders = [str(person(site, name)) for name in ("ann", "bob")]
    done = olga.form(
        "/queues",
        name="s",
        kind="stratified",
        stratum=names,
        of_stratum=[sizes[n] for n in names],
        coder=coders,
    )
    assert "3 papers drawn" in done.text
    done = olga.form("/queues", name="a", kind="active", size="1", even="50", coder=coders)
    assert "1 paper drawn" in done.text
    assert "random in each stratum" in done.text
    assert "out of" in done.text


def machine(site: Site, key: str) -> None:
    with site.study.database.writing() as connection:
        robot = next((p for p in people.everyone(connection) if p.name == "trained"), None)
        robot = robot or people.add(connection, "trained", "machine")
        stored = paper_of(connection, key)
        save(
            connection, Unit(stored.row, robot.row, "about"), Answer(("main",), (cut(stored.paper.text, 0, 2),)),
            paper=stored.paper, coder="trained", codebook=site.study.codebook,
            codebook_row=site.study.codebook_row, stage="blind",
        )  # fmt: skip


def test_a_paper_is_shown_to_adjudicators_when_all_are_done(site: Site) -> None:
    dee, row = site.browser("dee"), site.row("emoji")
    code_all(site, "ann", "no")
    assert dee.get(f"/adjudicate/{row}").status_code == 403, "bob still codes it"
    assert "No paper waits" in dee.get("/adjudicate").text
    code_all(site, "bob", "main")
    page = dee.get("/adjudicate").text
    assert f'href="/adjudicate/{row}"' in page
    assert "of 4 disagreements decided" in page
    assert f'href="/adjudicate/{row}?variable=about"' in dee.get("/adjudicate?variable=about").text
    assert "No paper waits for a decision in this variable" in dee.get("/adjudicate?variable=sense").text


def test_disagreements_are_side_by_side_with_the_words_around_the_evidence(
    site: Site, dispute: Browser
) -> None:
    page = dispute.get(f"/adjudicate/{site.row('emoji')}").text
    assert "<h3>ann" in page
    assert "<h3>bob" in page
    assert f"<mark>{EMOJI[:2]}</mark>{EMOJI[2:20]}" in page
    assert "&lt;b&gt;hm&lt;/b&gt;" in page
    assert "<b>hm</b>" not in page


def test_a_side_is_decided_for_and_the_decision_undone(site: Site, dispute: Browser) -> None:
    path = f"/adjudicate/{site.row('emoji')}"
    done = decide(site, dispute, "side", coder=person(site, "bob"), memo="It's the aim.")
    assert (done.status_code, done.headers["location"]) == (303, f"{path}#decided")
    page = dispute.get(path).text
    assert "decided so</span>" in page
    assert "Decided by dee." in page
    assert "It&#39;s the aim." in page
    assert "All is decided here" in page
    assert "<strong>1</strong> of 4" in dispute.get("/adjudicate").text
    with site.study.database.reading() as connection:
        kept = connection.exec_driver_sql(
            "SELECT count(*) FROM current WHERE paper = ?", (site.row("emoji"),)
        ).scalar()
        parents = connection.exec_driver_sql("SELECT count(*) FROM parent").scalar()
    assert (kept, parents) == (3, 2)
    assert decide(site, dispute, "undo").status_code == 303
    assert "Decided by dee." not in dispute.get(path).text


def test_another_answer_can_be_decided_on_the_coders_evidence(site: Site, dispute: Browser) -> None:
    done = decide(site, dispute, "own", codes=["passing"], span=["0:2"], memo="m")
    assert done.status_code == 303, done.text
    page = dispute.get(f"/adjudicate/{site.row('emoji')}").text
    assert re.search(r"Decided by dee\.</h3>\s*<p><strong>[^<]*pass", page, re.IGNORECASE)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"codes": ["passing"], "memo": "my long reason"}, "no evidence"),
        ({"codes": ["passing"], "span": ["0:300"]}, "lies outside"),
        ({"codes": ["passing"], "span": ["9999999999:3"]}, "lies outside"),
        ({"codes": ["passing"], "quote": ["nowhere"]}, "“nowhere” doesn&#39;t stand in the paper"),
        ({"codes": ["passing", ""], "span": ["0:2"]}, "Can&#39;t say"),
        ({"codes": ["no"], "seen": "9" * 5000}, "String should match"),
        ({"codes": ["main", "passing"], "span": ["0:2"]}, "one code was expected"),
        ({"codes": ["nonsense"]}, "no code"),
        ({"codes": ["no"], "seen": "1"}, "changed in the meantime"),
        ({"codes": ["no"], "variable": "definition"}, "don&#39;t differ"),
    ],
)
def test_what_cannot_be_decided_says_why_and_keeps_the_form(
    site: Site, dispute: Browser, more: dict[str, Any], message: str
) -> None:
    answer = decide(site, dispute, "own", **more)
    assert answer.status_code == 422
    assert message in answer.text
    if "memo" in more:
        assert "my long reason" in answer.text
        assert 'value="passing" checked' in answer.text
    assert "Decided by" not in answer.text


def test_only_the_pages_own_forms_and_only_adjudicators_decide(site: Site, dispute: Browser) -> None:
    path = f"/adjudicate/{site.row('emoji')}"
    form = fields(dispute.get(path).text)
    ann = site.browser("ann")
    for how in ("side", "own", "entries", "undo", "ask"):
        more = {"coder": person(site, "ann"), "words": "Why?"} if how in ("side", "ask") else {}
        more = {k: v for k, v in more.items() if k == "coder" or how == "ask"}
        assert ann.form(f"{path}/{how}", **form, **more).status_code == 403
        wrong = dispute.client.post(f"{path}/{how}", data={"csrf": "wrong", **form, **more})
        assert wrong.status_code == 403


def test_a_question_goes_to_the_coder_and_comes_back_answered(site: Site, dispute: Browser) -> None:
    row, ann = site.row("emoji"), site.browser("ann")
    assert "Don't tell what others said" in dispute.get(f"/adjudicate/{row}").text
    done = decide(site, dispute, "ask", coder=person(site, "ann"), words="Read the <last> sentence?")
    assert done.status_code == 303, done.text
    paper = ann.get(f"/api/papers/{row}").json()
    assert paper["task"]["state"] == "open"
    assert paper["question"] == "About alignment of AI: Read the <last> sentence?"
    assert site.browser("bob").get(f"/api/papers/{row}").json()["question"] is None
    page = dispute.get(f"/adjudicate/{row}").text
    assert "not answered yet" in page
    assert "Read the &lt;last&gt; sentence?" in page
    assert "sent back" in dispute.get("/adjudicate").text
    coded(site, ann, "emoji", "main")
    finished(site, "ann", "emoji")
    assert ann.get(f"/api/papers/{row}").json()["question"] is None
    page = dispute.get(f"/adjudicate/{row}").text
    assert "Coders agree on this paper" in page
    assert "done again" in page
    assert "of 3 disagreements" in dispute.get("/adjudicate").text


def test_figures_grow_on_their_page(site: Site) -> None:
    dee = site.browser("dee")
    assert "Nobody has finished" in dee.get("/agreement").text
    code_all(site, "ann", "no")
    code_all(site, "bob", "no")
    page = dee.get("/agreement").text
    assert "About alignment of AI" in page
    assert "no variation" in page
    assert "1.00" in page
    assert "A simple random sample: 4 coded of 5 drawn out of 5 papers" in page
    assert "No machine coder has coded" in page


def test_open_disagreements_make_shares_ranges_until_they_are_decided(site: Site, dispute: Browser) -> None:
    page = dispute.get("/agreement").text
    assert "0%&nbsp;to&nbsp;100%" in page
    assert "on 4 coders differ and nothing is decided" in page
    assert "“Not at all” for “The aim” ×4" in page
    for key in TEXTS:
        decide(site, dispute, "side", key, coder=person(site, "bob"))
    page = dispute.get("/agreement").text
    assert "nothing is decided, so" not in page
    assert re.search(r"The aim</th>\s*<td class=\"number\">100%", page)
    assert re.search(r"<td dir=\"auto\">bob</td>\s*<td class=\"number\">100%", page)


def test_wanted_widths_count_papers(site: Site, dispute: Browser) -> None:
    del site
    page = dispute.get("/agreement?alpha_width=0.5&share_width=0.3").text
    assert 'value="0.5"' in page
    assert 'value="0.3"' in page
    assert dispute.get("/agreement?share_width=2").status_code == 422
    assert dispute.get("/agreement?alpha_width=nan").status_code == 422


def test_what_machines_do_to_judgements_is_shown(site: Site) -> None:
    for key in TEXTS:
        machine(site, key)
    code_all(site, "ann", "no")
    ann, dee = site.browser("ann"), site.browser("dee")
    assert ann.get(f"/api/papers/{site.row('emoji')}/suggestions").json()["shown"]
    coded(site, ann, "emoji", "main")
    page = dee.get("/agreement").text
    assert '<h3 dir="auto">trained</h3>' in page
    assert "on 1 paper;" in page
    assert re.search(r"came to say what it says</th>\s*<td class=\"number\">100%", page)
    assert "isn&#39;t an error by itself" in page


def test_the_page_never_waits_for_its_figures(site: Site, dispute: Browser) -> None:
    live = site.app.state.workspace.live
    live.patience = 0
    page = dispute.get("/agreement")
    if "being worked out" in page.text:
        assert page.headers["refresh"] == "2"
    live.patience = 60
    assert "As of" in dispute.get("/agreement").text
    coded(site, site.browser("ann"), "emoji", None)
    live.patience = 0
    page = dispute.get("/agreement")
    assert "As of" in page.text
    assert "refresh" not in page.headers


def test_hostile_words_stay_words_on_the_teams_pages(site: Site, tmp_path: Any) -> None:
    row = site.row("hostile")
    for who, about in (("ann", "no"), ("bob", "main")):
        coded(site, site.browser(who), "hostile", about, memo=HOSTILE)
        finished(site, who, "hostile")
    more_papers(site, tmp_path, {"n1": HOSTILE})
    dee = site.browser("dee")
    decide(site, dee, "ask", "hostile", coder=person(site, "ann"), words=HOSTILE)
    decide(site, dee, "side", "hostile", coder=person(site, "bob"), memo=HOSTILE)
    paths = (
        "/adjudicate",
        f"/adjudicate/{row}",
        "/agreement",
        "/queues",
        "/adjudicate?variable=%3Cscript%3Ealert(1)",
    )
    for path in paths:
        page = dee.get(path).text
        assert "<script>alert" not in page
        assert "<svg onload" not in page


def decided(site: Site, key: str = "emoji", variable: str = "about") -> list[Answer]:
    with site.study.database.reading() as connection:
        robot = people.named(connection, "adjudicated")
        found = codings.current(connection, site.row(key), [robot.row])
    return [one.answer for one in found if one.answer and one.unit.variable == variable]


def pick(page: str, name: str) -> dict[str, bool]:
    """Check boxes of this name: value and whether it is ticked."""
    return {
        value: bool(on)
        for value, on in re.findall(rf'type="checkbox" name="{name}" value="([^"]*)"( checked)?', page)
    }


def test_words_that_no_coder_quoted_can_be_evidence(site: Site, dispute: Browser) -> None:
    page = dispute.get(f"/adjudicate/{site.row('emoji')}").text
    assert f'dir="auto">{EMOJI}</div>' in page, "to copy from"
    done = decide(site, dispute, "own", codes=["passing"], quote=["families: 𝒜lignment", ""])
    assert done.status_code == 303, done.text
    (said,) = decided(site)
    assert [one.quote for one in said.spans] == ["families: 𝒜lignment"]


def test_words_are_looked_for_and_ticked_before_anything_is_decided(site: Site, dispute: Browser) -> None:
    form: dict[str, Any] = {
        "codes": ["passing"],
        "memo": "my reason",
        "quote": ["families", "agents"],
        "look": "true",
    }
    page = decide(site, dispute, "own", **form)
    assert page.status_code == 200
    assert "Decided by" not in page.text
    assert 'value="passing" checked' in page.text
    assert "my reason" in page.text
    ticked = [at for at, on in pick(page.text, "span").items() if on]
    assert [EMOJI[int(at.split(":")[0]) : int(at.split(":")[1])] for at in ticked] == ["families", "agents"]
    assert "from the paper" in page.text
    assert decide(site, dispute, "own", codes=["passing"], span=ticked, quote=[""]).status_code == 303
    assert [one.quote for one in decided(site)[0].spans] == ["families", "agents"]


def test_of_words_in_several_places_the_page_asks_which(site: Site, dispute: Browser) -> None:
    text = TEXTS["combining"]
    page = decide(site, dispute, "own", "combining", codes=["passing"], quote=["e\u0301"])
    assert page.status_code == 422
    assert "stands in 2 places. Tick the one that is meant" in page.text
    places = [at for at, on in pick(page.text, "span").items() if not on and at != "0:2"]
    assert len(places) == 2
    done = decide(site, dispute, "own", "combining", codes=["passing"], quote=["e\u0301"], span=places[1:])
    assert done.status_code == 303, done.text
    (span,) = decided(site, "combining")[0].spans
    assert (span.start, span.quote) == (text.rindex("e\u0301"), "e\u0301")


def test_words_that_only_come_near_are_never_taken_for_the_papers(site: Site, dispute: Browser) -> None:
    page = decide(site, dispute, "own", codes=["passing"], quote=["FAMILIES:  alignment"])
    assert page.status_code == 422
    assert "<mark>families: 𝒜lignment</mark>" in page.text
    assert "Decided by" not in page.text
    start = EMOJI.index("families")
    at = f"{start}:{start + len('families: 𝒜lignment')}"
    assert pick(page.text, "span")[at] is False
    done = decide(site, dispute, "own", codes=["passing"], quote=["FAMILIES:  alignment"], span=[at])
    assert done.status_code == 303, done.text
    assert [one.quote for one in decided(site)[0].spans] == ["families: 𝒜lignment"]


def test_looking_for_words_says_that_something_changed_meanwhile(site: Site, dispute: Browser) -> None:
    page = decide(site, dispute, "own", look="true", quote=["families"], seen="1")
    assert page.status_code == 422
    assert "changed in the meantime" in page.text


def test_a_page_that_is_copied_from_gives_line_breaks_back_that_forms_change(
    site: Site, dispute: Browser
) -> None:
    for words in ("Title\r\n\r\nAligned", "Title\n\nAligned"):
        done = decide(site, dispute, "own", "crlf", codes=["passing"], quote=[words])
        assert done.status_code == 303, done.text
        assert [one.quote for one in decided(site, "crlf")[0].spans] == ["Title\r\n\r\nAligned"]


@pytest.fixture
def ledger(site: Site, dispute: Browser) -> Browser:
    """Ann enters "align" as a proxy and Bob "families"."""
    with site.study.database.writing() as connection:
        stored = paper_of(connection, "emoji")
        for who, words in (("ann", "align"), ("bob", "families")):
            start = EMOJI.index(words)
            save(
                connection, Unit(stored.row, people.named(connection, who).row, "proxies"),
                Answer(("proxy",), (cut(EMOJI, start, start + len(words)),)), paper=stored.paper, coder=who,
                codebook=site.study.codebook, codebook_row=site.study.codebook_row, stage="blind",
            )  # fmt: skip
        # else nobody is asked for proxies
    decide(site, dispute, "side", coder=person(site, "bob"))
    return dispute


def enter(site: Site, browser: Browser, **more: Any) -> Any:
    path = f"/adjudicate/{site.row('emoji')}"
    new: dict[str, Any] = {"code": [""], "stands_for": [""], "quote": [""]}
    return browser.form(f"{path}/entries", **{**fields(browser.get(path).text, "proxies"), **new, **more})


def test_entries_of_both_stand_beside_one_that_no_coder_made(site: Site, ledger: Browser) -> None:
    ideal = site.study.codebook.ideals[0].id
    entries = list(pick(ledger.get(f"/adjudicate/{site.row('emoji')}").text, "entry"))
    new = {"code": ["ideal", ""], "stands_for": [ideal, ""], "quote": ["agents", ""]}
    page = enter(site, ledger, entry=entries[:1], look="true", **new)
    assert page.status_code == 200
    assert "<mark>agents</mark>" in page.text
    assert pick(page.text, "entry") == {entries[0]: True, entries[1]: False}
    assert page.text.count("An entry that no coder made") == 2
    done = enter(site, ledger, entry=entries, **new)
    assert done.status_code == 303, done.text
    said = decided(site, variable="proxies")
    assert [(one.codes, one.stands_for, one.spans[0].quote) for one in said] == [
        (("proxy",), None, "align"), (("proxy",), None, "families"), (("ideal",), ideal, "agents"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"code": ["proxy"]}, "copy the words that it rests on"),
        ({"quote": ["agents"]}, "choose what it is"),
        ({"code": ["proxy"], "quote": ["robots"]}, "“robots” doesn&#39;t stand"),
        ({"code": ["proxy"], "quote": ["a"]}, "Tick the one that is meant"),
        ({"code": ["proxy"], "quote": ["agents"], "stands_for": ["<b>"]}, "stands for &#39;&lt;b&gt;&#39;"),
        ({"code": ["nonsense"], "quote": ["agents"]}, "no code"),
        ({"entry": ["999999"]}, "no coder&#39;s"),
        ({"code": ["proxy", "proxy"]}, "each new entry needs"),
    ],
)
def test_an_entry_that_is_not_whole_is_refused(
    site: Site, ledger: Browser, more: dict[str, Any], message: str
) -> None:
    page = enter(site, ledger, **more)
    assert page.status_code == 422
    assert message in page.text
    assert decided(site, variable="proxies") == []


def test_of_an_entrys_words_in_several_places_one_is_ticked(site: Site, ledger: Browser) -> None:
    page = enter(site, ledger, code=["proxy"], quote=["a"], look="true")
    places = list(pick(page.text, "at"))
    assert places[0] == f"0={EMOJI.index('a')}:{EMOJI.index('a') + 1}"
    assert enter(site, ledger, code=["proxy"], quote=["a"], at=places[1:2]).status_code == 303
    (said,) = decided(site, variable="proxies")
    assert f"0={said.spans[0].start}:{said.spans[0].stop}" == places[1]


def test_only_the_coder_whose_ledger_stands_is_said_to_be_decided_for(site: Site, ledger: Browser) -> None:
    path = f"/adjudicate/{site.row('emoji')}"
    form = fields(ledger.get(path).text, "proxies")
    assert ledger.form(f"{path}/side", **form, coder=person(site, "ann")).status_code == 303
    section = ledger.get(path).text.split('name="variable" value="proxies"', 1)[1]
    assert re.search(r"<h3>ann <span class=\"badge good\">decided so", section)
    assert "<h3>bob</h3>" in section
    assert "Decide for bob" in section


def test_what_was_typed_stays_where_a_form_fails(site: Site, dispute: Browser) -> None:
    page = decide(site, dispute, "ask", coder=person(site, "olga"), words="Why this?").text
    assert "Choose one of the coders" in page
    assert "Why this?" in page
    page = decide(site, dispute, "side", coder=person(site, "bob"), memo="my reason", seen="1").text
    assert re.search(r"<details open><summary>with a memo</summary>[^\n]*my reason", page)
