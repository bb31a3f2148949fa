"""Krippendorff's α_U of 1995 and 2004: how far apart are the boundaries of units, against units put down at random?

Per code c, with n = Σ over texts of coders × length, and units of lengths l:

    D_o = Σ over texts of 1/(m - 1) × Σ over coders i ≠ j of δ²  /  n
    D_e = 2 × [(N - 1)/3 × Σ (2l³ - 3l² + l) + Σ l² × Σ over gaps h at least as long of (h - l + 1)]
          / (n (n - 1) - Σ l (l - 1))

δ² of two units that overlap is the sum of their squared distances at either end; a unit that lies wholly in a gap of
the other coder counts its squared length, both ways round. α_c = 1 - D_o / D_e, and over all codes 1 - ΣD_o / ΣD_e.

Krippendorff 2004, Content Analysis (2nd ed.), ch. 11.6, pp. 251-256, after Krippendorff 1995, doi:10.2307/271061. There
both terms have a further factor 1/L, which cancels. The source has one text; for several, sums run over the texts, and
a gap ends where its text ends, so that the order of the texts is of no account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from univocal.statistics.matrix import Array, ratio
from univocal.statistics.unitizing_meetings import meetings
from univocal.statistics.unitizing_texts import Marked, Whole

#: About this many numbers (8 bytes each) are held at once while texts are drawn again.
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Disagreement:
    """Sums that α_U is made of, for b choices of texts and K codes: shapes (b, K), and (b, 1) for ``pairable``.

    ``observed`` is Σ δ² / (m - 1); ``units`` their number; ``meeting`` Σ (2l³ - 3l² + l); ``within`` Σ l (l - 1);
    ``placings`` Σ l² × Σ (h - l + 1); ``pairable`` is n.
    """

    observed: Array
    units: Array
    meeting: Array
    within: Array
    placings: Array
    pairable: Array

    def terms(self) -> tuple[Array, Array]:
        """The observed and the expected disagreement of each code, (b, K) each."""
        n = self.pairable
        above = 2 * ((self.units - 1) * self.meeting / 3 + self.placings)
        # Without units nothing is expected, whatever subtracting left of the sums.
        some = self.units > 0
        observed = ratio(self.observed, np.broadcast_to(n, self.observed.shape))
        expected = ratio(above, n * (n - 1) - self.within)
        return np.where(some, observed, 0.0), np.where(some, expected, 0.0)

    def by_code(self) -> Array:
        """α_c of each code, (b, K); NaN where undefined."""
        observed, expected = self.terms()
        return 1 - ratio(observed, expected)

    def overall(self) -> Array:
        """α_U over all codes, (b,); NaN where undefined."""
        observed, expected = self.terms()
        return 1 - ratio(observed.sum(axis=1), expected.sum(axis=1))


class DisagreementParts:
    """The sums of each text, from which those of any choice of texts follow.

    All but ``placings`` are sums over texts. That one pairs each unit with the gaps of every text, so leaving a text
    out takes away its units' placings, those in its gaps, and adds what was taken away twice.

    >>> from univocal.statistics.unitizing_texts import read_units
    >>> both = read_units([("i", 2, 5, "c"), ("j", 0, 3, "c"), ("j", 4, 9, "c")], (0, 10))
    >>> DisagreementParts(both).whole().observed.tolist()
    [[56.0]]
    """

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.pairable: Array = (marked.n_coders * marked.length).astype(np.float64)[:, None]
        length = (marked.end - marked.start).astype(np.float64)
        self.sums = np.stack(
            [
                _observed(marked),
                _by_text(marked, np.ones_like(length)),
                _by_text(marked, 2 * length**3 - 3 * length**2 + length),
                _by_text(marked, length * (length - 1)),
            ]
        )

    def whole(self) -> Disagreement:
        """All texts: b is 1."""
        placings = np.array([[_rooms(*each[:4]).sum() for each in self._codes()]])
        return self._of(self.sums.sum(axis=1, keepdims=True), placings, self.pairable.sum(keepdims=True))

    def without_each(self) -> Disagreement:
        """All texts but one, each left out in turn: b is the number of texts."""
        placings: Array = np.empty(self.sums.shape[1:])
        n = self.marked.n_texts
        for place, (length, text, gap, gap_text) in enumerate(self._codes()):
            rooms = _rooms(length, text, gap, gap_text)
            lost = np.bincount(text, rooms, n) + np.bincount(gap_text, _fillings(length, gap), n)
            twice = np.bincount(text, _rooms(length, text, gap, gap_text, within=True), n)
            placings[:, place] = np.maximum(rooms.sum() - lost + twice, 0.0)
        left = self.sums.sum(axis=1, keepdims=True) - self.sums
        return self._of(left, placings, self.pairable.sum() - self.pairable)

    def drawn(self, counts: Array) -> Disagreement:
        """Texts taken as often as ``counts`` (b, T) says; a text that is taken twice counts as two texts."""
        placings = np.stack([_drawn_rooms(*each, counts) for each in self._codes()], axis=1)
        return self._of(counts @ self.sums, placings, counts @ self.pairable)

    @staticmethod
    def _of(sums: Array, placings: Array, pairable: Array) -> Disagreement:
        observed, units, meeting, within = sums
        return Disagreement(observed, units, meeting, within, placings, pairable)

    def _codes(self) -> Iterator[tuple[Whole, Whole, Whole, Whole]]:
        """Of each code: the units' lengths and texts, the gaps' lengths and texts."""
        marked = self.marked
        lines = np.repeat(np.arange(marked.n_texts), marked.n_coders)
        borders = np.concatenate([[0], np.cumsum(marked.length[lines])])
        first = np.cumsum(marked.n_coders) - marked.n_coders
        start = borders[first[marked.text] + marked.coder] + marked.start
        length = marked.end - marked.start
        by_code = np.argsort(marked.code, kind="stable")
        cuts = np.searchsorted(marked.code[by_code], np.arange(1, len(marked.codes)))
        for here in np.split(by_code, cuts) if len(marked.codes) else []:
            # A border is a unit without length; it sorts before the unit that starts there.
            starts = np.concatenate([borders, start[here]])
            ends = np.concatenate([borders, start[here] + length[here]])
            order = np.lexsort((ends, starts))
            gaps = starts[order[1:]] - ends[order[:-1]]
            there = gaps > 0
            line = np.searchsorted(borders, ends[order[:-1]][there], side="right") - 1
            yield length[here], marked.text[here], gaps[there], lines[line]


def _by_text(marked: Marked, values: Array) -> Array:
    """Sums over the units of each text and code, (T, K)."""
    shape = (marked.n_texts, len(marked.codes))
    cell = marked.text * shape[1] + marked.code
    return np.bincount(cell, values, shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _observed(marked: Marked) -> Array:
    """Σ δ² / (m - 1) over ordered pairs of coders, of each text and code, (T, K)."""
    length = marked.end - marked.start
    sums: Array = np.zeros(len(length))
    for asked, count, other in meetings(marked, within_code=True):
        this = np.repeat(asked, count)
        at_start = (marked.start[this] - marked.start[other]).astype(np.float64)
        at_end = (marked.end[this] - marked.end[other]).astype(np.float64)
        sums += np.bincount(this, at_start**2 + at_end**2, len(length))
        alone = asked[count == 0]
        sums[alone] += 2.0 * length[alone].astype(np.float64) ** 2
    return _by_text(marked, sums / np.maximum(marked.n_coders[marked.text] - 1, 1))


def _rooms(length: Whole, text: Whole, gap: Whole, gap_text: Whole, *, within: bool = False) -> Array:
    """For each unit l² × Σ (h - l + 1) over the gaps h >= l of all texts, or of its own text only. Shape (n,)."""
    step = max(int(length.max(initial=0)), int(gap.max(initial=0))) + 1
    key, asked = (gap_text * step + gap, text * step + length) if within else (gap, length)
    order = np.argsort(key, kind="stable")
    total = np.concatenate([[0], np.cumsum(gap[order])])
    first = np.searchsorted(key[order], asked)
    last = np.searchsorted(key[order], (text + 1) * step) if within else np.full_like(first, len(gap))
    rooms = total[last] - total[first] - (last - first) * (length - 1)
    result: Array = length.astype(np.float64) ** 2 * rooms
    return result


def _fillings(length: Whole, gap: Whole) -> Array:
    """For each gap Σ l² (h - l + 1) over the units of all texts that fit in it. Shape (number of gaps,)."""
    sizes = np.sort(length).astype(np.float64)
    squares, cubes = (np.concatenate([[0.0], np.cumsum(sizes**power)]) for power in (2, 3))
    fit = np.searchsorted(sizes, gap, side="right")
    result: Array = squares[fit] * (gap + 1) - cubes[fit]
    return result


def _drawn_rooms(length: Whole, text: Whole, gap: Whole, gap_text: Whole, counts: Array) -> Array:
    """Σ l² × Σ (h - l + 1) where each text is taken ``counts`` (b, T) times. Shape (b,)."""
    order = np.argsort(-gap, kind="stable")
    gap, gap_text = gap[order], gap_text[order]
    fit: NDArray[np.intp] = np.searchsorted(-gap, -length, side="right")
    result: Array = np.empty(len(counts))
    step = max(1, _CELLS // max(len(gap) + len(length), 1))
    for row in range(0, len(counts), step):
        taken = counts[row : row + step]
        number = np.pad(np.cumsum(taken[:, gap_text], axis=1), ((0, 0), (1, 0)))[:, fit]
        total = np.pad(np.cumsum(taken[:, gap_text] * gap, axis=1), ((0, 0), (1, 0)))[:, fit]
        squares = length.astype(np.float64) ** 2
        result[row : row + step] = (taken[:, text] * squares * (total - number * (length - 1))).sum(axis=1)
    return result
