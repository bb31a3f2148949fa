"""A file's bytes as they are read: unpacked, bounded, and known to be UTF-8 text."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from univocal.corpus.pieces import BLOCK_BYTES, GZIP, blocks
from univocal.corpus.protocol import Limits
from univocal.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class UnreadableError(InputError):
    """The rest of a file can't be read; the message says why, and ``line`` where."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.line = line
        super().__init__(message)


class Unpacked(io.RawIOBase):
    """A text file's bytes, to be wrapped by ``io.BufferedReader``.

    ``tell`` is called with a line and a message where a byte isn't UTF-8; reading goes on. What ends it raises
    ``UnreadableError``: damaged packed data, more than ``limits.file_bytes`` of it unpacked, a line of more than
    ``limits.record_bytes``, a NUL.
    """

    def __init__(self, path: Path, limits: Limits, tell: Callable[[int, str], None]) -> None:
        super().__init__()
        with path.open("rb") as file:
            self._packed = file.read(2) == GZIP
        self._blocks = blocks(path, BLOCK_BYTES)
        self._limits, self._tell = limits, tell
        self._block = memoryview(b"")
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._line, self._done, self._since_break = 1, 0, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill what there is into ``buffer``; 0 at the end."""
        if not self._block:
            self._block = memoryview(self._next())
        out = memoryview(buffer).cast("B")
        n = min(len(out), len(self._block))
        out[:n] = self._block[:n]
        self._block = self._block[n:]
        return n

    def _next(self) -> bytes:
        try:
            block = next(self._blocks, b"")
        except OSError as error:
            raise UnreadableError(
                f"can't be read past byte {self._done:,}: {error.strerror or error}. Fetch or write the file again.",
                self._line,
            ) from error
        if not self._done and block.startswith(_UTF16):
            raise UnreadableError("is UTF-16; expected UTF-8. Save it as UTF-8.")
        if b"\0" in block:
            line = self._line + block[: block.index(b"\0")].count(b"\n")
            raise UnreadableError("a NUL byte; expected text in UTF-8. The rest was not read.", line)
        self._done += len(block)
        self._check_size(block)
        if self._decoder is not None:
            self._check_encoding(block, self._decoder)
        self._line += block.count(b"\n")
        return block

    def _check_size(self, block: bytes) -> None:
        if self._packed and self._done > self._limits.file_bytes:
            raise UnreadableError(
                f"more than {self._limits.file_bytes:,} bytes when unpacked; expected no more of a packed file. "
                "If that is its size, unpack it first."
            )
        last = block.rfind(b"\n")
        self._since_break = len(block) - last - 1 if last >= 0 else self._since_break + len(block)
        if self._since_break > self._limits.record_bytes:
            raise UnreadableError(
                f"a line of more than {self._limits.record_bytes:,} bytes; expected one row a line. The rest was not read.",
                self._line + block.count(b"\n"),
            )

    def _check_encoding(self, block: bytes, decoder: codecs.IncrementalDecoder) -> None:
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line = self._line + error.object[: error.start].count(b"\n")
            byte = error.object[error.start]
            self._tell(
                line,
                f"the byte 0x{byte:02x} is not UTF-8, and others after it may not be. Expected UTF-8; save the file so.",
            )
            self._decoder = None
