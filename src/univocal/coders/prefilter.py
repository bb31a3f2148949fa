r"""Which words must a text hold before a pattern can match? Most cues need not be searched for at all.

Most cues are ``\b(?:this|that stem\w*|...)`` followed by more: a match starts with a word whose first letters are
known. Where no word of a text starts so, the search is left out. It never changes a result.
"""

from __future__ import annotations

import regex

_WORD = regex.compile(r"\w+")
_RUN = regex.compile(r"([a-z]{2,})([?*{]?)")
#: How many first letters of a word are compared, at most and at least.
MOST, LEAST = 4, 2


def starts(text: str) -> frozenset[str]:
    """The first two, three and four characters of each word of a (lower-case) text.

    >>> sorted(starts("word"))
    ['wo', 'wor', 'word']
    """
    words = set(_WORD.findall(text))
    return frozenset(w[:n] for n in range(LEAST, MOST + 1) for w in words)


def required(pattern: str) -> frozenset[str] | None:
    r"""Word starts of which a text must hold at least one for ``pattern`` to match; None where that can't be told.

    >>> sorted(required(r"\b(?:word|sentences?)[- ]align"))
    ['sent', 'word']
    >>> required(r"(?:well )?aligned") is None
    True
    """
    if not pattern.startswith(r"\b"):
        return None
    grouped = pattern.startswith(r"\b(?:")
    parts = _alternatives(pattern[5:] if grouped else pattern[2:] + ")")
    if parts is None or (not grouped and len(parts) > 1):
        return None
    found: set[str] = set()
    for part in parts:
        run = _RUN.match(part)
        letters = run[1][:-1] if run and run[2] else run[1] if run else ""
        if len(letters) < LEAST:
            return None
        found.add(letters[:MOST])
    return frozenset(found)


def _alternatives(body: str) -> list[str] | None:
    """Split ``a|b|c)rest`` at its own bars. None where the group may be left out, or the rest has bars of its own."""
    parts: list[str] = []
    depth = at = begin = 0
    closed = False
    while at < len(body):
        char = body[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = _after_class(body, at)
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth < 0 and not closed:
                parts.append(body[begin:at])
                closed, depth = True, 0
                if body[at + 1 : at + 2] in ("?", "*", "{"):
                    return None
        elif char == "|" and depth == 0:
            if closed:
                return None
            parts.append(body[begin:at])
            begin = at + 1
        at += 1
    return parts if closed else None


def _after_class(body: str, at: int) -> int:
    """The index of the bracket that closes the character class opened at ``at``."""
    at += 1
    if body[at : at + 1] == "^":
        at += 1
    if body[at : at + 1] == "]":
        at += 1
    while at < len(body) and body[at] != "]":
        at += 2 if body[at] == "\\" else 1
    return at
