"""The codings of a study as a change of the codebook meets them: counted, and what is to be written for each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.records import Paper
from univocal.study import people
from univocal.study.codings import Answer, Revision, Unit, current, one
from univocal.study.missing import asked
from univocal.study.papers import paper_at
from univocal.study.people import Person
from univocal.study.recode_fate import Change, Fate, fate
from univocal.study.recode_plan import Again, CodeLine, Counts, Look, VariableLine
from univocal.study.schema import head as heads
from univocal.study.schema import revision as revisions
from univocal.study.schema import task as tasks

_UNIT = ("paper", "coder", "variable", "unit_start", "unit_end", "item")
_SEEN = ("id", *_UNIT, "codes", "cleared", "stands_for")
_COLUMNS = [revisions.c[name] for name in _SEEN]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be written for one unit, in this order: an answer in place of a revision's, by its stage."""

    unit: Unit
    writes: tuple[tuple[Revision, Answer | None], ...]


@dataclass
class Scan:
    """What was found while going through all current codings."""

    variables: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    codes: defaultdict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    again: list[Again] = field(default_factory=list)
    reopened: set[tuple[int, int]] = field(default_factory=set)
    work: list[Work] = field(default_factory=list)
    recoded: int = 0
    cleared: int = 0
    kept: int = 0
    review: int = 0
    earlier: int = 0
    unasked: int = 0


class Scanner:
    """Goes through a study's current codings once.

    ``conditions`` says that it matters which questions are asked of which papers: some condition differs.
    """

    def __init__(self, connection: Connection, change: Change, look: Look, *, conditions: bool) -> None:
        self.connection, self.change, self.look, self.conditions = connection, change, look, conditions
        self.people = {person.row: person for person in people.everyone(connection)}
        rows = connection.execute(sa.select(tasks.c.paper, tasks.c.coder, tasks.c.state))
        self.tasks = {(row.paper, row.coder): row.state for row in rows}
        self.said: defaultdict[tuple[int, int], dict[str, dict[tuple[int, int], tuple[str, ...]]]] = (
            defaultdict(dict)
        )
        self.found = Scan()

    def run(self) -> Scan:
        """Count every coding, and find what is to be written."""
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
                self._stays(row, row.codes)
        for paper in sorted(touched):
            self._weigh(paper, touched[paper])
        return self.found

    def _touches(self, row: Any) -> bool:
        return self.change.touches(row.variable, row.codes, row.stands_for)

    def _count(self, row: Any) -> None:
        if row.cleared:
            return
        name = self.people[row.coder].name
        self.found.variables[row.variable][name] += 1
        for code in row.codes or ():
            self.found.codes[row.variable, code][name] += 1

    def _stays(self, row: Any, codes: Iterable[str] | None) -> None:
        """The coding stays, or gets these codes: may people have to look at it, and what does it make be asked?"""
        codes = tuple(codes or ())
        self.found.kept += 1
        if row.variable in self.look:
            of = self.look[row.variable]
            self.found.review += of is None or bool(set(of) & set(codes))
        if not self.conditions:
            return
        place = (row.unit_start, row.unit_end)
        self.said[row.paper, row.coder].setdefault(row.variable, {})[place] = codes

    def _weigh(self, paper: int, units: Iterable[tuple[Any, Any]]) -> None:
        stored = paper_at(self.connection, paper).paper
        there = {revision.id: revision for revision in current(self.connection, paper)}
        for earlier, row in units:
            revs = [there.get(r.id) or one(self.connection, r.id) for r in (earlier, row) if r is not None]
            fates = [fate(rev, self.change, stored, self.people[rev.unit.coder].name) for rev in revs]
            if not row.cleared:
                self._tell(stored, row, fates[-1])
            moved = [made.what != "kept" for made in fates]
            self.found.earlier += len(moved) == 2 and moved[0]
            if not any(moved):
                continue
            # an earlier judgement that changes stands below the last answer, which is written again above it
            first = 0 if moved[0] else len(revs) - 1
            writes = tuple((rev, made.answer) for rev, made in zip(revs[first:], fates[first:], strict=True))
            self.found.work.append(Work(revs[-1].unit, writes))

    def _tell(self, paper: Paper, row: Any, made: Fate) -> None:
        if made.what == "cleared":
            self.found.cleared += 1
        elif made.what == "again":
            who = self.people[row.coder]
            self.found.again.append(Again(paper.id, who.name, row.variable, made.why))
            state = self.tasks.get((row.paper, row.coder))
            if state is None or not _asked(who):
                self.found.unasked += 1
            elif state == "done":
                self.found.reopened.add((row.paper, row.coder))
        else:
            self._stays(row, made.answer.codes if made.answer else None)
            if made.what == "recoded":
                self.found.recoded += 1
                self.found.kept -= 1

    def question(self, line: VariableLine) -> VariableLine:
        """The line with its counts."""
        codings = _counts(self.found.variables.get(line.variable))
        if not line.conditional:
            return replace(line, codings=codings)
        variable = self.change.after.variable(line.variable)
        unasked = sum(
            len(said[variable.id])
            for said in self.said.values()
            if variable.id in said and variable.answers != "ledger" and not asked(variable, said)
        )
        done = (self.said.get(pair, {}) for pair, state in self.tasks.items() if state == "done")
        unanswered = sum(variable.id not in said and asked(variable, said) for said in done)
        return replace(line, codings=codings, unasked=unasked, unanswered=unanswered)

    def code(self, line: CodeLine) -> CodeLine:
        """The line with its counts."""
        return replace(line, codings=_counts(self.found.codes.get((line.variable, line.code))))


def _asked(person: Person) -> bool:
    return person.active and person.role in people.HUMAN


def _counts(found: Counter[str] | None) -> Counts:
    return tuple(sorted((found or {}).items()))


def reopen(connection: Connection, pairs: Iterable[tuple[int, int]]) -> None:
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
