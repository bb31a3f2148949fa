"""Answers that are sets of codes, one row a code: which distinct sets are there, and who gave which?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The code of a row that says that no code applies.
EMPTY_SET = -1

#: So many codes are told apart by the bits of one number.
_CODES_IN_A_WORD = 62

Integers = NDArray[np.integer[Any]]


def distinct_sets(
    cell: Integers, code: Integers, codes: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[frozenset[str], ...]]:
    """Which sets do rows of (cell, code) make, one for each cell?

    Args:
        cell: for each row, the cell (coder and unit) that it belongs to; in any order.
        code: for each row, a place in ``codes``, or -1 in the one row of an empty set.
        codes: names of codes.

    Returns:
        The answered cells in rising order; for each the place of its set; and the distinct sets, the smaller first.

    >>> cells, places, sets = distinct_sets(np.array([7, 3, 7, 5]), np.array([1, -1, 0, 1]), ("a", "b"))
    >>> cells.tolist(), places.tolist(), [sorted(one) for one in sets]
    ([3, 5, 7], [0, 1, 2], [[], ['b'], ['a', 'b']])
    """
    if not len(cell):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), ()
    order = np.argsort(cell, kind="stable")
    cells = cell[order].astype(np.int64)
    code = code[order].astype(np.int64)
    starts = np.flatnonzero(np.r_[True, cells[1:] != cells[:-1]])
    ends = np.r_[starts[1:], len(cells)]
    answer = np.zeros(len(starts), dtype=np.int64)
    for first in range(0, len(codes), _CODES_IN_A_WORD):  # more codes than bits are told apart in turns
        bit = code - first
        inside = (bit >= 0) & (bit < _CODES_IN_A_WORD)
        bits = np.where(inside, np.int64(1) << np.where(inside, bit, 0), 0)
        found, word = np.unique(np.bitwise_or.reduceat(bits, starts), return_inverse=True)
        _, answer = np.unique(answer * len(found) + word, return_inverse=True)
    _, example = np.unique(answer, return_index=True)
    sets = [frozenset(codes[k] for k in code[starts[i] : ends[i]] if k != EMPTY_SET) for i in example]
    ranks = sorted(range(len(sets)), key=lambda place: (len(sets[place]), sorted(sets[place])))
    place_of = np.empty(len(sets), dtype=np.int64)
    place_of[ranks] = np.arange(len(sets))
    return cells[starts], place_of[answer], tuple(sets[place] for place in ranks)
