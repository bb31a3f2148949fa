"""Strata for the next batch: what does the machine say of a paper, and how sure is it of that?

The machine's word may be wrong, and its confidence uncalibrated: both only shape the design. What was drawn by it is
weighed by its chances, so a bad machine costs papers, never the truth of an interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from univocal.codebook.model import Variable

Column = NDArray[np.float64]
Names = NDArray[np.str_]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]

#: A machine's answer: its codes (None: it can't say) and how sure it is of them, in [0, 1].
Answer = tuple[tuple[str, ...] | None, float]

UNSAID, OUTSIDE, UNREAD = "can't say", "not asked", "not coded by the machine"
#: A stratum holds at least so many papers, and this part of all: exact intervals of many small ones are wide.
FEWEST, SMALLEST = 10, 0.02
#: No guess is nearer to 0 or 1 than this.
_LEAST = 0.005
#: Of a code that the machine doesn't give: the part of its doubt that goes to this code.
_OF_DOUBT = 0.5
#: The machine's guess for a stratum counts as so many papers that people coded in it.
PRIOR = 8


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What a machine leads one to expect of each paper, for one code of a variable.

    ``kind`` is what it says, ``sure`` how sure it is of that; ``has`` and ``lacks`` are guesses of the chances that the
    paper is asked and has the code, or is asked and lacks it. The rest is the chance that it isn't asked.
    """

    kind: Names
    sure: Column
    has: Column
    lacks: Column


def outlook(said: Sequence[Mapping[str, Answer]], variable: Variable, code: str) -> Outlook:
    """What is to be expected of each paper, by what a machine says of it?

    Args:
        said: for each paper, the machine's answers by variable; those of ``variable``, and of the one that decides
            whether it is asked, are looked at.
        variable: the variable.
        code: one of its codes.

    >>> from univocal.codebook import load
    >>> about = load().variable("about")
    >>> found = outlook([{"about": (("main",), 0.9)}, {"about": (("no",), 0.8)}, {}], about, "main")
    >>> found.kind.tolist(), found.has.round(2).tolist()
    (['main', 'not main', 'not coded by the machine'], [0.9, 0.1, 0.5])
    """
    rows = [_one(one, variable, code) for one in said]
    kind = np.array([row[0] for row in rows] or [""], dtype=np.str_)[: len(rows)]
    sure, asked, has = (np.array([row[at] for row in rows], dtype=np.float64) for at in (1, 2, 3))
    given = ~np.isnan(has)
    # of papers of which the machine says nothing of the kind: as of those of which it does
    usual = float(has[given].mean()) if given.any() else 0.5
    has = np.clip(np.where(given, has, usual), _LEAST, 1 - _LEAST)
    asked = np.clip(asked, _LEAST, 1.0)
    return Outlook(kind, sure, asked * has, asked * (1 - has))


def _one(said: Mapping[str, Answer], variable: Variable, code: str) -> tuple[str, float, float, float]:
    """The kind of a paper, how sure the machine is, the chance that it is asked, and that it then has the code."""
    asked = 1.0
    if variable.when is not None:
        other, codes = said.get(variable.when[0]), variable.when[1]
        if other is None:
            return UNREAD, 0.0, 0.5, np.nan
        if other[0] is None:
            return UNSAID, 0.0, 0.5, np.nan
        if not set(other[0]) & set(codes):
            return OUTSIDE, other[1], 1 - other[1], np.nan
        asked = other[1]
    own = said.get(variable.id)
    if own is None:
        return UNREAD, 0.0, asked, 0.5 if variable.when is None else np.nan
    if own[0] is None:
        return UNSAID, 0.0, asked, np.nan
    if code in own[0]:
        return code, own[1] * asked, asked, own[1]
    return f"not {code}", own[1] * asked, asked, (1 - own[1]) * _OF_DOUBT


def strata(found: Outlook, *, bands: int = 2) -> Names:
    """Into which stratum does each paper fall? By kind, and in each kind by up to two bands of sureness.

    A kind is cut where Neyman's sum Σ W √(p (1 - p)) of the guesses gets least. Strata that are too small are joined
    with the one that is expected to be most like them.

    Args:
        found: of `outlook`.
        bands: 1, or 2.

    >>> made = Outlook(np.array(["x"] * 40), np.linspace(0.5, 1, 40), np.linspace(0.5, 1, 40), np.linspace(0.5, 0, 40))
    >>> sorted(set(strata(made).tolist()))
    ['x, sure', 'x, unsure']
    """
    names = found.kind.astype(object)
    if bands > 1:
        for kind in sorted(set(found.kind.tolist()) - {UNSAID, UNREAD}):
            inside = np.flatnonzero(found.kind == kind)
            cut = _cut(found.sure[inside], found.has[inside])
            if cut is not None:
                names[inside] = np.where(found.sure[inside] >= cut, f"{kind}, sure", f"{kind}, unsure")
    return _joined(names.astype(np.str_), found.has)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Papers that may be drawn, by stratum.

    ``sizes`` says how many there are, ``has`` and ``lacks`` are guesses of their chances to have and to lack the code, and
    ``coded`` is how many papers that would be in the stratum are coded.
    """

    names: tuple[str, ...]
    sizes: Counts
    has: Column
    lacks: Column
    coded: Counts

    @property
    def deviation(self) -> Column:
        """√ of the variance of a paper's part in the share R, in each stratum: of has × (1 - R) - lacks × R."""
        asked = float(self.sizes @ (self.has + self.lacks))
        share = float(self.sizes @ self.has) / asked if asked else 0.5
        one, other = self.has * (1 - share), self.lacks * share
        spread = one * (1 - share) + other * share - (one - other) ** 2
        return np.asarray(np.sqrt(np.maximum(spread, 0.0)))


def frame_of(found: Outlook, names: Names, left: Flags, has: Flags, lacks: Flags, coded: Flags) -> Frame:
    """The strata of the papers that are left, with guesses from the machine and from what is coded.

    Args:
        found: of `outlook`, of all papers.
        names: their strata.
        left: (papers,) those that may be drawn.
        has: coded papers with the code.
        lacks: coded papers of which it is asked, without the code.
        coded: all coded papers.

    >>> made = Outlook(np.array(["x"] * 3), np.ones(3), np.full(3, 0.9), np.full(3, 0.1))
    >>> no = np.zeros(3, dtype=bool)
    >>> frame_of(made, made.kind, ~no, no, no, no).has.tolist()
    [0.9]
    """
    kinds, place = np.unique(names, return_inverse=True)
    n = len(kinds)
    sizes = np.bincount(place[left], minlength=n)
    some = sizes > 0

    def guess(of_machine: Column, of_people: Flags) -> Column:
        mean = np.bincount(place[left], of_machine[left], minlength=n) / np.maximum(sizes, 1)
        seen = np.bincount(place[of_people], minlength=n)
        return np.asarray(((PRIOR * mean + seen) / (PRIOR + known))[some])

    known = np.bincount(place[coded], minlength=n)
    return Frame(
        tuple(kinds[some].tolist()),
        sizes[some],
        guess(found.has, has),
        guess(found.lacks, lacks),
        known[some],
    )


def _cut(sure: Column, has: Column) -> float | None:
    """The sureness at which papers of a kind part best; None where they shouldn't be parted."""
    best, least = None, _neyman(has, np.ones(len(has), dtype=bool))
    for cut in np.unique(np.quantile(sure, np.arange(1, 10) / 10)).tolist() if len(sure) else []:
        above = sure >= cut
        if min(above.sum(), (~above).sum()) < FEWEST:
            continue
        total = _neyman(has, above) + _neyman(has, ~above)
        if total < least:
            best, least = cut, total
    return best


def _neyman(has: Column, of: Flags) -> float:
    share = float(has[of].mean())
    return float(of.sum()) * float(np.sqrt(share * (1 - share)))


def _joined(names: Names, has: Column) -> Names:
    """No stratum too small to be worth an interval of its own."""
    joined = names.astype(object)
    fewest = max(FEWEST, SMALLEST * len(names))
    while True:
        kinds, sizes = np.unique(joined.astype(np.str_), return_counts=True)
        if len(kinds) < 2 or sizes.min() >= fewest:
            return joined.astype(np.str_)
        means = np.array([has[joined == kind].mean() for kind in kinds])
        small = int(sizes.argmin())
        apart = np.abs(means - means[small])
        apart[small] = np.inf
        joined[joined == kinds[small]] = kinds[int(apart.argmin())]
