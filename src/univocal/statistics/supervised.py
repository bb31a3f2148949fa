"""A mean from few gold codings drawn with known probabilities: design-based supervised learning."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from univocal.errors import InputError
from univocal.statistics.columns import numbers, places_of, same_sizes
from univocal.statistics.labels import Places
from univocal.statistics.matrix import Array
from univocal.statistics.ppi import kinds_caution
from univocal.statistics.quantiles import normal_quantile
from univocal.statistics.result import Estimate, check_level, undefined


def dsl_mean(
    gold: ArrayLike,
    machine: ArrayLike,
    inclusion: ArrayLike | float,
    *,
    strata: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """What is the mean of the gold coding over all papers, when each was drawn into the gold with a known probability?

    The mean of the pseudo-outcomes f + (R / π) (y - f): the machine's coding f, and for papers in the gold (R = 1)
    its error, weighted by the inverse of their probability π. Unbiased however bad the machine is; it is the
    difference estimator of survey sampling (PPI with λ = 1). The interval is normal, and too narrow where the gold
    holds few errors of the machine; ``caution`` says so.

    Args:
        gold: (papers,) outcomes, with NaN or None where a paper isn't in the gold.
        machine: (papers,) the machine's outcomes, for every paper.
        inclusion: the probability π in (0, 1] of being drawn, one for all or (papers,).
        strata: (papers,) the strata of a design that drew a fixed number in each. The variance is then that of the
            stratified design, Σ_h n_h s_h² / papers² with s_h² the variance of (y - f) / π in the gold of stratum h;
            each stratum needs two gold papers. Without strata it is the variance of the pseudo-outcomes over the
            number of papers, as if each paper had been drawn on its own.
        level: nominal coverage, in (0, 1).

    No finite population correction. Egami, Hinck, Stewart & Wei 2023, NeurIPS 36, arXiv 2306.04746, eq. 4 (a mean is
    the regression on a constant); for strata, Särndal, Swensson & Wretman 1992, doi:10.1007/978-1-4612-4378-6,
    ch. 6.3.

    >>> result = dsl_mean([1, 0, None, None], [1, 1, 1, 0], 0.5)
    >>> result.value
    0.25
    """
    check_level(level)
    outcome, guess = numbers("gold", gold, missing=True), numbers("machine", machine)
    chance = (
        np.broadcast_to(np.asarray(inclusion, float), outcome.shape) if np.ndim(inclusion) == 0 else inclusion
    )
    chance = numbers("inclusion", chance, above=0)
    same_sizes(gold=outcome, machine=guess, inclusion=chance)
    if (chance > 1).any():
        at = int(np.flatnonzero(chance > 1)[0])
        raise InputError(f"inclusion[{at}]: a probability in (0, 1] was expected, got {chance[at]:g}")
    here = ~np.isnan(outcome)
    n = int(here.sum())
    if n < 2:
        return undefined("fewer than two papers in the gold", level=level, n=n)
    error = (outcome[here] - guess[here]) / chance[here]
    value = float(guess.mean() + error.sum() / len(guess))
    if strata is None:
        pseudo = guess.copy()
        pseudo[here] += error
        variance, design = float(pseudo.var(ddof=1) / len(pseudo)), "papers drawn independently"
    else:
        names, places = places_of("strata", strata)
        same_sizes(gold=outcome, strata=places)
        sizes = np.bincount(places[here], minlength=len(names))
        few = np.flatnonzero(sizes < 2)
        if len(few):
            return undefined(f"stratum {names[few[0]]!r} has fewer than two gold papers", level=level, n=n)
        variance = float(strata_variance(error, places[here], sizes).sum() / len(guess) ** 2)
        design = f"{len(names)} strata"
    spread = float(np.sqrt(variance))
    reach = normal_quantile((1 + level) / 2) * spread
    method = f"design-based supervised learning, {design}, normal interval"
    caution = kinds_caution(outcome[here], guess[here], 1 / chance[here])
    return Estimate(value, value - reach, value + reach, level, n, method, spread, caution)


def strata_variance(terms: Array, places: Places, sizes: Places) -> Array:
    """The variance of the sum of ``terms`` drawn in strata, one figure for each: n s². ``sizes`` are 2 or more.

    >>> strata_variance(np.array([0.0, 2.0]), np.array([0, 0]), np.array([2])).tolist()
    [4.0]
    """
    mean = np.bincount(places, terms, minlength=len(sizes)) / sizes
    around = np.bincount(places, (terms - mean[places]) ** 2, minlength=len(sizes))
    result: Array = around * sizes / (sizes - 1)
    return result
