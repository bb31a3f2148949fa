"""Documents for every run: the same words from the same seed."""

from __future__ import annotations

import random
from pathlib import Path

import orjson

CHARACTERS = 1_200
_WORDS = [
    "we",
    "study",
    "how",
    "models",
    "align",
    "with",
    "values",
    "and",
    "the",
    "alignment",
    "of",
    "agents",
    "under",
    "human",
    "feedback",
    "reward",
    "learning",
    "data",
    "shows",
    "results",
    "language",
    "training",
    "method",
    "evaluation",
    "paper",
    "proposes",
    "safety",
    "preferences",
    "system",
]


_OTHERS = [word for word in _WORDS if not word.startswith("align")]


def text(chance: random.Random, characters: int, *, mentions: float | None = None) -> str:
    """Words by chance; ``mentions`` is the share of align-words (a sixteenth where None)."""
    words: list[str] = []
    length = 0
    while length < characters:
        if mentions is None:
            words.append(chance.choice(_WORDS))
        else:
            words.append("alignment" if chance.random() < mentions else chance.choice(_OTHERS))
        length += len(words[-1]) + 1
    return " ".join(words)[:characters]


def records(n: int, characters: int = CHARACTERS) -> list[dict[str, str | int]]:
    chance = random.Random(n)
    return [
        {
            "id": f"d{number:06}", "title": " ".join(chance.choices(_WORDS, k=8)),
            "text": text(chance, characters), "year": 2000 + number % 25,
        }
        for number in range(n)
    ]  # fmt: skip


def write(path: Path, n: int, characters: int = CHARACTERS) -> Path:
    """JSON Lines of n documents; the file that is there already where it was made before."""
    if not path.exists():
        path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in records(n, characters)))
    return path
