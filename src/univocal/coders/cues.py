"""Where do a codebook's cues match in a paper? Compiled once per codebook, searched once per paper.

A cue reaches as far as its ``within`` says:

- ``mention``: its match covers the *align-* word and stays within ``PHRASE`` code points either side of it;
- ``sentence``: it matches in the sentence that holds the word;
- ``paper``: it matches in coded text (not in references, boilerplate, comments or maths). For a mention that is the
  text within ``REACH`` code points of it; for a question about the whole paper, the paper's ``opening``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import regex

from univocal.codebook.model import Codebook, Cue
from univocal.coders.prefilter import required, starts
from univocal.errors import CodebookError, CoderError
from univocal.records import Paper
from univocal.text import sentences

#: How many code points either side of an *align-* word belong to its phrase.
PHRASE = 60
#: How far from a mention a cue with ``within = "paper"`` still speaks of it. An abstract is shorter than this.
REACH = 2_500
#: How many code points of a long paper say what the paper as a whole is about.
OPENING = 5_000
#: How long one cue may search one paper before it is named as the culprit.
TIMEOUT_SECONDS = 5.0

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """One cue that matched at ``text[start:end]``."""

    cue: Cue
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case, without moving any offset (a character whose lower case is longer stays as it is).

    >>> fold("Aligned İ")
    'aligned İ'
    """
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


@dataclass(frozen=True)
class CueSet:
    """A codebook's cues, ready to search. ``by_variable`` keeps the codebook's order."""

    cues: tuple[Cue, ...]
    patterns: tuple[Any, ...]
    required: tuple[frozenset[str] | None, ...]
    by_variable: dict[str, tuple[int, ...]]

    @classmethod
    def compile(cls, codebook: Codebook) -> CueSet:
        """Compile every cue.

        Raises:
            CodebookError: every cue whose pattern is not a regular expression of the ``regex`` module.
        """
        patterns: list[Any] = []
        faults: list[str] = []
        seen: dict[str, Any] = {}
        by_variable: dict[str, list[int]] = {}
        for number, cue in enumerate(codebook.cues):
            try:
                patterns.append(seen.get(cue.pattern) or seen.setdefault(cue.pattern, _compiled(cue.pattern)))
            except regex.error as error:
                faults.append(
                    f"{codebook.id}: cue[{number}].pattern ({cue.variable}, {cue.code}): {error} in {cue.pattern!r}. "
                    "Expected a regular expression of the regex module."
                )
            by_variable.setdefault(cue.variable, []).append(number)
        if faults:
            raise CodebookError(faults)
        needs = tuple(None if p.flags & regex.IGNORECASE else required(p.pattern) for p in patterns)
        return cls(codebook.cues, tuple(patterns), needs, {k: tuple(v) for k, v in by_variable.items()})


#: The codebooks seen last. A codebook's hash reads all of it, so its identity is the key; it is kept, so that
#: no other object can take that identity.
_COMPILED: dict[int, tuple[Codebook, CueSet]] = {}
_KEPT = 4


def cue_set(codebook: Codebook) -> CueSet:
    """A codebook's compiled cues; compiled when first asked for.

    Raises:
        CodebookError: a cue's pattern is not a regular expression.
    """
    known = _COMPILED.get(id(codebook))
    if known is None:
        known = (codebook, CueSet.compile(codebook))
        while len(_COMPILED) >= _KEPT:
            del _COMPILED[next(iter(_COMPILED))]
        _COMPILED[id(codebook)] = known
    return known[1]


def _compiled(pattern: str) -> Any:
    """Ignoring case is slow, and the text is folded; only a pattern with capitals of its own needs the flag."""
    capitals = regex.search(r"\p{Lu}", regex.sub(r"\\[A-Z]|\\[pP]\{[^}]*\}", "", pattern))
    return regex.compile(pattern, regex.IGNORECASE if capitals else 0)


@dataclass
class Scan:
    """One paper under one cue set. Every search is made at most once."""

    cue_set: CueSet
    paper: Paper
    mentions: tuple[Span, ...]
    _folded: str = field(init=False)
    _skip: tuple[Span, ...] = field(init=False)
    _sentences: tuple[Span, ...] = field(init=False)
    _found: dict[tuple[Any, ...], Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Fold the text and cut it into sentences, once."""
        self._folded = fold(self.paper.text)
        self._skip = self.paper.uncoded()
        self._sentences = sentences(self.paper.text)

    def sentence(self, span: Span) -> Span:
        """The sentence that holds ``span`` (from the first that it touches to the last)."""
        first = bisect_right(self._sentences, span[0], key=lambda s: s[1])
        last = bisect_left(self._sentences, span[1], key=lambda s: s[0]) - 1
        if first > last:
            return span
        return self._sentences[first][0], self._sentences[last][1]

    def opening(self) -> int:
        """Where does the stretch end that says what the paper as a whole is about?"""
        abstract = max((s.end for s in self.paper.sections if s.kind == "abstract"), default=0)
        return min(len(self._folded), max(OPENING, abstract))

    def at_mention(self, variable: str, mention: Span) -> Iterator[Hit]:
        """Which of the variable's cues speak of this mention?"""
        near = (mention[0] - REACH, mention[1] + REACH)
        for number in self.cue_set.by_variable.get(variable, ()):
            span = self._locate(number, (mention,), near)
            if span:
                yield Hit(self.cue_set.cues[number], *span)

    def at_paper(self, variable: str, mentions: tuple[Span, ...]) -> Iterator[Hit]:
        """Which of the variable's cues speak of the paper, whose relevant mentions are these? Each counts once."""
        for number in self.cue_set.by_variable.get(variable, ()):
            span = self._locate(number, mentions, (0, self.opening()))
            if span:
                yield Hit(self.cue_set.cues[number], *span)

    def around(self, variable: str, span: Span) -> Iterator[Hit]:
        """Which of the variable's sentence cues match in the sentence that holds ``span``?"""
        for number in self.cue_set.by_variable.get(variable, ()):
            cue = self.cue_set.cues[number]
            found = self._in_sentence(number, span) if cue.within == "sentence" else None
            if found:
                yield Hit(cue, *found)

    def everywhere(self, number: int) -> tuple[Span, ...]:
        """Every match of a cue's pattern in coded text."""
        key = (number, "everywhere")
        if key not in self._found:
            self._found[key] = tuple(self._search(number, 0, len(self._folded)))
        return self._found[key]  # type: ignore[no-any-return]

    def _locate(self, number: int, mentions: tuple[Span, ...], near: Span) -> Span | None:
        within = self.cue_set.cues[number].within
        if within == "paper":
            return self._in_paper(number, near)
        look = self._in_phrase if within == "mention" else self._in_sentence
        return next((span for m in mentions if (span := look(number, m))), None)

    def _in_paper(self, number: int, near: Span) -> Span | None:
        """The first match that starts in ``near``. In a text that all lies near, the search stops at the first."""
        if len(self._folded) <= REACH:
            return self._first((number, "paper"), 0, len(self._folded))
        spans = self.everywhere(number)
        at = bisect_left(spans, near[0], key=lambda s: s[0])
        return spans[at] if at < len(spans) and spans[at][0] < near[1] else None

    def _in_sentence(self, number: int, mention: Span) -> Span | None:
        sentence = self.sentence(mention)
        return self._first((number, sentence), *sentence)

    def _in_phrase(self, number: int, mention: Span) -> Span | None:
        start, end = mention
        return self._first((number, "phrase", mention), max(0, start - PHRASE), end + PHRASE, cover=mention)

    def _first(self, key: tuple[Any, ...], start: int, end: int, cover: Span | None = None) -> Span | None:
        if key not in self._found:
            found = self._search(key[0], start, end, overlapped=cover is not None)
            self._found[key] = next(
                (s for s in found if cover is None or (s[0] <= cover[0] and cover[1] <= s[1])), None
            )
        return self._found[key]  # type: ignore[no-any-return]

    def _search(self, number: int, start: int, end: int, *, overlapped: bool = False) -> Iterator[Span]:
        needs = self.cue_set.required[number]
        if needs is not None and needs.isdisjoint(self._starts(start, end)):
            return
        try:
            for match in self.cue_set.patterns[number].finditer(
                self._folded, start, end, overlapped=overlapped, timeout=TIMEOUT_SECONDS
            ):
                if not self._skipped(match.span()):
                    yield match.span()
        except TimeoutError as error:
            cue = self.cue_set.cues[number]
            raise CoderError(
                f"{self.paper.id}: the cue {cue.pattern!r} ({cue.variable}, {cue.code}) searched for more than "
                f"{TIMEOUT_SECONDS:g} s. Make the pattern simpler: no repetition inside a repetition."
            ) from error

    def _starts(self, start: int, end: int) -> frozenset[str]:
        """How words start there. A word cut off at either end only adds to them."""
        key = ("starts", start, end)
        if key not in self._found:
            self._found[key] = starts(self._folded[start:end])
        return self._found[key]  # type: ignore[no-any-return]

    def _skipped(self, span: Span) -> bool:
        if not self._skip or span[0] == span[1]:
            return False
        at = bisect_right(self._skip, span[0], key=lambda s: s[1])
        return at < len(self._skip) and self._skip[at][0] < span[1]
