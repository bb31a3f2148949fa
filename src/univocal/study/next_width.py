"""How narrow will an interval get? Cells of a design with what is coded in them, and what is still to come.

A cell is a stratum of a batch: papers that were drawn with one chance. Its size is the sum of the weights of its coded
papers (`stages.weights`), its outcome how many have the code, lack it, or aren't asked. Widths are expected over what
the papers to come may say, if the guesses are right; the intervals are those of `prevalence`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from univocal.statistics.exact import exact_bounds
from univocal.statistics.mover import mover_bounds, ratio_bounds
from univocal.statistics.planning import SPARES
from univocal.study.next_strata import Frame
from univocal.study.stages import Batch, Drawn, usable, weights

Column = NDArray[np.float64]

#: Outcomes over which a width is expected.
DRAWS = 200
#: Of each stratum of a batch at least so many are drawn, so that none is bare when the batch is half coded.
FEWEST_OF_A_STRATUM = 3


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What is known of each cell, and what is to come; columns of shape (cells,).

    ``sizes``; coded papers that have the code (``hits``), that lack it, and all (``n``); those ``to_come``, and the guesses
    of their chances to have and to lack it. ``domain`` says that the question isn't asked of every paper.
    """

    sizes: Column
    hits: Column
    others: Column
    n: Column
    to_come: NDArray[np.int64]
    has: Column
    lacks: Column
    domain: bool


def cells(
    batches: Sequence[Batch], outcome: Mapping[str, float], guess: Mapping[str, tuple[float, float]], *, domain: bool
) -> Cells | None:  # fmt: skip
    """The cells of all batches, as they are when all papers that were drawn are coded; None where they make no sample.

    Args:
        batches: in order; a paper is coded where ``outcome`` has it, whatever the batch says.
        outcome: of coded papers, by key: 1 with the code, 0 without, NaN where it isn't asked.
        guess: of papers that aren't coded, by key: the chances that it has and that it lacks the code.
        domain: is the question asked of part of the papers only?
    """
    whole = [
        replace(batch, papers=tuple(replace(one, coded=True) for one in batch.papers)) for batch in batches
    ]
    taken, _ = usable(whole)
    known = weights(taken)
    if not known:
        return None
    many = 1 + max(number for _, number in known.values())
    sizes, hits, others, n, has, lacks = (np.zeros(many) for _ in range(6))
    to_come = np.zeros(many, dtype=np.int64)
    for key, (weight, at) in known.items():
        sizes[at] += weight
        if key in outcome:
            n[at] += 1
            hits[at] += outcome[key] == 1
            others[at] += outcome[key] == 0
        else:
            to_come[at] += 1
            has[at] += guess[key][0]
            lacks[at] += guess[key][1]
    some = np.maximum(to_come, 1)
    return Cells(sizes, hits, others, n, to_come, has / some, lacks / some, domain)


def expected_width(found: Cells, *, level: float, draws: int = DRAWS, seed: int = 0) -> float:
    """How wide is the interval on average, once all that was drawn is coded, if the guesses are right?

    >>> one = np.ones(1)
    >>> cells_ = Cells(one, 0 * one, 0 * one, 0 * one, np.array([100]), 0.5 * one, 0.5 * one, False)
    >>> round(expected_width(cells_, level=0.95), 2)
    0.2
    """
    rng = np.random.default_rng(seed)
    shape = (draws, len(found.sizes))
    new_hits = rng.binomial(np.broadcast_to(found.to_come, shape), np.clip(found.has, 0, 1))
    rest = np.clip(found.lacks / np.maximum(1 - found.has, 1e-9), 0, 1)
    new_others = rng.binomial(found.to_come - new_hits, rest) if found.domain else found.to_come - new_hits
    low, high = bounds(
        found.hits + new_hits, found.others + new_others, found.n + found.to_come, found.sizes, domain=found.domain,
        level=level,
    )  # fmt: skip
    return float((high - low).mean())


def bounds(
    hits: Column, others: Column, n: Column, sizes: Column, *, domain: bool, level: float
) -> tuple[Column, Column]:
    """The interval that `prevalence` gives for these counts of cells, over the last axis."""
    n = np.broadcast_to(n, hits.shape)
    if n.shape[-1] == 1:
        return tuple(end[..., 0] for end in exact_bounds(hits, hits + others if domain else n, level=level))  # type: ignore[return-value]
    weight = sizes / sizes.sum()
    if not domain:
        _, low, high = mover_bounds(hits, n, weight, *exact_bounds(hits, n, level=level))
        return low, high
    some = np.maximum(n, 1)
    ends = exact_bounds(hits, n, level=level), exact_bounds(others, n, level=level)
    _, low, high = ratio_bounds(hits / some, others / some, weight, *ends, known=n > 0)
    none = (hits + others).sum(axis=-1) == 0
    return np.where(none, 0.0, low), np.where(none, 1.0, high)


def shared_out(n: int, parts: Column, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """So many papers in proportion to ``parts``; a few at least in each stratum, and no more than it holds.

    >>> shared_out(20, np.array([1.0, 9.0, 0.0]), np.array([100, 100, 2])).tolist()
    [3, 15, 2]
    """
    if n < 1:
        return np.zeros(len(sizes), dtype=np.int64)
    n = min(n, int(sizes.sum()))
    least = np.minimum(sizes, min(FEWEST_OF_A_STRATUM, max(1, n // len(sizes))))
    given = least.astype(np.int64)
    while (left := n - int(given.sum())) > 0:
        room = given < sizes
        part = np.where(room, np.maximum(parts, 1e-9), 0.0)
        # towards what its part of all n is; those furthest below it first
        short = np.where(room, np.maximum(n * part / part.sum() - given, 0.0), 0.0)
        short = short if short.sum() > 0 else part
        wanted = np.minimum(left * short / short.sum(), sizes - given)
        step = np.floor(wanted).astype(np.int64)
        if not step.any():
            step[np.lexsort((np.arange(len(sizes)), -wanted))[:left]] = 1
            step = np.where(room, step, 0)
        given += step
    return given


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What was drawn before, with outcomes and guesses as `cells` takes them, and what the next batch may draw."""

    frame: Frame
    batches: tuple[Batch, ...]
    outcome: Mapping[str, float]
    guess: Mapping[str, tuple[float, float]]
    domain: bool
    level: float

    def width(self, sizes: NDArray[np.int64]) -> float:
        """How wide is the interval expected to be once a batch of these sizes, and all drawn before, is coded?"""
        frame = self.frame
        new, chances = [], dict(self.guess)
        for place, (name, size) in enumerate(zip(frame.names, sizes.tolist(), strict=True)):
            one = float(frame.has[place]), float(frame.lacks[place])
            for at in range(size):
                new.append(Drawn(f"\0{place}.{at}", size / int(frame.sizes[place]), name, coded=True))
                chances[new[-1].key] = one
        batch = (Batch("\0next", "stratified", int(frame.sizes.sum()), tuple(new)),) if new else ()
        found = cells([*self.batches, *batch], self.outcome, chances, domain=self.domain)
        return 1.0 if found is None else expected_width(found, level=self.level)

    def allocated(self, n: int) -> tuple[NDArray[np.int64], float, float]:
        """How many of n papers come from each stratum; the width then; and t, by which they were shared out.

        In proportion to W_h (deviation_h + t), with t that of `planning.SPARES` for which the width is expected to be least.
        """
        best: tuple[NDArray[np.int64], float, float] | None = None
        for spare in SPARES:
            sizes = self.by(n, spare)
            if best is not None and (sizes == best[0]).all():
                continue
            width = self.width(sizes)
            if best is None or width < best[1]:
                best = sizes, width, spare
        assert best is not None
        return best

    def by(self, n: int, spare: float) -> NDArray[np.int64]:
        """So many papers, shared out by this t."""
        return shared_out(n, self.frame.sizes * (self.frame.deviation + spare), self.frame.sizes)

    def needed(self, width: float, *, spare: float) -> int | None:
        """How many more papers must be drawn for an interval of this width? None: all that are left aren't enough."""
        if self.width(self.by(0, spare)) <= width:
            return 0
        most = int(self.frame.sizes.sum())
        low, high = 0, min(most, 32)
        while self.width(self.by(high, spare)) > width:
            if high == most:
                return None
            low, high = high, min(most, 2 * high)
        while high - low > max(1, high // 32):
            middle = (low + high) // 2
            low, high = (low, middle) if self.width(self.by(middle, spare)) <= width else (middle, high)
        return high
