"""Codings as a compact table: who said what of which unit, in integers, with the design of the sample beside it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.errors import UnivocalError
from univocal.estimates.coding_rows import Places, Said, columns_of, in_order
from univocal.estimates.coding_sets import EMPTY_SET, distinct_sets
from univocal.plugins import did_you_mean
from univocal.statistics.codings import Coded, smallest_type

__all__ = ["MOST_CELLS", "CodingTable", "Places", "in_order"]

#: A matrix of more cells than this is refused: it would be nearly all "missing".
MOST_CELLS = 1 << 31


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CodingTable:
    """What did the coders say? One row for each code that one coder gave one unit for one variable.

    Attributes:
        papers: names of papers; they are the clusters that units come in.
        units: names of what was coded; by default each unit is a paper.
        coders: names of coders.
        variables: names of variables.
        codes: variable to its codes, in the codebook's order if there is one, else by number or alphabet.
        unit: for each row, the place of its unit in ``units``.
        coder: likewise in ``coders``.
        variable: likewise in ``variables``.
        code: likewise in the codes of its variable; -1 for the empty set (set-valued variables only).
        paper_of_unit: for each unit, the place of its paper in ``papers``.
        set_valued: variables whose answers are sets: a coder may have several rows for one unit.
        weight: for each paper, its sampling weight; NaN where no file gave one; None where none has any.
        stratum: for each paper, the stratum that it was sampled from; None where no file gave one.
        groups: name (``year``, ``venue``, …) to one value for each paper; None where it is unknown.
        missing: codings that were left open (empty, null or a value that stands for "missing"), counted, of shape
            (variables, coders). They have no rows; their units and coders are kept.
        left_out: what else the files hold that isn't in the table, in words, and how much of it.
        derived: coders whose codes were made from the others', such as adjudicated ones; until `only` names them.
        machines: coders that are known to be machines.
        notes: what must be said wherever figures of these codings are shown.

    Raises:
        UnivocalError: the arrays don't fit each other.

    >>> table = CodingTable.of([("p1", "ann", "about", "main"), ("p1", "bob", "about", "no"), ("p2", "ann", "about", "no")])
    >>> table.codes["about"], table.matrix("about").tolist()
    (('main', 'no'), [[0, 1], [1, -1]])
    """

    papers: tuple[str, ...]
    units: tuple[str, ...]
    coders: tuple[str, ...]
    variables: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]
    unit: Places
    coder: Places
    variable: Places
    code: Places
    paper_of_unit: Places
    missing: NDArray[np.int64]
    set_valued: frozenset[str] = frozenset()
    weight: NDArray[np.float64] | None = None
    stratum: tuple[str | None, ...] | None = None
    groups: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    machines: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse arrays that don't fit each other."""
        faults = tuple(_misfits(self))
        if faults:
            raise UnivocalError("CodingTable: " + "; ".join(faults))

    @classmethod
    def of(
        cls,
        codings: Iterable[tuple[str, str, str, Said]],
        *,
        paper_of: Mapping[str, str] | None = None,
        weight: Mapping[str, float] | None = None,
    ) -> CodingTable:
        """A table of codings that are at hand, each (unit, coder, variable, answer).

        The answer is a code, a set of codes, or None where the coder gave none. ``paper_of`` maps units to their
        papers where they aren't papers themselves; ``weight`` maps papers to sampling weights.

        Raises:
            InputError: a coder answers twice, or a variable has both codes and sets for answers; all at once.

        >>> CodingTable.of([("p1", "ann", "ideals", {"a", "b"}), ("p1", "bob", "ideals", set())]).code.tolist()
        [0, 1, -1]
        """
        return cls(**columns_of(codings, paper_of or {}, weight))

    @property
    def n_rows(self) -> int:
        """How many rows are there? A set of three codes has three, the empty set one."""
        return len(self.code)

    @property
    def n_missing(self) -> int:
        """How many codings were left open, over all variables and coders?"""
        return int(self.missing.sum())

    def units_of(self, variable: str) -> Places:
        """Which units has anybody coded on this variable? Their places, in the order of ``units``.

        >>> CodingTable.of([("p1", "ann", "x", "a"), ("p2", "ann", "y", "b")]).units_of("y").tolist()
        [1]
        """
        rows = self.variable == _place(self.variables, variable, "variable")
        seen = np.zeros(len(self.units), dtype=bool)
        seen[self.unit[rows]] = True
        return np.flatnonzero(seen).astype(np.int32)

    def coders_of(self, variable: str) -> tuple[str, ...]:
        """Who has coded this variable? Names, in the order of ``coders``."""
        rows = self.variable == _place(self.variables, variable, "variable")
        counts = np.bincount(self.coder[rows], minlength=len(self.coders))
        return tuple(self.coders[place] for place in np.flatnonzero(counts))

    def coded(self, variable: str, coders: Sequence[str] | None = None, units: Places | None = None) -> Coded:
        """The answers to one variable as coders × units of places in a list of labels.

        Args:
            variable: the variable's name.
            coders: who stands in the rows; by default everyone who coded it (``coders_of``).
            units: places of the units that stand in the columns; by default all that anybody coded (``units_of``),
                whoever is asked for, so that the matrices of two coders have the same columns.

        Returns:
            Places, -1 where a coder gave no answer, and labels: the variable's codes, or, where it is set-valued, the
            distinct answers as frozensets, the smaller first.

        Raises:
            UnivocalError: no such variable or coder, or more than ``MOST_CELLS`` cells.

        >>> table = CodingTable.of([("p1", "ann", "x", {"b", "a"}), ("p1", "bob", "x", set()), ("p2", "bob", "x", {"a"})])
        >>> coded = table.coded("x")
        >>> [sorted(label) for label in coded.labels], coded.places.tolist()
        ([[], ['a'], ['a', 'b']], [[2, -1], [0, 1]])
        """
        at = _place(self.variables, variable, "variable")
        names = self.coders_of(variable) if coders is None else tuple(coders)
        columns = self.units_of(variable) if units is None else np.asarray(units, dtype=np.int32)
        n_cells = len(names) * len(columns)
        if n_cells > MOST_CELLS:
            raise UnivocalError(
                f"{variable!r}: {len(names):,} coders × {len(columns):,} units are more cells than the {MOST_CELLS:,} that "
                "a matrix may have. Choose coders, or work on the table's rows."
            )
        if len(set(names)) < len(names):
            raise UnivocalError(f"coders: expected each once, got {', '.join(map(repr, names))}")
        row_of = np.full(len(self.coders), -1, dtype=np.int64)
        row_of[[_place(self.coders, name, "coder") for name in names]] = np.arange(len(names))
        column_of = np.full(len(self.units), -1, dtype=np.int64)
        column_of[columns] = np.arange(len(columns))
        rows = np.flatnonzero(self.variable == at)
        row, column = row_of[self.coder[rows]], column_of[self.unit[rows]]
        kept = (row >= 0) & (column >= 0)
        cell = (row * len(columns) + column)[kept]
        code: NDArray[np.integer[Any]] = self.code[rows[kept]]
        labels: tuple[Hashable, ...] = self.codes[variable]
        if variable in self.set_valued:
            cell, code, labels = distinct_sets(cell, code, self.codes[variable])
        places = np.full(n_cells, -1, dtype=smallest_type(len(labels)))
        places[cell] = code
        return Coded(places.reshape(len(names), len(columns)), labels)

    def matrix(
        self, variable: str, coders: Sequence[str] | None = None, units: Places | None = None
    ) -> NDArray[Any]:
        """The answers to one variable, coders × units, as ``coded`` arranges them.

        Places in ``codes[variable]``, -1 where a coder gave none; for a set-valued variable an array of objects:
        frozensets of codes, None where a coder gave none. The same set is one object wherever it stands.

        >>> table = CodingTable.of([("p1", "ann", "x", {"a"}), ("p2", "bob", "x", set())])
        >>> table.matrix("x").tolist()
        [[frozenset({'a'}), None], [None, frozenset()]]
        """
        coded = self.coded(variable, coders, units)
        if variable not in self.set_valued:
            return coded.places
        answers = np.full(len(coded.labels) + 1, None, dtype=object)  # -1 finds the last, which is None
        for place, answer in enumerate(coded.labels):
            answers[place] = answer
        result: NDArray[Any] = answers[coded.places]
        return result

    def only(
        self, *, variables: Iterable[str] | None = None, coders: Iterable[str] | None = None
    ) -> CodingTable:
        """The codings of these variables and these coders. Units and papers stay, coded or not.

        Who is named is wanted: coders that are named are no longer told apart as ``derived``.

        >>> table = CodingTable.of([("p1", "ann", "x", "a"), ("p1", "bob", "x", "b"), ("p1", "bob", "y", "c")])
        >>> table.only(coders=["bob"], variables=["x"]).matrix("x").tolist()
        [[1]]
        """
        v = _chosen(self.variables, variables, "variable")
        c = _chosen(self.coders, coders, "coder")
        variable, coder = (
            _renumbered(self.variable, v, len(self.variables)),
            _renumbered(self.coder, c, len(self.coders)),
        )
        rows = np.flatnonzero((variable >= 0) & (coder >= 0))
        names = tuple(self.variables[place] for place in v)
        return replace(
            self,
            variables=names, coders=tuple(self.coders[place] for place in c), codes={n: self.codes[n] for n in names},
            unit=self.unit[rows], coder=coder[rows], variable=variable[rows], code=self.code[rows],
            missing=self.missing[np.ix_(v, c)], set_valued=self.set_valued & set(names),
            derived=self.derived if coders is None else frozenset(),
            machines=self.machines & {self.coders[place] for place in c},
        )  # fmt: skip

    def independent(self) -> CodingTable:
        """The codings that weren't made from others: less those of ``derived`` coders, who are counted in ``left_out``.

        An adjudicated code was chosen by looking at the coders' codes, so its agreement with them says little.

        >>> table = CodingTable.of([("p1", "ann", "x", "a"), ("p1", "bob", "x", "b"), ("p1", "both", "x", "a")])
        >>> less = replace(table, derived=frozenset({"both"})).independent()
        >>> less.coders, less.left_out
        (('ann', 'bob'), {"codings by 'both', made from the other coders' (to have them, name 'both' in --only-coders)": 1})
        """
        if not self.derived:
            return self
        left_out = dict(self.left_out)
        for name in sorted(self.derived):
            rows = self.coder == self.coders.index(name)
            codings = np.unique(self.variable[rows].astype(np.int64) * len(self.units) + self.unit[rows])
            words = f"codings by {name!r}, made from the other coders' (to have them, name {name!r} in --only-coders)"
            left_out[words] = len(codings)
        kept = self.only(coders=[name for name in self.coders if name not in self.derived])
        return replace(kept, left_out=left_out)


def _place(names: Sequence[str], name: str, what: str) -> int:
    try:
        return names.index(name)
    except ValueError:
        raise UnivocalError(f"no {what} {name!r} in the codings. {did_you_mean(name, names)}") from None


def _chosen(names: Sequence[str], wanted: Iterable[str] | None, what: str) -> list[int]:
    if wanted is None:
        return list(range(len(names)))
    return sorted({_place(names, name, what) for name in wanted})


def _renumbered(places: Places, chosen: list[int], n_names: int) -> Places:
    new = np.full(n_names, -1, dtype=np.int32)
    new[chosen] = np.arange(len(chosen))
    result: Places = new[places]
    return result


def _misfits(table: CodingTable) -> Iterable[str]:
    lengths = {len(a) for a in (table.unit, table.coder, table.variable, table.code)}
    if len(lengths) > 1:
        yield "unit, coder, variable and code must have one length"
        return
    if set(table.codes) != set(table.variables) or not table.set_valued <= set(table.variables):
        yield "codes must name every variable, and set_valued no others"
        return
    if len(table.paper_of_unit) != len(table.units):
        yield f"paper_of_unit has {len(table.paper_of_unit)} entries for {len(table.units)} units"
    if not table.derived | table.machines <= set(table.coders):
        yield "derived and machines must name coders"
    if table.missing.shape != (len(table.variables), len(table.coders)):
        yield f"missing has the shape {table.missing.shape}; expected (variables, coders)"
    for name, places, names in (
        ("unit", table.unit, table.units), ("coder", table.coder, table.coders),
        ("variable", table.variable, table.variables), ("paper_of_unit", table.paper_of_unit, table.papers),
    ):  # fmt: skip
        if len(places) and not (places.min() >= 0 and places.max() < len(names)):
            yield f"{name} has places outside its {len(names)} names"
            return
    n_codes = np.array([len(table.codes[v]) for v in table.variables], dtype=np.int64)
    lowest = np.array([EMPTY_SET if v in table.set_valued else 0 for v in table.variables], dtype=np.int64)
    if (
        table.n_rows
        and ((table.code >= n_codes[table.variable]) | (table.code < lowest[table.variable])).any()
    ):
        yield "code has places outside the codes of its variable"
    columns = {"weight": table.weight, "stratum": table.stratum, **table.groups}
    for name, column in columns.items():
        if column is not None and len(column) != len(table.papers):
            yield f"{name} has {len(column)} entries for {len(table.papers)} papers"
    if table.weight is not None and ((table.weight <= 0) | np.isinf(table.weight)).any():
        yield "weight must be positive and finite (NaN: none given)"
