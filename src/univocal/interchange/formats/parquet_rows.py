"""Rows of text to and from Parquet, with DuckDB in memory as the codec."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import orjson

from univocal.corpus.protocol import Limits
from univocal.errors import InputError

_AT_ONCE = 2_048
_CONFIG = {
    "autoinstall_known_extensions": "false",  # nothing is fetched
    "autoload_known_extensions": "false",
    "threads": "1",
    "memory_limit": "1GB",
}


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write the rows, each with all of the columns, in their order.

    Raises:
        InputError: DuckDB can't write them there.
    """
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "rows.jsonl"
        with lines.open("wb") as file:
            for row in rows:
                file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        kinds = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in columns)
        try:
            with duckdb.connect(":memory:", config=_CONFIG) as engine:
                engine.execute("SET preserve_insertion_order = true")
                engine.execute(
                    f"COPY (SELECT * FROM read_json({_text(lines)}, format = 'newline_delimited', "  # noqa: S608 - quoted
                    f"maximum_object_size = 100000000, columns = {{{kinds}}})) TO {_text(path)} (FORMAT parquet, COMPRESSION zstd)"
                )
        except duckdb.Error as error:
            raise InputError(
                f"{path}: can't be written as Parquet: {str(error).splitlines()[0][:300]}"
            ) from error


def read_rows(path: Path, columns: Sequence[str], limits: Limits) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their numbers from 1; what is null is empty text.

    Raises:
        InputError: it isn't Parquet, columns are missing, or it is larger than the limit.
    """
    import duckdb

    if path.is_file() and path.stat().st_size > limits.file_bytes:
        raise InputError(f"{path}: more than {limits.file_bytes:,} bytes. Split it.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.parquet"  # DuckDB would take a[1].parquet for a pattern
        file.symlink_to(path.resolve())
        try:
            with duckdb.connect(":memory:", config=_CONFIG) as engine:
                described = engine.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
                if absent := set(columns) - {str(name) for name, *_ in described}:
                    raise InputError(
                        f"{path}: no column {', '.join(sorted(absent))}. Expected a table that Univocal wrote."
                    )
                chosen = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in map(_quoted, columns))
                found = engine.execute(f"SELECT {chosen} FROM read_parquet(?)", [str(file)])  # noqa: S608 - quoted
                number = 0
                while batch := found.fetchmany(_AT_ONCE):
                    for values in batch:
                        number += 1
                        yield number, dict(zip(columns, values, strict=True))
        except duckdb.Error as error:
            why = str(error).splitlines()[0][:300].replace(str(file), path.name)
            raise InputError(f"{path}: can't be read as Parquet: {why}") from error


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return f'"{name}"'
