"""Agreement of answers that are sets of labels: mean Jaccard, and α with Jaccard distance.

The formulas are named in each result, since several go by similar names (two by the name of MASI alone).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace

import numpy as np

from univocal.statistics.agreement import jaccard_distances, krippendorff_alpha
from univocal.statistics.bootstrap import cluster_bootstrap, sum_by_cluster
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


def set_alpha(
    codings: Sequence[Sets],
    *,
    clusters: Sequence[Hashable] | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do coders whose answers are sets agree beyond chance (Krippendorff's α with Jaccard distance)?

    ``codings`` has one row for each coder; None is a missing coding, the empty set is an answer. The distance is
    1 - |A and B| / |A or B|, not squared, as Passonneau 2006 (LREC, aclanthology.org/L06-1392) takes it.

    >>> round(set_alpha([[{"a"}, {"a", "b"}, set()], [{"a"}, {"a"}, set()]]).value, 3)
    0.737
    """
    found = {frozenset(one) for row in codings for one in row if one is not None}
    known = sorted(found, key=lambda one: (len(one), sorted(map(str, one))))
    places = {one: place for place, one in enumerate(known)}
    rows = [[None if one is None else places[frozenset(one)] for one in row] for row in codings]
    result = krippendorff_alpha(
        rows, distance=jaccard_distances(known), labels=range(len(known)),
        clusters=clusters, level=level, n_boot=n_boot, seed=seed,
    )  # fmt: skip
    return (
        replace(result, method=f"alpha with Jaccard distance; {result.method}")
        if result.value is not None
        else result
    )
