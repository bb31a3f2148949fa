"""Samples drawn one after the other, each from the papers that the ones before it left: what each paper stands for.

Given what was drawn before, sample k alone gives an unbiased total over all papers: those drawn before count as they are,
the rest by one over their chances (Raj 1956, Journal of the American Statistical Association 51, 269-284). Whatever was
learned from the earlier papers may have shaped its design. The totals of the samples don't go together, so a mean of them
with weights that don't depend on the answers is unbiased too, and its variance is the sum of theirs. Taken together, that
is one weight a paper: with shares c that sum to 1, a paper of sample j with chance p weighs c_j / p + c_{j+1} + c_{j+2} + …
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

#: Batches whose papers all had the same chance, and that cover all papers that there were.
SIMPLE = ("random", "all")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A paper of a batch: its stratum, the chance that it had, and whether it is coded."""

    key: str
    probability: float
    stratum: str | None
    coded: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Papers drawn together out of ``frame``; ``kind`` as in `queues.Plan`."""

    name: str
    kind: str
    frame: int
    papers: tuple[Drawn, ...]

    @property
    def simple(self) -> bool:
        """Had all papers that there were the same chance?"""
        return self.kind in SIMPLE

    @property
    def covers(self) -> float:
        """How many papers could be drawn?"""
        return (
            sum(1 / one.probability for one in self.papers)
            if self.kind == "stratified"
            else float(self.frame)
        )

    def stratum(self, one: Drawn) -> str | None:
        """Of a paper, if it was drawn by strata."""
        return one.stratum if self.kind == "stratified" else None

    def bare(self) -> tuple[str, ...]:
        """The strata without a coded paper, in words."""
        coded = {self.stratum(one) for one in self.papers if one.coded}
        bare = {self.stratum(one) for one in self.papers} - coded
        return tuple(sorted("those without a stratum" if name is None else repr(name) for name in bare))


def usable(batches: Sequence[Batch]) -> tuple[tuple[Batch, ...], str]:
    """The first batches that make one sample together, and why the rest doesn't count ("" where nothing is left out).

    Simple batches that follow each other are put together, since they are one simple random sample.
    """
    found = list(batches[:1])
    why = ""
    for before, one in pairwise(batches):
        left = before.frame - len(before.papers)
        if round(before.covers) < before.frame:
            why = f"{before.name!r} drew from some strata only"
        elif one.frame != left:
            come = one.frame > left
            why = "papers came in" if come else "coders chose papers themselves"
            why += f" between {before.name!r} and {one.name!r}"
        elif found[-1].simple and one.simple:
            found[-1] = _together(found[-1], one)
            continue
        elif round(one.covers) < one.frame:
            why = f"{one.name!r} drew from some strata only"
        else:
            found.append(one)
            continue
        break
    # a sample of which nothing is known yet ends the row too: later ones don't stand for its papers
    for place, one in enumerate(found[1:], 1):
        if bare := one.bare():
            what = "no paper" if one.kind != "stratified" else f"no paper of {', '.join(bare)}"
            return tuple(found[:place]), f"{what} of {one.name!r} is coded yet"
    return tuple(found), why


def _together(one: Batch, other: Batch) -> Batch:
    papers = (*one.papers, *other.papers)
    chance = len(papers) / one.frame
    alike = tuple(Drawn(paper.key, chance, paper.stratum, paper.coded) for paper in papers)
    return Batch(one.name, "random", one.frame, alike)


def weights(batches: Sequence[Batch]) -> dict[str, tuple[float, int]]:
    """The weight of each coded paper, by its key, and the number of the stratum that it was drawn in.

    Of a batch or stratum that isn't coded whole, the papers that are stand for those that aren't. The shares of the
    batches are those of the coded papers: how far a batch is coded doesn't depend on the answers.

    >>> first = Batch("a", "active", 4, (Drawn("w", 0.8, None, True), Drawn("x", 0.2, None, True)))
    >>> second = Batch("b", "random", 2, (Drawn("y", 1.0, None, True), Drawn("z", 1.0, None, True)))
    >>> {key: round(weight, 3) for key, (weight, _) in weights((first, second)).items()}
    {'w': 1.125, 'x': 3.0, 'y': 0.5, 'z': 0.5}
    """
    coded = [sum(one.coded for one in batch.papers) for batch in batches]
    share = np.array(coded, dtype=np.float64) / max(sum(coded), 1)
    later = share[::-1].cumsum()[::-1] - share
    numbers: dict[Any, int] = {}
    found: dict[str, tuple[float, int]] = {}
    for at, batch in enumerate(batches):
        drawn = Counter(batch.stratum(one) for one in batch.papers)
        known = Counter(batch.stratum(one) for one in batch.papers if one.coded)
        for one in batch.papers:
            if one.coded:
                name = batch.stratum(one)
                weight = drawn[name] / known[name] * (share[at] / one.probability + later[at])
                found[one.key] = float(weight), numbers.setdefault((at, name), len(numbers))
    return found
