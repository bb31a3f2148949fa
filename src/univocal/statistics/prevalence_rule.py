"""How often does a code occur in a corpus, of which people coded a sample and a machine the rest?"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import UnivocalError
from univocal.statistics.binomial import clopper_pearson
from univocal.statistics.columns import probabilities, same_sizes
from univocal.statistics.design import Design, read_design
from univocal.statistics.exact import exact_bounds
from univocal.statistics.matrix import Array
from univocal.statistics.mover import mover_bounds, stratified_share
from univocal.statistics.ppi import FEWEST_OF_A_KIND, KINDS, effective_kinds, ppi_mean
from univocal.statistics.result import Estimate, check_level, undefined
from univocal.statistics.weighted import (
    effective_size,
    kish_size,
    linearised_variance,
    weighted_share,
    weights_caution,
)

#: The methods that ``prevalence`` knows; "auto" is the rule.
Method = Literal["auto", "gold-alone", "weighted", "mover", "ppi"]

#: A code is common where its share lies at least so far from 0 and from 1.
COMMON = 0.1

#: The machine's label is its coding, or its probability cut here.
THRESHOLD = 0.5


def prevalence(
    gold: ArrayLike,
    *,
    machine: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    method: Method = "auto",
    level: float = 0.95,
) -> Estimate:
    """In what share of the corpus does a code occur?

    All columns have one value for each paper of the corpus, in one order.

    The rule, which ``Estimate.method`` repeats with its reason:

    1. No machine, no design: Clopper-Pearson over the gold.
    2. No machine; strata, or weights of which the gold holds ten papers each: MOVER over Clopper-Pearson intervals.
    3. No machine, other weights: Hájek with the Korn-Graubard interval.
    4. A machine: MOVER over Clopper-Pearson intervals of the papers that it flags and that it leaves (in each stratum
       of the design), save where
    5. the code is common (that estimate is in [.1, .9]), every stratum holds two gold papers, and the gold holds
       30 papers of each kind (positives flagged, positives missed, false alarms, negatives left alone): PPI++.
    6. A machine and weights, but no strata in which they are equal: as 4, with Korn-Graubard intervals.

    Over the grid of ``simulations/prevalence_coverage.py``, nominal 95% intervals that this rule takes, choice
    included, hold the share in at least 94% of samples (docs/explanation/prevalence.md).

    Args:
        gold: (papers,) 0 or 1 by hand; NaN or None where a paper wasn't coded by hand. Within a stratum, the gold must
            be a random sample.
        machine: (papers,) 0 or 1, or a probability, for every paper.
        strata: (papers,) the strata in which the gold was drawn (the machine's label may be one).
        weights: (papers,) sampling weights of the gold; looked at only where there is gold. They need not be given
            where strata are. Without a machine, a stratum is as large as its weights say; with one, and where there
            are no weights, as large as its papers are many.
        method: "auto" for the rule. Another takes that method; choose it before you see the gold.
        level: nominal coverage, in (0, 1).

    Returns:
        The share in the corpus at hand, with its interval. No finite population correction is made: where the gold
        is a large part of the corpus, the interval is wider than need be.

    Raises:
        InputError: for columns that don't fit, naming column and place.
        UnivocalError: for a method that these columns don't allow.

    Sources: see ``stratified_share``, ``ppi_mean``, ``weighted_share`` and ``clopper_pearson``.

    >>> gold = [1] * 9 + [0] * 11 + [1] + [0] * 79 + [None] * 9900
    >>> machine = [1] * 20 + [0] * 80 + [1] * 280 + [0] * 9620
    >>> result = prevalence(gold, machine=machine, strata=machine)
    >>> round(result.value, 4), round(result.low, 4), round(result.high, 4)
    (0.0256, 0.0121, 0.0796)
    """
    check_level(level)
    if method not in get_args(Method):
        raise UnivocalError(f"method: one of {', '.join(get_args(Method))} was expected, got {method!r}")
    design = read_design(gold, strata, weights)
    guess = None if machine is None else probabilities("machine", machine)
    same_sizes(gold=design.here, machine=guess)
    if design.n == 0:
        return undefined("no gold paper", level=level, n=0)
    if guess is not None and method not in ("gold-alone", "weighted") and not design.here.all():
        return _with_machine(design, guess, method, level)
    return _without_machine(design, guess is not None, method, level)


def takes_ppi(share: ArrayLike, kinds: ArrayLike, fewest: float = FEWEST_OF_A_KIND) -> NDArray[np.bool_]:
    """Does the rule take PPI++ for this share (...) and these numbers of gold papers of each kind (..., 4)?

    >>> takes_ppi([0.3, 0.05, 0.3], [[30, 30, 30, 90], [30, 30, 30, 90], [29, 30, 30, 90]]).tolist()
    [True, False, False]
    """
    at, rarest = np.asarray(share), np.asarray(kinds).min(axis=-1)
    result: NDArray[np.bool_] = (at >= COMMON) & (at <= 1 - COMMON) & (rarest >= fewest)
    return result


def _without_machine(design: Design, machine: bool, method: Method, level: float) -> Estimate:
    if method == "ppi" or (method == "mover" and design.n_strata == 1):
        wanted = "a machine's coding of papers without gold" + (" or strata" if method == "mover" else "")
        raise UnivocalError(f"method {method!r} needs {wanted}, and there are none. Take method='auto'.")
    unused = "; the machine is not used, as every paper has gold" if machine and method == "auto" else ""
    if method == "gold-alone" or (design.n_strata == 1 and design.equal and method == "auto"):
        if design.n_strata > 1 or not design.equal:
            raise UnivocalError(
                "method 'gold-alone' needs gold drawn with equal probabilities, but there are strata or weights. "
                "Take method='auto'."
            )
        result = clopper_pearson(int(design.outcome.sum()), design.n, level=level)
        return _said(result, f"gold alone, Clopper-Pearson interval{unused}")
    if method == "mover" and not design.equal:
        raise UnivocalError("method 'mover' needs one weight within each stratum. Take method='auto'.")
    if design.equal and method != "weighted":
        hits, n = design.counts()
        result = stratified_share(hits, n, design.sizes, level=level, kind=design.kind)
        return _said(result, result.method + unused)
    strata = design.places if design.n_strata > 1 else None
    result = weighted_share(design.outcome, design.weight, strata=strata, level=level)
    return _said(result, result.method + unused)


def _with_machine(design: Design, guess: Array, method: Method, level: float) -> Estimate:
    flagged = guess >= THRESHOLD
    on_gold = guess[design.here]
    if design.everywhere is None or not design.equal:
        if method == "ppi":
            raise UnivocalError(
                "method 'ppi' needs the stratum of every paper and one weight within each. Take method='auto'."
            )
        return _by_label(design, flagged, level)
    first = _by_cell(design, flagged, level)
    kinds = effective_kinds(design.outcome, on_gold, design.weight)
    _, n = design.counts()
    if method == "ppi" or (
        method == "auto" and n.min() >= 2 and first.value is not None and takes_ppi(first.value, kinds)
    ):
        strata = None
        if design.n_strata > 1:
            strata = (design.places, design.everywhere[~design.here])
        result = ppi_mean(design.outcome, on_gold, guess[~design.here], strata=strata, level=level)
        why = f" (the code is common, and the gold holds {FEWEST_OF_A_KIND} papers of each kind)"
        return _said(result, result.method + (why if method == "auto" else ""))
    if method == "mover" or first.value is None:
        return first
    return _said(first, f"{first.method} ({_why_not_ppi(first.value, kinds, n)})")


def _why_not_ppi(share: float, kinds: tuple[float, ...], n: Array) -> str:
    if not COMMON <= share <= 1 - COMMON:
        return f"a normal interval doesn't hold for a share below {COMMON:.0%} or above {1 - COMMON:.0%}"
    if n.min() < 2:
        return "a stratum has fewer than two gold papers, too few for a normal interval"
    kind, fewest = min(zip(KINDS, kinds, strict=True), key=lambda one: one[1])
    return f"the gold holds {fewest:.3g} {kind}, too few for a normal interval"


def _by_cell(design: Design, flagged: NDArray[np.bool_], level: float) -> Estimate:
    """MOVER over the machine's labels in each stratum of the design. Cells without papers fall out."""
    assert design.everywhere is not None
    cell = design.everywhere * 2 + flagged
    papers = np.bincount(cell, minlength=2 * design.n_strata).astype(float)
    n = np.bincount(cell[design.here], minlength=len(papers)).astype(float)
    hits = np.bincount(cell[design.here], design.outcome, minlength=len(papers))
    some = papers > 0
    kind = (
        "strata of the machine's label" if design.n_strata == 1 else "strata (design by the machine's label)"
    )
    return stratified_share(hits[some], n[some], papers[some], level=level, kind=kind)


def _by_label(design: Design, flagged: NDArray[np.bool_], level: float) -> Estimate:
    """MOVER over the machine's labels, whose shares are Hájek's, with Korn-Graubard intervals."""
    on_gold = flagged[design.here]
    size = np.array([(~flagged).mean(), flagged.mean()])
    shares, n, spread, cautions = np.zeros(2), np.zeros(2), np.zeros(2), []
    for label in (0, 1):
        inside = on_gold == bool(label)
        if inside.any():
            outcome, weight = design.outcome[inside], design.weight[inside]
            shares[label] = (weight * outcome).sum() / weight.sum()
            n[label], spread[label] = _effective(outcome, weight, design.places[inside], level)
            cautions.append(weights_caution(outcome, weight))
    low, high = exact_bounds(shares * n, n, level=level)
    value, low, high = mover_bounds(shares * n, n, size, low, high)
    empty = float(size[n == 0].sum())
    if empty:
        cautions.append(
            f"the label without gold holds {empty:.1%} of the papers: its share is taken as 0 to 1"
        )
    error = None if empty else float(np.sqrt((size**2 * spread).sum()))
    method = "MOVER of Korn-Graubard intervals over 2 strata of the machine's label (by weights)"
    caution = "; ".join(dict.fromkeys(filter(None, cautions)))
    return Estimate(float(value), float(low), float(high), level, design.n, method, error, caution)


def _effective(outcome: Array, weight: Array, places: NDArray[np.intp], level: float) -> tuple[float, float]:
    """The effective number of papers under one label, and the variance of their Hájek share."""
    share = (weight * outcome).sum() / weight.sum()
    if weight.min() == weight.max():
        return float(len(outcome)), float(share * (1 - share) / len(outcome))
    _, places = np.unique(places, return_inverse=True)
    variance = linearised_variance(weight * (outcome - share) / weight.sum(), places)
    degrees = max(len(outcome) - int(places.max()) - 1, 1)
    size = effective_size(
        share, variance, n=len(outcome), kish=kish_size(weight), degrees=degrees, level=level
    )
    return float(size), variance


def _said(result: Estimate, method: str) -> Estimate:
    return result if result.value is None else replace(result, method=method)
