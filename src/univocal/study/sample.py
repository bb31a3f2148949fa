"""What do the coded papers of a study stand for? The design of its sample, as estimates need it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from univocal.estimates.coding_table import CodingTable
from univocal.study.schema import batch as batches
from univocal.study.schema import paper as papers
from univocal.study.schema import task as tasks

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """What do the coded papers stand for? ``words`` says it; ``why_not`` says why they stand for nothing.

    ``used`` marks the papers of the table that the sample holds; ``weights`` and ``strata`` are those of `prevalence`.
    ``frame`` is how many papers the sample was drawn from.
    """

    words: str
    why_not: str = ""
    used: Flags | None = None
    weights: Column | None = None
    strata: NDArray[np.str_] | None = None
    frame: int = 0


def design_of(connection: Connection, table: CodingTable) -> Design:
    """How were the coded papers drawn, and what do they stand for?

    Papers that somebody chose stand for nothing but themselves and are left out. Simple random batches, each drawn from
    what the ones before it left, make one simple random sample. Of batches drawn in other ways only the first is taken,
    since the later ones were drawn from what it had left.
    """
    rows = list(connection.execute(_DRAWN))
    at = {key: place for place, key in enumerate(table.papers)}
    drawn = [row for row in rows if row.key in at]
    chosen = len(table.papers) - len(drawn)
    aside = f" {chosen:,} coded papers that somebody chose are left out." if chosen else ""
    if not drawn:
        why = (
            "no coded paper was drawn by chance, so nothing says what the coded ones stand for. Draw a batch."
        )
        return Design("", why)
    used_batches = {row.batch for row in rows}
    made = {row.id: row for row in connection.execute(sa.select(batches)) if row.id in used_batches}
    kinds = {id_: row.kind for id_, row in made.items()}
    frames = {id_: int((row.design or {}).get("frame") or 0) for id_, row in made.items()}
    first = min(frames)
    simple = all(kind in ("random", "all") for kind in kinds.values()) and not _has_grown(rows, frames)
    taken = [row for row in drawn if simple or row.batch == first]
    if not taken:
        why = "no paper of the first batch is coded yet, and later ones were drawn from what it had left"
        return Design("", why)
    used = np.zeros(len(table.papers), dtype=bool)
    used[[at[row.key] for row in taken]] = True
    how = f"{len(taken):,} coded of {sum(simple or row.batch == first for row in rows):,} drawn"
    frame = frames[first]
    end = f" out of {frame:,} papers, coded in random order.{aside}"
    if simple:
        words = f"A simple random sample: {how}{end}"
        return Design(words, used=used, frame=frame)
    later = (
        " Later batches were drawn from what the first had left, and aren't used." if len(kinds) > 1 else ""
    )
    if kinds[first] == "stratified":
        size, coded = _stratum_sizes(rows, first), Counter(str(row.stratum) for row in taken)
        if bare := sorted(set(size) - set(coded)):
            return Design(
                "",
                f"no paper of {', '.join(map(repr, bare))} is coded yet, of the strata that were drawn from",
            )
        weights, strata = np.full(len(table.papers), np.nan), np.full(len(table.papers), "", dtype=object)
        for row in taken:
            # papers of a stratum are done in random order, but strata not at one pace
            name = str(row.stratum)
            weights[at[row.key]], strata[at[row.key]] = size[name] / coded[name], name
        words = f"A random sample in each of {len(size):,} strata, weighed by their sizes: {how}{end}{later}"
        if (there := round(sum(size.values()))) < frame:
            words += f" It stands for the {there:,} papers of these strata only."
        return Design(words, used=used, weights=weights, strata=strata.astype(str), frame=there)
    weights = np.full(len(table.papers), np.nan)
    for row in taken:
        weights[at[row.key]] = 1 / row.probability
    words = f"Drawn with unequal chances, and weighed by one over them: {how}{end}{later}"
    return Design(words, used=used, weights=weights, frame=frame)


def _has_grown(rows: list[Any], frames: dict[int, int]) -> bool:
    """Did papers come in after the first batch was drawn, so that they had less chance than the others?"""
    drawn = Counter(row.batch for row in rows)
    order = sorted(frames)
    return any(frames[b] > frames[a] - drawn[a] for a, b in pairwise(order))


def _stratum_sizes(rows: list[Any], batch: int) -> dict[str, float]:
    """How many papers does each stratum of a batch hold? What was drawn, over the chance to be drawn."""
    size: dict[str, float] = {}
    for row in rows:
        if row.batch == batch:
            size[str(row.stratum)] = size.get(str(row.stratum), 0.0) + 1 / row.probability
    return size


def _drawn() -> sa.Select[Any]:
    once = (
        sa.select(
            tasks.c.paper, tasks.c.batch, sa.func.max(tasks.c.probability).label("probability"),
            sa.func.max(tasks.c.stratum).label("stratum"),
        )
        .where(tasks.c.probability.is_not(None))
        .group_by(tasks.c.paper, tasks.c.batch)
        .subquery()
    )  # fmt: skip
    return sa.select(papers.c.key, once.c.batch, once.c.probability, once.c.stratum).join(
        once, once.c.paper == papers.c.id
    )


_DRAWN = _drawn()
