"""Who asks: sessions for the API and for pages, and the token that says that our own page sent a form."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request
from starlette.responses import RedirectResponse

from univocal.study import people
from univocal.study.people import Person, Session
from univocal.web.guard import COOKIE
from univocal.web.workspace import Workspace


class LogInFirstError(Exception):
    """A page was asked for by nobody in particular; ``path`` is where to go on afterwards."""

    def __init__(self, path: str) -> None:
        self.path = path


# dependencies that only look at what is there are async: each other one costs a change of threads


async def workspace_of(request: Request) -> Workspace:
    """The workspace that this application serves."""
    workspace: Workspace = request.app.state.workspace
    return workspace


At = Annotated[Workspace, Depends(workspace_of)]


def token_of(request: Request, workspace: Workspace) -> str:
    """The cookie's value; clients that aren't browsers may send it by the plain name."""
    return request.cookies.get(workspace.cookie) or request.cookies.get(COOKIE, "")


def session_of(request: Request, workspace: At) -> Session | None:
    """The session of the request's cookie, if it has one."""
    token = token_of(request, workspace)
    if not token:
        return None
    with workspace.study.database.reading(brief=True) as connection:
        session = people.session_of(connection, token)
    if session is not None and session.codebook != workspace.study.codebook_row:
        workspace.notice()
    request.state.session = session
    return session


MaybeSession = Annotated[Session | None, Depends(session_of)]


async def api_session(session: MaybeSession) -> Session:
    """A session, or 401."""
    if session is None:
        raise HTTPException(401, "Log in first.")
    return session


async def changing_session(
    session: Annotated[Session, Depends(api_session)],
    x_csrf_token: Annotated[str, Header(max_length=100)] = "",
) -> Session:
    """A session whose own page sent the request, or 403."""
    checked_form(session, x_csrf_token)
    return session


async def page_session(request: Request, session: MaybeSession) -> Session:
    """A session, or the way to the login page."""
    if session is None:
        # what a form was to do is not done after a login, and many a form's address has no page of its own
        query = f"?{request.url.query}" if request.url.query else ""
        raise LogInFirstError(request.url.path + query if request.method == "GET" else "/")
    return session


Reader = Annotated[Session, Depends(api_session)]
Writer = Annotated[Session, Depends(changing_session)]
Visitor = Annotated[Session, Depends(page_session)]


def checked_form(session: Session, csrf: str) -> None:
    """Refuse a form, or a change by the API, that our own page didn't send.

    Raises:
        HTTPException: 403.
    """
    if not hmac.compare_digest(csrf.encode(), session.csrf.encode()):
        raise HTTPException(403, "The page is out of date. Load it again.")


def only_deciders(person: Person) -> None:
    """Refuse coders.

    Raises:
        HTTPException: 403.
    """
    if not person.decides:
        raise HTTPException(403, "Only adjudicators and owners may do this.")


def only_owners(person: Person) -> None:
    """Refuse all but owners.

    Raises:
        HTTPException: 403.
    """
    if person.role != "owner":
        raise HTTPException(403, "Only owners may do this.")


def to_login(_: Request, error: Exception) -> RedirectResponse:
    """Send a visitor to the login page, and from there back."""
    from urllib.parse import quote

    path = error.path if isinstance(error, LogInFirstError) else "/"
    return RedirectResponse(f"/login?next={quote(path, safe='')}", 303)
