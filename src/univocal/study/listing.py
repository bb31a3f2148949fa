"""What lists show: papers found by their titles, batches with how far they are."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.study.schema import batch as batches
from univocal.study.schema import exposure as exposures
from univocal.study.schema import paper as papers
from univocal.study.schema import question as questions
from univocal.study.schema import revision as revisions
from univocal.study.schema import task as tasks

#: So many rows before the last one may still come in after it.
_LATELY = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper as lists show it."""

    row: int
    id: str
    title: str
    year: int | None
    venue: str | None
    characters: int


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch: how it was drawn, out of how many papers (``frame``), and how much of it is coded."""

    name: str
    kind: str
    seed: int
    frame: int | None
    papers: int
    done: int
    every: int


def find_papers(
    connection: Connection, words: str, *, offset: int = 0, limit: int = 50
) -> tuple[int, list[Listed]]:
    """How many papers have all these words in their title or id, and some of them in the order in which they came."""
    where: list[sa.ColumnElement[bool]] = []
    for word in words.replace("\0", " ").split():
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = f"%{escaped}%"
        where.append(papers.c.title.ilike(like, escape="\\") | papers.c.key.ilike(like, escape="\\"))
    total = connection.execute(sa.select(sa.func.count()).select_from(papers).where(*where)).scalar_one()
    rows = connection.execute(
        sa.select(papers).where(*where).order_by(papers.c.id).offset(offset).limit(limit)
    )
    return total, [Listed(r.id, r.key, r.title, r.year, r.venue, r.characters) for r in rows]


def count_papers(connection: Connection) -> tuple[int, int]:
    """How many papers are there, and how many of them are in a batch?"""
    every = connection.execute(sa.select(sa.func.count()).select_from(papers)).scalar_one()
    taken = connection.execute(sa.select(sa.func.count(sa.distinct(tasks.c.paper)))).scalar_one()
    return every, taken


def batch_states(connection: Connection) -> list[BatchState]:
    """All batches in the order in which they were drawn."""
    done = sa.func.sum(sa.case((tasks.c.state == "done", 1), else_=0))
    counts = (
        sa.select(
            tasks.c.batch, sa.func.count(sa.distinct(tasks.c.paper)).label("papers"),
            sa.func.count().label("every"), done.label("done"),
        )
        .group_by(tasks.c.batch)
        .subquery()
    )  # fmt: skip
    query = sa.select(batches, counts.c.papers, counts.c.every, counts.c.done).join(
        counts, counts.c.batch == batches.c.id
    )
    return [
        BatchState(r.name, r.kind, r.seed, r.design.get("frame"), r.papers, r.done, r.every)
        for r in connection.execute(query.order_by(batches.c.id))
    ]


def state(connection: Connection) -> tuple[int | str | None, ...]:
    """Changes whenever a figure may: what was computed for another state is out of date.

    That is whenever a coding is saved, a paper finished or sent back, a batch drawn, or somebody shown another's codes.
    """
    done = sa.func.sum(sa.case((tasks.c.state == "done", 1), else_=0))
    of_tasks = connection.execute(
        sa.select(done, sa.func.max(tasks.c.id), sa.func.max(tasks.c.done_at))
    ).one()
    counts = []
    for table in (revisions, exposures, questions):
        last = sa.select(sa.func.max(table.c.id)).scalar_subquery()
        # transactions may end in another order than the one in which their rows were numbered
        lately = sa.select(sa.func.count()).select_from(table).where(table.c.id > last - _LATELY)
        counts += [last, lately.scalar_subquery()]
    return (*of_tasks, *connection.execute(sa.select(*counts)).one())
