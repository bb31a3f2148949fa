"""Krippendorff's α: agreement beyond chance of any number of coders, with missing codings, over any distance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import UnivocalError
from univocal.statistics import distances, trust
from univocal.statistics.codings import Coded, Codings, encode, encode_sets
from univocal.statistics.intervals import Interval, Statistic, estimate
from univocal.statistics.matrix import Array, bilinear_forms, ratio
from univocal.statistics.parts import Kernel, Places, beside, label_counts, parts_of, sizes, with_codings
from univocal.statistics.result import Estimate, check_level, undefined

#: What every coefficient says where all codings are the same and agreement beyond chance is 0 / 0.
NO_VARIATION = "no variation, observed agreement 1.0"


def krippendorff_alpha(
    codings: Codings,
    distance: str | ArrayLike = "nominal",
    *,
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    interval: Interval = "jackknife",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do any number of coders agree beyond chance (Krippendorff's α)?

    Args:
        codings: coders × units, None or NaN for a missing coding: an array, or one sequence for each coder.
        distance: "nominal", "ordinal", "interval", "ratio"; "jaccard", "masi_passonneau", "masi_dkpro" for codings that
            are sets (`set_alpha`); or a (K, K) matrix of squared distances in the order of ``labels``.
        labels: the labels in order; all that occur, sorted, where None. Only a matrix, and "ordinal" with labels that
            are no numbers, need them.
        clusters: a name for each unit (its paper); each unit is its own cluster where None.
        interval: "jackknife" (the default: t interval from leaving out each cluster once; Hughes 2022,
            arXiv:2210.13265), "analytic" (delta method), "bootstrap" (percentiles) or "none".
        level: nominal coverage of the interval, in (0, 1).
        n_boot: resamples of the bootstrap.
        seed: of the resampling.

    Returns:
        α with ``n`` the number of units that two coders or more coded (only they count). It has no value where there
        is no such unit, or where all codings are the same ("undefined: no variation, observed agreement 1.0").

    Raises:
        UnivocalError: rows of different lengths, labels that a distance can't take, a level outside (0, 1).

    Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, https://repository.upenn.edu/asc_papers/43; the
    jackknife's coverage is in docs/explanation/agreement.md.

    >>> result = krippendorff_alpha(["1100000000", "0110010100"])
    >>> round(result.value, 3), result.n
    (0.095, 10)
    """
    check_level(level)
    named = isinstance(distance, str)
    if named:
        distances.check_distance(str(distance))
    sets = named and distance in distances.SET_DISTANCES
    coded = encode_sets(codings) if sets else encode(codings, labels)
    places, clusters = with_codings(coded.places, 2, clusters)
    name = f"Krippendorff's alpha, {distance if named else 'given'} distance"
    if not coded.labels:
        return undefined("no units", level=level, n=0)
    if places.shape[1] == 0:
        return undefined("no unit has two codings", level=level, n=0)
    kernel, width, statistic = _plan(Coded(places, coded.labels), distance, labels)
    parts = parts_of(places, kernel, width, clusters)
    return estimate(
        parts, statistic(small=True), name=name, n=places.shape[1], interval=interval, level=level, n_boot=n_boot,
        seed=seed, smooth=statistic(small=False), bounds=(-np.inf, 1.0), why_undefined=NO_VARIATION,
        caution="" if interval == "none" else trust.caution(places, clusters),
    )  # fmt: skip


def set_alpha(
    codings: Coded | Sequence[Sequence[Collection[Hashable] | None]],
    distance: str = "jaccard",
    *,
    clusters: Sequence[Hashable] | None = None,
    interval: Interval = "jackknife",
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """How far do coders whose answers are sets agree beyond chance (Krippendorff's α with a distance of sets)?

    Args:
        codings: one row for each coder; None is a missing coding, the empty set is an answer.
        distance: "jaccard", "masi_passonneau" or "masi_dkpro"; the result's ``method`` names it.
        clusters: as in `krippendorff_alpha`, like the rest.
        interval: likewise.
        level: likewise.
        n_boot: likewise.
        seed: likewise.

    The distances are taken as they are, not squared, as Passonneau 2006 (LREC, aclanthology.org/L06-1392) does.

    >>> round(set_alpha([[{"a"}, {"a", "b"}, set()], [{"a"}, {"a"}, set()]]).value, 3)
    0.737
    """
    distances.check_distance(distance, distances.SET_DISTANCES)
    return krippendorff_alpha(
        codings, distance, clusters=clusters, interval=interval, level=level, n_boot=n_boot, seed=seed
    )


def _plan(
    coded: Coded, distance: str | ArrayLike, given: Sequence[Hashable] | None
) -> tuple[Kernel, int, Callable[..., Statistic]]:
    """Which sums over units does α with this distance need, and how is it made from them?"""
    n_labels = len(coded.labels)
    if not isinstance(distance, str):
        return _of_matrix(_matrix(distance, n_labels))
    if distance == "nominal":
        return _nominal(n_labels)
    if distance == "interval":
        return _of_moments(distances.numbers(coded.labels, "the interval distance"))
    if distance == "ordinal":
        at = distances.scale(coded.labels, given, "the ordinal distance")
        return _ordinal(np.argsort(np.argsort(at)))
    return _of_matrix(distances.squared_distances(coded.labels, distance))


def _alpha(observed: Array, expected: Array, codings: Array, *, small: bool) -> Array:
    """1 - (N - 1) × observed / expected; without the correction for a small N where not ``small``."""
    # All codings alike: the expected disagreement is 0 up to rounding, and α is 0 / 0.
    none = expected <= 1e-12 * codings**2 * np.max(expected / np.maximum(codings, 1) ** 2, initial=0)
    return 1 - ratio((codings - small) * observed, np.where(none, 0.0, expected))


def _nominal(n_labels: int) -> tuple[Kernel, int, Callable[..., Statistic]]:
    def kernel(block: Places) -> Array:
        counts = label_counts(block, n_labels)
        coders = counts.sum(axis=1)
        pairs = coders**2 - np.einsum("uk,uk->u", counts, counts)
        return beside(pairs / (coders - 1), counts)

    def statistic(*, small: bool) -> Statistic:
        def alpha(sums: Array) -> Array:
            margins = sums[:, 1:]
            codings = margins.sum(axis=1)
            expected = codings**2 - np.einsum("uk,uk->u", margins, margins)
            return _alpha(sums[:, 0], expected, codings, small=small)

        return alpha

    return kernel, n_labels + 1, statistic


def _of_matrix(apart: Array) -> tuple[Kernel, int, Callable[..., Statistic]]:
    def kernel(block: Places) -> Array:
        counts = label_counts(block, len(apart))
        return beside(bilinear_forms(counts, apart, counts) / (counts.sum(axis=1) - 1), counts)

    def statistic(*, small: bool) -> Statistic:
        def alpha(sums: Array) -> Array:
            margins = sums[:, 1:]
            return _alpha(
                sums[:, 0], bilinear_forms(margins, apart, margins), margins.sum(axis=1), small=small
            )

        return alpha

    return kernel, len(apart) + 1, statistic


def _of_moments(values: Array) -> tuple[Kernel, int, Callable[..., Statistic]]:
    """Squared differences need no more than each unit's number, sum and sum of squares."""
    centred = np.append(values - values.mean(), 0.0)  # a missing coding, at place -1, adds nothing

    def kernel(block: Places) -> Array:
        there = centred[block]
        coders = sizes(block).astype(np.float64)
        first, second = there.sum(axis=0), (there**2).sum(axis=0)
        return beside(2 * (coders * second - first**2) / (coders - 1), coders, first, second)

    def statistic(*, small: bool) -> Statistic:
        def alpha(sums: Array) -> Array:
            observed, codings, first, second = sums.T
            return _alpha(observed, 2 * (codings * second - first**2), codings, small=small)

        return alpha

    return kernel, 4, statistic


def _ordinal(order: NDArray[np.intp]) -> tuple[Kernel, int, Callable[..., Statistic]]:
    """The ordinal distance depends on how often each label occurs, so whole coincidence matrices are summed.

    It is the squared difference of mean ranks: half of the codings with a label stand below its mean rank.
    """
    n_labels = len(order)
    table = np.append(order, -1).astype(np.int64)

    def kernel(block: Places) -> Array:
        counts = label_counts(table[block], n_labels).T
        pairs = counts[:, None] * counts
        pairs[np.arange(n_labels), np.arange(n_labels)] -= counts
        pairs /= counts.sum(axis=0) - 1
        return pairs.reshape(n_labels**2, -1).T

    def statistic(*, small: bool) -> Statistic:
        def alpha(sums: Array) -> Array:
            pairs = sums.reshape(-1, n_labels, n_labels)
            margins = pairs.sum(axis=2)
            codings = margins.sum(axis=1)
            ranks = np.cumsum(margins, axis=1) - margins / 2 - codings[:, None] / 2
            squares = np.einsum("uk,uk->u", margins, ranks**2)
            observed = 2 * (squares - np.einsum("uk,ukl,ul->u", ranks, pairs, ranks, optimize=True))
            expected = 2 * (codings * squares - np.einsum("uk,uk->u", margins, ranks) ** 2)
            return _alpha(observed, expected, codings, small=small)

        return alpha

    return kernel, n_labels**2, statistic


def _matrix(distance: ArrayLike, n_labels: int) -> Array:
    apart: Array = np.asarray(distance, dtype=np.float64)
    if apart.shape != (n_labels, n_labels):
        raise UnivocalError(
            f"distance: shape {(n_labels, n_labels)} was expected for {n_labels} labels, got {apart.shape}"
        )
    if not (np.isfinite(apart).all() and (apart == apart.T).all() and (np.diagonal(apart) == 0).all()):
        raise UnivocalError(
            "distance: a symmetric matrix of finite numbers with a diagonal of 0 was expected"
        )
    return apart
