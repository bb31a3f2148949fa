"""The API: saving with evidence, blindness, conflicts, and what it refuses."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from tests.study.material import EMOJI
from tests.web.conftest import HOSTILE, Browser, Site

from univocal.study import people
from univocal.study.codings import Answer, Unit, save
from univocal.study.papers import paper_of
from univocal.study.queues import finish
from univocal.study.spans import cut
from univocal.web.guard import LARGEST_BODY

START = EMOJI.index("𝒜lignment")


def change(**more: Any) -> dict[str, Any]:
    return {"variable": "about", "codes": ["no"], "base": None, "token": str(uuid.uuid4()), **more}


def coded(browser: Browser, site: Site, key: str, **more: Any) -> Any:
    return browser.post(f"/api/papers/{site.row(key)}/codings", change(**more))


def test_a_paper_comes_with_its_mentions_in_code_points(site: Site) -> None:
    paper = site.browser("ann").get(f"/api/papers/{site.row('emoji')}").json()
    assert paper["text"] == EMOJI
    assert [EMOJI[a:b] for a, b in paper["mentions"]] == ["align"]
    assert paper["codings"] == []
    assert paper["progress"] == {"done": 0, "all": 5}


def test_a_coding_with_evidence_comes_back_and_can_be_undone(site: Site) -> None:
    ann = site.browser("ann")
    quote = EMOJI[START : START + 5]
    span = {"start": START, "stop": START + 5, "quote": quote, "code": "main"}
    saved = coded(ann, site, "emoji", codes=["main"], spans=[span], unsure=True, memo="é\n")
    assert saved.status_code == 200, saved.text
    row = site.row("emoji")
    (one,) = ann.get(f"/api/papers/{row}").json()["codings"]
    assert one["revision"] == saved.json()["revision"]
    assert (one["codes"], one["unsure"], one["memo"]) == (["main"], True, "é\n")
    assert one["spans"] == [span]
    back = ann.post(
        f"/api/papers/{row}/undo", {"variable": "about", "base": one["revision"], "token": "undo-token"}
    )
    assert back.json()["coding"] is None
    (gone,) = ann.get(f"/api/papers/{row}").json()["codings"]
    assert (gone["cleared"], gone["codes"], gone["spans"]) == (True, None, [])
    again = coded(ann, site, "emoji", base=gone["revision"])
    assert again.status_code == 200, "what was taken away can be answered anew"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"codes": ["main"]}, "no evidence"),
        ({"codes": ["main"], "spans": [{"start": 0, "stop": 2, "quote": "we"}]}, "the text has 'We'"),
        ({"codes": ["main"], "spans": [{"start": 0, "stop": 9999, "quote": "We"}]}, "outside a text"),
        ({"codes": ["mian"]}, "no code 'mian'"),
        ({"variable": "nonsense"}, "no such variable"),
        ({"codes": "no"}, "codes"),
        ({"token": "x"}, "token"),
        ({"extra": 1}, "extra"),
        ({"codes": ["no"], "spans": [{"start": -5, "stop": 2, "quote": "We"}]}, "start"),
        ({"memo": "nul \0"}, "memo"),
        ({"start": 2**40}, "start"),
    ],
)
def test_what_is_refused_says_why_and_saves_nothing(site: Site, more: dict[str, Any], message: str) -> None:
    ann = site.browser("ann")
    answer = coded(ann, site, "emoji", **more)
    assert answer.status_code == 422
    assert message in answer.json()["message"]
    assert ann.get(f"/api/papers/{site.row('emoji')}").json()["codings"] == []


def test_two_tabs_are_told_of_each_other(site: Site) -> None:
    ann = site.browser("ann")
    first = coded(ann, site, "emoji").json()["revision"]
    second = coded(ann, site, "emoji", codes=None, base=first)
    assert second.status_code == 200
    late = coded(ann, site, "emoji", base=first)
    assert late.status_code == 409
    assert late.json()["last"]["revision"] == second.json()["revision"]
    assert late.json()["last"]["codes"] is None
    assert late.json()["revision"] == second.json()["revision"]


def test_a_save_sent_again_is_saved_once(site: Site) -> None:
    ann = site.browser("ann")
    body = change()
    path = f"/api/papers/{site.row('emoji')}/codings"
    assert ann.post(path, body).json() == ann.post(path, body).json()


def test_a_token_of_another_change_neither_saves_nor_tells_anything(site: Site) -> None:
    ann, bob = site.browser("ann"), site.browser("bob")
    assert coded(ann, site, "emoji", token="token-0001", memo="ann's secret memo").status_code == 200
    again = coded(ann, site, "crlf", token="token-0001")
    assert again.status_code == 422
    assert "token" in again.json()["message"]
    for what in ("codings", "clear", "undo"):
        body = (
            change(token="token-0001") if what == "codings" else {"variable": "about", "token": "token-0001"}
        )
        answer = bob.post(f"/api/papers/{site.row('emoji')}/{what}", body)
        assert answer.json().get("revision") is None, what
        assert "secret" not in answer.text
    assert bob.get(f"/api/papers/{site.row('emoji')}").json()["task"]["state"] == "open"


def test_coders_see_nothing_of_each_other(site: Site) -> None:
    ann, bob = site.browser("ann"), site.browser("bob")
    coded(ann, site, "emoji", memo="ann's secret memo")
    for path in (f"/api/papers/{site.row('emoji')}", "/", "/papers", f"/code/{site.row('emoji')}"):
        assert "secret memo" not in bob.get(path).text
    assert bob.get(f"/api/papers/{site.row('emoji')}").json()["codings"] == []
    for path in ("/adjudicate", f"/adjudicate/{site.row('emoji')}", "/agreement", "/queues"):
        assert bob.get(path).status_code == 403


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


def test_suggestions_are_shown_only_afterwards_and_that_they_were_is_kept(site: Site) -> None:
    machine(site, "emoji")
    ann, row = site.browser("ann"), site.row("emoji")
    before = ann.get(f"/api/papers/{row}/suggestions").json()
    assert (before["shown"], before["codings"]) == (False, [])
    coded(ann, site, "emoji")
    with site.study.database.writing() as connection:
        finish(connection, row, people.named(connection, "ann").row)
    after = ann.get(f"/api/papers/{row}/suggestions").json()
    assert after["shown"]
    assert [one["coder"] for one in after["codings"]] == ["trained"]
    last = ann.get(f"/api/papers/{row}").json()["codings"][0]["revision"]
    coded(ann, site, "emoji", codes=None, base=last)
    with site.study.database.reading() as connection:
        stages = connection.exec_driver_sql(
            "SELECT stage FROM revision WHERE coder = (SELECT id FROM person WHERE name = 'ann') ORDER BY id"
        )
        assert stages.scalars().all() == ["blind", "seen"]


def test_a_paper_is_done_when_all_that_is_asked_is_answered(site: Site) -> None:
    ann, row = site.browser("ann"), site.row("emoji")
    early = ann.post(f"/api/papers/{row}/done")
    assert early.status_code == 422
    assert early.json()["missing"][:2] == ["sense", "about"]
    coded(ann, site, "emoji")
    start = EMOJI.index("align")
    sense = {"start": start, "stop": start + 5}
    span = {**sense, "quote": "align"}
    coded(ann, site, "emoji", variable="sense", codes=["ordinary"], spans=[span], **sense)
    done = ann.post(f"/api/papers/{row}/done")
    assert done.status_code == 200, done.text
    assert done.json()["next"] not in (None, row)
    assert ann.get("/api/next").json()["row"] == done.json()["next"]


def test_nobody_in_particular_gets_nothing(site: Site) -> None:
    visitor = site.visitor()
    row = site.row("emoji")
    for path in ("/api/me", "/api/codebook", "/api/papers", f"/api/papers/{row}", "/api/next"):
        assert visitor.get(path).status_code == 401
    assert visitor.post(f"/api/papers/{row}/codings", change()).status_code == 401
    for path in ("/", "/papers", f"/code/{row}", "/people", f"/papers/{row}/pdf"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["location"][:7]) == (303, "/login?")


def test_another_site_can_do_nothing(site: Site) -> None:
    ann, path = site.browser("ann"), f"/api/papers/{site.row('emoji')}/codings"
    assert ann.post(path, change(), headers={"Origin": "https://evil.example"}).status_code == 403
    assert ann.post(path, change(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert ann.post(path, change(), headers={"Origin": "http://["}).status_code == 403
    assert ann.client.post(path, json=change()).status_code == 403
    seen = f"/api/papers/{site.row('emoji')}/suggestions"  # that it was shown is noted
    assert ann.client.get(seen, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert ann.client.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert ann.client.get("/", headers={"Host": "127.0.0.1.evil.example"}).status_code == 421


def test_a_request_too_large_is_refused(site: Site) -> None:
    ann = site.browser("ann")
    answer = coded(ann, site, "emoji", memo="x" * (LARGEST_BODY + 1))
    assert answer.status_code == 413
    in_pieces = (b"x" * 100_000 for _ in range(LARGEST_BODY // 100_000 + 1))
    headers = {"X-CSRF-Token": ann.csrf, "Content-Type": "application/json"}
    path = f"/api/papers/{site.row('emoji')}/codings"
    answer = ann.client.post(path, content=in_pieces, headers=headers)
    assert answer.status_code == 413
    assert "larger than" in answer.json()["message"]
    answer = ann.client.post(path, content=b"{}", headers={**headers, "Content-Length": b"\xb2"})
    assert answer.status_code == 413


def test_scripts_and_styles_are_asked_for_again_so_that_they_fit_the_pages(site: Site) -> None:
    client = site.visitor().client
    first = client.get("/static/coding.js")
    assert first.headers["cache-control"] == "no-cache"
    assert (
        client.get("/static/coding.js", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    )


@pytest.mark.parametrize(
    "path", ["/api/papers/99999", "/api/papers/99999/suggestions", "/code/99999", "/papers/1/pdf"]
)
def test_what_is_not_there_is_404(site: Site, path: str) -> None:
    assert site.browser("ann").get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fstudy/folder.py"]
)
def test_no_path_leads_out_of_the_static_files(site: Site, path: str) -> None:
    assert site.visitor().get(path).status_code in (303, 404)


def test_hostile_words_stay_words(site: Site, tmp_path: Any) -> None:
    from tests.study.material import write_papers

    from univocal.study.papers import import_papers

    file = tmp_path / "h.jsonl"
    write_papers(file, {HOSTILE: HOSTILE})
    file.write_text(file.read_text().replace('"text"', '"title": "<img src=x onerror=alert(1)>", "text"'))
    import_papers(site.study, [file])
    olga = site.browser("olga")
    for path in ("/papers", f"/code/{site.row(HOSTILE)}", "/papers?q=%3Cscript%3E", "/people"):
        page = olga.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in page.split("</title>")[0]


def test_every_answer_has_the_headers_that_guard_it(site: Site) -> None:
    for path in ("/login", "/api/me", "/static/app.css", "/nowhere"):
        headers = site.visitor().get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_api_is_described(site: Site) -> None:
    described = site.visitor().get("/openapi.json").json()
    assert "/api/papers/{row}/codings" in described["paths"]
    assert not any(path.startswith("/login") for path in described["paths"])
    assert site.visitor().get("/healthz").text == "ok\n"


def test_a_page_of_an_older_codebook_is_told_to_load_again(site: Site) -> None:
    ann = site.browser("ann")
    row = ann.get("/api/codebook").json()["row"]
    assert coded(ann, site, "emoji", codebook=row + 1).status_code == 422
    assert "Load the page again" in coded(ann, site, "emoji", codebook=row + 1).json()["message"]
    assert coded(ann, site, "emoji", codebook=row).status_code == 200


def test_what_was_never_asked_can_not_be_taken_away(site: Site) -> None:
    ann, row = site.browser("ann"), site.row("emoji")
    body = {"variable": "nonsense", "base": None, "token": "clear-token"}
    assert ann.post(f"/api/papers/{row}/clear", body).json()["revision"] is None
    with site.study.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM revision").scalar_one() == 0
