"""The codings of a study as a change of the codebook meets them: counted, and what is to be written for each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import dropwhile
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.study import people
from univocal.study.codings import Answer, Revision, Unit, current, one
from univocal.study.papers import paper_at
from univocal.study.recode_asked import Asked, Pair
from univocal.study.recode_fate import Change, Fate, fate
from univocal.study.recode_plan import Again, CodeLine, Counts, Look, VariableLine
from univocal.study.schema import head as heads
from univocal.study.schema import revision as revisions
from univocal.study.schema import task as tasks

_UNIT = ("paper", "coder", "variable", "unit_start", "unit_end", "item")
_SEEN = ("id", *_UNIT, "codes", "cleared", "stands_for")
_COLUMNS = [revisions.c[name] for name in _SEEN]


@dataclass(frozen=True, slots=True)
class Write:
    """What is to be written for a unit: an answer (None: it is taken away) in place of a revision's, by its stage."""

    unit: Unit
    answer: Answer | None
    source: Revision


@dataclass
class Scan:
    """What was found while going through all current codings. ``work`` is in the order in which it is to be written."""

    variables: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    codes: defaultdict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    again: list[Again] = field(default_factory=list)
    reopened: set[Pair] = field(default_factory=set)
    work: dict[int, list[Write]] = field(default_factory=dict)
    recoded: int = 0
    moved: int = 0
    cleared: int = 0
    kept: int = 0
    review: int = 0
    earlier: int = 0
    unasked: int = 0


class Scanner:
    """Goes through a study's current codings once.

    ``reopen`` are the questions for whose sake finished papers open again.
    """

    def __init__(
        self, connection: Connection, change: Change, look: Look, reopen: Collection[str] = ()
    ) -> None:
        self.connection, self.change, self.look, self.reopen = connection, change, look, reopen
        self.names = {person.row: person.name for person in people.everyone(connection)}
        self.asked = Asked(connection, change.after)
        self.found = Scan()
        self._again: list[tuple[Pair, str]] = []

    def run(self) -> Scan:
        """Count every coding, and find what is to be written and which papers open again."""
        last = {tuple(getattr(row, name) for name in _UNIT): row for row in self.connection.execute(_HEADS)}
        first = {
            tuple(getattr(row, name) for name in _UNIT): row for row in self.connection.execute(_EARLIER)
        }
        touched: defaultdict[int, list[tuple[Any, Any]]] = defaultdict(list)
        for unit, row in last.items():
            self._count(row)
            earlier = first.get(unit)
            if any(self._touches(one) for one in (row, earlier) if one is not None and not one.cleared):
                touched[row.paper].append((earlier, row))
            elif not row.cleared:
                self.found.kept += 1
                self._stands(row, row.codes)
        for paper in sorted(touched):
            self._weigh(paper, touched[paper])
        for pair, variable in self._again:
            if not self.asked.asks(pair, variable):
                self.found.unasked += 1
            elif self.asked.done(pair):
                self.found.reopened.add(pair)
        for variable in self.reopen:
            self.found.reopened |= self.asked.unanswered(variable)
        return self.found

    def _touches(self, row: Any) -> bool:
        return self.change.touches(row.variable, row.codes, row.stands_for)

    def _count(self, row: Any) -> None:
        if row.cleared:
            return
        name, variable = self.names[row.coder], self.change.named(row.variable)
        self.found.variables[variable][name] += 1
        for code in row.codes or ():
            self.found.codes[variable, code][name] += 1

    def _stands(self, row: Any, codes: Iterable[str] | None) -> None:
        """There is an answer with these codes: may people have to look at it, and what does it make be asked?"""
        codes, variable = tuple(codes or ()), self.change.named(row.variable)
        if variable in self.look:
            of = self.look[variable]
            self.found.review += of is None or bool(set(of) & set(codes))
        self.asked.answered((row.paper, row.coder), variable, (row.unit_start, row.unit_end), codes)

    def _weigh(self, paper: int, units: Iterable[tuple[Any, Any]]) -> None:
        stored = paper_at(self.connection, paper).paper
        there = {revision.id: revision for revision in current(self.connection, paper)}
        left: list[Write] = []
        made: list[Write] = []
        for earlier, row in units:
            revs = [there.get(r.id) or one(self.connection, r.id) for r in (earlier, row) if r is not None]
            fates = [fate(rev, self.change, stored, self.names[rev.unit.coder]) for rev in revs]
            if not row.cleared:
                self._tell(stored.id, row, fates[-1])
            moved = [one.what != "kept" for one in fates]
            self.found.earlier += len(moved) == 2 and moved[0]
            if not any(moved):
                continue
            writes = [Write(to.unit, to.answer, rev) for rev, to in zip(revs, fates, strict=True)]
            if fates[-1].unit != revs[-1].unit:
                left += (Write(rev.unit, None, rev) for rev in revs if rev.answer is not None)
                made += dropwhile(lambda write: write.answer is None, writes)
            else:
                # an earlier judgement that changes stands below the last answer, which is written again above it
                made += writes if moved[0] else writes[-1:]
        # what leaves a unit first: another variable's codings may take its place
        self.found.work[paper] = [*left, *made]

    def _tell(self, paper: str, row: Any, made: Fate) -> None:
        found = self.found
        if made.what == "cleared":
            found.cleared += 1
        elif made.what == "again":
            found.again.append(Again(paper, self.names[row.coder], made.unit.variable, made.why))
            self._again.append(((row.paper, row.coder), made.unit.variable))
        else:
            found.kept += made.what == "kept"
            found.moved += made.what == "moved"
            found.recoded += made.what == "recoded"
            self._stands(row, made.answer.codes if made.answer else None)

    def question(self, line: VariableLine) -> VariableLine:
        """The line with its counts."""
        line = replace(line, codings=_counts(self.found.variables.get(line.variable)))
        if not line.conditional:
            return line
        return replace(
            line,
            unasked=self.asked.unasked(line.variable),
            unanswered=self.asked.by_coder(self.asked.unanswered(line.variable)),
            reopened=line.variable in self.reopen,
        )

    def code(self, line: CodeLine) -> CodeLine:
        """The line with its counts."""
        return replace(line, codings=_counts(self.found.codes.get((line.variable, line.code))))


def _counts(found: Counter[str] | None) -> Counts:
    return tuple(sorted((found or {}).items()))


def open_tasks(connection: Connection, pairs: Iterable[Pair]) -> None:
    """Open these tasks (paper, coder) again: there is something to be answered."""
    for paper, coder in sorted(pairs):
        where = (tasks.c.paper == paper, tasks.c.coder == coder, tasks.c.state == "done")
        connection.execute(tasks.update().where(*where).values(state="open"))


_HEADS = sa.select(*_COLUMNS).join(heads, heads.c.revision == revisions.c.id).order_by(revisions.c.id)
_LAST = (
    sa.select(sa.func.max(revisions.c.id))
    .where(revisions.c.stage.in_(("blind", "adjudicated")))
    .group_by(*(revisions.c[name] for name in _UNIT))
)
#: The last judgement before others' codes were seen, where a later answer is the current one.
_EARLIER = sa.select(*_COLUMNS).where(
    revisions.c.id.in_(_LAST), ~revisions.c.cleared, ~sa.exists().where(heads.c.revision == revisions.c.id)
)
