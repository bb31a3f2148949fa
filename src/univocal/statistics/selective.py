"""How often is a coder right, if it keeps silent wherever it is least sure?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import UnivocalError
from univocal.statistics.bootstrap import Resamples, sum_by_cluster
from univocal.statistics.matrix import Array
from univocal.statistics.result import Estimate, check_level, undefined

#: Shares of the units on which the coder speaks.
COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9)
#: Units are ranked in so many groups of equal size, and within one are as likely to be kept as any other.
GROUPS = 100


def selective_accuracy(
    confidence: ArrayLike,
    right: ArrayLike,
    *,
    coverages: Sequence[float] = COVERAGES,
    clusters: Sequence[Hashable] | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> dict[float, Estimate]:
    """What share is right among the units on which the coder is surest, for each share of units that is kept?

    The accuracy at a coverage, one less the selective risk (El-Yaniv & Wiener 2010, Journal of Machine Learning
    Research 11, 1605-1641; Geifman & El-Yaniv 2017, arXiv:1705.08500).

    Args:
        confidence: (n,) how sure the coder is of each unit; NaN where it said nothing. Only its order counts.
        right: (n,) whether it is right; not looked at where it said nothing.
        coverages: shares of all n units, each in (0, 1].
        clusters: the paper of each unit; papers are resampled whole.
        level: nominal coverage of the intervals (percentiles over resamples), in (0, 1).
        n_boot: resamples; 0 for no intervals.
        seed: of the resampling.

    Returns:
        An estimate for each coverage; undefined where the coder said something of fewer units than that.

    Raises:
        UnivocalError: columns of different lengths, or a coverage outside (0, 1].

    >>> found = selective_accuracy([0.9, 0.8, 0.6, 0.5], [True, True, False, True], coverages=[0.5, 1.0], n_boot=0)
    >>> {coverage: one.value for coverage, one in found.items()}
    {0.5: 1.0, 1.0: 0.75}
    """
    check_level(level)
    sure, hits = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    n = len(sure)
    if len(hits) != n or (clusters is not None and len(clusters) != n):
        raise UnivocalError(
            f"selective accuracy: {n} confidences, {len(hits)} answers; expected one for each unit"
        )
    if strange := [one for one in coverages if not 0 < one <= 1]:
        raise UnivocalError(f"coverages: shares in (0, 1] were expected, got {strange}")
    if n == 0:
        return {one: undefined("no units", level=level, n=0) for one in coverages}
    parts = np.zeros((n, GROUPS + 1, 2))
    group = _groups(sure)
    parts[np.arange(n), group, 0] = 1
    parts[np.arange(n), group, 1] = np.where(np.isnan(sure), 0, hits)
    drawn = Resamples(sum_by_cluster(parts, clusters), level=level, n_boot=n_boot, seed=seed)
    said = float((~np.isnan(sure)).mean())
    return {
        one: drawn.estimate(partial(_kept_right, coverage=one), n=round(one * n))
        if one <= said
        else undefined(f"the coder said something of {said:.1%} of the units", level=level, n=0)
        for one in coverages
    }


def _groups(sure: Array) -> NDArray[np.int64]:
    """The group of each unit, the surest first, ties together; the last is of those of which nothing was said."""
    spoke = ~np.isnan(sure)
    values, place, count = np.unique(-sure[spoke], return_inverse=True, return_counts=True)
    middle = (np.cumsum(count) - count / 2) / max(count.sum(), 1)
    group = np.full(len(sure), GROUPS)
    if len(values):
        group[spoke] = np.minimum((middle * GROUPS).astype(int), GROUPS - 1)[place]
    return group


def _kept_right(sums: Array, *, coverage: float) -> Array:
    """(resamples, groups, 2) units and right ones → the share that is right among the surest."""
    zero = np.zeros((len(sums), 1))
    units = np.concatenate([zero, np.cumsum(sums[..., 0], axis=1)], axis=1)
    right = np.concatenate([zero, np.cumsum(sums[..., 1], axis=1)], axis=1)
    kept = coverage * units[:, -1]
    return np.array([np.interp(k, u, r) / k for k, u, r in zip(kept, units, right, strict=True)])
