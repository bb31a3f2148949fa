"""Quantiles that intervals are made of."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from univocal.errors import UnivocalError
from univocal.statistics.binomial import beta_quantile
from univocal.statistics.result import Estimate, check_level


def normal_quantile(share: float) -> float:
    """Below which value does ``share`` (in (0, 1)) of a standard normal distribution lie?

    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    return NormalDist().inv_cdf(share)


@lru_cache(maxsize=1024)
def t_quantile(share: float, degrees: float) -> float:
    """Below which value does ``share`` (in (0, 1)) of Student's t distribution with ``degrees`` > 0 lie?

    By the beta distribution: degrees / (degrees + t²) has a Beta(degrees / 2, 1 / 2) distribution.

    >>> round(t_quantile(0.975, 14), 4)
    2.1448
    """
    if not 0 < share < 1 or degrees <= 0:
        raise UnivocalError(f"share must be in (0, 1) and degrees above 0, got {share:g} and {degrees:g}")
    if share == 0.5:
        return 0.0
    if degrees > 1e5:  # the next term of this expansion in 1 / degrees is below 1e-9
        z = normal_quantile(share)
        return z + (z**3 + z) / (4 * degrees)
    # 1 - x keeps its digits where x is nearly 1 (many degrees), so the quantile is taken at that end.
    rest = beta_quantile(1 - 2 * min(share, 1 - share), 0.5, degrees / 2)
    t = math.sqrt(degrees * rest / (1 - rest))
    return t if share > 0.5 else -t


def t_interval(
    value: float,
    standard_error: float,
    degrees: float,
    level: float,
    *,
    n: int,
    method: str,
    caution: str = "",
) -> Estimate:
    """An estimate with the interval value ± t × standard error.

    >>> result = t_interval(0.5, 0.1, 14, 0.95, n=15, method="mean")
    >>> round(result.low, 3), round(result.high, 3)
    (0.286, 0.714)
    """
    reach = t_quantile((1 + check_level(level)) / 2, degrees) * standard_error
    return Estimate(value, value - reach, value + reach, level, n, method, standard_error, caution)
