"""One label for each unit out of several coders' answers, by any method, for labels and for sets of labels."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from univocal.errors import UnivocalError
from univocal.statistics.aggregate_result import Aggregate, LatentTruth, choice_of
from univocal.statistics.aggregate_slots import Slots
from univocal.statistics.answers import Answers, answers_of
from univocal.statistics.codings import Codings
from univocal.statistics.dawid_skene_em import dawid_skene
from univocal.statistics.labels import label_set
from univocal.statistics.mace_em import mace
from univocal.statistics.matrix import Array

Method = Literal["majority", "dawid_skene", "mace"]


@dataclass(frozen=True, slots=True, eq=False)
class Majority:
    """The votes: ``posterior`` (units, labels) holds each label's share of a unit's answers, NaN without any.

    ``n_answers`` (units,) says how many answers that are. Shares of votes are not probabilities of the truth.
    """

    method: str
    labels: tuple[Hashable, ...]
    coders: tuple[Hashable, ...]
    posterior: Array
    n_answers: NDArray[np.intp]

    @property
    def choice(self) -> tuple[Hashable | None, ...]:
        """The label with most votes for each unit; None for a tie, and where nobody answered."""
        return choice_of(self.posterior, self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class SetAggregate:
    """Aggregated sets of labels: each label was a yes/no question of its own.

    ``posterior`` (units, labels): how probable is it that the label belongs to the unit's set? Rows need not sum
    to 1. ``by_label`` holds the whole result for each label, whose labels are False and True.
    """

    method: str
    labels: tuple[Hashable, ...]
    coders: tuple[Hashable, ...]
    posterior: Array
    by_label: tuple[Aggregate, ...]

    @property
    def choice(self) -> tuple[frozenset[Hashable] | None, ...]:
        """The labels more probable than not of each unit, a set; None if one of them is tied or nobody answered."""
        answers = [one.choice for one in self.by_label]
        if not answers:  # only empty sets, or nothing, was answered
            return (frozenset(),) * len(self.posterior)
        return tuple(
            None
            if None in votes
            else frozenset(label for label, vote in zip(self.labels, votes, strict=True) if vote)
            for votes in zip(*answers, strict=True)
        )


def majority(
    codings: Codings | Answers,
    *,
    coders: Sequence[Hashable] | None = None,
    labels: Sequence[Hashable] | None = None,
) -> Majority:
    """Which label did most coders give each unit? A tie is a tie: it has no choice.

    Arguments are those of ``dawid_skene``.

    >>> result = majority(["aab", "abb", "ab-"])
    >>> result.choice, result.posterior[2].round(3).tolist()
    (('a', 'b', 'b'), [0.333, 0.0, 0.667])
    >>> majority(["aa", "ba"]).choice
    (None, 'a')
    """
    answers = answers_of(codings, coders=coders, labels=labels)
    slots = Slots(answers)
    nothing = np.full(len(answers.labels), np.nan)
    posterior = slots.for_units(slots.vote_shares(), nothing)
    n_answers = np.bincount(answers.unit, minlength=answers.n_units)
    return Majority("shares of votes", answers.labels, answers.coders, posterior, n_answers)


_METHODS: dict[str, Callable[..., Aggregate]] = {
    "majority": majority,
    "dawid_skene": dawid_skene,
    "mace": mace,
}


def aggregate(
    codings: Codings | Answers,
    method: Method = "majority",
    *,
    coders: Sequence[Hashable] | None = None,
    labels: Sequence[Hashable] | None = None,
    **options: Any,
) -> Aggregate:
    """What is each unit's label, or set of labels, by one of three methods?

    Where answers are sets, each label is a yes/no question of its own, answered by everybody who answered; the
    empty set is an answer ("none of them") and None is a missing one. Dependence between labels is not modelled.

    Args:
        codings: coders × units of labels or of sets of labels, None where missing; or Answers.
        method: "majority", "dawid_skene" or "mace".
        coders: a name for each row; rows of one name are one coder.
        labels: every label that may occur (for sets: in a set), in order; those that occur, sorted, where None.
        options: further arguments of the method's own function.

    Returns:
        What the method returns, or a SetAggregate of what it returns for each label.

    >>> aggregate([[{"a"}, set()], [{"a", "b"}, set()], [{"a"}, {"b"}]]).choice
    (frozenset({'a'}), frozenset())
    """
    if method not in _METHODS:
        raise UnivocalError(f"method: one of {', '.join(_METHODS)} was expected, got {method!r}")
    made = _METHODS[method]
    if isinstance(codings, Answers):
        answers = codings
        if coders is not None or (labels is not None and not answers.are_sets):
            answers_of(codings, coders=coders, labels=labels)  # says why not
    else:
        answers = answers_of(codings, coders=coders)
        if not answers.are_sets:
            return made(codings, coders=coders, labels=labels, **options)
    if not answers.are_sets:
        return made(answers, **options)
    return _of_sets(answers, made, labels, options)


def _of_sets(
    answers: Answers,
    made: Callable[..., Aggregate],
    labels: Sequence[Hashable] | None,
    options: dict[str, Any],
) -> SetAggregate:
    known = tuple(label_set(*(tuple(_members(one)) for one in answers.labels), labels=labels))
    results = tuple(
        made(answers.recoded([label in _members(one) for one in answers.labels], (False, True)), **options)
        for label in known
    )
    posterior = np.empty((answers.n_units, len(known)))
    for place, one in enumerate(results):
        posterior[:, place] = one.posterior[:, 1]
    return SetAggregate(_method_of_sets(results), known, answers.coders, posterior, results)


def _members(one: Hashable) -> frozenset[Hashable]:
    if not isinstance(one, frozenset):
        raise UnivocalError(f"codings: sets of labels were expected throughout, got {one!r} among them")
    return one


def _method_of_sets(results: Sequence[Aggregate]) -> str:
    """How all labels were done, their numbers of iterations, and what speaks against any of them."""
    if not results:
        return "each label a yes/no question; no label occurs"
    fits = [one for one in results if isinstance(one, LatentTruth) and one.n_iterations]
    how = (fits or results)[0].method.partition("; ")[0]
    if fits:
        iterations = [one.n_iterations for one in fits]
        how = f"{how.rpartition(', ')[0]}, {min(iterations)} to {max(iterations)} iterations"
    cautions = {one.method.partition("; ")[2] for one in results} - {""}
    return "; ".join(["each label a yes/no question", how, *sorted(cautions)])
