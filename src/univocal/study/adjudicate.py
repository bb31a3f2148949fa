"""Deciding a disagreement: a coding of its own, made from those of the coders, which it names as parents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook
from univocal.errors import StudyError
from univocal.records import Paper
from univocal.study import people
from univocal.study.codings import Answer, Revision, Unit, save, undo
from univocal.study.codings import one as one_revision
from univocal.study.disagreements import Disagreement, Place, disagreements
from univocal.study.people import ADJUDICATED, Person
from univocal.study.schema import WHOLE
from univocal.study.schema import head as heads

#: How the memo of a decision begins.
DECIDED_BY = "Decided by"


def decide(
    connection: Connection,
    adjudicator: Person,
    paper_row: int,
    place: Place,
    answers: Sequence[Answer],
    *,
    memo: str = "",
    seen: Collection[int] | None = None,
    paper: Paper,
    codebook: Codebook,
    codebook_row: int,
) -> tuple[int, ...]:
    """Let an answer stand as the adjudicated one; returns its revisions: one, or one for each entry of a ledger.

    Its parents are the codings of all coders that there are for the unit; the coders' own codings stay as they are.
    The memo opens with who decided.

    Args:
        connection: in a transaction of `Database.writing`.
        adjudicator: who decides.
        paper_row: the paper's row.
        place: variable, start and stop of the unit.
        answers: one answer (`taken` for a coder's); of a ledger its entries, none where there is nothing to enter.
        memo: why.
        seen: the revisions that the adjudicator saw; None doesn't ask.
        paper: the paper itself, whose words evidence is checked against.
        codebook: the version in force, whose row is ``codebook_row``.
        codebook_row: see there.

    Raises:
        EvidenceError: a code without evidence, or a quote that isn't verbatim.
        StudyError: the person may not decide, coders don't differ there, or something changed in the meantime.
    """
    one = found(connection, adjudicator, paper_row, place, seen=seen, codebook=codebook)
    _check_answers(codebook, one.variable, answers)
    parents = sorted(r.id for side in one.sides for r in side.revisions)
    coder = decider(connection)
    wanted: list[Answer | None] = list(answers) or [Answer(())]
    # every entry that there ever was is written again, so that an undo takes all of them one step back
    wanted += [None] * (_n_items(connection, paper_row, coder, place) - len(wanted))
    return tuple(
        save(
            connection, Unit(paper_row, coder, *place, item), None if said is None else _noted(said, adjudicator, memo),
            paper=paper, coder=ADJUDICATED, codebook=codebook, codebook_row=codebook_row, stage="adjudicated",
            action="adjudicate", parents=parents, by=adjudicator.row,
        )
        for item, said in enumerate(wanted)
    )  # fmt: skip


def undo_decision(
    connection: Connection,
    adjudicator: Person,
    paper_row: int,
    place: Place,
    *,
    seen: Collection[int] | None = None,
    codebook: Codebook,
) -> None:
    """Bring back what was decided before, or nothing, as a revision too.

    Raises:
        StudyError: the person may not decide, nothing is decided, it was decided by another version of the codebook, or
            something changed in the meantime.
    """
    one = found(connection, adjudicator, paper_row, place, seen=seen, codebook=codebook)
    if not one.decided:
        raise StudyError(f"{place[0]}: nothing is decided there, so there is nothing to take back")
    if any(_recoded(connection, entry) for entry in one.decided):
        # some entries of a ledger would go back, others couldn't
        raise StudyError(
            f"{place[0]}: it was decided by an earlier version of the codebook, and what was decided before that was said "
            "by other codes. Decide anew."
        )
    coder = decider(connection)
    for item in range(_n_items(connection, paper_row, coder, place)):
        undo(connection, Unit(paper_row, coder, *place, item), stage="adjudicated")


def taken(one: Disagreement, coder: int) -> tuple[Answer, ...]:
    """What one coder says of a unit, as answers to decide for: their codes and evidence, without memo or doubt.

    Raises:
        StudyError: the coder said nothing of it.
    """
    side = next((side for side in one.sides if side.coder.row == coder), None)
    if side is None or not side.revisions:
        raise StudyError(
            f"{one.variable}: that coder left it open, so there is no answer of theirs to decide for"
        )
    return tuple(_bare(revision) for revision in side.revisions)


def offered(one: Disagreement, text: str) -> dict[tuple[int, int], tuple[str, ...]]:
    """What coders rest their answers on: places in the text, with the coders who quoted them.

    Of a mention, the mention itself is always among them. A decision may rest on any words of the paper.
    """
    places: dict[tuple[int, int], dict[str, None]] = {}
    if one.start != WHOLE:
        places[one.start, one.stop] = {}
    for side in one.sides:
        for revision in side.revisions:
            for span in revision.answer.spans if revision.answer else ():
                places.setdefault((span.start, span.stop), {})[side.coder.name] = None
    return {at: tuple(names) for at, names in sorted(places.items()) if 0 <= at[0] < at[1] <= len(text)}


def found(
    connection: Connection,
    adjudicator: Person,
    paper_row: int,
    place: Place,
    *,
    seen: Collection[int] | None = None,
    codebook: Codebook,
) -> Disagreement:
    """The disagreement at a place, if this person may decide it, and if it is still the one that they saw.

    Raises:
        StudyError: the person may not decide, coders don't differ there, or something changed in the meantime.
    """
    if not adjudicator.decides:
        raise StudyError(f"{adjudicator.name}: only adjudicators and owners decide")
    there = disagreements(connection, paper_row, codebook)
    one = next((one for one in there if (one.variable, one.start, one.stop) == place), None)
    if one is None:
        raise StudyError(f"{place[0]}: coders don't differ on it, or not any more. Look at the paper again.")
    if seen is not None and set(seen) != set(one.seen):
        raise StudyError(f"{place[0]}: an answer was changed in the meantime. Look at the paper again.")
    return one


def decider(connection: Connection) -> int:
    """The row of the coder whose codings are the decided ones; made where there is none yet."""
    everyone = people.everyone(connection)
    for person in everyone:
        if person.role == "decided":
            return person.row
    if any(person.name == ADJUDICATED for person in everyone):
        raise StudyError(
            f"decisions are kept under the name {ADJUDICATED!r}, which a coder of this study has. Nothing can be decided "
            "here: import the study's codings into a new one, with another name for that coder."
        )
    return people.add(connection, ADJUDICATED, "decided").row


def _check_answers(codebook: Codebook, variable: str, answers: Sequence[Answer]) -> None:
    if variable not in codebook:
        raise StudyError(
            f"{variable}: the codebook in force has no such variable, so there is nothing to decide"
        )
    if codebook.variable(variable).answers != "ledger" and len(answers) != 1:
        raise StudyError(f"{variable}: one answer was expected, got {len(answers)}")


def _recoded(connection: Connection, revision: Revision) -> bool:
    """Does it say what a change of the codebook made of an answer?"""
    if revision.action == "undo" and revision.restores is not None:
        revision = one_revision(connection, revision.restores)
    return revision.action == "recode"


def _bare(revision: Revision) -> Answer:
    if revision.answer is None:
        raise StudyError(f"revision {revision.id} takes an answer away: there is nothing to decide for")
    return replace(revision.answer, unsure=False, memo="", confidence=None)


def _noted(answer: Answer, adjudicator: Person, memo: str) -> Answer:
    return replace(answer, memo=f"{DECIDED_BY} {adjudicator.name}.\n{memo.strip()}".strip())


def _n_items(connection: Connection, paper: int, coder: int, place: Place) -> int:
    """How many entries has the unit ever had?"""
    last = connection.execute(
        sa.select(sa.func.max(heads.c.item)).where(
            heads.c.paper == paper, heads.c.coder == coder, heads.c.variable == place[0],
            heads.c.unit_start == place[1], heads.c.unit_end == place[2],
        )
    ).scalar()  # fmt: skip
    return 0 if last is None else int(last) + 1
