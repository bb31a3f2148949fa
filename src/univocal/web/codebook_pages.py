"""The codebook's versions, and what a new one would do to codings before it is put in force."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from univocal.errors import CodebookError, StudyError
from univocal.study import codebook_files, codebooks, recode
from univocal.study.codebook_history import history, mixed, to_review
from univocal.study.codebook_words import by_coder, code_words, done_words, summary, told, variable_words
from univocal.study.people import Session
from univocal.study.recode_maps import CodeMap
from univocal.study.recode_plan import CodeLine, Plan
from univocal.web.access import At, Visitor, checked_form, only_owners
from univocal.web.pages import render
from univocal.web.shapes import Id, Shape, Words
from univocal.web.workspace import Workspace

router = APIRouter(include_in_schema=False)
#: Stands among a code's targets for "its codings are to be coded again".
AGAIN = "?"
_MOST = 5_000


class ChangeForm(Shape):
    """What the form holds: for each code ``of`` ("variable:code") the code that it becomes, or `AGAIN`."""

    csrf: Words = ""
    of: Annotated[tuple[Id, ...], Field(max_length=_MOST)] = ()
    to: Annotated[tuple[Id, ...], Field(max_length=_MOST)] = ()
    seen: Annotated[str, Field(max_length=64)] = ""
    note: Annotated[str, Field(max_length=recode.LONGEST_NOTE, pattern=r"^[^\x00]*$")] = ""
    do: Literal["show", "apply"] = "show"

    def maps(self) -> tuple[CodeMap, ...]:
        """What is said of codes.

        Raises:
            StudyError: the two lists don't fit each other.
        """
        if len(self.of) != len(self.to) or not all(":" in one for one in self.of):
            raise StudyError("the form is incomplete. Load the page again.")
        parts = ((*one.split(":", 1), to) for one, to in zip(self.of, self.to, strict=True))
        return tuple(CodeMap(variable, (code,), () if to == AGAIN else (to,)) for variable, code, to in parts)


@router.get("/codebook")
def codebook_page(request: Request, session: Visitor, workspace: At) -> Response:
    """The versions with what differed and what each did, and whether the file in the folder is another one."""
    only_owners(session.person)
    with workspace.study.database.reading() as connection:
        found, review = history(connection), mixed(connection)
        _, known, _ = codebooks.latest(connection)
    changed, fault = False, ""
    try:
        changed = codebooks.of(codebook_files.proposed(workspace.study)).digest != known.digest
    except (CodebookError, StudyError) as error:
        fault = str(error)
    versions = [
        {
            "version": one.version, "name": one.name, "at": one.at, "by": one.by, "note": one.note,
            "changes": list(told(one.found.changes)) if one.found else [],
            "done": done_words(one.done) if one.done else (),
        }
        for one in reversed(found)
    ]  # fmt: skip
    to_look = [(variable, by_coder(codings)) for variable, codings in review.items()]
    return render(
        request, "codebook.html", session, versions=versions, changed=changed, fault=fault, review=to_look,
        file=codebook_files.file_of(workspace.study).name, own=None,
    )  # fmt: skip


@router.get("/codebook/review")
def review_page(request: Request, session: Visitor, workspace: At) -> Response:
    """One's own codings that were made by words which a later version changed."""
    with workspace.study.database.reading() as connection:
        n, found = to_review(connection, coder=session.person.row)
        _, book, _ = codebooks.latest(connection)
    own = [
        {
            "row": one.paper, "title": one.title or one.key, "since": one.since,
            "label": book.variable(one.variable).label if one.variable in book else one.variable,
            "codes": ", ".join(_label(book, one.variable, code) for code in one.codes),
        }
        for one in found
    ]  # fmt: skip
    return render(request, "codebook.html", session, own=own, n=n)


@router.get("/codebook/change")
def change_page(request: Request, session: Visitor, workspace: At) -> Response:
    """What the version in the folder would do."""
    only_owners(session.person)
    return _shown(request, session, workspace, ChangeForm())


@router.post("/codebook/change")
def change(
    request: Request, session: Visitor, workspace: At, form: Annotated[ChangeForm, Form()]
) -> Response:
    """Show what happens with these targets, or do what was shown."""
    checked_form(session, form.csrf)
    only_owners(session.person)
    if form.do == "show":
        return _shown(request, session, workspace, form)
    study = workspace.study
    try:
        files = codebook_files.proposed(study)
        with study.database.writing() as connection:
            recode.change(connection, files, form.maps(), by=session.person, seen=form.seen, note=form.note)
    except recode.OutdatedPlanError as error:
        return _page(request, session, error.plan, form, fault=f"Nothing was changed: {error}.", status=409)
    except (CodebookError, StudyError) as error:
        return _page(request, session, None, form, fault=str(error), status=422)
    return RedirectResponse("/codebook", 303)


def _shown(request: Request, session: Session, workspace: Workspace, form: ChangeForm) -> Response:
    try:
        files = codebook_files.proposed(workspace.study)
        with workspace.study.database.reading() as connection:
            made = recode.plan(connection, files, form.maps())
    except (CodebookError, StudyError) as error:
        return _page(request, session, None, form, fault=str(error), status=422)
    return _page(request, session, made, form)


def _page(
    request: Request, session: Session, made: Plan | None, form: ChangeForm, *, fault: str = "", status: int = 200
) -> Response:  # fmt: skip
    context: dict[str, Any] = {"made": None, "fault": fault, "note": form.note}
    if made is not None:
        groups = [_group(made, variable, list(codes)) for variable, codes in groupby(made.codes, _variable)]
        context |= {
            "made": made, "summary": summary(made), "changes": list(told(made.found.changes)), "again": AGAIN,
            "changed": [one for one in groups if one["words"] or one["rows"]],
            "same": [one for one in groups if not (one["words"] or one["rows"])],
            "said": [(one["of"], one["target"]) for group in groups for one in group["rows"] if one["options"]],
        }  # fmt: skip
    return render(request, "codebook_change.html", session, status=status, **context)


def _variable(one: CodeLine) -> str:
    return one.variable


def _group(made: Plan, variable: str, codes: list[CodeLine]) -> dict[str, Any]:
    """One question with its codes as the page shows them; codes with a choice have ``options``."""
    question = next(one for one in made.variables if one.variable == variable)
    book = made.after if variable in made.after else made.before
    told_ = (
        [one for one in codes if one.kind != "unchanged"] if question.kind in ("unchanged", "changed") else []
    )
    options = [(code.id, code.label) for code in book.variable(variable).codes]
    rows = [
        {
            "code": one.code, "what": code_words(one)[0], "happens": code_words(one)[1] if one.n else "",
            "codings": by_coder(one.codings) if one.kind != "added" else "", "of": f"{variable}:{one.code}",
            "target": one.after[0] if len(one.after) == 1 else AGAIN,
            "options": options if one.kind != "added" else [],
        }
        for one in told_
    ]  # fmt: skip
    same = [one for one in codes if one.kind == "unchanged"]
    return {
        "id": variable, "label": book.variable(variable).label, "words": variable_words(question), "rows": rows,
        "n_same": len(same), "codings": question.n,
    }  # fmt: skip


def _label(book: Any, variable: str, code: str) -> str:
    codes = book.variable(variable).codes if variable in book else ()
    return next((one.label for one in codes if one.id == code), code)
