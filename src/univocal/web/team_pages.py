"""Pages for those who run a study: queues, agreement as it grows, adjudication."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from univocal.codebook.model import Codebook
from univocal.errors import StudyError
from univocal.records import Paper
from univocal.statistics.result import Estimate
from univocal.study import blind, codings, people, queues
from univocal.study.adjudicate import decide
from univocal.study.codings import Revision
from univocal.study.disagreements import Disagreement, disagreements, papers_to_decide
from univocal.study.listing import batch_states, count_papers
from univocal.study.people import Person
from univocal.study.queues import Plan
from univocal.web.access import At, Visitor, checked_form, only_deciders
from univocal.web.pages import Text, render
from univocal.web.shapes import RowId, Shape, Words
from univocal.web.workspace import Workspace

router = APIRouter(include_in_schema=False)
_KINDS = (("random", "a simple random sample"), ("all", "all that are left, in random order"))
#: Code points shown on either side of a mention.
_AROUND = 120


class DrawForm(Shape):
    """What the form for drawing holds; shares are in percent, coders are rows of persons."""

    csrf: Words = ""
    name: Annotated[str, Field(max_length=80)] = ""
    kind: Literal["random", "all"] = "random"
    size: Annotated[int, Field(ge=1, le=10**7)] = 20
    double: Annotated[int, Field(ge=0, le=100)] = 100
    held_out: Annotated[int, Field(ge=0, le=100)] = 20
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    coder: tuple[RowId, ...] = ()


@router.get("/queues")
def queues_page(request: Request, session: Visitor, workspace: At) -> Response:
    """Batches, and a form to draw another one."""
    only_deciders(session.person)
    return _queues(request, session, workspace, DrawForm(name="First batch"))


@router.post("/queues")
def draw(request: Request, session: Visitor, workspace: At, form: Annotated[DrawForm, Form()]) -> Response:
    """Draw a batch and share it out."""
    checked_form(session, form.csrf)
    only_deciders(session.person)
    try:
        plan = Plan(
            name=form.name, kind=form.kind, size=form.size, double=form.double / 100, held_out=form.held_out / 100,
            seed=form.seed,
        )  # fmt: skip
        with workspace.study.database.writing() as connection:
            coders = [one for one in _able(people.everyone(connection)) if one.row in form.coder]
            n = queues.assign(connection, plan, coders)
    except StudyError as error:
        return _queues(request, session, workspace, form, fault=str(error), status=422)
    said = f"{n:,} paper{'' if n == 1 else 's'} drawn and shared out."
    return _queues(request, session, workspace, DrawForm(seed=form.seed + 1), said=said)


def _able(everyone: Iterable[Person]) -> list[Person]:
    return [one for one in everyone if one.role in people.HUMAN and one.active]


def _queues(
    request: Request, session: Any, workspace: Workspace, form: DrawForm, *, fault: str = "", said: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    with workspace.study.database.reading() as connection:
        coders = _able(people.everyone(connection))
        every, taken = count_papers(connection)
        shown = batch_states(connection)
    return render(
        request, "queues.html", session, status=status, batches=shown, left=every - taken, coders=coders,
        form=form, fault=fault, said=said, kinds=_KINDS,
    )  # fmt: skip


@router.get("/agreement")
def agreement_page(request: Request, session: Visitor, workspace: At) -> Response:
    """How far coders agree so far."""
    only_deciders(session.person)
    report = workspace.agreement()
    rows = []
    for one in report.variables if report else ():
        name = "set_alpha_jaccard" if one.set_valued else "krippendorff_alpha"
        rows.append(
            _row(
                workspace.study.codebook,
                one.variable,
                one.coefficients[name],
                one.coefficients["percent_agreement"],
            )
        )
    return render(request, "agreement.html", session, report=report, rows=rows)


def _row(codebook: Codebook, variable: str, alpha: Estimate, percent: Estimate) -> dict[str, Any]:
    label = codebook.variable(variable).label if variable in codebook else variable
    note = alpha.method if alpha.value is None else alpha.caution
    scale = [
        None if x is None else round(100 * min(max(x, 0.0), 1.0), 1)
        for x in (alpha.low, alpha.high, alpha.value)
    ]
    return {
        "label": label, "alpha": alpha, "percent": percent, "note": note,
        "left": scale[0], "right": scale[1], "at": scale[2],
    }  # fmt: skip


@router.get("/adjudicate")
def adjudicate_page(request: Request, session: Visitor, workspace: At) -> Response:
    """Papers on which coders differ."""
    only_deciders(session.person)
    with workspace.study.database.reading() as connection:
        found = papers_to_decide(connection)
    return render(request, "adjudicate.html", session, papers=found)


@router.get("/adjudicate/{row}")
def decide_page(request: Request, row: RowId, session: Visitor, workspace: At) -> Response:
    """A paper's disagreements side by side."""
    only_deciders(session.person)
    return _decide(request, row, session, workspace)


@router.post("/adjudicate/{row}")
def decision(
    row: RowId,
    session: Visitor,
    workspace: At,
    csrf: Text,
    revision: Annotated[int, Form()],
) -> Response:
    """Decide that one coder's answer stands."""
    checked_form(session, csrf)
    only_deciders(session.person)
    opened = workspace.paper(row)
    _seen(workspace, session.person, row)
    study = workspace.study
    with study.database.writing() as connection:
        decide(
            connection, session.person, row, revision, paper=opened.stored.paper, codebook=study.codebook,
            codebook_row=study.codebook_row,
        )  # fmt: skip
    return RedirectResponse(f"/adjudicate/{row}", 303)


def _seen(workspace: Workspace, person: Person, row: int) -> None:
    """Refuse whoever may not see the coders' codes yet; note that the others were shown them."""
    with workspace.study.database.writing() as connection:
        sight = blind.sight(connection, person, row, machine=False)
        if not sight.allowed:
            raise HTTPException(403, sight.why)
        for one in {one.unit.coder for one in codings.current(connection, row)} - {person.row}:
            blind.show(connection, person, row, one)


def _decide(request: Request, row: int, session: Any, workspace: Workspace) -> Response:
    opened = workspace.paper(row)
    _seen(workspace, session.person, row)
    with workspace.study.database.reading() as connection:
        found = disagreements(connection, row)
    units = [_unit(workspace.study.codebook, opened.stored.paper, one) for one in found]
    return render(request, "decide.html", session, paper=opened.stored.paper, row=row, units=units, fault="")


def _unit(codebook: Codebook, paper: Paper, one: Disagreement) -> dict[str, Any]:
    text = paper.text
    whole = one.start < 0
    sides = [_side(codebook, person.name, revision) for person, revision in one.codings]
    if one.decided is not None:
        for side in sides:
            side["decided"] = side["answer"] == _words(codebook, one.decided)
    return {
        "label": codebook.variable(one.variable).label if one.variable in codebook else one.variable,
        "mention": "" if whole else text[one.start : one.stop],
        "around": None if whole else (text[max(one.start - _AROUND, 0) : one.start], text[one.stop : one.stop + _AROUND]),
        "sides": sides,
    }  # fmt: skip


def _side(codebook: Codebook, name: str, one: Revision) -> dict[str, Any]:
    said = one.answer
    return {
        "name": name, "revision": one.id, "answer": _words(codebook, one), "decided": False,
        "quotes": [s.quote for s in said.spans] if said and one.unit.start < 0 else [],
        "unsure": bool(said and said.unsure), "memo": said.memo if said else "",
    }  # fmt: skip


def _words(codebook: Codebook, one: Revision) -> str:
    if one.answer is None or one.answer.codes is None:
        return "Can't say"
    if not one.answer.codes:
        return "None applies"
    variable = codebook.variable(one.unit.variable) if one.unit.variable in codebook else None
    labels = {code.id: code.label for code in variable.codes} if variable else {}
    return ", ".join(labels.get(code, code) for code in one.answer.codes)
