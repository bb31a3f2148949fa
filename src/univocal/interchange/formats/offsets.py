"""From code points to UTF-16 units and back: a character beyond U+FFFF is one of the former and two of the latter.

UIMA and WebAnno TSV count in UTF-16 ("the offsets used in the TSV file are based on UTF-16", INCEpTION user's guide,
WebAnno TSV 3.3), because Java does. Label Studio did until 2021, because JavaScript does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16:
    """The offsets of one text, both ways.

    >>> units = Utf16("a\U0001f916b")
    >>> units.to(2), units.back(3), units.back(2)
    (3, 2, None)
    """

    def __init__(self, text: str) -> None:
        self._points = [found.start() for found in _ASTRAL.finditer(text)]
        self._units = [point + before for before, point in enumerate(self._points)]
        self.length = len(text) + len(self._points)

    def to(self, point: int) -> int:
        """The offset in UTF-16 units of one in code points."""
        return point + bisect_left(self._points, point)

    def back(self, unit: int) -> int | None:
        """The offset in code points; None for one that is outside the text or splits a pair of surrogates."""
        if not 0 <= unit <= self.length:
            return None
        before = bisect_left(self._units, unit)
        if before and self._units[before - 1] == unit - 1:
            return None
        return unit - before


@lru_cache(maxsize=4)
def utf16(text: str) -> Utf16:
    """The offsets of a text, made once for all of its spans.

    >>> utf16("a") is utf16("a")
    True
    """
    return Utf16(text)


@lru_cache(maxsize=4)
def _pairs(text: str) -> tuple[int, ...]:
    """Where each CR LF begins, in positions that count those before it as one."""
    return tuple(found.start() - before for before, found in enumerate(re.finditer("\r\n", text)))


def from_single_breaks(text: str, position: int) -> int:
    r"""The offset of a position that counts each CR LF as one.

    >>> from_single_breaks("a\r\nb\r\nc", 4), from_single_breaks("a\r\nb", 1)
    (6, 1)
    """
    return position + bisect_left(_pairs(text), position)
