"""Codings as a study keeps them: what is said of which unit, and every revision of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.errors import StudyError
from univocal.study.schema import WHOLE, evidence, head, revision
from univocal.study.spans import Span

Action = Literal["save", "undo", "adjudicate", "import", "recode"]
Stage = Literal["blind", "seen", "adjudicated"]


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


def is_unit(table: sa.Table, unit: Unit) -> list[sa.ColumnElement[bool]]:
    """Conditions for rows of a unit, in ``revision`` or ``head``."""
    return [table.c[name] == value for name, value in unit.values().items()]


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


def last_of(connection: Connection, coder: int, papers: Sequence[int]) -> tuple[Revision, ...]:
    """The last coding of each unit of some papers by one coder, those that were taken away too."""
    query = sa.select(revision).join(head, head.c.revision == revision.c.id)
    return _revisions(connection, query.where(head.c.coder == coder, head.c.paper.in_(papers)))


def history(connection: Connection, unit: Unit) -> tuple[Revision, ...]:
    """Every revision of a unit's coding, from the first, which is kept for ever."""
    return _revisions(connection, sa.select(revision).where(*is_unit(revision, unit)).order_by(revision.c.id))


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
