"""Ours and the peer's in turns, each call in a process that starts afresh."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from coding.cases import Case

HERE = Path(__file__).parents[1]


@dataclass
class Found:
    """One job at one size: median seconds of each round (wall, processor), memory of one call, values of the last."""

    rounds: list[Any] = field(default_factory=list)
    peak_mb: float = 0.0
    above_mb: float = 0.0
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return float(np.median(self.rounds, axis=0)[0])

    @property
    def processor_seconds(self) -> float:
        return float(np.median(self.rounds, axis=0)[1])


@dataclass(frozen=True)
class Pair:
    """A case at one size, and the peer's where it was measured."""

    case: Case
    n: int
    ours: Found
    peer: Found | None

    @property
    def ratios(self) -> Any:
        """Of each round, so that a machine that slows down slows both: shape (rounds, 2), by the wall and the processor."""
        return None if self.peer is None else np.divide(self.ours.rounds, self.peer.rounds)

    @property
    def memory_ratio(self) -> float | None:
        return self.ours.peak_mb / self.peer.peak_mb if self.peer else None

    @property
    def apart(self) -> float | None:
        """The largest difference between values of one name."""
        if self.peer is None:
            return None
        ours, peer = self.ours.values, self.peer.values
        differences = [
            np.abs(np.subtract(ours[name], peer[name])).max() for name in ours.keys() & peer.keys()
        ]
        return float(max(differences)) if differences else None


def measured(case: Case, n: int, folder: Path, peers: str, *, rounds: int, full: bool) -> Pair:
    slow = n > case.slow_from
    with_peer = case.peer is not None and n <= case.peer_to and (full or not slow)
    ours, peer = Found(), Found() if with_peer else None
    # The first process makes one call, for its memory: more calls could leave memory behind for the next one.
    # Of a slow one it is also a round, and with nobody to take turns the only one.
    for calls in [1] + [1 if slow else 3] * (rounds - slow if with_peer or not slow else 0):
        counted = calls > 1 or slow
        _once(sys.executable, "ours", case.ours, n, folder, calls, ours, counted=counted)
        if peer is not None and case.peer is not None:
            _once(peers, "peers", case.peer, n, folder, calls, peer, counted=counted)
    return Pair(case, n, ours, peer)


def _once(
    python: str, side: str, job: str, n: int, folder: Path, calls: int, into: Found, *, counted: bool
) -> None:
    words = [python, "-m", "coding.once", side, job, str(folder), str(n), str(calls)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=HERE)
    if done.returncode:
        raise SystemExit(f"{job} at {n:,} ended with {done.returncode}:\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    if counted:
        into.rounds.append(np.median(found["seconds"], axis=0))
    if not into.peak_mb:
        into.peak_mb, into.above_mb = found["peak_mb"], found["peak_mb"] - found["base_mb"]
    into.values = found["values"]
