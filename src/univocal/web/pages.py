"""The pages of the workspace, made on the server; only the coding page is a program of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from univocal import __version__
from univocal.errors import StudyError
from univocal.study import people, queues
from univocal.study.listing import count_papers, find_papers
from univocal.study.people import Session
from univocal.web.access import At, MaybeSession, Visitor, checked_form, only_owners, token_of
from univocal.web.guard import local_path
from univocal.web.shapes import NO_NUL, RowId
from univocal.web.workspace import Workspace

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=2_000, pattern=NO_NUL)]
_PAGE = 50


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def render(
    request: Request, template: str, session: Session | None, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page from its template."""
    workspace = request.app.state.workspace
    html = _templates().get_template(template).render(
        study=workspace.study.name, notes=workspace.study.notes, person=session.person if session else None,
        csrf=session.csrf if session else "", path=request.url.path, version=__version__, **context,
    )  # fmt: skip
    return HTMLResponse(html, status)


def problem(request: Request, message: str, status: int) -> HTMLResponse:
    """A page that says what is wrong."""
    session: Session | None = getattr(request.state, "session", None)
    return render(request, "problem.html", session, status=status, message=message)


@router.get("/")
def home(request: Request, session: Visitor, workspace: At) -> Response:
    """Where one stands, and what comes next."""
    with workspace.study.database.reading() as connection:
        following = queues.next_task(connection, session.person.row)
        done, every = queues.progress(connection, session.person.row)
        n_papers, _ = count_papers(connection)
        team = [
            (one, *queues.progress(connection, one.row))
            for one in people.everyone(connection)
            if one.role in people.HUMAN
        ]
    return render(
        request,
        "home.html",
        session,
        following=following,
        done=done,
        every=every,
        n_papers=n_papers,
        team=team,
        mark=workspace.mark,
    )


@router.get("/login")
def login_page(request: Request, session: MaybeSession, next: str = "/") -> Response:  # noqa: A002 - the query's word
    """The login form."""
    if session is not None:
        return RedirectResponse(local_path(next), 303)
    return render(request, "login.html", None, next=local_path(next), name="", fault="")


@router.post("/login")
def login(request: Request, workspace: At, name: Text, password: Text, next: Text = "/") -> Response:  # noqa: A002
    """Log in."""
    name = name.strip()
    address = request.client.host if request.client else "?"
    wait = max(workspace.tries_by_name.wait(name), workspace.tries_by_address.wait(address))
    if wait:
        fault = f"Too many tries. Wait {wait:.0f} seconds."
        return render(request, "login.html", None, status=429, next=local_path(next), name=name, fault=fault)
    with workspace.study.database.reading() as connection:
        person, digest = people.password_of(connection, name)
    if not people.fits(password, digest) or person is None:
        fault = "Name and password don't fit."
        return render(request, "login.html", None, status=401, next=local_path(next), name=name, fault=fault)
    workspace.tries_by_name.forget(name)
    with workspace.study.database.writing() as connection:
        token = people.log_in(connection, person)
    return _with_cookie(RedirectResponse(local_path(next), 303), request, token)


@router.post("/logout")
def logout(request: Request, session: Visitor, workspace: At, csrf: Text) -> Response:
    """Log out."""
    checked_form(session, csrf)
    with workspace.study.database.writing() as connection:
        people.log_out(connection, token_of(request, workspace))
    gone = RedirectResponse("/login", 303)
    gone.delete_cookie(workspace.cookie)
    return gone


@router.get("/join")
def join_page(request: Request, workspace: At, token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The form behind an invitation's link."""
    with workspace.study.database.reading() as connection:
        role, name = people.invited(connection, token)
    return render(request, "join.html", None, token=token, role=role, name=name or "", fault="")


@router.post("/join")
def join(request: Request, workspace: At, token: Text, name: Text, password: Text) -> Response:
    """Use an invitation: choose name and password, and be logged in."""
    try:
        with workspace.study.database.writing() as connection:
            person = people.join(connection, token, name=name, password=password)
            cookie = people.log_in(connection, person)
    except StudyError as error:
        with workspace.study.database.reading() as connection:
            role, _ = people.invited(connection, token)
        return render(
            request, "join.html", None, status=422, token=token, role=role, name=name, fault=str(error)
        )
    return _with_cookie(RedirectResponse("/", 303), request, cookie)


def _with_cookie(response: Response, request: Request, token: str) -> Response:
    workspace: Workspace = request.app.state.workspace
    response.set_cookie(
        workspace.cookie, token, max_age=int(people.LOGGED_IN.total_seconds()), httponly=True, samesite="lax",
        secure=request.url.scheme == "https", path="/",
    )  # fmt: skip
    return response


@router.get("/papers")
def listing(
    request: Request,
    session: Visitor,
    workspace: At,
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=10**7)] = 1,
) -> Response:
    """All papers, searched by title and id."""
    with workspace.study.database.reading() as connection:
        total, found = find_papers(connection, q, offset=(page - 1) * _PAGE, limit=_PAGE)
    pages = max(1, -(-total // _PAGE))
    return render(request, "papers.html", session, q=q, page=page, pages=pages, total=total, papers=found)


@router.get("/code/{row}")
def code(request: Request, row: RowId, session: Visitor, workspace: At) -> Response:
    """The coding page of a paper."""
    opened = workspace.paper(row)
    return render(
        request,
        "code.html",
        session,
        row=row,
        title=opened.stored.paper.title or opened.stored.paper.id,
        mark=workspace.mark,
    )


@router.get("/next")
def following(session: Visitor, workspace: At) -> Response:
    """On to the next paper of one's queue."""
    with workspace.study.database.reading() as connection:
        task = queues.next_task(connection, session.person.row)
    return RedirectResponse("/" if task is None else f"/code/{task.paper}", 303)


@router.get("/papers/{row}/pdf")
def pdf(row: RowId, session: Visitor, workspace: At) -> Response:
    """A paper's PDF."""
    del session
    name = workspace.paper(row).stored.file
    path = None if name is None else workspace.study.files / name
    if path is None or not path.is_file():
        raise HTTPException(404, "This paper has no PDF.")
    return FileResponse(path, media_type="application/pdf", headers={"Content-Disposition": "inline"})


@router.get("/people")
def people_page(request: Request, session: Visitor, workspace: At) -> Response:
    """Who takes part; owners invite."""
    with workspace.study.database.reading() as connection:
        everyone = people.everyone(connection)
    return render(request, "people.html", session, everyone=everyone, link=None)


@router.post("/people")
def invite(request: Request, session: Visitor, workspace: At, csrf: Text, role: Text) -> Response:
    """Make an invitation; its link is shown once."""
    checked_form(session, csrf)
    only_owners(session.person)
    if role not in people.HUMAN:
        raise HTTPException(422, "Roles are owner, adjudicator and coder.")
    with workspace.study.database.writing() as connection:
        token = people.invite(connection, role)
        everyone = people.everyone(connection)
    link = f"{request.url.scheme}://{request.headers['host']}/join?token={token}"
    return render(request, "people.html", session, everyone=everyone, link=link)
