"""Do two coders err together, so that they must not be counted as independent?

Two language models trained on the same texts may be wrong on the same papers. Votes, Dawid-Skene and MACE take
errors to be independent given the truth, and then believe such a pair far too much.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from univocal.errors import UnivocalError
from univocal.statistics.answers import Answers, answers_of
from univocal.statistics.codings import Codings
from univocal.statistics.dependence_latent import FEWEST_OTHERS, Latent
from univocal.statistics.dependence_pairs import Shared, first_answers, pairs_of, shared_answers, truth_places
from univocal.statistics.dependence_tables import (
    ODDS_UNDEFINED,
    common_odds_ratio,
    conditional_p_value,
    expected_both,
    mantel_haenszel,
    wrong_tables,
)
from univocal.statistics.labels import same_length
from univocal.statistics.matrix import ratio
from univocal.statistics.result import Estimate, check_level, undefined

#: With more coders than this, a pair that errs together hardly sways the tests of other pairs.
_CROWD = 20


@dataclass(frozen=True, slots=True)
class ErrorDependence:
    """Are the errors of two coders correlated given the truth, and by which evidence?

    ``both_wrong`` counts the shared units (of ``n_units``) on which both err, and ``same_wrong`` those on which both
    give the same wrong label, with what is expected if errors are independent given the true label; against an
    unseen truth these are expected counts themselves. ``odds_ratio`` is Mantel and Haenszel's over the true labels:
    above 1, the coders err together. ``p_value`` is two-sided, for independence; ``adjusted_p_value`` is Holm's over
    all pairs reported. None where it can't be told, and ``method`` says why. ``median_odds_ratio`` is that of all
    pairs reported, None where fewer than three have one: far above 1, units differ in how hard they are, and only
    a pair far above the median stands out.
    """

    coders: tuple[Hashable, Hashable]
    truth: Literal["known", "unseen"]
    n_units: int
    both_wrong: float | None
    expected_both_wrong: float | None
    same_wrong: float | None
    expected_same_wrong: float | None
    odds_ratio: Estimate
    p_value: float | None
    adjusted_p_value: float | None
    method: str
    median_odds_ratio: float | None = None

    @property
    def correlated(self) -> bool:
        """Do they err together, beyond what chance explains at the level of the odds ratio?

        Against an unseen truth this is a hint at most, since it takes units with one label to be equally hard.
        """
        return (
            self.adjusted_p_value is not None
            and self.both_wrong is not None
            and self.expected_both_wrong is not None
            and self.adjusted_p_value < 1 - self.odds_ratio.level
            and self.both_wrong > self.expected_both_wrong
        )

    @property
    def sentence(self) -> str:
        """The finding with its evidence, to print: a warning (or a hint, if the truth is unseen) where correlated.

        >>> truth = ["a", "b"] * 20
        >>> wrong = ["a", "b"] * 15 + ["b", "a"] * 5
        >>> (pair,) = error_dependence([wrong, wrong], truth=truth)
        >>> pair.sentence.partition(":")[0]
        "Coders 0 and 1 err together, so don't count them as independent"
        """
        a, b = self.coders
        if self.p_value is None or self.both_wrong is None or self.expected_both_wrong is None:
            return f"Whether coders {a} and {b} err together can't be told: {self.method}"
        unseen = self.truth == "unseen"
        found = "show no errors in common beyond chance"
        if self.correlated and unseen:
            found = "may err together, unless some units are hard for everybody"
        elif self.correlated:
            found = "err together, so don't count them as independent"
        odds, parts = self.odds_ratio, []
        if odds.value is not None:
            parts.append(f"odds ratio {odds.value:.3g}")
        if odds.low is not None and odds.high is not None:
            parts[-1] += f" [{odds.low:.3g}, {odds.high:.3g}]"
        if self.median_odds_ratio is not None:
            parts.append(f"{self.median_odds_ratio:.3g} in the median pair")
        parts.append(f"adjusted p = {self.adjusted_p_value:.2g}")
        return (
            f"Coders {a} and {b} {found}: both wrong on {self.both_wrong:.4g} of {self.n_units} shared units, "
            f"{self.expected_both_wrong:.3g} expected of independent coders; the same wrong label on "
            f"{self.same_wrong:.4g}, {self.expected_same_wrong:.3g} expected ({', '.join(parts)}; the truth is "
            f"{self.truth}{', so this is a hint' * (unseen and self.correlated)})."
        )


def error_dependence(
    codings: Codings | Answers,
    *,
    truth: Sequence[Hashable] | None = None,
    coders: Sequence[Hashable] | None = None,
    labels: Sequence[Hashable] | None = None,
    min_shared: int = 20,
    max_units: int = 20_000,
    level: float = 0.95,
) -> tuple[ErrorDependence, ...]:
    """For each pair of coders: are their errors correlated given the truth?

    Against a known truth, "wrong" of one coder by "wrong" of the other is a 2 × 2 table for each true label. The
    common odds ratio is Mantel & Haenszel 1959 (doi:10.1093/jnci/22.4.719), its interval Robins, Breslow &
    Greenland 1986 (doi:10.2307/2531052), its p value exact given the margins, or Mantel and Haenszel's χ² where
    counts are large.

    Without the truth, the other coders' answers say how probable each true label is. Dawid-Skene is fitted with
    the pair as one coder whose joint errors are free, so that errors in common can't pass for truth; the test is
    a score test of independence within true labels (as the score tests of local independence of Oberski, van
    Kollenburg & Vermunt 2013, doi:10.1007/s11634-013-0146-2), made orthogonal to the error rates (Neyman's C(α)).
    It rests on the other coders being independent. Up to 20 coders, the clearest pair is therefore settled first,
    and the others flagged are tested again without one of it; what can't be told then says so. Fewer than five
    coders can't tell, since any agreement of a pair can be explained by truth alone; nor can K labels on fewer than
    100 K² shared units, or units that hardly anybody else answered. In crowds, where a pair gives under one in
    twenty of the answers, one fit to all serves every pair.

    Units that are hard for everybody make errors correlated too. With the truth known that is no false alarm (such
    coders are not independent given the truth, and models that take them to be are wrong), but no sign of copying
    either: compare ``median_odds_ratio``. With the truth unseen it is a false alarm, for the test takes units
    with one label to be equally hard, so that its finding is a hint. docs/explanation/aggregation.md has the
    simulation.

    Args:
        codings: coders × units of labels, None or NaN where missing; or Answers. The first answer of a coder to a
            unit is used.
        truth: the true label of each unit, None where unknown (such units are left out); or None.
        coders: a name for each row; rows of one name are one coder.
        labels: every label that may occur; those that occur where None.
        min_shared: pairs with fewer shared units (with known truth) are left out, 2 or more.
        max_units: without the truth, at most so many units are used, evenly spaced: more would
            flag dependence too weak to matter, and every pair of a few coders costs a fit.
        level: nominal coverage of the odds ratio's interval, in (0, 1); pairs are called correlated at 1 - level.

    Returns:
        One record for each pair with enough shared units, in the order of coders.

    >>> truth = ["a", "b"] * 20
    >>> wrong = ["a", "b"] * 15 + ["b", "a"] * 5
    >>> (pair,) = error_dependence([wrong, wrong], truth=truth)
    >>> pair.correlated, pair.both_wrong, pair.expected_both_wrong
    (True, 10.0, 2.5)
    """
    check_level(level)
    if min_shared < 2 or max_units < 2:
        raise UnivocalError(f"min_shared and max_units must be at least 2, got {min_shared} and {max_units}")
    answers = answers_of(codings, coders=coders, labels=labels)
    if answers.are_sets:
        raise UnivocalError(
            "codings: single labels were expected, got sets. Ask about one label at a time: Answers.recoded."
        )
    known = None
    if truth is not None:
        same_length(truth, range(answers.n_units))
        known = truth_places(truth, answers.labels)
        answers = answers.kept(known[answers.unit] >= 0)
    answers = first_answers(answers)
    if known is None and answers.n_units > max_units:
        chosen = np.zeros(answers.n_units, dtype=bool)
        chosen[np.linspace(0, answers.n_units - 1, max_units).astype(np.intp)] = True
        answers = answers.kept(chosen[answers.unit])
    pairs = pairs_of(answers, min_shared)
    if known is not None:
        found = _with_truth(answers, pairs, known, level)
    else:
        found = _without_truth(answers, pairs, level)
    return _adjusted(found)


def _with_truth(
    answers: Answers, pairs: Sequence[tuple[int, int]], truth: NDArray[np.intp], level: float
) -> list[ErrorDependence]:
    n_true = int(truth.max(initial=-1)) + 1
    found = []
    for (j, k), unit, a, b in shared_answers(answers, pairs):
        true = truth[unit]
        tables = wrong_tables(true, a != true, b != true, n_true)
        both, expected = float(tables[:, 1, 1].sum()), expected_both(tables)
        p_value, how = conditional_p_value(tables)
        found.append(
            ErrorDependence(
                (answers.coders[j], answers.coders[k]),
                "known",
                len(unit),
                both,
                expected,
                float(((a == b) & (a != true)).sum()),
                _expected_same(true, a, b, n_true, len(answers.labels)),
                mantel_haenszel(tables, level=level),
                p_value,
                None,
                how,
            )
        )
    return found


def _without_truth(answers: Answers, pairs: Sequence[tuple[int, int]], level: float) -> list[ErrorDependence]:
    n_coders = len(np.unique(answers.coder))
    needed = 2 + FEWEST_OTHERS
    if n_coders < needed:
        why = (
            f"{n_coders} coders can't tell errors in common from truth; "
            f"at least {needed} are needed, or adjudicated codes as the truth"
        )
        return [
            ErrorDependence(
                (answers.coders[j], answers.coders[k]), "unseen", len(unit), None, None, None, None,
                undefined(why, level=level, n=len(unit)), None, None, why,
            )
            for (j, k), unit, _, _ in shared_answers(answers, pairs)
        ]  # fmt: skip
    latent = Latent(answers)
    shared = list(shared_answers(answers, pairs))
    found = [_unseen(latent, one, frozenset(), level) for one in shared]
    if n_coders > _CROWD:
        return found
    # A pair that errs together passes for truth when other pairs are tested. So the clearest pair is settled
    # first, one of it then counts no more as evidence on other pairs, and these are tested anew.
    settled: list[tuple[int, int]] = []
    while True:
        flagged = [
            place
            for place, one in enumerate(_adjusted(found))
            if one.correlated and shared[place][0] not in settled
        ]
        if not flagged:
            return found
        clearest = min(flagged, key=lambda place: found[place].p_value or 0.0)
        settled.append(shared[clearest][0])
        for place in flagged:
            if place != clearest:
                j, k = shared[place][0]
                echoes = {a if b in {j, k} else b for a, b in settled} - {j, k}
                found[place] = _unseen(latent, shared[place], frozenset(echoes), level)


def _unseen(latent: Latent, shared: Shared, left_out: frozenset[int], level: float) -> ErrorDependence:
    (j, k), unit, a, b = shared
    coders = latent.answers.coders
    result = latent.test(j, k, unit, a, b, left_out)
    if isinstance(result, str):
        nothing = undefined(result, level=level, n=len(unit))
        return ErrorDependence(
            (coders[j], coders[k]), "unseen", len(unit), None, None, None, None, nothing, None, None, result
        )
    ratio_of_odds = common_odds_ratio(result.tables)
    how = "Mantel-Haenszel over expected counts; no interval, since the truth is unseen"
    if math.isfinite(ratio_of_odds):
        odds = Estimate(ratio_of_odds, None, None, level, len(unit), how)
    else:
        odds = undefined(ODDS_UNDEFINED[ratio_of_odds == math.inf], level=level, n=len(unit))
    return ErrorDependence(
        (coders[j], coders[k]),
        "unseen",
        len(unit),
        float(result.tables[:, 1, 1].sum()),
        expected_both(result.tables),
        result.same_wrong,
        result.expected_same_wrong,
        odds,
        result.p_value,
        None,
        result.method,
    )


def _adjusted(found: list[ErrorDependence]) -> tuple[ErrorDependence, ...]:
    """With Holm's adjusted p values (Holm 1979, jstor.org/stable/4615733), and the median odds ratio."""
    told = [place for place, one in enumerate(found) if one.p_value is not None]
    p_values = np.array([found[place].p_value for place in told], dtype=np.float64)
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * (len(told) - np.arange(len(told)))
    ratios = [found[place].odds_ratio.value for place in told]
    known = [one for one in ratios if one is not None]
    median = float(np.median(known)) if len(known) > 2 else None
    for place, p_value in zip(order.tolist(), np.maximum.accumulate(steps).tolist(), strict=True):
        one = found[told[place]]
        found[told[place]] = replace(one, adjusted_p_value=min(p_value, 1.0), median_odds_ratio=median)
    return tuple(found)


def _expected_same(
    true: NDArray[np.intp], a: NDArray[np.intp], b: NDArray[np.intp], n_true: int, n_labels: int
) -> float:
    """How many units with the same wrong label are expected, given each coder's labels to each true label?"""
    size = n_true * n_labels
    one = np.bincount(true * n_labels + a, minlength=size).reshape(n_true, n_labels)
    other = np.bincount(true * n_labels + b, minlength=size).reshape(n_true, n_labels)
    product = (one * other).astype(np.float64)
    right = np.arange(min(n_true, n_labels))
    product[right, right] = 0
    return float(np.nansum(ratio(product.sum(axis=1), one.sum(axis=1).astype(np.float64))))
