"""The versions of a study's codebook: when each came into force, what differed, what it did, and what is still to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.diff import Diff, diff
from univocal.study import codebooks
from univocal.study.codebooks import CHANGED
from univocal.study.recode_plan import Counts
from univocal.study.schema import codebook as versions
from univocal.study.schema import event as events
from univocal.study.schema import head as heads
from univocal.study.schema import paper as papers
from univocal.study.schema import person as persons
from univocal.study.schema import revision as revisions

_AT_ONCE = 500


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
    """A current coding that was made by other words than are in force: whose, of which paper, with which codes.

    ``since`` is the version that changed the words, in row ``since_row``.
    """

    revision: int
    paper: int
    key: str
    title: str
    coder: str
    variable: str
    codes: tuple[str, ...]
    since: str
    since_row: int


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
                None if before is None else diff(before, book, variables=event.details.get("variables") if event else None),
                event.details if event else None,
            )
        )  # fmt: skip
        before = book
    return tuple(made)


def to_review(
    connection: Connection, *, coder: int | None = None, limit: int | None = 200
) -> tuple[int, tuple[ToReview, ...]]:
    """How many current codings were made by words that a later version changed, and some of them (None: all).

    A coding leaves the list when its coder saves it anew. What a change gave other codes without changing what they
    mean isn't in it, unless it was before. Where someone who codes looks at it, it has to be their own (``coder``): it tells codes.
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
        for since, rows in _looked_at(connection, mine, details):
            version = codebooks.version(connection, since).version
            for row in rows:
                if row.id not in seen:
                    seen.add(row.id)
                    codes = tuple(row.codes or ())
                    yield ToReview(
                        row.id, row.paper, row.key, row.title, row.name, row.variable, codes, version, since
                    )


def _looked_at(
    connection: Connection, mine: sa.Select[Any], details: Mapping[str, Any]
) -> Iterator[tuple[int, list[Any]]]:
    """Current codings to look at because of one change, with the version that is the reason.

    Those that it changed the words of, and those to look at before that it gave another code or place.
    """
    look = details["look"]
    if look:
        rows = connection.execute(
            mine.where(revisions.c.variable.in_(look), revisions.c.id <= details["last"])
        )
        yield (
            details["after"],
            [
                row for row in rows
                if look[row.variable] is None or set(look[row.variable]) & set(row.codes or ())
            ],
        )  # fmt: skip
    for since, ids in details.get("carried", {}).items():
        for start in range(0, len(ids), _AT_ONCE):
            some = mine.where(revisions.c.id.in_(ids[start : start + _AT_ONCE]))
            yield int(since), list(connection.execute(some))


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
