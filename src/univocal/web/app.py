"""The application: the API, the pages, and what guards both."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from univocal import __version__
from univocal.errors import UnivocalError
from univocal.study.codings import ConflictError
from univocal.study.folder import Study
from univocal.study.papers import NoPaperError
from univocal.web import api, pages, team_pages
from univocal.web.access import LogInFirstError, to_login
from univocal.web.guard import Guard
from univocal.web.shapes import Problem
from univocal.web.workspace import Workspace

STATIC = Path(__file__).parent / "static"
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
    )
    app.state.workspace = Workspace(study)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.include_router(team_pages.router)
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


def _problem(request: Request, message: str, status: int) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse(Problem(message=message).model_dump(), status)
    return pages.problem(request, message, status)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(request, str(error.detail), error.status_code)


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    return _problem(request, "\n".join(faults), 422)


def _mendable(request: Request, error: Exception) -> Response:
    if isinstance(error, ConflictError) and request.url.path.startswith("/api/"):
        return api.conflict(request.app.state.workspace, error)
    status = 404 if isinstance(error, NoPaperError) else 409 if isinstance(error, ConflictError) else 422
    return _problem(request, str(error), status)
