"""The pages of adjudication: what is still to be decided, and a paper's disagreements side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from univocal.errors import StudyError, UnivocalError
from univocal.study import blind, codings, questions
from univocal.study.adjudicate import decide, found, taken, undo_decision
from univocal.study.codings import Answer, Unit
from univocal.study.database import Connection, StoreError
from univocal.study.disagreements import Disagreement, disagreements
from univocal.study.people import Session
from univocal.study.worklist import Standing, listed
from univocal.web.access import At, Visitor, checked_form, only_deciders
from univocal.web.adjudicate_forms import (
    LONGEST_QUOTE,
    AskForm,
    DecisionForm,
    EntriesForm,
    OwnForm,
    SideForm,
)
from univocal.web.disagreement_view import unit_view, variable_label
from univocal.web.pages import render
from univocal.web.shapes import RowId
from univocal.web.workspace import Workspace

router = APIRouter(include_in_schema=False)
_PAGE = 50
#: The answers to decide for, of a disagreement and the paper's text.
_Answers = Callable[[Disagreement, str], Sequence[Answer]]


@router.get("/adjudicate")
def adjudicate_page(
    request: Request, session: Visitor, workspace: At,
    variable: Annotated[str, Query(max_length=200)] = "", page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> Response:  # fmt: skip
    """Papers on which coders differ, and how far they are decided."""
    only_deciders(session.person)
    codebook, work = workspace.study.codebook, workspace.worklist
    with workspace.study.database.reading() as connection:
        work.refresh(connection, codebook)
        standings = work.papers(variable or None)
        rows = list(standings)[(page - 1) * _PAGE : page * _PAGE]
        shown = listed(connection, standings, rows)
    by_variable = work.by_variable()
    order = {one.id: at for at, one in enumerate(codebook.variables)}
    names = sorted(by_variable, key=lambda name: (order.get(name, len(order)), name))
    total = Standing(
        sum(one.decided for one in by_variable.values()), sum(one.every for one in by_variable.values())
    )
    return render(
        request, "adjudicate.html", session, papers=shown, total=total, n_papers=len(standings), page=page,
        pages=max(1, -(-len(standings) // _PAGE)), variable=variable, first=work.after(0, variable or None),
        variables=[(name, variable_label(codebook, name), by_variable[name]) for name in names],
    )  # fmt: skip


@router.get("/adjudicate/{row}")
def decide_page(
    request: Request, row: RowId, session: Visitor, workspace: At,
    variable: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    """A paper's disagreements side by side."""
    only_deciders(session.person)
    workspace.paper(row)
    _seen(workspace, session, row)
    return _shown(request, row, session, workspace, variable)


@router.post("/adjudicate/{row}/side")
def side(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[SideForm, Form()]
) -> Response:
    """Decide that one coder's answer stands."""
    return _decided(request, row, session, workspace, form, lambda one, _: taken(one, form.coder))


@router.post("/adjudicate/{row}/own")
def own(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[OwnForm, Form()]
) -> Response:
    """Decide for another answer than the coders', or look where the words stand that it is to rest on."""
    if form.look:
        return _looked(request, row, session, workspace, form)
    return _decided(request, row, session, workspace, form, lambda _, text: (form.answer(text),))


@router.post("/adjudicate/{row}/entries")
def entries(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[EntriesForm, Form()]
) -> Response:
    """Decide which entries of a ledger stand, or look where the words of a new one stand."""
    if form.look:
        return _looked(request, row, session, workspace, form)

    def answers(one: Disagreement, text: str) -> Sequence[Answer]:
        there = {
            revision.id: answer
            for side in one.sides if side.revisions
            for revision, answer in zip(side.revisions, taken(one, side.coder.row), strict=True)
        }  # fmt: skip
        if not there.keys() >= set(form.entry):
            raise StudyError(f"{one.variable}: an entry that is no coder's. Look at the paper again.")
        chosen = [answer for revision, answer in there.items() if revision in form.entry]
        return [*chosen, *form.answers(text)]

    return _decided(request, row, session, workspace, form, answers)


@router.post("/adjudicate/{row}/undo")
def undo(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[DecisionForm, Form()]
) -> Response:
    """Take a decision back: what was decided before, or nothing, stands again."""

    def work(connection: Connection) -> None:
        codebook = workspace.study.codebook
        undo_decision(connection, session.person, row, form.place, seen=form.revisions, codebook=codebook)

    return _done(request, row, session, workspace, form, work)


@router.post("/adjudicate/{row}/ask")
def ask(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[AskForm, Form()]
) -> Response:
    """Send a disagreement back to one of its coders with a question."""
    codebook, text = workspace.study.codebook, workspace.paper(row).stored.paper.text

    def work(connection: Connection) -> None:
        one = found(connection, session.person, row, form.place, seen=form.revisions, codebook=codebook)
        coder = next((side.coder for side in one.sides if side.coder.row == form.coder), None)
        if coder is None:
            raise StudyError("Choose one of the coders of this paper.")
        about = variable_label(codebook, form.variable)
        if form.start >= 0:
            about += f", “{text[form.start : form.stop]}” at {form.start:,}"
        questions.ask(
            connection, session.person, coder, Unit(row, coder.row, *form.place), form.words, about=about,
            tells=[side.coder.row for side in one.sides] if form.tells else (),
        )  # fmt: skip

    return _done(request, row, session, workspace, form, work)


def _decided(
    request: Request, row: int, session: Session, workspace: Workspace, form: DecisionForm, answers: _Answers
) -> Response:
    opened, study = workspace.paper(row), workspace.study

    def work(connection: Connection) -> None:
        one = found(connection, session.person, row, form.place, seen=form.revisions, codebook=study.codebook)
        decide(
            connection, session.person, row, form.place, answers(one, opened.stored.paper.text), memo=form.memo,
            seen=form.revisions, paper=opened.stored.paper, codebook=study.codebook, codebook_row=study.codebook_row,
        )  # fmt: skip

    return _done(request, row, session, workspace, form, work)


def _looked(
    request: Request, row: int, session: Session, workspace: Workspace, form: OwnForm | EntriesForm
) -> Response:
    """Show the page again, with what a form holds and where its words stand."""
    _may(session, form, workspace, row)
    fault, codebook = "", workspace.study.codebook
    try:
        with workspace.study.database.reading() as connection:
            found(connection, session.person, row, form.place, seen=form.revisions, codebook=codebook)
    except StudyError as error:
        fault = str(error)
    return _shown(request, row, session, workspace, form.only, fault=fault, tried=form)


def _may(session: Session, form: DecisionForm, workspace: Workspace, row: int) -> None:
    """Refuse forms that aren't our own page's, people who don't decide, and those who may not see the codes yet."""
    checked_form(session, form.csrf)
    only_deciders(session.person)
    workspace.paper(row)
    _seen(workspace, session, row)


def _done(
    request: Request, row: int, session: Session, workspace: Workspace, form: DecisionForm,
    work: Callable[[Connection], None],
) -> Response:  # fmt: skip
    """Do what a form asks for, and go on to what is open next; or show the page again with what is wrong."""
    _may(session, form, workspace, row)
    try:
        with workspace.study.database.writing() as connection:
            work(connection)
    except StoreError:
        raise
    except UnivocalError as error:
        return _shown(request, row, session, workspace, form.only, fault=str(error), tried=form)
    query = f"?{urlencode({'variable': form.only})}" if form.only else ""
    return RedirectResponse(f"/adjudicate/{row}{query}{_next_place(workspace, row, form)}", 303)


def _next_place(workspace: Workspace, row: int, form: DecisionForm) -> str:
    """The fragment of the first disagreement left on the paper, after the one of the form if there is one."""
    with workspace.study.database.reading() as connection:
        there = disagreements(connection, row, workspace.study.codebook)
    at = {(one.variable, one.start, one.stop): place for place, one in enumerate(there)}
    here = at.get(form.place, -1)
    left = [
        place for place, one in enumerate(there) if one.state == "open" and form.only in ("", one.variable)
    ]
    following = next((place for place in left if place > here), left[0] if left else None)
    return "#decided" if following is None else f"#u{following}"


def _seen(workspace: Workspace, session: Session, row: int) -> None:
    """Refuse whoever may not see the coders' codes yet; note that the others were shown them."""
    person = session.person
    with workspace.study.database.writing() as connection:
        sight = questions.sight(connection, person, row)
        if not sight.allowed:
            raise HTTPException(403, sight.why)
        for one in {one.unit.coder for one in codings.current(connection, row)} - {person.row}:
            blind.show(connection, person, row, one)


def _shown(
    request: Request, row: int, session: Session, workspace: Workspace, only: str, *, fault: str = "",
    tried: DecisionForm | None = None,
) -> Response:  # fmt: skip
    paper, codebook, work = workspace.paper(row).stored.paper, workspace.study.codebook, workspace.worklist
    status = 422 if fault else 200
    with workspace.study.database.reading() as connection:
        there = disagreements(connection, row, codebook)
        asked = questions.asked(connection, row)
        work.refresh(connection, codebook)
    waiting = {(one.variable, one.start, one.stop) for one in asked if one.answered is None}
    units = [
        unit_view(codebook, paper, one, place, tried, fault=fault, asked=waiting)
        for place, one in enumerate(there)
        if only in ("", one.variable)
    ]
    counted = [one["state"] for one in units]
    if any(one["fault"] for one in units):
        fault = ""  # it stands where the form is
    return render(
        request, "decide.html", session, status=status, paper=paper, row=row, units=units, fault=fault,
        only=only, only_label=variable_label(codebook, only) if only else "", asked=asked,
        decided=counted.count("decided"), every=len(counted) - counted.count("moot"),
        following=work.after(row, only or None), longest=questions.LONGEST, longest_quote=LONGEST_QUOTE,
    )  # fmt: skip
