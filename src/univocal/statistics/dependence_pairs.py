"""Which pairs of coders share units, and what did both answer there?"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from univocal.statistics.answers import Answers
from univocal.statistics.labels import missing

#: A pair of coders (places), their shared units, and the labels of each of the two.
Shared = tuple[tuple[int, int], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]


def truth_places(truth: Sequence[Hashable], labels: tuple[Hashable, ...]) -> NDArray[np.intp]:
    """Each unit's true label: a place in ``labels``, or behind them for a label that nobody gave; -1 unknown.

    >>> truth_places(["b", None, "z"], ("a", "b")).tolist()
    [1, -1, 2]
    """
    at = {label: place for place, label in enumerate(labels)}
    values = truth.tolist() if isinstance(truth, np.ndarray) else truth
    return np.fromiter(
        (-1 if missing(label) else at.setdefault(label, len(at)) for label in values), np.intp, len(values)
    )


def first_answers(answers: Answers) -> Answers:
    """Each coder's first answer to each unit, sorted by unit and coder.

    >>> from univocal.statistics.answers import answers_of
    >>> first_answers(answers_of(["ab", "bb"], coders=["Ann", "Ann"])).label.tolist()
    [0, 1]
    """
    order = np.lexsort((answers.coder, answers.unit))
    unit, coder = answers.unit[order], answers.coder[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (unit[1:] != unit[:-1]) | (coder[1:] != coder[:-1])
    return answers.kept(order[first])


def pairs_of(answers: Answers, min_shared: int) -> list[tuple[int, int]]:
    """Pairs of coders (in order) with so many shared units. The cost is that of all pairs of answers to a unit.

    >>> from univocal.statistics.answers import answers_of
    >>> pairs_of(answers_of([["a", "b"], ["a", None], ["b", "b"]]), 2)
    [(0, 2)]
    """
    n = answers.n_coders
    shared = np.zeros(n * n, dtype=np.int64)
    unit, coder = answers.unit, answers.coder.astype(np.int64)
    for lag in range(1, int(np.bincount(unit).max(initial=0))):
        same = np.flatnonzero(unit[lag:] == unit[:-lag])
        shared += np.bincount(coder[same] * n + coder[same + lag], minlength=n * n)
    first, second = np.divmod(np.flatnonzero(shared >= min_shared), max(n, 1))
    return list(zip(first.tolist(), second.tolist(), strict=True))


def shared_answers(answers: Answers, pairs: Sequence[tuple[int, int]]) -> Iterator[Shared]:
    """For each pair the shared units, and the labels of each of the two.

    >>> from univocal.statistics.answers import answers_of
    >>> (found,) = shared_answers(answers_of([["a", "b"], [None, "a"]]), [(0, 1)])
    >>> [one.tolist() for one in found[1:]]
    [[1], [1], [0]]
    """
    order = np.argsort(answers.coder, kind="stable")
    ends = np.cumsum(np.bincount(answers.coder, minlength=answers.n_coders))
    rows = np.split(order, ends[:-1]) if answers.n_coders else []
    given = np.full(answers.n_units, -1, dtype=np.intp)
    last = -1
    for j, k in pairs:
        if j != last:
            if last >= 0:
                given[answers.unit[rows[last]]] = -1
            given[answers.unit[rows[j]]] = answers.label[rows[j]]
            last = j
        unit, label = answers.unit[rows[k]], answers.label[rows[k]].astype(np.intp)
        both = given[unit] >= 0
        yield (j, k), unit[both].astype(np.intp), given[unit[both]], label[both]
