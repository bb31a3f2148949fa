"""The uα family of 2016: how far do coders agree on the stretches themselves, length by length?

Lengths are coincidences. ℓ_ck is the length that one coder marked c and another k, over all ordered pairs of coders, / (m - 1);
a gap is marked φ. By chance, stretches meet in proportion to their lengths, but no unit meets itself:

    e_ck = ℓ × (ℓ_c ℓ_k - [c = k] s_c) / (ℓ² - Σ s),  s_c = Σ l² over units of c,  s_φ = ℓ_φ

(a gap has no structure of its own: it counts as gaps of length 1). Every α is 1 - observed / expected disagreement.

Krippendorff, Mathet, Bouvry & Widlöcher 2016, doi:10.1007/s11135-015-0266-1: eq. 1 (ℓ), 4 (e), 5a (uα), 6 (|uα),
10 and 11 (cuα), 13b ((k)uα); Krippendorff 2019, Content Analysis (4th ed.), ch. 12.6. The sources have one text; several
are laid end to end (all terms are sums over texts), with m - 1 taken text by text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from univocal.statistics.matrix import Array, ratio
from univocal.statistics.unitizing_meetings import meetings
from univocal.statistics.unitizing_texts import Marked

#: Lengths are whole numbers over m - 1. What is smaller is what subtracting sums left over.
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Coincidences:
    """Sums that the uα family is made of, for b choices of texts: (b,) or, with K codes, (b, K).

    ``total`` is ℓ, ``gaps`` ℓ_φ, ``both_gaps`` ℓ_φφ; ``marked`` ℓ_c, ``squares`` s_c and ``same`` ℓ_cc. Where gaps are set
    aside, ``met`` is ℓ_c and ``met_squares`` s_c of what overlaps with a unit of another coder.
    """

    total: Array
    gaps: Array
    both_gaps: Array
    marked: Array
    squares: Array
    same: Array
    met: Array
    met_squares: Array

    def u(self) -> Array:
        """uα (eq. 5a): units, gaps and codes. (b,)"""
        apart = self.total - self.both_gaps - self.same.sum(axis=1)
        equal = self.gaps**2 + (self.marked**2).sum(axis=1)
        return _alpha(apart, equal, self.gaps + self.squares.sum(axis=1), self.total)

    def binary(self) -> Array:
        """|uα (eq. 6): marked or not, whatever the code. (b,)"""
        marked = self.marked.sum(axis=1)
        apart = 2 * (self.gaps - self.both_gaps)
        return _alpha(apart, self.gaps**2 + marked**2, self.gaps + self.squares.sum(axis=1), self.total)

    def cu(self) -> Array:
        """cuα (eq. 11): codes, where units of two coders overlap. (b,)"""
        total = self.met.sum(axis=1)
        apart = total - self.same.sum(axis=1)
        return _alpha(apart, (self.met**2).sum(axis=1), self.met_squares.sum(axis=1), total)

    def ku(self) -> Array:
        """(k)uα of each code (eq. 13b): that code or another, where units of two coders overlap. (b, K)"""
        total = self.met.sum(axis=1, keepdims=True)
        others = np.where(total - self.met > _NOTHING, total - self.met, 0.0)
        met = np.where(self.met > _NOTHING, self.met, 0.0)
        free = _free(met * total - self.met_squares)
        # The chance matrix must be there at all, though its scale cancels.
        free = np.where(np.isnan(_free(total**2 - self.met_squares.sum(axis=1, keepdims=True))), np.nan, free)
        return 1 - ratio(free * np.maximum(met - self.same, 0.0), met**2 * others)


def _alpha(apart: Array, equal: Array, own: Array, total: Array) -> Array:
    """1 - observed / expected, with expected = ℓ (ℓ² - Σ ℓ_c²) / (ℓ² - Σ s_c); NaN where all is one value."""
    varied = total**2 - equal
    varied = np.where(varied > _NOTHING * total, varied, 0.0)
    apart = np.where(apart > _NOTHING, apart, 0.0)
    return 1 - ratio(apart * _free(total**2 - own), total * varied)


def _free(pairs: Array) -> Array:
    """What is left to meet by chance once no unit meets itself; NaN where nothing is.

    With m coders a stretch that only two marked counts 1 / (m - 1) in ℓ, so a few of them can leave nothing, or less.
    """
    return np.where(pairs > _NOTHING, pairs, np.nan)


class CoincidenceParts:
    """The sums of each text, from which those of any choice of texts follow.

    No unit may overlap another of the same coder. ``n_met`` says how many units of each code meet another coder's,
    ``texts_met`` in how many texts (for each code, and last for any).

    >>> from univocal.statistics.unitizing_texts import read_units
    >>> both = read_units([("i", 2, 5, "c"), ("j", 0, 3, "c"), ("j", 4, 9, "k")], (0, 10))
    >>> CoincidenceParts(both).whole().met.tolist()
    [[3.0, 1.0]]
    """

    def __init__(self, marked: Marked) -> None:
        texts, codes = marked.n_texts, len(marked.codes)
        cell = marked.text * codes + marked.code
        length = (marked.end - marked.start).astype(np.float64)
        weight = 1 / np.maximum(marked.n_coders - 1, 1)[marked.text]
        same, met, squares = (np.zeros(len(length)) for _ in range(3))
        for asked, count, other in meetings(marked, within_code=False):
            this = np.repeat(asked, count)
            shared = np.minimum(marked.end[this], marked.end[other])
            shared = shared - np.maximum(marked.start[this], marked.start[other])
            reach = np.bincount(this, shared, len(length))
            alike = marked.code[this] == marked.code[other]
            same += np.bincount(this[alike], shared[alike], len(length))
            met += reach
            squares += reach**2
        by_code = (length, length**2, same * weight, met * weight, squares * weight)
        summed = [np.bincount(cell, values, texts * codes).reshape(texts, codes) for values in by_code]
        total = (marked.n_coders * marked.length).astype(np.float64)
        gaps = total - summed[0].sum(axis=1)
        both_gaps = gaps - (summed[0] - summed[3]).sum(axis=1)
        self.parts: Array = np.concatenate([np.stack([total, gaps, both_gaps], axis=1), *summed], axis=1)
        self.n_met = np.bincount(marked.code[met > 0], minlength=codes)
        #: In how many texts is anything marked, and in how many does a unit of each code, or of any, meet another's?
        self.texts_marked = int((summed[0] > 0).any(axis=1).sum())
        self.texts_met = [*(summed[3] > 0).sum(axis=0).tolist(), int((summed[3] > 0).any(axis=1).sum())]
        self._codes = codes

    def whole(self) -> Coincidences:
        """All texts: b is 1."""
        return self._of(self.parts.sum(axis=0, keepdims=True))

    def without_each(self) -> Coincidences:
        """All texts but one, each left out in turn: b is the number of texts."""
        return self._of(self.parts.sum(axis=0) - self.parts)

    def drawn(self, counts: Array) -> Coincidences:
        """Texts taken as often as ``counts`` (b, T) says."""
        return self._of(counts @ self.parts)

    def _of(self, sums: Array) -> Coincidences:
        total, gaps, both_gaps = sums[:, :3].T
        marked, squares, same, met, met_squares = (
            sums[:, 3 + place * self._codes : 3 + (place + 1) * self._codes] for place in range(5)
        )
        return Coincidences(total, gaps, both_gaps, marked, squares, same, met, met_squares)
