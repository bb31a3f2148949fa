"""The versions of a study's codebook: when each came into force, what differed, what it did, and what is still to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.diff import Diff, diff
from univocal.study import codebooks
from univocal.study.recode import CHANGED
from univocal.study.recode_plan import Counts
from univocal.study.schema import codebook as versions
from univocal.study.schema import event as events
from univocal.study.schema import head as heads
from univocal.study.schema import paper as papers
from univocal.study.schema import person as persons
from univocal.study.schema import revision as revisions


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the codebook.

    ``found`` is how it differs from the one before it, ``done`` what it did to codings (None for the first one): counts
    by the names that `recode_plan.Plan` has, and under ``codes`` each code with codings that it touched.
    """

    row: int
    name: str
    version: str
    at: str
    note: str
    by: str | None
    found: Diff | None
    done: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ToReview:
    """A current coding that was made by other words than are in force: whose, of which paper, with which codes."""

    paper: int
    key: str
    title: str
    coder: str
    variable: str
    codes: tuple[str, ...]
    since: str


def history(connection: Connection) -> tuple[Version, ...]:
    """Every version, from the first to the one in force."""
    query = (
        sa.select(events.c.details, persons.c.name)
        .join(persons, persons.c.id == events.c.person, isouter=True)
        .where(events.c.what == CHANGED)
        .order_by(events.c.id)
    )
    done = {row.details["after"]: row for row in connection.execute(query)}
    made: list[Version] = []
    before = None
    for row in connection.execute(sa.select(versions).order_by(versions.c.id)):
        book = codebooks.of(row.files)
        event = done.get(row.id)
        made.append(
            Version(
                row.id, row.name, row.version, row.at, row.note, event.name if event else None,
                None if before is None else diff(before, book), event.details if event else None,
            )
        )  # fmt: skip
        before = book
    return tuple(made)


def to_review(
    connection: Connection, *, coder: int | None = None, limit: int = 200
) -> tuple[int, tuple[ToReview, ...]]:
    """How many current codings were made by words that a later version changed, and some of them.

    A coding leaves the list when its coder saves it anew. What a change gave other codes without changing what they
    mean isn't in it. Where someone who codes looks at it, it has to be their own (``coder``): it tells codes.
    """
    found = tuple(_to_review(connection, coder))
    return len(found), found[:limit]


def mixed(connection: Connection) -> dict[str, Counts]:
    """Variable → how many of each coder's current codings were made by words that a later version changed.

    What estimates and exports have to tell: these codings stand beside others made by the words in force.
    """
    found: dict[str, Counter[str]] = {}
    for one in _to_review(connection, None):
        found.setdefault(one.variable, Counter())[one.coder] += 1
    return {variable: tuple(sorted(of.items())) for variable, of in found.items()}


def _to_review(connection: Connection, coder: int | None) -> Iterator[ToReview]:
    query = sa.select(events.c.details).where(events.c.what == CHANGED).order_by(events.c.id.desc())
    mine = _CURRENT if coder is None else _CURRENT.where(revisions.c.coder == coder)
    seen: set[int] = set()
    for details in connection.execute(query).scalars().all():
        if not details["look"]:
            continue
        since = codebooks.version(connection, details["after"]).version
        rows = mine.where(revisions.c.variable.in_(details["look"]), revisions.c.id <= details["last"])
        for row in connection.execute(rows):
            codes, of = tuple(row.codes or ()), details["look"][row.variable]
            if row.id not in seen and (of is None or set(of) & set(codes)):
                seen.add(row.id)
                yield ToReview(row.paper, row.key, row.title, row.name, row.variable, codes, since)


_CURRENT = (
    sa.select(
        revisions.c.id, revisions.c.paper, revisions.c.variable, revisions.c.codes, papers.c.key, papers.c.title,
        persons.c.name,
    )
    .join(heads, heads.c.revision == revisions.c.id)
    .join(papers, papers.c.id == revisions.c.paper)
    .join(persons, persons.c.id == revisions.c.coder)
    .where(~revisions.c.cleared)
    .order_by(papers.c.id, persons.c.id, revisions.c.id)
)  # fmt: skip
