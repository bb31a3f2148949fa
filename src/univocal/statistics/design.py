"""How the gold was drawn from the corpus: strata, their sizes, and weights."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import InputError
from univocal.statistics.columns import numbers, places_of, same_sizes, zeros_and_ones
from univocal.statistics.matrix import Array

#: Papers of one weight are taken for a stratum where the gold holds at least so many of each weight.
FEWEST_OF_A_WEIGHT = 10

#: So many faults of a column are told; their number is told in any case.
_TOLD = 5


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The gold and the strata in which it was drawn, by chance alone within each.

    ``here`` says which papers people looked at (papers,); ``inside`` (gold,) which of these are of the domain: papers of
    which the question is asked; ``outcome`` (gold,) is 0 or 1, and 0 outside the domain; ``weight`` (gold,) how much of the
    corpus a gold paper stands for; ``places`` (gold,) its stratum; ``everywhere`` (papers,) the stratum of every
    paper, None where it is known of gold papers only; ``sizes`` (strata,) how much of the corpus lies in each.
    ``equal`` says whether papers of a stratum have one weight; where they don't, strata alone don't tell the design.
    ``kind`` says in words what the strata are.
    """

    here: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    outcome: Array
    weight: Array
    places: NDArray[np.intp]
    everywhere: NDArray[np.intp] | None
    sizes: Array
    equal: bool
    names: tuple[Hashable, ...]
    kind: str

    @property
    def n(self) -> int:
        """How many papers have gold?"""
        return int(self.inside.sum())

    @property
    def whole(self) -> bool:
        """Is every paper that people looked at of the domain?"""
        return bool(self.inside.all())

    @property
    def n_strata(self) -> int:
        """In how many strata was the gold drawn?"""
        return len(self.sizes)

    def counts(self) -> tuple[Array, Array]:
        """Hits, and papers looked at, of each stratum."""
        n = np.bincount(self.places, minlength=self.n_strata).astype(float)
        hits = np.bincount(self.places, self.outcome, minlength=self.n_strata).astype(float)
        return hits, n


def read_design(
    gold: ArrayLike,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    domain: ArrayLike | None = None,
) -> Design:
    """Check the columns and settle the design.

    Args:
        gold: (papers,) 0 and 1, with None or NaN where a paper has no gold.
        strata: (papers,) names.
        weights: (papers,) above 0 wherever there is gold; elsewhere they are not looked at. Where they are given, a
            stratum is as large as its weights say; otherwise as large as its papers are many.
        domain: (papers,) 0 where people looked and the question isn't asked of the paper; 1, None or NaN elsewhere.

    Raises:
        InputError: with the column and place of each fault.

    >>> design = read_design([1, 0, None, 0], strata=["a", "a", "a", "b"])
    >>> design.sizes.tolist(), design.weight.tolist()
    ([3.0, 1.0], [1.5, 1.5, 1.0])
    """
    answers = zeros_and_ones("gold", gold)
    here, inside = looked_at(answers, domain)
    outcome = np.where(inside, answers[here], 0.0)
    names: tuple[Hashable, ...] = ("all",)
    everywhere: NDArray[np.intp] | None = np.zeros(len(answers), dtype=np.intp)
    kind = "strata of the design"
    if strata is not None:
        names, everywhere = places_of("strata", strata)
        same_sizes(gold=answers, strata=everywhere)
    assert everywhere is not None
    places = everywhere[here]
    if weights is None:
        sizes = np.bincount(everywhere, minlength=len(names)).astype(float)
        n = np.bincount(places, minlength=len(names))
        weight = (sizes / np.maximum(n, 1))[places]
        return Design(here, inside, outcome, weight, places, everywhere, sizes, True, names, kind)
    given = numbers("weights", weights, missing=True)
    same_sizes(gold=answers, weights=given)
    numbers("weights", np.where(here, given, 1.0), above=0)
    weight = given[here]
    if strata is None:
        classes, at, n = np.unique(weight, return_inverse=True, return_counts=True)
        if len(classes) > 1 and n.min() >= FEWEST_OF_A_WEIGHT:
            names, places, everywhere = tuple(classes.tolist()), at.astype(np.intp), None
            kind = "strata (papers of one weight)"
    sizes = np.bincount(places, weight, minlength=len(names)).astype(float)
    return Design(
        here, inside, outcome, weight, places, everywhere, sizes, _equal(weight, places), names, kind
    )


def looked_at(gold: Array, domain: ArrayLike | None) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which papers did people look at (papers,), and which of those are of the domain (looked at,)?

    >>> [x.tolist() for x in looked_at(np.array([1, np.nan, np.nan]), [1, 0, None])]
    [[True, True, False], [True, False]]
    >>> looked_at(np.array([1.0]), [0])
    Traceback (most recent call last):
    univocal.errors.InputError: gold[0]: nothing was expected, as domain[0] is 0; got 1
    """
    coded = ~np.isnan(gold)
    if domain is None:
        return coded, np.ones(int(coded.sum()), dtype=bool)
    asked = zeros_and_ones("domain", domain)
    same_sizes(gold=gold, domain=asked)
    outside = asked == 0
    bad = np.flatnonzero(outside & coded).tolist()
    if bad:
        faults = [
            f"gold[{at}]: nothing was expected, as domain[{at}] is 0; got {gold[at]:g}" for at in bad[:_TOLD]
        ]
        raise InputError(faults + ([f"gold: and {len(bad) - _TOLD} more"] if len(bad) > _TOLD else []))
    here = coded | outside
    return here, coded[here]


def _equal(weight: Array, places: NDArray[np.intp]) -> bool:
    """Do papers of a stratum have one weight (up to rounding)?"""
    if not len(weight):
        return True
    most, least = np.zeros(places.max() + 1), np.full(places.max() + 1, np.inf)
    np.maximum.at(most, places, weight)
    np.minimum.at(least, places, weight)
    return bool((most[places] <= least[places] * (1 + 1e-9)).all())
