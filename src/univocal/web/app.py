"""The application: the API, the pages, and what guards both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from univocal import __version__
from univocal.errors import UnivocalError
from univocal.study.codings import ConflictError
from univocal.study.database import BusyError, NoRoomError
from univocal.study.folder import Study
from univocal.study.papers import NoPaperError
from univocal.web import adjudicate_pages, api, codebook_pages, live_pages, pages, queue_pages
from univocal.web.access import LogInFirstError, to_login
from univocal.web.guard import Guard
from univocal.web.shapes import Problem
from univocal.web.workspace import Workspace

STATIC = Path(__file__).parent / "static"
#: Requests that are worked on at a time. Python works on one of them at a moment: more threads only wait for each other
#: (on PostgreSQL twice as many saves a second with 12 as with 40, and fewer connections to open).
THREADS = 12
#: Names under which this machine is reached from itself.
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def create_app(study: Study, *, hosts: Collection[str] = LOOPBACK) -> FastAPI:
    """The workspace of a study as an ASGI application.

    Args:
        study: an open study.
        hosts: the names that it answers to; requests for any other are refused (DNS rebinding).
    """
    app = FastAPI(
        title="Univocal coding workspace",
        version=__version__,
        description="Papers, codings with verbatim evidence, queues. Offsets are Unicode code points, half open.",
        docs_url=None,
        redoc_url=None,
        lifespan=_few_threads,
    )
    app.state.workspace = Workspace(study)
    app.include_router(api.router, responses=_ANY)
    app.include_router(pages.router)
    for part in (adjudicate_pages, codebook_pages, live_pages, queue_pages):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guard, hosts=hosts)
    app.add_exception_handler(LogInFirstError, to_login)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(UnivocalError, _mendable)

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> Response:
        with study.database.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
        return Response("ok\n", media_type="text/plain")

    return app


@asynccontextmanager
async def _few_threads(_: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


#: What any request to the API may be answered.
_ANY: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request can't be read."},
    503: {"model": Problem, "description": "The database can't be had at the moment. Try again."},
    507: {"model": Problem, "description": "The disk is full: nothing of this was saved."},
}


def _problem(request: Request, message: str, status: int) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse(Problem(message=message).model_dump(), status)
    return pages.problem(request, message, status)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = _problem(request, str(error.detail), error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    return _problem(request, "\n".join(faults), 422)


def _mendable(request: Request, error: Exception) -> Response:
    if isinstance(error, ConflictError) and request.url.path.startswith("/api/"):
        return api.conflict(request.app.state.workspace, error)
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 422)
    return _problem(request, str(error), status)


_STATUSES = {NoPaperError: 404, ConflictError: 409, BusyError: 503, NoRoomError: 507}
