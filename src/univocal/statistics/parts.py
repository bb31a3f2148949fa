"""Additive parts of a statistic: one row for each cluster, made block by block, so that memory stays flat.

Every coefficient of agreement is a function of sums over units. A kernel turns a block of units into rows of parts;
intervals then come from leaving rows out, drawing them again, or weighing them a little more.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.errors import UnivocalError
from univocal.statistics.codings import CELLS
from univocal.statistics.matrix import Array

Places = NDArray[np.signedinteger[Any]]

#: From a block of places (coders, b) to parts (b, width).
Kernel = Callable[[Places], Array]

#: Up to so many labels are counted by comparing, one label after the other.
_FEW_LABELS = 48


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows of parts, (b, width) at a time; ``blocks()`` makes them anew each time it is called."""

    blocks: Callable[[], Iterator[Array]]
    n_clusters: int

    def total(self) -> Array:
        """The sum over all rows, shape (1, width).

        >>> parts_of(np.array([[0, 1, 1]]), lambda block: label_counts(block, 2), 2).total().tolist()
        [[1.0, 2.0]]
        """
        sums = np.concatenate([block.sum(axis=0, keepdims=True) for block in self.blocks()])
        result: Array = sums.sum(axis=0, keepdims=True)
        return result

    def rows(self) -> Array:
        """All rows at once, shape (n_clusters, width)."""
        return np.concatenate(list(self.blocks()))


def parts_of(places: Places, kernel: Kernel, width: int, clusters: Sequence[Hashable] | None = None) -> Parts:
    """Parts of each unit, or summed over the units of each cluster, in the order of the clusters' names.

    Args:
        places: (coders, units).
        kernel: from (coders, b) places to (b, width) parts.
        width: the number of parts.
        clusters: a name for each unit; each unit is a cluster of its own where None.
    """
    step = max(1, CELLS // max(len(places), width))
    starts = range(0, places.shape[1], step)
    if clusters is None:
        return Parts(lambda: (kernel(places[:, start : start + step]) for start in starts), places.shape[1])
    names, which = np.unique(np.asarray(clusters), return_inverse=True)
    if len(which) != places.shape[1]:
        raise UnivocalError(
            f"clusters: {len(which)} names for {places.shape[1]} units. Give one name for each unit."
        )
    sums: Array = np.zeros((len(names), width))
    for start in starts:
        np.add.at(sums, which[start : start + step], kernel(places[:, start : start + step]))
    return Parts(lambda: iter([sums] if len(sums) else []), len(names))


def label_counts(places: Places, n_labels: int) -> Array:
    """How many coders gave each label to each unit? Shape (b, n_labels), stored column by column.

    >>> label_counts(np.array([[0, 1], [0, -1]]), 2).tolist()
    [[2.0, 0.0], [0.0, 1.0]]
    """
    units = places.shape[1]
    counts: Array
    if n_labels <= _FEW_LABELS and len(places) < 256:
        counts = np.empty((n_labels, units))
        for label in range(n_labels):
            counts[label] = how_many(places == label)
        return counts.T
    cell = (places + np.intp(1)) * units + np.arange(units)
    flat = np.bincount(cell.ravel(), minlength=units * (n_labels + 1))
    counts = flat.reshape(n_labels + 1, units)[1:].astype(np.float64)
    return counts.T


def beside(*parts: Array) -> Array:
    """Columns (b,) and tables (b, k) beside each other, stored column by column: sums and differences are then fast.

    >>> beside(np.array([1.0, 2.0]), np.array([[3.0, 4.0], [5.0, 6.0]])).tolist()
    [[1.0, 3.0, 4.0], [2.0, 5.0, 6.0]]
    """
    return np.vstack([part.T for part in parts]).T


def label_totals(places: Places, n_labels: int) -> Array:
    """How often does each label occur in all? Shape (n_labels + 1,), a 0 at the end.

    >>> label_totals(np.array([[0, 1], [0, -1]]), 2).tolist()
    [2.0, 1.0, 0.0]
    """
    if n_labels <= _FEW_LABELS:
        return np.array([*(np.count_nonzero(places == label) for label in range(n_labels)), 0], np.float64)
    flat = np.bincount(places.ravel() + np.intp(1), minlength=n_labels + 2)[1:]
    return flat.astype(np.float64)


def sizes(places: Places) -> NDArray[np.unsignedinteger[Any]]:
    """How many coders coded each unit? Shape (units,).

    >>> sizes(np.array([[0, 1], [0, -1]])).tolist()
    [2, 1]
    """
    step = max(1, CELLS // max(len(places), 1))
    starts = range(0, max(places.shape[1], 1), step)
    return np.concatenate([how_many(places[:, start : start + step] >= 0) for start in starts])


def how_many(flags: NDArray[np.bool_]) -> NDArray[np.unsignedinteger[Any]]:
    """In how many rows is the flag up? Shape (columns,), in the smallest type that holds it, which is much faster.

    >>> how_many(np.array([[True, False], [True, True]])).tolist()
    [2, 1]
    """
    kind = np.uint8 if len(flags) < 256 else np.uint32
    result: NDArray[np.unsignedinteger[Any]] = flags.view(np.uint8).sum(axis=0, dtype=kind)
    return result


def with_codings(
    places: Places, fewest: int, clusters: Sequence[Hashable] | None
) -> tuple[Places, Sequence[Hashable] | None]:
    """The units that at least ``fewest`` coders coded, and their clusters."""
    kept = sizes(places) >= fewest
    if kept.all():
        return places, clusters
    if clusters is not None and len(clusters) == len(kept):
        clusters = [name for name, keep in zip(clusters, kept.tolist(), strict=True) if keep]
    return places.take(np.flatnonzero(kept), axis=1), clusters
