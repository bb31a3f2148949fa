"""Tables with one paper a row: CSV and its relatives, whatever parts the columns."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from univocal.corpus.protocol import Limits, Source
from univocal.corpus.record import Records, is_record
from univocal.records import Fault, Paper

_DELIMITERS = ",\t;|"
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class DelimitedReader:
    """Reads tables whose first row names the columns; a quoted cell may hold line breaks and delimiters."""

    name: str = "delimited"
    suffixes: tuple[str, ...] = (".csv", ".tsv", ".tab")
    by_line: bool = False  # a quoted cell may go over several lines

    def sniff(self, head: bytes, name: str) -> bool:
        """Does the first row name a title, an abstract or a text?"""
        row = _header(head.decode("utf-8", errors="replace").removeprefix("\ufeff"), name)
        return is_record(tuple(row))

    def read(self, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
        """The papers of the table's rows in order, then what was wrong with them."""
        mark, encoding = next(((m, e) for m, e in _BOMS if source.data.startswith(m)), (b"", "utf-8"))
        # A byte that isn't valid becomes a lone surrogate, which a valid text can't hold: so it can be told.
        file = io.TextIOWrapper(io.BytesIO(source.data), encoding, errors="surrogateescape", newline="")
        file.read(1 if mark else 0)
        header = file.readline(limits.record_bytes)
        columns = _header(header, source.name)
        if not is_record(tuple(columns)):
            shown = ", ".join(repr(c[:40]) for c in columns[:8])
            message = f"{source.name}: no column for a title, an abstract or a text. It has {shown}."
            yield Fault(source.name, "no-title-column", message, lost=max(0, source.data.count(b"\n") - 1))
            return
        records = Records(source.name, limits)
        yield from _rows(file, columns, _delimiter(header, source.name), records, limits)
        yield from records.tally.faults()


def _rows(
    file: io.TextIOWrapper, columns: list[str], delimiter: str, records: Records, limits: Limits
) -> Iterator[Paper | Fault]:
    csv.field_size_limit(max(csv.field_size_limit(), limits.record_bytes))  # the default refuses full texts
    rows = csv.reader(file, delimiter=delimiter)
    line = 2
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            records.tally.add(
                "invalid-row", f"not a row of a table ({error}); left out", f"line {line}", lost=1
            )
            line = rows.line_num + 2
            continue
        if row:
            if len(row) != len(columns):
                what = "more or fewer cells than the header has columns; surplus cells are dropped"
                records.tally.add("ragged-row", what, f"line {line}")
            paper = records.paper(_cells(columns, row, records, line), line)
            if paper is not None:
                yield paper
        line = rows.line_num + 2


def _cells(columns: list[str], row: list[str], records: Records, line: int) -> dict[str, str | None]:
    cells: dict[str, str | None] = {}
    for column, cell in zip(columns, row, strict=False):
        if not cell.isascii() and any("\udc80" <= c <= "\udcff" for c in cell):
            what = "bytes that aren't UTF-8; read as U+FFFD. Save the table as UTF-8"
            records.tally.add("invalid-encoding", what, f"line {line}")
            cells[column] = cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        else:
            cells[column] = cell or None
    return cells


def _delimiter(header: str, name: str) -> str:
    if name.lower().removesuffix(".gz").endswith((".tsv", ".tab")):
        return "\t"
    return max(_DELIMITERS, key=header.count)


def _header(text: str, name: str) -> list[str]:
    """The cells of the first row; columns of the same name are told apart by number."""
    line = text.split("\n", 1)[0].rstrip("\r")
    row = next(csv.reader([line], delimiter=_delimiter(line, name)), [])
    seen: dict[str, int] = {}
    names = []
    for cell in row:
        seen[cell] = seen.get(cell, 0) + 1
        names.append(cell if seen[cell] == 1 else f"{cell} {seen[cell]}")
    return names


READER = DelimitedReader()
