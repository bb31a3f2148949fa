"""From what coders answered to compact integer places: the first step of every coefficient and every aggregate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.errors import UnivocalError
from univocal.statistics.labels import label_set, missing

#: About this many cells are worked on at once, so that they stay in the processor's cache.
CELLS = 1 << 18

#: Whole numbers that span fewer values than this are placed by a table; others are sorted.
_TABLE = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Codings as places in a list of labels.

    ``places`` has shape (coders, units), -1 for a missing coding, in the smallest signed type that holds them.
    """

    places: NDArray[np.signedinteger[Any]]
    labels: tuple[Hashable, ...]

    def __len__(self) -> int:
        """How many rows are there?"""
        return self.n_coders

    @property
    def n_coders(self) -> int:
        """How many rows are there?"""
        return int(self.places.shape[0])

    @property
    def n_units(self) -> int:
        """How many columns are there?"""
        return int(self.places.shape[1])


#: Coders × units: labels, with None or NaN where a coder gave none. An array, rows of anything hashable, or `Coded`.
Codings = NDArray[Any] | Sequence[Sequence[Any]] | Coded


def encode(codings: Codings, labels: Sequence[Hashable] | None = None) -> Coded:
    """Which labels occur, and where? Labels are sorted, or in the order of ``labels``, which must hold them all.

    >>> coded = encode([["b", "a", None], ["b", "b", "a"]])
    >>> coded.labels, coded.places.tolist()
    (('a', 'b'), [[1, 0, -1], [1, 1, 0]])
    """
    if isinstance(codings, Coded):
        return _relabelled(codings, labels)
    if hasattr(codings, "__array__"):
        array = np.asarray(codings)
        if array.ndim != 2:
            raise UnivocalError(
                f"codings: an array of coders × units was expected, got {array.ndim} dimensions"
            )
        if array.dtype.kind in "biuf" and array.size:
            return _relabelled(_numbers(array), labels)
        codings = array.tolist()
    rows: Sequence[Sequence[Any]] = codings  # type: ignore[assignment] # arrays have become lists
    ids, found = _numbered([list(row) for row in rows])
    known = label_set([label for label in found if not missing(label)], labels=labels)
    return _placed(ids, found, known)


def encode_sets(codings: Coded | Iterable[Sequence[Collection[Hashable] | None]]) -> Coded:
    """The same for answers that are sets of labels: each distinct set is a label. None is missing, {} an answer.

    >>> encode_sets([[{"a"}, set(), None], [{"b", "a"}, None, {"a"}]]).places.tolist()
    [[1, 0, -1], [2, -1, 1]]
    """
    if isinstance(codings, Coded):
        return codings
    rows = list(codings)
    try:
        ids, found = _numbered(rows)
    except TypeError:  # sets that can still be changed are no keys
        found = [()]
    # Only the few answers that differ are looked at: a look at every cell takes as long as half of the look-ups.
    if not set(map(type, found)) <= {frozenset, type(None)}:
        ids, found = _numbered([[None if one is None else _frozen(one) for one in row] for row in rows])
    known = sorted(
        (one for one in found if one is not None), key=lambda one: (len(one), sorted(map(str, one)))
    )
    return _placed(ids, found, known)


def _frozen(answer: object) -> frozenset[Hashable]:
    if isinstance(answer, str) or not isinstance(answer, Collection):
        raise UnivocalError(f"codings: a set of labels or None was expected for each unit, got {answer!r}")
    return frozenset(answer)


def _numbered(rows: Sequence[Sequence[Any]]) -> tuple[list[NDArray[np.int32]], list[Any]]:
    """Each answer as the number of its first occurrence, and the answers in that order: one look-up a cell."""
    sizes = {len(row) for row in rows}
    if len(sizes) > 1:
        raise UnivocalError(
            "codings: one row for each coder was expected, all of one length; "
            f"got rows of {', '.join(map(str, sorted(sizes)))} units"
        )
    counter = count()
    at: defaultdict[Any, int] = defaultdict(counter.__next__)
    ids = [np.fromiter(map(at.__getitem__, row), dtype=np.int32, count=len(row)) for row in rows]
    return ids, list(at)


def _placed(ids: Sequence[NDArray[np.int32]], found: Sequence[Any], known: Sequence[Hashable]) -> Coded:
    at = {label: place for place, label in enumerate(known)}
    # None and NaN are no keys of the dictionary, so they come back as -1.
    table = np.array([at.get(label, -1) for label in found], dtype=smallest_type(len(known)))
    units = len(ids[0]) if ids else 0
    places = np.stack([table[row] for row in ids]) if units else np.empty((len(ids), 0), np.int8)
    return Coded(places, tuple(known))


def smallest_type(n_labels: int) -> type[np.signedinteger[Any]]:
    """In which signed type do places of so many labels take the least room?

    >>> smallest_type(127).__name__, smallest_type(1000).__name__
    ('int8', 'int16')
    """
    return np.int8 if n_labels <= 127 else np.int16 if n_labels <= 32_767 else np.int32


def _numbers(array: NDArray[Any]) -> Coded:
    """Places of an array of numbers, block by block, so that no copy of the whole is made."""
    low, high = _range(array)
    if low is None or high is None:  # all missing
        return Coded(np.full(array.shape, -1, dtype=np.int8), ())
    if array.dtype.kind == "f" and not (np.isfinite(low) and np.isfinite(high)):
        raise UnivocalError("codings: an infinite number isn't a code. Use NaN where a coder gave none.")
    whole = float(low).is_integer() and float(high) - float(low) < _TABLE
    coded = _whole_numbers(array, int(low), int(high)) if whole else None
    return _any_numbers(array) if coded is None else coded


def _range(array: NDArray[Any]) -> tuple[Any, Any]:
    if array.dtype.kind != "f":
        return array.min(), array.max()
    low, high = np.fmin.reduce(array, axis=None), np.fmax.reduce(array, axis=None)
    return (None, None) if np.isnan(low) else (low, high)


def _whole_numbers(array: NDArray[Any], low: int, high: int) -> Coded | None:
    """Places by a table of the values in [low, high]; None if some value isn't whole."""
    kind = smallest_type(high - low + 1)
    result = np.empty(array.shape, dtype=kind)
    seen = np.zeros(high - low + 1, dtype=bool)
    floats = array.dtype.kind == "f"
    step = CELLS // 16
    room = np.empty(min(step, array.shape[1]), array.dtype)
    for row, out in zip(array, result, strict=True):
        for start in range(0, len(row), step):
            block, places = row[start : start + step], out[start : start + step]
            if floats:
                above = np.subtract(block, low, out=room[: len(block)])
                np.fmax(above, -1, out=above)  # of a number and NaN it takes the number
                places[:] = above
                if not (places == above).all():
                    return None
            else:
                places[:] = block.astype(np.int64) - low
            if not seen.all():
                # one label more than the table has stands for "missing", and is cut off again
                seen |= np.bincount(places + np.intp(1), minlength=len(seen) + 1)[1:] > 0
    values = np.flatnonzero(seen)
    if len(values) < len(seen):
        table = np.full(len(seen) + 1, -1, dtype=smallest_type(len(values)))
        table[values] = np.arange(len(values))
        result = table[result]
    return Coded(result, tuple((values + low).astype(array.dtype).tolist()))


def _any_numbers(array: NDArray[Any]) -> Coded:
    values = np.unique(np.concatenate([np.unique(row) for row in array]))
    values = values[values == values]  # noqa: PLR0124 - without NaN
    kind = smallest_type(len(values))
    result = np.empty(array.shape, dtype=kind)
    for row, out in zip(array, result, strict=True):
        places = np.searchsorted(values, row).astype(kind)
        places[row != row] = -1  # noqa: PLR0124
        out[:] = places
    return Coded(result, tuple(values.tolist()))


def _relabelled(coded: Coded, labels: Sequence[Hashable] | None) -> Coded:
    if labels is None:
        return coded
    known = label_set(coded.labels, labels=labels)
    at = {label: place for place, label in enumerate(known)}
    table = np.array([*(at[label] for label in coded.labels), -1], dtype=smallest_type(len(known)))
    return Coded(table[coded.places], tuple(known))
