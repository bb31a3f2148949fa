"""What every aggregate has in common: a posterior over the labels of each unit, and the label chosen from it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

import numpy as np

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
