"""The project's own ``codings.jsonl``: one coding a line, as ``univocal atlas`` writes them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from univocal.corpus.protocol import Limits
from univocal.interchange import parquet
from univocal.interchange.builder import Builder
from univocal.interchange.faults import SourceFile
from univocal.interchange.names import Cell, Names
from univocal.interchange.unpacked import Unpacked, UnreadableError
from univocal.plugins import CODERS
from univocal.plugins import names as installed

#: What an atlas says of papers, and codings don't.
GROUPS = ("year", "venue")

_LINES = 4_096

_Row = tuple[int, str, str, str, str, Any]


def mention_unit(paper: str, start: int, end: int) -> str:
    """What a mention is called among the units: its paper and its offsets, whoever codes it.

    >>> mention_unit("p1", 10, 15)
    'p1:10-15'
    """
    return f"{paper}:{start}-{end}"


def read(path: Path, name: str, builder: Builder, limits: Limits) -> None:
    """Hand the builder the codings of a file. A coding whose ``codes`` are null is missing.

    The unit is the paper; for variables of mentions it is the mention, told by the first evidence. Entries of ledgers
    are left out, and counted. Known to be machines are installed coders, and the one that the ``atlas.json`` beside the
    file names.
    """
    base = builder.open(SourceFile(name, "line", _label, whole=True))
    machines = {*installed(CODERS), *_of_atlas(path.parent / "atlas.json", builder)}
    rows = _rows(path, base, builder, limits)
    while batch := list(islice(rows, _LINES)):
        lines, paper, unit, coder, variable, cell = zip(*batch, strict=True)
        key = np.array(lines, dtype=np.int64) + base
        builder.machines |= machines.intersection(coder)
        units = builder.encode(key, unit, builder.units, "unit")
        builder.rows(
            key, units,
            builder.encode(key, coder, builder.coders, "coder"),
            builder.encode(key, variable, builder.variables, "variable"),
            builder.encode(key, cell, builder.cells, "code"),
        )  # fmt: skip
        builder.design(key, unit=units, paper=builder.encode(key, paper, builder.papers, "paper"), values={})


def read_papers(path: Path, name: str, builder: Builder) -> None:
    """Hand the builder year and venue of papers that have codings, from an atlas's ``papers.parquet``."""
    base = builder.open(SourceFile(name, "row", lambda role, _c, _v: f"column {role!r}", whole=True))

    def tell(row: int, message: str) -> None:
        builder.faults.add(base + row, message)

    for batch in parquet.paper_columns(path, ("paper", *GROUPS), tell):
        papers, *columns = batch.columns.values()
        place = np.array([builder.papers.get(paper, -1) for paper in papers], dtype=np.int32)
        coded = place >= 0
        builder.left_out["papers without a coding"] += int((~coded).sum())
        key = batch.lines + base
        values = {
            group: builder.encode(key, column, builder.group(group), group)[coded]
            for group, column in zip(GROUPS, columns, strict=True)
        }
        builder.design(key[coded], paper=place[coded], values=values)


def _of_atlas(path: Path, builder: Builder) -> list[str]:
    """The coder that an atlas was made with; nobody where there is no atlas."""
    if not path.is_file():
        return []
    try:
        coder = orjson.loads(path.read_bytes())["coder"]["name"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        base = builder.open(SourceFile(str(path), "line", _label, whole=True))
        builder.faults.add(
            base, f"names no coder ({error}); expected what `univocal atlas` writes. Make the atlas again."
        )
        return []
    return [str(coder)]


def _label(role: str, coder: str, variable: str) -> str:
    del coder, variable
    return {"unit": "paper", "code": "codes"}.get(role, role)


def _rows(path: Path, base: int, builder: Builder, limits: Limits) -> Iterator[_Row]:
    def tell(line: int, message: str) -> None:
        builder.faults.add(base + line, message)

    try:
        with io.BufferedReader(Unpacked(path, limits, tell), 1 << 20) as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                row = _coding(line, builder)
                if isinstance(row, str):
                    tell(number, row)
                elif row is not None:
                    yield (number, *row)
    except UnreadableError as error:
        tell(error.line, str(error))


def _coding(line: bytes, builder: Builder) -> tuple[str, str, str, str, Any] | str | None:
    """Paper, unit, coder, variable and codes; or what is wrong; or None for what is left out."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return f"not JSON ({error}). Expected one coding a line."
    if not isinstance(row, dict):
        return "expected an object with paper, coder, variable and codes"
    paper, coder, variable = (row.get(k) for k in ("paper", "coder", "variable"))
    if not (isinstance(paper, str) and isinstance(coder, str) and isinstance(variable, str)):
        return "paper, coder and variable: expected text for each"
    codes = row.get("codes", Names)
    if codes is not None and not (isinstance(codes, list) and all(isinstance(c, str) for c in codes)):
        return "codes: expected a list of codes, or null where the coder gave none"
    book = builder.rules.codebook
    known = book.variable(variable) if book is not None and variable in book else None
    if known is not None and known.answers == "ledger":
        builder.left_out[f"entries of the ledger {variable!r}"] += 1
        return None
    unit = paper
    if known is not None and known.unit == "mention":
        span = _span(row.get("evidence"))
        if span is None:
            return f"evidence: {variable!r} is asked of mentions; expected evidence with the mention's start and end"
        unit = mention_unit(paper, *span)
    return paper, unit, coder, variable, Cell.MISSING if codes is None else tuple(codes)


def _span(evidence: Any) -> tuple[int, int] | None:
    first = evidence[0] if isinstance(evidence, list) and evidence else None
    if not isinstance(first, dict):
        return None
    start, end = first.get("start"), first.get("end")
    return (start, end) if isinstance(start, int) and isinstance(end, int) else None
