"""Login, invitations, sessions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.web.conftest import Site

from univocal.study import people
from univocal.study.folder import create
from univocal.web.app import create_app


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
    cookies = dict(ann.client.cookies)
    assert ann.form("/logout").status_code == 303
    assert not ann.client.cookies
    ann.client.cookies.update(cookies)
    assert ann.get("/api/me").status_code == 401


def test_guessing_with_spaces_around_the_name_is_slowed_down_too(site: Site) -> None:
    visitor = site.visitor()
    for n in range(12):
        code = visitor.client.post("/login", data={"name": "dee" + " " * n, "password": "x"}).status_code
    assert code == 429


def test_studies_on_one_machine_do_not_log_each_other_out(site: Site, tmp_path: Path) -> None:
    other = create(tmp_path / "other")
    try:
        workspace = create_app(other).state.workspace
    finally:
        other.close()
    ann = site.browser("ann")
    assert len(ann.client.cookies) == 1
    assert workspace.cookie not in ann.client.cookies
    assert workspace.mark != site.app.state.workspace.mark


def test_after_a_login_that_a_form_asked_for_one_lands_on_a_page(site: Site) -> None:
    answer = site.visitor().client.post("/logout", data={"csrf": "x"})
    assert answer.headers["location"] == "/login?next=%2F"
    assert site.visitor().get("/papers?q=a").headers["location"] == "/login?next=%2Fpapers%3Fq%3Da"


def test_a_page_that_says_what_is_wrong_leaves_one_logged_in(site: Site) -> None:
    page = site.browser("ann").get("/queues")
    assert page.status_code == 403
    assert 'action="/logout"' in page.text


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
