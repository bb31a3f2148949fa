"""Saving codings: each save is a new row, checked against the paper's words and the codebook; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from univocal.codebook.model import Codebook
from univocal.coders.protocol import checked
from univocal.errors import StudyError
from univocal.records import Coding, Paper
from univocal.study.clock import now
from univocal.study.codebooks import latest, newest
from univocal.study.revisions import (
    Action,
    Answer,
    Revision,
    Stage,
    Unit,
    current,
    history,
    is_unit,
    last_of,
    one,
    time_of,
)  # fmt: skip
from univocal.study.schema import WHOLE, evidence, head, parent, revision
from univocal.study.spans import unkeepable

#: All that others need to know of codings: saving them here, reading them in `revisions`.
__all__ = [
    "LONGEST_MEMO", "MOST_ENTRIES", "MOST_SPANS", "Action", "Answer", "ConflictError", "OutdatedError", "Revision",
    "Stage", "Unit", "check", "current", "history", "last_of", "one", "save", "time_of", "undo",
]  # fmt: skip

#: Characters of a memo.
LONGEST_MEMO = 10_000
#: Spans of one coding, and entries of one ledger.
MOST_SPANS = 1_000
MOST_ENTRIES = 1_000
#: What the database's integers hold.
_MOST = 2**31 - 1


class OutdatedError(StudyError):
    """The answer was given by a version of the codebook that is no longer in force."""


class ConflictError(StudyError):
    """The coding was changed elsewhere since it was read; ``last`` is the revision that there is now."""

    def __init__(self, message: str, last: int | None) -> None:
        self.last = last
        super().__init__(message)


def save(
    connection: Connection,
    unit: Unit,
    answer: Answer | None,
    *,
    paper: Paper,
    coder: str,
    codebook: Codebook,
    codebook_row: int,
    stage: Stage,
    action: Action = "save",
    base: int | Literal["any"] | None = "any",
    token: str | None = None,
    parents: Sequence[int] = (),
    restores: int | None = None,
    by: int | None = None,
) -> int:
    """Save an answer (None: take the answer away) as a new revision, and return its id.

    Args:
        connection: in a transaction of `Database.writing`.
        unit: what is coded, and by whom.
        answer: what is said of it.
        paper: the paper that ``unit`` names by row; its words are what evidence is checked against.
        coder: the coder's name, for messages.
        codebook: the version by which it is coded, whose row is ``codebook_row``.
        codebook_row: see there.
        stage: what the coder had seen of others' codes.
        action: how the coding came about.
        base: the revision that the coder saw when they changed it (None: there was none); "any" doesn't ask.
        token: a name for this very save: one that comes twice (sent again after a lost answer) is saved once.
        parents: the revisions that an adjudicated one was decided from.
        restores: the revision whose judgement this one carries on by other codes (a change of the codebook).
        by: who saved it, where that isn't the coder: the adjudicator, say.

    Raises:
        EvidenceError: a quote that isn't in the paper at its place, or a code without evidence.
        ConflictError: another revision than ``base`` is the last one.
        OutdatedError: another version of the codebook is in force.
        StudyError: an answer that the codebook or the study doesn't allow.
    """
    known, last = _before(connection, unit, token)
    if known is not None:
        return known
    if answer is not None:
        check(unit, answer, paper=paper, coder=coder, codebook=codebook)
    if base not in ("any", last):
        raise ConflictError(
            f"{paper.id}: {unit.variable}: it was changed elsewhere in the meantime. Look at the other version, then save.",
            last,
        )
    made = _write(
        connection, unit, answer, action=action, stage=stage, codebook=codebook_row, previous=last, restores=restores,
        token=token, parents=parents, by=by,
    )  # fmt: skip
    # asked last: the row just written holds its codebook's, so a change of codebook either waits for it or is seen here
    if newest(connection) != codebook_row:
        raise OutdatedError("the codebook was changed in the meantime. Load the page again, then save.")
    return made


def undo(
    connection: Connection,
    unit: Unit,
    *,
    stage: Stage,
    base: int | Literal["any"] | None = "any",
    token: str | None = None,
) -> int | None:
    """Bring back what the unit's coding was before its last change, as a new revision; None where there is nothing.

    Undoing again goes one step further back. The revisions in between stay. What a change of the codebook took the words
    from doesn't come back: there is nothing before it.

    Raises:
        ConflictError: as `save`.
    """
    known, last = _before(connection, unit, token)
    if known is not None:
        return known
    if base not in ("any", last):
        raise ConflictError(f"{unit.variable}: it was changed elsewhere in the meantime.", last)
    shown = _content(connection, last)
    if shown is None or one(connection, shown).action == "recode":
        return None  # what was said before a change of the codebook was said by other codes
    before = _content(connection, one(connection, shown).previous)
    was = None if before is None else one(connection, before)
    if was is not None and was.codebook != newest(connection) and not _can_be_said(connection, was):
        return None
    return _write(
        connection, unit, None if was is None else was.answer, action="undo", stage=stage,
        codebook=one(connection, shown).codebook if was is None else was.codebook, previous=last, restores=before,
        token=token, parents=(), by=None,
    )  # fmt: skip


def _can_be_said(connection: Connection, was: Revision) -> bool:
    """Does the codebook in force have the variable and codes of an older coding?"""
    _, codebook, _ = latest(connection)
    if was.answer is None or was.unit.variable not in codebook:
        return was.answer is None
    return set(was.answer.codes or ()) <= {code.id for code in codebook.variable(was.unit.variable).codes}


def check(unit: Unit, answer: Answer, *, paper: Paper, coder: str, codebook: Codebook) -> None:
    """Refuse an answer that breaks a rule of the codebook, or whose evidence isn't verbatim.

    Raises:
        EvidenceError: a quote that isn't in the paper at its place, or a code without evidence.
        UnivocalError: an unknown variable or code.
        StudyError: several codes where one was asked, words that are too long or can't be kept, a unit that the variable
            doesn't have.
    """
    coding = Coding(
        paper.id, coder, unit.variable, answer.codes, tuple(span.evidence(paper.text) for span in answer.spans),
        answer.confidence, codebook.version, answer.stands_for,
    )  # fmt: skip
    checked(coding, paper, codebook)
    where = f"{paper.id}: {coder}: {unit.variable}"
    variable = codebook.variable(unit.variable)
    faults = []
    if (variable.unit == "paper") != (unit.start == WHOLE):
        faults.append(
            f"it is asked of each {variable.unit}, not of {'one mention' if unit.start != WHOLE else 'the paper'}"
        )
    elif unit.start != WHOLE and not 0 <= unit.start < unit.stop <= len(paper.text):
        faults.append(f"no mention can stand at [{unit.start}:{unit.stop}] in {len(paper.text)} characters")
    codes = answer.codes or ()
    if len(set(codes)) < len(codes):
        faults.append("a code stands there twice")
    if variable.answers in ("one", "flag") and answer.codes is not None and len(codes) != 1:
        faults.append(f"one code was expected, got {len(codes)}")
    absent = [code for code in codes if variable.code(code).absence]
    if absent and len(codes) > 1:
        faults.append(f"{absent[0]!r} says that nothing is there, so it can't stand beside other codes")
    if unit.item and variable.answers != "ledger":
        faults.append("it has one answer a unit; only ledgers have several entries")
    elif not 0 <= unit.item < MOST_ENTRIES:
        faults.append(f"no entry can have the number {unit.item}; expected 0 to {MOST_ENTRIES - 1}")
    if strange := {span.code for span in answer.spans} - {None, *codes}:
        faults.append(
            f"evidence for {', '.join(map(repr, sorted(map(str, strange))))}, which isn't among the codes"
        )
    if answer.stands_for is not None and answer.stands_for not in codebook.stands_for:
        known = ", ".join(codebook.stands_for)
        faults.append(f"it stands for {answer.stands_for!r}, which is no ideal; the codebook has {known}")
    for what, words in (("a memo", answer.memo), ("what it stands for", answer.stands_for or "")):
        if len(words) > LONGEST_MEMO:
            faults.append(f"{what} of {len(words):,} characters; expected at most {LONGEST_MEMO:,}")
        elif unkept := unkeepable(words):
            faults.append(f"{what} with {unkept}, which no database keeps")
    if len(answer.spans) > MOST_SPANS:
        faults.append(f"{len(answer.spans):,} spans; expected at most {MOST_SPANS:,}")
    if answer.confidence is not None and not 0 <= answer.confidence <= 1:
        faults.append(f"a confidence in [0, 1] was expected, got {answer.confidence}")
    if faults:
        raise StudyError("\n".join(f"{where}: {fault}" for fault in faults))


def _before(connection: Connection, unit: Unit, token: str | None) -> tuple[int | None, int | None]:
    """The revision that a save of this token made already, and the last one of the unit; in one statement.

    Raises:
        StudyError: the token is that of a save of something else, which must not count as this one; or no unit can be so.
    """
    if max(unit.start, unit.stop, unit.item) > _MOST:
        raise StudyError(
            f"{unit.variable}: no unit has a number above {_MOST}, which is what a database holds"
        )
    known = sa.select(revision.c.id).where(revision.c.token == token).scalar_subquery()
    last = sa.select(head.c.revision).where(*is_unit(head, unit)).scalar_subquery()
    found = connection.execute(sa.select(sa.null() if token is None else known, last)).one()
    if found[0] is not None and one(connection, found[0]).unit != unit:
        raise StudyError(
            f"{unit.variable}: its token was used for another coding. Load the page again, then save."
        )
    return found[0], found[1]


def _content(connection: Connection, id: int | None) -> int | None:  # noqa: A002
    """The revision whose answer stands in revision ``id``: itself, or what an undo brought back; None for nothing."""
    if id is None:
        return None
    found = one(connection, id)
    return found.restores if found.action == "undo" else id


def _write(
    connection: Connection,
    unit: Unit,
    answer: Answer | None,
    *,
    action: Action,
    stage: Stage,
    codebook: int,
    previous: int | None,
    restores: int | None,
    token: str | None,
    parents: Sequence[int],
    by: int | None,
) -> int:
    said = answer or Answer(None)
    values = {
        **unit.values(), "action": action, "codes": None if said.codes is None else list(said.codes),
        "cleared": answer is None, "unsure": said.unsure, "memo": said.memo, "stands_for": said.stands_for,
        "confidence": said.confidence, "stage": stage, "codebook": codebook, "previous": previous, "restores": restores,
        "token": token, "by": by, "at": now(),
    }  # fmt: skip
    id = int(connection.execute(revision.insert().returning(revision.c.id), values).scalar_one())  # noqa: A001
    if said.spans:
        connection.execute(
            evidence.insert(),
            [
                {"revision": id, "place": place, "start": s.start, "stop": s.stop, "quote": s.quote,
                 "prefix": s.prefix, "suffix": s.suffix, "code": s.code}
                for place, s in enumerate(said.spans)
            ],
        )  # fmt: skip
    if parents:
        connection.execute(parent.insert(), [{"revision": id, "parent": one} for one in parents])
    _to_head(connection, unit, id, previous)
    return id


def _to_head(connection: Connection, unit: Unit, id: int, previous: int | None) -> None:  # noqa: A002
    """Make a revision the last one, unless another transaction was quicker since ``previous`` was read."""
    if previous is None:
        try:
            connection.execute(head.insert(), {**unit.values(), "revision": id})
        except IntegrityError as error:
            raise ConflictError(
                f"{unit.variable}: it was changed elsewhere at the same moment. Try again.", None
            ) from error
        return
    last = head.update().where(*is_unit(head, unit), head.c.revision == previous)
    if connection.execute(last.values(revision=id)).rowcount != 1:
        raise ConflictError(f"{unit.variable}: it was changed elsewhere at the same moment. Try again.", None)
