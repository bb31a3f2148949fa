"""The codings of a study as a table for statistics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.errors import StudyError
from univocal.estimates.coding_table import CodingTable
from univocal.study.codebook_history import mixed
from univocal.study.codebooks import latest
from univocal.study.sample import design_of
from univocal.study.schema import WHOLE
from univocal.study.schema import paper as papers
from univocal.study.schema import person as persons
from univocal.study.schema import revision as revisions
from univocal.study.schema import task as tasks

_UNIT = (
    revisions.c.paper,
    revisions.c.coder,
    revisions.c.variable,
    revisions.c.unit_start,
    revisions.c.unit_end,
    revisions.c.item,
)


def coding_table(connection: Connection, *, machines: bool = True) -> CodingTable | None:
    """What the coders said by themselves, as a table; None where nobody has finished a paper yet.

    For each unit it holds the coder's last judgement before they saw anyone else's: what was changed afterwards isn't
    independent. Papers that a coder hasn't finished are left out; those that were finished and sent back are in as they
    stand. Adjudicated codings are those of a ``derived`` coder, machine coders are named in ``machines`` (and left out
    where the argument says so). It has no weights: what the papers stand for is `sampled_table`'s business.
    """
    _, codebook, _ = latest(connection)
    sets = {v.id for v in codebook.variables if v.answers in ("many", "ledger")}
    given: dict[tuple[str, str, str], Any] = {}
    paper_of: dict[str, str] = {}
    roles: dict[str, str] = {}
    for row in _own(connection, machines=machines):
        unit = row.key if row.unit_start == WHOLE else f"{row.key}[{row.unit_start}:{row.unit_end}]"
        paper_of[unit] = row.key
        roles[row.name] = row.role
        at = (unit, row.name, row.variable)
        if row.codes is None:
            given.setdefault(at, None)
        elif row.variable in sets:
            given[at] = (given.get(at) or frozenset()) | frozenset(row.codes)
        else:
            given[at] = row.codes[0] if row.codes else None
    if not given:
        return None
    table = CodingTable.of(((*at, answer) for at, answer in given.items()), paper_of=paper_of)
    notes = tuple(
        f"{sum(n for _, n in of):,} codings of {variable!r} were made by words that a later version of the codebook changed: "
        "`univocal codebook history --study FOLDER` names them."
        for variable, of in mixed(connection).items()
    )
    return replace(
        table,
        notes=notes,
        derived=frozenset(name for name, role in roles.items() if role == "decided"),
        machines=frozenset(name for name, role in roles.items() if role == "machine"),
    )


def sampled_table(connection: Connection) -> CodingTable | None:
    """The codings with what they stand for: weights and strata of the sample, and groups (year, venue) of the papers.

    People's codings are those of the papers that the design counts (`sample.design_of`, whose words are a note); machine
    coders' are of all papers that they read.

    Raises:
        StudyError: no coded paper was drawn by chance, or strata are still bare.
    """
    table, own = coding_table(connection), coding_table(connection, machines=False)
    if table is None or own is None:
        return None
    design = design_of(connection, own)
    if design.used is None:
        raise StudyError(f"shares of the study's papers can't be told: {design.why_not}")
    at = {key: place for place, key in enumerate(own.papers) if design.used[place]}
    counted = np.array([key in at for key in table.papers], dtype=bool)
    by_machine = np.array([name in table.machines for name in table.coders], dtype=bool)
    rows = by_machine[table.coder] | counted[table.paper_of_unit[table.unit]]
    weights, strata = design.weights, design.strata
    about = {
        row.key: row for row in connection.execute(sa.select(papers.c.key, papers.c.year, papers.c.venue))
    }
    groups = {
        "year": tuple(None if about[key].year is None else str(about[key].year) for key in table.papers),
        "venue": tuple(about[key].venue for key in table.papers),
    }
    return replace(
        table, unit=table.unit[rows], coder=table.coder[rows], variable=table.variable[rows], code=table.code[rows],
        weight=None if weights is None else np.array([weights[at[k]] if k in at else np.nan for k in table.papers]),
        stratum=None if strata is None else tuple(str(strata[at[k]]) if k in at else None for k in table.papers),
        groups=groups, notes=(design.words, *table.notes),
    )  # fmt: skip


def _own(connection: Connection, *, machines: bool) -> Iterator[Any]:
    last = (
        sa.select(sa.func.max(revisions.c.id).label("id"))
        .where(revisions.c.stage.in_(("blind", "adjudicated")))
        .group_by(*_UNIT)
        .subquery()
    )
    unfinished = sa.exists().where(
        tasks.c.paper == revisions.c.paper,
        tasks.c.coder == revisions.c.coder,
        tasks.c.state == "open",
        tasks.c.done_at.is_(None),
    )
    query = (
        sa.select(
            papers.c.key, persons.c.name, persons.c.role, revisions.c.variable, revisions.c.unit_start,
            revisions.c.unit_end, revisions.c.codes,
        )
        .join(last, last.c.id == revisions.c.id)
        .join(papers, papers.c.id == revisions.c.paper)
        .join(persons, persons.c.id == revisions.c.coder)
        .where(~revisions.c.cleared, ~unfinished)
        .order_by(revisions.c.id)
    )  # fmt: skip
    if not machines:
        query = query.where(persons.c.role != "machine")
    yield from connection.execute(query)
