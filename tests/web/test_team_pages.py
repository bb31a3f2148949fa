"""Queues, adjudication and the page of figures."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

import pytest
from tests.study.material import EMOJI, TEXTS
from tests.web.conftest import HOSTILE, Browser, Site

from univocal.study import people
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
        ({"codes": ["passing"], "span": ["0:3"]}, "no coder quotes [0:3]"),
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
