"""Changing a study's codebook: shown first, then done whole or not at all; no coding is overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.diff import diff
from univocal.codebook.model import Codebook
from univocal.codebook.rename import under
from univocal.errors import StudyError
from univocal.study import codebooks, people
from univocal.study.clock import now
from univocal.study.codebook_history import to_review
from univocal.study.codings import save
from univocal.study.papers import paper_at
from univocal.study.people import Person
from univocal.study.recode_fate import Change
from univocal.study.recode_maps import CodeMap, Map, targets
from univocal.study.recode_names import VariableMap, names
from univocal.study.recode_plan import Plan, VariableLine, code_lines, look, variable_lines
from univocal.study.recode_scan import Scan, Scanner, open_tasks
from univocal.study.schema import codebook as versions
from univocal.study.schema import event as events
from univocal.study.schema import parent as parents
from univocal.study.schema import question as questions
from univocal.study.schema import revision as revisions

#: Stands for every question that finished papers can open again for.
EVERY = "all"
LONGEST_NOTE = 1_000


class OutdatedPlanError(StudyError):
    """What would happen is no longer what was shown; ``plan`` is what would happen now."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__(
            "codings were saved since this was shown, or the codebook was changed: look at what would happen now"
        )


def plan(
    connection: Connection, files: Mapping[str, str], maps: Sequence[Map] = (), *, reopen: Sequence[str] = ()
) -> Plan:
    """What would a new version of the codebook do to the study's codings? Nothing is changed.

    Args:
        connection: for reading.
        files: the new version's files, as `codebooks.files_of` reads them.
        maps: what codes and variables of the version in force become, where the words don't show it.
        reopen: new questions, or such as are asked of other papers now, for whose sake the finished papers that lack an
            answer open again for their coders; `EVERY` for all of these.

    Raises:
        StudyError: nothing differs, the version's number was there already, a map has faults, or a question to be
            reopened isn't asked of other papers than before.
        CodebookError: the new version has faults.
    """
    return _weighed(connection, files, maps, reopen)[0]


def change(
    connection: Connection,
    files: Mapping[str, str],
    maps: Sequence[Map] = (),
    *,
    reopen: Sequence[str] = (),
    by: Person | None = None,
    seen: str | None = None,
    note: str = "",
) -> Plan:
    """Put a new version of the codebook in force, and bring the codings to it; returns what was done.

    Each coding that changes gets a new revision with ``action="recode"``: same coder, same evidence, and the stage of
    the one that it stands for, since nobody judged anew. That is done for the current answer, and for the last one
    given before the coder saw others' codes, which statistics count. Where a variable has a new id, they are taken away
    under the old one. Codings that have to be made again are taken away, and their papers are open again for their
    coders.

    Args:
        connection: in a transaction of `Database.writing`: what is raised here leaves nothing behind.
        files: as for `plan`.
        maps: as for `plan`.
        reopen: as for `plan`.
        by: who changes it.
        seen: the key of the plan that was shown; None doesn't ask.
        note: why, for the history.

    Raises:
        OutdatedPlanError: something else would happen than the plan ``seen`` says.
        StudyError: as for `plan`, or the note is too long.
        CodebookError: as for `plan`.
    """
    if len(note) > LONGEST_NOTE:
        raise StudyError(f"a note of {len(note):,} characters; expected at most {LONGEST_NOTE:,}")
    _hold(connection)
    made, found = _weighed(connection, files, maps, reopen)
    if seen is not None and seen != made.key:
        raise OutdatedPlanError(made)
    row = codebooks.add(connection, files, note=note)
    waiting = {one.revision: one.since_row for one in to_review(connection, limit=None)[1]}
    carried: dict[int, list[int]] = {}
    for source, new in _written(connection, found, made.after, row, by):
        if source in waiting:
            carried.setdefault(waiting[source], []).append(new)
    open_tasks(connection, found.reopened)
    if made.names:
        name = questions.c.variable
        connection.execute(
            questions.update()
            .where(name.in_(list(made.names)))
            .values(variable=sa.case(made.names, value=name))
        )
    last = connection.execute(sa.select(sa.func.max(revisions.c.id))).scalar() or 0
    details = _details(made, row, last, carried)
    connection.execute(
        events.insert(),
        {"person": by.row if by else None, "what": codebooks.CHANGED, "details": details, "at": now()},
    )
    return made


def _hold(connection: Connection) -> None:
    """Wait for whoever saves a coding or changes the codebook, and have them wait.

    Saving holds the codebook's row, by the foreign key. SQLite has one writer anyway; on PostgreSQL another change may
    have put a newer row in force while this one waited.
    """
    held = None
    while held != (held := codebooks.newest(connection)):
        connection.execute(sa.select(versions.c.id).where(versions.c.id == held).with_for_update())


def _weighed(
    connection: Connection, files: Mapping[str, str], maps: Sequence[Map], reopen: Sequence[str]
) -> tuple[Plan, Scan]:
    before_row, before, _ = codebooks.latest(connection)
    after = codebooks.of(files)
    _check_version(connection, before, after)
    renamed = names(before, after, [one for one in maps if isinstance(one, VariableMap)])
    found = diff(before, after, variables=renamed)
    old = under(before, renamed)
    became = targets(old, after, found, [one for one in maps if isinstance(one, CodeMap)], renamed)
    change = Change(old, after, found, became, renamed)
    variables, codes = tuple(variable_lines(change)), tuple(code_lines(change))
    opened = _reopened(variables, reopen)
    scanner = Scanner(connection, change, look(variables, codes), opened)
    scan = scanner.run()
    made = Plan(
        before_row, before, after, found, renamed, tuple(maps), opened, tuple(map(scanner.question, variables)),
        tuple(map(scanner.code, codes)), tuple(scan.again), recoded=scan.recoded, moved=scan.moved, cleared=scan.cleared,
        kept=scan.kept, review=scan.review, earlier=scan.earlier, reopened=scanner.asked.by_coder(scan.reopened),
        unasked=scan.unasked,
    )  # fmt: skip
    return made, scan


def _reopened(variables: Sequence[VariableLine], reopen: Sequence[str]) -> tuple[str, ...]:
    """The questions for whose sake papers open again, in the codebook's order."""
    able = [one.variable for one in variables if one.conditional]
    if strange := [one for one in reopen if one not in (*able, EVERY)]:
        there = ", ".join(able) or "none"
        raise StudyError(
            "\n".join(
                f"reopen: {one!r} isn't asked of other papers than before; {there} can be" for one in strange
            )
        )
    return tuple(one for one in able if one in reopen or EVERY in reopen)


def _check_version(connection: Connection, before: Codebook, after: Codebook) -> None:
    if after.digest == before.digest:
        raise StudyError(
            f"nothing differs from version {before.version}, which is in force. Edit the codebook first."
        )
    rows = connection.execute(sa.select(versions.c.version).where(versions.c.name == after.id))
    if after.version in set(rows.scalars()):
        raise StudyError(
            f"version {after.version} was there already, with other words. Give the codebook a new version: "
            f"{diff(before, after).suggested_version} fits what differs from {before.version}."
        )


def _written(
    connection: Connection, found: Scan, after: Codebook, row: int, by: Person | None
) -> Iterator[tuple[int, int]]:
    """Write what was found; gives each revision that still says something, and the one that stands for it now."""
    coders = {person.row: person.name for person in people.everyone(connection)}
    for at, work in found.work.items():
        paper = paper_at(connection, at).paper
        for write in work:
            decided = write.source.stage == "adjudicated" and write.answer is not None
            of = (
                sa.select(parents.c.parent)
                .where(parents.c.revision == write.source.id)
                .order_by(parents.c.parent)
            )
            coder = write.unit.coder
            new = save(
                connection, write.unit, write.answer, paper=paper, coder=coders[coder], codebook=after,
                codebook_row=row, stage=write.source.stage, action="recode",
                parents=connection.execute(of).scalars().all() if decided else (),
                restores=None if write.answer is None else write.source.id,
                by=None if by is None or by.row == coder else by.row,
            )  # fmt: skip
            if write.answer is not None:
                yield write.source.id, new


def _details(made: Plan, row: int, last: int, carried: Mapping[int, Sequence[int]]) -> dict[str, Any]:
    """What the history keeps.

    ``last`` is the last revision that was made by this change or before it, ``carried`` those that this change made of
    others that were to be reviewed, by the version that was the reason.
    """
    return {
        "before": made.before_row, "after": row, "last": last, "maps": [asdict(one) for one in made.maps],
        "variables": dict(made.names), "reopen": list(made.reopen),
        "carried": {str(since): list(ids) for since, ids in carried.items()},
        "recoded": made.recoded, "moved": made.moved, "again": len(made.again), "cleared": made.cleared, "kept": made.kept,
        "earlier": made.earlier, "reopened": sum(n for _, n in made.reopened), "review": made.review,
        "look": {variable: None if codes is None else list(codes) for variable, codes in made.look.items()},
        "codes": [
            {"variable": one.variable, "code": one.code, "kind": one.kind, "after": list(one.after), "codings": one.n}
            for one in made.codes if one.effect != "none"
        ],
    }  # fmt: skip
