"""What every aggregate has in common: a posterior over the labels of each unit, and the label chosen from it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from univocal.statistics.answers import Answers
from univocal.statistics.matrix import Array

#: Labels whose posteriors differ by less than this are tied.
_TIE = 1e-9


class Aggregate(Protocol):
    """The members that every aggregate has.

    ``posterior`` has shape (units, labels): how probable is each label (for a majority: the share of the votes),
    NaN where nothing is known. ``choice`` has one label for each unit, None where labels are tied or nothing is
    known. ``method`` says how the aggregate was made, and what speaks against it.
    """

    @property
    def method(self) -> str:
        """How was the aggregate made?"""

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """Which labels are there, in the order of the posterior's columns?"""

    @property
    def coders(self) -> tuple[Hashable, ...]:
        """Whose answers were aggregated?"""

    @property
    def posterior(self) -> Array:
        """How probable is each label of each unit?"""

    @property
    def choice(self) -> tuple[Hashable | None, ...]:
        """Which label has each unit?"""


@dataclass(frozen=True, slots=True, eq=False)
class LatentTruth:
    """What every model of an unseen truth finds by iteration: the truth, and how each coder errs.

    ``priors`` (labels,): how common is each true label? ``confusion`` (coders, true, given): with which probability
    does a coder give a label to a unit of each true label? ``posterior`` (units, labels); a unit without answers
    has the priors. ``log_likelihood`` is at these parameters. ``converged`` is False where ``max_iterations`` were
    not enough. ``errors_method`` says how standard errors were made, or why there are none.
    """

    method: str
    labels: tuple[Hashable, ...]
    coders: tuple[Hashable, ...]
    priors: Array
    confusion: Array
    posterior: Array
    log_likelihood: float
    n_iterations: int
    converged: bool
    errors_method: str

    @property
    def choice(self) -> tuple[Hashable | None, ...]:
        """The most probable label of each unit; None for a tie."""
        return choice_of(self.posterior, self.labels)


def without_answers(answers: Answers) -> dict[str, Any]:
    """The fields of a LatentTruth where nobody answered: nothing is known.

    >>> from univocal.statistics.answers import answers_of
    >>> LatentTruth(**without_answers(answers_of([[None]], labels=["a"]))).priors.tolist()
    [nan]
    """
    coders, labels, why = answers.n_coders, len(answers.labels), "undefined: no answers"
    return {
        "method": why,
        "labels": answers.labels,
        "coders": answers.coders,
        "priors": np.full(labels, np.nan),
        "confusion": np.full((coders, labels, labels), np.nan),
        "posterior": np.full((answers.n_units, labels), np.nan),
        "log_likelihood": 0.0,
        "n_iterations": 0,
        "converged": True,
        "errors_method": why,
    }


def method_of(how: str, n_iterations: int, *, converged: bool) -> str:
    """How a model was fitted, and whether its iterations sufficed.

    >>> method_of("EM", 7, converged=True)
    'EM, 7 iterations'
    """
    return f"{how}, {n_iterations} iterations" + "; NOT converged: raise max_iterations" * (not converged)


def choice_of(posterior: Array, labels: tuple[Hashable, ...]) -> tuple[Hashable | None, ...]:
    """The label of the largest posterior of each unit; None where it is tied or undefined.

    >>> choice_of(np.array([[0.5, 0.5], [0.2, 0.8], [np.nan, np.nan]]), ("a", "b"))
    (None, 'b', None)
    """
    if not labels:
        return (None,) * len(posterior)
    best = posterior.argmax(axis=1)
    near = posterior >= posterior[np.arange(len(best)), best][:, None] - _TIE
    best[near.sum(axis=1) != 1] = len(labels)
    table = np.empty(len(labels) + 1, dtype=object)
    table[:-1] = np.fromiter(labels, dtype=object, count=len(labels))
    return tuple(table[best].tolist())
