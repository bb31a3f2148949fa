"""The JSON API of the coding page: papers, codings, what comes next. Described at /openapi.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from univocal.study import blind, codebooks, codings, questions, queues
from univocal.study.codings import ConflictError, OutdatedError, Unit
from univocal.study.folder import Study
from univocal.study.listing import find_papers
from univocal.study.missing import unanswered
from univocal.study.people import Person, everyone
from univocal.web.access import At, Reader, Writer
from univocal.web.shapes import (
    Change,
    CodingShape,
    ListedPaper,
    Me,
    Next,
    PaperList,
    PaperShape,
    Problem,
    ProgressShape,
    RowId,
    Save,
    Saved,
    SectionShape,
    Suggestions,
    TaskShape,
    UnitShape,
    coding_shape,
)
from univocal.web.workspace import Workspace

_READ: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "Nobody is logged in."},
    404: {"model": Problem, "description": "There is no such paper."},
}
_CHANGE: dict[int | str, dict[str, Any]] = {
    **_READ,
    403: {"model": Problem, "description": "The request doesn't come from a page of this session."},
    409: {"model": Problem, "description": "The coding was changed elsewhere; `last` is what stands now."},
    413: {"model": Problem, "description": "The request is too large."},
    422: {"model": Problem, "description": "Evidence isn't verbatim or is missing, or a code isn't allowed."},
}

router = APIRouter(prefix="/api", tags=["coding"])


@router.get("/me", responses={401: _READ[401]})
def me(session: Reader) -> Me:
    """Who is logged in?"""
    return Me(name=session.person.name, role=session.person.role)


@router.get("/codebook", responses={401: _READ[401]}, response_model=dict[str, Any])
def codebook(_: Reader, workspace: At) -> JSONResponse:
    """Which variables and codes are there, with definitions, rules, examples and provenance?"""
    return JSONResponse(workspace.codebook)


@router.get("/papers", responses={401: _READ[401]})
def listed(
    _: Reader,
    workspace: At,
    q: Annotated[str, Query(max_length=200, description="Words of the title, or the id.")] = "",
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PaperList:
    """Which papers are there?"""
    with workspace.study.database.reading() as connection:
        total, found = find_papers(connection, q, offset=offset, limit=limit)
    return PaperList(total=total, papers=[ListedPaper(**asdict(one)) for one in found])


@router.get("/papers/{row}", responses=_READ)
def paper(row: RowId, session: Reader, workspace: At) -> PaperShape:
    """A paper with its mentions, and the reader's own codings of it."""
    opened = workspace.paper(row)
    person = session.person
    with workspace.study.database.reading() as connection:
        task = queues.task_of(connection, row, person.row)
        done, every = queues.progress(connection, person.row)
        own = codings.current(connection, row, [person.row], cleared=True)
        question = questions.shown_to(connection, row, person.row)
    stored, what = opened.stored, opened.stored.paper
    boxes = list(what.source_map.boxes) if what.source_map is not None and what.source_map.boxes else None
    return PaperShape(
        row=row, id=what.id, title=what.title, year=what.year, venue=what.venue, text=what.text,
        mentions=list(opened.mentions),
        sections=[SectionShape(kind=s.kind, start=s.start, end=s.end) for s in what.sections],
        pdf=None if stored.file is None else f"/papers/{row}/pdf", boxes=boxes,
        task=None if task is None else TaskShape(state=task.state, batch=task.batch),
        progress=ProgressShape(done=done, all=every),
        codings=[coding_shape(one) for one in own],
        ideals=list(workspace.study.codebook.stands_for), question=question,
    )  # fmt: skip


@router.post("/papers/{row}/codings", responses=_CHANGE)
def save(row: RowId, change: Save, session: Writer, workspace: At) -> Saved:
    """Save an answer as a new revision. Evidence is checked against the paper's words."""
    opened, person, study = workspace.paper(row), session.person, workspace.study
    _in_force(study, change)
    unit = _unit(row, person, change)
    answer = change.answer(opened.stored.paper.text)
    with study.database.writing() as connection:
        queues.choose(connection, row, person)
        revision = codings.save(
            connection, unit, answer, paper=opened.stored.paper, coder=person.name, codebook=study.codebook,
            codebook_row=study.codebook_row, stage=blind.stage(connection, person.row, row), base=change.base,
            token=change.token,
        )  # fmt: skip
        at = codings.time_of(connection, revision)
    return Saved(revision=revision, at=at)


@router.post("/papers/{row}/clear", responses=_CHANGE)
def clear(row: RowId, change: Change, session: Writer, workspace: At) -> Saved:
    """Take an answer away, as a new revision; null where there never was one."""
    opened, person, study = workspace.paper(row), session.person, workspace.study
    _in_force(study, change)
    unit = _unit(row, person, change)
    with study.database.writing() as connection:
        own = codings.current(connection, row, [person.row], cleared=True)
        if change.base is None and unit not in {one.unit for one in own}:
            return Saved(revision=None)
        revision = codings.save(
            connection, unit, None, paper=opened.stored.paper, coder=person.name,
            codebook=study.codebook, codebook_row=study.codebook_row,
            stage=blind.stage(connection, person.row, row), base=change.base, token=change.token,
        )  # fmt: skip
    return Saved(revision=revision)


@router.post("/papers/{row}/undo", responses=_CHANGE)
def undo(row: RowId, change: Change, session: Writer, workspace: At) -> Saved:
    """Bring back the answer before the last change, as a new revision."""
    person = session.person
    workspace.paper(row)
    _in_force(workspace.study, change)
    with workspace.study.database.writing() as connection:
        revision = codings.undo(
            connection, _unit(row, person, change), stage=blind.stage(connection, person.row, row),
            base=change.base, token=change.token,
        )  # fmt: skip
        found = None if revision is None else codings.one(connection, revision)
    return Saved(
        revision=revision, coding=None if found is None or found.answer is None else coding_shape(found)
    )


@router.post("/papers/{row}/done", responses=_CHANGE, response_model=Next)
def done(row: RowId, session: Writer, workspace: At) -> Next | JSONResponse:
    """The paper is coded: what comes next? From now on others' codes of it may be shown."""
    opened, person, study = workspace.paper(row), session.person, workspace.study
    with study.database.writing() as connection:
        if codebooks.newest(connection) != study.codebook_row:
            raise OutdatedError(_OUTDATED)
        own = codings.current(connection, row, [person.row])
        missing = unanswered(study.codebook, own, opened.mentions)
        if missing:
            labels = ", ".join(missing)
            problem = Problem(message=f"Not answered yet: {labels}.", missing=list(missing))
            return JSONResponse(problem.model_dump(), 422)
        queues.choose(connection, row, person)
        queues.finish(connection, row, person.row)
        following = queues.next_task(connection, person.row)
    return Next(next=None if following is None else following.paper)


@router.get("/papers/{row}/suggestions", responses=_READ)
def suggestions(row: RowId, session: Reader, workspace: At) -> Suggestions:
    """What does the machine say of a paper that the reader has coded? That it was shown is noted."""
    workspace.paper(row)
    person = session.person
    with workspace.study.database.writing() as connection:
        seen = blind.sight(connection, person, row, machine=True)
        if not seen.allowed:
            return Suggestions(shown=False, why=seen.why, codings=[])
        names = {one.row: one.name for one in everyone(connection) if one.role == "machine"}
        found = codings.current(connection, row, names)
        for shown in {one.unit.coder for one in found}:
            blind.show(connection, person, row, shown)
    if not found:
        return Suggestions(shown=False, why="No machine coder has coded this paper.", codings=[])
    shapes = [coding_shape(one, names[one.unit.coder]) for one in found]
    return Suggestions(shown=True, why=seen.why, codings=shapes)


@router.get("/next", responses={401: _READ[401]})
def following(session: Reader, workspace: At) -> Next:
    """Which paper does the reader code next?"""
    with workspace.study.database.reading() as connection:
        task = queues.next_task(connection, session.person.row)
    return Next(row=None if task is None else task.paper)


_OUTDATED = "the codebook was changed in the meantime. Load the page again, then save."


def _in_force(study: Study, change: Change) -> None:
    if change.codebook not in (None, study.codebook_row):
        raise OutdatedError(_OUTDATED)


def _unit(row: int, person: Person, shape: UnitShape) -> Unit:
    return Unit(row, person.row, shape.variable, shape.start, shape.stop, shape.item)


def conflict(workspace: Workspace, error: ConflictError) -> JSONResponse:
    """Answer 409 with the coding that stands now."""
    last: CodingShape | None = None
    if error.last is not None:
        with workspace.study.database.reading() as connection:
            found = codings.one(connection, error.last)
        last = None if found.answer is None else coding_shape(found)
    problem = Problem(message=str(error), last=last, revision=error.last)
    return JSONResponse(problem.model_dump(), 409)
