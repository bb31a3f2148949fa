"""`univocal serve`: names, how it stops; what only PostgreSQL does otherwise."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from tests.study import postgres
from tests.study.conftest import create_database
from tests.web.conftest import ADDRESS

from univocal.study import people
from univocal.study.folder import Study, create
from univocal.web.app import create_app
from univocal.web.command import serve


@pytest.fixture(params=["sqlite", "postgresql"])
def study(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Study]:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    if request.param == "sqlite":
        made = create(tmp_path / "study")
        yield made
        made.close()
        return
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL isn't installed (Debian's package postgresql)")
    with postgres.server() as url:
        create_database(url, "served")
        made = create(tmp_path / "study", database=f"{url}/served")
        yield made
        made.close()


def test_a_nul_is_refused_before_the_database_sees_it(study: Study) -> None:
    client = TestClient(create_app(study), base_url=ADDRESS, follow_redirects=False)
    assert client.post("/login", data={"name": "a\0b", "password": "x"}).status_code == 422
    with study.database.writing() as connection:
        token = people.invite(connection, "owner")
    assert (
        client.post("/join", data={"token": token, "name": "a\0", "password": "long enough"}).status_code
        == 422
    )
    joined = client.post("/join", data={"token": token, "name": "olga", "password": "long enough"})
    assert joined.status_code == 303
    assert client.get("/papers?q=%00").status_code == 200


def test_an_invitation_used_twice_at_once_makes_one_person(study: Study) -> None:
    app = create_app(study)
    with study.database.writing() as connection:
        token = people.invite(connection, "coder")
    names = [f"eve{n}" for n in range(6)]
    barrier = threading.Barrier(len(names))
    codes: list[int] = []

    def join(name: str) -> None:
        client = TestClient(app, base_url=ADDRESS, follow_redirects=False)
        barrier.wait()
        codes.append(
            client.post("/join", data={"token": token, "name": name, "password": "long enough"}).status_code
        )

    joining = [threading.Thread(target=join, args=(name,)) for name in names]
    for one in joining:
        one.start()
    for one in joining:
        one.join()
    with study.database.reading() as connection:
        assert len([one for one in people.everyone(connection) if one.name in names]) == 1
    assert sorted(codes) == [303, 422, 422, 422, 422, 422]


def test_names_are_known_in_any_case_and_are_nothing_but_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    study = create(tmp_path / "study")
    try:
        client = TestClient(
            create_app(study, hosts=["Coding.Example.org"]), base_url="http://coding.example.org"
        )
        assert client.get("/healthz").status_code == 200
        refused = client.get("/healthz", headers={"Host": "other.example.org"})
        assert refused.status_code == 421
        assert "--name" in refused.text
    finally:
        study.close()
    for name in ("https://coding.example.org", "coding.example.org:443", "[", ""):
        result = CliRunner().invoke(serve, [str(tmp_path / "study"), "--name", name, "--no-browser"])
        assert result.exit_code == 2
        assert "a host's name alone was expected" in result.output


def test_control_c_stops_it_quietly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    create(tmp_path / "study").close()
    words = [sys.executable, "-m", "univocal", "serve", tmp_path / "study", "--port", "0", "--no-browser"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        with urlopen(f"{address}/healthz", timeout=30) as ready:  # it answers once it runs
            assert ready.status == 200
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")
