"""Parquet tables: their columns, a batch of rows at a time, with DuckDB in memory as the codec."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from univocal.interchange.columns import Columns
from univocal.interchange.tabular import Batch

MAGIC = b"PAR1"

#: A table of more rows isn't read: its codings would not fit into memory.
MOST_ROWS = 100_000_000

_ROWS = 2_048
_CONFIG = {
    "autoinstall_known_extensions": "false",  # nothing is fetched
    "autoload_known_extensions": "false",
    "threads": "1",
    "memory_limit": "1GB",
}
_NUMBERS = ("FLOAT", "DOUBLE", "DECIMAL")
_NO_TEXT = ("STRUCT", "MAP", "UNION", "BLOB", "BIT")

Tell = Callable[[int, str], None]


def batches(path: Path, columns: Columns, tell: Tell) -> Iterator[Batch]:
    """The columns that are used, some thousand rows at a time, all as text (lists as tuples of text).

    Rows are numbered from 1. A null and NaN come as empty text, whole numbers without a point, flags as ``true`` and
    ``false``. ``tell`` is called with a row (0: the file) and a message for what is wrong.
    """
    answers = {columns.code, *columns.coders_in}
    with _opened(path) as (connection, file):
        import duckdb

        row = 0
        try:
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [file]).fetchall()
            kinds = {str(name): str(kind) for name, kind, *_ in described}
            count = connection.execute("SELECT count(*) FROM read_parquet(?)", [file]).fetchone()
            faults = [*columns.faults([str(name) for name, *_ in described])]
            used = columns.used_of([*kinds])
            faults += [fault for name in used if (fault := _misfit(name, kinds.get(name, ""), answers))]
            if count is not None and count[0] > MOST_ROWS:
                faults.append(f"{count[0]:,} rows; expected at most {MOST_ROWS:,}. Split the table.")
            for fault in faults:
                tell(0, fault)
            if faults:
                return
            chosen = ", ".join(_as_text(name, kinds[name]) for name in used)
            found = connection.execute(f"SELECT {chosen} FROM read_parquet(?)", [file])  # noqa: S608  # quoted
            while rows := found.fetchmany(_ROWS):
                lines = np.arange(row + 1, row + 1 + len(rows), dtype=np.int64)
                row += len(rows)
                cells = zip(used, zip(*rows, strict=True), strict=True)
                yield Batch(
                    lines, {name: _tuples(c) if kinds[name].endswith("]") else c for name, c in cells}
                )
        except duckdb.Error as error:
            why = str(error).splitlines()[0][:300].replace(file, path.name)
            tell(row, f"can't be read as Parquet: {why.rstrip('.')}. Write the file again.")


def paper_columns(path: Path, wanted: Sequence[str], tell: Tell) -> Iterator[Batch]:
    """The columns of ``wanted`` as text, of a table that is known to have them."""
    first, *others = wanted
    columns = Columns(unit=first, coders_in=tuple(others))
    yield from batches(path, columns, tell)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, str]]:
    import duckdb

    with (
        tempfile.TemporaryDirectory() as folder
    ):  # DuckDB would read a name such as a[1].parquet as a pattern
        file = Path(folder) / "table.parquet"
        file.symlink_to(path.resolve())
        with duckdb.connect(":memory:", config=_CONFIG) as connection:
            yield connection, str(file)


def _misfit(name: str, kind: str, answers: set[str | None]) -> str:
    if kind.endswith("]") and name not in answers:
        return f"column {name!r}: lists ({kind}); expected one value a row. Only codes may be lists."
    if kind.startswith(_NO_TEXT) or kind.endswith("][]"):
        return f"column {name!r}: {kind} values; expected text, numbers or flags"
    return ""


def _as_text(name: str, kind: str) -> str:
    """The column in SQL."""
    quoted = '"' + name.replace('"', '""') + '"'
    if kind.endswith("]"):
        return f"CAST({quoted} AS VARCHAR[])"
    if kind.startswith(_NUMBERS):
        number = f"CAST({quoted} AS DOUBLE)"
        whole = f"CAST(TRY_CAST({number} AS BIGINT) AS VARCHAR)"
        return (
            f"CASE WHEN {quoted} IS NULL OR isnan({number}) THEN '' WHEN isfinite({number}) AND trunc({number}) = {number} "
            f"AND abs({number}) < 1e15 THEN {whole} ELSE CAST({number} AS VARCHAR) END"
        )
    return f"coalesce(CAST({quoted} AS VARCHAR), '')"


def _tuples(column: Sequence[Any]) -> list[Any]:
    return ["" if cell is None else tuple("" if part is None else part for part in cell) for cell in column]
