"""Running the workspace on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable

from univocal.errors import StudyError
from univocal.study import people
from univocal.study.folder import Study
from univocal.web.app import LOOPBACK, create_app


def serve(
    study: Study,
    *,
    host: str = "127.0.0.1",
    port: int = 8400,
    names: tuple[str, ...] = (),
    ready: Callable[[str, str | None], None] | None = None,
) -> None:
    """Serve a study until it is stopped.

    Args:
        study: an open study.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        names: further names that the workspace answers to, behind a proxy for instance.
        ready: told the address, and the first user's link where nobody has joined yet.

    Raises:
        StudyError: the port is taken.
    """
    import uvicorn

    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}"
    app = create_app(study, hosts={*LOOPBACK, host, *names})
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5
        )
    )
    if ready is not None:
        ready(address, first_link(study, address))
    try:
        server.run(sockets=[listening])
    finally:
        listening.close()


def first_link(study: Study, address: str) -> str | None:
    """A link that makes its holder the owner, where the study has no owner yet."""
    with study.database.writing() as connection:
        if any(one.role == "owner" for one in people.everyone(connection)):
            return None
        return f"{address}/join?token={people.invite(connection, 'owner')}"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends answers without delay (TCP_NODELAY) only on sockets that say that they are TCP; 40 ms a request
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise StudyError(
            f"{host}:{port}: can't listen there: {error.strerror or error}. Try another --port, or 0 for a free one."
        ) from None
    listening.listen(128)
    return listening
