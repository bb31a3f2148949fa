"""Stratified 2 × 2 tables: the common odds ratio, and exact tests of independence given the margins.

Tables have shape (strata, 2, 2); in each, row 1 and column 1 stand for "wrong".
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from univocal.statistics.matrix import Array
from univocal.statistics.quantiles import normal_quantile
from univocal.statistics.result import Estimate, check_level, undefined

#: Why an odds ratio has no value: NaN, and infinite.
ODDS_UNDEFINED = ("no variation in any stratum", "the odds ratio is infinite")

#: The exact distribution is computed where it has at most so many values.
_MOST_VALUES = 2000


def wrong_tables(
    stratum: NDArray[np.intp], a: NDArray[np.bool_], b: NDArray[np.bool_], n_strata: int
) -> Array:
    """How often is neither, one, the other or both true in each stratum? (strata, 2, 2)

    >>> wrong_tables(np.array([0, 0]), np.array([True, True]), np.array([True, False]), 1).tolist()
    [[[0.0, 0.0], [1.0, 1.0]]]
    """
    cell = stratum * 4 + a * 2 + b
    return np.bincount(cell, minlength=4 * n_strata).reshape(n_strata, 2, 2).astype(np.float64)


def expected_both(tables: Array) -> float:
    """How many units have both, if the two are independent in each stratum?

    >>> expected_both(np.array([[[4.0, 1.0], [1.0, 4.0]]]))
    2.5
    """
    total = tables.sum(axis=(1, 2))
    product = tables[:, 1].sum(axis=1) * tables[:, :, 1].sum(axis=1)
    return float((product[total > 0] / total[total > 0]).sum())


def common_odds_ratio(tables: Array) -> float:
    """Mantel and Haenszel's odds ratio: infinite or NaN where its denominator, or both its terms, are 0.

    >>> common_odds_ratio(np.array([[[20.0, 10.0], [5.0, 15.0]]]))
    6.0
    """
    tables = tables[tables.sum(axis=(1, 2)) > 0]
    total = tables.sum(axis=(1, 2))
    above = float((tables[:, 0, 0] * tables[:, 1, 1] / total).sum())
    below = float((tables[:, 0, 1] * tables[:, 1, 0] / total).sum())
    if below == 0:
        return math.inf if above > 0 else math.nan
    return above / below


def mantel_haenszel(tables: Array, *, level: float = 0.95) -> Estimate:
    """What is the odds ratio common to all strata, and between which bounds?

    The estimate is Mantel & Haenszel 1959, doi:10.1093/jnci/22.4.719; the variance of its logarithm Robins,
    Breslow & Greenland 1986, doi:10.2307/2531052. ``standard_error`` is that of the logarithm. There is no value
    where no stratum has both discordant cells or both concordant ones, and none if the ratio is infinite.

    >>> result = mantel_haenszel(np.array([[[20.0, 10.0], [5.0, 15.0]]]))
    >>> round(result.value, 3), round(result.low, 3), round(result.high, 3)
    (6.0, 1.693, 21.262)
    """
    check_level(level)
    n = round(float(tables.sum()))
    tables = tables[tables.sum(axis=(1, 2)) > 0]
    total = tables.sum(axis=(1, 2))
    right, both = tables[:, 0, 0], tables[:, 1, 1]
    apart = tables[:, 0, 1], tables[:, 1, 0]
    r, s = right * both / total, apart[0] * apart[1] / total
    p, q = (right + both) / total, (apart[0] + apart[1]) / total
    above, below = float(r.sum()), float(s.sum())
    value = common_odds_ratio(tables)
    if not math.isfinite(value):
        return undefined(ODDS_UNDEFINED[value == math.inf], level=level, n=n)
    method = "Mantel-Haenszel odds ratio, Robins-Breslow-Greenland interval"
    if value == 0:
        return Estimate(value, None, None, level, n, f"{method}; no interval at 0")
    variance = float(
        (p * r).sum() / (2 * above**2)
        + (p * s + q * r).sum() / (2 * above * below)
        + (q * s).sum() / (2 * below**2)
    )
    error = math.sqrt(variance)
    reach = normal_quantile((1 + level) / 2) * error
    caution = ""
    if min(float(both.sum()), float(apart[0].sum()), float(apart[1].sum())) < 5:
        caution = "don't trust this interval: fewer than 5 units in a kind of error; go by the exact p value"
    return Estimate(
        value, value * math.exp(-reach), value * math.exp(reach), level, n, method, error, caution
    )


def conditional_p_value(tables: Array) -> tuple[float, str]:
    """How probable is a count of "both" at most as probable as this, if the two are independent in each stratum?

    Given the margins, the count is a sum of hypergeometric variables. Its distribution is computed exactly where
    it has no more than 2000 values (as R's ``mantelhaen.test(exact = TRUE)`` does); where it has more, Mantel and
    Haenszel's χ² without continuity correction serves. Also says which it was.

    >>> p_value, how = conditional_p_value(np.array([[[3.0, 1.0], [1.0, 3.0]]]))  # the lady tasting tea
    >>> round(p_value, 4), how
    (0.4857, 'exact conditional test')
    """
    tables = tables[tables.sum(axis=(1, 2)) > 0]
    total = tables.sum(axis=(1, 2))
    rows, columns = tables[:, 1].sum(axis=1), tables[:, :, 1].sum(axis=1)
    least, most = np.maximum(0, rows + columns - total), np.minimum(rows, columns)
    free = most > least
    if not free.any():
        return 1.0, "exact conditional test"
    if (most - least).sum() > _MOST_VALUES:
        variance = rows * columns * (total - rows) * (total - columns)
        variance = variance[total > 1] / (total**2 * (total - 1))[total > 1]
        z = (tables[:, 1, 1].sum() - (rows * columns / total).sum()) / math.sqrt(float(variance.sum()))
        return two_sided(z), "Mantel-Haenszel chi-squared test"
    shares = np.ones(1)
    for n, row, column in zip(total[free], rows[free], columns[free], strict=True):
        shares = np.convolve(shares, _hypergeometric(int(n), int(row), int(column)))
    observed = shares[int((tables[free, 1, 1] - least[free]).sum())]
    p_value = float(shares[shares <= observed * (1 + 1e-7)].sum())
    return min(1.0, p_value), "exact conditional test"


def two_sided(z: float) -> float:
    """How probable is a standard normal value at least as far from 0?

    >>> round(two_sided(1.959964), 4)
    0.05
    """
    return 2 * NormalDist().cdf(-abs(z))


def _hypergeometric(n: int, row: int, column: int) -> Array:
    """The probability of each possible count in a cell whose margins are ``row`` and ``column`` of ``n``."""
    counts = np.arange(max(0, row + column - n), min(row, column) + 1)
    logs = np.array(
        [
            -math.lgamma(x + 1)
            - math.lgamma(row - x + 1)
            - math.lgamma(column - x + 1)
            - math.lgamma(n - row - column + x + 1)
            for x in counts.tolist()
        ]
    )
    shares: Array = np.exp(logs - logs.max())
    return shares / float(shares.sum())
