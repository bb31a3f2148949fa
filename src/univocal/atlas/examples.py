"""A few examples of each thing, drawn the same way whatever the order of the papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from univocal.records import Evidence, Paper

#: Characters of context on either side of a quote, and of a quote itself, that the page shows.
CONTEXT, LONGEST = 110, 420


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a paper in their surroundings: ``before`` and ``after`` are verbatim too, cut at word borders."""

    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """One example: the paper, its passages, why it counts, and what more there is to say of it (``notes``)."""

    paper: str
    title: str
    year: int | None
    venue: str | None
    passages: tuple[Passage, ...]
    reason: str = ""
    confidence: float | None = None
    notes: tuple[tuple[str, str | None], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON: the notes are spread over the object."""
        return {
            "paper": self.paper,
            "title": self.title,
            "year": self.year,
            "venue": self.venue,
            "passages": [{"before": p.before, "quote": p.quote, "after": p.after} for p in self.passages],
            "reason": self.reason,
            "confidence": self.confidence,
            **dict(self.notes),
        }


def passage(text: str, evidence: Evidence) -> Passage:
    """Which words surround a quote? The context ends at paragraph and word borders, with an ellipsis where cut.

    >>> passage("We align it to norms.", Evidence.cut("We align it to norms.", 3, 8))
    Passage(before='We ', quote='align', after=' it to norms.')
    """
    before = text[max(0, evidence.start - CONTEXT) : evidence.start].rpartition("\n\n")[2]
    after = text[evidence.end : evidence.end + CONTEXT].partition("\n\n")[0]
    if evidence.start - len(before) > 0 and text[evidence.start - len(before) - 1] != "\n":
        before = "… " + before.partition(" ")[2]
    end = evidence.end + len(after)
    if end < len(text) and text[end] != "\n":
        after = after.rpartition(" ")[0] + " …"
    quote = evidence.quote if len(evidence.quote) <= LONGEST else evidence.quote[:LONGEST] + " …"
    return Passage(before.lstrip(), quote, after.rstrip())


def quoted(
    paper: Paper,
    spans: Sequence[Evidence],
    reason: str = "",
    confidence: float | None = None,
    notes: tuple[tuple[str, str | None], ...] = (),
) -> Quoted:
    """Build an example from a paper and the spans that it rests on (the first three)."""
    passages = tuple(passage(paper.text, span) for span in spans[:3])
    return Quoted(paper.id, paper.title, paper.year, paper.venue, passages, reason, confidence, notes)


class Sample:
    """Which ``size`` of the things offered are kept? Those whose keys hash lowest, so that chance, and not effect, picks.

    The result doesn't depend on the order of offers nor on how the work was split.

    >>> a, b = Sample(2), Sample(2)
    >>> for key in "abc":
    ...     _ = a.wants(key) and a.keep(key, key)
    >>> for key in "cba":
    ...     _ = b.wants(key) and b.keep(key, key)
    >>> a.items() == b.items()
    True
    """

    __slots__ = ("_kept", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: dict[bytes, Quoted] = {}

    def wants(self, key: str) -> bool:
        """Would something with this key be kept? Ask before building it."""
        return len(self._kept) < self.size or _rank(key) < max(self._kept)

    def keep(self, key: str, item: Quoted) -> None:
        """Keep an item, letting go of the one that ranks last when there are too many."""
        self._kept[_rank(key)] = item
        if len(self._kept) > self.size:
            del self._kept[max(self._kept)]

    def merge(self, other: Sample) -> None:
        """Take in what another part of the run kept."""
        self._kept = dict(sorted({**self._kept, **other._kept}.items())[: self.size])

    def items(self) -> tuple[Quoted, ...]:
        """What was kept, in order of rank."""
        return tuple(item for _, item in sorted(self._kept.items()))


def _rank(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
