"""A machine coder's codings of a study's papers, as suggestions, and how unsure it is of each paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.coders.protocol import Coder, checked
from univocal.errors import StudyError
from univocal.records import Fault
from univocal.study import people
from univocal.study.clock import now
from univocal.study.codebooks import newest
from univocal.study.codings import Answer, Unit, check, last_of
from univocal.study.folder import Study
from univocal.study.papers import StoredPaper, all_papers
from univocal.study.people import Person
from univocal.study.schema import WHOLE, evidence, head, revision
from univocal.study.schema import person as persons
from univocal.study.spans import cut

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a run did: papers read, codings that are new or changed, and papers on which the coder failed."""

    papers: int
    codings: int
    faults: tuple[Fault, ...]


def suggest(study: Study, coder: Coder, *, progress: Callable[[int], None] | None = None) -> Suggested:
    """Let a machine coder code all papers of a study.

    Each coding is checked as a person's is. A coding that says what the coder's last one said isn't saved again, so a
    run that was stopped, or a study that grew, costs only what is new. What the coder no longer says is taken away, as a
    revision too. A paper on which the coder fails, or one of whose codings breaks a rule, is a fault, and stays as it was.

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
        made = []
        for one in stored:
            try:
                made.append((one, _codings(one, coder, study)))
            except Exception as error:  # noqa: BLE001 - one paper must not end a run over all; the fault names it
                faults.append(_fault(one, coder, error))
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


def _fault(stored: StoredPaper, coder: Coder, error: Exception) -> Fault:
    what = f"the coder {coder.name} failed: {type(error).__name__}: {str(error)[:300]}"
    return Fault(stored.paper.id, "coder-error", f"{stored.paper.id}: {what}", lost=1)


def _codings(stored: StoredPaper, coder: Coder, study: Study) -> dict[Unit, Answer]:
    """What the coder says of each unit of a paper.

    Raises:
        Exception: whatever the coder raises.
        UnivocalError: a coding that breaks a rule.
    """
    said: dict[Unit, Answer] = {}
    entries: Counter[str] = Counter()
    for coding in coder.code(stored.paper, study.codebook):
        # first by itself: without that variable, or words of the paper, there is no unit
        checked(coding, stored.paper, study.codebook)
        start, stop, item = WHOLE, WHOLE, 0
        if study.codebook.variable(coding.variable).unit != "paper" and coding.evidence:
            start, stop = coding.evidence[0].start, coding.evidence[0].end
        else:
            item = entries[coding.variable]
            entries[coding.variable] += 1
        unit = Unit(stored.row, 0, coding.variable, start, stop, item)
        spans = tuple(cut(stored.paper.text, e.start, e.end, e.code, quote=e.quote) for e in coding.evidence)
        answer = Answer(coding.codes, spans, stands_for=coding.stands_for, confidence=coding.confidence)
        check(unit, answer, paper=stored.paper, coder=coder.name, codebook=study.codebook)
        if unit in said:
            raise StudyError(f"{coding.variable}: it is coded twice at [{start}:{stop}]")
        said[unit] = answer
    return said


def _write(
    connection: Connection, coder: int, codebook: int, made: Sequence[tuple[StoredPaper, Mapping[Unit, Answer]]]
) -> int:  # fmt: skip
    """Save what is new of some papers' codings, and take away what is no longer said; how many revisions that are."""
    if newest(connection) != codebook:
        raise StudyError("the codebook was changed in the meantime. Start again.")
    last = {one.unit: one for one in last_of(connection, coder, [stored.row for stored, _ in made])}
    wanted: dict[Unit, Answer | None] = {
        replace(unit, coder=coder): answer for _, said in made for unit, answer in said.items()
    }
    wanted |= {unit: None for unit in last if unit not in wanted}
    new = [
        (unit, answer, last.get(unit))
        for unit, answer in wanted.items()
        if (last[unit].answer if unit in last else None) != answer
    ]
    if not new:
        return 0
    rows = [
        {
            **unit.values(), "action": "save", "codes": None if answer is None or answer.codes is None else list(answer.codes),
            "cleared": answer is None, "unsure": False, "memo": "", "stands_for": answer and answer.stands_for,
            "confidence": answer and answer.confidence, "stage": "blind", "codebook": codebook,
            "previous": None if known is None else known.id, "restores": None, "token": None, "by": None, "at": now(),
        }
        for unit, answer, known in new
    ]  # fmt: skip
    query = revision.insert().returning(revision.c.id, sort_by_parameter_order=True)
    ids = [int(one) for one in connection.execute(query, rows).scalars()]
    words = [
        {"revision": id_, "place": place, "start": s.start, "stop": s.stop, "quote": s.quote, "prefix": s.prefix,
         "suffix": s.suffix, "code": s.code}
        for id_, (_, answer, _) in zip(ids, new, strict=True)
        for place, s in enumerate(() if answer is None else answer.spans)
    ]  # fmt: skip
    if words:
        connection.execute(evidence.insert(), words)
    first = [
        {**unit.values(), "revision": id_}
        for id_, (unit, _, known) in zip(ids, new, strict=True)
        if known is None
    ]
    if first:
        connection.execute(head.insert(), first)
    changed = [
        {"was": known.id, "is": id_} for id_, (_, _, known) in zip(ids, new, strict=True) if known is not None
    ]
    if changed:
        update = (
            head.update().where(head.c.revision == sa.bindparam("was")).values(revision=sa.bindparam("is"))
        )
        connection.execute(update, changed)
    return len(rows)


def scores(connection: Connection) -> dict[int, float]:
    """How unsure are machine coders of each paper that they coded, in [0, 1]? By row of the paper.

    The mean over the variables of the whole paper of 1 - confidence, where several machine coders say different things
    1; a coder that can't say counts as 1, one without a confidence as a half.
    """
    query = (
        sa.select(
            revision.c.paper, revision.c.coder, revision.c.variable, revision.c.codes, revision.c.confidence
        )
        .join(head, head.c.revision == revision.c.id)
        .join(persons, persons.c.id == head.c.coder)
        .where(persons.c.role == "machine", revision.c.unit_start == WHOLE, ~revision.c.cleared)
    )
    said: dict[int, dict[str, dict[int, list[tuple[frozenset[str] | None, float]]]]] = {}
    for row in connection.execute(query):
        codes = None if row.codes is None else frozenset(row.codes)
        doubt = 1.0 if codes is None else 0.5 if row.confidence is None else 1.0 - row.confidence
        by_coder = said.setdefault(row.paper, {}).setdefault(row.variable, {})
        by_coder.setdefault(row.coder, []).append((codes, doubt))
    return {paper: sum(map(_doubt, variables.values())) / len(variables) for paper, variables in said.items()}


def _doubt(answers: Mapping[int, Sequence[tuple[frozenset[str] | None, float]]]) -> float:
    """Of one variable of a paper, by coder: its codes, or those of each entry of a ledger, with the doubt."""
    if len({frozenset(codes for codes, _ in entries) for entries in answers.values()}) > 1:
        return 1.0
    return max(doubt for entries in answers.values() for _, doubt in entries)
