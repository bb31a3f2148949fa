"""The trained coder: linear models of words and cues, calibrated, that quote the words they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from univocal.codebook.model import Codebook
from univocal.coders.cues import cue_set
from univocal.coders.gold import GoldPaper
from univocal.coders.reading import Reading
from univocal.coders.learnt.added import at_mentions, of_paper, unseen
from univocal.coders.learnt.evidence import Quoter
from univocal.coders.learnt.features import Seen
from univocal.coders.learnt.fit import VARIABLES, learn
from univocal.coders.learnt.model import Linear
from univocal.coders.learnt.pool import joined, pooled
from univocal.coders.learnt.weights import Weights
from univocal.mentions import find_mentions
from univocal.records import Coding, Evidence, Paper

#: Below this probability of the likeliest code the coder abstains.
ABSTAIN_BELOW = 0.34
#: How far each mention is drawn towards the other mentions of its paper. Chosen by cross-validation.
DRAWN = 0.3


@dataclass(frozen=True)
class TrainedCoder:
    """Which codes do models learnt from coded papers give a paper? Deterministic, offline, NumPy only.

    Variables that the models don't know (``subcategory``, ``commitments``, the proxies, a codebook's own) are coded
    by the codebook's cues, and so are ideals that a codebook adds.
    """

    weights: Weights
    version: str
    name: str = "learnt"

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        """Code one paper.

        Raises:
            CodebookError: a cue's pattern is not a regular expression.
            CoderError: a cue searched one paper for too long.
        """
        spans = find_mentions(paper.text, paper.uncoded())
        if not spans:
            return ()
        return _Reader(self, Seen(paper, spans, cue_set(codebook)), codebook).codings()

    def seen(self, paper: Paper) -> bool:
        """Were these weights learnt from this paper's text?"""
        return self.weights.seen(paper.text)

    def fit(self, gold: Sequence[GoldPaper], codebook: Codebook) -> TrainedCoder:
        """A new coder that has seen ``gold`` and nothing else that was coded.

        Raises:
            MissingExtraError: scikit-learn (extra ``train``) isn't installed.
        """
        return TrainedCoder(learn(gold, codebook), version="fitted")


class _Reader:
    """One paper, one codebook, one coder."""

    def __init__(self, coder: TrainedCoder, seen: Seen, codebook: Codebook) -> None:
        self.coder, self.seen, self.codebook, self.weights = coder, seen, codebook, coder.weights
        near, sense = self.weights.near, self.weights.sense
        none = np.zeros(0, np.float32)
        scores = np.stack([sense.scores(*near.vector(seen.mention(m)), none) for m in seen.mentions])
        self.probabilities = sense.probabilities(scores)
        self.pool = pooled(self.probabilities)
        self.whole = self.weights.wide.vector(seen.whole(VARIABLES))
        self.quoter = Quoter(seen, self.weights.wide)

    def codings(self) -> tuple[Coding, ...]:
        """Senses in order of the text, then the paper's variables in the codebook's order."""
        added = unseen(self.codebook, self.weights.sense.codes)
        senses = at_mentions(self._senses(), self.seen, self.codebook, added)
        about = self._settled("about")
        if not set(about.codes or ()) & {"main", "passing"}:
            return (*senses, about)
        learnt = [self._settled(v.id) for v in self.codebook.variables if v.id in self.weights.papers and v.id != "about"]
        told = [of_paper(c, senses, self.seen, added) if c.variable in ("ideals", "primary") else c for c in learnt]
        rest = Reading(self.codebook, self.seen.scan, self.coder.name).left_open((*senses, about, *told))
        every = (about, *told, *(explained.coding for explained in rest))
        order = {v.id: n for n, v in enumerate(self.codebook.variables)}
        return (*senses, *sorted(every, key=lambda c: order[c.variable]))

    def _senses(self) -> tuple[Coding, ...]:
        codes = self.weights.sense.codes
        known = {c.id for c in self.codebook.variable("sense").codes}
        settled = []
        for span, chances in zip(self.seen.mentions, joined(self.probabilities, DRAWN), strict=True):
            best = int(chances.argmax())
            sure = chances[best] >= ABSTAIN_BELOW and codes[best] in known
            word = (Evidence.cut(self.seen.paper.text, *span),)
            settled.append(self._coding("sense", (codes[best],) if sure else None, word, float(chances[best])))
        return tuple(settled)

    def _settled(self, variable: str) -> Coding:
        """What a variable's model says, with the words that it rests on; a code without such words isn't said."""
        model = self.weights.papers[variable]
        chances = model.probabilities(model.scores(*self.whole, self.pool))
        codes, sure = _several(model, chances) if model.several else _one(model, chances)
        if codes is None:
            return self._coding(variable, None, (), sure)
        asked = {c.id: c for c in self.codebook.variable(variable).codes}
        quotes = []
        for code in codes:
            if code not in asked:
                return self._coding(variable, None, (), sure)
            if not asked[code].absence:
                quote = self.quoter.quote(model, code, code if model.several else None)
                if quote is None:
                    return self._coding(variable, None, (), sure)
                quotes.append(quote)
        return self._coding(variable, codes, tuple(quotes), sure)

    def _coding(
        self, variable: str, codes: tuple[str, ...] | None, evidence: tuple[Evidence, ...], sure: float
    ) -> Coding:
        return Coding(
            paper=self.seen.paper.id,
            coder=self.coder.name,
            variable=variable,
            codes=codes,
            evidence=evidence,
            confidence=round(sure, 4),
            codebook_version=self.codebook.version,
        )


def _one(model: Linear, chances: NDArray[np.float64]) -> tuple[tuple[str, ...] | None, float]:
    best = int(chances.argmax())
    sure = float(chances[best])
    return ((model.codes[best],) if sure >= ABSTAIN_BELOW else None), sure


def _several(model: Linear, chances: NDArray[np.float64]) -> tuple[tuple[str, ...], float]:
    """The codes that are likelier than not; the confidence is that of the least clear of all decisions."""
    codes = tuple(code for code, chance in zip(model.codes, chances, strict=True) if chance >= 0.5)
    return codes, float(np.maximum(chances, 1 - chances).min())
