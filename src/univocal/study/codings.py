"""Saving codings: each save is a new row, checked against the paper's words and the codebook; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from univocal.codebook.model import Codebook
from univocal.coders.protocol import checked
from univocal.errors import StudyError
from univocal.records import Coding, Paper
from univocal.study.clock import now
from univocal.study.codebooks import newest
from univocal.study.schema import WHOLE, evidence, head, parent, revision
from univocal.study.spans import Span

Action = Literal["save", "undo", "adjudicate", "import", "recode"]
Stage = Literal["blind", "seen", "adjudicated"]
#: Characters of a memo.
LONGEST_MEMO = 10_000
#: Spans of one coding.
MOST_SPANS = 1_000


@dataclass(frozen=True, slots=True)
class Unit:
    """What is coded: a variable of a paper, or of a mention in it (``start``, ``stop``; -1 for the whole paper).

    ``item`` counts the entries of a ledger (the proxies of a paper); 0 elsewhere.
    """

    paper: int
    coder: int
    variable: str
    start: int = WHOLE
    stop: int = WHOLE
    item: int = 0

    def values(self) -> dict[str, int | str]:
        """As columns of ``revision`` and ``head``."""
        return {
            "paper": self.paper, "coder": self.coder, "variable": self.variable, "unit_start": self.start,
            "unit_end": self.stop, "item": self.item,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a coder says: ``codes`` (None: can't say; empty: none applies) and the words that they rest on."""

    codes: tuple[str, ...] | None
    spans: tuple[Span, ...] = ()
    unsure: bool = False
    memo: str = ""
    stands_for: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One saved coding. ``id`` rises with time; ``answer`` is None where it says that no answer is left."""

    id: int
    unit: Unit
    answer: Answer | None
    action: Action
    stage: Stage
    codebook: int
    previous: int | None
    restores: int | None
    at: str


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
        connection, unit, answer, action=action, stage=stage, codebook=codebook_row, previous=last, restores=None,
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

    Undoing again goes one step further back. The revisions in between stay.

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
    return _write(
        connection, unit, None if was is None else was.answer, action="undo", stage=stage,
        codebook=one(connection, shown).codebook if was is None else was.codebook, previous=last, restores=before,
        token=token, parents=(), by=None,
    )  # fmt: skip


def check(unit: Unit, answer: Answer, *, paper: Paper, coder: str, codebook: Codebook) -> None:
    """Refuse an answer that breaks a rule of the codebook, or whose evidence isn't verbatim.

    Raises:
        EvidenceError: a quote that isn't in the paper at its place, or a code without evidence.
        UnivocalError: an unknown variable or code.
        StudyError: several codes where one was asked, a memo too long, a unit that the variable doesn't have.
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
    if strange := {span.code for span in answer.spans} - {None, *codes}:
        faults.append(
            f"evidence for {', '.join(map(repr, sorted(map(str, strange))))}, which isn't among the codes"
        )
    if len(answer.memo) > LONGEST_MEMO:
        faults.append(f"a memo of {len(answer.memo):,} characters; expected at most {LONGEST_MEMO:,}")
    if len(answer.spans) > MOST_SPANS:
        faults.append(f"{len(answer.spans):,} spans; expected at most {MOST_SPANS:,}")
    if answer.confidence is not None and not 0 <= answer.confidence <= 1:
        faults.append(f"a confidence in [0, 1] was expected, got {answer.confidence}")
    if faults:
        raise StudyError("\n".join(f"{where}: {fault}" for fault in faults))


def current(
    connection: Connection, paper: int, coders: Iterable[int] | None = None, *, cleared: bool = False
) -> tuple[Revision, ...]:
    """The last coding of each unit of a paper, by these coders or by all; those ``cleared`` only where it says so."""
    where = [head.c.paper == paper]
    if coders is not None:
        where.append(head.c.coder.in_(list(coders)))
    if not cleared:
        where.append(~revision.c.cleared)
    query = sa.select(revision).join(head, head.c.revision == revision.c.id).where(*where)
    return _revisions(connection, query.order_by(revision.c.id))


def history(connection: Connection, unit: Unit) -> tuple[Revision, ...]:
    """Every revision of a unit's coding, from the first, which is kept for ever."""
    return _revisions(connection, sa.select(revision).where(*_is(revision, unit)).order_by(revision.c.id))


def time_of(connection: Connection, id: int) -> str:  # noqa: A002 - the column's name
    """When was this revision saved?"""
    at: str = connection.execute(sa.select(revision.c.at).where(revision.c.id == id)).scalar_one()
    return at


def one(connection: Connection, id: int) -> Revision:  # noqa: A002 - the column's name
    """The revision with this id.

    Raises:
        StudyError: there is none.
    """
    found = _revisions(connection, sa.select(revision).where(revision.c.id == id))
    if not found:
        raise StudyError(f"no revision {id}")
    return found[0]


def _is(table: sa.Table, unit: Unit) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in unit.values().items()]


def _before(connection: Connection, unit: Unit, token: str | None) -> tuple[int | None, int | None]:
    """The revision that a save of this token made already, and the last one of the unit; in one statement."""
    known = sa.select(revision.c.id).where(revision.c.token == token).scalar_subquery()
    last = sa.select(head.c.revision).where(*_is(head, unit)).scalar_subquery()
    found = connection.execute(sa.select(sa.null() if token is None else known, last)).one()
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
    last = head.update().where(*_is(head, unit), head.c.revision == previous)
    if connection.execute(last.values(revision=id)).rowcount != 1:
        raise ConflictError(f"{unit.variable}: it was changed elsewhere at the same moment. Try again.", None)


def _revisions(connection: Connection, query: sa.Select[Any]) -> tuple[Revision, ...]:
    rows = connection.execute(query).all()
    spans: dict[int, list[Span]] = {}
    ids = [row.id for row in rows]
    for start in range(0, len(ids), 500):
        found = sa.select(evidence).where(evidence.c.revision.in_(ids[start : start + 500]))
        for e in connection.execute(found.order_by(evidence.c.revision, evidence.c.place)):
            spans.setdefault(e.revision, []).append(
                Span(e.start, e.stop, e.quote, e.prefix, e.suffix, e.code)
            )
    return tuple(_revision(row, spans) for row in rows)


def _revision(row: Any, spans: Mapping[int, list[Span]]) -> Revision:
    answer = None
    if not row.cleared:
        codes = None if row.codes is None else tuple(row.codes)
        answer = Answer(
            codes, tuple(spans.get(row.id, ())), row.unsure, row.memo, row.stands_for, row.confidence
        )
    unit = Unit(row.paper, row.coder, row.variable, row.unit_start, row.unit_end, row.item)
    return Revision(
        row.id, unit, answer, row.action, row.stage, row.codebook, row.previous, row.restores, row.at
    )
