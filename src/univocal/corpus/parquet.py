"""Parquet tables with one paper a row, read in batches where they lie."""

from __future__ import annotations

import datetime as dt
import decimal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from univocal.corpus.protocol import Limits, Source
from univocal.corpus.record import Records, is_record
from univocal.records import Fault, Paper

_MAGIC = b"PAR1"
_BATCH = 1_000
_CONFIG = {
    "autoinstall_known_extensions": "false",  # nothing is fetched
    "autoload_known_extensions": "false",
    "threads": "1",  # workers are processes
    "memory_limit": "1GB",
}


@dataclass(frozen=True, slots=True)
class ParquetReader:
    """Reads the columns of a Parquet file in batches; the file is never held whole."""

    name: str = "parquet"
    suffixes: tuple[str, ...] = (".parquet", ".pq")
    by_line: bool = False
    #: ``read_source`` needn't load the file.
    by_path: bool = True

    def sniff(self, head: bytes, name: str) -> bool:
        """Does it begin as Parquet files do?"""
        return head.startswith(_MAGIC) or (not head and name.lower().endswith(self.suffixes))

    def read(self, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
        """The papers of the table's rows in order, then what was wrong with them."""
        with (
            tempfile.TemporaryDirectory() as folder
        ):  # DuckDB would read a name such as a[1].parquet as a pattern
            path = Path(folder) / "table.parquet"
            if source.path is not None and not source.data:
                path.symlink_to(source.path.resolve())
            else:
                path.write_bytes(source.data)
            yield from _table(path, source.name, limits)


def _table(path: Path, name: str, limits: Limits) -> Iterator[Paper | Fault]:
    import duckdb

    records = Records(name, limits, unit="row")
    number = 0
    with duckdb.connect(":memory:", config=_CONFIG) as connection:
        try:
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            columns = tuple(str(row[0]) for row in described)
            chosen = ", ".join(_column(name, kind) for name, kind, *_ in described)
            found = connection.execute(f"SELECT {chosen} FROM read_parquet(?)", [str(path)])  # noqa: S608  # quoted
            if not is_record(columns):
                shown = ", ".join(repr(c) for c in columns[:8])
                message = f"{name}: no column for a title, an abstract or a text. It has {shown}."
                yield Fault(name, "no-title-column", message)
                return
            while rows := found.fetchmany(_BATCH):
                for row in rows:
                    number += 1
                    values = {c: plain(v) for c, v in zip(columns, row, strict=True)}
                    paper = records.paper(values, number)
                    if paper is not None:
                        yield paper
        except duckdb.Error as error:
            message = (
                f"{name}: can't be read as Parquet past row {number:,}: {str(error).splitlines()[0][:300]} "
                "The papers before it are kept. Write the file again."
            )
            yield Fault(name, "corrupt-parquet", message, lost=1)
    yield from records.tally.faults()


def _column(name: str, kind: str) -> str:
    """The column in SQL; times with a zone as text, for DuckDB would want pytz to hand them over."""
    quoted = '"' + name.replace('"', '""') + '"'
    return f"CAST({quoted} AS VARCHAR)" if "TIME ZONE" in kind else quoted


def plain(value: Any) -> Any:
    """A cell as JSON would have it: dates as ISO text, decimals as numbers, bytes as text.

    >>> plain(dt.date(2016, 5, 1)), plain([decimal.Decimal("1.5")]), plain(b"ab")
    ('2016-05-01', [1.5], 'ab')
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if value == value else None  # noqa: PLR0124  # NaN is how tables write "missing"
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)


READER = ParquetReader()
