"""Where the page's data lies: inside the page while it is small, in a folder beside it once it isn't."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from univocal.atlas.pagedata import Columns, PageEntry, index_shard, script_safe

#: Rows of one stretch of the table, and bytes after which a stretch of texts is closed.
INDEX_ROWS, TEXT_BYTES = 4_000, 400_000
FOLDER = "data"


class Store:
    """Takes entries in the order of the table; holds at most ``inline_bytes`` of them in memory.

    Under ``inline_papers`` papers and ``inline_bytes`` bytes, everything goes into the page (``inline``). Above,
    stretches are written to ``out/data/*.js`` as they fill, which pages opened from disk can load too.
    """

    def __init__(self, out: Path, columns: Columns, inline_papers: int, inline_bytes: int) -> None:
        self.out, self.columns = out, columns
        self.inline_papers, self.inline_bytes = inline_papers, inline_bytes
        self.rows = 0
        self.folder = False
        #: The first row of each stretch of texts.
        self.text_first: list[int] = []
        self.index_shards = 0
        self._held: list[tuple[str, int, bytes]] = []
        self._held_bytes = 0
        self._rows: list[Mapping[str, Any]] = []
        self._bodies: list[bytes] = []
        self._body_bytes = 0
        for stale in (*(out / FOLDER).glob("index-*.js"), *(out / FOLDER).glob("texts-*.js")):
            stale.unlink()

    def add(self, entry: PageEntry) -> None:
        """Take one paper."""
        self._rows.append(entry.row)
        self._bodies.append(entry.body)
        self._body_bytes += len(entry.body)
        self.rows += 1
        if len(self._rows) >= INDEX_ROWS:
            self._close_rows()
        if self._body_bytes >= TEXT_BYTES:
            self._close_bodies()
        if not self.folder and (self.rows > self.inline_papers or self._held_bytes > self.inline_bytes):
            self._to_folder()

    def finish(self) -> None:
        """Close the last stretches."""
        if self._rows:
            self._close_rows()
        if self._bodies:
            self._close_bodies()

    def inline(self) -> list[tuple[str, int, bytes]]:
        """(kind, number, JSON) of what goes into the page: everything, or only the table's first stretch."""
        return self._held

    def _close_rows(self) -> None:
        data = index_shard(self._rows, self.rows - len(self._rows), self.columns)
        self._put("index", self.index_shards, data)
        self.index_shards += 1
        self._rows = []

    def _close_bodies(self) -> None:
        self.text_first.append(self.rows - len(self._bodies))
        self._put("texts", len(self.text_first) - 1, b"[" + b",".join(self._bodies) + b"]")
        self._bodies, self._body_bytes = [], 0

    def _put(self, kind: str, number: int, data: bytes) -> None:
        data = script_safe(data)
        if self.folder and (kind, number) != ("index", 0):
            self._write(kind, number, data)
        else:
            self._held.append((kind, number, data))
            self._held_bytes += len(data)

    def _to_folder(self) -> None:
        self.folder = True
        (self.out / FOLDER).mkdir(parents=True, exist_ok=True)
        held, self._held = self._held, []
        for kind, number, data in held:
            self._put(kind, number, data)

    def _write(self, kind: str, number: int, data: bytes) -> None:
        name = f"{kind}-{number}.js"
        (self.out / FOLDER / name).write_bytes(
            b'univocalShard("%s",%d,%s);\n' % (kind.encode(), number, data)
        )
