"""Learning from coded papers (extra ``train``): machines first, then calibrators on scores of papers left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.codebook.model import Codebook, Variable
from univocal.coders.gold import GoldPaper
from univocal.coders.trained.blocks import Block, unit
from univocal.coders.trained.extract import CueColumns, Extract, extract
from univocal.coders.trained.logistic import calibrate
from univocal.coders.trained.model import Array, Calibrator, Machine, Model, paper_look, second_look
from univocal.coders.trained.ridge import Solved, solve, sparse
from univocal.coders.trained.vectors import WordVectors, word_vectors
from univocal.coders.trained.weights import fingerprint
from univocal.errors import CoderError, MissingExtraError

#: Paper-level variables that are learned, ``about`` and the ideals apart. The others need rules or other coders.
LEARNED = (
    "ideals", "primary", "object_x", "target_y", "threat_model", "valence", "harm_source", "definition",
    "tension_acknowledged", "diversity_acknowledged",
)  # fmt: skip
TOPIC = ("about", "ideals")


@dataclass(frozen=True)
class Settings:
    """What was chosen by cross-validation (docs/explanation/coder-experiments.md)."""

    mention: Mapping[str, float] = field(
        default_factory=lambda: {
            "signs": 1.0, "text": 2.0, "near": 0.5, "title": 0.3, "passage": 1.0, "sentence": 0.3, "cues": 1.0,
        }
    )  # fmt: skip
    paper: Mapping[str, float] = field(
        default_factory=lambda: {
            "text": 2.0, "near": 0.5, "title": 0.3, "passage": 1.0, "cues": 1.0, "paper_cues": 1.0,
        }
    )  # fmt: skip
    penalty: float = 1.0
    sense_shrink: float = 3.0
    paper_shrink: float = 30.0
    abstain: float = 0.05
    least: Mapping[str, int] = field(default_factory=lambda: {"text": 3, "near": 2, "title": 2, "signs": 2})
    cue_smooth: float = 0.1


def learn(
    gold: Sequence[GoldPaper], codebook: Codebook, settings: Settings | None = None, vectors: WordVectors | None = None
) -> Model:
    """What can be learned from these papers?

    Raises:
        MissingExtraError: SciPy isn't installed.
        CoderError: no paper has a coded mention.
    """
    _need_scipy()
    chosen = settings or Settings()
    words = vectors or word_vectors()
    columns = CueColumns(codebook.cues)
    papers = [g for g in gold if any(m.sense for m in g.mentions)]
    if not papers:
        raise CoderError("there is nothing to learn from: no paper has a mention with a sense")
    found = [
        extract(g.paper, codebook, columns, words, tuple((m.start, m.end) for m in g.mentions)) for g in papers
    ]
    return _Lesson(papers, found, codebook, chosen, words, columns).model()


def _need_scipy() -> None:
    try:
        import scipy  # noqa: F401 - only asked whether it is there
    except ModuleNotFoundError as error:
        raise MissingExtraError("Training the coder", "train") from error


@dataclass
class _Lesson:
    """One run of learning."""

    gold: Sequence[GoldPaper]
    found: Sequence[Extract]
    codebook: Codebook
    settings: Settings
    vectors: WordVectors
    columns: CueColumns

    def model(self) -> Model:
        places = [(i, j) for i, g in enumerate(self.gold) for j, m in enumerate(g.mentions) if m.sense]
        self.of = np.array([i for i, _ in places])
        blocks, matrices = self._sparse(places)
        centres, dense = self._dense(places)
        scales, cues = self._cues(places)
        data = {**matrices, **dense, **cues}
        senses = self._codes("sense", {m.sense for g in self.gold for m in g.mentions if m.sense})
        y = np.array([[float(self.gold[i].mentions[j].sense == s) for s in senses] for i, j in places])
        everyone = np.arange(len(self.gold))
        relevant = np.array([i for i, g in enumerate(self.gold) if g.coding.get("about", "no") != "no"], np.int64)
        sense = self._solve(data, self.settings.mention, self.of, y, "mention")
        topic_out, topic_y = self._targets(TOPIC, everyone)
        paper_out, paper_y = self._targets(LEARNED, relevant)
        topic = self._solve(data, self.settings.paper, everyone, topic_y, "paper")
        paper = self._solve(data, self.settings.paper, relevant, paper_y, "paper")
        calibrators, thresholds = self._calibrate(senses, y, sense.left_out, topic.left_out, relevant, paper.left_out)
        return Model(
            blocks=blocks,
            centres=centres,
            cue_scale=scales,
            columns=self.columns,
            machines={"sense": sense.machine, "topic": topic.machine, "paper": paper.machine},
            outputs={"sense": tuple(("sense", s) for s in senses), "topic": topic_out, "paper": paper_out},
            calibrators=calibrators,
            thresholds=thresholds,
            seen=frozenset(fingerprint(g.paper.text) for g in self.gold),
        )
