"""Orders of coding: at random, by `univocal next`, and as learners choose (ASReview's and modAL's strategies).

A learner is fitted anew whenever 25 more papers are coded, and chooses

* *certainty*: the papers most likely to have the code. The model and its settings are ASReview's default, ELAS u4 (version
  3.0.8: TF-IDF of words and pairs, a linear support vector machine with C = .11, papers without the code weighing 1 / 9.8 of
  those with it, query ``max``); ASReview fits it anew for every paper, which is left out here for time;
* *mixed*: the same, with one in twenty at random (ASReview's ``max_random``);
* *uncertainty*: the papers with the greatest 1 - max P (modAL 0.4.2's ``uncertainty_sampling``), by logistic regression.

Both packages were read, not run. The first 25 papers are a random sample, or, until it holds a paper with the code and one
without, more of it. *Machine* is no learner: the papers most likely to have the code by the machine that coded them all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from next_population import Population
from next_study import Places, World, drawing_of, part
from numpy.typing import NDArray

from univocal.study.draws import stratified
from univocal.study.stages import Batch, Drawn

STEP = 25
#: Of batches of `next`, where it goes on and on.
BATCH = 100
#: Coded so many, how good is the learner?
CURVE = (100, 200, 400, 800)
RECALL = 0.95
STRATEGIES = ("random", "next", "machine", "certainty", "mixed", "uncertainty")


@dataclass(frozen=True)
class Course:
    """Of one order: papers until 95% of those with the code are found; the naive share after each of ``CURVE``; the average
    precision, on papers held out, of a learner fitted to so many."""

    recall: int
    naive: tuple[float, ...]
    precision: tuple[float, ...]


def matrix(papers: Population):
    """TF-IDF of words and pairs of words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), max_df=0.95)
    return made.fit_transform([one.paper.text for one in papers.gold])


def course(strategy: str, now: World, features, rng: np.random.Generator) -> Course:
    """One order of three quarters of the papers; the other quarter is held out."""
    from sklearn.metrics import average_precision_score

    n = len(now.has)
    mixed = rng.permutation(n)
    pool, held = mixed[: 3 * n // 4], mixed[3 * n // 4 :]
    order = pool[_order(strategy, part(now, pool), features[pool], rng)]
    found = np.cumsum(now.has[order])
    precision = [
        float(average_precision_score(now.has[held], _likely(features, now.has, order[:size])[held]))
        for size in CURVE
    ]
    naive = [float(now.has[order[:size]].sum() / max(now.asked[order[:size]].sum(), 1)) for size in CURVE]
    return Course(1 + int(np.searchsorted(found, RECALL * found[-1])), tuple(naive), tuple(precision))


def _likely(features, has, rows: Places) -> NDArray[np.float64]:
    """The chance of every paper, by a learner of these rows."""
    from sklearn.linear_model import LogisticRegression

    if has[rows].all() or not has[rows].any():
        return np.full(features.shape[0], 0.5)
    learner = LogisticRegression(class_weight="balanced", solver="liblinear", C=3.0)
    return learner.fit(features[rows], has[rows]).predict_proba(features)[:, 1]


def _elas(features, has, rows: Places) -> NDArray[np.float64]:
    """How far each paper is on the side of those with the code, by ASReview's default model."""
    from sklearn.svm import LinearSVC

    said = has[rows]
    weight = np.where(said, 1.0, said.sum() / (9.8 * (~said).sum()))
    learner = LinearSVC(loss="squared_hinge", C=0.11)
    return learner.fit(features[rows], said, weight * len(said) / weight.sum()).decision_function(features)


def _order(strategy: str, now: World, features, rng: np.random.Generator) -> Places:
    n = len(now.has)
    if strategy == "random":
        return rng.permutation(n)
    if strategy == "machine":  # no learning: most likely first, by the machine that there is
        return np.lexsort((rng.random(n), -now.found.has))
    if strategy == "next":
        return _by_next(now, rng)
    done = rng.permutation(n)[:STEP]
    while now.has[done].all() or not now.has[done].any():
        rest = np.setdiff1d(np.arange(n), done)
        done = np.concatenate([done, rng.permutation(rest)[:STEP]])
    while len(done) < n:
        rest = np.setdiff1d(np.arange(n), done)
        if strategy == "uncertainty":
            score = -np.abs(_likely(features, now.has, done)[rest] - 0.5)
        else:
            score = _elas(features, now.has, done)[rest]
        best = rest[np.argsort(-score, kind="stable")][:STEP]
        if strategy == "mixed" and len(rest) > STEP:
            some = rng.random(STEP) < 0.05
            others = rng.permutation(np.setdiff1d(rest, best))[: int(some.sum())]
            best = np.concatenate([best[: STEP - len(others)], others])
        done = np.concatenate([done, best])
    return done


def _by_next(now: World, rng: np.random.Generator) -> Places:
    left, coded = np.ones(len(now.has), dtype=bool), np.zeros(len(now.has), dtype=bool)
    batches: tuple[Batch, ...] = ()
    outcome: dict[str, float] = {}
    order: list[Places] = []
    while left.any():
        drawing, names = drawing_of(now, left, coded, batches, outcome)
        n = min(BATCH, int(left.sum()))
        sizes, _, _ = drawing.allocated(n)
        rows = np.flatnonzero(left)
        made = stratified(
            names[rows].tolist(), dict(zip(drawing.frame.names, sizes.tolist(), strict=True)), rng
        )
        drawn = rows[made.drawn]
        papers = tuple(
            Drawn(str(at), p, str(names[at]), coded=True)
            for at, p in zip(drawn.tolist(), made.probability.tolist(), strict=True)
        )
        batches = (*batches, Batch(str(len(batches)), "stratified", len(rows), papers))
        outcome |= {str(at): float(now.has[at]) if now.asked[at] else np.nan for at in drawn.tolist()}
        left[drawn], coded[drawn] = False, True
        order.append(drawn)
    return np.concatenate(order)
