"""A mean from few gold codings and many codings by a machine: prediction-powered inference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from univocal.statistics.columns import numbers, same_sizes, strata_places
from univocal.statistics.labels import Places
from univocal.statistics.matrix import Array, ratio
from univocal.statistics.quantiles import normal_quantile
from univocal.statistics.result import Estimate, check_level, undefined

#: A normal interval of a corrected share needs as many gold papers of each kind: hits that the machine flags and
#: that it misses, other papers that it flags and that it leaves. Found by simulation: docs/explanation/prevalence.md.
FEWEST_OF_A_KIND = 30


@dataclass(frozen=True, slots=True)
class Moments:
    """What PPI needs to know of each stratum; arrays of shape (..., strata).

    ``gold`` and ``guess`` are means over the gold; ``spread_gold``, ``spread_both`` and ``spread_guess`` the variances
    (and covariance) of these means; ``rest`` the mean of the machine's codings elsewhere, ``spread_rest`` its
    variance; ``spread_tuning`` the variance of guess - rest by which λ is tuned; ``share`` the strata's shares of the
    papers, summing to 1.
    """

    gold: Array
    guess: Array
    spread_gold: Array
    spread_both: Array
    spread_guess: Array
    rest: Array
    spread_rest: Array
    spread_tuning: Array
    share: Array


def ppi_mean(
    gold: ArrayLike,
    machine_on_gold: ArrayLike,
    machine_on_rest: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    strata: tuple[ArrayLike, ArrayLike] | None = None,
    tuned: bool = True,
    level: float = 0.95,
) -> Estimate:
    """What is the mean of the gold coding over all papers, when a machine coded those without gold?

    λ · mean(machine on the rest) + mean(gold - λ · machine on the gold), with λ in [0, 1] chosen to make the variance
    least, so that a useless machine is not used. The interval is normal. It is too narrow for rare codes and for
    machines that err so seldom that the gold holds few errors; ``caution`` says so, and ``prevalence`` then takes
    another method.

    Args:
        gold: (n,) outcomes, 0 and 1 or any numbers.
        machine_on_gold: (n,) the machine's outcomes for the same papers; probabilities will do.
        machine_on_rest: (m,) its outcomes for papers without gold.
        weights: (n,) sampling weights of the gold, above 0. Means over the gold are then Hájek's.
        strata: the strata in which the gold was drawn, of the n papers and of the m; each needs two of the n. Strata
            count by their papers in both together, and share one λ.
        tuned: False takes λ = 1 (the first version of PPI).
        level: nominal coverage, in (0, 1).

    Angelopoulos, Duchi & Zrnic 2023, PPI++, arXiv 2311.01453, eqs. 3 and 7 with λ of example 6.1;
    Angelopoulos et al. 2023, doi:10.1126/science.adi6000, for λ = 1. Strata as in Fisch et al. 2024, arXiv
    2406.04291, with one λ.

    >>> gold = [1] * 30 + [0] * 170
    >>> machine = [1] * 24 + [0] * 6 + [1] * 9 + [0] * 161
    >>> result = ppi_mean(gold, machine, [1] * 700 + [0] * 4300)
    >>> round(result.value, 4), round(result.low, 4), round(result.high, 4)
    (0.1311, 0.0958, 0.1664)
    """
    check_level(level)
    outcome, guess = numbers("gold", gold), numbers("machine_on_gold", machine_on_gold)
    rest = numbers("machine_on_rest", machine_on_rest)
    weight = np.ones(len(outcome)) if weights is None else numbers("weights", weights, above=0)
    same_sizes(gold=outcome, machine_on_gold=guess, weights=weight)
    if len(outcome) == 0 or len(rest) == 0:
        where = "with gold" if len(outcome) == 0 else "without gold"
        return undefined(f"no paper {where}", level=level, n=len(outcome))
    names, places, elsewhere = strata_places(strata, len(outcome), len(rest))
    few = np.flatnonzero(np.bincount(places, minlength=len(names)) < 2)
    if len(few):
        where = "" if strata is None else f"stratum {names[few[0]]!r} has "
        return undefined(f"{where}fewer than two gold papers", level=level, n=len(outcome))
    moments = moments_of(outcome, guess, rest, weight, places, elsewhere, len(names))
    value, variance, power = ppi_estimate(moments, tuned=tuned)
    error = float(np.sqrt(variance))
    reach = normal_quantile((1 + level) / 2) * error
    method = f"PPI{'++' if tuned else ''}, λ = {float(power):.3g}, normal interval"
    if strata is not None:
        method += f", {len(names)} strata"
    caution = kinds_caution(outcome, guess, weight)
    return Estimate(
        float(value), float(value - reach), float(value + reach), level, len(outcome), method, error, caution
    )


def ppi_estimate(moments: Moments, *, tuned: bool = True) -> tuple[Array, Array, Array]:
    """Value, variance and λ, from moments (..., strata), for any number of samples at once."""
    square = moments.share**2
    power = np.ones(np.broadcast_shapes(moments.gold.shape, square.shape)[:-1])
    if tuned:
        together = (square * moments.spread_both).sum(axis=-1)
        power = np.nan_to_num(ratio(together, (square * moments.spread_tuning).sum(axis=-1)))
        power = np.clip(power, 0.0, 1.0)
    by = power[..., None]
    value = (moments.share * (moments.gold + by * (moments.rest - moments.guess))).sum(axis=-1)
    spread = (
        moments.spread_gold
        - 2 * by * moments.spread_both
        + by**2 * (moments.spread_guess + moments.spread_rest)
    )
    return value, np.maximum((square * spread).sum(axis=-1), 0.0), power


def moments_of(
    gold: Array, guess: Array, rest: Array, weight: Array, places: Places, elsewhere: Places, n_strata: int
) -> Moments:
    """The moments of one sample, in one pass over the papers."""

    def total(values: Array, at: Places = places) -> Array:
        return np.bincount(at, values, minlength=n_strata).astype(float)

    mass, n, n_rest = total(weight), total(np.ones(len(gold))), total(np.ones(len(rest)), elsewhere)
    mean_gold, mean_guess = total(weight * gold) / mass, total(weight * guess) / mass
    off_gold, off_guess = gold - mean_gold[places], guess - mean_guess[places]

    def spread(products: Array) -> Array:
        one: Array = total(weight**2 * products) / mass**2
        return one

    some = np.maximum(n_rest, 1)
    mean_rest = np.where(n_rest > 0, total(rest, elsewhere) / some, mean_guess)
    spread_rest = total((rest - mean_rest[elsewhere]) ** 2, elsewhere) / some**2
    # λ is tuned by the variance of the machine's codings over all papers, of gold and rest together.
    both = n + n_rest
    middle = (total(guess) + total(rest, elsewhere)) / both
    around = total((guess - middle[places]) ** 2) + total((rest - middle[elsewhere]) ** 2, elsewhere)
    tuning = (
        around / np.maximum(both - 1, 1) * (total(weight**2) / mass**2 + np.where(n_rest > 0, 1 / some, 0.0))
    )
    return Moments(
        mean_gold,
        mean_guess,
        spread(off_gold**2),
        spread(off_gold * off_guess),
        spread(off_guess**2),
        mean_rest,
        spread_rest,
        tuning,
        both / both.sum(),
    )


def kinds_caution(gold: Array, guess: Array, weight: Array) -> str:
    """Why a normal interval must not be trusted here, if so; empty for outcomes other than 0 and 1."""
    if not np.isin(gold, (0, 1)).all():
        return ""
    kind, fewest = min(zip(KINDS, effective_kinds(gold, guess, weight), strict=True), key=lambda one: one[1])
    if fewest >= FEWEST_OF_A_KIND:
        return ""
    return (
        f"the gold holds {fewest:.3g} {kind}: with fewer than {FEWEST_OF_A_KIND} of a kind, a normal interval can be "
        "far too narrow"
    )


#: The kinds of gold papers that a machine's coding makes.
KINDS = ("positives flagged", "positives missed", "false alarms", "negatives left alone")


def effective_kinds(gold: Array, guess: Array, weight: Array) -> tuple[float, ...]:
    """How many gold papers of each of the ``KINDS``, less what unequal weights take away (Kish's (Σw)² / Σw²)?

    >>> effective_kinds(np.array([1, 1, 0, 0, 0]), np.array([0.9, 0.2, 0, 0, 1]), np.ones(5))
    (1.0, 1.0, 1.0, 2.0)
    """
    flagged, hit = guess >= 0.5, gold >= 0.5
    found = []
    for kind in (hit & flagged, hit & ~flagged, ~hit & flagged, ~hit & ~flagged):
        one = weight[kind]
        found.append(float(one.sum() ** 2 / (one**2).sum()) if len(one) else 0.0)
    return tuple(found)
