"""Words of a text, stemmed, with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass

WORD = re.compile(r"\w[\w-]+")
_ENDINGS = (
    "ization", "isation", "ations", "ation", "ities", "ity", "ments", "ment", "ness", "ings", "ing", "ives", "ive",
    "ers", "er", "ies", "ied", "ed", "es", "s", "ly", "al",
)  # fmt: skip


def stem(word: str) -> str:
    """A lower-case word without its commonest ending, if four letters or more remain."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@dataclass(frozen=True, slots=True)
class Words:
    """A text's words in order: ``stems`` and where each starts and ends (code points)."""

    stems: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Words":
        """Cut a text into words."""
        found = [(stem(m.group().lower()), m.start(), m.end()) for m in WORD.finditer(text)]
        return cls(tuple(f[0] for f in found), tuple(f[1] for f in found), tuple(f[2] for f in found))
