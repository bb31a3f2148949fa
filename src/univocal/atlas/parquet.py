"""Rows to Parquet, streamed: JSON lines on disk first, then DuckDB turns them into columns under a memory limit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import orjson


class ParquetWriter:
    """Write rows one at a time; the file takes its name when the writer closes without an error.

    ``columns`` maps names to DuckDB types. Order of rows is kept.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with ParquetWriter(folder / "t.parquet", {"paper": "VARCHAR", "ideals": "VARCHAR[]"}) as rows:
    ...     rows.write({"paper": "p1", "ideals": ["a", "b"]})
    >>> (folder / "t.parquet").read_bytes()[:4]
    b'PAR1'
    """

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        self.path, self.columns = path, columns
        self._aside = path.with_suffix(".rows.tmp")
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        self._file = self._aside.open("wb")
        return self

    def write(self, row: Mapping[str, Any]) -> None:
        """Add a row."""
        if self._file is None:
            raise RuntimeError("write inside `with`")
        self._file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        try:
            if kind is None:
                self._to_parquet()
        finally:
            self._aside.unlink(missing_ok=True)

    def _to_parquet(self) -> None:
        import duckdb

        made = self.path.with_suffix(".parquet.tmp")
        settings = {
            "memory_limit": "400MB",
            "threads": "1",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": str(self.path.parent),
        }
        columns = ", ".join(f"{_name(name)}: {_text(type_)}" for name, type_ in self.columns.items())
        with duckdb.connect(":memory:", config=settings) as engine:
            engine.execute("SET preserve_insertion_order = true")
            engine.execute(
                f"COPY (SELECT * FROM read_json({_text(str(self._aside))}, "  # noqa: S608 - quoted by _text, _name
                f"format = 'newline_delimited', "
                f"columns = {{{columns}}})) "
                f"TO {_text(str(made))} (FORMAT parquet, COMPRESSION zstd)"
            )
        made.replace(self.path)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
