"""Learning the trained coder's weights from coded papers (scikit-learn, extra ``train``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.codebook.model import Codebook, Variable
from univocal.coders.cues import cue_set
from univocal.coders.gold import GoldPaper
from univocal.coders.learnt.features import MENTION_BLOCKS, PAPER_BLOCKS, Counts, Seen
from univocal.coders.learnt.model import Floats, Linear, Vocabulary, calibrated, stacked
from univocal.coders.learnt.pool import pooled
from univocal.coders.learnt.weights import Weights, fingerprint
from univocal.errors import CoderError, MissingExtraError

#: Inverse strength of the L2 penalty for mentions and for papers, chosen by cross-validation.
C_MENTION, C_PAPER = 6.0, 4.0
#: Folds inside the training data: scores that a paper's own fit didn't make feed the second stage and calibration.
FOLDS = 4
SEED = 20_160_101
#: In how many papers a feature must stand to be learnt, a block.
FEWEST = {"x": 2, "d": 3, "n": 2, "t": 2, "c": 1}
#: Variables that are learnt beside the sense, in this order; others are left to the cues.
VARIABLES = (
    "about", "ideals", "primary", "object_x", "target_y", "threat_model", "valence", "harm_source", "definition",
    "tension_acknowledged", "diversity_acknowledged",
)  # fmt: skip


@dataclass(frozen=True)
class _Design:
    """Rows to learn from: a sparse matrix, dense columns, and the paper that each row belongs to."""

    sparse: Any
    dense: Floats
    paper: NDArray[np.int64]

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> _Design:
        return _Design(self.sparse[rows], self.dense[rows], self.paper[rows])


def learn(gold: Sequence[GoldPaper], codebook: Codebook) -> Weights:
    """Weights that have seen ``gold`` and nothing else that was coded. The same papers give the same weights.

    Raises:
        MissingExtraError: scikit-learn isn't installed.
        CoderError: there are too few papers to learn from.
    """
    if len(gold) < 2 * FOLDS:
        raise CoderError(f"{len(gold)} coded papers are too few to learn from; give at least {2 * FOLDS}")
    _need_sklearn()
    cues = cue_set(codebook)
    seen = [Seen(g.paper, tuple((m.start, m.end) for m in g.mentions), cues) for g in gold]
    fold = np.random.default_rng(SEED).permutation(len(gold)) % FOLDS
    owner = np.array([n for n, g in enumerate(gold) for m in g.mentions if m.sense is not None], dtype=np.int64)
    mentions = [
        s.mention((m.start, m.end)) for s, g in zip(seen, gold, strict=True) for m in g.mentions if m.sense is not None
    ]
    senses = tuple(c.id for c in codebook.variable("sense").codes if c.id in _used(gold))
    truth = np.array([senses.index(m.sense) for g in gold for m in g.mentions if m.sense is not None])
    near = Vocabulary.learn(mentions, owner, MENTION_BLOCKS, FEWEST)
    design = _Design(_sparse(near, mentions), np.zeros((len(mentions), 0), np.float32), owner)
    sense, held_out = _settle(design, truth, senses, fold, C_MENTION)
    probabilities = sense.probabilities(held_out)
    pools = np.stack([pooled(probabilities[owner == n]) for n in range(len(gold))])
    papers = [s.whole(VARIABLES) for s in seen]
    wide = Vocabulary.learn(papers, range(len(papers)), PAPER_BLOCKS, FEWEST)
    whole = _Design(_sparse(wide, papers), pools, np.arange(len(gold)))
    models = {
        name: model
        for name in VARIABLES
        if name in codebook and (model := _paper_model(whole, gold, codebook.variable(name), fold)) is not None
    }
    marks = np.sort(np.array([fingerprint(g.paper.text) for g in gold], dtype=np.uint64))
    return Weights(near, sense, wide, models, marks)


def _need_sklearn() -> None:
    try:
        import sklearn  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise MissingExtraError("Fitting the trained coder", "train") from error


def _used(gold: Sequence[GoldPaper]) -> set[str | None]:
    return {m.sense for g in gold for m in g.mentions}


def _sparse(vocabulary: Vocabulary, documents: Sequence[Mapping[str, Counts]]) -> Any:
    from scipy.sparse import csr_matrix

    columns, values, starts = stacked(vocabulary.vector(d) for d in documents)
    return csr_matrix((values, columns, starts), shape=(len(documents), len(vocabulary.rows)))


def _paper_model(
    design: _Design, gold: Sequence[GoldPaper], variable: Variable, fold: NDArray[np.int64]
) -> Linear | None:
    """The model of one variable, from the papers that it was coded for; None where it never varies."""
    asked = np.array([variable.id in g.coding for g in gold])
    values = [g.coding[variable.id] for g, a in zip(gold, asked, strict=True) if a]
    rows = design.take(asked)
    if variable.answers == "many":
        codes = tuple(c.id for c in variable.codes if any(c.id in v for v in values))
        return _several(rows, np.array([[int(c in v) for c in codes] for v in values]), codes, fold) if codes else None
    said = [str(v).lower() if isinstance(v, bool) else v for v in values]
    codes = tuple(c.id for c in variable.codes if c.id in said)
    if len(codes) < 2:
        return None
    return _settle(rows, np.array([codes.index(v) for v in said]), codes, fold, C_PAPER)[0]


def _settle(
    design: _Design, truth: NDArray[np.int64], codes: tuple[str, ...], fold: NDArray[np.int64], c: float
) -> tuple[Linear, Floats]:
    """One code of several: the model, and scores for each row from a fit that hadn't seen its paper."""
    held_out = np.zeros((len(truth), len(codes)), np.float32)
    for n in range(FOLDS):
        out = fold[design.paper] == n
        fitted = _fit(design.take(~out), truth[~out], codes, c)
        held_out[out] = _scores(fitted, design.take(out))
    temperature = calibrated(held_out.astype(np.float64), truth, several=False)
    return _with_temperature(_fit(design, truth, codes, c), temperature), held_out


def _several(
    design: _Design, truth: NDArray[np.int64], codes: tuple[str, ...], fold: NDArray[np.int64]
) -> Linear:
    """Each code by itself: one logistic model a code, one temperature for all."""
    held_out = np.zeros(truth.shape, np.float32)
    for n in range(FOLDS):
        out = fold[design.paper] == n
        held_out[out] = _scores(_fit_each(design.take(~out), truth[~out], codes), design.take(out))
    temperature = calibrated(held_out.astype(np.float64), truth, several=True)
    return _with_temperature(_fit_each(design, truth, codes), temperature)


def _fit(design: _Design, truth: NDArray[np.int64], codes: tuple[str, ...], c: float) -> Linear:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=c, max_iter=500, tol=1e-3)
    model.fit(hstack([design.sparse, csr_matrix(design.dense)]).tocsr(), truth)
    n_codes, n_rows = len(codes), design.sparse.shape[1]
    weights = np.zeros((n_rows + design.dense.shape[1], n_codes), np.float32)
    bias = np.full(n_codes, -10.0, np.float32)  # a code that this part of the data lacks
    if len(model.classes_) == 2:
        weights[:, model.classes_[1]], bias[model.classes_] = model.coef_[0], (0, model.intercept_[0])
    else:
        weights[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    return Linear(codes, weights[:n_rows], weights[n_rows:], bias, several=False)


def _fit_each(design: _Design, truth: NDArray[np.int64], codes: tuple[str, ...]) -> Linear:
    each = []
    for column in truth.T:
        if column.min() == column.max():
            each.append(None)  # never or always said in this part of the data
            continue
        each.append(_fit(design, column, ("no", "yes"), C_PAPER))
    n_rows, n_dense = design.sparse.shape[1], design.dense.shape[1]
    weights = [e.weights[:, 1] if e else np.zeros(n_rows, np.float32) for e in each]
    dense = [e.dense[:, 1] if e else np.zeros(n_dense, np.float32) for e in each]
    bias = [float(e.bias[1]) if e else -10.0 for e in each]
    return Linear(codes, np.stack(weights, 1), np.stack(dense, 1), np.array(bias, np.float32), several=True)


def _scores(model: Linear, design: _Design) -> Floats:
    return np.asarray(design.sparse @ model.weights + design.dense @ model.dense + model.bias, np.float32)


def _with_temperature(model: Linear, temperature: float) -> Linear:
    return Linear(model.codes, model.weights, model.dense, model.bias, model.several, temperature)


