"""What a machine coder says of a study's papers, as `next_strata` takes it: by paper and variable, with its confidence."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.errors import StudyError
from univocal.plugins import did_you_mean
from univocal.study.next_strata import Answer
from univocal.study.schema import WHOLE
from univocal.study.schema import event as events
from univocal.study.schema import head as heads
from univocal.study.schema import person as persons
from univocal.study.schema import revision as revisions

#: The event that says that a coder was trained in the study and is to be relied on.
RETRAINED = "retrain"
#: How sure a coder is taken to be that doesn't say.
_UNKNOWN = 0.5


def machine_named(connection: Connection, name: str | None) -> str | None:
    """Whose codings make the strata: the named coder's; else of one trained in the study, else of the one that coded last.

    None where no machine has coded anything.

    Raises:
        StudyError: there is no such machine coder, or it has coded nothing.
    """
    last = sa.func.max(heads.c.revision)
    query = (
        sa.select(persons.c.name).join(heads, heads.c.coder == persons.c.id).where(persons.c.role == "machine")
        .group_by(persons.c.name).order_by(last.desc())
    )  # fmt: skip
    known = list(connection.execute(query).scalars())
    if name is not None:
        if name not in known:
            step = did_you_mean(name, known) if known else "None has yet: univocal suggest"
            raise StudyError(f"no machine coder {name!r} has coded papers of the study. {step}")
        return name
    trained = connection.execute(
        sa.select(events.c.details).where(events.c.what == RETRAINED).order_by(events.c.id.desc())
    ).scalars()
    for details in trained:
        if details.get("used") and details.get("coder") in known:
            return str(details["coder"])
    return known[0] if known else None


def said_by(connection: Connection, machine: str | None, variables: Collection[str]) -> dict[int, dict[str, Answer]]:  # fmt: skip
    """What a machine coder says of each paper as a whole, by the paper's row, for these variables.

    Of a ledger, the codes of all entries, and the least of their confidences.
    """
    query = (
        sa.select(revisions.c.paper, revisions.c.variable, revisions.c.codes, revisions.c.confidence)
        .join(heads, heads.c.revision == revisions.c.id)
        .join(persons, persons.c.id == heads.c.coder)
        .where(
            persons.c.name == machine, persons.c.role == "machine", revisions.c.unit_start == WHOLE,
            revisions.c.variable.in_(variables), ~revisions.c.cleared,
        )
        .order_by(revisions.c.id)
    )  # fmt: skip
    found: dict[int, dict[str, Answer]] = {}
    for row in connection.execute(query):
        of_paper = found.setdefault(row.paper, {})
        sure = _UNKNOWN if row.confidence is None else float(row.confidence)
        codes = None if row.codes is None else tuple(row.codes)
        if (before := of_paper.get(row.variable)) is not None:
            codes = (*(before[0] or ()), *(codes or ())) or None
            sure = min(sure, before[1])
        of_paper[row.variable] = codes, sure
    return found
