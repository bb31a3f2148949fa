"""What the trained coder sees of a mention and of a paper: words and cues, never venue, year or source.

Venue, year and source would predict the codes of this corpus well and mean nothing elsewhere.

A feature is a name in a *block*; each block is weighted by inverse document frequency and scaled to length one, so that
a long text doesn't drown the words at the mention:

- ``x`` the mention's phrase: the word itself, six stems to each side with their side, the nearest with their place,
  pairs, and what stands after *with*, *to*, *for*, *of*;
- ``d`` stems and pairs of stems of the text (of a long text: of what lies around the mention, or of its opening);
- ``n`` stems and pairs near all of the paper's mentions;
- ``t`` stems and pairs of the title;
- ``c`` the codebook's cues that match.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from univocal.coders.cues import CueSet, Scan
from univocal.coders.learnt.words import Words
from univocal.records import Paper

Span = tuple[int, int]
#: Block → its weight in the sum of squares. Chosen by cross-validation (docs/explanation/coder-experiments.md).
MENTION_BLOCKS = {"x": 1.0, "d": 2.0, "n": 0.5, "t": 0.3, "c": 1.0}
PAPER_BLOCKS = {"d": 2.0, "n": 1.0, "t": 0.3, "c": 1.0}
#: A text of more code points than this is seen through windows: gold abstracts are shorter.
SHORT = 4_000
#: How far a window reaches to either side of a mention of a long text.
REACH = 1_250
#: How much of a long text's beginning says what the paper is about.
OPENING = 2_500
#: How far to either side of a mention its neighbourhood reaches.
NEAR = 60
_LINKS = frozenset({"with", "to", "for", "between", "of", "and", "across"})

Counts = dict[str, int]


@dataclass
class Seen:
    """One paper as the trained coder sees it; everything is worked out once."""

    paper: Paper
    mentions: tuple[Span, ...]
    cue_set: CueSet
    words: Words = field(init=False)
    scan: Scan = field(init=False)

    def __post_init__(self) -> None:
        """Cut the text into words and make its cues searchable."""
        self.words = Words.of(self.paper.text)
        self.scan = Scan(self.cue_set, self.paper, self.mentions)
        self._title = _grams(Words.of(self.paper.title).stems)
        self._near = self._near_mentions()
        self._whole = _grams(self.words.stems) if len(self.paper.text) <= SHORT else None

    def mention(self, span: Span) -> dict[str, Counts]:
        """The blocks of one mention."""
        return {
            "x": dict.fromkeys(self._phrase(span), 1),
            "d": self._around(span),
            "n": self._near,
            "t": self._title,
            "c": dict.fromkeys((cue_name(h.cue) for h in self.scan.at_mention("sense", span)), 1),
        }

    def whole(self, variables: Sequence[str]) -> dict[str, Counts]:
        """The blocks of the paper, with the cues of these variables."""
        hits = (h for v in variables for h in self.scan.at_paper(v, self.mentions))
        return {
            "d": self._whole if self._whole is not None else self._opening(),
            "n": self._near,
            "t": self._title,
            "c": dict.fromkeys((cue_name(h.cue) for h in hits), 1),
        }

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Which words lie in ``text[start:end]``? First and one past the last."""
        return bisect_left(self.words.starts, start), bisect_left(self.words.starts, end)

    def _around(self, span: Span) -> Counts:
        if self._whole is not None:
            return self._whole
        first, last = self.stretch(span[0] - REACH, span[1] + REACH)
        return _grams(self.words.stems[first:last])

    def _opening(self) -> Counts:
        _, last = self.stretch(0, OPENING)
        return _grams(self.words.stems[:last])

    def _near_mentions(self) -> Counts:
        counts: Counter[str] = Counter()
        for start, end in self.mentions:
            first, last = self.stretch(start - NEAR, end + NEAR)
            counts.update(_grams(self.words.stems[first:last]))
        return dict(counts)

    def _phrase(self, span: Span) -> Iterator[str]:
        at, after = self.stretch(*span)
        stems = self.words.stems
        word = self.paper.text[span[0] : span[1]].lower()
        left, right = stems[max(0, at - 8) : at][::-1], stems[max(at + 1, after) : at + 9]
        yield f"w={word}"
        for side, near in (("L", left), ("R", right)):
            yield from _side(side, near)
        if left and right:
            yield f"{left[0]}_A_{right[0]}"
        if left:
            yield f"{word}<{left[0]}"
        if right:
            yield f"{word}>{right[0]}"
        if len(right) > 1:
            yield f"{word}>{right[0]}_{right[1]}"
        yield from _targets(right)


def cue_name(cue: object) -> str:
    """A cue's name as a feature: what it looks for and where, so that it outlives a change of its weight."""
    return f"{cue.variable}\t{cue.code}\t{cue.within}\t{cue.pattern}"  # type: ignore[attr-defined]


def _grams(stems: Sequence[str]) -> Counts:
    counts = Counter(stems)
    counts.update(f"{a}_{b}" for a, b in zip(stems, stems[1:], strict=False))
    return dict(counts)


def _side(side: str, near: Sequence[str]) -> Iterator[str]:
    for distance, word in enumerate(near[:6]):
        yield f"{side}={word}"
        yield f"c={word}"
        if distance < 2:
            yield f"{side}{distance}={word}"
    for distance, pair in enumerate(zip(near[:3], near[1:4], strict=False)):
        yield f"{side}b{distance}={pair[0]}_{pair[1]}"


def _targets(right: Sequence[str]) -> Iterable[str]:
    """What stands after *with*, *to*, *for*: what the object is aligned to."""
    for distance, word in enumerate(right[:7]):
        if word in _LINKS:
            following = right[distance + 1 : distance + 5]
            yield from (f"{word}>{target}" for target in following)
            if following:
                yield f"T={word}_{following[0]}"
