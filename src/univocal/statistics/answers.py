"""Who answered what about which unit, as three columns: the sparse form that every aggregate works on.

Coders × units is mostly empty where a crowd codes (819 coders, five answers for a unit). Columns of answers cost
memory and time for answers alone. The same coder may answer the same unit several times, and each answer counts.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import UnivocalError
from univocal.statistics.codings import CELLS, Coded, Codings, encode, encode_sets, smallest_type
from univocal.statistics.labels import missing

Integers = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """One row for each answer: which unit, which coder, which label (places, all of the same length).

    Rows are sorted by unit. A unit without an answer has no row, but still counts among ``n_units``, and a coder
    without an answer still has its name in ``coders``. ``units`` holds the units' names where they have any.

    >>> answers_of([["b", "a", None], ["b", "b", "a"]]).label.tolist()
    [1, 1, 0, 1, 0]
    """

    unit: Integers
    coder: Integers
    label: Integers
    n_units: int
    coders: tuple[Hashable, ...]
    labels: tuple[Hashable, ...]
    units: tuple[Hashable, ...] | None = None

    @property
    def n_coders(self) -> int:
        """How many coders are there, with an answer or without?"""
        return len(self.coders)

    @property
    def n_answers(self) -> int:
        """How many answers are there?"""
        return len(self.label)

    @property
    def are_sets(self) -> bool:
        """Is each answer a set of labels, so that each label is a question of its own?"""
        return any(isinstance(label, frozenset) for label in self.labels)

    @staticmethod
    def from_columns(
        unit: Sequence[Hashable] | ArrayLike,
        coder: Sequence[Hashable] | ArrayLike,
        label: Sequence[Hashable] | ArrayLike,
        *,
        labels: Sequence[Hashable] | None = None,
        units: Sequence[Hashable] | None = None,
    ) -> Answers:
        """Answers from a long table: one row for each answer, in any order, names of any kind.

        Args:
            unit: n names of units, such as paper ids. Units and coders keep the order of their first row.
            coder: n names of coders.
            label: n labels, or n sets of labels; None or NaN for no answer (the row only makes its unit known).
            labels: every label that may occur, in order; those that occur, sorted, where None.
            units: every unit, in order, where some have no answer at all or the order matters.

        >>> answers = Answers.from_columns(["p1", "p2", "p1"], ["Ann", "Ann", "Bob"], ["yes", "no", "no"])
        >>> answers.units, answers.unit.tolist(), answers.label.tolist()
        (('p1', 'p2'), [0, 0, 1], [1, 0, 0])
        """
        columns = [_listed(column) for column in (unit, coder, label)]
        if len({len(column) for column in columns}) > 1:
            sizes = ", ".join(str(len(column)) for column in columns)
            raise UnivocalError(f"unit, coder, label: columns of one length were expected, got {sizes} rows")
        at_unit, names = _places_of(columns[0], units, "unit")
        at_coder, coders = _places_of(columns[1], None, "coder")
        coded = _coded(_one_row(columns[2]), labels)
        given = np.flatnonzero(coded.places[0] >= 0)
        order = given[np.argsort(at_unit[given], kind="stable")]
        return Answers(
            at_unit[order], at_coder[order], coded.places[0][order], len(names), coders, coded.labels, names
        )

    def recoded(self, table: ArrayLike, labels: tuple[Hashable, ...]) -> Answers:
        """The same answers with other labels: place p becomes ``table[p]``.

        >>> answers_of([["b", "a", "c"]]).recoded([0, 1, 1], ("a", "not a")).label.tolist()
        [1, 0, 1]
        """
        places = np.asarray(table, dtype=smallest_type(len(labels)))
        return Answers(
            self.unit, self.coder, places[self.label], self.n_units, self.coders, labels, self.units
        )

    def kept(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Answers:
        """Only the answers that ``rows`` marks or counts off; units, coders and labels stay as they are.

        >>> answers_of([["b", "a", "c"]]).kept(np.array([True, False, True])).unit.tolist()
        [0, 2]
        """
        return Answers(
            self.unit[rows],
            self.coder[rows],
            self.label[rows],
            self.n_units,
            self.coders,
            self.labels,
            self.units,
        )


def answers_of(
    codings: Codings | Answers,
    *,
    coders: Sequence[Hashable] | None = None,
    labels: Sequence[Hashable] | None = None,
) -> Answers:
    """The answers in a coders × units array, with None or NaN where there is none. Answers are returned unchanged.

    Args:
        codings: one row for each coder, one column for each unit; labels, or sets of labels; or Answers.
        coders: a name for each row. Rows of one name are answers of one coder, who then may answer a unit more
            than once. The rows' numbers where None.
        labels: every label that may occur, in order; those that occur, sorted, where None.

    Raises:
        UnivocalError: rows of unequal length, another number of names than rows, a label outside ``labels``.

    >>> answers = answers_of([["b", "a"], ["b", None], ["a", "a"]], coders=["Ann", "Ann", "Bob"])
    >>> answers.coders, answers.unit.tolist(), answers.coder.tolist()
    (('Ann', 'Bob'), [0, 0, 0, 1, 1], [0, 0, 1, 0, 1])
    """
    if isinstance(codings, Answers):
        if coders is not None or labels is not None:
            raise UnivocalError(
                "coders, labels: these are part of the Answers given. Name them when you make the Answers."
            )
        return codings
    coded = _coded(codings, labels)
    names = list(range(coded.n_coders)) if coders is None else list(coders)
    if len(names) != coded.n_coders:
        raise UnivocalError(
            f"coders: a name for each of {coded.n_coders} rows was expected, got {len(names)}"
        )
    known = tuple(dict.fromkeys(names))
    at = {name: place for place, name in enumerate(known)}
    coder_of_row = np.array([at[name] for name in names], dtype=smallest_type(len(known)))
    unit, row = _given(coded)
    return Answers(unit, coder_of_row[row], coded.places[row, unit], coded.n_units, known, coded.labels)


def holds_sets(labels: Iterable[Any]) -> bool:
    """Is the first answer that is there a set of labels?

    >>> holds_sets([None, frozenset()]), holds_sets(["a"])
    (True, False)
    """
    first = next((label for label in labels if isinstance(label, Collection) or not missing(label)), None)
    return isinstance(first, (set, frozenset))


def _coded(codings: Codings, labels: Sequence[Hashable] | None) -> Coded:
    if isinstance(codings, Coded):
        return codings
    if not hasattr(codings, "__array__"):
        rows = [list(row) for row in codings]
        return encode_sets(rows) if holds_sets(chain.from_iterable(rows)) else encode(rows, labels)
    array = np.asarray(codings)
    if array.dtype == object and holds_sets(islice(array.flat, array.size)):
        return encode_sets(array.tolist())
    return encode(array, labels)


def _one_row(column: Any) -> Any:
    return column[None, :] if isinstance(column, np.ndarray) else [column]


def _given(coded: Coded) -> tuple[Integers, Integers]:
    """Units and rows of all answers, sorted by unit; found in blocks of units."""
    step = max(1, CELLS // max(1, coded.n_coders))
    small = smallest_type(max(coded.n_coders, 1))
    units: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
    rows: list[Integers] = [np.empty(0, small)]
    for start in range(0, coded.n_units, step):
        block = np.ascontiguousarray(coded.places[:, start : start + step].T) >= 0
        unit, row = np.divmod(np.flatnonzero(block), coded.n_coders)
        units.append((unit + start).astype(np.int32))
        rows.append(row.astype(small))
    return np.concatenate(units), np.concatenate(rows)


def _listed(column: Any) -> Any:
    """A column as it can be encoded: numbers stay an array, everything else is a list."""
    if hasattr(column, "__array__"):
        array = np.asarray(column)
        if array.ndim != 1:
            raise UnivocalError(f"unit, coder, label: columns were expected, got {array.ndim} dimensions")
        return array if array.dtype.kind in "biuf" else array.tolist()
    return list(column)


def _places_of(
    column: Any, known: Sequence[Hashable] | None, what: str
) -> tuple[NDArray[np.int32], tuple[Hashable, ...]]:
    """Each name's place in the order of first appearance (or of ``known``), and the names."""
    if known is None and isinstance(column, np.ndarray) and column.dtype.kind in "iu":
        values, first, places = np.unique(column, return_index=True, return_inverse=True)
        order = np.argsort(first, kind="stable")
        rank = np.empty(len(order), dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        return rank[places], tuple(values[order].tolist())
    names = column.tolist() if isinstance(column, np.ndarray) else column
    for row, name in enumerate(names):
        if missing(name):
            raise UnivocalError(f"{what}: row {row + 1} has no name. Give one in every row, or drop the row.")
    at = {name: place for place, name in enumerate(dict.fromkeys(names) if known is None else known)}
    strange = sorted({str(name) for name in names if name not in at})
    if strange:
        raise UnivocalError(f"{what}: {', '.join(strange[:5])} in the data, but not among the {what}s given")
    return np.fromiter((at[name] for name in names), dtype=np.int32, count=len(names)), tuple(at)
