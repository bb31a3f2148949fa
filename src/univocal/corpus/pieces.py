"""A large record file in pieces that end at line ends: unpacked as they are read, never held whole."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault

GZIP = b"\x1f\x8b"
HEAD_BYTES = 65_536


def opened(path: Path) -> Any:
    """The file for reading, unpacked if its first bytes say gzip."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    if not packed:
        return path.open("rb")
    from isal import igzip

    return igzip.open(path, "rb")


def unpacking_errors() -> tuple[type[Exception], ...]:
    """What reading a damaged file raises."""
    from isal import isal_zlib

    return (OSError, EOFError, gzip.BadGzipFile, isal_zlib.error)


def head_of(path: Path) -> bytes:
    """The first 64 KiB, unpacked; what can be had of them where the file is damaged.

    Raises:
        OSError: the file can't be opened or read.
    """
    with opened(path) as file:
        try:
            return bytes(file.read(HEAD_BYTES))
        except PermissionError:
            raise
        except unpacking_errors():
            return b""


def pieces(path: Path, name: str, reader: str, limits: Limits, piece_bytes: int) -> Iterator[Source | Fault]:
    """The lines of a file in sources of about ``piece_bytes``; a line longer than a record may be is left out."""
    carry = b""
    line, done = 1, 0
    skipping = False
    with opened(path) as file:
        while True:
            try:
                chunk = bytes(file.read(piece_bytes))
            except unpacking_errors() as error:
                yield _damaged(name, error, done, line, unfinished=bool(carry))
                return
            if not chunk:
                break
            done += len(chunk)
            if skipping:
                _, newline, chunk = chunk.partition(b"\n")
                if not newline:
                    continue
                skipping = False
                line += 1
            whole, newline, rest = chunk.rpartition(b"\n")
            if newline:
                data = carry + whole + newline
                yield Source(name, data, path, line, reader)
                line += data.count(b"\n")
                carry = rest
            else:
                carry += rest
            if len(carry) > limits.record_bytes:
                yield _too_large(name, line, limits)
                carry, skipping = b"", True
    if carry:
        yield Source(name, carry, path, line, reader)


def whole(path: Path, limits: Limits) -> bytes | None:
    """All bytes of a file, unpacked; None where they are more than a file may have.

    Raises:
        OSError, EOFError, isal.isal_zlib.error: the file is damaged or can't be read.
    """
    with opened(path) as file:
        data = bytes(file.read(limits.file_bytes + 1))
    return data if len(data) <= limits.file_bytes else None


def _damaged(name: str, error: Exception, done: int, line: int, *, unfinished: bool) -> Fault:
    message = (
        f"{name}: can't be unpacked past byte {done:,} (line {line:,}): {type(error).__name__}: {error}. "
        "The papers before it are kept; how many are missing after it can't be known. Fetch the file again."
    )
    return Fault(name, "corrupt-gzip", message, lost=int(unfinished))


def _too_large(name: str, line: int, limits: Limits) -> Fault:
    message = (
        f"{name}:{line}: a line of over {limits.record_bytes:,} bytes; expected one record a line. It was left out."
    )
    return Fault(name, "record-too-large", message, lost=1)
