"""Coefficients whose chance agreement is a function of the labels' shares: Gwet's family, and what Cohen's κ shares with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from univocal.errors import UnivocalError
from univocal.statistics import trust
from univocal.statistics.alpha import NO_VARIATION
from univocal.statistics.codings import Coded, Codings, encode
from univocal.statistics.distances import agreement_weights, scale
from univocal.statistics.intervals import Influence, Interval, Statistic, estimate
from univocal.statistics.matrix import Array, bilinear_forms, ratio
from univocal.statistics.parts import Kernel, Places, beside, label_counts, parts_of, sizes, with_codings
from univocal.statistics.result import Estimate, check_level, undefined

#: A name of `distances.WEIGHTS`, or a (K, K) matrix with 1 on its diagonal.
Weights = str | ArrayLike

#: From the labels' shares (b, K) and the weights (K, K) to the agreement that chance gives (b,).
Chance = Callable[[Array, Array], Array]


def shares_chance(shares: Array, weights: Array) -> Array:
    """What the labels' common shares give by chance (Scott's π, Fleiss' κ)."""
    return bilinear_forms(shares, weights, shares)


def uniform_chance(shares: Array, weights: Array) -> Array:
    """What guessing among all labels alike gives (Brennan & Prediger); NaN with one label."""
    return np.full(len(shares), weights.mean()) if len(weights) > 1 else np.full(len(shares), np.nan)


def hard_chance(shares: Array, weights: Array) -> Array:
    """What guessing on units that are hard to code gives (Gwet's AC1 and AC2); NaN with one label."""
    q = len(weights)
    if q < 2:
        return np.full(len(shares), np.nan)
    chance: Array = weights.sum() / (q * (q - 1)) * (shares * (1 - shares)).sum(axis=1)
    return chance


def beyond(observed: Array, chance: Array) -> Array:
    """Agreement beyond chance, NaN where chance explains all of it."""
    return ratio(observed - chance, np.where(1 - chance < 1e-12, 0.0, 1 - chance))


def gwet_family(
    codings: Codings,
    chance: Chance | None,
    name: str,
    *,
    fewest: int,
    weights: Weights,
    labels: Sequence[Hashable] | None,
    clusters: Sequence[Hashable] | None,
    interval: Interval,
    level: float,
    n_boot: int,
    seed: int,
) -> Estimate:
    """The coefficients whose chance agreement is a function of the labels' shares over units."""
    coded = encode(codings, labels)
    places, clusters = with_codings(coded.places, fewest, clusters)
    pairs = int(np.count_nonzero(sizes(places) >= 2))
    if not pairs:
        return no_units(coded, level)
    matrix, name = weights_of(coded, weights, labels, name)
    statistic, influence = (
        _percent() if chance is None else (_coefficient(chance, matrix), _gwet_influence(chance, matrix))
    )
    return estimate(
        parts_of(places, _shares_kernel(matrix), 3 + len(matrix), clusters), statistic, name=name, n=pairs,
        interval=interval, level=level, n_boot=n_boot, seed=seed, influence=influence,
        bounds=(0.0 if chance is None else -1.0, 1.0), why_undefined=NO_VARIATION,
        caution="" if interval == "none" else trust.caution(places, clusters, rarer=chance is shares_chance),
    )  # fmt: skip


def _shares_kernel(weights: Array) -> Kernel:
    """Parts of a unit: 1, 1 if two coders or more coded it, the agreement of its pairs, the shares of its labels."""
    n_labels = len(weights)
    plain = bool((weights == np.eye(n_labels)).all())

    def kernel(block: Places) -> Array:
        counts = label_counts(block, n_labels)
        coders = counts.sum(axis=1)
        twice = coders >= 2
        squares = np.einsum("uk,uk->u", counts, counts) if plain else bilinear_forms(counts, weights, counts)
        agreed = (squares - coders) / np.where(twice, coders * (coders - 1), 1.0)
        return beside(np.ones(len(counts)), twice, agreed, counts / coders[:, None])

    return kernel


def _percent() -> tuple[Statistic, Influence]:
    def share(sums: Array) -> Array:
        return ratio(sums[:, 2], sums[:, 1])

    def influence(block: Array, total: Array) -> Array:
        return (block[:, 2] - share(total) * block[:, 1]) / total[:, 1]

    return share, influence


def _coefficient(chance: Chance, weights: Array) -> Statistic:
    def coefficient(sums: Array) -> Array:
        return beyond(ratio(sums[:, 2], sums[:, 1]), chance(ratio(sums[:, 3:], sums[:, :1]), weights))

    return coefficient


def _gwet_influence(chance: Chance, weights: Array) -> Influence:
    """The terms of Gwet's linearised variance, with units of one coding as he takes them (2014, ch. 5)."""
    coefficient = _coefficient(chance, weights)

    def influence(block: Array, total: Array) -> Array:
        n, pairs = total[0, 0], total[0, 1]
        shares = total[:, 3:] / n
        value, expected = float(coefficient(total)[0]), float(chance(shares, weights)[0])
        ones, twice, agreed = block[:, 0], block[:, 1], block[:, 2]
        own: Array = (n / pairs) * (agreed - expected * twice) / (1 - expected) - value * ones
        if chance is not uniform_chance:
            slope = _slope(chance, shares, weights)
            own -= (
                2
                * (1 - value)
                * (np.einsum("uk,k->u", block[:, 3:], slope) - expected * ones)
                / (1 - expected)
            )
        own /= n
        return own

    return influence


def _slope(chance: Chance, shares: Array, weights: Array) -> Array:
    """What a unit of each label alone would make of the chance agreement, half by half with the shares at hand."""
    q = len(weights)
    slope: Array = weights @ shares[0]
    return weights.sum() / (q * (q - 1)) * (1.0 - shares[0]) if chance is hard_chance else slope


def weights_of(
    coded: Coded, weights: Weights, given: Sequence[Hashable] | None, name: str
) -> tuple[Array, str]:
    """The matrix of agreement weights, and the coefficient's name with them.

    Raises:
        UnivocalError: labels that the weights can't take, or a matrix that isn't one of weights.
    """
    n_labels = len(coded.labels)
    if isinstance(weights, str):
        if weights == "identity":
            return np.eye(n_labels), name
        at = scale(coded.labels, given, f"the weights {weights!r}")
        return agreement_weights(at, weights), f"{name}, {weights} weights"
    matrix: Array = np.asarray(weights, dtype=np.float64)
    if matrix.shape != (n_labels, n_labels):
        raise UnivocalError(
            f"weights: shape {(n_labels, n_labels)} was expected for {n_labels} labels, got {matrix.shape}"
        )
    if not ((matrix == matrix.T).all() and (np.diagonal(matrix) == 1).all() and (np.abs(matrix) <= 1).all()):
        raise UnivocalError("weights: a symmetric matrix within -1 and 1, 1 on its diagonal, was expected")
    return matrix, f"{name}, given weights"


def no_units(coded: Coded, level: float) -> Estimate:
    """The answer where there is nothing to compare."""
    check_level(level)
    return undefined("no unit has two codings" if coded.labels else "no units", level=level, n=0)
