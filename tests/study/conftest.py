"""Each test of the store runs on SQLite and on PostgreSQL, in a database of its own."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.study import postgres
from tests.study.material import TEXTS, Team, write_papers

from univocal.study import people
from univocal.study.folder import Study, create, open_study
from univocal.study.papers import import_papers


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL isn't installed (Debian's package postgresql)")
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study's folder, made once; tests take copies."""
    folder = tmp_path_factory.mktemp("template") / "study"
    create(folder).close()
    return folder


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with an empty study, made once; tests take copies."""
    create_database(postgres_url, "template_study")
    folder = tmp_path_factory.mktemp("postgres") / "study"
    create(folder, database=f"{postgres_url}/template_study").close()
    return "template_study"


def create_database(url: str, name: str, template: str = "template1") -> None:
    engine = sa.create_engine(
        f"{url}/postgres".replace("postgresql:", "postgresql+pg8000:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def study(
    request: pytest.FixtureRequest, tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Study]:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    folder = shutil.copytree(template, tmp_path / "study")
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        name = f"t{uuid.uuid4().hex}"
        create_database(url, name, request.getfixturevalue("postgres_template"))
        (folder / "study.sqlite").unlink()
        configuration = folder / "study.toml"
        words = configuration.read_text().replace("sqlite:///study.sqlite", f"{url}/{name}")
        configuration.write_text(words)
    made = open_study(folder)
    yield made
    made.close()


@pytest.fixture
def team(study: Study, tmp_path: Path) -> Team:
    import_papers(study, [write_papers(tmp_path / "papers.jsonl", TEXTS)])
    with study.database.writing() as connection:
        ann = people.add(connection, "ann", "coder")
        bob = people.add(connection, "bob", "coder")
    return Team(study, ann, bob)
