"""Offsets, sentences, normalising: what every layer needs to know of a text. Offsets are code points."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

_LINE_END = re.compile(r"\r\n|\n|\r")


def line_starts(text: str) -> tuple[int, ...]:
    r"""At which offsets do the lines of a text start? A line ends at LF, CRLF or a lone CR.

    >>> line_starts("a\r\nb\nc")
    (0, 3, 5)
    """
    return (0, *(end.end() for end in _LINE_END.finditer(text)))


def line_column(starts: tuple[int, ...], offset: int) -> tuple[int, int]:
    """Line and column (both from 1, in code points) of an offset, given ``line_starts`` of the text.

    >>> line_column((0, 3, 5), 4)
    (2, 2)
    """
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where do the sentences of an English text stand? Trimmed of white space, in order.

    Blank lines always end a sentence, so a title never runs into its abstract.

    >>> [("We align (Fig. 2). Then we stop."[a:b]) for a, b in sentences("We align (Fig. 2). Then we stop.")]
    ['We align (Fig. 2).', 'Then we stop.']
    """
    from sentencex import get_sentence_boundaries

    found: list[tuple[int, int]] = []
    at = 0
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            for part in get_sentence_boundaries("en", paragraph):
                start, end = at + part["start_index"], at + part["end_index"]
                body = text[start:end]
                start += len(body) - len(body.lstrip())
                end -= len(body) - len(body.rstrip())
                if start < end:
                    found.append((start, end))
        at += len(paragraph) + 2
    return tuple(found)


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds ``text[start:end]`` (from the first sentence it touches to the last).

    >>> sentence_at("One. Two aligned. Three.", 9, 16)
    (5, 17)
    """
    touched = [s for s in sentences(text) if s[0] < end and start < s[1]]
    return (touched[0][0], touched[-1][1]) if touched else (start, end)


def normal_title(title: str) -> str:
    """A title as it is compared for duplicates: letters and digits only, case and accents folded.

    >>> normal_title("Aligning  AI: A Précis.") == normal_title("aligning ai - a precis")
    True
    """
    folded = unicodedata.normalize("NFKD", title.casefold())
    return "".join(c for c in folded if c.isalnum())
