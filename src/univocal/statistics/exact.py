"""Exact binomial bounds for many counts at once: the vectorised sibling of ``binomial``."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from univocal.errors import UnivocalError
from univocal.statistics.binomial import log_beta
from univocal.statistics.matrix import Array
from univocal.statistics.quantiles import normal_quantile
from univocal.statistics.result import check_level

#: Steps of a quantile at most; Newton needs fewer than ten, bisection of tiny quantiles more.
_STEPS = 200
#: Quantiles below this times 1/b are those of the power a x^(a - 1), to all digits.
_TINY = 1e-20
#: Where a and b are both above this, an expansion about the normal distribution has all digits.
_HUGE = 1e6


def exact_bounds(hits: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> tuple[Array, Array]:
    """Between which exact bounds do shares lie, for arrays of ``hits`` among ``n`` units?

    Args:
        hits: counts in [0, n], any shape; they need not be whole (effective numbers of units aren't), and n of next
            to nothing tells nothing: its bounds are 0 and 1 up to rounding.
        n: numbers of units, of a shape that broadcasts. Where it is 0, nothing is known: the bounds are 0 and 1.
        level: nominal coverage, in (0, 1).

    Returns:
        Lower and upper bounds, of the broadcast shape.

    Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404; for hits that aren't whole, Korn & Graubard 1998.

    >>> low, high = exact_bounds([0, 4, 0], [30, 200, 0])
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([0.0, 0.005476, 0.0], [0.115703, 0.050414, 1.0])
    """
    tail = (1 - check_level(level)) / 2
    found, size = np.broadcast_arrays(np.asarray(hits, float), np.asarray(n, float))
    if (found < 0).any() or (found > size).any():
        raise UnivocalError("hits must be in 0..n")
    pairs, back = np.unique(np.stack([found.ravel(), size.ravel()]), axis=1, return_inverse=True)
    some, of = pairs
    low, high = np.zeros(len(some)), np.ones(len(some))
    low[some > 0] = beta_quantiles(tail, some[some > 0], (of - some + 1)[some > 0])
    less = some < of
    # By symmetry the upper bound is 1 less the lower bound of the misses: the small tail keeps its digits.
    high[less] = 1 - beta_quantiles(tail, (of - some)[less], some[less] + 1)
    back = back.reshape(found.shape)
    return low[back], high[back]


def beta_quantiles(share: float, a: ArrayLike, b: ArrayLike) -> Array:
    """Below which x does ``share`` of a Beta(a, b) distribution lie, for arrays of a and b above 0?

    Newton's steps inside a bracket that halves where a step would leave it. Of tiny a (an expected count need not
    be whole) the distribution is a power near 0, and its quantile may be smaller than any number: then it is 0.
    Of huge a and b it is nearly normal. Meant for shares up to 1/2: quantiles next to 1 keep fewer digits.

    >>> beta_quantiles(0.025, [1, 4, 1e-9, 4e8], [30, 197, 1, 6e8]).round(6).tolist()
    [0.000844, 0.005476, 0.0, 0.39997]
    """
    a, b = np.broadcast_arrays(np.asarray(a, float), np.asarray(b, float))
    shape, a, b = a.shape, a.ravel(), b.ravel()
    norm = np.fromiter(map(log_beta, a.tolist(), b.tolist()), np.float64, len(a))
    with np.errstate(over="ignore", under="ignore"):
        # I_x(a, b) = x^a / (a B(a, b)) where (a + b) x is nothing beside 1
        power = np.exp(np.minimum((math.log(share) + np.log(a) + norm) / a, 0))
    huge = np.minimum(a, b) > _HUGE
    x = np.where(huge, _nearly_normal(share, a, b), power)
    left = np.flatnonzero(~huge & (power * (a + b) > _TINY))
    low, high = np.zeros(len(a)), np.ones(len(a))
    x[left] = np.where(
        a[left] < 1, np.clip(power[left], None, 0.5), _first_guess(share, np.maximum(a, 1), b)[left]
    )
    for _ in range(_STEPS):
        if not len(left):
            break
        at, p, q = x[left], a[left], b[left]
        below = incomplete_beta(at, p, q, norm[left]) - share
        low[left] = np.where(below < 0, at, low[left])
        high[left] = np.where(below < 0, high[left], at)
        slope = np.exp((p - 1) * np.log(at) + (q - 1) * np.log1p(-at) - norm[left])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = at - below / slope
        inside = (step >= low[left]) & (step <= high[left]) & (step > 0) & (step < 1)
        x[left] = np.where(inside, step, (low[left] + high[left]) / 2)
        # Steps shrink quadratically: after one of 1e-10 the next would be lost in rounding.
        left = left[np.abs(x[left] - at) > 1e-10 * np.minimum(at, 1 - at)]
    return x.reshape(shape)


def _nearly_normal(share: float, a: Array, b: Array) -> Array:
    """The quantile by Cornish and Fisher's expansion (1938, doi:10.2307/1400905) up to skewness² and kurtosis."""
    a, b = np.maximum(a, 1.0), np.maximum(b, 1.0)
    n, standard = a + b, normal_quantile(share)
    deviation = np.sqrt(a / n * (b / n) / (n + 1))
    skewness = 2 * (b - a) / (n + 2) * np.sqrt((n + 1) / a / b)
    kurtosis = 6 * ((a - b) * ((a - b) / n) * ((n + 1) / (n + 2)) - a * (b / n)) / (a * (b / n) * (n + 3))
    z = (
        standard
        + skewness * (standard**2 - 1) / 6
        + kurtosis * (standard**3 - 3 * standard) / 24
        - skewness**2 * (2 * standard**3 - 5 * standard) / 36
    )
    result: Array = a / n + deviation * z
    return result


def _first_guess(share: float, a: Array, b: Array) -> Array:
    """Wilson's bound of a share of which (a - 1/2) of (a + b - 1) units are seen: near enough for Newton."""
    z = normal_quantile(share)
    n = a + b - 1
    p = (a - 0.5) / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * np.sqrt(np.maximum(p * (1 - p), 0) / n + z * z / (4 * n * n))
    guess: Array = np.clip(centre + reach, 1e-12, 1 - 1e-12)
    return guess


def incomplete_beta(x: Array, a: Array, b: Array, log_beta: Array) -> Array:
    """What is I_x(a, b) at points x in (0, 1), given the logarithms of B(a, b)?

    The continued fraction of DLMF 8.17.22 (https://dlmf.nist.gov/8.17.E22) by Lentz's recurrence.

    >>> half, log_beta = np.array([0.5]), np.array([-math.log(12)])
    >>> incomplete_beta(half, np.array([2.0]), np.array([3.0]), log_beta).round(6).tolist()
    [0.6875]
    """
    swap = x > (a + 1) / (a + b + 2)
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    front = (
        np.exp(a * np.log(np.where(swap, 1 - x, x)) + b * np.log1p(np.where(swap, x - 1, -x)) - log_beta) / a
    )
    value = front * _fractions(np.where(swap, 1 - x, x), a, b)
    result: Array = np.where(swap, 1 - value, value)
    return result


def _fractions(x: Array, a: Array, b: Array) -> Array:
    c, d = np.ones(len(x)), 1 / (1 - (a + b) * x / (a + 1))
    value = d.copy()
    out = np.empty(len(x))
    left = np.arange(len(x))
    # Converges in O(sqrt(max(a, b))) steps below the mean, where the caller keeps x.
    for m in range(1, 100_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = np.ones(len(x))
        for term in (even, odd):
            d, c = 1 / (1 + term * d), 1 + term / c
            step = step * d * c
        value = value * step
        done = np.abs(step - 1) < 1e-15
        if done.any():
            out[left[done]] = value[done]
            left = left[~done]
            x, a, b, c, d, value = (one[~done] for one in (x, a, b, c, d, value))
        if not len(left):
            return out
    raise UnivocalError("I_x(a, b) doesn't converge: counts beyond 1e9 were given")
