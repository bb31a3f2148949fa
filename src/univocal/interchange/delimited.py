"""CSV and its relatives: the columns of a table with a header row, a batch of rows at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

import numpy as np

from univocal.corpus.protocol import Limits
from univocal.interchange.columns import Columns
from univocal.interchange.tabular import Batch
from univocal.interchange.unpacked import Unpacked, UnreadableError

_DELIMITERS = ",\t;|"

#: Few enough rows that they needn't leave the processor's cache.
_ROWS = 4_096

_BUFFER_BYTES = 1 << 20

Tell = Callable[[int, str], None]


def batches(path: Path, columns: Columns, limits: Limits, tell: Tell) -> Iterator[Batch]:
    """The columns that are used, some thousand rows at a time.

    The lines of a batch are those on which its rows begin: a quoted cell may go over several, and blank lines are no
    rows. ``tell`` is called with a line (0: the file) and a message for what is wrong; rows that are no rows of the table
    are left out of what follows.
    """
    # Full texts may stand beside the codes, and Python's own limit would refuse them.
    csv.field_size_limit(max(csv.field_size_limit(), limits.record_bytes))
    raw = io.BufferedReader(Unpacked(path, limits, tell), _BUFFER_BYTES)
    with io.TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline="") as text:
        try:
            lines = _up_to_text(text)
        except UnreadableError as error:
            tell(error.line, str(error))
            return
        if not lines[-1].strip():
            tell(0, "empty. Expected a header row that names the columns, then a row for each coding.")
            return
        reader = csv.reader(
            chain(lines, text), delimiter=_delimiter(lines[-1], path.name, columns), strict=True
        )
        broken: list[Exception] = []
        rows = _rows(reader, broken)
        header = next((row for row in rows if any(map(str.strip, row))), [])
        faults = [*columns.faults(header)] if header else []
        for fault in faults:
            tell(0, fault)
        if not faults:
            places = {name: header.index(name) for name in columns.used_of(header)} if header else {}
            last = yield from _batches(rows, lambda: reader.line_num, len(header), places, tell)
            for end in broken:
                tell(*_end(end, last + 1))


def _up_to_text(text: io.TextIOWrapper) -> list[str]:
    """The blank lines at the beginning, and the first that isn't."""
    lines = [text.readline()]
    while lines[-1] and not lines[-1].strip():
        lines.append(text.readline())
    return lines


def _delimiter(header: str, name: str, columns: Columns) -> str:
    """What parts the columns: what finds most of those that are looked for, and then most columns."""
    if name.lower().removesuffix(".gz").endswith((".tsv", ".tab")):
        return "\t"
    wanted = set(columns.used())

    def fit(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        return len(wanted.intersection(cells)), len(cells)

    return max(_DELIMITERS, key=fit)


def _rows(reader: Iterator[list[str]], broken: list[Exception]) -> Iterator[list[str]]:
    """The reader's rows up to where it, or the file, breaks off."""
    try:
        yield from reader
    except (UnreadableError, csv.Error) as error:
        broken.append(error)


def _end(error: Exception, line: int) -> tuple[int, str]:
    """Where and why reading ended before the file did; ``line`` is where the row begins that couldn't be."""
    if isinstance(error, UnreadableError):
        return error.line, str(error)
    if "unexpected end of data" in str(error):
        return line, "a quote is opened in this row and never closed. Expected quotes in pairs."
    return line, (
        f"not a row of a table ({error}); the rest was not read. "
        "Expected cells that hold quotes or line breaks to be quoted, with quotes in them doubled."
    )


def _batches(
    rows: Iterator[list[str]],
    line_num: Callable[[], int],
    n_columns: int,
    places: Mapping[str, int],
    tell: Tell,
) -> Generator[Batch, None, int]:
    """The rows in batches; comes back with the last line of the last row."""
    line = line_num()
    while batch := list(islice(rows, _ROWS)):
        lines = np.arange(line + 1, line + 1 + len(batch), dtype=np.int64)
        if line_num() - line != len(batch):  # some cells have line breaks in them
            heights = np.fromiter(map(_height, batch), dtype=np.int64, count=len(batch))
            ends = line + np.cumsum(heights)
            lines[1:] = ends[:-1] + 1
            line = int(ends[-1])
        else:
            line = line_num()
        if set(map(len, batch)) != {n_columns}:
            for at, row in zip(lines, batch, strict=True):
                if row and len(row) != n_columns:
                    tell(
                        int(at),
                        f"{len(row)} cells; the header has {n_columns} columns. Expected a cell for each.",
                    )
            whole = [len(row) == n_columns for row in batch]
            lines, batch = lines[whole], [row for row in batch if len(row) == n_columns]
        if batch:
            cells = list(zip(*batch, strict=True))
            yield Batch(lines, {name: cells[place] for name, place in places.items()})
    return line


def _height(row: list[str]) -> int:
    """Over how many lines does a row go?"""
    return 1 + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)
