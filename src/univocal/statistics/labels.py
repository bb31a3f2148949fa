"""From labels to places: what every coefficient does with its input first."""

from __future__ import annotations

from collections.abc import Hashable, Sequence, Sized
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.errors import UnivocalError
from univocal.statistics.matrix import Array

Places = NDArray[np.intp]


def missing(label: Any) -> bool:
    """Is there no coding here? None and NaN say so.

    >>> missing(None), missing(float("nan")), missing("x")
    (True, True, False)
    """
    return label is None or label != label  # noqa: PLR0124 - NaN is the only value that isn't itself


def label_set(*codings: Sequence[Hashable], labels: Sequence[Hashable] | None = None) -> list[Hashable]:
    """Which labels occur, in a fixed order (that of ``labels`` if given, which must hold them all)?

    >>> label_set(["b", "a"], ["a", None])
    ['a', 'b']
    """
    used = {label for coding in codings for label in coding if not missing(label)}
    if labels is None:
        return sorted(used, key=lambda label: (type(label).__name__, label))
    strange = sorted(str(label) for label in used.difference(labels))
    if strange:
        raise UnivocalError(f"labels: {', '.join(strange)} in the data, but not in the labels given")
    return list(labels)


def places(coding: Sequence[Hashable], labels: Sequence[Hashable]) -> Places:
    """At which place in ``labels`` is each label? -1 for a missing one.

    >>> places(["b", None, "a"], ["a", "b"]).tolist()
    [1, -1, 0]
    """
    at: dict[Hashable, int] = {label: place for place, label in enumerate(labels)}
    return np.array([-1 if missing(label) else at[label] for label in coding], dtype=np.intp)


def tables(
    truth: Places, guess: Places, shape: tuple[int, int], clusters: Sequence[Hashable] | None = None
) -> Array:
    """One table of counts for each cluster (each unit where ``clusters`` is None), shape (c, *shape).

    >>> tables(np.array([0, 1, 1]), np.array([0, 0, 1]), (2, 2), ["p", "p", "q"]).tolist()
    [[[1.0, 0.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]]
    """
    if clusters is None:
        which, n_clusters = np.arange(len(truth)), len(truth)
    else:
        same_length(truth, clusters)
        names, which = np.unique(np.asarray(clusters), return_inverse=True)
        n_clusters = len(names)
    cell = (which * shape[0] + truth) * shape[1] + guess
    counts = np.bincount(cell, minlength=n_clusters * shape[0] * shape[1])
    return counts.reshape(n_clusters, *shape).astype(np.float64)


def same_length(a: Sized, b: Sized) -> None:
    """Refuse two codings of different numbers of units."""
    if len(a) != len(b):
        raise UnivocalError(f"two codings of the same units were expected; got {len(a)} and {len(b)} units")
