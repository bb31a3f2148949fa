"""How often are independent coders said to err together, and how often is a copier found?

    python simulations/error_dependence.py [--quick] [--csv docs/reference/error-dependence.csv]

Coders of unequal skill (.60 to .95 on a unit of middling difficulty) give one of 2, 3 or 5 unequally common labels to
400 to 2,500 units. Units are equally hard, or their difficulty varies: the log-odds that a coder is right then differ by
a normal variable with standard deviation .5 or 1 that all coders share (as in Whitehill et al. 2009, NIPS 22), and errors
are dependent given the true label, though nobody copies from anybody. Where somebody does, coder 1 takes 30% of their
answers from coder 0. Every sample is judged with the truth known and with the truth unseen.

The whole takes nine minutes of one core; --quick, with a fifth of the samples and only the cheaper settings, a minute and a half.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from univocal.statistics.dependence import ErrorDependence, error_dependence

LEVEL = 0.95
SPREADS = (0.0, 0.5, 1.0)
#: Coders, labels, units, share of the coders that answer a unit, samples. Some have as few units as a test takes.
SHAPES = (
    (3, 2, 1000, 1.0, 100), (5, 2, 400, 1.0, 100), (5, 2, 1000, 1.0, 100), (5, 2, 1000, 0.8, 100), (5, 2, 1000, 0.6, 100),
    (5, 3, 900, 1.0, 100), (5, 5, 2500, 1.0, 20), (10, 2, 400, 1.0, 25), (10, 2, 1000, 1.0, 25), (10, 2, 2000, 0.5, 15),
    (10, 3, 900, 1.0, 12), (20, 2, 400, 1.0, 8),
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """Who codes what."""

    coders: int
    labels: int
    units: int
    answered: float
    spread: float
    copied: float


@dataclass(frozen=True)
class Row:
    """What came of one setting, with the truth known or unseen.

    ``pairs_told`` is the share of independent pairs that get a p value, ``pairs_below_05`` the share of these with
    one below .05, ``any_flagged`` the share of samples with an independent pair called correlated (after Holm),
    ``copier_found`` the share with the copier called so. ``median_odds_ratio`` is the middle one over samples of the
    median over pairs, ``copiers_odds_ratio`` that of the copier's.
    """

    truth: str
    coders: int
    labels: int
    units: int
    answered: float
    spread: float
    copied: float
    samples: int
    pairs_told: float
    pairs_below_05: float | None
    any_flagged: float
    copier_found: float | None
    median_odds_ratio: float | None
    copiers_odds_ratio: float | None


def drawn(setting: Setting, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """True labels (units,), and codings (coders, units) with NaN where a coder didn't answer."""
    n_coders, n_labels, n_units = setting.coders, setting.labels, setting.units
    shares = 1 / np.arange(1, n_labels + 1)
    truth = rng.choice(n_labels, size=n_units, p=shares / shares.sum())
    skill = rng.uniform(0.6, 0.95, size=(n_coders, 1))
    odds = np.log(skill / (1 - skill)) - setting.spread * rng.standard_normal(n_units)
    wrong = (truth + rng.integers(1, n_labels, size=(n_coders, n_units))) % n_labels
    codings = np.where(rng.random((n_coders, n_units)) < 1 / (1 + np.exp(-odds)), truth, wrong)
    codings[1] = np.where(rng.random(n_units) < setting.copied, codings[0], codings[1])
    answered = rng.random((n_coders, n_units)).argsort(axis=0) < round(setting.answered * n_coders)
    return truth, np.where(answered, codings, np.nan)


def judged(setting: Setting, samples: int) -> Iterator[Row]:
    rng = np.random.default_rng([round(100 * value) for value in asdict(setting).values()])
    found: dict[str, list[tuple[ErrorDependence, ...]]] = {"known": [], "unseen": []}
    for _ in range(samples):
        truth, codings = drawn(setting, rng)
        found["known"].append(error_dependence(codings, truth=truth.tolist(), level=LEVEL))
        found["unseen"].append(error_dependence(codings, level=LEVEL))
    for what, runs in found.items():
        copier = {(0, 1)} if setting.copied else set()
        others = [[one for one in run if one.coders not in copier] for run in runs]
        told = [one.p_value for run in others for one in run if one.p_value is not None]
        copiers = [one for run in runs for one in run if one.coders in copier]
        yield Row(
            what, **asdict(setting), samples=samples,
            pairs_told=len(told) / max(1, sum(map(len, others))),
            pairs_below_05=float(np.mean(np.array(told) < 0.05)) if told else None,
            any_flagged=float(np.mean([any(one.correlated for one in run) for run in others])),
            copier_found=sum(one.correlated for one in copiers) / samples if copier else None,
            median_odds_ratio=_middle([run[0].median_odds_ratio for run in runs]),
            copiers_odds_ratio=_middle([one.odds_ratio.value for one in copiers]),
        )  # fmt: skip


def _middle(values: list[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return float(np.median(there)) if there else None


def settings(*, quick: bool) -> Iterator[tuple[Setting, int]]:
    for coders, labels, units, answered, samples in SHAPES:
        if quick and (samples < 15 or labels == 5):
            continue
        for spread in SPREADS:
            for copied in (0.0, 0.3):
                if not (copied and spread == 0.5):
                    setting = Setting(coders, labels, units, answered, spread, copied)
                    yield setting, samples // 5 if quick else samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a fifth of the samples, no 20 coders")
    parser.add_argument("--csv", type=Path, help="write the table here too")
    asked = parser.parse_args()
    rows = []
    for setting, samples in settings(quick=asked.quick):
        print(setting, file=sys.stderr, flush=True)
        rows += judged(setting, samples)
    if asked.csv:
        with asked.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [one.name for one in fields(Row)], lineterminator="\n")
            writer.writeheader()
            writer.writerows(
                {key: round(x, 4) if isinstance(x, float) else x for key, x in asdict(row).items()}
                for row in rows
            )
    print("\n".join(summary(rows)))


def summary(rows: list[Row]) -> Iterator[str]:
    """A Markdown table: what truth, coders, labels, units and answers make of every spread."""
    columns = ["truth", "coders", "labels", "units", "answered", "samples"]
    spreads = [f"{spread:g}" for spread in SPREADS]
    heads = [f"an independent pair flagged at {one}" for one in spreads]
    heads += ["copier found at 0", "at 1", "median odds ratio at 0", "at 1", "copier's at 0", "at 1"]
    yield "| " + " | ".join(columns + heads) + " |"
    yield "|" + "---|" * len(columns + heads)
    for truth in ("known", "unseen"):
        for shape in dict.fromkeys(_shape(row) for row in rows):
            own = {(r.spread, r.copied): r for r in rows if _shape(r) == shape and r.truth == truth}
            alone = [own[spread, 0.0] for spread in SPREADS]
            copied = [own[spread, 0.3] for spread in (0.0, 1.0)]
            told = alone[0].pairs_told > 0
            cells: list[float | None] = [row.any_flagged if told else None for row in alone]
            cells += [row.copier_found if told else None for row in copied]
            cells += [row.median_odds_ratio for row in (alone[0], alone[-1])]
            cells += [row.copiers_odds_ratio for row in copied]
            yield f"| {truth} | " + " | ".join([*map(str, shape), *map(_cell, cells)]) + " |"


def _shape(row: Row) -> tuple[float, ...]:
    return row.coders, row.labels, row.units, row.answered, row.samples


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    main()
