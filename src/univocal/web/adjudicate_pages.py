"""The pages of adjudication: what is still to be decided, and a paper's disagreements side by side."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from univocal.errors import UnivocalError
from univocal.study import blind, codings, questions
from univocal.study.adjudicate import chosen, decide, found, taken, undo_decision
from univocal.study.codings import LONGEST_MEMO, Answer, Unit
from univocal.study.disagreements import disagreements
from univocal.study.people import Session
from univocal.study.worklist import Standing, listed
from univocal.web.access import At, Visitor, checked_form, only_deciders
from univocal.web.disagreement_view import unit_view, variable_label
from univocal.web.pages import render
from univocal.web.shapes import Id, RowId, Shape, UnitPlace, Words
from univocal.web.workspace import Workspace

router = APIRouter(include_in_schema=False)
_PAGE = 50
_Place = Annotated[str, Field(pattern=r"^\d{1,10}:\d{1,10}$")]
_Support = Annotated[str, Field(pattern=r"^\d{1,10}:\d{1,10}=[^\x00]*$", max_length=300)]


class DecisionForm(Shape):
    """What every form of a disagreement holds. ``seen`` are the revisions on the page; ``only`` is the list's filter."""

    csrf: Words = ""
    variable: Id
    start: UnitPlace
    stop: UnitPlace
    seen: Annotated[str, Field(max_length=10_000, pattern=r"^[\d,]*$")] = ""
    only: Annotated[str, Field(max_length=200)] = ""
    memo: Annotated[str, Field(max_length=LONGEST_MEMO - 200, pattern=r"^[^\x00]*$")] = ""

    @property
    def place(self) -> tuple[str, int, int]:
        """The unit."""
        return self.variable, self.start, self.stop

    @property
    def revisions(self) -> tuple[int, ...]:
        """The revisions that were on the page."""
        return tuple(int(one) for one in self.seen.split(",") if one)


class SideForm(DecisionForm):
    """One coder's answer is to stand."""

    coder: RowId


class OwnForm(DecisionForm):
    """Another answer: its codes, the places of its evidence, and (where there are several codes) what each supports."""

    codes: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    unsaid: bool = False
    span: Annotated[tuple[_Place, ...], Field(max_length=codings.MOST_SPANS)] = ()
    supports: Annotated[tuple[_Support, ...], Field(max_length=codings.MOST_SPANS)] = ()

    def spans(self) -> tuple[list[tuple[int, int]], dict[tuple[int, int], str | None]]:
        """Chosen places, and the code that each place supports."""
        return (
            [_place(one) for one in self.span],
            {_place(at): code or None for at, _, code in (one.partition("=") for one in self.supports)},
        )


class EntriesForm(DecisionForm):
    """The entries of a ledger that are to stand, by their revisions."""

    entry: Annotated[tuple[RowId, ...], Field(max_length=1_000)] = ()


class AskForm(DecisionForm):
    """A question to a coder; ``tells`` says that it tells what others said."""

    coder: RowId
    words: Annotated[str, Field(max_length=questions.LONGEST, pattern=r"^[^\x00]*$")] = ""
    tells: bool = False


def _place(words: str) -> tuple[int, int]:
    start, _, stop = words.partition(":")
    return int(start), int(stop)


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
    return _shown(request, row, session, workspace, variable)


@router.post("/adjudicate/{row}/side")
def side(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[SideForm, Form()]
) -> Response:
    """Decide that one coder's answer stands."""

    def answers(one: Any, _: str) -> tuple[Answer, ...]:
        return taken(one, form.coder)

    return _decided(request, row, session, workspace, form, answers)


@router.post("/adjudicate/{row}/own")
def own(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[OwnForm, Form()]
) -> Response:
    """Decide for another answer than the coders'."""

    def answers(one: Any, text: str) -> tuple[Answer, ...]:
        places, supports = form.spans()
        return (Answer(None if form.unsaid else form.codes, chosen(one, text, places, supports)),)

    return _decided(request, row, session, workspace, form, answers)


@router.post("/adjudicate/{row}/entries")
def entries(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[EntriesForm, Form()]
) -> Response:
    """Decide which entries of a ledger stand."""

    def answers(one: Any, _: str) -> tuple[Answer, ...]:
        there = [
            answer
            for side in one.sides
            for revision, answer in zip(side.revisions, taken(one, side.coder.row) if side.revisions else (), strict=True)
            if revision.id in form.entry
        ]  # fmt: skip
        return tuple(there)

    return _decided(request, row, session, workspace, form, answers)


@router.post("/adjudicate/{row}/undo")
def undo(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[DecisionForm, Form()]
) -> Response:
    """Take a decision back: what was decided before, or nothing, stands again."""

    def work(connection: Any) -> None:
        undo_decision(
            connection,
            session.person,
            row,
            form.place,
            seen=form.revisions,
            codebook=workspace.study.codebook,
        )

    return _done(request, row, session, workspace, form, work)


@router.post("/adjudicate/{row}/ask")
def ask(
    request: Request, row: RowId, session: Visitor, workspace: At, form: Annotated[AskForm, Form()]
) -> Response:
    """Send a disagreement back to one of its coders with a question."""
    codebook, text = workspace.study.codebook, workspace.paper(row).stored.paper.text

    def work(connection: Any) -> None:
        one = found(connection, session.person, row, form.place, seen=form.revisions, codebook=codebook)
        coder = next((side.coder for side in one.sides if side.coder.row == form.coder), None)
        if coder is None:
            raise HTTPException(422, "Choose one of the coders of this paper.")
        about = variable_label(codebook, form.variable)
        if form.start >= 0:
            about += f", “{text[form.start : form.stop]}” at {form.start:,}"
        questions.ask(
            connection, session.person, coder, Unit(row, coder.row, *form.place), form.words, about=about,
            tells=[side.coder.row for side in one.sides] if form.tells else (),
        )  # fmt: skip

    return _done(request, row, session, workspace, form, work)


def _decided(
    request: Request, row: int, session: Session, workspace: Workspace, form: DecisionForm, answers: Any
) -> Response:
    opened, study = workspace.paper(row), workspace.study

    def work(connection: Any) -> None:
        one = found(connection, session.person, row, form.place, seen=form.revisions, codebook=study.codebook)
        decide(
            connection, session.person, row, form.place, answers(one, opened.stored.paper.text), memo=form.memo,
            seen=form.revisions, paper=opened.stored.paper, codebook=study.codebook, codebook_row=study.codebook_row,
        )  # fmt: skip

    return _done(request, row, session, workspace, form, work)


def _done(
    request: Request, row: int, session: Session, workspace: Workspace, form: DecisionForm, work: Any
) -> Response:
    """Do what a form asks for, and go on to what is open next; or show the page again with what is wrong."""
    checked_form(session, form.csrf)
    only_deciders(session.person)
    workspace.paper(row)
    _seen(workspace, session, row)
    try:
        with workspace.study.database.writing() as connection:
            work(connection)
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
    _seen(workspace, session, row)
    with workspace.study.database.reading() as connection:
        there = disagreements(connection, row, codebook)
        asked = questions.asked(connection, row)
        work.refresh(connection, codebook)
    units = [
        unit_view(codebook, paper, one, place, tried)
        for place, one in enumerate(there)
        if only in ("", one.variable)
    ]
    counted = [one["state"] for one in units]
    return render(
        request, "decide.html", session, status=422 if fault else 200, paper=paper, row=row, units=units, fault=fault,
        only=only, only_label=variable_label(codebook, only) if only else "", asked=asked,
        decided=counted.count("decided"), every=len(counted) - counted.count("moot"),
        following=work.after(row, only or None), longest=questions.LONGEST,
    )  # fmt: skip
