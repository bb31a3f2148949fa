"""Changing a study's codebook: shown first, then done whole or not at all; no coding is overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.diff import diff
from univocal.codebook.model import Codebook
from univocal.errors import StudyError
from univocal.study import codebooks, people
from univocal.study.clock import now
from univocal.study.codings import save
from univocal.study.papers import paper_at
from univocal.study.people import Person
from univocal.study.recode_fate import Change
from univocal.study.recode_maps import CodeMap, targets
from univocal.study.recode_plan import Plan, code_lines, look, variable_lines
from univocal.study.recode_scan import Scan, Scanner, Work, reopen
from univocal.study.schema import codebook as versions
from univocal.study.schema import event as events
from univocal.study.schema import parent as parents
from univocal.study.schema import revision as revisions

#: What events of a changed codebook are called.
CHANGED = "codebook"
LONGEST_NOTE = 1_000


class OutdatedPlanError(StudyError):
    """What would happen is no longer what was shown; ``plan`` is what would happen now."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__(
            "codings were saved since this was shown, or the codebook was changed: look at what would happen now"
        )


def plan(connection: Connection, files: Mapping[str, str], maps: Sequence[CodeMap] = ()) -> Plan:
    """What would a new version of the codebook do to the study's codings? Nothing is changed.

    Args:
        connection: for reading.
        files: the new version's files, as `codebooks.files_of` reads them.
        maps: what codes of the version in force become, where the words don't show it.

    Raises:
        StudyError: nothing differs, the version's number was there already, or a map has faults.
        CodebookError: the new version has faults.
    """
    return _weighed(connection, files, maps)[0]


def change(
    connection: Connection,
    files: Mapping[str, str],
    maps: Sequence[CodeMap] = (),
    *,
    by: Person | None = None,
    seen: str | None = None,
    note: str = "",
) -> Plan:
    """Put a new version of the codebook in force, and bring the codings to it; returns what was done.

    Each coding that changes gets a new revision with ``action="recode"``: same coder, same evidence, and the stage of
    the one that it stands for, since nobody judged anew. That is done for the current answer, and for the last one
    given before the coder saw others' codes, which statistics count. Codings that have to be made again are taken
    away, and their papers are open again for their coders.

    Args:
        connection: in a transaction of `Database.writing`: what is raised here leaves nothing behind.
        files: as for `plan`.
        maps: as for `plan`.
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
    # Whoever saves a coding holds its codebook's row (by the foreign key): this waits for them, and they for this.
    # SQLite has one writer anyway.
    held = versions.c.id == codebooks.newest(connection)
    connection.execute(sa.select(versions.c.id).where(held).with_for_update())
    made, found = _weighed(connection, files, maps)
    if seen is not None and seen != made.key:
        raise OutdatedPlanError(made)
    row = codebooks.add(connection, files, note=note)
    names = {person.row: person.name for person in people.everyone(connection)}
    for work in found.work:
        _write(connection, work, made.after, row, names)
    reopen(connection, found.reopened)
    last = connection.execute(sa.select(sa.func.max(revisions.c.id))).scalar() or 0
    details = _details(made, row, last)
    connection.execute(
        events.insert(), {"person": by.row if by else None, "what": CHANGED, "details": details, "at": now()}
    )
    return made


def _weighed(connection: Connection, files: Mapping[str, str], maps: Sequence[CodeMap]) -> tuple[Plan, Scan]:
    before_row, before, _ = codebooks.latest(connection)
    after = codebooks.of(files)
    _check_version(connection, before, after)
    found = diff(before, after)
    change = Change(before, after, found, targets(before, after, found, maps))
    variables, codes = tuple(variable_lines(change)), tuple(code_lines(change))
    scanner = Scanner(
        connection, change, look(variables, codes), conditions=any(one.conditional for one in variables)
    )
    scan = scanner.run()
    made = Plan(
        before_row, before, after, found, tuple(maps), tuple(map(scanner.question, variables)),
        tuple(map(scanner.code, codes)), tuple(scan.again), recoded=scan.recoded, cleared=scan.cleared, kept=scan.kept,
        review=scan.review, earlier=scan.earlier, reopened=len(scan.reopened), unasked=scan.unasked,
    )  # fmt: skip
    return made, scan


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


def _write(connection: Connection, work: Work, after: Codebook, row: int, names: Mapping[int, str]) -> None:
    paper = paper_at(connection, work.unit.paper).paper
    for source, answer in work.writes:
        decided = source.stage == "adjudicated" and answer is not None
        of = sa.select(parents.c.parent).where(parents.c.revision == source.id).order_by(parents.c.parent)
        save(
            connection, work.unit, answer, paper=paper, coder=names[work.unit.coder], codebook=after, codebook_row=row,
            stage=source.stage, action="recode",
            parents=connection.execute(of).scalars().all() if decided else (),
        )  # fmt: skip


def _details(made: Plan, row: int, last: int) -> dict[str, Any]:
    """What the history keeps; ``last`` is the last revision that was made by this change or before it."""
    return {
        "before": made.before_row, "after": row, "last": last, "maps": [asdict(one) for one in made.maps],
        "recoded": made.recoded, "again": len(made.again), "cleared": made.cleared, "kept": made.kept,
        "earlier": made.earlier, "reopened": made.reopened, "review": made.review,
        "look": {variable: None if codes is None else list(codes) for variable, codes in made.look.items()},
        "codes": [
            {"variable": one.variable, "code": one.code, "kind": one.kind, "after": list(one.after), "codings": one.n}
            for one in made.codes if one.effect != "none"
        ],
    }  # fmt: skip
