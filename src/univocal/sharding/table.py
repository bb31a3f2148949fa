"""A shard on disk: rows and what is said of them in one Parquet file, which is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Self

import orjson

from univocal.errors import UnivocalError
from univocal.sharding.columns import COLUMNS

_KEY = "univocal"
_WRITING = ".writing-"
#: After so many seconds, what a run on another machine has left behind is removed.
_OLD_SECONDS = 86_400
_CONFIG = {
    "autoinstall_known_extensions": "false",  # nothing is fetched
    "autoload_known_extensions": "false",
    "threads": "1",
    "memory_limit": "400MB",
}


class ShardWriter:
    """Takes a shard's rows one at a time, and puts the file in its place once it is told what they are.

    Several processes may write one folder, even one shard, at the same time: each writes in a place of its own, and
    the names take turns in one step. ``finish`` comes last; without it nothing is left.

    >>> folder = Path(tempfile.mkdtemp())
    >>> with ShardWriter(folder / "lexicon-1.parquet") as writer:
    ...     writer.write({"paper": "p1", "code": "main"})
    ...     writer.finish({"papers": 1})
    >>> about_of(folder / "lexicon-1.parquet")
    {'papers': 1}
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._aside = path
        self._rows: BinaryIO | None = None

    def __enter__(self) -> Self:
        with told(self.path.parent):
            name = f"{_WRITING}{self.path.stem}@{socket.gethostname()}-{os.getpid()}-"
            self._aside = Path(tempfile.mkdtemp(prefix=name, dir=self.path.parent))
            self._rows = (self._aside / "rows.jsonl").open("wb")
        return self

    def write(self, row: Mapping[str, Any]) -> None:
        """Add a row; columns that it lacks are null."""
        if self._rows is None:
            raise RuntimeError("write inside `with`, before `finish`")
        with told(self.path.parent):
            self._rows.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))

    def finish(self, about: Mapping[str, Any]) -> None:
        """Put the file in its place; ``about`` is kept in its footer."""
        if self._rows is None:
            raise RuntimeError("finish inside `with`, once")
        with told(self.path.parent):
            rows, self._rows = self._rows, None
            rows.close()
            made = self._aside / "shard.parquet"
            _to_parquet(self._aside, about)
            _flush(made)
            made.replace(self.path)
            _flush(self.path.parent)  # the name is on disk too

    def __exit__(self, *_: object) -> None:
        if self._rows is not None:
            with suppress(OSError):  # a full disk was told where it was met, and these rows are thrown away
                self._rows.close()
        shutil.rmtree(self._aside, ignore_errors=True)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """What keeps a folder from being written, as one message: disk full, no permission, gone."""
    import duckdb

    try:
        yield
    except (OSError, duckdb.IOException) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
        raise UnivocalError(
            f"{folder}: can't be written: {why}. Shards that are there are whole; make room or name another folder, "
            "and the same command goes on from here."
        ) from error


def about_of(path: Path) -> dict[str, Any] | None:
    """What is said of a shard in its footer; None where the file is no shard of ours, or damaged."""
    return next(iter(read_abouts([path])), (path, None))[1]


def read_abouts(paths: list[Path]) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    """The same of many, a path with each."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:", config=_CONFIG) as engine:
        link = Path(folder) / "shard.parquet"  # DuckDB would read a name such as a[1].parquet as a pattern
        for path in paths:
            link.symlink_to(path.resolve())
            try:
                found = engine.execute(
                    "SELECT value FROM parquet_kv_metadata(?) WHERE key = ?", [str(link), _KEY.encode()]
                ).fetchone()
                yield path, None if found is None else orjson.loads(found[0])
            except (duckdb.Error, orjson.JSONDecodeError):
                yield path, None
            finally:
                link.unlink()


def attempts(folder: Path, name: str) -> int:
    """How many processes have begun this shard since the last `clear_away`, and not ended it?

    >>> attempts(Path("nowhere"), "lexicon-1.parquet")
    0
    """
    return sum(1 for _ in folder.glob(f"{_WRITING}{Path(name).stem}@*"))


def clear_away(folder: Path) -> None:
    """Remove what runs that were killed have left half written; what a living run writes stays."""
    host = socket.gethostname()
    for left in folder.glob(f"{_WRITING}*"):
        machine, _, pid = left.name.partition("@")[2].rpartition("-")[0].rpartition("-")
        try:
            dead = machine == host and not _alive(int(pid))
            if dead or time.time() - left.stat().st_mtime > _OLD_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        except (ValueError, FileNotFoundError):
            continue  # not ours, or another run was quicker


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # a process that was killed and that nobody has waited for yet
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return True


def _flush(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _to_parquet(aside: Path, about: Mapping[str, Any]) -> None:
    import duckdb

    columns = ", ".join(f"{_name(name)}: {_text(kind)}" for name, kind in COLUMNS.items())
    said = _text(orjson.dumps(about, option=orjson.OPT_SORT_KEYS).decode())
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "shard"  # a folder of the user's may be called what DuckDB takes for a pattern
        link.symlink_to(aside.resolve())
        with duckdb.connect(":memory:", config=_CONFIG | {"temp_directory": str(aside)}) as engine:
            engine.execute("SET preserve_insertion_order = true")
            engine.execute(
                f"COPY (SELECT * FROM read_json({_text(str(link / 'rows.jsonl'))}, "  # noqa: S608 - quoted by _text, _name
                f"format = 'newline_delimited', maximum_object_size = 100000000, columns = {{{columns}}})) "
                f"TO {_text(str(link / 'shard.parquet'))} "
                f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{_KEY}: {said}}})"
            )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
