"""A machine coder's codings of a study's papers, as suggestions, and how unsure it is of each paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.coders.protocol import Coder, checked
from univocal.errors import StudyError
from univocal.records import Coding, Fault
from univocal.study import people
from univocal.study.clock import now
from univocal.study.codebooks import newest
from univocal.study.folder import Study
from univocal.study.papers import StoredPaper, all_papers
from univocal.study.people import Person
from univocal.study.schema import WHOLE, evidence, head, revision
from univocal.study.schema import person as persons
from univocal.study.spans import cut

_AT_ONCE = 200
_KEY = ("paper", "variable", "unit_start", "unit_end", "item")


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a run did: papers read, codings that are new or changed, and papers on which the coder failed."""

    papers: int
    codings: int
    faults: tuple[Fault, ...]


def suggest(study: Study, coder: Coder, *, progress: Callable[[int], None] | None = None) -> Suggested:
    """Let a machine coder code all papers of a study.

    Each coding is checked as a person's is. A coding that says what the coder's last one said isn't saved again, so a
    run that was stopped, or a study that grew, costs only what is new. A paper on which the coder fails is a fault.

    Args:
        study: the study.
        coder: the coder; its name is the name of its codings, so it can't be a person's.
        progress: told how many papers were read so far.

    Raises:
        StudyError: a person of the study has the coder's name.
    """
    with study.database.writing() as connection:
        row = _person(connection, coder.name).row
    n_papers = n_codings = 0
    faults: list[Fault] = []
    for stored in _in_batches(study):
        made = [(paper, list(_codings(paper, coder, study, faults))) for paper in stored]
        with study.database.writing() as connection:
            n_codings += _write(connection, row, study.codebook_row, made)
        n_papers += len(stored)
        if progress is not None:
            progress(n_papers)
    return Suggested(n_papers, n_codings, tuple(faults))


def _in_batches(study: Study) -> Iterator[list[StoredPaper]]:
    with study.database.reading() as connection:
        papers = all_papers(connection)
        while batch := list(islice(papers, _AT_ONCE)):
            yield batch


def _person(connection: Connection, name: str) -> Person:
    known = next((one for one in people.everyone(connection) if one.name == name), None)
    if known is None:
        return people.add(connection, name, "machine")
    if known.role != "machine":
        raise StudyError(
            f"{name!r} is a person of the study, so the machine coder of that name can't code here"
        )
    return known


def _codings(stored: StoredPaper, coder: Coder, study: Study, faults: list[Fault]) -> Iterator[Coding]:
    try:
        for coding in coder.code(stored.paper, study.codebook):
            yield checked(coding, stored.paper, study.codebook)
    except Exception as error:  # noqa: BLE001 - one paper must not end a run over all; the fault names it
        message = (
            f"{stored.paper.id}: the coder {coder.name} failed: {type(error).__name__}: {str(error)[:300]}"
        )
        faults.append(Fault(stored.paper.id, "coder-error", message, lost=1))


def _write(
    connection: Connection, coder: int, codebook: int, made: Sequence[tuple[StoredPaper, Sequence[Coding]]]
) -> int:
    """Save what is new of some papers' codings; how many that are."""
    if newest(connection) != codebook:
        raise StudyError("the codebook was changed in the meantime. Start again.")
    last = _last(connection, coder, [stored.row for stored, _ in made])
    rows: list[dict[str, Any]] = []
    spans: list[list[dict[str, Any]]] = []
    for stored, codings in made:
        items: Counter[str] = Counter()
        for coding in codings:
            values = _values(stored, coding, items)
            known = last.get(tuple(values[name] for name in _KEY))
            codes = None if coding.codes is None else list(coding.codes)
            if known is not None and (known.codes, known.confidence) == (codes, coding.confidence):
                continue
            rows.append({
                **values, "coder": coder, "action": "save", "codes": codes, "cleared": False, "unsure": False,
                "memo": "", "stands_for": coding.stands_for, "confidence": coding.confidence, "stage": "blind",
                "codebook": codebook, "previous": None if known is None else known.id, "restores": None,
                "token": None, "by": None, "at": now(),
            })  # fmt: skip
            text = stored.paper.text
            cuts = [cut(text, e.start, e.end, e.code, quote=e.quote) for e in coding.evidence]
            spans.append([
                {"start": s.start, "stop": s.stop, "quote": s.quote, "prefix": s.prefix, "suffix": s.suffix, "code": s.code}
                for s in cuts
            ])  # fmt: skip
    if not rows:
        return 0
    query = revision.insert().returning(revision.c.id, sort_by_parameter_order=True)
    ids = [int(one) for one in connection.execute(query, rows).scalars()]
    words = [
        {"revision": id_, "place": place, **span}
        for id_, some in zip(ids, spans, strict=True)
        for place, span in enumerate(some)
    ]
    if words:
        connection.execute(evidence.insert(), words)
    new = [
        {**{name: row[name] for name in (*_KEY, "coder")}, "revision": id_}
        for id_, row in zip(ids, rows, strict=True)
        if row["previous"] is None
    ]
    if new:
        connection.execute(head.insert(), new)
    changed = [
        (row["previous"], id_) for id_, row in zip(ids, rows, strict=True) if row["previous"] is not None
    ]
    if changed:
        update = (
            head.update().where(head.c.revision == sa.bindparam("was")).values(revision=sa.bindparam("is"))
        )
        connection.execute(update, [{"was": was, "is": is_} for was, is_ in changed])
    return len(rows)


def _values(stored: StoredPaper, coding: Coding, items: Counter[str]) -> dict[str, Any]:
    """Which unit a coding is of: senses are of the mention that is their evidence; ledgers have several entries."""
    start, stop, item = WHOLE, WHOLE, 0
    if coding.variable == "sense" and coding.evidence:
        start, stop = coding.evidence[0].start, coding.evidence[0].end
    else:
        item = items[coding.variable]
        items[coding.variable] += 1
    return {
        "paper": stored.row, "variable": coding.variable, "unit_start": start, "unit_end": stop, "item": item,
    }  # fmt: skip


def _last(connection: Connection, coder: int, papers: Sequence[int]) -> dict[tuple[Any, ...], Any]:
    query = (
        sa.select(revision)
        .join(head, head.c.revision == revision.c.id)
        .where(head.c.coder == coder, head.c.paper.in_(papers))
    )
    return {tuple(getattr(row, name) for name in _KEY): row for row in connection.execute(query)}


def scores(connection: Connection) -> dict[int, float]:
    """How unsure are machine coders of each paper that they coded, in [0, 1]? By row of the paper.

    The mean over the variables of the whole paper of 1 - confidence, where several machine coders say different things
    1; a coder that can't say counts as 1, one without a confidence as a half.
    """
    query = (
        sa.select(revision.c.paper, revision.c.variable, revision.c.codes, revision.c.confidence)
        .join(head, head.c.revision == revision.c.id)
        .join(persons, persons.c.id == head.c.coder)
        .where(persons.c.role == "machine", revision.c.unit_start == WHOLE, ~revision.c.cleared)
        .order_by(revision.c.paper)
    )
    said: dict[int, dict[str, list[tuple[frozenset[str] | None, float]]]] = {}
    for row in connection.execute(query):
        codes = None if row.codes is None else frozenset(row.codes)
        doubt = 1.0 if codes is None else 0.5 if row.confidence is None else 1.0 - row.confidence
        said.setdefault(row.paper, {}).setdefault(row.variable, []).append((codes, doubt))
    return {paper: sum(map(_doubt, variables.values())) / len(variables) for paper, variables in said.items()}


def _doubt(answers: Sequence[tuple[frozenset[str] | None, float]]) -> float:
    if len({codes for codes, _ in answers}) > 1:
        return 1.0
    return max(doubt for _, doubt in answers)
