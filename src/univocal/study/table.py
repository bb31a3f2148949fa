"""The codings of a study as a table for statistics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.estimates.coding_table import CodingTable
from univocal.study.codebooks import latest
from univocal.study.people import HUMAN
from univocal.study.schema import WHOLE
from univocal.study.schema import paper as papers
from univocal.study.schema import person as persons
from univocal.study.schema import revision as revisions
from univocal.study.schema import task as tasks

_UNIT = (
    revisions.c.paper,
    revisions.c.coder,
    revisions.c.variable,
    revisions.c.unit_start,
    revisions.c.unit_end,
    revisions.c.item,
)


def coding_table(connection: Connection, *, machines: bool = False) -> CodingTable | None:
    """What the coders said by themselves, as a table; None where nobody has finished a paper yet.

    For each unit it holds the coder's last judgement before they saw anyone else's: what was changed afterwards isn't
    independent. Papers that a coder hasn't finished are left out. Adjudicated codings aren't coders' own, so they are
    left out too; machine coders are in where ``machines`` says so.
    """
    _, codebook, _ = latest(connection)
    sets = {v.id for v in codebook.variables if v.answers in ("many", "ledger")}
    given: dict[tuple[str, str, str], Any] = {}
    paper_of: dict[str, str] = {}
    for row in _own(connection, machines=machines):
        unit = row.key if row.unit_start == WHOLE else f"{row.key}[{row.unit_start}:{row.unit_end}]"
        paper_of[unit] = row.key
        at = (unit, row.name, row.variable)
        if row.variable in sets:
            if row.codes is not None:
                given[at] = (given.get(at) or frozenset()) | frozenset(row.codes)
            else:
                given.setdefault(at, None)
        else:
            given[at] = row.codes[0] if row.codes else None
    if not given:
        return None
    return CodingTable.of(((*at, answer) for at, answer in given.items()), paper_of=paper_of)


def _own(connection: Connection, *, machines: bool) -> Iterator[Any]:
    last = (
        sa.select(sa.func.max(revisions.c.id).label("id"))
        .where(revisions.c.stage == "blind")
        .group_by(*_UNIT)
        .subquery()
    )
    unfinished = sa.exists().where(
        tasks.c.paper == revisions.c.paper, tasks.c.coder == revisions.c.coder, tasks.c.state == "open"
    )
    query = (
        sa.select(
            papers.c.key, persons.c.name, revisions.c.variable, revisions.c.unit_start, revisions.c.unit_end,
            revisions.c.codes,
        )
        .join(last, last.c.id == revisions.c.id)
        .join(papers, papers.c.id == revisions.c.paper)
        .join(persons, persons.c.id == revisions.c.coder)
        .where(~revisions.c.cleared, ~unfinished)
        .order_by(revisions.c.id)
    )  # fmt: skip
    own = persons.c.role != "decided" if machines else persons.c.role.in_(HUMAN)
    yield from connection.execute(query.where(own))
