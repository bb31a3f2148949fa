"""Are there enough codings for an interval of agreement to be trusted? The rule, and its reason.

The jackknife's and the delta method's intervals rest on units that differ from the common run. In simulations
(docs/explanation/agreement.md) nominal 95% intervals of κ and α fall far short where few units are split, or where the coders
hardly ever agree on anything but the commonest label; where this rule is silent they cover .92 to .96, with rare exceptions.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from univocal.statistics.codings import CELLS
from univocal.statistics.parts import Places, how_many, label_totals
from univocal.statistics.result import FEWEST_CLUSTERS

#: With fewer units on which coders differ, the spread of the disagreement can't be told.
FEWEST_SPLIT = 5

#: With fewer units on which two coders leave the commonest label, chance agreement can't be told.
FEWEST_RARER = 10


def caution(places: Places, clusters: Sequence[Hashable] | None = None, *, rarer: bool = True) -> str:
    """Why must an interval of agreement on these codings not be trusted? Empty where nothing speaks against it.

    Args:
        places: (coders, units), -1 for missing; units with two codings or more.
        clusters: a name for each unit; each is its own where None.
        rarer: does the coefficient's chance agreement depend on how often the rarer labels occur?

    >>> caution(np.zeros((2, 30), np.int8))
    "don't trust this interval: coders differ on 0 units (at least 5 are needed); two coders leave the commonest label on 0 units (at least 10 are needed)"
    """
    what = "units" if clusters is None else "papers"
    which = None if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    n_clusters = places.shape[1] if which is None else int(which.max(initial=-1)) + 1
    commonest = _commonest(places) if rarer else -1
    flags = [_flags(block, commonest) for block in _blocks(places)]
    split, away = (
        _count(np.concatenate([block[i] for block in flags] or [np.empty(0, bool)]), which) for i in (0, 1)
    )
    reasons = []
    if n_clusters < FEWEST_CLUSTERS:
        reasons.append(f"{n_clusters} {what} (at least {FEWEST_CLUSTERS} are needed)")
    if split < FEWEST_SPLIT:
        reasons.append(f"coders differ on {split} {what} (at least {FEWEST_SPLIT} are needed)")
    if rarer and away < FEWEST_RARER:
        reasons.append(
            f"two coders leave the commonest label on {away} {what} (at least {FEWEST_RARER} are needed)"
        )
    return f"don't trust this interval: {'; '.join(reasons)}" if reasons else ""


def _commonest(places: Places) -> int:
    """The place of the label that occurs most often."""
    n_labels = int(places.max(initial=-1)) + 1
    totals = (label_totals(block, n_labels) for block in _blocks(places))
    return int(sum(totals, np.zeros(n_labels + 1)).argmax())


def _blocks(places: Places) -> Iterator[Places]:
    step = max(1, CELLS // max(len(places), 1))
    return (places[:, start : start + step] for start in range(0, places.shape[1], step))


def _flags(block: Places, commonest: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which units are split, and on which do two coders leave the commonest label?"""
    # Seen without a sign, -1 for missing is the largest number, so the lowest is that of a label.
    lowest = block.view(f"u{block.dtype.itemsize}").min(axis=0, initial=np.iinfo(block.dtype).max)
    away = (block != commonest) & (block >= 0)
    return lowest != block.max(axis=0, initial=-1), how_many(away) >= 2


def _count(flagged: NDArray[np.bool_], which: NDArray[np.intp] | None) -> int:
    return int(flagged.sum()) if which is None else len(np.unique(which[flagged]))
