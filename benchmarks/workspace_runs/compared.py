"""Peers beside ours with the same documents: import, first page, memory after it, saves early and late."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from measure import pss_mb, tree

from workspace_runs.peer_list import PEERS, Peer
from workspace_runs.peers import PeerError, Visitor, first_page, running
from workspace_runs.saves import Waits

LISTED = Path(__file__).parents[1] / "workspace-peers.txt"


@dataclass(frozen=True, slots=True)
class Compared:
    """A peer's figures; None where a step wasn't reached, ``why`` says the reason."""

    name: str
    imported: float | None = None
    reckoned_from: int = 0
    first_page: float | None = None
    memory_mb: float | None = None
    early: Waits | None = None
    late: Waits | None = None
    why: str = ""


def environment(line: str, given: Path | None) -> Path:
    """The ``bin`` of one peer's environment, made at the first run in the user's cache folder."""
    name = line.split("==", maxsplit=1)[0]
    if given is not None and (given / name / "bin").is_dir():
        return given / name / "bin"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "univocal"
    made = cache / f"workspace-peer-{name}-{hashlib.sha256(line.encode()).hexdigest()[:12]}"
    if not (made / "ready").exists():
        print(f"installing {line} in {made}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--clear", str(made)], check=True)
        python = str(Path(sys.base_prefix) / "bin" / "python3")
        done = subprocess.run(
            [python, "-m", "pip", "--python", str(made / "bin" / "python"), "install", "-q", *line.split()],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise PeerError(f"it can't be installed: {done.stderr.strip()[-300:]}")
        (made / "ready").touch()
    return made / "bin"


def compared(folder: Path, n: int, *, saves: int, given: Path | None) -> list[Compared]:
    """Every peer in turn."""
    lines = [x for x in LISTED.read_text().splitlines() if x and not x.startswith("#")]
    found = []
    for peer in PEERS:
        line = next(line for line in lines if line.startswith(peer.name))
        place = folder / peer.name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        try:
            found.append(_measured(peer, environment(line, given), place, n, saves))
        except (PeerError, OSError, KeyError) as error:
            found.append(Compared(line.split()[0], why=f"{type(error).__name__}: {error}"))
        print(found[-1].name, found[-1].why or "measured", file=sys.stderr)
    return found


def _measured(peer: Peer, bin_: Path, folder: Path, n: int, saves: int) -> Compared:
    peer.prepare(bin_, folder, n)
    with running(peer.words(bin_, folder, port := _port()), folder) as pid:
        # databases are made at the first start; documents go in, and the start that counts comes after
        first_page(pid, port, peer.page, folder, 300)
        visitor = Visitor(port)
        imported = peer.fill(visitor, n)
        visitor.wire.close()
        if imported is not None:
            early = late = None
            save = peer.saver(visitor)
            waits = [save(at) for at in range(saves)]
            early, late = Waits(tuple(waits[: min(200, saves)])), Waits(tuple(waits[-min(200, saves) :]))
    began = time.perf_counter()
    with running(peer.words(bin_, folder, port := _port()), folder) as pid:
        first_page(pid, port, peer.page, folder)
        page = time.perf_counter() - began
        memory = sum(map(pss_mb, tree(pid)))
        if imported is None:
            visitor = Visitor(port)
            peer.fill(visitor, n)
            save = peer.saver(visitor)
            waits = [save(at) for at in range(saves)]
            early, late = Waits(tuple(waits[: min(200, saves)])), Waits(tuple(waits[-min(200, saves) :]))
    name = f"{peer.name}"
    return Compared(
        name, page if imported is None else imported.seconds, n if imported is None else imported.measured, page, memory,
        early, late, "documents are read at each start" if imported is None else "",
    )  # fmt: skip


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
