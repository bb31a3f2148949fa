"""A share from its parts: shares of strata with their intervals, combined by MOVER."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from univocal.errors import UnivocalError
from univocal.statistics.exact import exact_bounds
from univocal.statistics.matrix import Array
from univocal.statistics.result import Estimate, check_level, undefined


def stratified_share(
    hits: ArrayLike, n: ArrayLike, sizes: ArrayLike, *, level: float = 0.95, kind: str = "strata"
) -> Estimate:
    """What share of all papers has the property, when each stratum was sampled on its own?

    π̂ = Σ w_h p̂_h with the Clopper-Pearson interval of each stratum, combined by MOVER (the "method of variance
    estimates recovery"). It holds where a code is rare and a normal interval would collapse: a stratum without a
    hit still carries its exact upper bound. The strata may be those of the sampling design, or post-strata (the
    machine's label): given how many papers of the gold fell into each, hits are binomial.

    Args:
        hits: (strata,) gold papers with the property.
        n: (strata,) gold papers. A stratum without gold is taken to lie anywhere in [0, 1].
        sizes: (strata,) papers of the corpus in each stratum, or its known shares: at least 0, in any unit.
        level: nominal coverage, in (0, 1).
        kind: what the strata are, for the method's words.

    Returns:
        The share with its interval. The standard error is √Σ w_h² p̂_h (1 - p̂_h) / n_h, None where a stratum has no
        gold. No finite population correction: the interval is for a gold that is a small part of the corpus, and
        wider than need be where it is a large one.

    Zou, Huang & Zhang 2009, doi:10.1016/j.csda.2008.09.033, eq. 5 (weights in place of coefficients c_i);
    Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404.

    >>> result = stratified_share([9, 1], [20, 80], [300, 9700])
    >>> round(result.value, 4), round(result.low, 4), round(result.high, 4)
    (0.0256, 0.0121, 0.0796)
    """
    check_level(level)
    found, of, weight = (np.asarray(one, float) for one in (hits, n, sizes))
    if not found.ndim == of.ndim == weight.ndim == 1 or not len(found) == len(of) == len(weight):
        raise UnivocalError(
            "hits, n and sizes: one number for each stratum was expected in each of the three"
        )
    wrong = np.flatnonzero(~((found >= 0) & (found <= of) & (weight >= 0) & np.isfinite(weight)))
    if len(wrong):
        at = int(wrong[0])
        raise UnivocalError(
            f"stratum {at}: 0 <= hits <= n and a size of at least 0 were expected, "
            f"got hits {found[at]:g}, n {of[at]:g}, size {weight[at]:g}"
        )
    total = int(of.sum())
    if total == 0:
        return undefined("no gold paper", level=level, n=0)
    if weight[of > 0].sum() == 0:
        return undefined("the strata that hold gold have size 0", level=level, n=total)
    weight = weight / weight.sum()
    low, high = exact_bounds(found, of, level=level)
    value, low, high = mover_bounds(found, of, weight, low, high)
    empty = float(weight[of == 0].sum())
    caution = (
        f"{kind} without gold hold {empty:.1%} of the papers: their share is taken as 0 to 1" if empty else ""
    )
    shares = found / np.maximum(of, 1)
    error = None if empty else float(np.sqrt((weight**2 * shares * (1 - shares) / np.maximum(of, 1)).sum()))
    method = f"MOVER of Clopper-Pearson intervals over {len(of)} {kind}"
    return Estimate(float(value), float(low), float(high), level, total, method, error, caution)


def mover_bounds(hits: Array, n: Array, weight: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
    """Value and bounds of Σ w_h p_h over the last axis, from bounds of each p_h. ``weight`` sums to 1.

    A stratum with n = 0 adds w_h to the interval's width: 0 at the low end and w_h at the high end. For its value it
    takes the mean of the other strata.

    >>> one = np.ones(1)
    >>> [float(x) for x in mover_bounds(one * 1, one * 4, one, one * 0.1, one * 0.8)]
    [0.25, 0.1, 0.8]
    """
    known = n > 0
    share = np.where(known, hits / np.maximum(n, 1), 0.0)
    weight = np.broadcast_to(weight, share.shape)
    covered = np.where(known, weight, 0.0)
    inside = (covered * share).sum(axis=-1)
    down = np.sqrt(((covered * (share - low)) ** 2).sum(axis=-1))
    up = np.sqrt(((covered * (high - share)) ** 2).sum(axis=-1))
    part = covered.sum(axis=-1)
    value = inside / np.where(part > 0, part, 1)
    return value, np.maximum(inside - down, 0.0), np.minimum(inside + up + (1 - part), 1.0)
