"""What a coder said of one paper, as the rules of this package ask for it. Any coder's codings will do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from univocal.codebook.model import Codebook
from univocal.coders.cues import Scan, cue_set
from univocal.records import Coding, Evidence, Finding, Paper
from univocal.text import sentences


@dataclass(frozen=True)
class Coded:
    """One paper with its codings. An abstention answers no question: every method then says None or nothing."""

    paper: Paper
    codebook: Codebook
    codings: tuple[Coding, ...]

    @classmethod
    def of(cls, paper: Paper, codings: Iterable[Coding], codebook: Codebook) -> Coded:
        """The paper's own codings in an order that doesn't depend on the order given."""
        own = (c for c in codings if c.paper == paper.id and c.codes is not None)
        return cls(paper, codebook, tuple(sorted(own, key=_order)))

    def codes(self, variable: str) -> tuple[str, ...] | None:
        """The codes of a paper-level variable, None where no coder settled it."""
        found = [c.codes for c in self.codings if c.variable == variable]
        return found[0] if found else None

    def one(self, variable: str) -> str | None:
        """The single code of a variable, None where there isn't exactly one."""
        codes = self.codes(variable)
        return codes[0] if codes is not None and len(codes) == 1 else None

    def says_absent(self, variable: str) -> bool:
        """Does a settled coding say that the thing is *not* there (``none``, ``unspecified``, ``false`` …)?"""
        code = self.one(variable)
        if code is None or variable not in self.codebook:
            return False
        return any(c.id == code and c.absence for c in self.codebook.variable(variable).codes)

    def sure(self, *variables: str) -> float:
        """The least confidence of these variables' codings; a coding without a confidence counts as sure."""
        given = [c.confidence for c in self.codings if c.variable in variables and c.confidence is not None]
        return min(given, default=1.0)

    def ai_mentions(self) -> tuple[Coding, ...]:
        """The settled mentions that mean the alignment of AI, in order of the text."""
        senses = self.codebook.ai_senses
        return tuple(
            c for c in self.codings if c.variable == "sense" and c.evidence and set(c.codes or ()) & senses
        )

    def quantities(self, treated_as: str) -> tuple[Evidence, ...]:
        """The quotes of the ledger of proxies that have this code."""
        return tuple(
            e
            for c in self.codings
            if c.variable == "proxies" and c.codes == (treated_as,)
            for e in c.evidence
        )

    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The sentences that coders read, in order: none of references, boilerplate, comments or maths."""
        skip = self.paper.uncoded()
        return tuple(s for s in sentences(self.paper.text) if not any(a < s[1] and s[0] < b for a, b in skip))

    def in_title(self, start: int) -> bool:
        """Does this offset lie in the title (the first paragraph, where the paper has a title)?"""
        return bool(self.paper.title) and start < len(self.paper.text.split("\n\n", 1)[0])

    def scan(self) -> Scan:
        """The codebook's cues over this paper."""
        return Scan(cue_set(self.codebook), self.paper, ())

    def finding(self, kind: str, spans: Iterable[tuple[int, int]], reason: str, confidence: float) -> Finding:
        """A finding that quotes these stretches of the text, each once, in order."""
        unique = sorted(set(spans))
        quotes = tuple(Evidence.cut(self.paper.text, start, end) for start, end in unique)
        return Finding(self.paper.id, kind, quotes, reason, round(confidence, 3))


def _order(coding: Coding) -> tuple[str, int, int, str, tuple[str, ...], str]:
    place = coding.evidence[0] if coding.evidence else None
    start, end = (place.start, place.end) if place else (-1, -1)
    return (coding.variable, start, end, coding.coder, coding.codes or (), coding.stands_for or "")


def short(text: str, limit: int = 60) -> str:
    r"""Words of a text for a message: on one line, cut at a word.

    >>> short("one two\nthree", 9)
    'one two …'
    """
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + " …"
