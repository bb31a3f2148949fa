"""A share from papers drawn with unequal probabilities: Hájek, Horvitz-Thompson, Korn-Graubard."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import UnivocalError
from univocal.statistics.columns import numbers, places_of, same_sizes, zeros_and_ones
from univocal.statistics.design import looked_at
from univocal.statistics.exact import exact_bounds
from univocal.statistics.matrix import Array
from univocal.statistics.mover import mover_bounds, ratio_bounds
from univocal.statistics.quantiles import t_quantile
from univocal.statistics.result import Estimate, check_level, undefined

#: With fewer papers than this of the rarer answer, or effective papers in all, the interval is not to be trusted.
FEWEST_HITS, FEWEST_EFFECTIVE = 5, 30


def weighted_share(
    gold: ArrayLike,
    weights: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    n_papers: float | None = None,
    domain: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate:
    """What share has the property, when papers were drawn with unequal probabilities?

    Hájek's Σ w y / Σ w, or with ``n_papers`` known Horvitz & Thompson's Σ w y / n_papers. The variance is by
    linearisation. The interval is Clopper and Pearson's with the effective number of papers p (1 - p) / variance,
    times (t_{n-1} / t_d)² for the design's degrees of freedom d (papers less strata), after Korn & Graubard. Here
    that number never exceeds the number of papers nor, so that a lucky sample doesn't look like a large one, Kish's
    (Σ w)² / Σ w² for weights alone.

    Args:
        gold: (papers,) 0 and 1; None or NaN where a paper wasn't coded, which is left out.
        weights: (papers,) sampling weights: inverse probabilities, in any unit; above 0 wherever there is gold.
        strata: (papers,) the strata of the design, if any.
        n_papers: how many papers the corpus has, in the weights' unit; above 0. Not with a domain.
        domain: (papers,) 0 where a paper was drawn and the question isn't asked of it; 1, None or NaN elsewhere. The
            share is then that of the domain, Σ w x y / Σ w x, whose size is estimated too: papers outside it count
            towards the variance.
        level: nominal coverage, in (0, 1).

    Returns:
        The share with its interval. ``caution`` says where there are fewer than 5 papers of the rarer answer or 30
        effective papers: weights that go with the outcome then hide rare, heavy papers that were not drawn.

    Korn & Graubard 1998, Survey Methodology 24, 193-201 (no DOI); Hájek 1971; Horvitz & Thompson 1952,
    doi:10.1080/01621459.1952.10483446; Kish 1965, Survey Sampling, ch. 11.7.

    >>> result = weighted_share([1, 0, 0, 0] * 10, [1, 1, 2, 1] * 10)
    >>> result.value, round(result.low, 4), round(result.high, 4)
    (0.2, 0.0853, 0.3674)
    """
    check_level(level)
    answers, given = zeros_and_ones("gold", gold), numbers("weights", weights, missing=True)
    same_sizes(gold=answers, weights=given)
    here, inside = looked_at(answers, domain)
    outcome, weight = answers[here], given[here]
    if n_papers is not None:
        numbers("n_papers", [n_papers], above=0)
        if domain is not None:
            raise UnivocalError(
                "n_papers: how many of them are of the domain isn't known. Leave one of the two out."
            )
    drawn, n = len(outcome), int(inside.sum())
    _check_weights(given, here)
    places = np.zeros(drawn, dtype=np.intp)
    if strata is not None:
        _, everywhere = places_of("strata", strata)
        same_sizes(gold=answers, strata=everywhere)
        _, places = np.unique(everywhere[here], return_inverse=True)
    if n < 2:
        return undefined("fewer than two papers in the gold", level=level, n=n)
    mass, answer = weight[inside], outcome[inside]
    total = float(mass.sum()) if n_papers is None else float(n_papers)
    value = float((mass * answer).sum() / total)
    terms = np.zeros(drawn)
    terms[inside] = mass * (answer - (value if n_papers is None else 0.0)) / total
    variance, n_strata = linearised_variance(terms, places), int(places.max()) + 1
    method = ("Hájek" if n_papers is None else "Horvitz-Thompson") + " share"
    method += (" of a domain" if n < drawn else "") + ", linearised variance"
    method += f" in {n_strata} strata, " if n_strata > 1 else ", "
    method += "Korn-Graubard interval"
    caution = weights_caution(answer, mass)
    if value > 1:
        caution = (
            f"the weights of the hits sum to {value:.3g} of n_papers, and the share was put to 1; " + caution
        )
        value = 1.0
    if drawn == n_strata:
        return Estimate(
            value, None, None, level, n, f"{method}: none, as each stratum has one paper", None, caution
        )
    degrees = min(drawn - n_strata, n - 1)
    size = effective_size(value, variance, n=n, kish=kish_size(mass), degrees=degrees, level=level)
    low, high = exact_bounds(value * size, size, level=level)
    return Estimate(
        value, float(low), float(high), level, n, method, float(np.sqrt(variance)), caution.rstrip("; ")
    )


def share_by_label(
    outcome: Array,
    inside: NDArray[np.bool_],
    weight: Array,
    places: NDArray[np.intp],
    label: NDArray[np.intp],
    sizes: Array,
    *,
    level: float,
) -> Estimate:
    """What share has the property, when a machine labels all papers and weights differ from paper to paper?

    MOVER over the labels, in each of which shares are Hájek's with Korn-Graubard intervals. Where not all papers are of
    the domain, the ratio of two such shares: with the property, over all of the domain.

    Args:
        outcome: (looked at,) 0 or 1; 0 outside the domain.
        inside: (looked at,) is the paper of the domain?
        weight: (looked at,) sampling weights.
        places: (looked at,) stratum of the design.
        label: (looked at,) the machine's label, a place in ``sizes``.
        sizes: (labels,) papers of the corpus with each label.
        level: nominal coverage.

    >>> ones, none = np.ones(40), np.zeros(40, dtype=np.intp)
    >>> y, label = np.arange(40) % 4 == 0, np.arange(40) % 2
    >>> result = share_by_label(y * 1.0, ones > 0, ones, none, label, np.array([300.0, 100.0]), level=0.95)
    >>> result.value
    0.375
    """
    whole, size = bool(inside.all()), sizes / sizes.sum()
    one, other, spread, n = (np.zeros(len(size)) for _ in range(4))
    bounds = [np.zeros((2, len(size))), np.zeros((2, len(size)))]
    cautions = []
    for at in range(len(size)):
        mine = label == at
        if not mine.any():
            bounds[0][1, at] = bounds[1][1, at] = 1.0
            continue
        parts = (outcome[mine], (inside[mine] - outcome[mine]).astype(float))
        (one[at], n[at], spread[at], bounds[0][:, at]), (other[at], _, _, bounds[1][:, at]) = (
            _one_share(part, weight[mine], places[mine], level) for part in parts
        )
        cautions.append(weights_caution(outcome[mine & inside], weight[mine & inside]))
    empty = float(size[n == 0].sum())
    if empty:
        cautions.append(f"labels without gold hold {empty:.1%} of the papers: their share is taken as 0 to 1")
    method = f"MOVER of Korn-Graubard intervals over {len(size)} strata of the machine's label (by weights)"
    error = None if empty else float(np.sqrt((size**2 * spread).sum()))
    if whole:
        value, low, high = mover_bounds(one * n, n, size, *bounds[0])
    else:
        value, low, high = ratio_bounds(
            one, other, size, (bounds[0][0], bounds[0][1]), (bounds[1][0], bounds[1][1]), known=n > 0
        )
        method, error = f"share of a domain, {method.replace('MOVER', 'MOVER of a ratio', 1)}", None
    caution = "; ".join(dict.fromkeys(filter(None, cautions)))
    total = int(inside.sum())
    return Estimate(float(value), float(low), float(high), level, total, method, error, caution)


def _one_share(
    outcome: Array, weight: Array, places: NDArray[np.intp], level: float
) -> tuple[float, float, float, Array]:
    """A Hájek share of the papers of one label, its effective number of papers, variance and bounds."""
    share = float((weight * outcome).sum() / weight.sum())
    if weight.min() == weight.max():
        size, variance = float(len(outcome)), float(share * (1 - share) / len(outcome))
    else:
        _, places = np.unique(places, return_inverse=True)
        variance = linearised_variance(weight * (outcome - share) / weight.sum(), places)
        degrees = max(len(outcome) - int(places.max()) - 1, 1)
        kish = kish_size(weight)
        size = float(effective_size(share, variance, n=len(outcome), kish=kish, degrees=degrees, level=level))
    return share, size, variance, np.array(exact_bounds(share * size, size, level=level))


def linearised_variance(terms: Array, places: NDArray[np.intp]) -> float:
    """The variance of a sum of terms drawn in strata. The paper of a stratum with one is set against all papers.

    >>> linearised_variance(np.array([0.0, 2.0]), np.array([0, 0]))
    4.0
    """
    sizes = np.bincount(places)
    mean = np.bincount(places, terms) / np.maximum(sizes, 1)
    mean[sizes == 1] = terms.mean()
    around = np.bincount(places, (terms - mean[places]) ** 2)
    return float((around * sizes / np.maximum(sizes - 1, 1)).sum())


def effective_size(
    share: ArrayLike, variance: ArrayLike, *, n: int, kish: float, degrees: int, level: float
) -> Array:
    """So many papers drawn with equal probabilities would tell as much (never more than there are).

    >>> effective_size([0.5, 0.0], [0.005, 0.0], n=100, kish=80, degrees=99, level=0.95).round(1).tolist()
    [50.0, 80.0]
    """
    at, spread = np.asarray(share, float), np.asarray(variance, float)
    by_variance = np.where(spread > 0, at * (1 - at) / np.where(spread > 0, spread, 1.0), kish)
    tail = (1 + level) / 2
    by_degrees = (t_quantile(tail, n - 1) / t_quantile(tail, degrees)) ** 2
    result: Array = np.minimum(np.minimum(by_variance, kish) * by_degrees, float(n))
    return result


def kish_size(weight: Array) -> float:
    """How many papers of equal weight do these weights amount to, (Σ w)² / Σ w²?

    >>> kish_size(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    return float(weight.sum() ** 2 / (weight**2).sum())


def weights_caution(outcome: Array, weight: Array) -> str:
    """Why an interval from weights must not be trusted here, if so."""
    if not len(weight) or weight.min() == weight.max():
        return ""
    rarer = int(min(outcome.sum(), len(outcome) - outcome.sum()))
    kish = kish_size(weight)
    if rarer < FEWEST_HITS:
        return f"the rarer answer has {rarer} papers, fewer than {FEWEST_HITS}: weighted papers of it may be missing"
    if kish < FEWEST_EFFECTIVE:
        return f"unequal weights leave {kish:.3g} effective papers, fewer than {FEWEST_EFFECTIVE}"
    return ""


def _check_weights(given: Array, here: NDArray[np.bool_]) -> None:
    """Weights must be above 0 wherever there is gold; elsewhere they are not looked at."""
    numbers("weights", np.where(here, given, 1.0), above=0)
