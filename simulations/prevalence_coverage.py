"""How often do intervals for a code's prevalence hold the true share, and how wide are they?

    python simulations/prevalence_coverage.py            the whole grid, into docs/ (a few minutes on one core)
    python simulations/prevalence_coverage.py --quick    a corner of it, printed only

Each cell fixes the share of papers with a code, the number of papers coded by hand ("gold"), the machine's
sensitivity and specificity, and the design by which the gold was drawn; then draws 20,000 golds from a corpus far
larger than the gold. What an interval needs of a gold are counts, so equal golds are worked out once. All intervals
are nominal 95%. ``rule`` is what ``prevalence`` does, its choice made anew in every sample.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from coverage_domain import cells
from coverage_plot import draw
from coverage_table import SAMPLES, Row, measured, read, summary, write

from univocal.statistics.exact import exact_bounds
from univocal.statistics.matrix import Array
from univocal.statistics.misclassified import rogan_gladen
from univocal.statistics.mover import mover_bounds
from univocal.statistics.ppi import Moments, ppi_estimate
from univocal.statistics.prevalence_rule import prevalence, takes_ppi
from univocal.statistics.quantiles import normal_quantile
from univocal.statistics.weighted import effective_size, weighted_share

SHARES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
GOLD = (50, 100, 200, 300, 500, 1000)
MACHINES = ((0.6, 0.95), (0.8, 0.9), (0.9, 0.99), (0.95, 0.8), (0.99, 0.995))
#: "random": gold drawn at random. "by label": 20% of the gold from papers that the machine flags.
DESIGNS = ("random", "by label")
FLAGGED = 0.2
LEVEL = 0.95
#: The rule takes PPI++ only where the gold holds 30 papers of each kind; how would it do with fewer?
OTHER_RULES = (5, 10, 20)
Z = normal_quantile((1 + LEVEL) / 2)
#: As many papers as the machine reads, where a method wants their number.
CORPUS = 10_000_000
#: Of scored machines: how far apart the scores of positives and negatives lie, in standard deviations.
DISTANCES = (1.0, 2.0, 3.0)

Bounds = tuple[Array, Array]


@dataclass(frozen=True)
class Golds:
    """Distinct golds of a cell: counts of shape (golds,), and how often each was drawn."""

    share: float
    flagged: float
    n1: Array
    hits1: Array
    n0: Array
    hits0: Array
    often: Array

    @property
    def hits(self) -> Array:
        return np.stack([self.hits1, self.hits0], axis=-1)

    @property
    def n(self) -> Array:
        return np.stack([self.n1, self.n0], axis=-1)

    @property
    def weight(self) -> Array:
        return np.array([self.flagged, 1 - self.flagged])

    @property
    def kinds(self) -> Array:
        return np.concatenate([self.hits, self.n - self.hits], axis=-1)


def drawn(rng: np.random.Generator, share: float, n: int, machine: tuple[float, float], design: str) -> Golds:
    se, sp = machine
    flagged = share * se + (1 - share) * (1 - sp)
    n1 = np.full(SAMPLES, round(FLAGGED * n)) if design == "by label" else rng.binomial(n, flagged, SAMPLES)
    hits1 = rng.binomial(n1, share * se / flagged)
    hits0 = rng.binomial(n - n1, share * (1 - se) / (1 - flagged))
    counts, often = np.unique(np.stack([n1, hits1, hits0], axis=1), axis=0, return_counts=True)
    n1, hits1, hits0 = counts.T.astype(float)
    return Golds(share, flagged, n1, hits1, n - n1, hits0, often / SAMPLES)


def mover(golds: Golds) -> tuple[Array, Array, Array]:
    low, high = exact_bounds(golds.hits, golds.n, level=LEVEL)
    return mover_bounds(golds.hits, golds.n, golds.weight, low, high)


def ppi(golds: Golds, design: str) -> Bounds:
    """PPI++ of a machine that says 0 or 1; within the strata of its label where the gold was drawn so."""
    if design == "by label":
        spread = golds.hits * (golds.n - golds.hits) / golds.n**3
        label, none = np.broadcast_to(np.array([1.0, 0.0]), golds.n.shape), np.zeros(golds.n.shape)
        moments = Moments(golds.hits / golds.n, label, spread, none, none, label, none, none, golds.weight)
    else:
        n = golds.n.sum(axis=-1)[:, None]
        y, f = golds.hits.sum(axis=-1)[:, None] / n, golds.n[:, :1] / n
        w, none = np.full(n.shape, golds.flagged), np.zeros(n.shape)
        both = (golds.hits[:, :1] / n - y * f) / n
        moments = Moments(y, f, y * (1 - y) / n, both, f * (1 - f) / n, w, none, w * (1 - w) / n, np.ones(1))
    value, variance, _ = ppi_estimate(moments)
    return value - Z * np.sqrt(variance), value + Z * np.sqrt(variance)


def supervised(golds: Golds, design: str) -> Bounds:
    """DSL: the machine's share and the mean of its errors, by the variance of the design."""
    error = golds.hits - np.array([1.0, 0.0]) * golds.n  # sums of y - f under each label, each term 0 or ∓1
    if design == "by label":
        mean = error / golds.n
        spread = np.abs(mean) * (1 - np.abs(mean)) / (golds.n - 1)
        value, variance = golds.flagged + mean @ golds.weight, spread @ golds.weight**2
    else:
        n = golds.n.sum(axis=-1)
        value = golds.flagged + error.sum(axis=-1) / n
        variance = (np.abs(error).sum(axis=-1) / n - (error.sum(axis=-1) / n) ** 2) / (n - 1)
    reach = Z * np.sqrt(np.maximum(variance, 0))
    return value - reach, value + reach


def corrected(golds: Golds) -> Bounds:
    """Rogan-Gladen with rates from the same gold; an undefined share counts as [0, 1]."""
    flagged = round(golds.flagged * CORPUS)
    low, high = np.zeros(len(golds.n1)), np.ones(len(golds.n1))
    positives, negatives = golds.hits.sum(axis=-1), (golds.n - golds.hits).sum(axis=-1)
    left_alone = golds.n0 - golds.hits0
    for at, (a, b, c, d) in enumerate(zip(golds.hits1, positives, left_alone, negatives, strict=True)):
        result = rogan_gladen(flagged, CORPUS, (int(a), int(b)), (int(c), int(d)), level=LEVEL)
        if result.low is not None and result.high is not None:
            low[at], high[at] = result.low, result.high
    return low, high


def korn_graubard(golds: Golds) -> Bounds:
    """Weights and strata of the design, without a machine."""
    n, share = golds.n, golds.hits / np.maximum(golds.n, 1)
    size = int(n[0].sum())
    weight = golds.weight / n if (n[0] == n[-1]).all() else np.full(n.shape, 1 / size)
    if (n[0] == n[-1]).all():
        value = share @ golds.weight
        variance = (golds.weight**2 * share * (1 - share) / (n - 1)).sum(axis=-1)
        strata = 2
    else:
        value = golds.hits.sum(axis=-1) / size
        variance, strata = value * (1 - value) / (size - 1), 1
    kish = float(1 / (n[0] * weight[0] ** 2).sum())
    effective = effective_size(value, variance, n=size, kish=kish, degrees=size - strata, level=LEVEL)
    return exact_bounds(value * effective, effective, level=LEVEL)


def cell(seed: int, share: float, n: int, machine: tuple[float, float], design: str) -> Iterator[Row]:
    rng = np.random.default_rng(seed)
    golds = drawn(rng, share, n, machine, design)
    value, low, high = mover(golds)
    normal = ppi(golds, design)
    taken = takes_ppi(value, golds.kinds)
    alone = golds.hits.sum(axis=-1)
    often = golds.often
    if design == "by label":  # the yardstick is a gold of the same size, drawn at random
        drawn_hits, times = np.unique(rng.binomial(n, share, SAMPLES), return_counts=True)
        alone, often = drawn_hits.astype(float), times / SAMPLES
    methods: dict[str, tuple[Bounds, Array]] = {
        "gold alone": (exact_bounds(alone, np.full(len(alone), n), level=LEVEL), often),
        "Korn-Graubard": (korn_graubard(golds), golds.often),
        "PPI++": (normal, golds.often),
        "DSL": (supervised(golds, design), golds.often),
        "MOVER": ((low, high), golds.often),
        "rule": ((np.where(taken, normal[0], low), np.where(taken, normal[1], high)), golds.often),
    }
    if design == "random":
        methods["Rogan-Gladen"] = (corrected(golds), golds.often)
    for fewest in OTHER_RULES:
        other = takes_ppi(value, golds.kinds, fewest)
        bounds = np.where(other, normal[0], low), np.where(other, normal[1], high)
        methods[f"rule with {fewest} of a kind"] = (bounds, golds.often)
    name = f"Se {machine[0]:g} Sp {machine[1]:g}"
    for method, ((bottom, top), weight) in methods.items():
        part = float(taken @ golds.often) if method == "rule" else None
        yield measured(design, share, n, name, method, bottom, top, weight, part)


def scored_cell(seed: int, share: float, n: int, distance: float, samples: int) -> Iterator[Row]:
    """A machine that gives probabilities, calibrated: normal scores, as far apart as ``distance``."""
    rng = np.random.default_rng(seed)
    truth = np.arange(400_000) < share * 400_000
    latent = rng.normal(size=len(truth)) + distance * truth
    odds = np.log(share / (1 - share)) + distance * latent - distance**2 / 2
    score = 1 / (1 + np.exp(-odds))
    label = score >= 0.5
    at = rng.integers(len(truth), size=(samples, n))
    y, f, flag = truth[at].astype(float), score[at], label[at]
    hits = np.stack([(y * flag).sum(axis=1), (y * ~flag).sum(axis=1)], axis=-1)
    counts = np.stack([flag.sum(axis=1), (~flag).sum(axis=1)], axis=-1).astype(float)
    weight = np.array([label.mean(), 1 - label.mean()])
    value, low, high = mover_bounds(hits, counts, weight, *exact_bounds(hits, counts, level=LEVEL))
    my, mf = y.mean(axis=1, keepdims=True), f.mean(axis=1, keepdims=True)
    spread = [((one - a) * (two - b)).mean(axis=1, keepdims=True) / n
              for one, a, two, b in ((y, my, y, my), (y, my, f, mf), (f, mf, f, mf))]  # fmt: skip
    whole, none = np.full(my.shape, score.mean()), np.zeros(my.shape)
    moments = Moments(my, mf, *spread, whole, none, np.full(my.shape, score.var() / n), np.ones(1))
    middle, variance, _ = ppi_estimate(moments)
    normal = middle - Z * np.sqrt(variance), middle + Z * np.sqrt(variance)
    taken = takes_ppi(value, np.concatenate([hits, counts - hits], axis=-1))
    each = np.full(samples, 1 / samples)
    rule = np.where(taken, normal[0], low), np.where(taken, normal[1], high)
    alone = exact_bounds(hits.sum(axis=-1), np.full(samples, n), level=LEVEL)
    for method, (bottom, top) in {
        "gold alone": alone,
        "PPI++": normal,
        "MOVER": (low, high),
        "rule": rule,
    }.items():
        part = float(taken.mean()) if method == "rule" else None
        yield measured(
            "random", share, n, f"scores {distance:g} SD apart", method, bottom, top, each, part, samples
        )


def weighted_cell(seed: int, share: float, n: int, machine: bool, samples: int) -> Iterator[Row]:
    """Weights that differ from paper to paper and go with the outcome; strata are not known."""
    rng = np.random.default_rng(seed)
    papers = 100_000
    size = rng.lognormal(0, 0.6, papers)  # a paper's chance of being drawn goes with this
    truth = rng.random(papers) < share * size**0.5 / (size**0.5).mean()
    flag = np.where(truth, rng.random(papers) < 0.8, rng.random(papers) < 0.05).astype(float)
    chance, target = np.cumsum(size / size.sum()), float(truth.mean())
    low, high = np.empty(samples), np.empty(samples)
    gold, weights = np.full(n + papers, np.nan), np.concatenate([np.ones(n), 1 / size])
    for sample in range(samples):
        at = np.searchsorted(chance, rng.random(n))
        if machine:  # the gold stands before the corpus, of which it is a negligible part
            gold[:n], weights[:n] = truth[at], 1 / size[at]
            codings = np.concatenate([flag[at], flag])
            result = prevalence(gold, machine=codings, weights=weights, level=LEVEL)
        else:
            result = weighted_share(truth[at], 1 / size[at], level=LEVEL)
        low[sample], high[sample] = result.low or 0.0, 1.0 if result.high is None else result.high
    each = np.full(samples, 1 / samples)
    name = "Se 0.8 Sp 0.95" if machine else "none"
    row = measured("weights differ", target, n, name, "rule", low, high, each, None, samples)
    yield replace(row, share=share)


def grid() -> Iterator[Row]:
    for at, (share, n, machine, design) in enumerate(product(SHARES, GOLD, MACHINES, DESIGNS)):
        yield from cell(at, share, n, machine, design)
    for at, (share, n, distance) in enumerate(product((0.02, 0.1, 0.2, 0.5), (100, 300, 1000), DISTANCES)):
        yield from scored_cell(10_000 + at, share, n, distance, 10_000)
    for at, (share, n) in enumerate(product((0.01, 0.05, 0.2), (100, 300, 1000))):
        yield from weighted_cell(20_000 + at, share, n, False, 5_000)
    for at, (share, n) in enumerate(product((0.01, 0.05, 0.2), (100, 300))):
        yield from weighted_cell(30_000 + at, share, n, True, 1_000)
    yield from cells()


def quick() -> list[Row]:
    """A corner of the grid: rare and common, small and large."""
    corner = product((0.01, 0.2, 0.5), (50, 500), ((0.6, 0.95), (0.99, 0.995)), DESIGNS)
    return [row for at, one in enumerate(corner) for row in cell(at, *one)]


def main(words: list[str]) -> None:
    if words not in ([], ["--quick"]):
        raise SystemExit(__doc__)
    if words:
        print(summary(quick()))
        return
    write(list(grid()))
    rows = read()  # the table and the picture say what the file says
    draw(rows)
    print(summary(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
