"""Run a command and say how long it took and how much memory all its processes held together."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall seconds, the highest total memory of the process tree (proportional set size, MB), exit status."""

    seconds: float
    peak_mb: float
    status: int


def measure(words: list[str], *, interval_seconds: float = 0.1) -> Measured:
    began = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = 0.0
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(interval_seconds):
            peak = max(peak, sum(map(pss_mb, tree(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, talk = process.communicate()
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}:\n{talk.decode()}")
    return Measured(seconds, peak, process.returncode)


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    return found


def pss_mb(pid: int) -> float:
    """Megabytes of memory that a process has to itself, or its part of what it shares."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0.0  # it ended while we looked
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
