"""The codebook's versions, and what a new one would do to codings before it is put in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from univocal.codebook.model import Codebook, Variable
from univocal.errors import CodebookError, StudyError
from univocal.study import codebook_files, codebooks, recode
from univocal.study.codebook_history import history, mixed, to_review
from univocal.study.codebook_words import by_coder, code_words, done_words, summary, told, variable_words
from univocal.study.people import Session
from univocal.study.recode_maps import CodeMap, Map
from univocal.study.recode_names import VariableMap
from univocal.study.recode_plan import CodeLine, Plan, VariableLine
from univocal.web.access import At, Visitor, checked_form, only_owners
from univocal.web.pages import render
from univocal.web.shapes import Id, Shape, Words
from univocal.web.workspace import Workspace

router = APIRouter(include_in_schema=False)
#: Codes of which a page's form can say what they become; a request has no more fields than 1,000.
_MOST = 900
#: Four ids of 64 characters, and the signs between them.
_Target = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]


class ChangeForm(Shape):
    """What the form holds.

    ``names``: "variable=variable" for each that has another id or is gone, nothing after the sign for "nothing took its
    place"; ``to``: "variable:code=variable:code" for each code, no code after the sign for "to be coded again"; ``reopen``:
    the questions for whose sake finished papers open again.
    """

    csrf: Words = ""
    to: Annotated[tuple[_Target, ...], Field(max_length=_MOST)] = ()
    names: Annotated[tuple[Id, ...], Field(max_length=_MOST)] = ()
    reopen: Annotated[tuple[Id, ...], Field(max_length=_MOST)] = ()
    seen: Annotated[str, Field(max_length=64)] = ""
    note: Annotated[str, Field(max_length=recode.LONGEST_NOTE, pattern=r"^[^\x00]*$")] = ""
    do: Literal["show", "apply"] = "show"

    def maps(self) -> tuple[Map, ...]:
        """What is said of variables and codes.

        Raises:
            StudyError: something in the form has another shape.
        """
        names = dict(_split(one, "=") for one in self.names)
        made: list[Map] = [VariableMap(old, new or None) for old, new in names.items()]
        for one in self.to:
            (variable, code), (there, target) = (_split(part, ":") for part in _split(one, "="))
            # another one: said of what the variable was to be called before something else was chosen for it
            if names.get(variable, variable) == there:
                made.append(CodeMap(variable, (code,), (target,) if target else ()))
        return tuple(made)


def _split(words: str, sign: str) -> tuple[str, str]:
    left, there, right = words.partition(sign)
    if not (left and there):
        raise StudyError("the form is incomplete. Load the page again.")
    return left, right


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
    try:
        codebook_files.put_in_force(
            workspace.study,
            None,
            form.maps(),
            reopen=form.reopen,
            by=session.person,
            seen=form.seen,
            note=form.note,
        )
    except recode.OutdatedPlanError as error:
        return _page(request, session, error.plan, form, fault=f"Nothing was changed: {error}.", status=409)
    except (CodebookError, StudyError) as error:
        return _page(request, session, None, form, fault=str(error), status=422)
    return RedirectResponse("/codebook", 303)


def _shown(request: Request, session: Session, workspace: Workspace, form: ChangeForm) -> Response:
    try:
        made = codebook_files.shown(workspace.study, None, form.maps(), reopen=form.reopen)
    except (CodebookError, StudyError) as error:
        return _page(request, session, None, form, fault=str(error), status=422)
    return _page(request, session, made, form)


def _page(
    request: Request, session: Session, made: Plan | None, form: ChangeForm, *, fault: str = "", status: int = 200
) -> Response:  # fmt: skip
    context: dict[str, Any] = {"made": None, "fault": fault, "note": form.note}
    if made is not None:
        groups = [_group(made, line) for line in made.variables]
        same = [one for one in groups if not (one["words"] or one["rows"])]
        context |= {
            "made": made, "summary": summary(made), "changes": list(told(made.found.changes)), "same": same,
            "changed": [one for one in groups if one not in same],
            # what the page shows, as the form that puts it in force says it again
            "to": [_chosen(row["options"]) for group in groups for row in group["rows"] if row["options"]],
            "names": [_chosen(group["names"]) for group in groups if group["names"]],
            "choices": any(
                group["names"] or group["reopens"] or any(row["options"] for row in group["rows"]) for group in groups
            ),
        }  # fmt: skip
    return render(request, "codebook_change.html", session, status=status, **context)


#: What a menu sends, what it says, and whether that is chosen.
_Option = tuple[str, str, bool]


def _chosen(options: Sequence[_Option]) -> str:
    return next(value for value, _, chosen in options if chosen)


def _group(made: Plan, line: VariableLine) -> dict[str, Any]:
    """One question with its codes as the page shows them; what can be chosen has options."""
    gone = line.kind == "removed"
    variable = (made.before if gone else made.after).variable(line.variable)
    codes = [one for one in made.codes if one.variable == line.variable]
    rows = [_row(line, one, variable) for one in codes if one.kind != "unchanged"]
    return {
        "id": variable.id, "label": variable.label, "words": variable_words(line),
        "rows": [] if gone or line.kind == "added" else rows,
        "n_same": sum(one.kind == "unchanged" for one in codes), "codings": line.n,
        "names": _names(made, line), "was": line.was or line.variable, "reopens": bool(line.unanswered), "reopened": line.reopened,
    }  # fmt: skip


def _row(line: VariableLine, one: CodeLine, variable: Variable) -> dict[str, Any]:
    of = f"{line.was or line.variable}:{one.code}={line.variable}:"
    target = one.after[0] if len(one.after) == 1 else ""
    options = [(of, "to be coded again", not target)]
    options += [(of + code.id, f"{code.label} ({code.id})", code.id == target) for code in variable.codes]
    what, happens = code_words(one)
    return {
        "code": one.code, "what": what, "happens": happens if one.n else "",
        "codings": by_coder(one.codings) if one.kind != "added" else "", "options": options if one.kind != "added" else [],
    }  # fmt: skip


def _names(made: Plan, line: VariableLine) -> list[_Option]:
    """What a variable that is gone, or has another id, may be called now: those that came, or nothing."""
    old = line.variable if line.kind == "removed" else line.was
    came = [one for one in made.after.variables if one.id not in made.before or one.id == line.variable]
    if old is None or old in made.after or not came:
        return []
    nothing = (f"{old}=", "nothing: its codings are taken away", line.was is None)
    return [nothing, *((f"{old}={v.id}", f"{v.label} ({v.id})", v.id == line.variable) for v in came)]


def _label(book: Codebook, variable: str, code: str) -> str:
    codes = book.variable(variable).codes if variable in book else ()
    return next((one.label for one in codes if one.id == code), code)
