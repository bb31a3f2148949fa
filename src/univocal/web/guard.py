"""What stands between the network and the workspace: hosts, sizes, headers; who asks; who tries passwords too often."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Bytes of a request's body.
LARGEST_BODY = 4_000_000
_TOO_LARGE = f"The request is larger than {LARGEST_BODY:,} bytes."
#: The session's cookie; `Workspace.cookie` tells this study's from those of others on the same machine.
COOKIE = "univocal_session"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Refuses requests for other hosts (DNS rebinding), from other sites, or too large; adds headers to every answer."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str]) -> None:
        self.app, self.hosts = app, frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        fault = self._fault(scope, headers)
        if fault is not None:
            status, words = fault
            await PlainTextResponse(words + "\n", status)(scope, receive, _with_headers(send, scope["path"]))
            return
        await self.app(scope, _bounded(receive), _with_headers(send, scope["path"]))

    def _fault(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if hostname(headers.get("host", "")) not in self.hosts:
            return 421, "The workspace doesn't answer to this name. See --name in `univocal serve --help`."
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or len(length) > 15 or int(length) > LARGEST_BODY:
            return 413, _TOO_LARGE
        # all of the API: reading what the machine says of a paper is noted, so another site mustn't start that either
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") or scope["path"].startswith("/api/"):
            origin = headers.get("origin")
            foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
            if foreign or (origin is not None and _netloc(origin) != headers.get("host")):
                return 403, "The request comes from another site."
        return None


def hostname(host: str) -> str:
    """The name in a Host header, without port, in small letters; empty where there is none.

    >>> hostname("Coding.example.org:8400"), hostname("[::1]:8400"), hostname("[")
    ('coding.example.org', '::1', '')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _bounded(receive: Receive) -> Receive:
    """A body that doesn't tell its length is refused where it has grown too large."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return bounded


def _with_headers(send: Send, path: str) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            # static files are asked for again each time (304 where they are the same): pages and scripts go together
            headers.setdefault("Cache-Control", "no-cache" if path.startswith("/static/") else "no-store")
        await send(message)

    return sent


class Limiter:
    """At most ``most`` tries in ``seconds`` by one key; keys that are quiet are forgotten."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self._tries: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Note a try; how many seconds until the next is allowed, 0 where this one is.

        >>> limiter = Limiter(1, 60)
        >>> limiter.wait("ann"), limiter.wait("ann") > 59
        (0.0, True)
        """
        now = time.monotonic()
        with self._lock:
            if len(self._tries) > 10_000:
                for quiet in [k for k, tries in self._tries.items() if now - tries[-1] > self.seconds]:
                    del self._tries[quiet]
            tries = self._tries[key]
            while tries and now - tries[0] > self.seconds:
                tries.popleft()
            if len(tries) >= self.most:
                return self.seconds - (now - tries[0])
            tries.append(now)
            return 0.0

    def forget(self, key: str) -> None:
        """A try by this key was good: what was noted of it no longer counts."""
        with self._lock:
            self._tries.pop(key, None)


def local_path(target: str | None, *, otherwise: str = "/") -> str:
    r"""A path of this site to go on to; anything else (another host, a scheme, a control character) is ``otherwise``.

    >>> local_path("/papers?q=a"), local_path("//evil.example"), local_path("/\\evil.example")
    ('/papers?q=a', '/', '/')
    """
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or not target.isprintable()
        or "\\" in target
    ):
        return otherwise
    return target
