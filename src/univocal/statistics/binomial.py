"""Exact intervals for a share of independent units."""

from __future__ import annotations

import math
from collections.abc import Callable

from univocal.errors import UnivocalError
from univocal.statistics.result import Estimate, check_level, undefined


def clopper_pearson(hits: int, n: int, *, level: float = 0.95) -> Estimate:
    """What share has the property, given ``hits`` among ``n`` independent units, and between which exact bounds?

    The interval covers the true share at least as often as ``level`` says, for every n.

    Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404.

    >>> result = clopper_pearson(4, 200)
    >>> round(result.low, 6), round(result.high, 6)
    (0.005476, 0.050414)
    """
    check_level(level)
    if not 0 <= hits <= n:
        raise UnivocalError(f"hits must be in 0..n, got {hits} of {n}")
    if n == 0:
        return undefined("no units", level=level, n=0)
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else beta_quantile(tail, hits, n - hits + 1)
    high = 1.0 if hits == n else beta_quantile(1 - tail, hits + 1, n - hits)
    return Estimate(hits / n, low, high, level, n, "Clopper-Pearson (exact binomial)")


def beta_quantile(share: float, a: float, b: float) -> float:
    """Below which x in [0, 1] does ``share`` of a Beta(a, b) distribution lie?

    >>> round(beta_quantile(0.975, 1, 30), 6)
    0.115703
    """
    return _bisect(lambda x: regularized_incomplete_beta(x, a, b) < share)


def _bisect(below: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if below(middle):
            low = middle
        else:
            high = middle


def regularized_incomplete_beta(x: float, a: float, b: float) -> float:
    """What is I_x(a, b), the share of a Beta(a, b) distribution below x?

    By the continued fraction of DLMF 8.17.22 (https://dlmf.nist.gov/8.17.E22), evaluated as Lentz does.

    >>> round(regularized_incomplete_beta(0.5, 2, 3), 6)
    0.6875
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - regularized_incomplete_beta(1 - x, b, a)
    logarithm = a * math.log(x) + b * math.log1p(-x) - log_beta(a, b)
    return math.exp(logarithm) * _fraction(x, a, b) / a


def log_beta(a: float, b: float) -> float:
    """What is the logarithm of the beta function B(a, b), for a and b above 0?

    Where one of them is large, log Γ(a + b) and log Γ(b) agree in all the digits that count; their difference is
    then taken from Stirling's series (DLMF 5.11.1, https://dlmf.nist.gov/5.11.E1).

    >>> round(log_beta(2, 3), 6), round(log_beta(3, 1e12), 6)
    (-2.484907, -82.199916)
    """
    a, b = min(a, b), max(a, b)
    if b < 100:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    shift = a * math.log(a + b) + (b - 0.5) * math.log1p(a / b) - a
    return math.lgamma(a) - shift + _beyond_stirling(b) - _beyond_stirling(a + b)


def _beyond_stirling(x: float) -> float:
    return (1 / 12 - (1 / 360 - 1 / (1260 * x * x)) / (x * x)) / x


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    value = d
    # Converges in O(sqrt(max(a, b))) steps; the bound is far beyond that for any count that fits memory.
    for m in range(1, 100_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d, c = 1 + term * d, 1 + term / c
            d = 1 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            step = d * c
            value *= step
        if abs(step - 1) < 1e-15:
            return value
    raise UnivocalError(f"I_x(a, b) doesn't converge for x={x:g}, a={a:g}, b={b:g}")
