"""Disagreements sent back to a coder with a question: the task is open again until the coder is done with it.

Does a coder who was asked still judge alone? A question that tells nobody's answer leaves the judgement the coder's own,
but that it was asked tells something: it is asked where coders differ, and never where both make the same mistake. Were
what is saved after it taken for a first judgement, agreement would grow with every question. So whatever a coder saves
of a paper after a question about it is of stage ``seen``, whether or not the question tells what others said; the first
judgement, and every measure of agreement, stays as it is. Who asked stands among those whose codes the coder saw, for
they had read them all; where the question tells what others said, those others stand there too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.errors import StudyError
from univocal.study import blind
from univocal.study.blind import Sight
from univocal.study.clock import now
from univocal.study.codings import Unit
from univocal.study.people import Person
from univocal.study.queues import task_of
from univocal.study.schema import person as persons
from univocal.study.schema import question as questions
from univocal.study.schema import task as tasks

#: Characters of a question.
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one unit: ``variable``, ``start`` and ``stop`` (-1 for the whole paper).

    ``answered`` is when the coder was done with the paper again; None: not yet.
    """

    row: int
    paper: int
    coder: Person
    variable: str
    start: int
    stop: int
    asked_by: str
    words: str
    at: str
    answered: str | None


def ask(
    connection: Connection,
    asker: Person,
    coder: Person,
    unit: Unit,
    words: str,
    *,
    about: str,
    tells: Collection[int] = (),
) -> int:
    """Send a unit back to a coder with a question, and open their task again; returns the question's row.

    Args:
        connection: in a transaction of `Database.writing`.
        asker: an adjudicator or owner.
        coder: who is asked; they have finished the paper.
        unit: what the question is about, answered or left open; its ``coder`` is the one who is asked.
        words: the question. It mustn't say what others said, or ``tells`` must name them.
        about: what the coder reads before the question: which variable, and which mention.
        tells: rows of the coders whose answers the question tells.

    Raises:
        StudyError: the asker may not decide, asks themself, or says nothing; the coder still codes the paper, or left.
    """
    words = words.strip()
    faults = []
    if not asker.decides:
        faults.append(f"{asker.name}: only adjudicators and owners send something back")
    if asker.row == coder.row:
        faults.append("you can't send something back to yourself: change your own coding")
    if not coder.active:
        faults.append(f"{coder.name} no longer takes part, so nobody would answer: decide without asking")
    if not words or len(words) > LONGEST:
        faults.append(f"a question of 1 to {LONGEST:,} characters was expected, got {len(words):,}")
    task = task_of(connection, unit.paper, coder.row)
    if task is None or (task.state == "open" and not pending(connection, unit.paper, coder.row)):
        faults.append(f"{coder.name} hasn't finished this paper, so there is nothing to send back yet")
    if faults:
        raise StudyError("\n".join(faults))
    values = {
        "paper": unit.paper, "coder": coder.row, "variable": unit.variable, "unit_start": unit.start,
        "unit_end": unit.stop, "asked_by": asker.row, "words": f"{about}: {words}", "at": now(),
    }  # fmt: skip
    row = int(connection.execute(questions.insert().returning(questions.c.id), values).scalar_one())
    for shown in sorted({asker.row, *tells} - {coder.row}):
        blind.show(connection, coder, unit.paper, shown)
    # done_at stays: it tells a task that was sent back from one that was never finished
    connection.execute(
        tasks.update().where(tasks.c.paper == unit.paper, tasks.c.coder == coder.row).values(state="open")
    )
    return row


_ASKED = (
    sa.select(
        questions, persons.c.name, persons.c.role, persons.c.active, tasks.c.state, tasks.c.done_at,
        sa.select(persons.c.name).where(persons.c.id == questions.c.asked_by).correlate(questions).scalar_subquery()
        .label("asker"),
    )
    .join(persons, persons.c.id == questions.c.coder)
    .join(tasks, sa.and_(tasks.c.paper == questions.c.paper, tasks.c.coder == questions.c.coder))
    .order_by(questions.c.id)
)  # fmt: skip
#: The coder wasn't done with the paper again since the question.
_WAITS = sa.and_(tasks.c.state == "open", tasks.c.done_at < questions.c.at)


def asked(connection: Connection, paper: int) -> tuple[Question, ...]:
    """Every question about a paper, in the order in which they were asked."""
    return tuple(_question(row) for row in connection.execute(_ASKED.where(questions.c.paper == paper)))


def pending(connection: Connection, paper: int, coder: int) -> tuple[Question, ...]:
    """The questions about a paper that a coder hasn't answered yet."""
    query = _ASKED.where(questions.c.paper == paper, questions.c.coder == coder, _WAITS)
    return tuple(_question(row) for row in connection.execute(query))


def waiting(connection: Connection) -> frozenset[tuple[int, int]]:
    """Papers and coders (rows) with a question that isn't answered yet."""
    found = connection.execute(_ASKED.where(_WAITS))
    return frozenset((row.paper, row.coder) for row in found)


def shown_to(connection: Connection, paper: int, coder: int) -> str | None:
    """What a coder is asked of a paper, as the coding page shows it; None where nothing waits for an answer."""
    return "\n".join(one.words for one in pending(connection, paper, coder)) or None


def sight(connection: Connection, viewer: Person, paper: int) -> Sight:
    """May ``viewer`` see the coders' codes of this paper, to decide? When all who code it are done, themself included.

    A question that isn't answered yet doesn't shut the paper: who sent it back has seen the codes already, and those who
    still answer are told nothing by their looking again.
    """
    if not viewer.decides:
        return Sight(False, "Only adjudicators and owners decide.")
    still = set(
        connection.execute(
            sa.select(tasks.c.coder).where(tasks.c.paper == paper, tasks.c.state == "open")
        ).scalars()
    )
    if viewer.row in still:
        return Sight(False, "You code this paper yourself: finish it first, then see what others say.")
    coding = {coder for coder in still if not pending(connection, paper, coder)}
    if coding:
        return blind.unfinished(len(coding))
    if still:
        return Sight(True, "All who code this paper were done; a question to one of them isn't answered yet.")
    return Sight(True, "All who code this paper are done.")


def _question(row: Any) -> Question:
    answered = row.done_at if row.done_at is not None and row.done_at > row.at else None
    return Question(
        row.id, row.paper, Person(row.coder, row.name, row.role, row.active), row.variable, row.unit_start, row.unit_end,
        row.asker, row.words, row.at, answered,
    )  # fmt: skip
