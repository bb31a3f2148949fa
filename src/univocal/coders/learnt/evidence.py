"""The words that a linear model rests on: the sentence that speaks most for a code, verbatim."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from univocal.coders.learnt.features import NEAR, SHORT, Seen
from univocal.coders.learnt.model import Floats, Linear, Vocabulary
from univocal.records import Evidence
from univocal.text import sentences

#: Longer quotes are cut to so many words around the words that speak most.
LONGEST = 40


class Quoter:
    """Finds, for one paper, the words that speak for a code of a variable."""

    def __init__(self, seen: Seen, vocabulary: Vocabulary) -> None:
        self.seen, self.vocabulary = seen, vocabulary
        self._sentences = self._within_reach()

    def quote(self, model: Linear, code: str, name: str | None = None) -> Evidence | None:
        """The sentence whose words add most to the code; None where none adds anything."""
        pull = model.pull(code)
        best, most = None, 0.0
        for first, last, start, end in self._sentences:
            worth = self._words_worth(pull, first, last)
            total = float(worth.sum())
            if total > most:
                best, most = (first, last, start, end, worth), total
        if best is None:
            return None
        first, last, start, end, worth = best
        if last - first > LONGEST:
            start, end = self._cut(first, last, worth)
        return Evidence.cut(self.seen.paper.text, start, end, name)

    def _within_reach(self) -> list[tuple[int, int, int, int]]:
        """Sentences as (first word, last word, start, end): all of a short text, else those near mentions."""
        text, skip = self.seen.paper.text, self.seen.paper.uncoded()
        spans: Iterable[tuple[int, int]] = sentences(text)
        if len(text) > SHORT:
            spans = (s for s in spans if s[0] < SHORT or any(s[0] - NEAR < m[1] and m[0] < s[1] + NEAR for m in self.seen.mentions))
        kept = (s for s in spans if not any(a < s[1] and s[0] < b for a, b in skip))
        return [(*self.seen.stretch(*s), *s) for s in kept]

    def _words_worth(self, pull: Floats, first: int, last: int) -> Floats:
        """What each word of a stretch adds: itself and half of each pair that it stands in."""
        stems = self.seen.words.stems[first:last]
        worth = np.zeros(len(stems), np.float32)
        for at, stem in enumerate(stems):
            worth[at] += self._weight(pull, f"d:{stem}")
            if at + 1 < len(stems):
                pair = self._weight(pull, f"d:{stem}_{stems[at + 1]}")
                worth[at] += pair / 2
                worth[at + 1] += pair / 2
        return worth

    def _weight(self, pull: Floats, key: str) -> float:
        row = self.vocabulary.rows.get(key)
        return 0.0 if row is None else float(pull[row] * self.vocabulary.idf[row])

    def _cut(self, first: int, last: int, worth: Floats) -> tuple[int, int]:
        """The ``LONGEST`` words in a row that add most."""
        sums = np.convolve(worth, np.ones(LONGEST, np.float32), mode="valid")
        at = first + int(sums.argmax())
        return self.seen.words.starts[at], self.seen.words.ends[min(at + LONGEST, last) - 1]
