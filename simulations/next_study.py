"""A study that wants one interval, coded paper by paper: in random order, or as `univocal next` says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from next_population import Population
from numpy.typing import NDArray

from univocal.codebook import load as load_codebook
from univocal.statistics.exact import exact_bounds
from univocal.study import next_width
from univocal.study.draws import stratified
from univocal.study.next_papers import size_of
from univocal.study.next_strata import Names, Outlook, frame_of, outlook, strata
from univocal.study.next_width import Drawing, bounds
from univocal.study.stages import Batch, Drawn, usable, weights

LEVEL = 0.95
#: The interval is looked at whenever so many more papers are coded.
LOOK = 10

Flags = NDArray[np.bool_]
Column = NDArray[np.float64]
Places = NDArray[np.intp]


@cache
def _table(n: int) -> tuple[Column, Column]:
    return exact_bounds(np.arange(n + 1), np.full(n + 1, n), level=LEVEL)


def tabled(hits: Column, n: Column, *, level: float = LEVEL) -> tuple[Column, Column]:
    """`exact_bounds` of whole numbers, each worked out once: a simulation asks for the same ones over and over."""
    if level != LEVEL:
        raise ValueError(level)
    found, of = np.broadcast_arrays(np.asarray(hits).astype(int), np.asarray(n).astype(int))
    low, high = np.empty(of.shape), np.empty(of.shape)
    for size in np.unique(of).tolist():
        here = of == size
        table = _table(size)
        low[here], high[here] = table[0][found[here]], table[1][found[here]]
    return low, high


next_width.exact_bounds = tabled


@dataclass(frozen=True)
class World:
    """Papers, whether each has the code and is asked for it, and what the machine leads one to expect of it."""

    name: str
    has: Flags
    asked: Flags
    domain: bool
    found: Outlook
    names: tuple[Names, Names]

    @property
    def share(self) -> float:
        """The true one."""
        return float(self.has.sum() / self.asked.sum())


@dataclass(frozen=True)
class Stopped:
    """How many papers were coded until the interval was narrow enough, and what it was; ``reached``: was it ever?"""

    n: int
    low: float
    high: float
    value: float
    reached: bool


def world(papers: Population, variable: str, code: str, copies: int) -> World:
    """Each abstract so many times."""
    one = load_codebook().variable(variable)
    found = outlook(papers.machine * copies, one, code)
    names = strata(found, bands=1), strata(found, bands=2)
    has, asked = np.tile(papers.has(variable, code), copies), np.tile(papers.asked(variable), copies)
    return World(f"{variable} = {code}", has & asked, asked, one.when is not None, found, names)


def at_random(now: World, width: float, rng: np.random.Generator) -> Stopped:
    """A simple random sample: Clopper-Pearson among those that are asked."""
    order = rng.permutation(len(now.has))
    n = np.arange(LOOK, len(order) + 1, LOOK)
    hits, asked = np.cumsum(now.has[order])[n - 1], np.cumsum(now.asked[order])[n - 1]
    # from the first look at which it could be narrow enough; all looks at once would be wasteful
    for start in range(0, len(n), 50):
        some = slice(start, start + 50)
        low, high = tabled(hits[some], asked[some])
        if (done := np.flatnonzero(high - low <= width)).size:
            at = int(done[0])
            return Stopped(
                int(n[some][at]),
                float(low[at]),
                float(high[at]),
                hits[some][at] / max(asked[some][at], 1),
                True,
            )
    return Stopped(int(n[-1]), float(low[-1]), float(high[-1]), hits[-1] / asked[-1], False)


#: Of a drawing, the width that is wanted and the t of the allocation: how many papers to draw now.
Policy = Callable[[Drawing, float, float], int]


def fifty(now: Drawing, width: float, spare: float) -> int:
    """Small batches."""
    del now, width, spare
    return 50


def as_it_says(now: Drawing, width: float, spare: float) -> int:
    """The size that `univocal next` settles by itself."""
    return size_of(now.needed(width, spare=spare), int(now.frame.sizes.sum()), first=not now.batches)


def at_once(now: Drawing, width: float, spare: float) -> int:
    """All that is needed, from the start."""
    needed = now.needed(width, spare=spare)
    return int(now.frame.sizes.sum()) if needed is None else max(20, needed)


def by_next(now: World, width: float, rng: np.random.Generator, policy: Policy) -> Stopped:
    """Batches by `next`, coded in random order, until the interval of all of them is narrow enough."""
    left, coded = np.ones(len(now.has), dtype=bool), np.zeros(len(now.has), dtype=bool)
    batches: tuple[Batch, ...] = ()
    outcome: dict[str, float] = {}
    last = Stopped(0, 0.0, 1.0, 0.5, False)
    while left.any():
        drawing, names = drawing_of(now, left, coded, batches, outcome)
        _, _, spare = drawing.allocated(min(int(left.sum()), 100))
        n = min(max(20, policy(drawing, width, spare)), int(left.sum()))
        sizes = dict(zip(drawing.frame.names, drawing.by(n, spare).tolist(), strict=True))
        rows = np.flatnonzero(left)
        made = stratified(names[rows].tolist(), sizes, rng)
        drawn = rows[made.drawn]
        papers = [Drawn(str(at), p, str(names[at]), coded=False) for at, p in zip(drawn.tolist(), made.probability.tolist(), strict=True)]  # fmt: skip
        for start in range(0, len(drawn), LOOK):
            for place in range(start, min(start + LOOK, len(drawn))):
                one = papers[place]
                papers[place] = Drawn(one.key, one.probability, one.stratum, coded=True)
                at = int(one.key)
                outcome[one.key] = float(now.has[at]) if now.asked[at] else np.nan
                coded[at] = True
            batch = Batch(str(len(batches)), "stratified", len(rows), tuple(papers))
            last = _interval(now, (*batches, batch), outcome, int(coded.sum()))
            if last.high - last.low <= width:
                return Stopped(last.n, last.low, last.high, last.value, True)
        batches = (*batches, batch)
        left[drawn] = False
    return last


def by_shuffled(now: World, width: float, rng: np.random.Generator) -> Stopped:
    """The same with a machine that knows nothing: what it says of each paper it says of another one."""
    return by_next(part(now, rng.permutation(len(now.has)), papers=False), width, rng, as_it_says)


def part(now: World, rows: Places, *, papers: bool = True) -> World:
    """Some of the papers; or, with ``papers`` False, all of them with what the machine says of others."""
    found = replace(
        now.found, kind=now.found.kind[rows], sure=now.found.sure[rows], has=now.found.has[rows],
        lacks=now.found.lacks[rows],
    )  # fmt: skip
    names = now.names[0][rows], now.names[1][rows]
    has, asked = (now.has[rows], now.asked[rows]) if papers else (now.has, now.asked)
    return World(now.name, has, asked, now.domain, found, names)


def drawing_of(
    now: World, left: Flags, coded: Flags, batches: tuple[Batch, ...], outcome: dict[str, float]
) -> tuple[Drawing, Names]:
    """By one band or two, whichever promises the narrower interval."""
    options = []
    for names in now.names:
        frame = frame_of(now.found, names, left, coded & now.has, coded & now.asked & ~now.has, coded)
        drawing = Drawing(frame, batches, outcome, {}, now.domain, LEVEL)
        options.append((drawing.allocated(min(int(left.sum()), 100))[1], drawing, names))
    _, drawing, names = min(options, key=lambda one: one[0])
    return drawing, names


def _interval(now: World, batches: tuple[Batch, ...], outcome: dict[str, float], n: int) -> Stopped:
    """That of `prevalence`, of the weights that `stages` gives."""
    taken, _ = usable(batches)
    known = {} if taken[0].bare() else weights(taken)
    if not known:
        return Stopped(n, 0.0, 1.0, 0.5, False)
    place = np.array([number for _, number in known.values()])
    weight = np.array([one for one, _ in known.values()])
    said = np.array([outcome[key] for key in known])
    sizes, of = np.bincount(place, weight), np.bincount(place).astype(float)
    hits, others = np.bincount(place, said == 1), np.bincount(place, said == 0)
    low, high = bounds(hits, others, of, sizes, domain=now.domain, level=LEVEL)
    asked = float((weight * ~np.isnan(said)).sum())
    value = float((weight * (said == 1)).sum()) / asked if asked else 0.5
    return Stopped(n, float(low), float(high), value, False)
