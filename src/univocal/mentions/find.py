"""Where does a text say *align-*?"""

from __future__ import annotations

from collections.abc import Iterable

import regex

#: The word family, as the gold data has it.
ALIGN = regex.compile(
    r"\b(?:mis|un|non|super|over|under|re|co|pre|post|self)?-?align(?:s|ed|ing|ment|ments|able|er|ers)?\b",
    regex.IGNORECASE,
)


def find_mentions(text: str, skip: Iterable[tuple[int, int]] = ()) -> tuple[tuple[int, int], ...]:
    """Start and end (code points) of every *align-* word, outside the stretches ``skip``.

    ``skip`` are merged, ordered (start, end) pairs, such as ``Paper.uncoded()``.

    >>> find_mentions("Misaligned goals; sequence alignment.")
    ((0, 10), (27, 36))
    >>> find_mentions("Misaligned goals; sequence alignment.", skip=[(0, 17)])
    ((27, 36),)
    """
    found = [match.span() for match in ALIGN.finditer(text)]
    stretches = tuple(skip)
    if not stretches:
        return tuple(found)
    kept: list[tuple[int, int]] = []
    at = 0
    for start, end in found:
        while at < len(stretches) and stretches[at][1] <= start:
            at += 1
        if at == len(stretches) or end <= stretches[at][0]:
            kept.append((start, end))
    return tuple(kept)
