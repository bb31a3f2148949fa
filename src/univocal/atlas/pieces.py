"""Cut the inputs into pieces: small enough to hold, and the same each time, so that a run can go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from univocal.atlas.journal import Journal, digest
from univocal.atlas.worker import Piece
from univocal.corpus.protocol import Source
from univocal.records import Fault

#: Whole files (PDF, HTML, …) that go together into one piece.
FILES_A_PIECE = 8


def cut(
    sources: Iterable[Source | Fault], journal: Journal, fault: Callable[[Fault], None]
) -> Iterator[Piece]:
    """Pieces in the order of the sources; what can't be a source is told to ``fault``.

    A source that carries data is a piece by itself; files that a worker will open are gathered.
    """
    number = 0
    waiting: list[Source] = []
    for source in sources:
        if isinstance(source, Fault):
            fault(source)
            continue
        if source.data:
            for group in (waiting, [source]):
                if group:
                    yield _piece(number, group, journal)
                    number += 1
            waiting = []
            continue
        waiting.append(source)
        if len(waiting) == FILES_A_PIECE:
            yield _piece(number, waiting, journal)
            number += 1
            waiting = []
    if waiting:
        yield _piece(number, waiting, journal)


def _piece(number: int, sources: list[Source], journal: Journal) -> Piece:
    name = digest(part for source in sources for part in _identity(source))
    return Piece(number, tuple(sources), journal.piece(number, name))


def _identity(source: Source) -> Iterator[bytes]:
    yield source.name.encode()
    yield source.data
    if not source.data and source.path is not None:
        yield _stamp(source.path)


def _stamp(path: Path) -> bytes:
    try:
        stat = path.stat()
    except OSError as error:
        return repr(error).encode()  # the reader tells of it; here it only names the piece
    return f"{stat.st_size} {stat.st_mtime_ns}".encode()
