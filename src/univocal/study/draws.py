"""Which papers are coded next, by chance alone: samples whose inclusion probabilities are known.

A batch is drawn from its frame: the papers that no earlier batch drew. Its probabilities are given that frame, so that
batches whose design looked at earlier codings stay valid samples too (Raj 1956, Journal of the American Statistical
Association 51, 269-284: what was drawn before counts as it is, the rest is estimated).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from univocal.errors import StudyError

Places = NDArray[np.intp]
Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """The places of the papers drawn, in random order, and the probability of each of them."""

    drawn: Places
    probability: Chances


def simple(n_papers: int, n: int, rng: np.random.Generator) -> Draw:
    """A simple random sample without replacement: each paper with probability n / n_papers.

    >>> simple(10, 4, np.random.default_rng(0)).probability.tolist()
    [0.4, 0.4, 0.4, 0.4]
    """
    n = min(n, n_papers)
    return Draw(rng.permutation(n_papers)[:n], np.full(n, n / max(n_papers, 1)))


def stratified(
    strata: Sequence[str | None], sizes: Mapping[str | None, int], rng: np.random.Generator
) -> Draw:
    """A simple random sample in each stratum, as large as ``sizes`` say or as the stratum is.

    Raises:
        StudyError: a stratum that no paper is in; all at once.

    >>> draw = stratified(["a", "a", "b", "b", "b"], {"a": 1, "b": 3}, np.random.default_rng(0))
    >>> sorted(draw.probability.tolist())
    [0.5, 1.0, 1.0, 1.0]
    """
    places: dict[str | None, list[int]] = {}
    for place, stratum in enumerate(strata):
        places.setdefault(stratum, []).append(place)
    if strange := [stratum for stratum in sizes if stratum not in places]:
        known = ", ".join(map(_called, sorted(places, key=lambda one: (one is None, str(one)))))
        raise StudyError(
            "\n".join(f"no paper left in {_called(name)}. There are papers in {known}." for name in strange)
        )
    drawn, probability = [], []
    for stratum, size in sizes.items():
        inside = np.array(places[stratum], dtype=np.intp)
        size = min(size, len(inside))  # noqa: PLW2901 - as many as there are
        drawn.append(rng.permutation(inside)[:size])
        probability.append(np.full(size, size / len(inside)))
    if not drawn:
        return Draw(np.zeros(0, dtype=np.intp), np.zeros(0))
    order = rng.permutation(sum(map(len, drawn)))
    return Draw(np.concatenate(drawn)[order], np.concatenate(probability)[order])


def _called(stratum: str | None) -> str:
    return "no stratum" if stratum is None else f"stratum {stratum!r}"


def unequal(scores: Chances, n: int, rng: np.random.Generator, *, floor: float = 0.2) -> Draw:
    """A sample of n papers whose chances rise with their scores, and that leaves no paper without a chance.

    Args:
        scores: (papers,) 0 or above: how uncertain the machine coder is, say.
        n: papers to draw.
        rng: source of chance.
        floor: the part of the sample that is spread evenly over all papers, in (0, 1].

    Chances are proportional to ``floor`` × the mean + (1 - floor) × the score, those above 1 being cut to 1 and the rest
    raised until they sum to n. The sample is drawn by randomised systematic sampling, which keeps them exactly
    (Goodman & Kish 1950, Journal of the American Statistical Association 45, 350-372).

    Raises:
        StudyError: a floor outside (0, 1], or scores that aren't finite and non-negative.

    >>> draw = unequal(np.array([0.0, 1.0, 3.0, 0.0]), 2, np.random.default_rng(0))
    >>> len(draw.drawn), bool((draw.probability > 0).all())
    (2, True)
    """
    if not 0 < floor <= 1:
        raise StudyError(f"floor: a share in (0, 1] was expected, got {floor}: every paper needs a chance")
    if not np.isfinite(scores).all() or (scores < 0).any():
        raise StudyError("scores: finite numbers of 0 or above were expected")
    n = min(n, len(scores))
    if n == 0:
        return Draw(np.zeros(0, dtype=np.intp), np.zeros(0))
    mean = scores.mean()
    size = np.ones(len(scores)) if mean == 0 else floor * mean + (1 - floor) * scores
    chance = _chances(size, n)
    order = rng.permutation(len(scores))
    ends = np.cumsum(chance[order])
    # n points at distance 1 from a random start; rounding of the last sum must not lose one
    ends[-1] = max(ends[-1], n)
    at = np.searchsorted(ends, rng.uniform(0, 1) + np.arange(n), side="right")
    drawn = order[np.minimum(at, len(order) - 1)]
    drawn = rng.permutation(np.unique(drawn))
    return Draw(drawn, chance[drawn])


def _chances(size: Chances, n: int) -> Chances:
    """Probabilities proportional to size that sum to n, none above 1."""
    chance = np.zeros(len(size))
    sure = np.zeros(len(size), dtype=bool)
    while True:
        left = n - int(sure.sum())
        rest = size[~sure].sum()
        chance[sure] = 1.0
        chance[~sure] = 0.0 if rest == 0 else left * size[~sure] / rest
        above = ~sure & (chance >= 1)
        if not above.any():
            return chance
        sure |= above
