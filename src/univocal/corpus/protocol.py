"""What a reader is: one source file in, papers and faults out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from univocal.records import Fault, Paper


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an untrusted input is read before it is refused.

    ``file_bytes`` bounds a file (after unpacking, for compressed ones that aren't record files), ``record_bytes``
    one record, ``text_chars`` one paper's text, ``depth`` the nesting of markup, ``pages`` and ``timeout_seconds``
    a PDF, ``memory_bytes`` the address space of the PDF process.
    """

    file_bytes: int = 200_000_000
    record_bytes: int = 20_000_000
    text_chars: int = 5_000_000
    depth: int = 2_000
    pages: int = 3_000
    timeout_seconds: float = 60.0
    memory_bytes: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """One file's bytes as a reader gets them: ``name`` for messages, ``data`` unpacked, ``path`` where it lies.

    ``first_line`` is the line number of the data's first line in its file (a large record file comes in pieces).
    ``reader`` names the reader that was chosen when the file was opened, so that all pieces go to the same one.
    As ``iter_sources`` hands it out, a file that isn't read in pieces has no ``data`` yet; ``read_source`` loads it.
    """

    name: str
    data: bytes
    path: Path | None = None
    first_line: int = 1
    reader: str = ""


class Reader(Protocol):
    """A format's reader. It never raises for bad input: it yields a ``Fault`` and goes on.

    ``suffixes`` are the lower-case file endings it claims; ``by_line`` says that records are lines, so a large
    file may be handed over in pieces that end at line ends.
    """

    name: str
    suffixes: tuple[str, ...]
    by_line: bool

    def sniff(self, head: bytes, name: str) -> bool:
        """Does this look like the format? ``head`` is the first 64 KiB; several readers may claim a suffix."""
        ...

    def read(self, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
        """Papers of the source in order, faults where they arise."""
        ...
