"""One piece of a run, in a process of its own: read, find mentions, code, find conflations, write down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from univocal.atlas.dossiers import dossier_line, fault_line
from univocal.atlas.journal import whole
from univocal.codebook.model import Codebook
from univocal.coders.choice import load_coder
from univocal.coders.protocol import checked
from univocal.conflation import find as find_conflations
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.read import read_source
from univocal.errors import CoderError
from univocal.mentions import find_mentions
from univocal.records import Coding, Dossier, Fault, Mention, Paper


@dataclass(frozen=True, slots=True)
class Setting:
    """What a worker needs to know; small, and the same for every piece."""

    coder: str
    codebook: Codebook
    limits: Limits


@dataclass(frozen=True, slots=True)
class Piece:
    """Sources that are read in one go, and the file that their dossiers go to."""

    number: int
    sources: tuple[Source, ...]
    target: Path


@dataclass(frozen=True, slots=True)
class Done:
    """A piece is finished: how much was in it."""

    number: int
    n_papers: int
    n_mentions: int


class Worker:
    """A coder ready to work. One lives in each process."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.coder = load_coder(setting.coder)

    def run(self, piece: Piece) -> Done:
        """Code a piece; afterwards its file stands, whole."""
        n_papers = n_mentions = 0
        with whole(piece.target) as file:
            for source in piece.sources:
                for item in read_source(source, self.setting.limits):
                    if isinstance(item, Fault):
                        file.write(fault_line(item))
                        continue
                    dossier, fault = self.dossier(item)
                    n_papers += 1
                    n_mentions += len(dossier.mentions)
                    file.write(dossier_line(dossier))
                    if fault:
                        file.write(fault_line(fault))
        return Done(piece.number, n_papers, n_mentions)

    def dossier(self, paper: Paper) -> tuple[Dossier, Fault | None]:
        """All that is to be said of a paper. A coder that fails on one paper loses that paper's codes, not the run."""
        spans = find_mentions(paper.text, paper.uncoded())
        if not spans:
            return Dossier(paper), None
        try:
            return self._coded(paper, spans), None
        except Exception as error:  # noqa: BLE001 - any fault of a (stranger's) coder is told, and the run goes on
            uncoded = tuple(Mention(paper.id, a, b, paper.text[a:b]) for a, b in spans)
            return Dossier(paper, uncoded), coder_failed(self.coder.name, paper, error)

    def codings(self, paper: Paper) -> tuple[Coding, ...]:
        """What the coder says of a paper, each coding checked.

        Raises:
            UnivocalError: a coding breaks a rule; and whatever a stranger's coder may raise.
        """
        codebook = self.setting.codebook
        return tuple(checked(c, paper, codebook) for c in self.coder.code(paper, codebook))

    def _coded(self, paper: Paper, spans: tuple[tuple[int, int], ...]) -> Dossier:
        codings = self.codings(paper)
        findings = find_conflations(paper, codings, self.setting.codebook)
        return Dossier(paper, tuple(_mentions(paper, spans, codings)), codings, findings)


def coder_failed(coder: str, paper: Paper, error: Exception) -> Fault:
    """What is told of a coder that raised on one paper.

    >>> coder_failed("mine", Paper("p1", "We align."), ZeroDivisionError("division by zero")).kind
    'coder-failed'
    """
    where = paper.source or paper.id
    message = (
        f"{where}: the coder {coder} failed on paper {paper.id!r}: {type(error).__name__}: {error}. "
        "Its mentions are kept without codes; please report this."
    )
    return Fault(where, "coder-failed", message)


def _mentions(
    paper: Paper, spans: tuple[tuple[int, int], ...], codings: tuple[Coding, ...]
) -> Iterator[Mention]:
    settled = settled_senses(spans, codings)
    for start, end in spans:
        coding = settled.get((start, end))
        sense = coding.codes[0] if coding and coding.codes else None
        yield Mention(
            paper.id, start, end, paper.text[start:end], sense, coding.confidence if coding else None
        )


def settled_senses(
    spans: tuple[tuple[int, int], ...], codings: tuple[Coding, ...]
) -> dict[tuple[int, int], Coding]:
    """Which coding settles the sense of each mention?

    Raises:
        CoderError: a sense of words that are no mention.
    """
    settled = {
        (c.evidence[0].start, c.evidence[0].end): c for c in codings if c.variable == "sense" and c.evidence
    }
    if astray := sorted(set(settled) - set(spans)):
        raise CoderError(f"a sense at {astray[0]} that is no mention; code those of univocal.find_mentions")
    return settled


_worker: Worker | None = None


def begin(setting: Setting) -> None:
    """Make this process's worker (the pool's initialiser)."""
    global _worker  # noqa: PLW0603 - one worker a process is what a pool's initialiser is for
    _worker = Worker(setting)


def work(piece: Piece) -> Done:
    """Run one piece in this process."""
    if _worker is None:
        raise RuntimeError("begin() must run before work()")
    return _worker.run(piece)
