"""How fast are agreement and aggregation, and in how little memory, beside the usual packages?

    python benchmarks/coding_statistics.py [--peers PYTHON] [--full]

Peers (krippendorff, irrCAC, crowd-kit, NLTK) run in an environment of their own: an interpreter that has them, or one
that is made once from peers.txt in the cache folder. Each measurement is a process of its own that loads the same file,
warms up on small data and makes the call; ours and the peer's take turns. Seconds are the best of three calls in each
of --rounds processes. MB is the highest that a process, interpreter and data included, held during one call. Limits are
the project's own; nothing fails where one isn't met, but the run fails where values differ from the peer's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
N_CODERS, N_LABELS, MISSING, SEED = 10, 5, 0.3, 20
SMALL = 2_000

#: What is measured: named values, to compare with the peer's; "times" and "steps" where one step is to be reported: of one
#: time its share, of two their difference.
Call = Callable[[], dict[str, Any]]


# Data: written once, read by every process.


def write_codings(folder: Path, n: int) -> None:
    """Coders × units, right in 60% to 95% of their codings; every unit has two codings or more."""
    rng = np.random.default_rng([SEED, n])
    truth = rng.choice(N_LABELS, n, p=[0.4, 0.25, 0.2, 0.1, 0.05])
    codings = np.empty((N_CODERS, n))
    for row, accuracy in zip(codings, np.linspace(0.6, 0.95, N_CODERS), strict=True):
        row[:] = np.where(rng.random(n) < accuracy, truth, rng.integers(N_LABELS, size=n))
    there = rng.random((N_CODERS, n)) >= MISSING
    there[:2, there.sum(axis=0) < 2] = True
    codings[~there] = np.nan
    np.save(folder / f"codings-{n}.npy", codings)


def write_sets(folder: Path, n: int) -> None:
    """Each set as the bits of a number, never empty (NLTK divides by zero there); 0 is a missing coding."""
    rng = np.random.default_rng([SEED, n])
    bits = 1 << np.arange(N_LABELS)
    truth = rng.integers(1, 1 << N_LABELS, size=n) & rng.integers(1, 1 << N_LABELS, size=n)
    truth = np.where(truth == 0, 1, truth)
    sets = np.empty((N_CODERS, n), np.uint8)
    for row in sets:
        given = truth ^ ((rng.random((n, N_LABELS)) < 0.1) @ bits)
        row[:] = np.where(rng.random(n) < MISSING, 0, np.where(given == 0, truth, given))
    np.save(folder / f"sets-{n}.npy", sets)


def read_codings(folder: Path, n: int) -> Any:
    return np.load(folder / f"codings-{n}.npy")


def read_sets(folder: Path, n: int) -> list[list[frozenset[str] | None]]:
    """A set object of its own for each coding, as a reader of files would make them."""
    names = [[f"code {bit}" for bit in range(N_LABELS) if mask >> bit & 1] for mask in range(1 << N_LABELS)]
    return [
        [frozenset(names[mask]) if mask else None for mask in row]
        for row in np.load(folder / f"sets-{n}.npy").tolist()
    ]


def marked_texts(n: int, n_texts: int) -> tuple[list[list[tuple[str, int, int, str]]], list[tuple[int, int]]]:
    """Each of three coders marks n units, cut and named a little differently."""
    rng = np.random.default_rng([SEED, n])
    each = n // n_texts
    truth = rng.integers(N_LABELS, size=(n_texts, each))
    texts: list[list[tuple[str, int, int, str]]] = []
    for codes in truth:
        units = []
        for coder in "abc":
            shifts = rng.integers(-5, 6, size=(each, 2)).tolist()
            given = np.where(rng.random(each) < 0.8, codes, rng.integers(N_LABELS, size=each)).tolist()
            for place, ((first, last), code) in enumerate(zip(shifts, given, strict=True)):
                units.append((coder, place * 50 + 10 + first, place * 50 + 30 + last, f"code {code}"))
        texts.append(units)
    return texts, [(0, each * 50)] * n_texts


# Ours


def alpha(interval: str) -> Callable[[Path, int], Call]:
    def prepare(folder: Path, n: int) -> Call:
        found = import_module("univocal.statistics.alpha").krippendorff_alpha
        codings = read_codings(folder, n)
        return lambda: {"value": found(codings, interval=interval).value}

    return prepare


def ac1(folder: Path, n: int) -> Call:
    found = import_module("univocal.statistics.agreement").gwet_ac1
    codings = read_codings(folder, n)

    def call() -> dict[str, Any]:
        result = found(codings)
        return {"value": result.value, "standard_error": result.standard_error}

    return call


def dawid_skene(standard_errors: str) -> Callable[[Path, int], Call]:
    """The whole call, reading the array and all, to convergence, divided by the iterations."""

    def prepare(folder: Path, n: int) -> Call:
        found = import_module("univocal.statistics.dawid_skene_em").dawid_skene
        codings = read_codings(folder, n)

        def call() -> dict[str, Any]:
            began = time.perf_counter()
            result = found(codings, standard_errors=standard_errors)
            seconds = time.perf_counter() - began
            return {
                "times": [seconds],
                "steps": result.n_iterations,
                "iterations": result.n_iterations,
                "converged": result.converged,
            }

        return call

    return prepare


def dawid_skene_iteration(folder: Path, n: int) -> Call:
    """Many iterations less one, so that encoding and the start aren't counted: as for crowd-kit."""
    found = import_module("univocal.statistics.dawid_skene_em").dawid_skene
    codings = read_codings(folder, n)

    def call() -> dict[str, Any]:
        taken, done = [], []
        for most in (1, 21):
            began = time.perf_counter()
            result = found(codings, standard_errors="none", tolerance=1e-300, max_iterations=most)
            taken.append(time.perf_counter() - began)
            done.append(result.n_iterations)
        return {"times": taken, "steps": done[1] - done[0]}

    return call


def dawid_skene_of_20(folder: Path, n: int) -> Call:
    found = import_module("univocal.statistics.dawid_skene_em").dawid_skene
    codings = read_codings(folder, n)

    def call() -> dict[str, Any]:
        result = found(codings, standard_errors="none", tolerance=1e-300, max_iterations=20)
        return {
            "priors": result.priors.tolist(),
            "confusion": result.confusion.swapaxes(1, 2).ravel().tolist(),
        }

    return call


def set_alpha(interval: str) -> Callable[[Path, int], Call]:
    def prepare(folder: Path, n: int) -> Call:
        found = import_module("univocal.statistics.alpha").set_alpha
        codings = read_sets(folder, n)
        return lambda: {"value": found(codings, "masi_passonneau", interval=interval).value}

    return prepare


def unitizing(n_texts: int) -> Callable[[Path, int], Call]:
    def prepare(_: Path, n: int) -> Call:
        found = import_module("univocal.statistics.unitizing").unitizing_alpha
        texts, spans = marked_texts(n, n_texts)
        units, continuum = (texts, spans) if n_texts > 1 else (texts[0], spans[0])
        return lambda: {"value": found(units, continuum).u.value}

    return prepare


# Peers: imported by name, since the environment of this package has none of them.


def krippendorff(folder: Path, n: int) -> Call:
    peer = import_module("krippendorff")
    codings = read_codings(folder, n)
    return lambda: {"value": float(peer.alpha(reliability_data=codings, level_of_measurement="nominal"))}


def irrcac(folder: Path, n: int) -> Call:
    peer, pandas = import_module("irrCAC.raw"), import_module("pandas")
    frame = pandas.DataFrame(read_codings(folder, n).T)

    def call() -> dict[str, Any]:
        found = peer.CAC(frame).gwet()["est"]
        return {"value": float(found["coefficient_value"]), "standard_error": float(found["se"])}

    return call


def crowd_kit(folder: Path, n: int) -> Call:
    """Four iterations less one, so that its start from the majority isn't counted."""
    model, frame = crowd_kit_data(folder, n)

    def call() -> dict[str, Any]:
        taken = []
        for n_iter in (1, 4):
            began = time.perf_counter()
            model(n_iter=n_iter, tol=-np.inf).fit(frame)
            taken.append(time.perf_counter() - began)
        return {"times": taken, "steps": 3}

    return call


def crowd_kit_whole(folder: Path, n: int) -> Call:
    """The whole call, to where its own rule stops, divided by the iterations."""
    model, frame = crowd_kit_data(folder, n)

    def call() -> dict[str, Any]:
        began = time.perf_counter()
        found = model().fit(frame)
        seconds = time.perf_counter() - began
        return {"times": [seconds], "steps": len(found.loss_history_)}

    return call


def crowd_kit_of_20(folder: Path, n: int) -> Call:
    model, frame = crowd_kit_data(folder, n)

    def call() -> dict[str, Any]:
        found = model(n_iter=20, tol=-np.inf).fit(frame)
        errors = found.errors_.sort_index()
        return {
            "priors": found.priors_.sort_index().tolist(),
            "confusion": errors[sorted(errors.columns)].to_numpy().ravel().tolist(),
        }

    return call


def crowd_kit_data(folder: Path, n: int) -> tuple[Any, Any]:
    peer, pandas = import_module("crowdkit.aggregation"), import_module("pandas")
    codings = read_codings(folder, n).T
    task, worker = np.nonzero(~np.isnan(codings))
    label = codings[task, worker].astype(np.int64)
    return peer.DawidSkene, pandas.DataFrame({"task": task, "worker": worker, "label": label})


def nltk(folder: Path, n: int) -> Call:
    task = import_module("nltk.metrics.agreement").AnnotationTask
    masi = import_module("nltk.metrics").masi_distance
    rows = [
        (coder, unit, one)
        for coder, row in enumerate(read_sets(folder, n))
        for unit, one in enumerate(row)
        if one is not None
    ]
    return lambda: {"value": task(rows, masi).alpha()}


OURS: dict[str, Callable[[Path, int], Call]] = {
    "alpha": alpha("none"),
    "alpha, jackknife": alpha("jackknife"),
    "AC1 with SE": ac1,
    "Dawid-Skene, an iteration": dawid_skene_iteration,
    "Dawid-Skene, whole / its.": dawid_skene("none"),
    "Dawid-Skene with SE, w. / its.": dawid_skene("information"),
    "Dawid-Skene, 20 iterations": dawid_skene_of_20,
    "MASI alpha": set_alpha("none"),
    "MASI alpha, jackknife": set_alpha("jackknife"),
    "u-alpha, one text": unitizing(1),
    "u-alpha, 100 texts, jackknife": unitizing(100),
}
PEERS: dict[str, Callable[[Path, int], Call]] = {
    "krippendorff": krippendorff,
    "irrCAC": irrcac,
    "crowd-kit": crowd_kit,
    "crowd-kit, whole": crowd_kit_whole,
    "crowd-kit, 20 its.": crowd_kit_of_20,
    "NLTK": nltk,
}


# One measurement is one process.


def child(job: str, folder: Path, n: int, repeats: int) -> None:
    prepare = {**OURS, **PEERS}[job]
    prepare(folder, SMALL)()  # imports and whatever is compiled at a first call
    base = status_mb("VmRSS")
    call = prepare(folder, n)
    forget_peak()
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        found = call()
        taken.append(found.pop("times", [time.perf_counter() - began]))
    print(
        json.dumps(
            {
                "times": [min(column) for column in zip(*taken, strict=True)],
                "steps": found.pop("steps", 1),
                "base_mb": base,
                "peak_mb": status_mb("VmHWM"),
                "values": found,
            }
        )
    )


def status_mb(name: str) -> float:
    status = Path("/proc/self/status")
    if status.exists():
        # not ru_maxrss: a child begins with its parent's
        line = next(line for line in status.read_text().splitlines() if line.startswith(name))
        return int(line.split()[1]) / (1 << 10)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def forget_peak() -> None:
    """What preparing the data took is no part of the call; where the system has no such switch, it counts."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


@dataclass
class Found:
    """The best of all processes for one job."""

    times: list[float] = field(default_factory=list)
    steps: int = 1
    peak_mb: float = 0.0
    above_mb: float = 0.0
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Of two times the difference; each is a best of its own, since the best difference would be luck."""
        first, *rest = self.times
        return ((rest[0] - first) if rest else first) / self.steps


def measure(python: str, job: str, folder: Path, n: int, repeats: int, into: Found) -> None:
    words = [
        python,
        __file__,
        "--child",
        job,
        "--folder",
        str(folder),
        "--n",
        str(n),
        "--repeats",
        str(repeats),
    ]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{job} at {n:,} ended with {done.returncode}:\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    into.times = [min(both) for both in zip(into.times or found["times"], found["times"], strict=True)]
    into.steps = found["steps"]
    into.values = found["values"]
    if repeats == 1:  # more calls could leave memory behind for the next one
        into.peak_mb, into.above_mb = found["peak_mb"], found["peak_mb"] - found["base_mb"]


# What is compared, and what is wanted of it.


@dataclass(frozen=True)
class Case:
    """Ours beside a peer: times and memory at most so much of the peer's, values as close as ``near``."""

    ours: str
    peer: str | None
    sizes: tuple[int, ...]
    wanted: float | None = None
    wanted_mb: float | None = None
    near: float = 1e-9
    slow_from: int | None = None
    seconds_at: tuple[int, float] | None = None


LARGE = (100_000, 1_000_000)
CASES = (
    Case("alpha", "krippendorff", LARGE, 0.25, 0.35),
    Case("alpha, jackknife", "krippendorff", LARGE, 3.0),
    Case("AC1 with SE", "irrCAC", LARGE, 0.2, near=1e-5),  # it rounds to five digits
    # not judged: a difference of two short calls, and unsteady on a busy machine
    Case("Dawid-Skene, an iteration", "crowd-kit", LARGE, slow_from=1_000_000),
    Case("Dawid-Skene, whole / its.", "crowd-kit, whole", LARGE, 1 / 8, slow_from=1_000_000),
    Case("Dawid-Skene with SE, w. / its.", "crowd-kit, whole", LARGE, slow_from=1_000_000),
    Case("MASI alpha", "NLTK", (10_000, 100_000), 1 / 20),
    Case("MASI alpha, jackknife", "NLTK", (10_000, 100_000), 1 / 20),
    Case("u-alpha, one text", None, (2_000, 20_000), seconds_at=(2_000, 1.0)),
    Case("u-alpha, 100 texts, jackknife", None, (2_000, 20_000), seconds_at=(2_000, 1.0)),
)
SAME = Case("Dawid-Skene, 20 iterations", "crowd-kit, 20 its.", (SMALL,), near=1e-6)


def compare(
    case: Case, n: int, folder: Path, peers: str, asked: argparse.Namespace
) -> tuple[Found, Found | None]:
    slow = case.slow_from is not None and n >= case.slow_from
    ours, peer = Found(), Found() if case.peer and (asked.full or not slow) else None
    for repeats in [1] + [3] * asked.rounds:
        measure(sys.executable, case.ours, folder, n, repeats, ours)
        if peer is not None and case.peer is not None and (repeats == 1 or not slow):
            measure(peers, case.peer, folder, n, repeats, peer)
    return ours, peer


def difference(ours: Found, peer: Found) -> float | None:
    """The largest between values of one name."""
    apart = [
        float(np.abs(np.subtract(ours.values[name], peer.values[name])).max())
        for name in ours.values.keys() & peer.values.keys()
    ]
    return max(apart, default=None)


HEAD = (
    f"{'case':<31}{'peer':<19}{'units':>10} |{'ours s':>10}{'peer s':>10}{'ratio':>8}{'wanted':>9}{'met':>5} |"
    f"{'ours MB':>8}{'peer MB':>8}{'ratio':>7}{'wanted':>8}{'met':>5} | values apart"
)


def row(case: Case, n: int, ours: Found, peer: Found | None) -> str:
    time_ratio = ours.seconds / peer.seconds if peer else None
    mb_ratio = ours.peak_mb / peer.peak_mb if peer else None
    wanted, met = against(case.wanted, time_ratio)
    if case.seconds_at and case.seconds_at[0] == n:
        wanted, met = against(case.seconds_at[1], ours.seconds)
        wanted += " s"
    wanted_mb, met_mb = against(case.wanted_mb, mb_ratio)
    apart = difference(ours, peer) if peer else None
    notes = [f"{apart:.0e}"] if apart is not None else []
    if "iterations" in ours.values:
        how = "converged" if ours.values["converged"] else "NOT converged"
        notes.append(f"{how} after {ours.values['iterations']} iterations")
    return (
        f"{case.ours:<31}{(case.peer if peer else None) or '-':<19}{n:>10,} |{ours.seconds:>10.4f}"
        f"{shown(peer.seconds if peer else None, '.4f'):>10}{shown(time_ratio, '.3f'):>8}{wanted:>9}{met:>5} |"
        f"{ours.peak_mb:>8.0f}{shown(peer.peak_mb if peer else None, '.0f'):>8}{shown(mb_ratio, '.2f'):>7}"
        f"{wanted_mb:>8}{met_mb:>5} | {', '.join(notes)}"
    )


def against(wanted: float | None, found: float | None) -> tuple[str, str]:
    if wanted is None or found is None:
        return "", ""
    return f"≤ {wanted:g}", "yes" if found <= wanted else "NO"


def shown(number: float | None, how: str) -> str:
    return "-" if number is None else format(number, how)


def peers_python() -> str:
    """The interpreter of an environment with peers.txt in it; made at the first run."""
    listed = HERE / "peers.txt"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "univocal"
    folder = cache / f"peers-{hashlib.sha256(listed.read_bytes()).hexdigest()[:12]}"
    python, ready = folder / "bin" / "python", folder / "ready"
    if not ready.exists():
        if sys.version_info >= (3, 13):
            raise SystemExit("irrCAC needs Python 3.12 or older: pass --peers PYTHON, one that has peers.txt")
        print(f"making {folder} from {listed.name}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(listed)], check=True)
        ready.touch()
    return str(python)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has what peers.txt lists")
    parser.add_argument("--full", action="store_true", help="crowd-kit at 1,000,000 units too (minutes)")
    parser.add_argument("--rounds", type=int, default=2, help="how often ours and the peer take turns")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    for name, kind in (("--child", str), ("--folder", Path), ("--n", int), ("--repeats", int)):
        parser.add_argument(name, type=kind, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.folder, asked.n, asked.repeats)
        return
    peers = asked.peers or peers_python()
    wrong: list[str] = []
    growth: list[tuple[Case, Found, Found]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in (SMALL, *LARGE):
            write_codings(folder, n)
        for n in (SMALL, 10_000, 100_000):
            write_sets(folder, n)
        print(HEAD)
        for case in (*CASES, SAME):
            if asked.only not in case.ours:
                continue
            found = []
            for n in case.sizes:
                ours, peer = compare(case, n, folder, peers, asked)
                print(row(case, n, ours, peer), flush=True)
                found.append(ours)
                apart = difference(ours, peer) if peer else None
                if apart is not None and not apart <= case.near:
                    wrong.append(f"{case.ours} at {n:,}: {apart:g} from {case.peer}")
            if len(found) == 2:
                growth.append((case, found[0], found[1]))
    print(f"\n{'growth of ours':<30}{'units':>20}{'time ×':>9}{'MB above import':>18}{'×':>7}")
    for one, small, large in growth:
        print(
            f"{one.ours:<30}{f'{one.sizes[0]:,} to {one.sizes[1]:,}':>20}{large.seconds / small.seconds:>9.1f}"
            f"{f'{small.above_mb:.0f} to {large.above_mb:.0f}':>18}{large.above_mb / max(small.above_mb, 1e-9):>7.1f}"
        )
    print(
        "\nDawid-Skene: seconds of one more iteration; and of the whole call to convergence over its iterations."
    )
    if wrong:
        raise SystemExit("values differ: " + "; ".join(wrong))


if __name__ == "__main__":
    main()
