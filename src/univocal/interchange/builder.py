"""Rows from all files in, one table out: what holds only between rows is checked here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from univocal.coders.llm.names import is_llm
from univocal.estimates.coding_table import CodingTable
from univocal.interchange.answers import Answers, answers
from univocal.interchange.design import Design, Said
from univocal.interchange.faults import Faults, Keys, SourceFile
from univocal.interchange.names import NOTHING, Cells, Names, Places, Weights
from univocal.interchange.rules import Rules
from univocal.plugins import did_you_mean

#: Key, unit, coder, variable and written answer of each row.
_Rows = tuple[Keys, Places, Places, Places, Places]


class Builder:
    """Takes the rows of one file after another and makes the table of them.

    A reader calls ``open``, then ``encode`` for each column of a batch, ``rows`` for its codings and ``design`` for what it
    says of papers; at the end ``table`` checks what lies between rows, and raises all faults.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.faults = Faults()
        self.units, self.coders = Names("unit"), Names("coder")
        self.variables, self.papers = Names("variable"), Names("paper")
        self.cells = Cells()
        self.weights, self.strata = Weights(), Names("stratum")
        self.groups: dict[str, Names] = {}
        self.left_out: Counter[str] = Counter()
        self.derived: set[str] = set()
        self.machines: set[str] = set()
        self.notes: dict[str, None] = {}
        #: columns that at least one table must have, and none has so far
        self.somewhere: set[str] = set()
        self._rows: list[_Rows] = []
        self._said: list[Said] = []

    def open(self, file: SourceFile) -> int:
        """Begin a file; a line's number added to what comes back is its key."""
        return self.faults.open(file)

    def encode(
        self, key: Keys, column: Sequence[Hashable], names: Names, role: str, coder: str = ""
    ) -> Places:
        """The places of a column's values; those that are no names are told."""
        places = names.encode(column)
        if len(places) and places.min() < NOTHING:
            bad = np.flatnonzero(places < NOTHING)
            label = self.faults.file(key[0]).label(role, coder, "")
            self.faults.add_rows(key[bad], lambda at: f"{label}: {names.why(int(places[bad[at]]))}")
        return places

    def group(self, name: str) -> Names:
        """The values of a column that says something of papers."""
        return self.groups.setdefault(name, Names(name, optional=True))

    def rows(self, key: Keys, unit: Places, coder: Places, variable: Places, cell: Places) -> None:
        """Some codings."""
        self._rows.append((key, unit, coder, variable, cell))

    def design(
        self,
        key: Keys,
        *,
        unit: Places | None = None,
        paper: Places | None = None,
        values: Mapping[str, Places],
    ) -> None:
        """What rows say of papers; of the papers of their units, where they name no paper."""
        if paper is not None or values:
            self._said.append(Said(key, unit, paper, values))

    def table(self) -> CodingTable:
        """The table of all rows.

        Raises:
            InputError: everything that was wrong in any of the files.
        """
        key, unit, coder, variable, cell = self._whole_rows()
        coders, variables = self.coders.names, self.variables.names
        found = answers(
            key, coder, variable, cell, coders=coders, variables=variables, cells=self.cells.found,
            rules=self.rules, faults=self.faults,
        )  # fmt: skip
        self._check_variables(key, variable)
        self._check_blanks(key, coder)
        found = found.without(self._repeats(key, unit, coder, variable, found))
        design = Design(self.units.names, self.papers, self.faults)
        design.place_units(self._said)
        values = design.values(self._said, ("weight", "stratum", *self.groups), self._value)
        if not len(found.row) and not self.faults:
            n = int(found.missing.sum())
            self.faults.add(
                0, f"no codings: all {n:,} are missing" if n else "no codings. Expected a row for each."
            )
        self.faults.raise_any()
        missing = np.bincount(
            variable[found.missing].astype(np.int64) * len(coders) + coder[found.missing],
            minlength=len(variables) * len(coders),
        ).reshape(len(variables), len(coders))
        return CodingTable(
            papers=design.names, units=tuple(self.units.names), coders=tuple(coders), variables=tuple(variables),
            codes=found.codes, unit=unit[found.row], coder=coder[found.row], variable=variable[found.row],
            code=found.code, paper_of_unit=design.paper_of_unit, missing=missing, set_valued=found.set_valued,
            weight=self._weight(values.get("weight")),
            stratum=_texts(values.get("stratum"), self.strata.names),
            groups={name: _texts(values[name], self.groups[name].names) or () for name in self.groups},
            left_out={what: n for what, n in self.left_out.items() if n},
            derived=frozenset(self.derived.intersection(coders)), machines=frozenset(one for one in coders if one in self.machines or is_llm(one)),
            notes=tuple(self.notes),
        )  # fmt: skip

    def _whole_rows(self) -> _Rows:
        """All rows in which every name is one."""
        if not self._rows:
            empty = np.empty(0, dtype=np.int32)
            return np.empty(0, dtype=np.int64), empty, empty, empty, empty
        key, unit, coder, variable, cell = (np.concatenate(parts) for parts in zip(*self._rows, strict=True))
        self._rows = []
        named = np.minimum.reduce([unit, coder, variable, cell]) >= 0
        if named.all():
            return key, unit, coder, variable, cell
        return key[named], unit[named], coder[named], variable[named], cell[named]

    def _check_variables(self, key: Keys, variable: Places) -> None:
        names, book = self.variables.names, self.rules.codebook
        strange = [] if book is None else [place for place, name in enumerate(names) if name not in book]
        rows = np.flatnonzero(np.isin(variable, strange)) if strange else np.empty(0, dtype=np.int64)

        def message(at: int) -> str:
            name = names[variable[rows[at]]]
            label = self.faults.file(int(key[rows[at]])).label("variable", "", "")
            mend = did_you_mean(name, [v.id for v in book.variables] if book is not None else ())
            return f"{label}: no variable {name!r} in the codebook. {mend}"

        self.faults.add_rows(key[rows], message)
        for name in sorted(self.rules.set_valued.difference(names)):
            self.faults.add(
                0, f"set_valued: no variable {name!r} in the codings. {did_you_mean(name, names)}"
            )

    def _check_blanks(self, key: Keys, coder: Places) -> None:
        bare = set(self.coders.names)
        for place, name in enumerate(self.coders.names):
            if name != name.strip() and name.strip() in bare:
                rows = np.flatnonzero(coder == place)
                if len(rows):
                    message = f"the coder {name!r} is {name.strip()!r} but for blanks. Write both alike."
                    self.faults.add(int(key[rows[0]]), message)

    def _repeats(
        self, key: Keys, unit: Places, coder: Places, variable: Places, found: Answers
    ) -> NDArray[np.int64]:
        """Rows in which a coder codes a unit again; only a set may come in several rows, a code each."""
        names = (self.units.names, self.coders.names, self.variables.names)
        cell = (variable.astype(np.int64) * max(len(names[1]), 1) + coder) * max(len(names[0]), 1) + unit
        order = np.argsort(cell, kind="stable")
        starts = np.ones(len(order), dtype=bool)
        starts[1:] = cell[order[1:]] != cell[order[:-1]]
        again: NDArray[np.int64] = np.flatnonzero(~starts)
        if not len(again):
            return again
        head = order[np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))]
        rows: NDArray[np.int64] = order[again]
        heads: NDArray[np.int64] = head[again]
        sets = np.array([name in found.set_valued for name in names[2]], dtype=bool)
        part = found.part & ~self.faults.whole(key) & sets[variable]
        bad = ~part[rows] | ~part[heads] | _said_before(cell, found.kind)[rows]
        rows, heads = rows[bad], heads[bad]
        if self.rules.repeats == "first":
            self.left_out["rows in which a coder codes a unit again"] += len(rows)
        else:
            _, once = np.unique(key[rows], return_index=True)  # a row of a wide table is told once
            self._tell_repeats(key, rows[once], heads[once], unit, coder, variable)
        return rows

    def _tell_repeats(
        self,
        key: Keys,
        rows: NDArray[np.int64],
        heads: NDArray[np.int64],
        unit: Places,
        coder: Places,
        variable: Places,
    ) -> None:
        def message(at: int) -> str:
            row, first = rows[at], heads[at]
            who, what = self.coders.names[coder[row]], self.variables.names[variable[row]]
            label = self.faults.file(key[row]).label("unit", "", "")
            return (
                f"{label}: the coder {who!r} codes {what!r} of {self.units.names[unit[row]]!r} again; "
                f"the first is on {self.faults.place(key[first], key[row])}. Expected one row for each coder and unit."
            )

        self.faults.add_rows(key[rows], message)

    def _value(self, name: str, place: int) -> str:
        names = {"weight": self.weights, "stratum": self.strata}.get(name) or self.groups[name]
        return names.names[place]

    def _weight(self, places: Places | None) -> NDArray[np.float64] | None:
        if places is None:
            return None
        return np.array([*self.weights.numbers, np.nan], dtype=np.float64)[places]


def _said_before(cell: NDArray[np.int64], kind: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows say what an earlier row of the same cell says?"""
    order = np.lexsort((kind, cell))
    before = np.zeros(len(cell), dtype=bool)
    before[order[1:]] = (cell[order[1:]] == cell[order[:-1]]) & (kind[order[1:]] == kind[order[:-1]])
    return before


def _texts(places: Places | None, names: list[str]) -> tuple[str | None, ...] | None:
    return None if places is None else tuple(None if place < 0 else names[place] for place in places.tolist())
