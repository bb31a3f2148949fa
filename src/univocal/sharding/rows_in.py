"""A Parquet file as pieces of JSON lines: some thousand rows at a time, however long the file is."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from univocal.corpus.jsonl import ENVELOPES
from univocal.corpus.listing import Found
from univocal.corpus.parquet import plain
from univocal.corpus.protocol import Source
from univocal.corpus.record import is_record
from univocal.records import Fault

_ROWS = 1_000
_CONFIG = {
    "autoinstall_known_extensions": "false",  # nothing is fetched
    "autoload_known_extensions": "false",
    "threads": "1",
    "memory_limit": "1GB",
}


def row_pieces(found: Found, piece_bytes: int) -> Iterator[Source | Fault]:
    """The rows in sources of about ``piece_bytes``, a JSON line each; papers are called as in the whole file."""
    import duckdb

    name = found.name
    held: list[bytes] = []
    size, row, first = 0, 0, 1
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # DuckDB would read a name such as a[1].parquet as a pattern
        path = Path(folder) / "table.parquet"
        path.symlink_to(found.path.resolve())
        try:
            with duckdb.connect(":memory:", config=_CONFIG) as engine:
                described = engine.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
                if not is_record(tuple(str(column) for column, *_ in described)):
                    shown = ", ".join(repr(column) for column, *_ in described[:8])
                    message = f"{name}: no column for a title, an abstract or a text. It has {shown}."
                    yield Fault(name, "no-title-column", message)
                    return
                chosen = {
                    str(column): _as(column, kind) for column, kind, *_ in described if _kept(column, kind)
                }
                found_rows = engine.execute(
                    f"SELECT {', '.join(chosen.values())} FROM read_parquet(?)",  # noqa: S608 - quoted by _as
                    [str(path)],
                )
                while rows := found_rows.fetchmany(_ROWS):
                    for values in rows:
                        line = _line({c: plain(v) for c, v in zip(chosen, values, strict=True)})
                        held.append(line)
                        size += len(line)
                        row += 1
                        if size >= piece_bytes:
                            yield Source(name, b"".join(held), found.path, first, "jsonl")
                            held, size, first = [], 0, row + 1
        except duckdb.Error as error:
            message = (
                f"{name}: can't be read as Parquet past row {row:,}: {str(error).splitlines()[0][:300]} "
                "The papers before it are kept. Write the file again."
            )
            yield Fault(name, "corrupt-parquet", message, lost=1)
    if held:
        yield Source(name, b"".join(held), found.path, first, "jsonl")


def _kept(column: str, kind: str) -> bool:
    """A list under the name of an API's list of records would be taken for one; no paper's field is called so."""
    return not (column in ENVELOPES and kind.endswith("]"))


def _as(column: str, kind: str) -> str:
    quoted = '"' + column.replace('"', '""') + '"'
    return f"CAST({quoted} AS VARCHAR)" if "TIME ZONE" in kind else quoted


def _line(row: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(row).encode() + b"\n"
