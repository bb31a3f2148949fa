"""What is left to draw batches from."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.study.schema import head as heads
from univocal.study.schema import paper as papers
from univocal.study.schema import person as persons
from univocal.study.schema import task as tasks


def strata_left(connection: Connection) -> dict[str | None, int]:
    """How many papers of each stratum are in no batch yet? Empty where the study has no strata."""
    if (
        connection.execute(sa.select(papers.c.id).where(papers.c.stratum.is_not(None)).limit(1)).first()
        is None
    ):
        return {}
    rows = connection.execute(
        sa.select(papers.c.stratum, sa.func.count().label("n"))
        .where(~sa.exists().where(tasks.c.paper == papers.c.id))
        .group_by(papers.c.stratum)
    )
    return dict(sorted(((row.stratum, row.n) for row in rows), key=lambda one: (one[0] is None, str(one[0]))))


def has_machine_codings(connection: Connection) -> bool:
    """Has a machine coder coded anything?"""
    query = sa.select(persons.c.id).where(
        persons.c.role == "machine", sa.exists().where(heads.c.coder == persons.c.id)
    )
    return connection.execute(query.limit(1)).first() is not None
