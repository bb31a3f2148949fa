"""What is still to be decided, over all papers of a study: kept in memory, and brought up to date by what is new."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook
from univocal.study import questions
from univocal.study.disagreements import Entry, Place, State, states
from univocal.study.people import HUMAN, everyone
from univocal.study.schema import evidence
from univocal.study.schema import head as heads
from univocal.study.schema import paper as papers
from univocal.study.schema import question as asked
from univocal.study.schema import revision as revisions
from univocal.study.schema import task as tasks
from univocal.study.spans import Span

_AT_ONCE = 500
#: Transactions may commit in another order than their rows were counted and timed in: so many rows are looked at again,
#: and whatever was finished in this time.
_AGAIN, _LATE = 200, timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a variable (of one paper, or of all) is decided; units that became moot count nowhere."""

    decided: int
    every: int


@dataclass(frozen=True, slots=True)
class Disputed:
    """A paper on which coders differ. ``waits`` says that a coder hasn't answered a question about it."""

    row: int
    key: str
    title: str
    standing: Standing
    waits: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far a study was read: last revision, finish and question. The counts tell of those that come in late."""

    revision: int = 0
    done_at: str = ""
    question: int = 0
    n_lately: int = 0
    n_done: int = 0
    n_questions: int = 0


@dataclass(frozen=True, slots=True)
class _Entry:
    codes: Sequence[str] | None
    stands_for: str | None
    spans: Sequence[Span] = ()


class Worklist:
    """The disagreements of a study, by paper and variable. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codebook = ""
        self._mark = _Mark()
        self._found: dict[int, dict[Place, State]] = {}

    def refresh(self, connection: Connection, codebook: Codebook) -> None:
        """Take in what was saved, finished, asked and decided since the last time."""
        with self._lock:
            if self._codebook != codebook.digest:
                self._codebook, self._mark, self._found = codebook.digest, _Mark(), {}
            mark = _mark(connection)
            if mark == self._mark:
                return
            changed = _changed(connection, self._mark)
            ready = _ready(connection, changed)
            for paper in changed - ready:
                self._found.pop(paper, None)
            for paper, found in _states(connection, codebook, sorted(ready)).items():
                if found:
                    self._found[paper] = found
                else:
                    self._found.pop(paper, None)
            self._mark = mark

    def by_variable(self) -> dict[str, Standing]:
        """How far is each variable decided, over all papers?"""
        every: Counter[str] = Counter()
        decided: Counter[str] = Counter()
        for found in list(self._found.values()):
            for place, state in found.items():
                every[place[0]] += state != "moot"
                decided[place[0]] += state == "decided"
        return {name: Standing(decided[name], n) for name, n in every.items() if n}

    def papers(self, variable: str | None = None) -> dict[int, Standing]:
        """Papers (rows) with disagreements, of one variable or of any: those not yet decided come first."""
        counted = {}
        for paper, found in list(self._found.items()):
            mine = [state for place, state in found.items() if variable in (None, place[0])]
            standing = Standing(mine.count("decided"), len(mine) - mine.count("moot"))
            if standing.every:
                counted[paper] = standing
        return dict(sorted(counted.items(), key=lambda one: (one[1].decided == one[1].every, one[0])))

    def after(self, paper: int, variable: str | None = None) -> int | None:
        """The next paper with something left to decide; the first again after the last; None where nothing is left."""
        left = sorted(
            row for row, one in self.papers(variable).items() if one.decided < one.every and row != paper
        )
        return next((row for row in left if row > paper), left[0] if left else None)


def listed(
    connection: Connection, standings: dict[int, Standing], rows: Sequence[int]
) -> tuple[Disputed, ...]:
    """Papers with their titles, in this order."""
    waits = {paper for paper, _ in questions.waiting(connection)}
    found = {
        row.id: row
        for row in connection.execute(
            sa.select(papers.c.id, papers.c.key, papers.c.title).where(papers.c.id.in_(rows))
        )
    }
    return tuple(
        Disputed(row, found[row].key, found[row].title, standings[row], row in waits)
        for row in rows
        if row in found
    )


def _mark(connection: Connection) -> _Mark:
    last = sa.select(sa.func.max(revisions.c.id)).scalar_subquery()
    lately = sa.select(sa.func.count()).select_from(revisions).where(revisions.c.id > last - _AGAIN)
    done = sa.select(sa.func.max(tasks.c.done_at), sa.func.count(tasks.c.done_at))
    sent = sa.select(sa.func.max(asked.c.id), sa.func.count())
    revision, n_lately = connection.execute(sa.select(last, lately.scalar_subquery())).one()
    done_at, n_done = connection.execute(done).one()
    question, n_questions = connection.execute(sent).one()
    return _Mark(revision or 0, done_at or "", question or 0, n_lately, n_done, n_questions)


def _changed(connection: Connection, since: _Mark) -> set[int]:
    """Papers of which something was saved, finished or asked since then."""
    if since == _Mark():
        return set(connection.execute(sa.select(tasks.c.paper).distinct()).scalars())
    saved = sa.select(revisions.c.paper).where(revisions.c.id > since.revision - _AGAIN)
    done = sa.select(tasks.c.paper).where(tasks.c.done_at >= _before(since.done_at))
    sent = sa.select(asked.c.paper).where(asked.c.id > since.question - _AGAIN)
    return set(connection.execute(sa.union(saved, done, sent)).scalars())


def _before(at: str) -> str:
    return (datetime.fromisoformat(at) - _LATE).isoformat() if at else ""


def _ready(connection: Connection, changed: Collection[int]) -> set[int]:
    """Those of the papers that two coders or more finished and nobody codes for the first time."""
    sent_back = Counter(paper for paper, _ in questions.waiting(connection))
    query = (
        sa.select(tasks.c.paper, sa.func.sum(sa.case((tasks.c.state == "open", 1), else_=0)).label("still"))
        .group_by(tasks.c.paper)
        .having(sa.func.count() >= 2)
    )
    rows = []
    if len(changed) > _AT_ONCE:
        rows = list(connection.execute(query))
    else:
        rows = list(connection.execute(query.where(tasks.c.paper.in_(changed))))
    return {row.paper for row in rows if row.still == sent_back.get(row.paper, 0) and row.paper in changed}


def _states(connection: Connection, codebook: Codebook, rows: Sequence[int]) -> dict[int, dict[Place, State]]:
    roles = {one.row: one.role for one in everyone(connection)}
    found: dict[int, dict[Place, State]] = {}
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        coders: dict[int, set[int]] = {paper: set() for paper in some}
        for row in connection.execute(sa.select(tasks.c.paper, tasks.c.coder).where(tasks.c.paper.in_(some))):
            coders[row.paper].add(row.coder)
        spans = _ledger_spans(connection, codebook, some)
        said: dict[int, dict[Place, dict[int, list[Entry]]]] = {paper: {} for paper in some}
        decided: dict[int, dict[Place, list[Entry]]] = {paper: {} for paper in some}
        for row in _last(connection, some):
            entry = _Entry(_decoded(row.codes), row.stands_for, spans.get(row.id, ()))
            place = (row.variable, row.unit_start, row.unit_end)
            role = roles[row.coder]
            if role == "decided":
                decided[row.paper].setdefault(place, []).append(entry)
            elif role in HUMAN and row.coder in coders[row.paper]:
                said[row.paper].setdefault(place, {}).setdefault(row.coder, []).append(entry)
        for paper in some:
            found[paper] = states(codebook, said[paper], coders[paper], decided[paper])
    return found


def _last(connection: Connection, some: Sequence[int]) -> Iterable[Any]:
    return connection.execute(
        sa.select(
            revisions.c.id, revisions.c.paper, revisions.c.variable, revisions.c.unit_start, revisions.c.unit_end, revisions.c.coder,
            sa.cast(revisions.c.codes, sa.Text).label("codes"), revisions.c.stands_for,
        )
        .join(heads, heads.c.revision == revisions.c.id)
        .where(heads.c.paper.in_(some), ~revisions.c.cleared)
        .order_by(revisions.c.id)
    )  # fmt: skip


def _ledger_spans(connection: Connection, codebook: Codebook, some: Sequence[int]) -> dict[int, list[Span]]:
    """The evidence of ledgers' entries, which tells what they are about, by revision."""
    ledgers = [one.id for one in codebook.variables if one.answers == "ledger"]
    if not ledgers:
        return {}
    found: dict[int, list[Span]] = {}
    query = (
        sa.select(evidence)
        .join(heads, heads.c.revision == evidence.c.revision)
        .where(heads.c.paper.in_(some), heads.c.variable.in_(ledgers))
    )
    for row in connection.execute(query):
        found.setdefault(row.revision, []).append(Span(row.start, row.stop, row.quote, "", "", row.code))
    return found


_KNOWN: dict[str | None, Sequence[str] | None] = {}


def _decoded(codes: str | None) -> Sequence[str] | None:
    """A JSON list of codes; the same few come again and again."""
    if codes not in _KNOWN:
        if len(_KNOWN) > 10_000:
            _KNOWN.clear()
        _KNOWN[codes] = None if codes is None else orjson.loads(codes)
    return _KNOWN[codes]
