"""A share from its parts: shares of strata with their intervals, combined by MOVER; and a ratio of two such shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

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


def domain_share(
    hits: ArrayLike,
    others: ArrayLike,
    n: ArrayLike,
    sizes: ArrayLike,
    *,
    level: float = 0.95,
    kind: str = "strata",
) -> Estimate:
    """What share of the papers *of a domain* has the property, when only the sample says which papers are of it?

    R̂ = Σ w_h a_h / Σ w_h (a_h + b_h), where a_h is the share of a stratum's papers that are of the domain and have the
    property, b_h of those that are of it and don't. Both totals are estimated, so the interval is that of a ratio. A
    stratum in whose sample no paper was of the domain still carries what it may hold of it.

    Args:
        hits: (strata,) sampled papers of the domain with the property.
        others: (strata,) sampled papers of the domain without it.
        n: (strata,) sampled papers, of the domain or not.
        sizes: (strata,) papers of the corpus in each stratum, of the domain or not; or known shares: at least 0.
        level: nominal coverage, in (0, 1).
        kind: what the strata are, for the method's words.

    Returns:
        The share in the domain, with its interval and its linearised standard error (None where a stratum has no
        gold); ``n`` counts sampled papers of the domain. Undefined where there are none. Where all papers are of the
        domain, this is ``stratified_share``.

    The interval is MOVER's of a ratio, Donner & Zou 2012, doi:10.1177/0962280210383082, from Clopper-Pearson bounds of
    each a_h and b_h. As shares of a multinomial these are correlated within a stratum, by -√(ab / ((1 - a)(1 - b))),
    which is taken at the bounds that a limit moves towards, so that no count of 0 makes it vanish; dependence enters as
    in Zou 2007, doi:10.1037/1082-989X.12.4.399.

    >>> result = domain_share([20, 1], [10, 2], [40, 60], [1000, 9000])
    >>> round(result.value, 4), round(result.low, 4), round(result.high, 4)
    (0.5417, 0.3026, 0.7754)
    """
    check_level(level)
    found, rest, of, weight = (np.asarray(one, float) for one in (hits, others, n, sizes))
    if (
        not found.ndim == rest.ndim == of.ndim == weight.ndim == 1
        or len({len(x) for x in (found, rest, of, weight)}) > 1
    ):
        raise UnivocalError(
            "hits, others, n and sizes: one number for each stratum was expected in each of the four"
        )
    fits = (found >= 0) & (rest >= 0) & (found + rest <= of) & (weight >= 0) & np.isfinite(weight)
    if not fits.all():
        at = int(np.flatnonzero(~fits)[0])
        raise UnivocalError(
            f"stratum {at}: hits and others of at least 0, in all at most n, and a size of at least 0 were expected, "
            f"got hits {found[at]:g}, others {rest[at]:g}, n {of[at]:g}, size {weight[at]:g}"
        )
    total = int(found.sum() + rest.sum())
    if total == 0:
        return undefined("no gold paper of the domain", level=level, n=0)
    if weight[found + rest > 0].sum() == 0:
        return undefined("the strata that hold gold of the domain have size 0", level=level, n=total)
    weight = weight / weight.sum()
    bounds = exact_bounds(found, of, level=level), exact_bounds(rest, of, level=level)
    some = np.maximum(of, 1)
    one, other = found / some, rest / some
    value, low, high = (float(x) for x in ratio_bounds(one, other, weight, *bounds, known=of > 0))
    empty = float(weight[of == 0].sum())
    caution = (
        f"{kind} without gold hold {empty:.1%} of the papers: what they hold is taken as anything"
        if empty
        else ""
    )
    square = one * (1 - value) ** 2 + other * value**2 - (one * (1 - value) - other * value) ** 2
    size = float((weight * (one + other)).sum())
    error = None if empty else float(np.sqrt((weight**2 * square / some).sum())) / size
    method = f"share of a domain, MOVER of a ratio over Clopper-Pearson intervals of {len(of)} {kind}"
    bare = float(weight[(found + rest == 0) & (of > 0)].sum())
    if bare:
        method += (
            f" ({bare:.0%} of the papers in strata where none was found to be of the domain, which widens it)"
        )
    return Estimate(value, low, high, level, total, method, error, caution)


def ratio_bounds(
    one: Array,
    other: Array,
    weight: Array,
    bounds_one: tuple[Array, Array],
    bounds_other: tuple[Array, Array],
    *,
    known: NDArray[np.bool_] | None = None,
) -> tuple[Array, Array, Array]:
    """Value and bounds of A / (A + B), with A = Σ w_h a_h and B = Σ w_h b_h over the last axis. ``weight`` sums to 1.

    A stratum that isn't ``known`` adds anything from 0 to w_h to either. A value is NaN where A + B is 0; its bounds are
    then 0 and 1.

    >>> half, zero, whole = np.array([0.5]), np.array([0.3]), np.array([0.8])
    >>> [round(float(x), 3) for x in ratio_bounds(half, half, np.ones(1), (zero, whole), (1 - whole, 1 - zero))]
    [0.5, 0.3, 0.8]
    """
    seen = np.ones(one.shape, dtype=bool) if known is None else known
    weight = np.broadcast_to(weight, one.shape)
    unseen, covered = np.where(seen, 0.0, weight).sum(axis=-1), np.where(seen, weight, 0.0)
    up = _upper_odds(one, other, covered, bounds_one[1], bounds_other[0], unseen)
    down = _upper_odds(other, one, covered, bounds_other[1], bounds_one[0], unseen)
    a, b = (covered * one).sum(axis=-1), (covered * other).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = a / (a + b)
    return value, 1 - down, up


def _upper_odds(one: Array, other: Array, weight: Array, high: Array, low: Array, unseen: Array) -> Array:
    """The upper bound of A / (A + B): where A - x B, at odds x, has 0 for the upper end of its MOVER interval."""
    a, b = (weight * one).sum(axis=-1) + unseen, (weight * other).sum(axis=-1)
    rise, fall = weight * (high - one), weight * (other - low)
    room = (1 - high) * (1 - low)
    tie = np.sqrt(np.where(room > 0, high * low / np.where(room > 0, room, 1.0), 0.0))
    both = a * b + (np.minimum(tie, 1.0) * rise * fall).sum(axis=-1)
    top, bottom = a * a - (rise**2).sum(axis=-1), b * b - (fall**2).sum(axis=-1)
    reach = both + np.sqrt(np.maximum(both**2 - top * bottom, 0.0))
    sure = bottom > 1e-15 * b * b  # below it, rounding: B may be 0, and the share 1
    return np.where(sure, reach / np.where(sure, reach + bottom, 1.0), 1.0)
