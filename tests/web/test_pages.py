"""Login, invitations, queues, adjudication and the agreement page."""

from __future__ import annotations

import re
import uuid

import pytest
from tests.study.material import TEXTS
from tests.web.conftest import Site

from univocal.study import people
from univocal.study.queues import finish


def test_a_wrong_password_and_an_unknown_name_look_the_same(site: Site) -> None:
    pages = [
        site.visitor().client.post("/login", data={"name": name, "password": "wrong"})
        for name in ("ann", "nobody")
    ]
    assert [page.status_code for page in pages] == [401, 401]
    assert pages[0].text.replace("ann", "") == pages[1].text.replace("nobody", "")


def test_guessing_is_slowed_down(site: Site) -> None:
    visitor = site.visitor()
    codes = [
        visitor.client.post("/login", data={"name": "dee", "password": "x"}).status_code for _ in range(12)
    ]
    assert codes[0] == 401
    assert codes[-1] == 429


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_login_leads_nowhere_else(site: Site, to: str) -> None:
    data = {"name": "ann", "password": "password of ann", "next": to}
    assert site.visitor().client.post("/login", data=data).headers["location"] == "/"


def test_the_cookie_is_for_this_site_and_no_script(site: Site) -> None:
    answer = site.visitor().client.post("/login", data={"name": "ann", "password": "password of ann"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_logging_out_ends_the_session_itself(site: Site) -> None:
    ann = site.browser("ann")
    token = ann.client.cookies["univocal_session"]
    assert ann.form("/logout").status_code == 303
    ann.client.cookies.set("univocal_session", token)
    assert ann.get("/api/me").status_code == 401


def test_an_invitation_makes_a_person_once(site: Site) -> None:
    olga = site.browser("olga")
    page = olga.form("/people", role="coder").text
    found = re.search(r"/join\?token=([\w-]+)", page)
    assert found
    token = found.group(1)
    visitor = site.visitor()
    assert "invited as <strong>coder" in visitor.get(f"/join?token={token}").text
    short = visitor.client.post("/join", data={"token": token, "name": "eve", "password": "short"})
    assert short.status_code == 422
    assert "at least 8" in short.text
    taken = visitor.client.post("/join", data={"token": token, "name": "ann", "password": "long enough"})
    assert "is taken" in taken.text
    assert (
        visitor.client.post(
            "/join", data={"token": token, "name": "eve", "password": "long enough"}
        ).status_code
        == 303
    )
    assert visitor.get("/api/me").json() == {"name": "eve", "role": "coder"}
    assert site.visitor().get(f"/join?token={token}").status_code == 422
    assert token not in (site.study.folder / "study.sqlite").read_bytes().decode("latin-1")


def test_only_owners_invite(site: Site) -> None:
    assert site.browser("ann").form("/people", role="owner").status_code == 403
    assert (
        site.browser("olga").client.post("/people", data={"csrf": "wrong", "role": "owner"}).status_code
        == 403
    )
    assert site.browser("olga").form("/people", role="machine").status_code == 422


def test_who_no_longer_takes_part_is_out_at_once(site: Site) -> None:
    ann = site.browser("ann")
    with site.study.database.writing() as connection:
        people.change(connection, "ann", active=False)
    assert ann.get("/api/me").status_code == 401
    assert (
        site.visitor().client.post("/login", data={"name": "ann", "password": "password of ann"}).status_code
        == 401
    )


def test_a_queue_that_cannot_be_drawn_says_why_and_keeps_the_form(site: Site) -> None:
    page = site.browser("olga").form("/queues", name="again", kind="random", size="7", coder=["1"])
    assert page.status_code == 422
    assert "in a batch already" in page.text
    assert 'value="again"' in page.text
    assert 'value="7"' in page.text


def code_all(site: Site, who: str, about: str) -> None:
    browser = site.browser(who)
    for key in TEXTS:
        row = site.row(key)
        text = browser.get(f"/api/papers/{row}").json()["text"]
        span = {"start": 0, "stop": 2, "quote": text[:2]}
        body = {
            "variable": "about",
            "codes": [about],
            "spans": [] if about == "no" else [span],
            "base": None,
            "token": str(uuid.uuid4()),
        }
        assert browser.post(f"/api/papers/{row}/codings", body).status_code == 200
        with site.study.database.writing() as connection:
            finish(connection, row, people.named(connection, who).row)


def test_disagreements_are_decided_side_by_side(site: Site) -> None:
    dee = site.browser("dee")
    row = site.row("emoji")
    code_all(site, "ann", "no")
    assert dee.get(f"/adjudicate/{row}").status_code == 403, "bob still codes it"
    code_all(site, "bob", "main")
    assert f'href="/adjudicate/{row}"' in dee.get("/adjudicate").text
    page = dee.get(f"/adjudicate/{row}").text
    assert "<h3>ann" in page
    assert "<h3>bob" in page
    revisions = [int(x) for x in re.findall(r'name="revision" value="(\d+)"', page)]
    assert len(revisions) == 2
    assert dee.form(f"/adjudicate/{row}", revision=revisions[1]).status_code == 303
    assert "decided</span>" in dee.get(f"/adjudicate/{row}").text
    with site.study.database.reading() as connection:
        parents = connection.exec_driver_sql("SELECT parent FROM parent ORDER BY parent").scalars().all()
        assert parents == sorted(revisions)
        kept = connection.exec_driver_sql("SELECT count(*) FROM current WHERE paper = ?", (row,)).scalar()
        assert kept == 3


def test_agreement_grows_on_its_page(site: Site) -> None:
    dee = site.browser("dee")
    assert "Nobody has finished" in dee.get("/agreement").text
    code_all(site, "ann", "no")
    code_all(site, "bob", "no")
    page = dee.get("/agreement").text
    assert "About alignment of AI" in page
    assert "no variation" in page
    assert "1.00" in page
