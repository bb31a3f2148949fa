"""How many papers must people code, and which, before anyone starts?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from univocal.errors import UnivocalError
from univocal.statistics.columns import numbers, same_sizes
from univocal.statistics.exact import exact_bounds
from univocal.statistics.matrix import Array
from univocal.statistics.mover import mover_bounds
from univocal.statistics.prevalence_rule import takes_ppi
from univocal.statistics.quantiles import normal_quantile
from univocal.statistics.result import check_level

#: The parts of the gold that may come from papers which the machine flags.
PARTS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)

#: What is added to a stratum's standard deviation when papers are shared out.
SPARES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5)

#: More papers than this nobody codes; a plan that needs them is refused.
MOST = 1_000_000

#: Of more outcomes than this in a stratum, every k-th stands for its neighbours: widths are smooth in the hits.
_OUTCOMES = 128


@dataclass(frozen=True, slots=True)
class GoldPlan:
    """So many papers to code by hand, in two strata of the machine's label.

    ``n_flagged`` and ``n_unflagged`` are drawn at random from the papers that the machine flags and leaves;
    ``expected_width`` is what ``prevalence`` then gives on average, if the guesses are right. ``n_random`` would do the
    same, drawn from all papers at random, without a machine (None: more than a million). ``how`` says how these
    numbers were reached. Without a machine, ``n`` is ``n_random``, and what tells of strata and flags is None.
    """

    n: int
    n_flagged: int | None
    n_unflagged: int | None
    expected_width: float
    n_random: int | None
    width: float
    level: float
    flagged_share: float | None
    how: str


@dataclass(frozen=True, slots=True)
class StrataPlan:
    """So many papers to code by hand in each stratum of a design.

    ``n_of`` are drawn at random from each stratum, in its order; ``expected_width`` is what ``prevalence`` then gives on
    average, or a little more, if the guesses are right. ``n_random`` would do the same, drawn from all papers at random
    (None: more than a million). ``how`` says how these numbers were reached.
    """

    n: int
    n_of: tuple[int, ...]
    expected_width: float
    n_random: int | None
    width: float
    level: float
    share: float
    how: str


def plan_gold(
    *,
    width: float,
    prevalence: float,
    sensitivity: float | None = None,
    specificity: float | None = None,
    level: float = 0.95,
    n_papers: int | None = None,
) -> GoldPlan:
    """How many papers must be coded by hand, and how many of them from those that the machine flags?

    For every part of the gold that may come from flagged papers, the least number is sought for which the expected
    width of the interval that ``prevalence`` would give is at most ``width``; the least of these is the plan. The
    expectation is taken over the binomial numbers of hits in both strata (all of them, or 128 spread evenly over
    seven standard deviations either way). The width is an average: half of all samples give a wider interval. Plan for the shares and error rates at
    either end of what you think possible, not only for the likeliest.

    Args:
        width: the wanted width of the interval, from end to end, in (0, 1).
        prevalence: a guess of the share, in (0, 1).
        sensitivity: a guess of the share of positives that the machine flags, in (0, 1); None without a machine.
        specificity: a guess of the share of negatives that it leaves, in (0, 1); None without a machine.
        level: nominal coverage, in (0, 1).
        n_papers: the papers of the corpus, so that no more flagged ones are asked for than there are; 2 or more.

    Raises:
        UnivocalError: where a guess is out of range, or a million papers aren't enough.

    >>> plan = plan_gold(width=0.05, prevalence=0.02, sensitivity=0.8, specificity=0.97)
    >>> plan.n_flagged, plan.n_unflagged, plan.n_random
    (18, 101, 159)
    """
    check_level(level)
    faults = _outside(prevalence=prevalence, sensitivity=sensitivity, specificity=specificity, width=width)
    if (sensitivity is None) != (specificity is None):
        faults.append("sensitivity and specificity: both or neither were expected, got one of them")
    if n_papers is not None and n_papers < 2:
        faults.append(f"n_papers must be 2 or more, got {n_papers}")
    if faults:
        raise UnivocalError("\n".join(faults))
    by_normal = (2 * normal_quantile((1 + level) / 2) / width) ** 2 * prevalence * (1 - prevalence)
    alone = _least(lambda n: _expected_width_alone(n, prevalence, level), width, by_normal, MOST)
    if sensitivity is None or specificity is None:
        if alone is None:
            raise _too_narrow(width)
        how = f"least n drawn at random whose expected width is at most {width:g}, if prevalence is {prevalence:g}"
        reached = _expected_width_alone(alone, prevalence, level)
        return GoldPlan(alone, None, None, reached, alone, width, level, None, how)
    flagged = prevalence * sensitivity + (1 - prevalence) * (1 - specificity)
    hit, missed = prevalence * sensitivity / flagged, prevalence * (1 - sensitivity) / (1 - flagged)
    most = math.inf if n_papers is None else flagged * n_papers
    best: tuple[int, int, float] | None = None

    def split(n: int, part: float) -> tuple[int, int]:
        first = int(min(max(round(part * n), 1), n - 1, most))
        return first, n - first

    z = normal_quantile((1 + level) / 2)
    spreads = {
        part: flagged**2 * hit * (1 - hit) / part + (1 - flagged) ** 2 * missed * (1 - missed) / (1 - part)
        for part in PARTS
    }
    # The likeliest part first: those that can't beat it are then dropped after one look.
    for part in sorted(PARTS, key=lambda part: spreads[part]):

        def expected(n: int, part: float = part) -> float:
            return _expected_width(split(n, part), (hit, missed), flagged, level)

        # A part that doesn't beat the best at one paper less need not be searched.
        if best is not None and expected(best[0] - 1) > width:
            continue
        n = _least(expected, width, (2 * z / width) ** 2 * spreads[part], best[0] if best else MOST)
        if n is not None and (best is None or n < best[0]):
            best = (n, split(n, part)[0], expected(n))
    if best is None:
        raise _too_narrow(width)
    n, n_flagged, reached = best
    how = (
        f"least n over {len(PARTS)} allocations whose expected width, over the binomial hits in both strata, is at most "
        f"{width:g}, if prevalence is {prevalence:g}, sensitivity {sensitivity:g}, specificity {specificity:g}; "
        "for intervals of prevalence() with gold drawn in strata of the machine's label"
    )
    if alone is not None and alone <= n:
        how += f"; this machine is no help here: {alone} papers drawn at random do the same without it"
    return GoldPlan(n, n_flagged, n - n_flagged, reached, alone, width, level, flagged, how)


def plan_strata(*, width: float, sizes: ArrayLike, shares: ArrayLike, level: float = 0.95) -> StrataPlan:
    """How many papers must be coded by hand in each stratum of a design?

    Papers are shared out by W_h (√(p_h (1 - p_h)) + t), with W_h a stratum's part of the corpus, p_h the guess of its
    share, and t one of ``SPARES``: t = 0 is Neyman's allocation, which starves strata where the code is rare, and exact
    intervals of those are wide. For each t the least number is sought at which √E[D²] + √E[U²] is at most ``width``,
    with D and U the interval's reach down and up; the mean width is never more, by Jensen's inequality.

    Args:
        width: the wanted width of the interval, from end to end, in (0, 1).
        sizes: (strata,) papers in each, above 0.
        shares: (strata,) a guess of the code's share in each, in (0, 1).
        level: nominal coverage, in (0, 1).

    Raises:
        UnivocalError: where a guess is out of range, or a million papers, or all of some stratum's, aren't enough.

    Neyman 1934, doi:10.2307/2342192.

    >>> plan = plan_strata(width=0.04, sizes=[500, 9500], shares=[0.5, 0.01])
    >>> plan.n_of, plan.n_random
    ((40, 177), 367)
    """
    check_level(level)
    size, share = numbers("sizes", sizes, above=0), numbers("shares", shares)
    same_sizes(sizes=size, shares=share)
    faults = _outside(width=width) + _outside(
        **{f"shares[{at}]": one for at, one in enumerate(share.tolist())}
    )
    if not len(size):
        faults.append("sizes: one stratum at least was expected")
    if faults:
        raise UnivocalError("\n".join(faults))
    weight, deviation = size / size.sum(), np.sqrt(share * (1 - share))
    z = normal_quantile((1 + level) / 2)
    best: tuple[int, tuple[int, ...], float] | None = None
    for spare in SPARES:

        def of(n: int, spare: float = spare) -> tuple[int, ...]:
            return _shared_out(n, weight * (deviation + spare), size)

        def expected(n: int, of: Callable[[int], tuple[int, ...]] = of) -> float:
            return _expected_width_strata(of(n), share, weight, level)

        most = best[0] if best else min(MOST, int(size.sum()))
        found = _least(expected, width, (2 * z * float((weight * deviation).sum()) / width) ** 2, most)
        if found is not None and (best is None or sum(of(found)) < best[0]):
            best = sum(of(found)), of(found), expected(found)
    if best is None:
        raise _too_narrow(width, int(size.sum()))
    middle = float((weight * share).sum())
    by_normal = (2 * z / width) ** 2 * middle * (1 - middle)
    alone = _least(lambda n: _expected_width_alone(n, middle, level), width, by_normal, MOST)
    n, n_of, reached = best
    how = (
        f"least n over {len(SPARES)} allocations whose expected width is at most {width:g}, if the shares are as guessed "
        f"({middle:.3g} in all); for intervals of prevalence() with gold drawn in these strata"
    )
    return StrataPlan(n, n_of, reached, alone, width, level, middle, how)


def _outside(**guesses: float | None) -> list[str]:
    """A fault for each guess that isn't in (0, 1)."""
    return [
        f"{name} must be in (0, 1), got {one:g}"
        for name, one in guesses.items()
        if one is not None and not 0 < one < 1
    ]


def _too_narrow(width: float, most: int = MOST) -> UnivocalError:
    most = min(most, MOST)
    return UnivocalError(
        f"width: an interval as narrow as {width:g} needs more than {most:,} papers. Ask for a wider one."
    )


def _shared_out(n: int, parts: Array, size: Array) -> tuple[int, ...]:
    """About n papers in proportion to ``parts``, at least one in each stratum and no more than it holds."""
    return tuple(
        np.clip(np.round(n * parts / parts.sum()), 1, np.floor(np.maximum(size, 1))).astype(int).tolist()
    )


def _expected_width_strata(n: tuple[int, ...], shares: Array, weight: Array, level: float) -> float:
    down = up = 0.0
    for of, share, part in zip(n, shares.tolist(), weight.tolist(), strict=True):
        hits, odds = _outcomes(of, share)
        low, high = exact_bounds(hits, np.full(len(hits), of), level=level)
        down += part**2 * float(odds @ (hits / of - low) ** 2)
        up += part**2 * float(odds @ (high - hits / of) ** 2)
    return math.sqrt(down) + math.sqrt(up)


def _expected_width(n: tuple[int, int], shares: tuple[float, float], flagged: float, level: float) -> float:
    (hits1, odds1), (hits0, odds0) = (_outcomes(size, share) for size, share in zip(n, shares, strict=True))
    bounds = [exact_bounds(hits, np.full(len(hits), size), level=level)
              for hits, size in zip((hits1, hits0), n, strict=True)]  # fmt: skip
    shape = (len(hits1), len(hits0))

    def both(first: Array, second: Array) -> Array:
        return np.stack([np.broadcast_to(first[:, None], shape), np.broadcast_to(second, shape)], axis=-1)

    hits, weight, size = both(hits1, hits0), np.array([flagged, 1 - flagged]), np.array(n, float)
    low, high = (both(bounds[0][end], bounds[1][end]) for end in (0, 1))
    value, low, high = mover_bounds(hits, np.broadcast_to(size, hits.shape), weight, low, high)
    share = hits / size
    # In strata of a machine that says 0 or 1, PPI++ is the stratified mean with a normal interval.
    error = np.sqrt((weight**2 * share * (1 - share) / size).sum(axis=-1))
    taken = takes_ppi(value, np.concatenate([hits, size - hits], axis=-1))
    widths = np.where(taken, 2 * normal_quantile((1 + level) / 2) * error, high - low)
    return float(odds1 @ widths @ odds0)


def _expected_width_alone(n: int, share: float, level: float) -> float:
    hits, odds = _outcomes(n, share)
    low, high = exact_bounds(hits, np.full(len(hits), n), level=level)
    return float(odds @ (high - low))


def _outcomes(n: int, share: float) -> tuple[Array, Array]:
    """Hits among n, out to seven standard deviations and seven, and their probabilities, scaled to sum to 1."""
    middle, reach = n * share, 7 * math.sqrt(n * share * (1 - share)) + 7
    hits = np.arange(max(0, math.floor(middle - reach)), min(n, math.ceil(middle + reach)) + 1)
    hits = hits[:: math.ceil(len(hits) / _OUTCOMES)]
    ways = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in hits.tolist()]
    odds = np.exp(np.array(ways) + hits * math.log(share) + (n - hits) * math.log1p(-share))
    return hits.astype(float), odds / odds.sum()


def _least(expected: Callable[[int], float], width: float, guess: float, most: int) -> int | None:
    """The least n in 2..most with an expected width of at most ``width``; None if there is none.

    Widths fall with n but for ripples of the rounding of strata, so a bisection ends within a paper or two of it.
    ``guess`` is where the search starts.
    """
    high = min(max(round(guess), 2), most)
    low = high
    while high < most and expected(high) > width:
        low, high = high, min(high * 5 // 4 + 8, most)
    if low == high:
        if expected(high) > width:
            return None
        while low > 1 and expected(low) <= width:
            low, high = low * 4 // 5, low
    elif high == most and expected(high) > width:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if expected(middle) <= width else (middle, high)
    return high
