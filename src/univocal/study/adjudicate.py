"""Deciding a disagreement: a coding of its own, made from those of the coders, which it names as parents."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook
from univocal.errors import StudyError
from univocal.records import Paper
from univocal.study import people
from univocal.study.codings import Answer, Unit, current, one, save
from univocal.study.disagreements import ADJUDICATED
from univocal.study.people import Person


def decide(
    connection: Connection,
    adjudicator: Person,
    paper_row: int,
    revision: int,
    *,
    paper: Paper,
    codebook: Codebook,
    codebook_row: int,
) -> int:
    """Let one coder's answer stand as the adjudicated one; returns its revision.

    Its parents are the codings of all coders that there were for the unit; the coders' own codings stay as they are.

    Raises:
        StudyError: the revision isn't a coder's current answer about this paper, or the person may not decide.
    """
    if not adjudicator.decides:
        raise StudyError(f"{adjudicator.name}: only adjudicators and owners decide")
    chosen = one(connection, revision)
    coders = {p.row for p in people.everyone(connection) if p.role in people.HUMAN}
    there = [
        r
        for r in current(connection, paper_row)
        if (r.unit.variable, r.unit.start, r.unit.stop, r.unit.item)
        == (chosen.unit.variable, chosen.unit.start, chosen.unit.stop, chosen.unit.item)
        and r.unit.coder in coders
    ]
    if chosen.answer is None or chosen.id not in {r.id for r in there}:
        raise StudyError("that answer was changed in the meantime. Look at the paper again.")
    said = chosen.answer
    unit = Unit(
        paper_row,
        _decided(connection),
        chosen.unit.variable,
        chosen.unit.start,
        chosen.unit.stop,
        chosen.unit.item,
    )
    answer = Answer(
        said.codes,
        said.spans,
        unsure=False,
        memo=f"Decided by {adjudicator.name}.",
        stands_for=said.stands_for,
    )
    return save(
        connection, unit, answer, paper=paper, coder=ADJUDICATED, codebook=codebook, codebook_row=codebook_row,
        stage="adjudicated", action="adjudicate", parents=sorted(r.id for r in there),
    )  # fmt: skip


def _decided(connection: Connection) -> int:
    """The row of the coder whose codings are the decided ones."""
    for person in people.everyone(connection):
        if person.name == ADJUDICATED:
            return person.row
    return people.add(connection, ADJUDICATED, "decided").row
