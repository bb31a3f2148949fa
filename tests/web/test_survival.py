"""What was acknowledged is there after kill -9, and after a full disk: a real server, a real database."""

from __future__ import annotations

import http.client
import json
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.study import postgres
from tests.study.conftest import create_database
from tests.study.material import EMOJI, write_papers

from univocal.study import people
from univocal.study.folder import Study, create, open_study
from univocal.study.papers import import_papers
from univocal.web.guard import COOKIE

#: Who saves at the same time, each an answer of their own and one that all have.
CODERS = ("ann", "bob", "cem")
START = EMOJI.index("𝒜lignment")
QUOTES = [{"start": at, "stop": at + 2, "quote": EMOJI[at : at + 2]} for at in range(START, START + 5)]


@dataclass
class Coder:
    """A client with a login of its own; ``acknowledged`` are revisions by their tokens."""

    cookie: str
    csrf: str
    acknowledged: dict[str, int] = field(default_factory=dict)

    def ask(self, wire: http.client.HTTPConnection, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Cookie": f"{COOKIE}={self.cookie}", "X-CSRF-Token": self.csrf}
        if body is None:
            wire.request("GET", path, headers=headers)
        else:
            wire.request("POST", path, json.dumps(body), {**headers, "Content-Type": "application/json"})
        answer = wire.getresponse()
        return answer.status, json.loads(answer.read())

    def save(self, wire: http.client.HTTPConnection, *, n: int, filling: str = "") -> tuple[int, Any]:
        """Save an answer with ``n`` quotes, whose memo says how many they are."""
        token = str(uuid.uuid4())
        body = {
            "variable": "about", "codes": ["main"] if n else ["no"], "spans": QUOTES[:n], "memo": f"{n} {filling}",
            "token": token, "base": max(self.acknowledged.values(), default=None),
        }  # fmt: skip
        status, said = self.ask(wire, "/api/papers/1/codings", body)
        if status == 409:  # the save before it went in, but its answer was lost
            body["base"] = said["last"]["revision"]
            status, said = self.ask(wire, "/api/papers/1/codings", body)
        if status == 200:
            self.acknowledged[token] = said["revision"]
        return status, said

    def until(self, port: int, stopped: threading.Event) -> None:
        """Save until the server is gone."""
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        n = random.randrange(6)
        try:
            while not stopped.is_set():
                n = (n + 1) % 6
                status, said = self.save(wire, n=n)
                assert status == 200, said
        except (OSError, http.client.HTTPException):
            return  # killed, as it was meant to be
        finally:
            wire.close()


@dataclass
class Served:
    """A study with people who are logged in."""

    folder: Path
    coders: list[Coder]

    @contextmanager
    def running(self) -> Iterator[tuple[subprocess.Popen[str], int]]:
        """`univocal serve` as a process, and its port."""
        words = [sys.executable, "-m", "univocal", "serve", str(self.folder), "--port", "0", "--no-browser"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "http://127.0.0.1:" in line, line
            yield process, int(line.rsplit(":", 1)[1])
        finally:
            process.kill()
            process.communicate()

    def check(self) -> None:
        """The file opens, nothing is half-written, and every acknowledged save is there."""
        study = open_study(self.folder)
        try:
            with study.database.reading() as connection:
                if study.database.sqlite:
                    assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                    assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
                there = connection.exec_driver_sql(_REVISIONS).all()
                heads = set(connection.exec_driver_sql("SELECT coder, revision FROM head").all())
        finally:
            study.close()
        last: dict[int, int] = {}
        for id_, _, coder, memo, quotes, previous in there:
            assert quotes == int(memo.split()[0])
            assert previous == last.get(coder)
            last[coder] = id_
        assert heads == set(last.items())
        kept = {token: id_ for id_, token, *_ in there}
        for coder in self.coders:
            assert coder.acknowledged.items() <= kept.items()


_REVISIONS = (
    "SELECT r.id, r.token, r.coder, r.memo, (SELECT count(*) FROM evidence e WHERE e.revision = r.id), r.previous "
    "FROM revision r ORDER BY r.id"
)


def served(study: Study, source: Path) -> Served:
    import_papers(study, [write_papers(source, {"emoji": EMOJI})])
    coders = []
    with study.database.writing() as connection:
        people.add(connection, "olga", "owner")
        for name in CODERS:
            cookie = people.log_in(connection, people.add(connection, name, "coder"))
            session = people.session_of(connection, cookie)
            assert session is not None
            coders.append(Coder(cookie, session.csrf))
    folder = study.folder
    study.close()
    return Served(folder, coders)


@pytest.fixture
def on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    return served(create(tmp_path / "study"), tmp_path / "p.jsonl")


@pytest.fixture
def on_postgres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL isn't installed (Debian's package postgresql)")
    with postgres.server() as url:
        create_database(url, "killed")
        # a commit waits for the log, as by default; fsync makes no difference while the machine and PostgreSQL live on
        engine = sa.create_engine(f"{url}/killed".replace("postgresql:", "postgresql+pg8000:"))
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER DATABASE killed SET synchronous_commit = on")
        engine.dispose()
        yield served(create(tmp_path / "study", database=f"{url}/killed"), tmp_path / "p.jsonl")


def kill_in_the_middle(site: Served, times: int) -> None:
    chance = random.Random(times)
    for _ in range(times):
        before = sum(len(coder.acknowledged) for coder in site.coders)
        with site.running() as (process, port):
            stopped = threading.Event()
            savers = [threading.Thread(target=c.until, args=(port, stopped)) for c in site.coders]
            for saver in savers:
                saver.start()
            wait_until(lambda: sum(len(c.acknowledged) for c in site.coders) > before)  # noqa: B023 - waited for here
            time.sleep(chance.uniform(0, 0.06))
            process.send_signal(signal.SIGKILL)
            process.wait()
            stopped.set()
            for saver in savers:
                saver.join()
        site.check()
    assert sum(len(coder.acknowledged) for coder in site.coders) >= times


def wait_until(what: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.001)


@pytest.mark.parametrize("times", [2, pytest.param(200, marks=pytest.mark.slow)])
def test_acknowledged_saves_outlive_kill_9(on_sqlite: Served, times: int) -> None:
    kill_in_the_middle(on_sqlite, times)


@pytest.mark.slow
def test_acknowledged_saves_outlive_kill_9_on_postgresql(on_postgres: Served) -> None:
    kill_in_the_middle(on_postgres, 200)


@pytest.mark.slow
def test_one_coders_saves_at_the_same_moment_all_go_in_on_postgresql(on_postgres: Served) -> None:
    """There a save may be told to come again; sent again with its token, it goes in."""
    coder, variables = (
        on_postgres.coders[0],
        ("about", "primary", "valence", "definition", "object_x", "target_y"),
    )
    tokens = {variable: str(uuid.uuid4()) for variable in variables}
    statuses: list[int] = []

    def save(port: int, variable: str) -> None:
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        body = {"variable": variable, "codes": None, "token": tokens[variable], "base": None}
        for _ in range(10):
            status, said = coder.ask(wire, "/api/papers/1/codings", body)
            statuses.append(status)
            if status == 200:
                coder.acknowledged[tokens[variable]] = said["revision"]
                break
        wire.close()

    with on_postgres.running() as (_, port):
        savers = [threading.Thread(target=save, args=(port, variable)) for variable in variables * 2]
        for saver in savers:
            saver.start()
        for saver in savers:
            saver.join()
    assert set(statuses) <= {200, 503}
    assert set(coder.acknowledged) == set(tokens.values())
    study = open_study(on_postgres.folder)
    with study.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT token, id FROM revision").all()
    study.close()
    assert dict(kept) == coder.acknowledged
    assert len(kept) == len(variables)


def fill(site: Served, port: int, make_room: Callable[[], None]) -> None:
    """Save until the disk takes no more; then make room and go on."""
    coder = site.coders[0]
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    filling = "x" * 9_000
    for _ in range(2_000):
        status, said = coder.save(wire, n=5, filling=filling)
        if status != 200:
            break
    assert status == 507, said
    assert "Nothing of this step was saved" in said["message"]
    assert "try again" in said["message"]
    status, paper = coder.ask(wire, "/api/papers/1")  # reading goes on
    assert status == 200
    assert paper["codings"][0]["revision"] == max(coder.acknowledged.values())
    assert coder.save(wire, n=5, filling=filling)[0] == 507
    make_room()
    status, said = coder.save(wire, n=3)
    assert status == 200, said
    wire.close()


def test_a_limit_on_files_loses_nothing(on_sqlite: Served) -> None:
    with on_sqlite.running() as (process, port):
        largest = max(file.stat().st_size for file in on_sqlite.folder.glob("study.sqlite*"))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (largest + 300_000, resource.RLIM_INFINITY))
        free = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        fill(on_sqlite, port, lambda: resource.prlimit(process.pid, resource.RLIMIT_FSIZE, free) and None)
    on_sqlite.check()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    at = tmp_path / "small"
    at.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=4m", "univocal-test", str(at)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    yield at
    subprocess.run(["umount", at], check=True)


def test_a_full_disk_loses_nothing(small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    site = served(create(small_disk / "study"), tmp_path / "p.jsonl")
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(2_000_000))
    with site.running() as (_, port):
        fill(site, port, ballast.unlink)
    site.check()


def test_an_import_into_a_full_disk_leaves_the_study_as_it_was(small_disk: Path, tmp_path: Path) -> None:
    site = served(create(small_disk / "study"), tmp_path / "p.jsonl")
    many = write_papers(tmp_path / "many.jsonl", {f"p{i}": f"{i} align " * 2_000 for i in range(400)})
    words = [sys.executable, "-m", "univocal", "import", str(many), "--study", str(site.folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Make room and try again" in done.stderr
    site.check()
    with sqlite3.connect(site.folder / "study.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM paper").fetchone() == (1,)
    connection.close()
