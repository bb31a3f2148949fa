"""Who may see whose codes: nobody's before one's own are saved, the machine's never on papers that are held out."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from univocal.study.clock import now
from univocal.study.codings import Stage
from univocal.study.people import Person
from univocal.study.queues import task_of
from univocal.study.schema import exposure as exposures
from univocal.study.schema import task as tasks


@dataclass(frozen=True, slots=True)
class Sight:
    """May someone see others' codes of a paper? ``why`` says it in a sentence."""

    allowed: bool
    why: str


def sight(connection: Connection, viewer: Person, paper: int, *, machine: bool) -> Sight:
    """May ``viewer`` see the codes of others (or of the machine) for this paper?

    Coders see them after their own task is done. Adjudicators see papers that they don't code, when all who do are
    done, so that nobody can tell a coder what another one says. The machine's codes of a held-out paper are shown to
    nobody who codes it.
    """
    own = task_of(connection, paper, viewer.row)
    if own is not None and own.state == "open":
        return Sight(False, "Code the paper first: what others say is shown afterwards.")
    if machine and own is not None and own.arm == "held_out":
        return Sight(
            False, "On this paper the machine's suggestions are held out, to measure what they change."
        )
    if own is not None:
        return Sight(True, "You have coded this paper.")
    if not viewer.decides:
        return Sight(False, "Only those who coded this paper, and adjudicators, see what others say of it.")
    waiting = connection.execute(
        sa.select(sa.func.count()).where(tasks.c.paper == paper, tasks.c.state == "open")
    ).scalar_one()
    if waiting:
        return unfinished(waiting)
    return Sight(True, "All who code this paper are done.")


def unfinished(coders: int) -> Sight:
    """Nothing is shown yet: so many coders haven't finished.

    >>> unfinished(1).why
    '1 coder has not finished this paper yet.'
    """
    return Sight(False, f"{coders} coder{'s have' if coders > 1 else ' has'} not finished this paper yet.")


def show(connection: Connection, viewer: Person, paper: int, shown: int) -> None:
    """Note that ``viewer`` is shown the codes of ``shown`` (a person's row), before they are."""
    # two pages of a viewer may be asked for at once: the first time is what counts
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(exposures)
    once = insert.on_conflict_do_nothing(index_elements=["paper", "viewer", "shown"])
    connection.execute(once, {"paper": paper, "viewer": viewer.row, "shown": shown, "at": now()})


def stage(connection: Connection, coder: int, paper: int) -> Stage:
    """Has this coder been shown anyone else's codes of the paper?"""
    seen = connection.execute(
        sa.select(exposures.c.id).where(exposures.c.paper == paper, exposures.c.viewer == coder)
    ).first()
    return "blind" if seen is None else "seen"
