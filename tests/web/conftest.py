"""The workspace as clients see it: real application, real SQLite, no server in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.study.material import TEXTS, write_papers

from univocal.study import people, queues
from univocal.study.folder import Study, create
from univocal.study.papers import import_papers
from univocal.web.app import create_app

HOSTILE = "<script>alert(1)</script> & \"aligned\" 'models' </script><svg onload=alert(2)> {{7*7}} alignment"
ADDRESS = "http://127.0.0.1"


@dataclass
class Browser:
    """One person's browser: keeps cookies, sends the page's token."""

    client: TestClient
    csrf: str = ""

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        headers = {"X-CSRF-Token": self.csrf, **more.pop("headers", {})}
        return self.client.post(path, json=body if body is not None else {}, headers=headers, **more)

    def form(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, data={"csrf": self.csrf, **fields})


@dataclass
class Site:
    """A study of five papers being served, with an owner, two coders and an adjudicator."""

    study: Study
    app: Any

    def visitor(self) -> Browser:
        return Browser(TestClient(self.app, base_url=ADDRESS, follow_redirects=False))

    def browser(self, name: str) -> Browser:
        visitor = self.visitor()
        answer = visitor.client.post("/login", data={"name": name, "password": f"password of {name}"})
        assert answer.status_code == 303, answer.text
        found = re.search(r'name="csrf" value="([^"]+)"', visitor.get("/").text)
        assert found
        visitor.csrf = found.group(1)
        return visitor

    def row(self, key: str) -> int:
        with self.study.database.reading() as connection:
            return int(connection.exec_driver_sql("SELECT id FROM paper WHERE key = ?", (key,)).scalar_one())


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    # real hashes, made quickly: the parameters are the library's business
    monkeypatch.setattr(people, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))
    study = create(tmp_path / "study")
    import_papers(study, [write_papers(tmp_path / "p.jsonl", {**TEXTS, "hostile": HOSTILE})])
    with study.database.writing() as connection:
        made = [
            people.add(connection, name, role, password=f"password of {name}")
            for name, role in {"olga": "owner", "ann": "coder", "bob": "coder", "dee": "adjudicator"}.items()
        ]
        queues.assign(connection, queues.Plan(name="first", kind="all", held_out=0), made[1:3])
    yield Site(study, create_app(study))
    study.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium, for the tests that need a browser."""
    from tests.web.browsing import launched

    with launched() as browser:
        yield browser
