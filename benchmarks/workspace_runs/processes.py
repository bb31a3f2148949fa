"""Processes that are measured: how long they take, what memory their whole tree holds."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from measure import pss_mb, tree

from workspace_runs.wire import Wire

UNIVOCAL = [sys.executable, "-m", "univocal"]


@dataclass(frozen=True, slots=True)
class Took:
    """Wall seconds, and seconds that the process and its children worked (user and system)."""

    seconds: float
    worked: float


def run(words: Sequence[str | Path], **more: str) -> Took:
    """Run a command to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, check=False, env={**os.environ, **more}
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}: {done.stderr[-2000:] or done.stdout[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


@dataclass(frozen=True, slots=True)
class Started:
    """A server: process, port, seconds from exec to the first page, seconds it worked for that."""

    pid: int
    port: int
    first_page: float
    worked: float

    @property
    def memory_mb(self) -> float:
        """Resident memory of all its processes, shared pages counted once each (MB of 2**20 bytes)."""
        return sum(map(pss_mb, tree(self.pid)))


@contextmanager
def served(folder: Path, **more: str) -> Iterator[Started]:
    """`univocal serve` with its first page fetched."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*UNIVOCAL, "serve", str(folder), "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, **more},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if "http://127.0.0.1:" not in line:
            raise SystemExit(f"univocal serve: no address in {line!r}")
        port = int(line.rsplit(":", 1)[1])
        wire = Wire(port)
        wire.expect(200, "GET", "/login")
        seconds = time.perf_counter() - began
        yield Started(process.pid, port, seconds, worked(process.pid))
        wire.close()
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def worked(pid: int) -> float:
    """Seconds that a process and its threads worked so far."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
