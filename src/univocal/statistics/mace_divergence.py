"""Functions of the gamma family that variational Bayes needs."""

from __future__ import annotations

import math

import numpy as np

from univocal.statistics.matrix import Array


def digamma(x: Array) -> Array:
    """The derivative of log Γ(x) for x > 0, by its recurrence (DLMF 5.5.2) and asymptotic series (DLMF 5.11.2).

    >>> digamma(np.array([1.0, 0.5])).round(8).tolist()
    [-0.57721566, -1.96351003]
    """
    x = np.array(x, dtype=np.float64)
    below = np.zeros_like(x)
    for _ in range(8):
        small = x < 8
        below[small] -= 1 / x[small]
        x[small] += 1
    square = 1 / (x * x)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    result: Array = below + np.log(x) - 0.5 / x - series
    return result


def dirichlet_divergence(posterior: Array, prior: Array, expected_log: Array) -> float:
    """The Kullback-Leibler divergence of Dirichlet distributions (one a row) from others, in sum.

    ``expected_log`` holds the expected logarithms of the shares under ``posterior``.

    >>> one = np.array([[2.0, 3.0]])
    >>> dirichlet_divergence(one, one, digamma(one) - digamma(one.sum(axis=1, keepdims=True)))
    0.0
    """
    normalisers = _log_gamma(posterior.sum(axis=1)) - _log_gamma(prior.sum(axis=1))
    terms = _log_gamma(prior) - _log_gamma(posterior) + (posterior - prior) * expected_log
    return float(normalisers.sum() + terms.sum())


def _log_gamma(x: Array) -> Array:
    result: Array = np.fromiter(map(math.lgamma, x.ravel().tolist()), np.float64, x.size).reshape(x.shape)
    return result
