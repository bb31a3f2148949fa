"""The page of queues: batches, and a form that draws another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import Field

from univocal.errors import StudyError
from univocal.study import machine, people, queues
from univocal.study.frame import has_machine_codings, strata_left
from univocal.study.listing import batch_states, count_papers
from univocal.study.people import Person
from univocal.study.queues import Plan
from univocal.web.access import At, Visitor, checked_form, only_deciders
from univocal.web.pages import render
from univocal.web.shapes import NO_NUL, RowId, Shape, Words
from univocal.web.workspace import Workspace

router = APIRouter(include_in_schema=False)
Kind = Literal["random", "all", "stratified", "active"]
#: Kinds, and what they do.
_KINDS: dict[Kind, str] = {
    "random": "a simple random sample",
    "all": "all that are left, in random order",
    "stratified": "a random sample in each stratum",
    "active": "rather those of which machine coders are unsure",
}
#: How a batch is called in the list.
_DRAWN = {
    "random": "simple random sample", "all": "all there were", "stratified": "random in each stratum",
    "active": "unequal chances, by the machine's doubt", "chosen": "chosen by coders themselves",
}  # fmt: skip
#: What stands in a form for papers without a stratum; a stratum's own name comes after ``=``.
_NO_STRATUM = "-"


class DrawForm(Shape):
    """What the form for drawing holds; shares are in percent, coders are rows of persons.

    ``stratum`` and ``of_stratum`` go together: strata, and how many papers to draw of each.
    """

    csrf: Words = ""
    name: Annotated[str, Field(max_length=80, pattern=NO_NUL)] = ""
    kind: Kind = "random"
    size: Annotated[int, Field(ge=1, le=10**7)] = 20
    double: Annotated[int, Field(ge=0, le=100)] = 100
    held_out: Annotated[int, Field(ge=0, le=100)] = 20
    even: Annotated[int, Field(ge=1, le=100)] = 20
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    coder: tuple[RowId, ...] = ()
    stratum: Annotated[tuple[Words, ...], Field(max_length=10_000)] = ()
    of_stratum: Annotated[tuple[Annotated[int, Field(ge=0, le=10**7)], ...], Field(max_length=10_000)] = ()

    def sizes(self) -> dict[str | None, int]:
        """Papers to draw of each stratum of which any are wanted.

        Raises:
            StudyError: strata and numbers don't go together.
        """
        if len(self.stratum) != len(self.of_stratum):
            raise StudyError("strata: one number for each stratum was expected")
        given = zip(self.stratum, self.of_stratum, strict=True)
        return {None if name == _NO_STRATUM else name.removeprefix("="): n for name, n in given if n}


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
        with workspace.study.database.writing() as connection:
            scores = _scores(connection) if form.kind == "active" else {}
            plan = Plan(
                name=form.name, kind=form.kind, size=form.size, double=form.double / 100,
                held_out=form.held_out / 100, seed=form.seed, scores=scores, floor=form.even / 100,
                sizes=form.sizes() if form.kind == "stratified" else {},
            )  # fmt: skip
            coders = [one for one in _able(people.everyone(connection)) if one.row in form.coder]
            n = queues.assign(connection, plan, coders)
    except StudyError as error:
        return _queues(request, session, workspace, form, fault=str(error), status=422)
    said = f"{n:,} paper{'' if n == 1 else 's'} drawn and shared out."
    return _queues(request, session, workspace, DrawForm(seed=form.seed + 1), said=said)


def _scores(connection: Any) -> dict[int, float]:
    found = machine.scores(connection)
    if not found:
        raise StudyError("no machine coder has coded the papers, so nothing says of which one is unsure")
    return found


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
        strata = strata_left(connection)
        doubts = has_machine_codings(connection)
    usable = {"random": True, "all": True, "stratified": bool(strata), "active": doubts}
    wanted = dict(zip(form.stratum, form.of_stratum, strict=False))
    keys = {name: _NO_STRATUM if name is None else f"={name}" for name in strata}
    return render(
        request, "queues.html", session, status=status, batches=shown, drawn=_DRAWN, left=every - taken,
        coders=coders, form=form, fault=fault, said=said,
        kinds=[(kind, words) for kind, words in _KINDS.items() if usable[kind]],
        strata=[(keys[name], name, left, wanted.get(keys[name], 0)) for name, left in strata.items()],
        doubts=doubts, ticked=set(form.coder) or {one.row for one in coders},
    )  # fmt: skip
