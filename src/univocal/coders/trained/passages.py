"""Which stretch of a text speaks of a mention? An abstract does as a whole; a long paper is cut into passages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from univocal.records import Paper
from univocal.text import sentences

Span = tuple[int, int]
#: A text up to this many code points is one passage: an abstract, with room to spare.
WHOLE = 6_000
#: How long the passages of a longer text are, about: the size of the abstracts that the coder learned from.
PASSAGE = 1_800
#: A title is no longer than this.
TITLE = 400


@dataclass(frozen=True, slots=True)
class Cut:
    """A paper's title and passages. ``of`` says in which passage each mention stands; passage 0 is the opening."""

    title: Span
    passages: tuple[Span, ...]
    of: tuple[int, ...]


def cut(paper: Paper, mentions: Sequence[Span]) -> Cut:
    r"""Cut a paper for reading.

    >>> cut(Paper("p", "Title\n\nWe align."), [(10, 15)])
    Cut(title=(0, 5), passages=((0, 16),), of=(0,))
    """
    text = paper.text
    if len(text) <= WHOLE:
        return Cut(_title(paper), ((0, len(text)),), (0,) * len(mentions))
    found: list[Span] = []
    start = end = 0
    least = max((s.end for s in paper.sections if s.kind == "abstract" and s.end <= WHOLE), default=0)
    for a, b in sentences(text):
        if end > start and b > least and b - start > PASSAGE:
            found.append((start, end))
            start = a
        end = b
    found.append((start, len(text)))
    starts = [a for a, _ in found]
    return Cut(_title(paper), tuple(found), tuple(max(bisect_right(starts, m[0]) - 1, 0) for m in mentions))


def _title(paper: Paper) -> Span:
    for section in paper.sections:
        if section.kind == "title":
            return section.start, section.end
    if paper.title and paper.text.startswith(paper.title):
        return 0, len(paper.title)
    end = paper.text.find("\n\n")
    return (0, end) if 0 < end <= TITLE else (0, 0)
