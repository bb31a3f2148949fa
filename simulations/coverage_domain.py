"""Cells of the simulation beyond a sample of the whole: a domain of the corpus, and gold that is half of it.

A domain is the papers of which a question is asked, known of the sample alone. Its size is estimated too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
from coverage_table import SAMPLES, Row, measured

from univocal.statistics.exact import exact_bounds
from univocal.statistics.matrix import Array
from univocal.statistics.mover import mover_bounds, ratio_bounds
from univocal.statistics.prevalence_rule import prevalence
from univocal.statistics.weighted import effective_size

LEVEL = 0.95
#: Of two strata, the second five times as large: gold, the domain's part, and shares within it.
TWO_GOLDS = ((30, 30), (100, 100), (300, 100), (20, 200), (500, 500))
TWO_PARTS = ((0.9, 0.1), (0.9, 0.01), (0.5, 0.5), (0.1, 0.9))
TWO_SHARES = ((0.02, 0.05), (0.2, 0.2), (0.5, 0.1), (0.9, 0.3))
#: Ten strata as in a real sample, of which the largest, two papers in three, may hold next to none of the domain.
TEN_SIZES = (5242, 1255, 242, 200, 186, 158, 153, 153, 131, 103)
TEN_GOLD = (63, 49, 59, 63, 56, 39, 42, 35, 21, 21)
TEN_PARTS = (0.06, 0.73, 0.19, 0.73, 0.92, 0.19, 0.91, 0.9, 0.95)
RARE_PARTS = (0.0, 0.002, 0.005, 0.01, 0.02)

Bounds = tuple[Array, Array]


def of_domain(hits: Array, others: Array, n: Array, sizes: Array) -> Bounds:
    """What ``prevalence`` gives in strata; a sample without papers of the domain counts as [0, 1]."""
    some = np.maximum(n, 1)
    bounds = (exact_bounds(one, n, level=LEVEL) for one in (hits, others))
    _, low, high = ratio_bounds(hits / some, others / some, sizes / sizes.sum(), *bounds, known=n > 0)
    return low, high


def as_known(hits: Array, others: Array, n: Array, sizes: Array) -> Bounds:
    """MOVER over the sample's papers of the domain, as if their weights told the sizes of strata within it."""
    asked = hits + others
    size = sizes * asked / n
    size = size / np.maximum(size.sum(axis=-1, keepdims=True), 1e-300)
    _, low, high = mover_bounds(hits, asked, size, *exact_bounds(hits, asked, level=LEVEL))
    return low, high


def linearised(hits: Array, others: Array, n: Array, sizes: Array) -> Bounds:
    """Korn-Graubard's interval with the linearised variance of the ratio."""
    w, asked = sizes / sizes.sum(), hits + others
    total = (w * asked / n).sum(axis=-1)
    some = np.where(total > 0, total, 1.0)
    value = (w * hits / n).sum(axis=-1) / some
    at = value[:, None]
    spread = (hits * (1 - at) ** 2 + others * at**2) / n - ((hits * (1 - at) - others * at) / n) ** 2
    variance = (w**2 * spread / (n - 1)).sum(axis=-1) / some**2
    each = w / n
    kish = (asked * each).sum(axis=-1) ** 2 / np.maximum((asked * each**2).sum(axis=-1), 1e-300)
    m = asked.sum(axis=-1)
    degrees = np.maximum(np.minimum(n.sum() - len(n), m - 1), 1).astype(int)
    size = np.zeros(len(m))
    for drawn, free in set(zip(m.tolist(), degrees.tolist(), strict=True)):
        here = m == drawn
        if drawn >= 2:
            size[here] = effective_size(
                value[here], variance[here], n=int(drawn), kish=kish[here], degrees=free, level=LEVEL
            )
    return exact_bounds(np.minimum(value * size, size), size, level=LEVEL)


METHODS = {"sizes taken as known": as_known, "Korn-Graubard": linearised, "rule": of_domain}


def strata_cell(
    seed: int, design: str, gold: Array, sizes: Array, parts: Array, shares: Array, name: str
) -> Iterator[Row]:
    """Gold drawn in strata, without a machine."""
    rng = np.random.default_rng(seed)
    asked = rng.binomial(gold, parts, (SAMPLES, len(gold)))
    counts = np.stack([rng.binomial(asked, shares), asked], axis=1)
    counts, often = np.unique(counts, axis=0, return_counts=True)
    hits, asked = counts[:, 0].astype(float), counts[:, 1].astype(float)
    target = float((sizes * parts * shares).sum() / (sizes * parts).sum())
    for method, bounds in METHODS.items():
        low, high = bounds(hits, asked - hits, gold.astype(float), sizes)
        none = asked.sum(axis=-1) == 0
        low, high = np.where(none, 0.0, low), np.where(none, 1.0, high)
        row = measured(design, target, int(gold.sum()), name, method, low, high, often / SAMPLES)
        yield replace(row, share=round(target, 3))


def strata_cells() -> Iterator[Row]:
    for at, (gold, parts, shares) in enumerate(product(TWO_GOLDS, TWO_PARTS, TWO_SHARES)):
        name = f"asked of {parts[0]:g}/{parts[1]:g}, gold {gold[0]}/{gold[1]}"
        columns = (np.array(one) for one in (gold, (1.0, 5.0), parts, shares))
        yield from strata_cell(40_000 + at, "domain, 2 strata", *columns, name)
    for at, (rare, share) in enumerate(product(RARE_PARTS, (0.0, 0.3, 0.8))):
        parts, shares = np.array([rare, *TEN_PARTS]), np.array([share, *[0.3] * 9])
        name = f"asked of {rare:g} of the largest, share {share:g} there"
        yield from strata_cell(
            41_000 + at,
            "domain, 10 strata",
            np.array(TEN_GOLD),
            np.array(TEN_SIZES, float),
            parts,
            shares,
            name,
        )


def labelled_cell(
    seed: int, part: float, share: float, n: int, machine: tuple[float, float]
) -> Iterator[Row]:
    """Gold drawn at random; the machine says of each paper: outside the domain, without the code, with it."""
    rng, (se, sp) = np.random.default_rng(seed), machine
    # rows: hit, other, outside; columns: the machine leaves, flags, puts outside (it misjudges one in ten)
    kinds = np.array([part * share, part * (1 - share), 1 - part])
    inside = np.array([[0.9 * (1 - se), 0.9 * se, 0.1], [0.9 * sp, 0.9 * (1 - sp), 0.1], [0.08, 0.02, 0.9]])
    chance = kinds[:, None] * inside
    counts, often = np.unique(rng.multinomial(n, chance.ravel(), SAMPLES), axis=0, return_counts=True)
    hits, others, outside = counts.reshape(-1, 3, 3).astype(float).transpose(1, 0, 2)
    low, high = of_domain(hits, others, hits + others + outside, chance.sum(axis=0))
    none = (hits + others).sum(axis=-1) == 0
    low, high = np.where(none, 0.0, low), np.where(none, 1.0, high)
    name = f"Se {se:g} Sp {sp:g}, asked of {part:g}"
    yield measured("domain, random", share, n, name, "rule", low, high, often / SAMPLES)


def labelled_cells() -> Iterator[Row]:
    machines = ((0.6, 0.95), (0.9, 0.99), (0.95, 0.8))
    for at, cell in enumerate(product((0.05, 0.3, 0.8), (0.02, 0.1, 0.5), (100, 300, 1000), machines)):
        yield from labelled_cell(42_000 + at, *cell)


def weighted_cell(seed: int, share: float, n: int, machine: bool, samples: int) -> Iterator[Row]:
    """Weights that differ from paper to paper and go with the domain and with the outcome; strata aren't known."""
    rng = np.random.default_rng(seed)
    papers = 50_000
    size = rng.lognormal(0, 0.6, papers)  # a paper's chance of being drawn goes with this
    inside = rng.random(papers) < 0.3 * size**0.5 / (size**0.5).mean()
    truth = inside & (rng.random(papers) < share * size**0.5 / (size**0.5).mean())
    flag = np.where(truth, rng.random(papers) < 0.8, rng.random(papers) < 0.05).astype(float)
    flag[rng.random(papers) < np.where(inside, 0.1, 0.9)] = np.nan
    chance, target = np.cumsum(size / size.sum()), float(truth.sum() / inside.sum())
    low, high = np.empty(samples), np.empty(samples)
    gold, weights = np.full(n + papers, np.nan), np.concatenate([np.ones(n), 1 / size])
    domain = np.full(n + papers, np.nan)
    for sample in range(samples):
        at = np.searchsorted(chance, rng.random(n))
        gold[:n], weights[:n] = np.where(inside[at], truth[at], np.nan), 1 / size[at]
        domain[:n] = inside[at]
        if machine:  # the gold stands before the corpus, of which it is a negligible part
            said = np.concatenate([flag[at], flag])
            result = prevalence(gold, machine=said, weights=weights, domain=domain, level=LEVEL)
        else:
            result = prevalence(gold[:n], weights=weights[:n], domain=domain[:n], level=LEVEL)
        low[sample], high[sample] = result.low or 0.0, 1.0 if result.high is None else result.high
    each = np.full(samples, 1 / samples)
    name = "Se 0.8 Sp 0.95" if machine else "none"
    row = measured("domain, weights differ", target, n, name, "rule", low, high, each, None, samples)
    yield replace(row, share=share)


def weighted_cells() -> Iterator[Row]:
    for at, (share, n) in enumerate(product((0.02, 0.1, 0.4), (100, 300, 1000))):
        yield from weighted_cell(43_000 + at, share, n, False, 2_000)
    for at, (share, n) in enumerate(product((0.02, 0.1, 0.4), (100, 300))):
        yield from weighted_cell(44_000 + at, share, n, True, 500)


def half_cell(seed: int, share: float, n: int, samples: int) -> Iterator[Row]:
    """A corpus of 2 n papers, of which n are coded by hand, drawn without replacement."""
    rng, papers = np.random.default_rng(seed), 2 * n
    hits, (se, sp) = round(share * papers), (0.8, 0.9)
    flagged_hits, false_alarms = round(se * hits), round((1 - sp) * (papers - hits))
    kinds = [flagged_hits, hits - flagged_hits, false_alarms, papers - hits - false_alarms]
    machine = np.repeat([1.0, 0.0, 1.0, 0.0], kinds)
    truth = np.repeat([1.0, 1.0, 0.0, 0.0], kinds)
    starts = np.concatenate([[0], np.cumsum(kinds)[:-1]])
    counts, often = np.unique(rng.multivariate_hypergeometric(kinds, n, samples), axis=0, return_counts=True)
    found: dict[str, list[tuple[float, float]]] = {"gold alone": [], "rule": []}
    for drawn in counts.tolist():
        gold = np.full(papers, np.nan)
        for start, number in zip(starts, drawn, strict=True):
            gold[start : start + number] = truth[start : start + number]
        for method, said in (("gold alone", None), ("rule", machine)):
            result = prevalence(gold, machine=said, level=LEVEL)
            found[method].append((result.low, result.high))
    for method, bounds in found.items():
        low, high = np.array(bounds).T
        yield measured(
            "half of the corpus",
            hits / papers,
            n,
            "Se 0.8 Sp 0.9",
            method,
            low,
            high,
            often / samples,
            None,
            samples,
        )


def half_cells() -> Iterator[Row]:
    for at, (share, n) in enumerate(product((0.02, 0.1, 0.3), (100, 500))):
        yield from half_cell(45_000 + at, share, n, 3_000)


def cells() -> Iterator[Row]:
    yield from strata_cells()
    yield from labelled_cells()
    yield from weighted_cells()
    yield from half_cells()
