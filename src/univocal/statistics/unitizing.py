"""How far do coders agree on which stretches of a text to mark, and with which code? Krippendorff's α for unitising.

Two families, which answer different questions:

- ``alpha`` and ``by_code`` (1995, 2004) ask how far apart the boundaries of units are, code by code.
- ``u``, ``binary``, ``cu`` and ``ku`` (2016) ask how much of the length is marked alike.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from univocal.statistics.matrix import Array
from univocal.statistics.result import Estimate, undefined
from univocal.statistics.unitizing_coincidences import CoincidenceParts, Coincidences
from univocal.statistics.unitizing_disagreement import DisagreementParts
from univocal.statistics.unitizing_intervals import Interval, OverTexts
from univocal.statistics.unitizing_texts import (
    AnyUnit,
    Continuum,
    Marked,
    Unit,
    crossing,
    read_units,
)

__all__ = ["Unit", "UnitizingAgreement", "unitizing_alpha"]

_NO_VARIATION = "no variation, observed agreement 1.0"
_ALONE = "no text was coded by two coders or more"


@dataclass(frozen=True, slots=True)
class UnitizingAgreement:
    """How far do coders agree on units? Each coefficient with its interval, and its name in ``method``.

    ``alpha`` is α_U over all codes and ``by_code`` α_c of each. ``u`` is uα (units, gaps and codes), ``binary`` |uα
    (marked or not), ``cu`` cuα (which code, where units overlap) and ``ku`` (k)uα (one code or another, there).
    ``n`` of an estimate is the number of units that bear on it. ``n_texts`` counts texts with two coders or more.

    >>> result = unitizing_alpha([("i", 2, 5, "c"), ("j", 2, 5, "c")], (0, 10))
    >>> result.value, result.u.value, result.n_texts
    (1.0, 1.0, 1)
    """

    alpha: Estimate
    by_code: Mapping[Hashable, Estimate]
    u: Estimate
    binary: Estimate
    cu: Estimate
    ku: Mapping[Hashable, Estimate]
    n_texts: int

    @property
    def value(self) -> float | None:
        """α_U over all codes (2004)."""
        return self.alpha.value

    @property
    def low(self) -> float | None:
        """The lower bound of ``alpha``."""
        return self.alpha.low

    @property
    def high(self) -> float | None:
        """The upper bound of ``alpha``."""
        return self.alpha.high

    @property
    def standard_error(self) -> float | None:
        """The standard error of ``alpha``."""
        return self.alpha.standard_error


def unitizing_alpha(
    units: Iterable[AnyUnit] | Iterable[Iterable[AnyUnit]],
    continuum: Continuum,
    *,
    coders: Sequence[Any] | None = None,
    level: float = 0.95,
    interval: Interval = "jackknife",
    n_boot: int = 1000,
    seed: int = 0,
) -> UnitizingAgreement:
    """How far do coders agree on which stretches of texts to mark, and with which code?

    Args:
        units: (coder, start, end, code) for each marked stretch, in whole positions, ``end`` exclusive. For several texts
            one such list for each text (empty where nobody marked anything).
        continuum: (start, end) of the text; for several texts, one pair for each.
        coders: who coded the text; for several texts, one list of coders for each. Where None, all coders who occur
            anywhere count as coders of every text. This matters: a coder who read a text and marked nothing
            disagrees with everyone who marked something, one who never read it doesn't.
        level: nominal coverage of intervals, in (0, 1).
        interval: "jackknife" (each text left out once), "bootstrap" (texts drawn again) or "none".
        n_boot: resamples of the bootstrap.
        seed: of the bootstrap.

    Returns:
        All coefficients. Where one is undefined its ``method`` says why: "no variation, observed agreement 1.0" where
        nobody marked anything (or, for ``u``, all marked everything alike); also where, of three coders or more, so few
        meet that no chance pair is left but a unit with itself (``cu``, ``ku``). One text has no interval: units
        of a text are not independent, so there is nothing to resample. ``u``, ``binary``, ``cu`` and ``ku`` need
        coders who cut each text in parts; where units of one coder overlap (with different codes) they are undefined, and
        ``alpha`` and ``by_code``, which take one code at a time, are not.

    Raises:
        InputError: a unit outside its text, without length, or overlapping another of the same coder and code; all such
            faults at once.

    Texts with fewer than two coders are left out. Several texts count as one continuum in pieces: chance is what all
    texts together lead one to expect. Positions are counted, not measured: seconds and milliseconds give slightly
    different values. Under chance α_U lies a little below 0 (near -0.03 in simulations), since its expected disagreement
    treats units as if those that meet were equally long; the 2016 family lies at 0. Krippendorff et al. 2016 say that
    α_U does not behave as expected with more than two coders, and offer uα in its place.

    With three coders or more, cuα takes what a unit shares with each other coder one coder at a time (eq. 10 of 2016).
    Some programs take what it shares with all others together; by chance that gives .29 where this gives .09 (three coders,
    one text of some 30 units), and both fall to 0 as there is more to meet.

    Krippendorff 2004, Content Analysis (2nd ed.), ch. 11.6 (α_U; after 1995, doi:10.2307/271061); Krippendorff, Mathet,
    Bouvry & Widlöcher 2016, doi:10.1007/s11135-015-0266-1 (uα family). The example is that of 2004, p. 254, where α_U is
    printed as .8591, from terms rounded to four digits (1 - .0144 / (.0532 + .0490)); unrounded terms give .8587.

    >>> k = [(coder, start, end, "k") for coder in "ij" for start, end in [(180, 240), (300, 350)]]
    >>> c = [("i", 225, 295, "c"), ("i", 370, 400, "c")]
    >>> c += [("j", 220, 300, "c"), ("j", 355, 375, "c"), ("j", 400, 420, "c")]
    >>> result = unitizing_alpha(k + c, (150, 450))
    >>> round(result.value, 3), round(result.by_code["c"].value, 4)
    (0.859, 0.7286)
    """
    read = read_units(units, continuum, coders)
    kept = read.n_coders > 1
    marked = read if kept.all() else read.of_texts(kept)
    over = OverTexts(marked.n_texts, level, interval, n_boot, seed)
    if not len(marked.text):
        return _nothing(marked, over)
    number = np.bincount(marked.code, minlength=len(marked.codes)).tolist()
    alpha, by_code = _alphas(DisagreementParts(marked), number, marked, over)
    across = crossing(marked, np.flatnonzero(kept).tolist())
    if across:
        why = f"units of one coder with different codes overlap ({across}), and this coefficient needs parts that don't"
        no = undefined(why, level=level, n=len(marked.text))
        return UnitizingAgreement(alpha, by_code, no, no, no, dict.fromkeys(marked.codes, no), marked.n_texts)
    return UnitizingAgreement(alpha, by_code, *_family(marked, over), marked.n_texts)


def _nothing(marked: Marked, over: OverTexts) -> UnitizingAgreement:
    """The answer where no text has two coders, or nobody marked anything."""
    why = _ALONE if marked.n_texts == 0 else f"{_NO_VARIATION} (nobody marked anything)"
    no = undefined(why, level=over.level, n=0)
    alone = undefined(_ALONE if marked.n_texts == 0 else "no units", level=over.level, n=0)
    each = dict.fromkeys(marked.codes, alone)
    return UnitizingAgreement(no, each, no, no, alone, each, marked.n_texts)


def _alphas(
    parts: DisagreementParts, number: list[int], marked: Marked, over: OverTexts
) -> tuple[Estimate, dict[Hashable, Estimate]]:
    whole, others = parts.whole(), over.replicates(parts)
    name = "Krippendorff's alpha_U (2004), all codes"
    if marked.n_coders.max() > 2:
        name += ", more than two coders (its author's own later advice there: u)"
    marked_in = parts.sums[1] > 0
    overall = over.estimate(
        whole.overall()[0], None if others is None else others.overall(),
        n=sum(number), name=name, bearing=int(marked_in.any(axis=1).sum()), why_undefined=_NO_VARIATION,
    )  # fmt: skip
    values, replicates = whole.by_code()[0], None if others is None else others.by_code()
    by_code = {
        code: over.estimate(
            values[place], None if replicates is None else replicates[:, place], n=number[place],
            name=f"Krippendorff's alpha_c (2004) of {code!r}", bearing=int(marked_in[:, place].sum()),
            why_undefined=_NO_VARIATION if number[place] else "no units in texts with two coders",
        )
        for place, code in enumerate(marked.codes)
    }  # fmt: skip
    return overall, by_code


def _family(marked: Marked, over: OverTexts) -> tuple[Estimate, Estimate, Estimate, dict[Hashable, Estimate]]:
    parts = CoincidenceParts(marked)
    whole, others = parts.whole(), over.replicates(parts)

    def one(
        statistic: Callable[[Coincidences], Array], name: str, n: int, bearing: int, why: str
    ) -> Estimate:
        values = None if others is None else statistic(others)
        return over.estimate(
            statistic(whole)[0], values, n=n, name=f"{name} (2016)", bearing=bearing, why_undefined=why
        )

    n, met = len(marked.text), parts.n_met.tolist()
    alike = (
        f"{_NO_VARIATION} (one code where units overlap)" if np.count_nonzero(met) < 2
        else "units of two coders overlap too little to say what chance would do"
    )  # fmt: skip
    values, replicates = whole.ku()[0], None if others is None else others.ku()
    by_code = {
        code: over.estimate(
            values[place], None if replicates is None else replicates[:, place], n=met[place],
            name=f"(k)u-alpha (2016) of {code!r}", bearing=parts.texts_met[place],
            why_undefined=alike if met[place] else "no unit of this code overlaps another coder's unit",
        )
        for place, code in enumerate(marked.codes)
    }  # fmt: skip
    apart = alike if sum(met) else "no units of two coders overlap"
    return (
        one(Coincidences.u, "u-alpha", n, parts.texts_marked, f"{_NO_VARIATION} (one code throughout)"),
        one(Coincidences.binary, "|u-alpha", n, parts.texts_marked, f"{_NO_VARIATION} (no gap anywhere)"),
        one(Coincidences.cu, "cu-alpha", sum(met), parts.texts_met[-1], apart),
        by_code,
    )
