"""How much do two coders' sets of labels overlap? α of sets is in `univocal.statistics.alpha`."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace

import numpy as np

from univocal.statistics.bootstrap import cluster_bootstrap, sum_by_cluster
from univocal.statistics.distances import jaccard_distances
from univocal.statistics.labels import same_length
from univocal.statistics.matrix import ratio
from univocal.statistics.result import Estimate

Sets = Sequence[Collection[Hashable] | None]


def mean_jaccard(
    a: Sets,
    b: Sets,
    *,
    clusters: Sequence[Hashable] | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """What share of the labels that either coder gave did both give, on average over units?

    Two empty sets agree fully (1). Units where either is None are left out.

    >>> mean_jaccard([{"a"}, {"a", "b"}, set()], [{"a"}, {"a"}, set()]).value
    0.8333333333333334
    """
    same_length(a, b)
    distances = [
        jaccard_distances([one, other])[0, 1]
        for one, other in zip(a, b, strict=True)
        if one is not None and other is not None
    ]
    kept = [one is not None and other is not None for one, other in zip(a, b, strict=True)]
    names = None if clusters is None else [name for name, keep in zip(clusters, kept, strict=True) if keep]
    parts = np.array([[1 - distance, 1.0] for distance in distances]).reshape(-1, 2)
    result = cluster_bootstrap(
        sum_by_cluster(parts, names), lambda s: ratio(s[:, 0], s[:, 1]),
        n=len(parts), level=level, n_boot=n_boot, seed=seed, why_undefined="no units",
    )  # fmt: skip
    return result if result.value is None else replace(result, method=f"mean Jaccard; {result.method}")
