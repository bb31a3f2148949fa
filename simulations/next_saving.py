"""How much coding by hand does `univocal next` save, beside random order and beside orders made to find papers?

    python simulations/next_saving.py --machine codings.json           all of it, into docs/ (half an hour)
    python simulations/next_saving.py --machine codings.json --quick   a corner of it, printed only (a minute)

Papers are the 1,823 coded abstracts of ../shared/gold (dev and silver), whose coders are passes of a language model. The
machine is the trained coder, of which five were made, each without the fifth of the abstracts that it then codes; its
codings are kept in the file that ``--machine`` names, and made (in some minutes) where it isn't there. For shares each
abstract stands ten times, since intervals are made for samples that are a small part of the corpus; "once" is the corpus
as it is. Coding stops at the first look, every 10 papers, at which the 95% interval is as narrow as wanted.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from next_orders import CURVE, STRATEGIES, course, matrix
from next_plot import draw
from next_population import Population, population
from next_study import Stopped, World, as_it_says, at_once, at_random, by_next, by_shuffled, fifty, world

DOCS = Path(__file__).resolve().parents[1] / "docs"
TABLE = DOCS / "reference" / "next-saving.csv"
PAGE = DOCS / "explanation" / "choosing-what-to-code.md"
MARKS = "<!-- made by simulations/next_saving.py: {} -->"

TARGETS = (
    ("about", "main"), ("primary", "task_reliability"), ("primary", "takeover_avoidance"), ("about", "passing"),
)  # fmt: skip
WIDTHS = (0.1, 0.06)
Way = Callable[..., Stopped]

#: Of each way, how many studies, and at which widths.
WAYS = {
    "random order": (at_random, 1000, WIDTHS),
    "next": (partial(by_next, policy=as_it_says), 200, WIDTHS),
    "next, all at once": (partial(by_next, policy=at_once), 100, WIDTHS),
    "next, 50 at a time": (partial(by_next, policy=fifty), 40, WIDTHS[:1]),
    "next, machine shuffled": (by_shuffled, 100, WIDTHS[:1]),
}
#: Of the corpus as it is.
ONCE = {
    "random order": (at_random, 1000, WIDTHS),
    "next": (partial(by_next, policy=as_it_says), 100, WIDTHS),
}
COURSES = 20
COLUMNS = (
    "target", "share", "corpus", "width", "way", "studies", "reached", "papers_mean", "papers_5", "papers_95",
    "coverage", "mc_error", "bias", "bias_mc_error",
)  # fmt: skip


def shares(papers: Population, *, quick: bool) -> Iterator[dict[str, object]]:
    for copies, ways in ((10, WAYS), (1, ONCE)):
        for variable, code in TARGETS[:2] if quick else TARGETS:
            now = world(papers, variable, code, copies)
            for width, (name, (way, times, widths)) in product(WIDTHS[:1] if quick else WIDTHS, ways.items()):
                if width in widths:
                    yield measured(now, copies, width, name, way, min(times, 15) if quick else times)


def measured(now: World, copies: int, width: float, name: str, way: Way, times: int) -> dict[str, object]:
    """One way in one corpus, over so many studies."""
    done = [way(now, width, rng=np.random.default_rng([copies, at])) for at in range(times)]
    n = np.array([one.n for one in done])
    held = np.array([one.low <= now.share <= one.high for one in done])
    off = np.array([one.value - now.share for one in done])
    figures = (
        now.name, f"{now.share:.4f}", len(now.has), width, name, times, f"{np.mean([one.reached for one in done]):.3f}",
        f"{n.mean():.1f}", *(f"{q:.0f}" for q in np.quantile(n, [0.05, 0.95])), f"{held.mean():.4f}",
        f"{np.sqrt(held.mean() * (1 - held.mean()) / times):.4f}", f"{off.mean():.5f}", f"{off.std() / np.sqrt(times):.5f}",
    )  # fmt: skip
    print(" | ".join(map(str, figures)), flush=True)
    return dict(zip(COLUMNS, figures, strict=True))


def courses(papers: Population, *, quick: bool) -> list[dict[str, object]]:
    features, rows = matrix(papers), []
    for variable, code in TARGETS[:1] if quick else TARGETS:
        now = world(papers, variable, code, 1)
        for strategy in STRATEGIES:
            done = [
                course(strategy, now, features, np.random.default_rng(at))
                for at in range(2 if quick else COURSES)
            ]
            found = np.array([one.recall for one in done])
            row: dict[str, object] = {
                "target": now.name, "share": f"{now.share:.3f}", "strategy": strategy, "found": f"{found.mean():.0f}",
                "found_range": f"{found.min()}–{found.max()}",
            }  # fmt: skip
            for at, size in enumerate(CURVE):
                row[f"naive_{size}"] = f"{np.mean([one.naive[at] for one in done]):.3f}"
                some = np.array([one.precision[at] for one in done])
                row[f"ap_{size}"] = f"{some.mean():.3f} ± {some.std(ddof=1) / np.sqrt(len(some)):.3f}"
            rows.append(row)
            print(" | ".join(map(str, row.values())), flush=True)
    return rows


def saving_table(rows: list[dict[str, object]]) -> str:
    lines = [
        "| share of papers with | true | papers | width | way | coded: mean (5–95%) | times fewer | interval holds | bias of the share |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    alone = {cell(r): float(str(r["papers_mean"])) for r in rows if r["way"] == "random order"}
    short = {cell(r) for r in rows if r["way"] == "random order" and float(str(r["reached"])) < 1}
    for r in rows:
        least = "≥ " if cell(r) in short and r["way"] != "random order" else ""
        never = "" if float(str(r["reached"])) == 1 else f"; {1 - float(str(r['reached'])):.0%} never"
        lines.append(
            f"| {r['target']} | {float(str(r['share'])):.3f} | {r['corpus']:,} | {r['width']} | {r['way']} | "
            f"{float(str(r['papers_mean'])):,.0f} ({r['papers_5']}–{r['papers_95']}{never}) | {least}{alone[cell(r)] / float(str(r['papers_mean'])):.2f} | "
            f"{float(str(r['coverage'])):.3f} ± {float(str(r['mc_error'])):.3f} | "
            f"{float(str(r['bias'])):+.4f} ± {float(str(r['bias_mc_error'])):.4f} |"
        )
    return "\n".join(lines)


def cell(row: dict[str, object]) -> tuple[object, ...]:
    return row["target"], row["corpus"], row["width"]


def course_table(rows: list[dict[str, object]]) -> str:
    naive = " | ".join(f"after {size}" for size in CURVE)
    ap = " | ".join(f"AP {size}" for size in CURVE)
    lines = [f"| papers with | true share | order | coded until 95% are found (least–most) | naive share {naive} | {ap} |",
             "|" + "---|" * (4 + 2 * len(CURVE))]  # fmt: skip
    for r in rows:
        cells = [r[f"naive_{size}"] for size in CURVE] + [r[f"ap_{size}"] for size in CURVE]
        words = " | ".join(map(str, cells))
        lines.append(
            f"| {r['target']} | {r['share']} | {r['strategy']} | {r['found']} ({r['found_range']}) | {words} |"
        )
    return "\n".join(lines)


def put(page: str, name: str, table: str) -> str:
    """The page with this table between its marks."""
    start, stop = MARKS.format(name), MARKS.format(f"end of {name}")
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(stop)
    return f"{before}{start}\n\n{table}\n\n{stop}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--machine", type=Path, help="where the machine's codings are kept")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=["shares", "orders"], help="make one of the two tables")
    asked = parser.parse_args()
    papers = population(asked.machine)
    if asked.only != "orders":
        rows = list(shares(papers, quick=asked.quick))
        print(saving_table(rows))
        if not asked.quick:
            with TABLE.open("w", newline="", encoding="utf-8") as file:
                out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
                out.writeheader()
                out.writerows(rows)
            draw(rows)
            PAGE.write_text(
                put(PAGE.read_text(encoding="utf-8"), "saving", saving_table(rows)), encoding="utf-8"
            )
    if asked.only != "shares":
        found = courses(papers, quick=asked.quick)
        print(course_table(found))
        if not asked.quick:
            PAGE.write_text(
                put(PAGE.read_text(encoding="utf-8"), "orders", course_table(found)), encoding="utf-8"
            )


if __name__ == "__main__":
    main()
