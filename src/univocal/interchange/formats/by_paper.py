"""Reading: records and files that speak of papers, brought together paper by paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from univocal.codebook.model import Codebook
from univocal.interchange.formats.coded import CodedPaper, Papers
from univocal.interchange.formats.gather import Gathering
from univocal.records import Fault, Paper


def lost_record(where: str, kind: str, what: str) -> Fault:
    """A record that can't be read at all."""
    return Fault(where, kind, f"{where}: {what} It was left out.", lost=1)


#: A paper, and what takes over that which one file or record says of it.
Part = tuple[Paper, Callable[[Gathering], None]]


def gathered(parts: Iterable[Part | Fault], where: str, codebook: Codebook) -> Iterator[CodedPaper | Fault]:
    """Each paper once, with all that the parts which follow each other and have its id and text say of it."""
    open_: Gathering | None = None
    for part in parts:
        if isinstance(part, Fault):
            yield part
            continue
        paper, take = part
        if open_ is None or (open_.paper.id, open_.paper.text) != (paper.id, paper.text):
            if open_ is not None:
                yield from open_.done()
            open_ = Gathering(paper, where, codebook)
        take(open_)
    if open_ is not None:
        yield from open_.done()


class Known:
    """The papers of a file that names them and doesn't hold their texts; each is looked up once, in order of the file."""

    def __init__(self, papers: Papers, where: str, codebook: Codebook) -> None:
        self._papers, self._where, self._codebook = papers, where, codebook
        self._found: dict[str, Gathering | None] = {}

    def at(self, key: str, place: str) -> Gathering | Fault | None:
        """What gathers this paper; a fault where it isn't known, and None where that was told."""
        if key in self._found:
            return self._found[key]
        paper = self._papers(key)
        self._found[key] = None if paper is None else Gathering(paper, self._where, self._codebook)
        what = f"no paper {key[:200]!r} is known, so what is said of it can't be checked. Import it first."
        return self._found[key] or lost_record(f"{self._where}: {place}", "unknown-paper", what)

    def done(self) -> Iterator[CodedPaper | Fault]:
        """All of them."""
        for gathering in self._found.values():
            if gathering is not None:
                yield from gathering.done()
