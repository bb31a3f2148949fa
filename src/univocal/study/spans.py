"""Spans as a study keeps them: code points, the words themselves, and what stands before and after (W3C selectors).

Web Annotation Data Model, W3C Recommendation 2017, https://www.w3.org/TR/annotation-model/#selectors: a
TextQuoteSelector (exact, prefix, suffix) and a TextPositionSelector (start, end; here in code points).
"""

from __future__ import annotations

from dataclasses import dataclass

from univocal.errors import EvidenceError
from univocal.records import Evidence, check_quote

#: Code points of context on either side.
CONTEXT = 32


@dataclass(frozen=True, slots=True)
class Span:
    """Exact words of a paper, with their surroundings. ``code`` names which code they support, if not all."""

    start: int
    stop: int
    quote: str
    prefix: str
    suffix: str
    code: str | None = None

    def evidence(self, text: str) -> Evidence:
        """As evidence of a coding, checked against the text once more."""
        return Evidence(self.start, self.stop, self.quote, self.code, source=text)


def cut(text: str, start: int, stop: int, code: str | None = None, *, quote: str | None = None) -> Span:
    """The span of ``text[start:stop]``; where ``quote`` is given, it must stand there.

    Raises:
        EvidenceError: the place is outside the text or empty, or other words stand there.

    >>> cut("We align it.", 3, 8).prefix
    'We '
    """
    found = text[max(start, 0) : max(stop, 0)]
    check_quote(text, start, stop, found if quote is None else quote)
    return Span(start, stop, found, text[max(start - CONTEXT, 0) : start], text[stop : stop + CONTEXT], code)


def unkeepable(text: str) -> str:
    r"""What no database keeps of this text; nothing where it can be kept.

    >>> unkeepable("a\0b"), unkeepable("a")
    ('a NUL character', '')
    """
    if "\0" in text:
        return "a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half of a surrogate pair"
    return ""


def anchor(
    text: str, quote: str, *, prefix: str = "", suffix: str = "", near: int | None = None
) -> tuple[int, int]:
    """Where do these words stand, with these surroundings?

    Args:
        text: the paper's.
        quote: the exact words.
        prefix: what stands right before, as far as it is known.
        suffix: what stands right after.
        near: where they are said to start; the nearest of several places is taken.

    Raises:
        EvidenceError: they stand nowhere, or in several places and nothing says which.

    >>> anchor("align and align", "align", prefix="and ")
    (10, 15)
    """
    places: list[int] = []
    at = text.find(quote) if quote else -1
    while at >= 0 and len(places) <= 10_000:
        stop = at + len(quote)
        if text.endswith(prefix, 0, at) and text.startswith(suffix, stop):
            places.append(at)
        at = text.find(quote, at + 1)
    if not places:
        raise EvidenceError(f"the words {quote[:80]!r} don't stand in the text with these surroundings")
    if len(places) > 1 and near is None:
        raise EvidenceError(
            f"the words {quote[:80]!r} stand in {len(places)} places; expected a start, or what stands before or after"
        )
    start = min(places, key=lambda place: abs(place - (near or 0)))
    return start, start + len(quote)
