"""How far do coders agree, and how far beyond chance? The coefficients that compare counts of labels.

They differ in one thing only: how much agreement they expect by chance. Percent agreement expects none, Scott's π and
Fleiss' κ what the labels' shares give, Cohen's κ what each coder's own shares give, Brennan & Prediger's coefficient what
guessing among all labels gives, Gwet's AC1 and AC2 what guessing on hard units gives.

Where nobody varies (one label throughout) π, κ and α are 0 / 0: the result then has no value, and its method is
``undefined: no variation, observed agreement 1.0``.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from univocal.errors import UnivocalError
from univocal.statistics import trust
from univocal.statistics.alpha import NO_VARIATION
from univocal.statistics.chance_corrected import (
    Weights,
    beyond,
    gwet_family,
    hard_chance,
    no_units,
    shares_chance,
    uniform_chance,
    weights_of,
)
from univocal.statistics.codings import Codings, encode
from univocal.statistics.intervals import Interval, estimate
from univocal.statistics.matrix import Array, bilinear_forms
from univocal.statistics.parts import Places, beside, label_counts, parts_of, with_codings
from univocal.statistics.result import Estimate


def percent_agreement(
    codings: Codings,
    *,
    weights: Weights = "identity",
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    interval: Interval = "analytic",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """On what share of a unit's pairs of coders do the two agree, on average over units?

    Args:
        codings: coders × units, None or NaN for a missing coding: an array, or one sequence for each coder.
        weights: "identity" (agree or not); "linear", "quadratic", "ordinal" or a (K, K) matrix for partial agreement.
        labels: all labels of the codebook in order; those that occur, sorted, where None.
        clusters: a name for each unit (its paper); each unit is its own cluster where None.
        interval: "analytic", "jackknife", "bootstrap" or "none".
        level: nominal coverage of the interval, in (0, 1).
        n_boot: resamples of the bootstrap.
        seed: of the resampling.

    Returns:
        The share, in [0, 1], with ``n`` the number of units that two coders or more coded.

    Raises:
        UnivocalError: rows of different lengths, a label that isn't among ``labels``, a level outside (0, 1).

    Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 2.

    >>> percent_agreement(["aab", "abb"]).value
    0.6666666666666666
    """
    return gwet_family(
        codings, None, "percent agreement", fewest=2, weights=weights, labels=labels, clusters=clusters,
        interval=interval, level=level, n_boot=n_boot, seed=seed,
    )  # fmt: skip


def scott_pi(
    codings: Codings,
    *,
    weights: Weights = "identity",
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    interval: Interval = "analytic",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do two coders agree beyond what the labels' common shares give by chance (Scott's π)?

    Units that either coder left out are left out. Arguments, result and errors as in `percent_agreement`; for more than
    two coders use `fleiss_kappa`, which is π for many.

    Scott 1955, doi:10.1086/266577.

    >>> round(scott_pi(["aab", "abb"]).value, 3)
    0.333
    """
    _two(codings, "scott_pi", "fleiss_kappa")
    return gwet_family(
        codings, shares_chance, "Scott's pi", fewest=2, weights=weights, labels=labels, clusters=clusters,
        interval=interval, level=level, n_boot=n_boot, seed=seed,
    )  # fmt: skip


def fleiss_kappa(
    codings: Codings,
    *,
    weights: Weights = "identity",
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    interval: Interval = "analytic",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do many coders agree beyond what the labels' shares give by chance (Fleiss' generalised κ)?

    Missing codings are taken as Gwet takes them: a unit weighs the same however many coded it, and one with a single
    coding still counts for the labels' shares. Arguments, result and errors as in `percent_agreement`.

    Fleiss 1971, doi:10.1037/h0031619; standard error: Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 5.

    >>> round(fleiss_kappa(["aabb", "abbb", "aabb"]).value, 3)
    0.657
    """
    return gwet_family(
        codings, shares_chance, "Fleiss' kappa", fewest=1, weights=weights, labels=labels, clusters=clusters,
        interval=interval, level=level, n_boot=n_boot, seed=seed,
    )  # fmt: skip


def brennan_prediger(
    codings: Codings,
    *,
    weights: Weights = "identity",
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    interval: Interval = "analytic",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do coders agree beyond guessing among all labels alike (Brennan & Prediger's coefficient, S)?

    It depends on how many labels there are: give ``labels`` where the codebook has some that nobody used. With one label
    it is undefined. Arguments, result and errors as in `percent_agreement`.

    Brennan & Prediger 1981, doi:10.1177/001316448104100307; standard error: Gwet 2014, ch. 5.

    >>> round(brennan_prediger(["aabb", "abbb", "aabb"]).value, 3)
    0.667
    """
    return gwet_family(
        codings, uniform_chance, "Brennan-Prediger", fewest=1, weights=weights, labels=labels, clusters=clusters,
        interval=interval, level=level, n_boot=n_boot, seed=seed,
    )  # fmt: skip


def gwet_ac1(
    codings: Codings,
    *,
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    interval: Interval = "analytic",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do coders agree beyond guessing on the units that are hard to code (Gwet's AC1)?

    It depends on how many labels there are: give ``labels`` where the codebook has some that nobody used. With one label
    it is undefined. Arguments, result and errors as in `percent_agreement`.

    Gwet 2008, doi:10.1348/000711006X126600.

    >>> round(gwet_ac1(["aabb", "abbb", "aabb"]).value, 3)
    0.676
    """
    return gwet_family(
        codings, hard_chance, "Gwet's AC1", fewest=1, weights="identity", labels=labels, clusters=clusters,
        interval=interval, level=level, n_boot=n_boot, seed=seed,
    )  # fmt: skip


def gwet_ac2(
    codings: Codings,
    *,
    weights: Weights = "quadratic",
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    interval: Interval = "analytic",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """The same with partial agreement between labels on a scale (Gwet's AC2).

    Arguments, result and errors as in `percent_agreement`. Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 5.

    >>> round(gwet_ac2([[1, 2, 3, 3], [1, 2, 2, 3]]).value, 3)
    0.818
    """
    return gwet_family(
        codings, hard_chance, "Gwet's AC2", fewest=1, weights=weights, labels=labels, clusters=clusters,
        interval=interval, level=level, n_boot=n_boot, seed=seed,
    )  # fmt: skip


def cohen_kappa(
    codings: Codings,
    *,
    weights: Weights = "identity",
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    interval: Interval = "analytic",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do two coders agree beyond what their own two sets of shares give by chance (Cohen's κ, weighted or not)?

    Units that either coder left out are left out. Arguments, result and errors as in `percent_agreement`; for more than
    two coders use `fleiss_kappa` or `krippendorff_alpha`, or κ pair by pair.

    Cohen 1960, doi:10.1177/001316446002000104; 1968, doi:10.1037/h0026256; standard error by the delta method: Fleiss,
    Cohen & Everitt 1969, doi:10.1037/h0028106.

    >>> round(cohen_kappa(["aaaaabbbbb", "aaaabbbbba"]).value, 3)
    0.6
    """
    _two(codings, "cohen_kappa", "fleiss_kappa")
    coded = encode(codings, labels)
    places, clusters = with_codings(coded.places, 2, clusters)
    if not places.shape[1]:
        return no_units(coded, level)
    matrix, name = weights_of(coded, weights, labels, "Cohen's kappa")
    n_labels = len(coded.labels)

    def kernel(block: Places) -> Array:
        first, second = block
        each = label_counts(block[:1], n_labels), label_counts(block[1:], n_labels)
        return beside(np.ones(len(first)), matrix[first, second], *each)

    def kappa(sums: Array) -> Array:
        n, agreed = sums[:, 0], sums[:, 1]
        first, second = sums[:, 2 : 2 + n_labels], sums[:, 2 + n_labels :]
        chance = bilinear_forms(first, matrix, second) / np.where(n > 0, n, np.nan) ** 2
        return beyond(agreed / n, chance)

    return estimate(
        parts_of(places, kernel, 2 + 2 * n_labels, clusters), kappa, name=name, n=places.shape[1], interval=interval,
        level=level, n_boot=n_boot, seed=seed, why_undefined=NO_VARIATION,
        caution="" if interval == "none" else trust.caution(places, clusters),
    )  # fmt: skip


def _two(codings: Codings, name: str, instead: str) -> None:
    if len(codings) > 2:
        raise UnivocalError(f"{name} compares two coders, got {len(codings)}. For more use {instead}.")
