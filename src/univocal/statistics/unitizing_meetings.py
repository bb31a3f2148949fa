"""Which units of different coders overlap? Found by sorting, so in time linear in the units, not in their pairs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from univocal.statistics.unitizing_texts import Marked, Whole


def meetings(marked: Marked, *, within_code: bool) -> Iterator[tuple[Whole, Whole, Whole]]:
    """Each unit against each other coder of its text: with which of that coder's units does it overlap?

    All texts of all coders (of all codes, where only units of one code may meet) are laid end to end on one line, so
    that the units that a unit overlaps are a run of the sorted units. Units of one line must not overlap.

    Args:
        marked: the units.
        within_code: compare only units of the same code.

    Yields:
        One triple for each way to pair coders off: units (k,), with how many each one overlaps (k,), and the places
        of those (sum of these counts,). Each unit comes once for each other coder of its text.

    >>> from univocal.statistics.unitizing_texts import read_units
    >>> both = read_units([("i", 2, 5, "c"), ("j", 0, 3, "c"), ("j", 4, 9, "c")], (0, 10))
    >>> [[column.tolist() for column in one] for one in meetings(both, within_code=True)]
    [[[0, 1, 2], [2, 1, 1], [1, 2, 0, 0]]]
    """
    room = marked.n_coders * marked.length
    base = (np.cumsum(room) - room)[marked.text]
    if within_code:
        base = base + marked.code * room.sum()
    length, n_coders = marked.length[marked.text], marked.n_coders[marked.text]
    start = base + marked.coder * length + marked.start
    order = np.argsort(start, kind="stable").astype(np.int64)
    starts, ends = start[order], (start + marked.end - marked.start)[order]
    for step in range(1, int(marked.n_coders.max(initial=1))):
        asked = np.flatnonzero(n_coders > step)
        line = base[asked] + (marked.coder[asked] + step) % n_coders[asked] * length[asked]
        first = np.searchsorted(ends, line + marked.start[asked], side="right")
        count = np.searchsorted(starts, line + marked.end[asked], side="left") - first
        run = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        yield asked, count, order[np.repeat(first, count) + run]
