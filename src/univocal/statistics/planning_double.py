"""How many units must be coded twice, for an interval of α that is narrow enough?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from univocal.errors import UnivocalError
from univocal.statistics.columns import numbers
from univocal.statistics.matrix import Array
from univocal.statistics.quantiles import normal_quantile
from univocal.statistics.result import check_level

#: With fewer units that hold the rarest code, or in all, the normal interval is known to be too narrow.
FEWEST_RARE, FEWEST_UNITS = 10, 50

#: So many ways to code a unit are worked through at most.
_MOST_WAYS = 2_000_000


@dataclass(frozen=True, slots=True)
class DoublePlan:
    """So many units that every coder codes, for an interval of nominal α of the wanted width.

    ``spread`` is the standard deviation of one unit's part in α, so that α's standard error is spread / √n_units.
    ``how`` states the model; ``caution`` says where so few units would not carry a normal interval.
    """

    n_units: int
    n_coders: int
    spread: float
    alpha: float
    width: float
    level: float
    how: str
    caution: str = ""


def plan_double(
    *, width: float, alpha: float, margins: ArrayLike, n_coders: int = 2, level: float = 0.95
) -> DoublePlan:
    """How many units must ``n_coders`` coders all code, for an interval of Krippendorff's nominal α of this width?

    The model: each unit has a true code, drawn from ``margins``; each coder, on their own, knows it with probability
    √α and otherwise draws a code from the margins. α is then as given. A unit's part in α = 1 - D_o / D_e is, by
    linearisation, -(d - D_o) / D_e - 2 (D_o / D_e²) Σ_k q_k (c_k - q_k), with d the share of its pairs of codings
    that disagree, c_k its share of codings of code k, and q the margins; its variance σ² is worked out over all ways
    in which a unit can be coded. The width 2 z σ / √n is solved for n.

    Real coders err on hard units together, which makes σ larger: take the plan for the least that is needed. A code
    may be a unit that carries a code or not, with margins (share, 1 - share).

    Args:
        width: the wanted width of the interval, from end to end, in (0, 2).
        alpha: a guess of α, in [0, 1).
        margins: (codes,) a guess of how often each code is given; above 0, summing to 1.
        n_coders: coders of each unit, 2 or more.
        level: nominal coverage, in (0, 1).

    Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, for α; the linearisation is the infinitesimal
    jackknife, Efron & Tibshirani 1993, doi:10.1201/9780429246593, ch. 21.

    >>> plan = plan_double(width=0.2, alpha=0.8, margins=[0.3, 0.7])
    >>> plan.n_units, round(plan.spread, 3)
    (167, 0.658)
    """
    check_level(level)
    shares = numbers("margins", margins, above=0)
    faults = []
    if not 0 < width < 2:
        faults.append(f"width must be in (0, 2), got {width:g}")
    if not 0 <= alpha < 1:
        faults.append(f"alpha must be in [0, 1), got {alpha:g}")
    if len(shares) < 2 or abs(shares.sum() - 1) > 1e-6:
        faults.append(
            f"margins: two or more shares that sum to 1 were expected, got a sum of {shares.sum():g}"
        )
    if n_coders < 2:
        faults.append(f"n_coders must be 2 or more, got {n_coders}")
    elif math.comb(n_coders + len(shares) - 1, n_coders) > _MOST_WAYS:
        faults.append(f"n_coders: {n_coders} coders and {len(shares)} codes can code a unit in too many ways")
    if faults:
        raise UnivocalError("\n".join(faults))
    spread = math.sqrt(_variance(alpha, shares / shares.sum(), n_coders))
    n = max(2, math.ceil((2 * normal_quantile((1 + level) / 2) * spread / width) ** 2))
    how = (
        "n = (2 z σ / width)², σ the standard deviation of a unit's part in α; model: each coder knows a unit's true "
        f"code with probability √α = {math.sqrt(alpha):.3g}, else draws one from the margins"
    )
    rarest = float(shares.min()) * n
    caution = ""
    if rarest < FEWEST_RARE or n < FEWEST_UNITS:
        caution = (
            f"{n} units would hold about {rarest:.1f} of the rarest code: below {FEWEST_UNITS} units, or "
            f"{FEWEST_RARE} of a code, intervals of α are too narrow, so code more"
        )
    return DoublePlan(n, n_coders, spread, alpha, width, level, how, caution)


def _variance(alpha: float, shares: Array, n_coders: int) -> float:
    """The variance of a unit's part in α under the model, over all ways to code a unit."""
    expected = float(1 - (shares**2).sum())
    observed = (1 - alpha) * expected
    known = math.sqrt(alpha)
    # row t: how likely a coder gives each code where t is true
    chances = known * np.eye(len(shares)) + (1 - known) * shares
    variance = 0.0
    for block in _blocks(len(shares), n_coders):
        ways = math.lgamma(n_coders + 1) - _log_factorials(block).sum(axis=1)
        with np.errstate(divide="ignore"):
            logs = np.maximum(np.log(chances), -1e9)
        odds = np.exp(ways[:, None] + block @ logs.T) @ shares
        given = block / n_coders
        apart = 1 - (block * (block - 1)).sum(axis=1) / (n_coders * (n_coders - 1))
        part = -(apart - observed) / expected - 2 * observed / expected**2 * ((given - shares) @ shares)
        variance += float(odds @ part**2)
    return variance


def _log_factorials(counts: Array) -> Array:
    table = np.array([math.lgamma(k + 1) for k in range(int(counts.max()) + 1)])
    result: Array = table[counts.astype(np.intp)]
    return result


def _blocks(n_codes: int, n_coders: int, size: int = 4096) -> Iterator[Array]:
    """How often each code is given to a unit, (ways, codes), a block of ways at a time."""
    held: list[Sequence[int]] = []
    for way in _ways(n_codes, n_coders):
        held.append(way)
        if len(held) == size:
            yield np.array(held, dtype=float)
            held = []
    if held:
        yield np.array(held, dtype=float)


def _ways(n_codes: int, n_coders: int) -> Iterator[tuple[int, ...]]:
    if n_codes == 1:
        yield (n_coders,)
        return
    for first in range(n_coders + 1):
        for rest in _ways(n_codes - 1, n_coders - first):
            yield (first, *rest)
