"""What is a word like? Static vectors, distilled from a sentence encoder (training/distil_words.py)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

FILE = "words.npz"


@dataclass(frozen=True)
class WordVectors:
    """One vector a word, and how much a word counts in a mean (rare words more).

    The means follow Arora, Liang and Ma 2017 (smooth inverse frequency).
    """

    words: tuple[str, ...]
    rows: NDArray[np.float32]
    weight: NDArray[np.float32]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {w: i for i, w in enumerate(self.words) if "align" not in w})

    def ids(self, words: Iterable[str]) -> list[int]:
        """The row of each word; a hyphenated word that is unknown stands for its first known part; -1 without."""
        index: dict[str, int] = self._index  # type: ignore[attr-defined]
        found: list[int] = []
        for word in words:
            at = index.get(word, -1)
            if at < 0 and "-" in word:
                at = next((index[p] for p in word.split("-") if p in index), -1)
            found.append(at)
        return found

    def mean(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The weighted mean of the known words; zero without any."""
        known = np.array([i for i in ids if i >= 0], np.int64)
        if not len(known):
            return np.zeros(self.rows.shape[1], np.float32)
        weight = self.weight[known]
        return np.asarray(weight @ self.rows[known] / weight.sum(), np.float32)


@cache
def word_vectors() -> WordVectors:
    """The vectors that ship with the package."""
    data = (files("univocal.coders") / "data" / FILE).read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as store:
        words = bytes(store["words"]).decode().split("\n")
        return WordVectors(tuple(words), store["rows"].astype(np.float32) * store["scale"], store["weight"])
