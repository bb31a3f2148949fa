"""A text as the coder reads it: stems, n-grams, and the signs around a mention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

TOKEN = regex.compile(r"\w[\w-]+")
#: How far the signs of a mention reach, in code points either side of it.
REACH = 80
#: How far the words that are near a mention reach, for the question what its paper is about.
NEAR = 60
_SUFFIXES = (
    "ization", "isation", "ations", "ation", "ities", "ity", "ments", "ment", "ness", "ings", "ing", "ives", "ive",
    "ers", "er", "ies", "ied", "ed", "es", "s", "ly", "al",
)  # fmt: skip
_TARGET_WORDS = frozenset({"with", "to", "for", "between", "of", "and", "across"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a stretch of text: lower case, as stems, and where they stand."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


def tokens(text: str, start: int = 0, end: int | None = None) -> Tokens:
    """Which words stand in ``text[start:end]``? Offsets are into ``text``.

    >>> tokens("Aligning models.").stems
    ('align', 'model')
    """
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in TOKEN.finditer(text, start, len(text) if end is None else end):
        words.append(match.group().lower())
        spans.append(match.span())
    return Tokens(tuple(words), tuple(map(stem, words)), tuple(spans))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word less its commonest ending, where at least four letters stay. Crude, but the same every time.

    >>> stem("preferences"), stem("aligned"), stem("bias")
    ('preferenc', 'align', 'bias')
    """
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


def ngrams(stems: Sequence[str]) -> list[str]:
    """Stems and pairs of neighbours, in order: all the stems first, then the pairs.

    >>> ngrams(("human", "valu"))
    ['human', 'valu', 'human_valu']
    """
    return [*stems, *(f"{a}_{b}" for a, b in pairwise(stems))]


def signs(text: str, start: int, end: int) -> set[str]:
    """What stands around the mention ``text[start:end]``: words by side and distance, pairs, and what it aligns to.

    >>> sorted(s for s in signs("Word alignment with anchors", 5, 14) if s.startswith(("alignment", "T=")))
    ['T=with_anchor', 'alignment<word', 'alignment>with', 'alignment>with_anchor']
    """
    word = text[start:end].lower()
    left = [stem(m.lower()) for m in TOKEN.findall(text[max(0, start - REACH) : start])][::-1]
    right = [stem(m.lower()) for m in TOKEN.findall(text[end : end + REACH])]
    found = {f"w={word}", *_side("L", left), *_side("R", right), *_target(right)}
    if left and right:
        found.add(f"{left[0]}_A_{right[0]}")
    if left:
        found.add(f"{word}<{left[0]}")
    if right:
        found.add(f"{word}>{right[0]}")
    if len(right) > 1:
        found.add(f"{word}>{right[0]}_{right[1]}")
    return found


def _side(side: str, stems: Sequence[str]) -> Iterator[str]:
    for distance, one in enumerate(stems[:6]):
        yield f"{side}={one}"
        yield f"c={one}"
        if distance < 2:
            yield f"{side}{distance}={one}"
    for distance, (one, other) in enumerate(pairwise(stems[:4])):
        yield f"{side}b{distance}={one}_{other}"


def _target(right: Sequence[str]) -> Iterator[str]:
    """Aligned *with what*, alignment *of what*: the words after the first prepositions."""
    for distance, one in enumerate(right[:7]):
        if one in _TARGET_WORDS:
            following = right[distance + 1 : distance + 5]
            yield from (f"{one}>{other}" for other in following)
            if following:
                yield f"T={one}_{following[0]}"
