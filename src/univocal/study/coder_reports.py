"""How does each coder do against what was decided, and where nothing is, against what the other coders say?

What a unit should have been coded: the decided code, where there is one; else what most of the other coders said, where
one answer leads (with two coders, what the other one said). A disagreement that isn't decided yet so counts against both.
Where all coders make the same mistake, nobody's report shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.estimates.coding_table import CodingTable
from univocal.statistics.confusion import coder_report
from univocal.statistics.result import Estimate

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mix:
    """So often a coder said ``given`` where it should have been ``true``. For sets: a code missed, or one too many.

    ``true`` is None for a code too many, ``given`` for one that was missed.
    """

    true: str | None
    given: str | None
    n: int


@dataclass(frozen=True, slots=True)
class CoderAgainst:
    """One coder on one variable.

    ``right`` is the share of units that are coded as they should have been (for sets: the whole set); ``n_decided`` of
    them were judged by a decision. ``mixes`` are what was mixed up, the most frequent first.
    """

    coder: str
    right: Estimate
    n_decided: int
    mixes: tuple[Mix, ...]


@dataclass(frozen=True, slots=True)
class VariableReport:
    """All coders on one variable."""

    variable: str
    coders: tuple[CoderAgainst, ...]


def coder_reports(table: CodingTable, *, level: float = 0.95) -> tuple[VariableReport, ...]:
    """How often is each coder right on each variable, and what do they mix up?

    Variables that nobody coded twice are left out.

    >>> rows = [(f"p{i}", name, "about", code) for name, codes in {"ann": "aabb", "bob": "abbb"}.items()
    ...         for i, code in enumerate(codes)]
    >>> ann, bob = coder_reports(CodingTable.of(rows))[0].coders
    >>> ann.right.value, ann.mixes
    (0.75, (Mix(true='b', given='a', n=1),))
    """
    people = [name for name in table.coders if name not in table.machines | table.derived]
    found = []
    for variable in table.variables:
        names = [name for name in table.coders_of(variable) if name in people]
        if len(names) < 2 and not table.derived:
            continue
        one = _report(table, variable, names, level)
        if one.coders:
            found.append(one)
    return tuple(found)


def _report(table: CodingTable, variable: str, names: Sequence[str], level: float) -> VariableReport:
    units = table.units_of(variable)
    judges = [name for name in table.coders_of(variable) if name in table.derived]
    coded = table.coded(variable, [*names, *judges], units)
    said, labels = coded.places[: len(names)].astype(np.int64), coded.labels
    decided = coded.places[len(names)].astype(np.int64) if judges else np.full(len(units), -1)
    papers = table.paper_of_unit[units]
    clustered = len(np.unique(papers)) < len(units)
    votes = np.zeros((len(labels), len(units)), dtype=np.int64)
    for row in said:
        votes[row[row >= 0], np.flatnonzero(row >= 0)] += 1
    found = []
    for name, own in zip(names, said, strict=True):
        true = np.where(decided >= 0, decided, _lead(votes, own))
        there = (own >= 0) & (true >= 0)
        if not there.any():
            continue
        right = own[there] == true[there]
        (report,) = coder_report(
            [right.tolist()], [True] * len(right), clusters=papers[there].tolist() if clustered else None, level=level,
            labels=[False, True],
        )  # fmt: skip
        mixes = _mixes(labels, own[there], true[there])
        found.append(CoderAgainst(name, report.accuracy, int((decided[there] >= 0).sum()), mixes))
    return VariableReport(variable, tuple(found))


def _lead(votes: Places, own: Places) -> Places:
    """The answer that most of the others gave, for each unit; -1 where none leads."""
    others = votes.copy()
    mine = np.flatnonzero(own >= 0)
    others[own[mine], mine] -= 1
    if len(others) == 1:
        return np.where(others[0] > 0, 0, -1)
    ranked = np.sort(others, axis=0)
    return np.where(ranked[-1] > ranked[-2], others.argmax(axis=0), -1)


def _mixes(labels: tuple[Any, ...], own: Places, true: Places) -> tuple[Mix, ...]:
    counted: Counter[tuple[str | None, str | None]] = Counter()
    pairs, times = np.unique(np.stack([true, own]), axis=1, return_counts=True)
    for (should, was), n in zip(pairs.T.tolist(), times.tolist(), strict=True):
        if should == was:
            continue
        wanted, given = labels[should], labels[was]
        if isinstance(wanted, frozenset):
            for code in wanted - given:
                counted[code, None] += n
            for code in given - wanted:
                counted[None, code] += n
        else:
            counted[wanted, given] += n
    ranked = sorted(counted.items(), key=lambda one: (-one[1], str(one[0])))
    return tuple(Mix(*pair, n) for pair, n in ranked)
