"""What goes in and out: papers with their codings, as no format and no store knows them.

Offsets are code points into the paper's text, half open, as everywhere in Univocal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.records import Fault, Paper

#: ``start`` and ``stop`` of what is said of the whole paper.
WHOLE = -1
#: Code points of context on either side of a quote.
CONTEXT = 32


@dataclass(frozen=True, slots=True)
class CodedSpan:
    """Words that a coding rests on, with their surroundings. ``code`` names the code they support; None: all of them."""

    start: int
    stop: int
    quote: str
    prefix: str = ""
    suffix: str = ""
    code: str | None = None


def cut(text: str, start: int, stop: int, code: str | None = None) -> CodedSpan:
    """The span of ``text[start:stop]``, with what stands around it.

    >>> cut("We align it.", 3, 8)
    CodedSpan(start=3, stop=8, quote='align', prefix='We ', suffix=' it.', code=None)
    """
    before, after = text[max(start - CONTEXT, 0) : start], text[stop : stop + CONTEXT]
    return CodedSpan(start, stop, text[start:stop], before, after, code)


@dataclass(frozen=True, slots=True)
class CodedUnit:
    """What one coder says of one unit: a variable of a paper, or of a mention in it (``start``, ``stop``).

    ``item`` counts the entries of a ledger. ``codes`` is None for "can't say" and empty for "none applies". ``at`` is when
    it was said (ISO 8601, UTC) and ``stage`` what the coder had seen by then; both empty where that isn't known.
    """

    coder: str
    variable: str
    start: int = WHOLE
    stop: int = WHOLE
    item: int = 0
    codes: tuple[str, ...] | None = ()
    spans: tuple[CodedSpan, ...] = ()
    unsure: bool = False
    memo: str = ""
    stands_for: str | None = None
    confidence: float | None = None
    at: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class CodedPaper:
    """A paper and what coders say of it."""

    paper: Paper
    codings: tuple[CodedUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class Loss:
    """So many of these are not in the file, because its format has no place for them."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was written: ``files``, and how many papers, codings and spans are in them; ``losses`` says what isn't."""

    format: str
    files: tuple[Path, ...]
    papers: int
    codings: int
    spans: int
    losses: tuple[Loss, ...] = ()


class Tally:
    """Counts what is written and what is lost, for a `Report`.

    >>> tally = Tally("brat")
    >>> tally.lose("memos"); tally.lose("memos", 2)
    >>> tally.report([]).losses
    (Loss(what='memos', count=3),)
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.papers = self.codings = self.spans = 0
        self._lost: Counter[str] = Counter()

    def lose(self, what: str, count: int = 1) -> None:
        """So many of these can't be carried."""
        if count:
            self._lost[what] += count

    def wrote(self, coded: CodedPaper) -> None:
        """This paper is in the file."""
        self.papers += 1
        self.codings += len(coded.codings)
        self.spans += sum(len(one.spans) for one in coded.codings)

    def report(self, files: Iterable[Path]) -> Report:
        """All that was counted."""
        losses = tuple(Loss(what, count) for what, count in self._lost.items())
        return Report(self.name, tuple(files), self.papers, self.codings, self.spans, losses)


#: From a paper's id to the paper, for formats that don't hold the papers' texts; None for an unknown one.
Papers = Callable[[str], Paper | None]


def no_papers(_id: str) -> Paper | None:
    """There are none to look up."""
    return None


class Format(Protocol):
    """A way to write coded papers to a file and to read them back.

    ``suffix`` is the usual ending of its files. ``write`` never drops anything silently: what it can't carry is counted in
    the report. ``read`` never raises for what one record holds: it yields a `Fault` that names file and line (or record),
    and goes on; an `InputError` says that the file as a whole isn't of this format.
    """

    name: str
    suffix: str

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write the papers with their codings."""
        ...

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Papers with their codings in order of the file, faults where they arise."""
        ...
