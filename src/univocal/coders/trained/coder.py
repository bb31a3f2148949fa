"""The trained coder: it reads a paper, scores it, settles its codes and quotes what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper
from univocal.coders.trained.extract import extract
from univocal.coders.trained.model import Model
from univocal.coders.trained.reading import TrainedReading
from univocal.coders.trained.weights import digest, fingerprint, shipped_bytes, unpack
from univocal.mentions.find import find_mentions
from univocal.records import Coding, Paper

NAME = "trained"
#: Raised when features, models or rules change in a way that changes codes.
VERSION = "1.0.0"


@dataclass(frozen=True)
class TrainedCoder:
    """Which codes do models learned from coded papers give a paper? Deterministic, offline, NumPy only.

    Variables that the models don't know (sub-categories, commitments, proxies, a codebook's own) are coded by the
    codebook's cues, and so are ideals that a codebook adds.

    >>> from univocal.codebook import load as load_codebook
    >>> paper = Paper("p1", "Word alignment for statistical machine translation")
    >>> coding = shipped().code(paper, load_codebook())[0]
    >>> coding.codes, coding.evidence[0].quote
    (('technical',), 'alignment')
    """

    model: Model
    version: str
    name: str = NAME

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        """Code one paper: a sense a mention, then the paper's variables, then its proxies.

        Raises:
            CodebookError: a cue's pattern is not a regular expression.
            CoderError: a cue searched one paper for too long.
        """
        spans = find_mentions(paper.text, paper.uncoded())
        if not spans:
            return ()
        found = extract(paper, self._with_cues(codebook), self.model.columns, spans)
        return TrainedReading(self.model, found, codebook, self.name).codings()

    def seen(self, paper: Paper) -> bool:
        """Was this coder trained on a paper with this very text?"""
        return fingerprint(paper.text) in self.model.seen

    def fit(self, gold: Sequence[GoldPaper], codebook: Codebook) -> TrainedCoder:
        """A new coder that has seen ``gold`` and nothing else that was coded. Sampling weights are not used.

        Raises:
            MissingExtraError: SciPy isn't installed (extra ``train``).
            CoderError: no paper has a coded mention.
        """
        from univocal.coders.trained.fit import learn

        model = learn(gold, codebook)
        return TrainedCoder(model, f"{VERSION}+{digest(model)}", self.name)

    def _with_cues(self, codebook: Codebook) -> Codebook:
        """The codebook and the cues that the model learned from, made once for each codebook."""
        known: dict[int, tuple[Codebook, Codebook]] = self._merged
        if id(codebook) not in known:
            if len(known) >= 4:
                known.pop(next(iter(known)))
            known[id(codebook)] = codebook, self.model.columns.codebook(codebook)
        return known[id(codebook)][1]

    _merged: Any = field(default_factory=dict, repr=False, compare=False)


@cache
def shipped() -> TrainedCoder:
    """The coder with the weights that ship with the package; read when first asked for."""
    model = unpack(shipped_bytes())
    return TrainedCoder(model, f"{VERSION}+{digest(model)}")
