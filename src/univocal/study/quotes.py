"""Finding words that somebody copied: where do they stand in a paper, word for word?

Forms of web pages send every line break as CR LF, so a form can't say which line break the paper has: a break in the
words stands for any. Nothing else is overlooked. What is stored is cut from the paper, at the place that was found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

#: Start and stop in the paper's text.
Reach = tuple[int, int]
#: Places that someone is asked to choose from, and how many are counted.
MOST_PLACES, _COUNTED = 30, 1_000
#: One line break: CR LF isn't two.
_BREAK = re.compile(r"(?:\r\n|\r(?!\n)|\n)")


@dataclass(frozen=True, slots=True)
class Found:
    """Where words stand. ``places`` are the first `MOST_PLACES` of ``n``.

    Where ``exact`` is False they stand nowhere, and ``places`` are those whose words differ only in blank space, case or
    the way in which their characters are written (ligatures, accents as characters of their own).
    """

    words: str
    places: tuple[Reach, ...]
    n: int
    exact: bool

    def meant(self, ticked: Collection[Reach]) -> tuple[Reach, ...]:
        """The places that are meant: the only one, or those of them that were ``ticked``; none where nobody said yet."""
        if self.exact and self.n == 1:
            return self.places
        return tuple(place for place in self.places if place in ticked)

    @property
    def fault(self) -> str:
        """What has to be said before these words can be evidence."""
        short = self.words if len(self.words) <= 80 else f"{self.words[:79]}…"
        if not self.places:
            return f"“{short}” doesn't stand in the paper. Copy the words from the paper's text."
        if not self.exact:
            return (
                f"“{short}” doesn't stand in the paper in these characters. Below are the paper's own words that come "
                "nearest: tick them if they are meant."
            )
        many = "" if self.n <= MOST_PLACES else f", of which the first {MOST_PLACES} are listed"
        n = f"more than {_COUNTED:,}" if self.n > _COUNTED else f"{self.n:,}"
        return f"“{short}” stands in {n} places{many}. Tick the one that is meant, or copy more of the words around it."


def find_quote(text: str, words: str) -> Found:
    r"""Where do these words stand in the text? Blank space before and after them is left out.

    >>> find_quote("We align it.\r\nWe do.", "it.\nWe").places
    ((9, 16),)
    >>> find_quote("We align it.\r\nWe do.", "We").n
    2
    >>> near = find_quote("We align it.", "we  ALIGN")
    >>> near.exact, near.places
    (False, ((0, 8),))
    """
    words = words.strip()
    places = _places(text, words) if words else []
    if places:
        return Found(words, tuple(places[:MOST_PLACES]), len(places), exact=True)
    near = _near(text, words)
    return Found(words, tuple(near[:MOST_PLACES]), len(near), exact=False)


def _places(text: str, words: str) -> list[Reach]:
    pattern = re.compile(_BREAK.pattern.join(map(re.escape, _BREAK.split(words))))
    found: list[Reach] = []
    one = pattern.search(text)
    while one is not None and len(found) <= _COUNTED:
        found.append(one.span())
        one = pattern.search(text, one.start() + 1)
    return found


def _near(text: str, words: str) -> list[Reach]:
    wanted = "".join(map(_plain, words))
    if not wanted:
        return []
    plain, origin = [], []
    for at, character in enumerate(text):
        for part in _plain(character):
            plain.append(part)
            origin.append(at)
    whole = "".join(plain)
    found: list[Reach] = []
    at = whole.find(wanted)
    while at >= 0 and len(found) <= _COUNTED:
        start, stop = origin[at], origin[at + len(wanted) - 1] + 1
        if not found or found[-1] != (start, stop):
            found.append((start, stop))
        at = whole.find(wanted, at + 1)
    return found


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """A character without its case and composition; nothing for blank space."""
    if character.isspace():
        return ""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
