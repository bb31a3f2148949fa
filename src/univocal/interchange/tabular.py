"""From the columns of a table, long or wide, to rows of codings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from univocal.interchange.builder import Builder
from univocal.interchange.columns import Columns
from univocal.interchange.faults import Keys, SourceFile
from univocal.interchange.names import Cell, Places


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some rows of a table: the line of each, and the columns of ``Columns.used_of(header)`` by name."""

    lines: Keys
    columns: Mapping[str, Sequence[Any]]


def source_file(name: str, counts: Literal["line", "row"], columns: Columns) -> SourceFile:
    """How messages speak of a table.

    >>> columns = Columns(unit="item", coders_in=("ann", "bob"))
    >>> source_file("a.csv", "line", columns).label("code", "bob", "x")
    "column 'bob'"
    """

    def label(role: str, coder: str, variable: str) -> str:
        del variable
        if role == "unit" and len(columns.units) > 1:
            return "columns " + ", ".join(map(repr, columns.units))
        if role == "code" and columns.coders_in:
            return f"column {coder!r}"
        given = {"unit": columns.units[0]} | {
            r: getattr(columns, r) for r in ("coder", "code", "variable", "paper", "weight", "stratum")
        }
        return f"column {given.get(role) or role!r}"

    return SourceFile(name, counts, label, whole=bool(columns.coders_in))


def add_table(batches: Iterable[Batch], columns: Columns, builder: Builder, base: int) -> None:
    """Hand the builder a table's rows; ``base`` is what ``Builder.open`` gave for its file."""
    for batch in batches:
        key, cells = batch.lines + base, batch.columns
        builder.somewhere -= cells.keys()
        unit = builder.encode(key, _units(cells, columns.units), builder.units, "unit")
        if columns.variable is None:
            variable = _one(builder.variables[columns.one_variable], len(key))
        else:
            variable = builder.encode(key, cells[columns.variable], builder.variables, "variable")
        if columns.coders_in:
            for name in columns.coders_in:
                coder = _one(builder.coders[name], len(key))
                builder.rows(key, unit, coder, variable, _wide(builder, key, cells[name], name))
        else:
            if columns.coder_name is not None:
                coder = _one(builder.coders[columns.coder_name], len(key))
            else:
                coder = builder.encode(key, cells[columns.coder or ""], builder.coders, "coder")
            column = cells[columns.code or ""]
            if columns.coder_name is not None:
                cell = _wide(builder, key, column, columns.coder_name)
            else:
                cell = builder.encode(key, column, builder.cells, "code")
            builder.rows(key, unit, coder, variable, cell)
        _design(builder, key, unit, cells, columns)


def _units(cells: Mapping[str, Sequence[Any]], names: Sequence[str]) -> Sequence[Any]:
    if len(names) == 1:
        return cells[names[0]]
    return [_joined(parts) for parts in zip(*(cells[name] for name in names), strict=True)]


def _joined(parts: tuple[str, ...]) -> str:
    r"""One name of several; nothing where one is empty.

    >>> _joined(("v2-1", "gpt4")), _joined(("a|b", "c")), _joined(("a", ""))
    ('v2-1|gpt4', 'a\\|b|c', '')
    """
    if not all(map(str.strip, parts)):
        return ""
    joined = "|".join(parts)
    if joined.count("|") < len(parts) and "\\" not in joined:
        return joined
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def _one(place: int, n: int) -> Places:
    return np.full(n, place, dtype=np.int32)


def _wide(builder: Builder, key: Keys, column: Sequence[Any], coder: str) -> Places:
    """The answers in the column of one coder, where an empty cell is a missing coding."""
    places = builder.encode(key, column, builder.cells, "code", coder)
    blank = builder.cells.get("")
    return places if blank is None else np.where(places == blank, np.int32(builder.cells[Cell.BLANK]), places)


def _design(
    builder: Builder, key: Keys, unit: Places, cells: Mapping[str, Sequence[Any]], columns: Columns
) -> None:
    paper = None
    if columns.paper is not None:
        paper = builder.encode(key, cells[columns.paper], builder.papers, "paper")
    values = {}
    if columns.weight is not None and columns.weight in cells:
        values["weight"] = builder.encode(key, cells[columns.weight], builder.weights, "weight")
    if columns.stratum is not None and columns.stratum in cells:
        values["stratum"] = builder.encode(key, cells[columns.stratum], builder.strata, "stratum")
    for name in columns.groups:
        if name in cells:
            values[name] = builder.encode(key, cells[name], builder.group(name), name)
    builder.design(key, unit=unit, paper=paper, values=values)
