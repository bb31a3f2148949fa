"""One measurement, a process of its own: python -m coding.once SIDE NAME FOLDER UNITS CALLS, run in benchmarks/.

SIDE is ``ours`` or ``peers``: the module whose JOBS has NAME. It prints JSON: seconds of each call, memory, values.
"""

from __future__ import annotations

import json
import resource
import sys
from importlib import import_module
from pathlib import Path

from coding.data import SMALL
from coding.job import Job, clock


def status_mb(name: str) -> float:
    status = Path("/proc/self/status")
    if status.exists():
        # not ru_maxrss: a child begins with its parent's
        line = next(line for line in status.read_text().splitlines() if line.startswith(name))
        return int(line.split()[1]) / (1 << 10)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def forget_peak() -> None:
    """What making the input took is no part of the call; where the system has no such switch, it counts."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def main() -> None:
    side, name, folder, units, calls = sys.argv[1:]
    job: Job = import_module(f"coding.{side}").JOBS[name]
    job.call(job.given(Path(folder), SMALL))
    base, seconds, found = status_mb("VmRSS"), [], {}
    for _ in range(int(calls)):
        given = job.given(Path(folder), int(units))  # its own for each call: a frozenset keeps its hash
        forget_peak()
        began = clock()
        found = job.call(given)
        taken = clock() - began
        seconds.append(found.pop("seconds", taken).tolist())
        del given
    print(json.dumps({"seconds": seconds, "base_mb": base, "peak_mb": status_mb("VmHWM"), "values": found}))


if __name__ == "__main__":
    main()
