"""Are the errors of two coders correlated, where the truth is known through the other coders' answers alone?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from univocal.statistics.aggregate_slots import Slots, log_of
from univocal.statistics.answers import Answers
from univocal.statistics.codings import smallest_type
from univocal.statistics.dawid_skene_em import Fit, fitted, settled
from univocal.statistics.dependence_tables import two_sided
from univocal.statistics.matrix import Array, ratio

Places = NDArray[np.intp]

#: A pair that gives a smaller share of all answers than this can't sway a fit to all.
_SWAY = 0.05
#: So many other coders must bear witness to the truth. Two and a pair with free joint errors just identify the model,
#: but then independent coders were called dependent too often (simulations/error_dependence.py).
FEWEST_OTHERS = 3
#: With fewer answers of others to a shared unit on average, the test rejects nearly always.
_WITNESSES = 2
#: With fewer shared units for each pair of labels, the test rejects too often.
_UNITS_PER_CELL = 100
#: So many cells (units × parameters) are worked on at once.
_CELLS = 1 << 18
#: With more other coders than this, their error rates are taken as known (a crowd).
_DOUBTED = 20
#: Steps of the fit of a pair's joint errors; each costs the pair's shared units alone.
_STEPS = 500


@dataclass(frozen=True, slots=True, eq=False)
class LatentTest:
    """What is told without the truth: expected 2 × 2 tables (true labels, 2, 2), and the test of independence."""

    tables: Array
    same_wrong: float
    expected_same_wrong: float
    p_value: float | None
    method: str


class Latent:
    """Tests of pairs of coders against an unseen truth.

    Args:
        answers: of all coders, sorted by unit, at most one for each coder and unit.

    >>> from univocal.statistics.answers import answers_of
    >>> rng = np.random.default_rng(1)
    >>> truth = rng.integers(2, size=400)
    >>> rows = [np.where(rng.random(400) < 0.8, truth, 1 - truth) for _ in range(5)]
    >>> latent = Latent(answers_of(np.array([*rows, rows[0]])))
    >>> latent.test(0, 5, np.arange(400), rows[0], rows[0]).p_value < 1e-6
    True
    """

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.n_labels = len(answers.labels)
        self._whole: Fit | None = None

    def test(
        self, j: int, k: int, unit: Places, a: Places, b: Places, left_out: frozenset[int] = frozenset()
    ) -> LatentTest | str:
        """Coders j and k gave labels ``a`` and ``b`` to the units ``unit``: are their errors independent?

        Coders in ``left_out`` bear no witness. Instead of a test, why it can't be told.
        """
        answers = self.answers
        rest = ~np.isin(answers.coder, [j, k, *left_out])
        if len(np.unique(answers.coder[rest])) < FEWEST_OTHERS:
            echoes = ", ".join(str(answers.coders[one]) for one in sorted(left_out))
            return f"too few coders remain to say what is true without {echoes}, who may err together with others"
        fewest = _UNITS_PER_CELL * self.n_labels**2
        if len(unit) < fewest:
            return f"{len(unit)} shared units are too few; with {self.n_labels} labels it takes {fewest:,}"
        witnesses = float(np.isin(answers.unit[rest], unit).sum()) / len(unit)
        if witnesses < _WITNESSES:
            return (
                f"the units that both answered have {witnesses:.2g} answers of other coders on average; "
                f"it takes {_WITNESSES} to say what is true"
            )
        others, doubts = self.others(j, unit, a, b, rest)
        joint = _joint_errors(others, a, b)
        first, second = joint.sum(axis=2), joint.sum(axis=1)
        labels = np.arange(self.n_labels)
        expected = joint * _given(others, joint, a, b).sum(axis=0)[:, None, None]
        tables = np.empty((self.n_labels, 2, 2))
        tables[:, 0, 0] = expected[labels, labels, labels]
        tables[:, 0, 1] = expected[labels, labels].sum(axis=1) - tables[:, 0, 0]
        tables[:, 1, 0] = expected[labels, :, labels].sum(axis=1) - tables[:, 0, 0]
        tables[:, 1, 1] = expected.sum(axis=(1, 2)) - tables[:, 0, 0] - tables[:, 0, 1] - tables[:, 1, 0]
        tables[tables < 1e-6] = 0  # left over from rounding, or from joint errors on their way to 0
        wrong = 1 - np.eye(self.n_labels)
        same = float((expected[:, labels, labels] * wrong).sum())
        same_expected = float((first * second * wrong * expected.sum(axis=(1, 2))[:, None]).sum())
        p_value, method = _score_test(others, doubts, first, second, a, b)
        return LatentTest(tables, same, same_expected, p_value, method)

    def others(
        self, j: int, unit: Places, a: Places, b: Places, rest: NDArray[np.bool_]
    ) -> tuple[Array, Array]:
        """What the other coders' answers say about the pair's units.

        The probability of each true label (units, labels), and how far each coder's being wrong departs from the
        expected under each true label (units, coders, labels): what the scores of their error rates are made of.
        """
        answers = self.answers
        if answers.n_answers - int(rest.sum()) < _SWAY * answers.n_answers:
            if self._whole is None:
                self._whole = fitted(Slots(answers), tolerance=1e-4)
            confusion, priors = self._whole.confusion, self._whole.priors
        else:
            confusion, priors = self._without(j, unit, a, b, rest)
        wanted = np.full(answers.n_units, -1, dtype=np.intp)
        wanted[unit] = np.arange(len(unit))
        at = wanted[answers.unit]
        rows = rest & (at >= 0)
        logs = log_of(confusion)[answers.coder[rows], :, answers.label[rows]]
        scores = np.stack(
            [np.bincount(at[rows], logs[:, t], minlength=len(unit)) for t in range(self.n_labels)], axis=1
        )
        return _shares(scores + log_of(priors)), self._doubts(confusion, at, rows, len(unit))

    def _doubts(self, confusion: Array, at: Places, rows: NDArray[np.bool_], n_units: int) -> Array:
        """How far each other coder's errors on each unit depart from the expected, (units, coders × labels)."""
        coders, coder = np.unique(self.answers.coder[rows], return_inverse=True)
        if len(coders) > _DOUBTED:  # each has many more answers than those to the pair's units
            return np.zeros((n_units, 0, self.n_labels))
        labels = np.arange(self.n_labels)
        right = np.nan_to_num(confusion[coders][:, labels, labels])
        result = np.zeros((n_units, len(coders), self.n_labels))
        result[at[rows], coder] = (self.answers.label[rows][:, None] != labels) - (1 - right)[coder]
        return result

    def _without(
        self, j: int, unit: Places, a: Places, b: Places, rest: NDArray[np.bool_]
    ) -> tuple[Array, Array]:
        """Dawid-Skene with the pair as one coder that gives pairs of labels: confusion of the rest, and priors."""
        answers, n = self.answers, self.n_labels
        joined = Answers(
            *_merged(answers.kept(rest), j, unit, a * n + b, n * n),
            answers.n_units,
            answers.coders,
            tuple(range(n * n)),
        )
        slots = Slots(joined, n_true=n)
        votes = np.zeros((answers.n_units, n))
        np.add.at(votes, (answers.unit[rest], answers.label[rest]), 1.0)
        votes += 1e-3  # units that no other coder answered start even
        rows = np.empty((slots.n_rows, n))
        rows[slots.row_of_unit] = votes[slots.units]
        start = slots.counts_given(rows / rows.sum(axis=1, keepdims=True))
        priors = start.classes / start.classes.sum()
        confusion = ratio(start.counts, start.counts.sum(axis=2, keepdims=True))
        fit = fitted(slots, start=Fit(priors, confusion, start.counts, 0.0, 0, False), tolerance=1e-4)
        return fit.confusion[:, :, :n], fit.priors


def _merged(
    rest: Answers, coder: int, unit: Places, label: Places, n_labels: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.signedinteger]]:
    units = np.concatenate([rest.unit, unit]).astype(np.int32)
    coders = np.concatenate([rest.coder, np.full(len(unit), coder)]).astype(np.int32)
    labels = np.concatenate([rest.label, label]).astype(smallest_type(n_labels))
    order = np.argsort(units, kind="stable")
    return units[order], coders[order], labels[order]


def _shares(scores: Array) -> Array:
    shares: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def _given(others: Array, joint: Array, a: Places, b: Places) -> Array:
    """The posterior of the truth from the other coders' answers and the pair's joint errors."""
    weights = others * joint[:, a, b].T
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 0, weights / np.where(total > 0, total, 1.0), others)


def _joint_errors(others: Array, a: Places, b: Places) -> Array:
    """P(labels of the pair | true label), (true, first, second), by maximum likelihood given the others."""
    n_labels = others.shape[1]
    cell = a * n_labels + b
    posterior = others
    likelihoods = [-math.inf] * 3
    joint = np.zeros((n_labels, n_labels, n_labels))
    for _ in range(_STEPS):
        counts: Array = np.zeros((n_labels, n_labels**2))
        for t in range(n_labels):
            counts[t] = np.bincount(cell, posterior[:, t], minlength=n_labels**2)
        joint = np.nan_to_num(ratio(counts, counts.sum(axis=1, keepdims=True)))
        joint = joint.reshape(n_labels, n_labels, n_labels)
        weights = others * joint[:, a, b].T
        total = weights.sum(axis=1, keepdims=True)
        likelihoods = [*likelihoods[1:], float(log_of(total).sum())]
        if settled(likelihoods, 1e-4):
            break
        posterior = weights / np.maximum(total, 1e-300)
    return joint


def _score_test(
    others: Array, doubts: Array, first: Array, second: Array, a: Places, b: Places
) -> tuple[float | None, str]:
    """The score of "wrong together" at independence, less what the scores of error rates and priors explain.

    Their variances are those that the model expects over all answers that the pair could have given: squares of
    the observed scores would be far too small where hardly any errors in common happened to occur.
    """
    n, n_labels = others.shape
    scores = _Scores(others, doubts, first, second)
    width = 1 + (2 + doubts.shape[1]) * n_labels + n_labels - 1
    if n < 2 * width:
        return None, f"undefined: {n} shared units are too few for {width} parameters"
    observed = np.zeros(width)
    expected = np.zeros((width, width))
    step = max(1, _CELLS // width)
    for start in range(0, n, step):
        block = slice(start, start + step)
        observed += scores.at(block, a[block], b[block])[0].sum(axis=0)
        for label_a in range(n_labels):
            for label_b in range(n_labels):
                rows, weight = scores.at(block, label_a, label_b)
                expected += rows.T @ (rows * weight[:, None])
    explained = np.linalg.lstsq(expected[1:, 1:], expected[1:, 0], rcond=1e-8)[0]
    variance = float(expected[0, 0] - expected[0, 1:] @ explained)
    if variance <= 1e-9 * n:
        return None, "undefined: no errors to be correlated"
    z = float(observed[0] - observed[1:] @ explained) / math.sqrt(variance)
    return two_sided(z), "score test against the other coders' posterior"


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """The scores of units at independence, for any answers of the pair: (units, 1 + nuisance parameters)."""

    others: Array
    doubts: Array
    first: Array
    second: Array

    def at(self, block: slice, a: Places | int, b: Places | int) -> tuple[Array, Array]:
        """Scores, and the probability of these answers, of a block of units."""
        labels = np.arange(self.others.shape[1])
        others, doubts = self.others[block], self.doubts[block]
        weights = others * self.first[:, a].T * self.second[:, b].T
        total = weights.sum(axis=1)
        posterior = np.where(total[:, None] > 0, weights / np.where(total > 0, total, 1.0)[:, None], others)
        wrong_a = (np.reshape(a, (-1, 1)) != labels) - (1 - self.first[labels, labels])
        wrong_b = (np.reshape(b, (-1, 1)) != labels) - (1 - self.second[labels, labels])
        parts = [
            (posterior * wrong_a * wrong_b).sum(axis=1, keepdims=True),
            posterior * wrong_a,
            posterior * wrong_b,
            (doubts * posterior[:, None]).reshape(len(others), -1),
            posterior[:, 1:] - self.others.mean(axis=0)[1:],
        ]
        return np.hstack(parts), total
