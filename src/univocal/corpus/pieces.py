"""A large record file in pieces that end at line ends: unpacked as they are read, never held whole."""

from __future__ import annotations

from collections.abc import Iterator
from gzip import BadGzipFile
from pathlib import Path
from typing import BinaryIO

from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault

GZIP = b"\x1f\x8b"
HEAD_BYTES = 65_536
#: How much is unpacked at a time, and how much packed data is read for it.
BLOCK_BYTES = 1024 * 1024
PACKED_BYTES = 256 * 1024


def blocks(path: Path, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """The file's bytes in order, in blocks of at most ``size``; unpacked if its first bytes say gzip.

    Raises:
        OSError: the file can't be read, or its packed data is damaged (``BadGzipFile``). All blocks before the
            damage have been given by then.
    """
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
        file.seek(0)
        if packed:
            yield from _unpacked(file, size)
        else:
            while block := file.read(size):
                yield block


def _unpacked(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Unpack by hand: isal's file object gives nothing of a read in which the data breaks off."""
    from isal import isal_zlib

    waiting = b""
    unpack = None
    while True:
        waiting = waiting or file.read(PACKED_BYTES)
        if unpack is None:
            waiting = waiting.lstrip(b"\0")  # files may be padded
            if not waiting:
                if file.read(1):
                    file.seek(-1, 1)
                    continue
                return
            unpack = isal_zlib.decompressobj(wbits=31)
        elif not waiting:
            raise BadGzipFile("the file ends before its packed data does")
        try:
            block = unpack.decompress(waiting, size)
        except isal_zlib.error as error:  # type: ignore[misc]  # the stub takes the class for an instance
            raise BadGzipFile(str(error)) from error
        waiting = unpack.unconsumed_tail
        if unpack.eof:
            waiting, unpack = unpack.unused_data, None
        if block:
            yield block


def head_of(path: Path) -> bytes:
    """The first 64 KiB, unpacked; what can be had of them where the file is damaged.

    Raises:
        OSError: the file can't be opened or read.
    """
    head = b""
    try:
        for block in blocks(path, HEAD_BYTES):
            head += block
            if len(head) >= HEAD_BYTES:
                break
    except BadGzipFile:
        pass  # whoever reads the file will say so
    return head[:HEAD_BYTES]


def pieces(path: Path, name: str, reader: str, limits: Limits, piece_bytes: int) -> Iterator[Source | Fault]:
    """The lines of a file in sources of about ``piece_bytes``; a line longer than a record may be is left out."""
    carry: list[bytes] = []
    held = 0
    line, done = 1, 0
    skipping = False
    try:
        for block in blocks(path, min(piece_bytes, BLOCK_BYTES)):
            done += len(block)
            if skipping:
                _, newline, block = block.partition(b"\n")  # noqa: PLW2901  # the rest of the block is what is left
                if not newline:
                    continue
                skipping = False
                line += 1
            carry.append(block)
            held += len(block)
            if held < piece_bytes:
                continue
            whole_lines, newline, rest = b"".join(carry).rpartition(b"\n")
            if newline:
                data = whole_lines + newline
                yield Source(name, data, path, line, reader)
                line += data.count(b"\n")
            skipping = len(rest) > limits.record_bytes
            if skipping:
                yield _too_large(name, line, limits)
                rest = b""
            carry, held = [rest], len(rest)
    except OSError as error:
        whole_lines, newline, rest = b"".join(carry).rpartition(b"\n")
        if newline:
            yield Source(name, whole_lines + newline, path, line, reader)
            line += whole_lines.count(b"\n") + 1
        yield _damaged(name, error, done, line, unfinished=bool(rest))
        return
    if held:
        yield Source(name, b"".join(carry), path, line, reader)


def whole(path: Path, limits: Limits) -> bytes | None:
    """All bytes of a file, unpacked; None where they are more than a file may have.

    Raises:
        OSError: the file can't be read, or its packed data is damaged (``BadGzipFile``).
    """
    if path.stat().st_size > limits.file_bytes:
        return None
    parts: list[bytes] = []
    size = 0
    for block in blocks(path):
        size += len(block)
        if size > limits.file_bytes:
            return None
        parts.append(block)
    return b"".join(parts)


def _damaged(name: str, error: Exception, done: int, line: int, *, unfinished: bool) -> Fault:
    message = (
        f"{name}: can't be unpacked past byte {done:,} (line {line:,}): {type(error).__name__}: {error}. "
        "The papers before it are kept; how many are missing after it can't be known. Fetch the file again."
    )
    return Fault(name, "corrupt-gzip", message, lost=int(unfinished))


def _too_large(name: str, line: int, limits: Limits) -> Fault:
    message = f"{name}:{line}: a line of over {limits.record_bytes:,} bytes; expected one record a line. It was left out."
    return Fault(name, "record-too-large", message, lost=1)
