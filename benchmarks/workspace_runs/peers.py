"""Other workspaces, driven through the requests that their own pages send."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from measure import tree

from workspace_runs import documents
from workspace_runs.wire import Answer, Wire

#: Seconds that importing one document a request may take in all; what is left is reckoned from what went in.
PATIENCE = 30
LABELS = ("main", "passing", "no")


@dataclass
class Visitor:
    """A client that keeps cookies."""

    port: int

    def __post_init__(self) -> None:
        """Begin without cookies."""
        self.wire = Wire(self.port)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A request with the cookies so far."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.wire.ask(method, path, body, **headers, **({"Cookie": cookie} if cookie else {}))
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer

    def good(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """As `ask`; an error ends this peer's run."""
        answer = self.ask(method, path, body, **headers)
        if answer.status >= 400:
            raise PeerError(f"{method} {path}: {answer.status}: {answer.body[:200]!r}")
        return answer

    def form(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """A form as a browser sends it."""
        sent = urlencode(fields).encode()
        return self.good(
            "POST", path, sent, **{"Content-Type": "application/x-www-form-urlencoded", **headers}
        )


class PeerError(Exception):
    """A peer can't be run here; the words say why."""


@dataclass(frozen=True, slots=True)
class Import:
    """Seconds for all documents, and how many really went in (fewer: the seconds are reckoned from them)."""

    seconds: float
    measured: int


def one_by_one(send: Callable[[dict[str, Any]], None], n: int) -> Import:
    """Import where a request takes one document, for as long as patience lasts."""
    began = time.perf_counter()
    done = 0
    for one in documents.records(n):
        send(one)
        done += 1
        if time.perf_counter() - began > PATIENCE:
            break
    return Import((time.perf_counter() - began) * n / done, done)


@contextmanager
def running(words: list[str | Path], folder: Path, **environment: str) -> Iterator[int]:
    """A server that is stopped with everything below it; yields its process id."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            list(map(str, words)), cwd=folder, stdout=log, stderr=log, env={**os.environ, **environment, "HOME": str(folder)},
        )  # fmt: skip
    try:
        yield process.pid
    finally:
        for pid in reversed(tree(process.pid)):
            try:
                os.kill(pid, 15)
            except ProcessLookupError:
                continue  # it ended by itself
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def first_page(pid: int, port: int, path: str, folder: Path, seconds: float = 60) -> None:
    """Wait until a page is there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            wire = Wire(port)
            answer = wire.ask("GET", path)
            wire.close()
            if answer.status < 400:
                return
        except OSError:
            pass  # it doesn't listen yet
        if not Path(f"/proc/{pid}/exe").exists():
            break
        time.sleep(0.01)
    last = (folder / "log").read_text(errors="replace").strip().splitlines()[-1:]
    raise PeerError(f"no page at {path}: {' '.join(last)[-300:]}")


def json_lines(path: Path, n: int) -> None:
    """The documents as JSON Lines with id and text."""
    lines = [orjson.dumps({"id": one["id"], "text": one["text"]}) for one in documents.records(n)]
    path.write_bytes(b"\n".join(lines) + b"\n")
