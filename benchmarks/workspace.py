"""How fast is the workspace, with many documents, codings and coders, and beside others?

    python benchmarks/workspace.py [--quick] [--peers] [--peers-in FOLDER] [--only WORD]

Every study is made anew in a temporary folder; every request goes to 127.0.0.1. Seconds are wall time; "worked" is what the
process itself used (user and system), which a busy machine changes less. --quick takes a tenth of documents, codings and
time. --peers installs each of workspace-peers.txt in an environment of its own in the user's cache folder (gigabytes) and
drives it with the same documents; --peers-in names a folder of environments that are there already. Nothing fails where a
wish isn't met: the table says so. It fails where an acknowledged save is lost.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from workspace_runs import browser, compared, crowds, documents, large, postgres, saves, studies
from workspace_runs.processes import UNIVOCAL, Took, run, served
from workspace_runs.table import Row, print_compared, print_row


def starting(folder: Path, n: int) -> Iterator[Row]:
    """Import, first page, memory."""
    source = documents.write(folder / f"{n}.jsonl", n)
    took: list[Took] = []
    for _ in range(3):
        studies.made(folder / "empty", None).close()
        took.append(run([*UNIVOCAL, "import", source, "--study", folder / "empty"]))
    middle = sorted(took, key=lambda one: one.seconds)[1]
    yield Row(
        f"import of {n:,} documents, whole process", middle.seconds, "s", 2, f"worked {middle.worked:.2f} s"
    )
    pages, worked, memory = [], [], []
    for _ in range(5):
        with served(folder / "empty") as server:
            pages.append(server.first_page)
            worked.append(server.worked)
            memory.append(server.memory_mb)
    yield Row(
        "first page from a cold start",
        statistics.median(pages),
        "s",
        1.5,
        f"worked {statistics.median(worked):.2f} s",
    )
    yield Row("memory after it", statistics.median(memory), "MB", 150)


def saving(folder: Path, n: int, codings: int) -> Iterator[Row]:
    """The first codings of a study, and the last of very many."""
    study = studies.made(folder / "saves", documents.write(folder / f"{n}.jsonl", n))
    first, late, *fillers = studies.logins(study, ["first", "late", "filler1", "filler2"])
    study.close()
    window = codings // 100
    papers = window // len(saves.ANSWERS)
    with served(folder / "saves") as server:
        opened, waits = saves.saved(server.port, first, range(1, papers + 1))
    yield Row(f"save, coding 1 to {window:,}, p95", waits.quantile(0.95), "ms", 25, str(waits))
    variables = [v for v, _ in saves.ANSWERS]
    units = [
        (paper, filler.row, v, ["main"] if v == "about" else None)
        for filler in fillers
        for paper in range(1, n + 1)
        for v in variables
    ]
    studies.fill(folder / "saves", units[: codings - 2 * window])
    with served(folder / "saves") as server:
        opened, waits = saves.saved(server.port, late, range(1, papers + 1))
    name = f"save, coding {codings - window:,} to {codings:,}, p95"
    yield Row(name, waits.quantile(0.95), "ms", 25, str(waits))
    yield Row("open a paper (API), at that size, p95", opened.quantile(0.95), "ms", None, str(opened))


def crowding(folder: Path, n: int, seconds: float) -> Iterator[Row]:
    """Fifty coders at once, as fast people and without a pause, on both databases."""
    source = documents.write(folder / f"{n}.jsonl", n)
    studies.made(folder / "crowd", source).close()
    yield from _crowds("SQLite", folder / "crowd", seconds)
    found = postgres.binaries()
    if found is None:
        yield Row("50 coders, PostgreSQL: it isn't installed", None, "", None)
        return
    with postgres.server(found) as url:
        studies.made(folder / "crowd-postgres", source, database=url).close()
        yield from _crowds("PostgreSQL", folder / "crowd-postgres", seconds)


def _crowds(name: str, folder: Path, seconds: float) -> Iterator[Row]:
    for pause, think, length in (("0.5 to 1 s", (0.5, 1.0), seconds), ("no pause", (0.0, 0.0), seconds / 4)):
        done = crowds.crowd(folder, seconds=length, think=think, again=pause[:3])
        said = f"{done.waits}; {done.acknowledged:,} acknowledged in {length:.0f} s ({done.a_second:.0f}/s)"
        wish = 150 if think[1] else None
        yield Row(f"50 coders, {name}, {pause}, p95", done.waits.quantile(0.95), "ms", wish, said)
        yield Row(f"50 coders, {name}, {pause}: lost, refused", done.lost + done.refused, "", 0)
        if done.lost:
            raise SystemExit(f"{done.lost} acknowledged saves are not in the study")


def paging(folder: Path, n: int, twice: int) -> Iterator[Row]:
    """Pages of a large study."""
    for page in large.pages(folder / "large", n, twice=twice):
        said = f"first time {page.first:.0f} ms"
        yield Row(f"{n:,} documents: {page.name}", page.again, "ms", 300, said)


def long(folder: Path) -> Iterator[Row]:
    """A long paper: its JSON, and its page in Chromium."""
    found, login = large.long_paper(folder / "long")
    said = (
        f"first time {found.first:.0f} ms; {found.megabytes:.1f} MB; saving its 500 spans {found.save:.0f} ms"
    )
    yield Row("paper of 300,000 characters, 500 spans: API", found.again, "ms", 1000, said)
    taken = browser.opens(folder / "long", login, spans=500)
    said = f"first time {taken[0]:.0f} ms, nothing in the browser's cache"
    yield Row("the same, open in Chromium", statistics.median(taken[1:]), "ms", 1000, said)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--peers", action="store_true", help="others beside it")
    parser.add_argument("--peers-in", type=Path, help="a folder with the peers' environments, by name")
    parser.add_argument(
        "--only", default="", help="runs whose name holds this: start, save, crowd, pages, long, peers"
    )
    asked = parser.parse_args()
    part = 10 if asked.quick else 1
    n = 10_000 // part
    with tempfile.TemporaryDirectory(prefix="univocal-benchmark-") as name:
        folder = Path(name)
        runs: dict[str, Callable[[], Iterator[Row]]] = {
            "start": lambda: starting(folder, n), "save": lambda: saving(folder, n, 100_000 // part),
            "crowd": lambda: crowding(folder, n, 60 / part), "pages": lambda: paging(folder, 100_000 // part, 3_000 // part),
            "long": lambda: long(folder),
        }  # fmt: skip
        rows = []
        for run_name, rows_of in runs.items():
            if asked.only in run_name:
                for row in rows_of():
                    rows.append(row)
                    print_row(row)
        if asked.peers or asked.peers_in:
            found = compared.compared(folder / "peers", n, saves=600 // part, given=asked.peers_in)
            print_compared(rows, found)


if __name__ == "__main__":
    main()
