"""How far do coders agree beyond chance? Cohen's κ and Krippendorff's α.

Where nobody varies (one label throughout) both coefficients are 0 / 0. The answer is then a result without a
value whose method is ``undefined: no variation, observed agreement 1.0``.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from univocal.errors import UnivocalError
from univocal.statistics import matrix
from univocal.statistics.bootstrap import cluster_bootstrap, sum_by_cluster
from univocal.statistics.labels import Places, label_set, missing, places, same_length, tables
from univocal.statistics.matrix import Array
from univocal.statistics.result import Estimate, check_level, undefined

NO_VARIATION = "no variation, observed agreement 1.0"


def cohen_kappa(
    a: Sequence[Hashable],
    b: Sequence[Hashable],
    *,
    clusters: Sequence[Hashable] | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do two coders agree beyond what their two margins would give by chance (Cohen's κ)?

    Args:
        a: n labels of one coder; None where it gave none.
        b: n labels of the other. Units that either left out are left out.
        clusters: n names of the clusters that the units come in (papers); each unit is its own where None.
        level: nominal coverage of the interval, in (0, 1).
        n_boot: resamples of the cluster bootstrap; 0 for no interval.
        seed: of the resampling.

    Cohen 1960, doi:10.1177/001316446002000104.

    >>> round(cohen_kappa(list("aaaaabbbbb"), list("aaaabbbbba")).value, 3)
    0.6
    """
    same_length(a, b)
    both = [i for i in range(len(a)) if not missing(a[i]) and not missing(b[i])]
    first, second = [a[i] for i in both], [b[i] for i in both]
    known = label_set(first, second)
    names = None if clusters is None else [clusters[i] for i in both]
    parts = tables(places(first, known), places(second, known), (len(known), len(known)), names)
    return cluster_bootstrap(
        parts, matrix.kappa_of, n=len(both), level=level, n_boot=n_boot, seed=seed, why_undefined=NO_VARIATION
    )


def krippendorff_alpha(
    codings: Sequence[Sequence[Hashable]],
    *,
    distance: ArrayLike | None = None,
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do any number of coders agree beyond chance (Krippendorff's α, nominal unless distances are given)?

    Args:
        codings: one row for each coder, one column for each unit; None or NaN is a missing coding.
        distance: (K, K) squared distances between the labels, in the order of ``labels``; nominal where None.
        labels: the labels in order; all that occur, sorted, where None.
        clusters: a name for each unit; each unit is its own cluster where None.
        level: nominal coverage of the interval, in (0, 1).
        n_boot: resamples of the cluster bootstrap; 0 for no interval.
        seed: of the resampling.

    Returns:
        α with ``n`` the number of units that two coders or more coded (only they count).

    Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, https://repository.upenn.edu/asc_papers/43.

    >>> round(krippendorff_alpha(["1100000000", "0110010100"]).value, 3)
    0.095
    """
    if len({len(row) for row in codings}) > 1:
        raise UnivocalError("codings: one row for each coder was expected, all of one length")
    check_level(level)
    known = label_set(*codings, labels=labels)
    if not known:
        return undefined("no units", level=level, n=0)
    apart = None if distance is None else _distances(distance, len(known))
    parts = unit_coincidences(np.stack([places(row, known) for row in codings]), len(known))
    paired = (parts.sum(axis=(1, 2)) > 0).tolist()
    if not any(paired):
        return undefined("no unit has two codings", level=level, n=0)
    names = None if clusters is None else [name for name, kept in zip(clusters, paired, strict=True) if kept]
    return cluster_bootstrap(
        sum_by_cluster(parts[paired], names),
        lambda sums: matrix.alpha_of(sums, apart),
        n=sum(paired), level=level, n_boot=n_boot, seed=seed, why_undefined=NO_VARIATION,
    )  # fmt: skip


def unit_coincidences(codings: Places, n_labels: int) -> Array:
    """Each unit's share of the coincidence matrix, from (coders, units) places with -1 for missing. (n, K, K).

    A unit with m codings counts each ordered pair of them 1 / (m - 1); with fewer than two it counts nothing.

    >>> unit_coincidences(np.array([[0], [1], [-1]]), 2).tolist()
    [[[0.0, 1.0], [1.0, 0.0]]]
    """
    units = codings.shape[1]
    cell = np.arange(units) * (n_labels + 1) + np.where(codings < 0, n_labels, codings)
    counts = np.bincount(cell.ravel(), minlength=units * (n_labels + 1)).reshape(units, n_labels + 1)
    counts = counts[:, :n_labels].astype(np.float64)
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs[:, np.arange(n_labels), np.arange(n_labels)] -= counts
    weight = 1 / np.maximum(counts.sum(axis=1) - 1, 1)
    result: Array = pairs * weight[:, None, None]
    return result


def jaccard_distances(sets: Sequence[Collection[Hashable]]) -> Array:
    """How far are sets apart, 1 - |A and B| / |A or B|? Two empty sets are equal: distance 0.

    Jaccard 1912, doi:10.1111/j.1469-8137.1912.tb05611.x.

    >>> jaccard_distances([{"a"}, {"a", "b"}, set()]).tolist()
    [[0.0, 0.5, 1.0], [0.5, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    frozen = [frozenset(one) for one in sets]
    rows = [[1 - len(a & b) / len(a | b) if a | b else 0.0 for b in frozen] for a in frozen]
    result: Array = np.array(rows, dtype=np.float64).reshape(len(frozen), len(frozen))
    return result


def _distances(distance: ArrayLike, n_labels: int) -> Array:
    apart: Array = np.asarray(distance, dtype=np.float64)
    if apart.shape != (n_labels, n_labels):
        raise UnivocalError(
            f"distance: shape {(n_labels, n_labels)} was expected for {n_labels} labels, got {apart.shape}"
        )
    return apart
