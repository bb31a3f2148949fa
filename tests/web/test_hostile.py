"""A codebook, people and papers whose words are code: they stay words on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.study.material import write_papers
from tests.web.conftest import ADDRESS, Browser

from univocal.study import people, queues
from univocal.study.codings import Answer, Unit, save
from univocal.study.folder import create
from univocal.study.papers import import_papers, paper_of
from univocal.study.spans import cut
from univocal.web.app import create_app

EVIL = "<script>alert(1)</script><svg/onload=alert(2)>\"'`</title></textarea>{{7*7}}{% raw %}"
TEXT = f"We align models. {EVIL} alignment </script>"


@pytest.fixture
def olga(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    monkeypatch.setattr(people, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))
    create(tmp_path / "clean").close()
    words = (tmp_path / "clean" / "codebook.toml").read_text(encoding="utf-8")
    quoted = EVIL.replace("\\", "\\\\").replace('"', '\\"')
    for label in ("About alignment of AI", "Sense of a mention", "Not at all", "The aim"):
        assert f'label = "{label}"' in words or f'"{label}"' in words
        words = words.replace(f'"{label}"', f'"{label} {quoted}"')
    hostile = tmp_path / "codebook"
    hostile.mkdir()
    (hostile / "mine.toml").write_text(words, encoding="utf-8")
    cues = tmp_path / "clean" / "alignment-cues.toml"
    (hostile / cues.name).write_bytes(cues.read_bytes())
    study = create(tmp_path / "study", codebook=hostile / "mine.toml", name=EVIL)
    file = write_papers(tmp_path / "p.jsonl", {EVIL: TEXT})
    file.write_text(
        file.read_text().replace('"text"', '"title": "</title><img src=x onerror=alert(3)>", "text"', 1)
    )
    import_papers(study, [file])
    with study.database.writing() as connection:
        owner = people.add(connection, f"olga {EVIL}"[:80], "owner", password="password of olga")
        two = [people.add(connection, f"{n} <b>{EVIL}"[:80], "coder") for n in ("ann", "bob")]
        queues.assign(connection, queues.Plan(name=EVIL[:80], kind="all"), two)
        paper = paper_of(connection, EVIL)
        for coder, codes in zip(two, (("no",), ("main",)), strict=True):
            spans = () if codes == ("no",) else (cut(TEXT, 0, len(TEXT)),)
            save(
                connection, Unit(paper.row, coder.row, "about"), Answer(codes, spans, memo=EVIL), paper=paper.paper,
                coder=coder.name, codebook=study.codebook, codebook_row=study.codebook_row, stage="blind",
            )  # fmt: skip
            queues.finish(connection, paper.row, coder.row)
    browser = Browser(TestClient(create_app(study), base_url=ADDRESS, follow_redirects=False))
    login = browser.client.post("/login", data={"name": owner.name, "password": "password of olga"})
    assert login.status_code == 303
    return browser


PAGES = (
    "/",
    "/papers",
    "/code/1",
    "/people",
    "/queues",
    "/adjudicate",
    "/adjudicate/1",
    "/agreement",
    "/codebook",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_lets_words_become_code(olga: Browser, path: str) -> None:
    answer = olga.get(path)
    assert answer.status_code == 200, answer.text
    page = answer.text
    assert "alert(" in page or path in ("/agreement", "/codebook"), "the hostile words are on the page"
    tags = re.findall(r"<(?:script|svg|img)\b[^>]*", page, re.IGNORECASE)
    assert not [tag for tag in tags if "alert" in tag or "onerror" in tag]
    assert "<script>alert" not in page
    assert "onerror=alert(3)>" not in page.replace("&gt;", "")
    assert ">49" not in page


def test_the_api_sends_them_as_json_that_no_browser_takes_for_a_page(olga: Browser) -> None:
    for path in ("/api/papers/1", "/api/codebook", "/api/papers?q=script"):
        answer = olga.get(path)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert olga.get("/api/papers/1").json()["text"] == TEXT
