"""All that is read off one paper: the names of features, before any weight is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from univocal.codebook.model import Codebook, Cue
from univocal.coders.cues import Hit, Scan, cue_set
from univocal.coders.trained.passages import Cut, Span, cut
from univocal.coders.trained.words import NEAR, Tokens, ngrams, signs, tokens
from univocal.mentions.find import find_mentions
from univocal.records import Paper

Key = tuple[str, str, str, str]


def key(cue: Cue) -> Key:
    """What makes a cue the same cue. Its weight doesn't: the model has its own."""
    return cue.variable, cue.code, cue.pattern, cue.within


@dataclass(frozen=True)
class CueColumns:
    """The cues that the model learned from: those of ``sense`` ask of a mention, the others of a paper."""

    cues: tuple[Cue, ...]

    @cached_property
    def mention(self) -> dict[Key, int]:
        """The columns of the cues that ask of a mention."""
        return {key(c): i for i, c in enumerate(c for c in self.cues if c.variable == "sense")}

    @cached_property
    def paper(self) -> dict[Key, int]:
        """The columns of the cues that ask of a paper."""
        return {key(c): i for i, c in enumerate(c for c in self.cues if c.variable != "sense")}

    def codebook(self, codebook: Codebook) -> Codebook:
        """The codebook with whichever of these cues it lacks, so that one scan of a paper serves both."""
        has = {key(c) for c in codebook.cues}
        missing = tuple(c for c in self.cues if key(c) not in has)
        return replace(codebook, cues=codebook.cues + missing) if missing else codebook

    def row(self, hits: Iterable[Hit], column: dict[Key, int]) -> NDArray[np.float32]:
        """1 where a cue matched, else 0."""
        found = np.zeros(len(column), np.float32)
        for hit in hits:
            at = column.get(key(hit.cue))
            if at is not None:
                found[at] = 1
        return found


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage: its words, their n-grams, and the n-grams near its mentions."""

    span: Span
    tokens: Tokens
    names: tuple[str, ...]
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """One paper. ``passages`` has the opening and those with mentions, by their place in ``cut.passages``."""

    paper: Paper
    scan: Scan
    mentions: tuple[Span, ...]
    cut: Cut
    title: tuple[str, ...]
    passages: dict[int, Passage]
    signs: tuple[frozenset[str], ...]
    cues: NDArray[np.float32]


def masked(text: str, skip: Sequence[Span]) -> str:
    """The text with stretches that coders leave alone blanked, so that no offset moves.

    >>> masked("We align. [1] X.", [(10, 13)])
    'We align.     X.'
    """
    pieces, at = [], 0
    for start, end in skip:
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def extract(
    paper: Paper, codebook: Codebook, columns: CueColumns, mentions: tuple[Span, ...] | None = None
) -> Extract:
    """Read a paper. ``codebook`` must have all the cues of ``columns`` (``CueColumns.codebook``)."""
    skip = paper.uncoded()
    if mentions is None:
        mentions = find_mentions(paper.text, skip)
    scan = Scan(cue_set(codebook), paper, mentions)
    text = masked(paper.text, skip)
    parts = cut(paper, mentions)
    cues = [columns.row(scan.at_mention("sense", m), columns.mention) for m in mentions]
    return Extract(
        paper=paper,
        scan=scan,
        mentions=mentions,
        cut=parts,
        title=tuple(ngrams(tokens(text, *parts.title).stems)),
        passages={
            p: _passage(
                text, parts.passages[p], [m for m, of in zip(mentions, parts.of, strict=True) if of == p]
            )
            for p in sorted({0, *parts.of})
        },
        signs=tuple(frozenset(signs(text, *m)) for m in mentions),
        cues=np.array(cues, np.float32).reshape(len(mentions), len(columns.mention)),
    )


def paper_hits(found: Extract, columns: CueColumns) -> tuple[Hit, ...]:
    """Which cues speak of the paper as a whole? Asked only of papers about the alignment of AI: it takes time."""
    scan = found.scan
    early = tuple(m for m in found.mentions if m[0] < scan.opening()) or found.mentions[:1]
    variables = dict.fromkeys(variable for variable, *_ in columns.paper)
    return tuple(hit for variable in variables for hit in scan.at_paper(variable, early))


def _passage(text: str, span: Span, mentions: Sequence[Span]) -> Passage:
    found = tokens(text, *span)
    near: list[str] = []
    for start, end in mentions:
        stretch = text[max(span[0], start - NEAR) : end + NEAR]
        inside = stretch.split(" ")[1:-1] if len(stretch) > 2 * NEAR else [stretch]
        near += [*ngrams(tokens(" ".join(inside)).stems), "."]
    return Passage(span, found, tuple(ngrams(found.stems)), tuple(near))
