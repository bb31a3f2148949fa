"""What do the coded papers of a study stand for? The design of its sample, as estimates need it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from univocal.estimates.coding_table import CodingTable
from univocal.study.schema import batch as batches
from univocal.study.schema import paper as papers
from univocal.study.schema import task as tasks
from univocal.study.stages import Batch, Drawn, usable, weights

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
    what the ones before it left, make one simple random sample. Batches drawn in other ways are put together by `stages`,
    as far as each was drawn from exactly what the ones before it left.
    """
    drawn = batches_of(connection, set(table.papers))
    coded = [one.key for batch in drawn for one in batch.papers if one.coded]
    if not coded:
        return Design(
            "",
            "no coded paper was drawn by chance, so nothing says what the coded ones stand for. Draw a batch.",
        )
    taken, left = usable(drawn)
    first = taken[0]
    if bare := first.bare():
        if first.kind == "stratified":
            return Design(
                "", f"no paper of {', '.join(bare)} is coded yet, of the strata that were drawn from"
            )
        return Design(
            "", f"no paper of {first.name!r} is coded yet, and later batches were drawn from what it had left"
        )
    known = weights(taken)
    places = [at for at, key in enumerate(table.papers) if key in known]
    used = np.zeros(len(table.papers), dtype=bool)
    used[places] = True
    frame = round(first.covers)
    words = _words(taken, len(known), frame)
    if chosen := len(table.papers) - len(coded):
        words += f" {chosen:,} coded papers that somebody chose are left out."
    if left:
        words += f" Later batches aren't used: {left}."
    if len(taken) == 1 and first.simple:
        return Design(words, used=used, frame=frame)
    weight = np.full(len(table.papers), np.nan)
    stratum = np.full(len(table.papers), "", dtype=object)
    for at in places:
        weight[at], number = known[table.papers[at]]
        stratum[at] = str(number)
    several = len({number for _, number in known.values()}) > 1
    return Design(
        words, used=used, weights=weight, strata=stratum.astype(str) if several else None, frame=frame
    )


def _words(taken: Collection[Batch], n: int, frame: int) -> str:
    first = next(iter(taken))
    n_drawn = sum(len(one.papers) for one in taken)
    end = f": {n:,} coded of {n_drawn:,} drawn out of {frame:,} papers, coded in random order."
    if len(taken) > 1:
        how = f"{len(taken)} samples, each drawn from what the ones before it had left, put together by their chances"
    elif first.simple:
        how = "A simple random sample"
    elif first.kind == "stratified":
        n_strata = len({one.stratum for one in first.papers})
        how = f"A random sample in each of {n_strata:,} strata, weighed by their sizes"
        if frame < first.frame:
            end += f" It stands for the {frame:,} papers of these strata only."
    else:
        how = "Drawn with unequal chances, and weighed by one over them"
    return how + end


def batches_of(connection: Connection, coded: Collection[str]) -> list[Batch]:
    """The batches of which papers were drawn by chance, in the order in which they were drawn."""
    by_batch: dict[int, list[Drawn]] = {}
    for row in connection.execute(_DRAWN):
        one = Drawn(row.key, row.probability, row.stratum, row.key in coded)
        by_batch.setdefault(row.batch, []).append(one)
    return [
        Batch(row.name, row.kind, int(row.design["frame"]), tuple(by_batch[row.id]))
        for row in connection.execute(sa.select(batches).order_by(batches.c.id))
        if row.id in by_batch
    ]


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
