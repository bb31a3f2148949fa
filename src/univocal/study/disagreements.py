"""Where coders who finished a paper say different things, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.study.codings import Revision, current
from univocal.study.people import HUMAN, Person, everyone
from univocal.study.schema import head as heads
from univocal.study.schema import paper as papers
from univocal.study.schema import person as persons
from univocal.study.schema import revision as revisions
from univocal.study.schema import task as tasks

#: The coder whose codings are the decided ones; its row is made with the first decision.
ADJUDICATED = "adjudicated"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One unit on which coders differ: their last codings, and the decision, if there is one."""

    variable: str
    start: int
    stop: int
    codings: tuple[tuple[Person, Revision], ...]
    decided: Revision | None


def papers_to_decide(connection: Connection, *, limit: int = 200) -> tuple[tuple[int, str, str], ...]:
    """Papers (row, id, title) that two coders or more have finished, that nobody still codes, and on which they differ.

    A paper stays in the list after it is decided, so that decisions can be looked at again.
    """
    finished = (
        sa.select(tasks.c.paper)
        .group_by(tasks.c.paper)
        .having(sa.func.count() >= 2, sa.func.sum(sa.case((tasks.c.state == "open", 1), else_=0)) == 0)
        .subquery()
    )
    answer = sa.func.coalesce(sa.cast(revisions.c.codes, sa.Text), "null")
    differing = (
        sa.select(heads.c.paper)
        .join(revisions, revisions.c.id == heads.c.revision)
        .join(finished, finished.c.paper == heads.c.paper)
        .join(persons, persons.c.id == heads.c.coder)
        .where(~revisions.c.cleared, persons.c.role.in_(HUMAN))
        .group_by(heads.c.paper, heads.c.variable, heads.c.unit_start, heads.c.unit_end, heads.c.item)
        .having(sa.func.count(sa.distinct(answer)) > 1)
        .subquery()
    )
    rows = connection.execute(
        sa.select(papers.c.id, papers.c.key, papers.c.title)
        .where(papers.c.id.in_(sa.select(differing.c.paper)))
        .order_by(papers.c.id)
        .limit(limit)
    )
    return tuple((row.id, row.key, row.title) for row in rows)


def disagreements(connection: Connection, paper: int) -> tuple[Disagreement, ...]:
    """The units of a paper on which coders differ, or that one of them left open, in the order of the text."""
    people = {one.row: one for one in everyone(connection)}
    found: dict[tuple[str, int, int], list[tuple[Person, Revision]]] = {}
    decided: dict[tuple[str, int, int], Revision] = {}
    for one in current(connection, paper):
        key = (one.unit.variable, one.unit.start, one.unit.stop)
        person = people[one.unit.coder]
        if person.role == "decided":
            decided[key] = one
        elif person.role in HUMAN:
            found.setdefault(key, []).append((person, one))
    coders = {person.row for codings in found.values() for person, _ in codings}
    return tuple(
        Disagreement(*key, tuple(codings), decided.get(key))
        for key, codings in sorted(found.items(), key=lambda item: (item[0][1], item[0][0]))
        if _differ([revision for _, revision in codings]) or len(codings) < len(coders)
    )


def _differ(codings: Sequence[Revision]) -> bool:
    answers = {
        None if one.answer is None or one.answer.codes is None else frozenset(one.answer.codes)
        for one in codings
    }
    return len(answers) > 1
