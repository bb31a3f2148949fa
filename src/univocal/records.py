"""The frozen nouns that every layer speaks: papers, mentions, codings, evidence, findings.

Offsets are code points into ``Paper.text``, half open. Evidence can only be built from the text that it
quotes, so a quote that isn't there can't exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any, Literal

from univocal.errors import EvidenceError

SectionKind = Literal["title", "abstract", "body", "appendix", "references", "boilerplate", "comment", "math"]
#: Kinds of section that coders leave alone.
UNCODED: frozenset[str] = frozenset({"references", "boilerplate", "comment", "math"})


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a paper's text with one role. Sections may nest inside each other by offsets."""

    kind: SectionKind
    start: int
    end: int
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the source file an offset lies: line and column (1-based, code points), or page and box.

    ``box`` is left, bottom, right, top in PDF points, from the page's lower left corner.
    """

    line: int | None = None
    column: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class SourceMap:
    """From offsets in a paper's text back to its source.

    ``anchors`` are (offset in text, line, column) in rising order of offset: an offset lies at the last anchor
    at or before it, plus the distance in columns. ``boxes`` are (start, end, page, left, bottom, right, top).

    >>> SourceMap(anchors=((0, 1, 1), (10, 4, 3))).place(12)
    Place(line=4, column=5, page=None, box=None)
    """

    anchors: tuple[tuple[int, int, int], ...] = ()
    boxes: tuple[tuple[int, int, int, float, float, float, float], ...] = ()

    def place(self, offset: int) -> Place | None:
        """Where does the code point at ``offset`` stand in the source? None where the source doesn't say."""
        from bisect import bisect_right

        if self.boxes:
            at = bisect_right(self.boxes, offset, key=lambda b: b[0]) - 1
            start, end, page, *box = self.boxes[max(at, 0)]
            inside = at >= 0 and start <= offset < end
            return Place(page=page, box=(box[0], box[1], box[2], box[3])) if inside else Place(page=page)
        at = bisect_right(self.anchors, offset, key=lambda a: a[0]) - 1
        if at < 0:
            return None
        start, line, column = self.anchors[at]
        return Place(line=line, column=column + offset - start)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as coders see it.

    ``text`` is what offsets refer to; for records with a title and an abstract it is title, blank line, abstract.
    ``source`` says where it was read (file, and record or line). ``extra`` keeps every other field of the record.
    """

    id: str
    text: str
    title: str = ""
    year: int | None = None
    venue: str | None = None
    license: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    sections: tuple[Section, ...] = ()
    source_map: SourceMap | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def uncoded(self) -> tuple[tuple[int, int], ...]:
        """Which stretches do coders leave alone (references, boilerplate, comments, maths)? Merged, in order."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted((s.start, s.end) for s in self.sections if s.kind in UNCODED):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Exact characters of a paper. It is built from the text, so that it can't misquote it.

    ``code`` names which code of its coding this quote supports, where a coding has several.

    >>> Evidence.cut("We align it.", 3, 8).quote
    'align'
    >>> Evidence(3, 8, "aligns", source="We align it.")
    Traceback (most recent call last):
    univocal.errors.EvidenceError: evidence [3:8] says 'aligns', the text has 'align'
    """

    start: int
    end: int
    quote: str
    code: str | None = None
    source: InitVar[str] = ""

    def __post_init__(self, source: str) -> None:
        """Refuse a quote that isn't in the text."""
        check_quote(source, self.start, self.end, self.quote)

    @classmethod
    def cut(cls, text: str, start: int, end: int, code: str | None = None) -> Evidence:
        """Quote ``text[start:end]``."""
        return cls(start, end, text[max(start, 0) : max(end, 0)], code, source=text)

    @classmethod
    def find(cls, text: str, quote: str, code: str | None = None) -> Evidence:
        """Quote the first place where ``quote`` stands word for word in ``text``.

        Raises:
            EvidenceError: it stands nowhere.
        """
        start = text.find(quote)
        if not quote or start < 0:
            raise EvidenceError(f"the quote {quote[:80]!r} is not in the text")
        return cls(start, start + len(quote), quote, code, source=text)


def check_quote(text: str, start: int, end: int, quote: str) -> None:
    """Refuse a quote that isn't at ``text[start:end]``.

    Raises:
        EvidenceError: the offsets are outside the text, empty, or hold other characters.
    """
    if start < 0 or start >= end or end > len(text):
        raise EvidenceError(
            f"evidence [{start}:{end}] lies outside a text of {len(text)} code points or is empty"
        )
    if text[start:end] != quote:
        raise EvidenceError(
            f"evidence [{start}:{end}] says {quote[:80]!r}, the text has {text[start:end][:80]!r}"
        )


@dataclass(frozen=True, slots=True)
class Mention:
    """One align- word in a paper. ``sense`` is None where the coder abstained."""

    paper: str
    start: int
    end: int
    text: str
    sense: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Coding:
    """What one coder says of one variable of one paper (or of one mention of it, for the variable ``sense``).

    ``codes`` is None where the coder abstained; an empty tuple says "none applies". In the ledger of proxies
    (variable ``proxies``, one coding a proxy) ``stands_for`` is the ideal that the proxy is taken to stand for.
    """

    paper: str
    coder: str
    variable: str
    codes: tuple[str, ...] | None
    evidence: tuple[Evidence, ...] = ()
    confidence: float | None = None
    codebook_version: str = ""
    stands_for: str | None = None

    @property
    def abstained(self) -> bool:
        """Did the coder decline to say?"""
        return self.codes is None


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage that slides between senses: one kind of conflation, with the words that it rests on."""

    paper: str
    kind: str
    spans: tuple[Evidence, ...]
    reason: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that one run says of one paper."""

    paper: Paper
    mentions: tuple[Mention, ...] = ()
    codings: tuple[Coding, ...] = ()
    findings: tuple[Finding, ...] = ()

    def coding(self, variable: str) -> Coding | None:
        """The first coding of ``variable``, or None where there is none."""
        return next((c for c in self.codings if c.variable == variable), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the input that the run went on without, or that a reader should know.

    ``kind`` is a stable word (``corrupt-pdf``, ``duplicate-id``, …); ``message`` says where, what, what was
    expected and the next step. ``lost`` counts the papers that are missing because of it.
    """

    where: str
    kind: str
    message: str
    lost: int = 0
