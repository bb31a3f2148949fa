"""Learning from coded papers (extra ``train``): machines first, then calibrators on scores of papers left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.codebook.model import Codebook, Variable
from univocal.coders.gold import GoldPaper
from univocal.coders.trained.blocks import Block, unit
from univocal.coders.trained.extract import CueColumns, Extract, extract
from univocal.coders.trained.logistic import calibrate
from univocal.coders.trained.model import Array, Calibrator, Model, paper_look, second_look
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
    columns = CueColumns(tuple(c for c in codebook.cues if c.variable in ("sense", "about", *LEARNED)))
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

    def _codes(self, variable: str, occurring: set[str]) -> tuple[str, ...]:
        """The codebook's codes that occur in the gold codings, in the codebook's order."""
        return tuple(c.id for c in self.codebook.variable(variable).codes if c.id in occurring)

    def _occurring(self, variable: str, of: Sequence[int]) -> set[str]:
        return {code for i in of for code in gold_codes(self.gold[i], variable)}

    def _targets(self, variables: Sequence[str], of: Any) -> tuple[tuple[tuple[str, str], ...], NDArray[np.float64]]:
        known = [v for v in variables if v in self.codebook]
        pairs = tuple((v, c) for v in known for c in self._codes(v, self._occurring(v, of)))
        rows = [[float(c in gold_codes(self.gold[i], v)) for v, c in pairs] for i in of]
        return pairs, np.array(rows, np.float64).reshape(len(of), len(pairs))

    def _sparse(self, places: Sequence[tuple[int, int]]) -> tuple[dict[str, Block], dict[str, Any]]:
        """Vocabularies, and the rows of every paper (``text``, ``near``, ``title``) or mention (``signs``)."""
        names: dict[str, list[Any]] = {
            "text": [e.passages[0].names for e in self.found],
            "near": [e.passages[0].near for e in self.found],
            "title": [e.title for e in self.found],
            "signs": [self.found[i].signs[j] for i, j in places],
        }
        blocks = {n: Block.learn(rows, self.settings.least[n]) for n, rows in names.items()}
        matrices = {
            n: sparse([blocks[n].row(one) for one in rows], len(blocks[n].names)) for n, rows in names.items()
        }
        return blocks, matrices

    def _dense(self, places: Sequence[tuple[int, int]]) -> tuple[dict[str, Array], dict[str, Any]]:
        raw = {
            "passage": np.array([self.vectors.mean(e.passages[0].ids) for e in self.found]),
            "sentence": np.array([self.vectors.mean(self.found[i].sentences[j]) for i, j in places]),
        }
        centres = {n: rows.mean(0) for n, rows in raw.items()}
        return centres, {n: unit(rows - centres[n]) for n, rows in raw.items()}

    def _cues(self, places: Sequence[tuple[int, int]]) -> tuple[dict[str, tuple[Array, Array]], dict[str, Any]]:
        """Rare cues count more than common ones, but not without bound; a block's mean square length is one."""
        raw = {
            "mention": np.array([self.found[i].cues[j] for i, j in places], np.float32),
            "mention_mean": np.array([e.cues.mean(0) for e in self.found], np.float32),
            "paper": np.array([e.paper_cues for e in self.found], np.float32),
        }
        scales: dict[str, tuple[Array, Array]] = {}
        for name, rows in raw.items():
            scale = 1 / np.sqrt(rows.std(0) + self.settings.cue_smooth)
            spread = float((((rows - rows.mean(0)) * scale) ** 2).sum(1).mean()) if rows.size else 0.0
            scales[name] = rows.mean(0), (scale / np.sqrt(spread or 1.0)).astype(np.float32)
        return scales, {f"cues/{n}": (rows - scales[n][0]) * scales[n][1] for n, rows in raw.items()}

    def _solve(
        self, data: Mapping[str, Any], weights: Mapping[str, float], of: Any, targets: NDArray[np.float64], unit_: str
    ) -> Solved:
        """``of`` are the papers of the examples, in order; rows of blocks that belong to papers are taken from there."""
        source = {"mention": {"cues": "cues/mention"}, "paper": {"cues": "cues/mention_mean", "paper_cues": "cues/paper"}}
        blocks: dict[str, tuple[Any, float]] = {}
        for name, weight in weights.items():
            rows = data[source[unit_].get(name, name)]
            by_mention = name in ("signs", "sentence") or (unit_ == "mention" and name == "cues")
            blocks[name] = (rows if by_mention else rows[of], weight)
        return solve(blocks, targets, self.settings.penalty, np.asarray(of))

    def _calibrate(
        self, senses: tuple[str, ...], y: Any, sense: Array, topic: Array, relevant: Any, paper: Array
    ) -> tuple[dict[str, Calibrator], dict[str, float]]:
        """Calibrators see only scores of papers left out, as they will of new papers."""
        members = [np.flatnonzero(self.of == i) for i in range(len(self.gold))]
        looks = np.zeros((len(y), 2 * y.shape[1] + topic.shape[1]), np.float32)
        for i, rows in enumerate(members):
            looks[rows] = second_look(sense[rows], (0,) * len(rows), topic[i])
        found = {"sense": calibrate(looks, y, senses, exclusive=True, penalty=self.settings.sense_shrink)}
        chances = found["sense"].probabilities(looks)
        thresholds = {"sense": _threshold(chances.max(1), self.settings.abstain)}
        pooled = np.array([paper_look(topic[i], paper[k], chances[members[i]]) for k, i in enumerate(relevant)])
        for variable in ("about", *(v for v in LEARNED if v in self.codebook)):
            pairs, targets = self._targets((variable,), relevant)
            codes = tuple(code for _, code in pairs)
            exclusive = self.codebook.variable(variable).answers in ("one", "flag")
            if len(codes) < 2:
                continue
            one = calibrate(pooled, targets, codes, exclusive=exclusive, penalty=self.settings.paper_shrink)
            p = one.probabilities(pooled)
            sure = p.max(1) if exclusive else np.maximum(p, 1 - p).prod(1)
            found[variable], thresholds[variable] = one, _threshold(sure, self.settings.abstain)
        return found, thresholds


def _threshold(confidence: Array, share: float) -> float:
    """Below which confidence lies this share of the answers?"""
    return float(np.round(np.quantile(confidence, share), 4))


def gold_codes(gold: GoldPaper, variable: str) -> tuple[str, ...]:
    """The codes that a paper has for a variable, whatever shape the file gives them."""
    value = gold.coding.get(variable)
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    return (value,) if isinstance(value, str) else tuple(value)
