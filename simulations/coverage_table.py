"""The figures of the simulation of prevalence: one row for each method in each cell, as CSV and as Markdown."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from univocal.statistics.matrix import Array

#: Golds drawn for a cell, if nothing else is said.
SAMPLES = 20_000

TABLE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "prevalence-coverage.csv"


@dataclass(frozen=True)
class Row:
    """One method in one cell."""

    design: str
    share: float
    gold: int
    machine: str
    method: str
    coverage: float
    mc_error: float
    width: float
    ppi_taken: float | None = None


def measured(
    design: str,
    share: float,
    n: int,
    machine: str,
    method: str,
    low: Array,
    high: Array,
    often: Array,
    part: float | None = None,
    samples: int = SAMPLES,
) -> Row:
    """One method in one cell, from its bounds in distinct samples and how often each was drawn."""
    held = (low <= share) & (share <= high)
    coverage = min(float(often @ held), 1.0)
    error = float(np.sqrt(coverage * (1 - coverage) / samples))
    return Row(design, share, n, machine, method, coverage, error, float(often @ (high - low)), part)


def write(rows: list[Row]) -> None:
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(
            [
                "design",
                "share",
                "gold",
                "machine",
                "method",
                "coverage",
                "mc_error",
                "mean_width",
                "ppi_taken",
            ]
        )
        for r in rows:
            part = "" if r.ppi_taken is None else f"{r.ppi_taken:.4f}"
            figures = [f"{r.coverage:.4f}", f"{r.mc_error:.4f}", f"{r.width:.5f}", part]
            out.writerow([r.design, f"{r.share:g}", r.gold, r.machine, r.method, *figures])


def read(path: Path = TABLE) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Row(
                r["design"],
                float(r["share"]),
                int(r["gold"]),
                r["machine"],
                r["method"],
                float(r["coverage"]),
                float(r["mc_error"]),
                float(r["mean_width"]),
                float(r["ppi_taken"]) if r["ppi_taken"] else None,
            )
            for r in csv.DictReader(file)
        ]


def summary(rows: list[Row]) -> str:
    """The Markdown table of docs/explanation/prevalence.md."""
    head = (
        "| design | machine | method | cells | least coverage (in the cell: share, gold, machine) "
        "| cells below .94 | mean width / gold alone: share <= .05 | share >= .1 |"
    )
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for r in rows:
        groups.setdefault((r.design, kind_of(r), r.method), []).append(r)
    alone = {(r.design, r.share, r.gold, r.machine): r.width for r in rows if r.method == "gold alone"}
    for (design, kind, method), some in groups.items():
        worst = min(some, key=lambda r: r.coverage)
        low = sum(r.coverage < 0.94 for r in some)
        where = (
            f"{worst.coverage:.3f} ± {worst.mc_error:.3f} ({worst.share:g}, {worst.gold}, {worst.machine})"
        )
        ratios = [relative(some, alone, rare) for rare in (True, False)]
        lines.append(
            f"| {design} | {kind} | {method} | {len(some)} | {where} | {low} | {ratios[0]} | {ratios[1]} |"
        )
    return "\n".join(lines)


def kind_of(row: Row) -> str:
    if row.machine.startswith("scores"):
        return "scores"
    return "0 or 1" if row.machine.startswith("Se") else "none"


def relative(some: list[Row], alone: dict[tuple[str, float, int, str], float], rare: bool) -> str:
    found = [
        r.width / alone[r.design, r.share, r.gold, r.machine]
        for r in some
        if (r.share <= 0.05) == rare and (r.design, r.share, r.gold, r.machine) in alone
    ]
    return f"{np.mean(found):.2f} ({min(found):.2f}–{max(found):.2f})" if found else "–"
