"""The cluster bootstrap: intervals for units that come in clusters, such as the mentions of a paper.

Clusters are resampled whole, because units of a cluster are not independent. Every statistic here is a function
of sums over clusters, so a resample is a row of counts times a matrix, and a thousand resamples are one product.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import UnivocalError
from univocal.statistics.matrix import Array
from univocal.statistics.result import FEWEST_CLUSTERS, Estimate, check_level, undefined

#: At most this many counts of a resample are held at once (8 bytes each).
_CELLS = 4_000_000


@lru_cache(maxsize=4)
def _counts(n_clusters: int, n_boot: int, seed: int) -> Array:
    """How often does each resample hold each cluster? Shape (n_boot, n_clusters)."""
    rng = np.random.default_rng(seed)
    draws = rng.integers(n_clusters, size=(n_boot, n_clusters))
    flat = draws + n_clusters * np.arange(n_boot)[:, None]
    counts = np.bincount(flat.ravel(), minlength=n_boot * n_clusters)
    return counts.reshape(n_boot, n_clusters).astype(np.float64)


def _resampled(parts: Array, n_boot: int, seed: int) -> Array:
    flat = parts.reshape(len(parts), -1)
    if len(parts) * n_boot <= _CELLS:
        sums = _counts(len(parts), n_boot, seed) @ flat
    else:
        rng = np.random.default_rng(seed)
        draw = (
            np.bincount(rng.integers(len(parts), size=len(parts)), minlength=len(parts))
            for _ in range(n_boot)
        )
        sums = np.stack([counts @ flat for counts in draw])
    return sums.reshape(n_boot, *parts.shape[1:])


def sum_by_cluster(parts: Array, clusters: Sequence[Hashable] | None) -> Array:
    """The parts of units (n, ...) summed within clusters (c, ...), clusters in the order of their names.

    >>> sum_by_cluster(np.array([1.0, 2.0, 4.0]), ["b", "a", "b"]).tolist()
    [2.0, 5.0]
    """
    if clusters is None:
        return parts
    names, places = np.unique(np.asarray(clusters), return_inverse=True)
    if len(places) != len(parts):
        raise UnivocalError(
            f"clusters: {len(places)} names for {len(parts)} units. Give one name for each unit."
        )
    sums: Array = np.zeros((len(names), *parts.shape[1:]))
    np.add.at(sums, places, parts)
    return sums


class Resamples:
    """Sums of additive parts over clusters, drawn again and again: one drawing serves any number of statistics.

    Args:
        parts: (c, ...) one additive part for each cluster: counts, sums, a confusion matrix.
        level: nominal coverage of intervals, in (0, 1).
        n_boot: the number of resamples; 0 for no intervals.
        seed: of the resampling. The same seed and number of clusters draw the same resamples, so that two
            statistics of the same clusters can be compared pair by pair.

    >>> drawn = Resamples([[1.0, 2.0], [3.0, 3.0]] * 20)
    >>> drawn.estimate(lambda s: s[:, 0] / s[:, 1], n=100).value
    0.8
    """

    def __init__(self, parts: ArrayLike, *, level: float = 0.95, n_boot: int = 1000, seed: int = 0) -> None:
        self.parts: Array = np.asarray(parts, dtype=np.float64)
        self.level, self.n_boot = check_level(level), n_boot
        self.total: Array = self.parts.sum(axis=0)[None]
        self.sums = _resampled(self.parts, n_boot, seed) if n_boot and len(self.parts) else self.total[:0]

    def estimate(
        self, statistic: Callable[[Array], Array], *, n: int | None = None, why_undefined: str = "0 / 0"
    ) -> Estimate:
        """The statistic of all clusters, with its percentile interval over the resamples.

        ``statistic`` takes sums of parts (b, ...) to values (b,), NaN where undefined. The result has no value
        where it is undefined for the whole, and says ``why_undefined``.
        """
        size = len(self.parts) if n is None else n
        if len(self.parts) == 0 or size == 0:
            return undefined("no units", level=self.level, n=size)
        value = float(statistic(self.total)[0])
        if np.isnan(value):
            return undefined(why_undefined, level=self.level, n=size)
        if self.n_boot == 0:
            return Estimate(value, None, None, self.level, size, "no interval was asked for")
        return _percentiles(value, statistic(self.sums), len(self.parts), self.level, size)


def cluster_bootstrap(
    parts: ArrayLike,
    statistic: Callable[[Array], Array],
    *,
    n: int | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
    why_undefined: str = "0 / 0",
) -> Estimate:
    """Between which bounds does a statistic lie, when whole clusters are drawn again?

    Args:
        parts: (c, ...) one additive part for each cluster: counts, sums, a confusion matrix.
        statistic: from sums of parts (b, ...) to values (b,), NaN where undefined.
        n: the number of units (the number of clusters if None).
        level: nominal coverage, in (0, 1).
        n_boot: the number of resamples; 0 for no interval.
        seed: of the resampling.
        why_undefined: what the result says where the statistic has no value.

    Returns:
        The statistic of all clusters with its percentile interval. ``caution`` says so where the interval can't be
        trusted: fewer than 20 clusters, or resamples that are all alike.

    Davison & Hinkley 1997, Bootstrap Methods and their Application, ch. 2 and 3.8, doi:10.1017/CBO9780511802843.

    >>> hits_and_units = [[1.0, 2.0], [3.0, 3.0]] * 20
    >>> cluster_bootstrap(hits_and_units, lambda s: s[:, 0] / s[:, 1], n=100).value
    0.8
    """
    drawn = Resamples(parts, level=level, n_boot=n_boot, seed=seed)
    return drawn.estimate(statistic, n=n, why_undefined=why_undefined)


def _percentiles(value: float, values: NDArray[np.float64], clusters: int, level: float, n: int) -> Estimate:
    defined = values[~np.isnan(values)]
    method = f"percentile cluster bootstrap, {len(values)} resamples of {clusters} clusters"
    if len(defined) == 0:
        return Estimate(value, None, None, level, n, f"{method}; undefined in every resample")
    if len(defined) < len(values):
        method += f"; undefined in {len(values) - len(defined)} resamples"
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    caution = ""
    if clusters < FEWEST_CLUSTERS:
        caution = f"don't trust this interval: fewer than {FEWEST_CLUSTERS} clusters"
    elif low == high:
        caution = "don't trust this interval: all resamples are alike"
    error = float(defined.std(ddof=1)) if len(defined) > 1 else None
    return Estimate(value, float(low), float(high), level, n, method, error, caution)
