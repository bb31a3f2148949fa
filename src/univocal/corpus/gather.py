"""From what a user names (files, folders, globs, packed or not) to an ordered list of sources."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from univocal.corpus import readers
from univocal.corpus.faults import tallied
from univocal.corpus.jsonl import holds_lines
from univocal.corpus.listing import UNKNOWN, Found, find_files
from univocal.corpus.pieces import head_of, pieces
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault

#: How much of a record file a worker gets at a time.
PIECE_BYTES = 1024 * 1024


def iter_sources(
    inputs: Iterable[str | Path], limits: Limits | None = None, piece_bytes: int = PIECE_BYTES
) -> Iterator[Source | Fault]:
    r"""Which sources do these inputs hold, in order?

    Files of one record a line come in pieces of about ``piece_bytes`` with their data; every other file comes as one
    source without data, which ``read_source`` loads. Sources are small and cross process borders. Nothing is parsed
    here: unpacking and cutting at line ends is all that it costs.

    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.jsonl").write_text('{"id": 1, "title": "T"}\n{"id": 2, "title": "U"}\n')
    >>> [(source.name, source.first_line, len(source.data)) for source in iter_sources([folder])]
    [('a.jsonl', 1, 48)]
    """
    limits = limits or Limits()
    yield from readers.installed()[1]
    for found in find_files(inputs):
        if isinstance(found, Fault):
            yield found
        else:
            yield from sources_of(found, limits, piece_bytes)


def sources_of(found: Found, limits: Limits, piece_bytes: int) -> Iterator[Source | Fault]:
    """One file as sources: in pieces of whole lines where its reader takes it by the line, else as a whole."""
    claimants = readers.claiming(found.name)
    try:
        if claimants and not any(reader.by_line for reader in claimants):
            if not os.access(found.path, os.R_OK):
                raise PermissionError(13, "Permission denied")
            yield Source(found.name, b"", found.path)
            return
        head = head_of(found.path)
        reader = readers.choose(found.name, head)
        if reader is None:
            yield _unknown(found)
        elif reader.by_line and holds_lines(head, found.name):
            yield from pieces(found.path, found.name, reader.name, limits, piece_bytes)
        else:
            yield Source(found.name, b"", found.path, 1, reader.name)
    except OSError as error:
        message = (
            f"{found.name}: can't be read: {error.strerror or error}. Check that the file is yours to read."
        )
        yield Fault(found.name, "unreadable", message, lost=1)


def _unknown(found: Found) -> Fault:
    if found.in_folder:
        return tallied(found.folder, "ignored-files", UNKNOWN, [found.name], 1, nouns=("file", "files"))
    message = f"{found.name}: no reader knows this format. Expected one of {readers.known_suffixes()}."
    return Fault(found.name, "unknown-format", message, lost=1)
