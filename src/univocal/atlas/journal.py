"""The journal of a run: finished pieces on disk, so that a killed run goes on where it was.

A run's folder holds `.univocal/run.json` (a fingerprint of all that decides the result) and one file a piece,
put in place by renaming, so that a file that is there is whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

FOLDER = ".univocal"


@dataclass(frozen=True, slots=True)
class Journal:
    """The finished pieces of one run, in ``folder``; ``resumed`` says whether an earlier run began it."""

    folder: Path
    resumed: bool

    @classmethod
    def open(cls, out: Path, fingerprint: dict[str, Any], *, fresh: bool = False) -> Journal:
        """Take up the journal in ``out`` if it is of the same run, else begin a new one."""
        folder = out / FOLDER
        stamp = orjson.dumps(fingerprint, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
        same = not fresh and _read(folder / "run.json") == stamp
        if not same:
            if folder.exists():
                shutil.rmtree(folder)
            folder.mkdir(parents=True)
            with whole(folder / "run.json") as file:
                file.write(stamp)
        return cls(folder, resumed=same)

    def piece(self, number: int, digest: str) -> Path:
        """The file of a piece; the digest of its input is in the name, so a changed input is a new piece."""
        return self.folder / f"piece-{number:06d}-{digest}.jsonl"

    def close(self) -> None:
        """Remove the journal: the run is done and its tables stand."""
        shutil.rmtree(self.folder)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file whole or not at all: it takes its name when all of it is on disk."""
    aside = path.with_name(path.name + ".tmp")
    with aside.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def digest(parts: Iterable[bytes]) -> str:
    """A short name for some input: the same input has the same name."""
    hashed = hashlib.blake2b(digest_size=8)
    for part in parts:
        hashed.update(len(part).to_bytes(8, "little"))
        hashed.update(part)
    return hashed.hexdigest()
