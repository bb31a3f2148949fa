"""Login, invitations, sessions."""

from __future__ import annotations

import re

import pytest
from tests.web.conftest import Site

from univocal.study import people


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
