"""What stands between the network and the workspace: hosts, sizes, headers; who asks; who tries passwords too often."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Bytes of a request's body.
LARGEST_BODY = 4_000_000
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
        self.app, self.hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        fault = self._fault(scope["method"], headers)
        if fault is not None:
            status, words = fault
            await PlainTextResponse(words + "\n", status)(scope, receive, _with_headers(send, scope["path"]))
            return
        await self.app(scope, _bounded(receive), _with_headers(send, scope["path"]))

    def _fault(self, method: str, headers: Headers) -> tuple[int, str] | None:
        if _hostname(headers.get("host", "")) not in self.hosts:
            return (
                421,
                "This address isn't one that the workspace answers to. See --host in `univocal serve --help`.",
            )
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return 413, f"The request is larger than {LARGEST_BODY:,} bytes."
        if method not in ("GET", "HEAD", "OPTIONS"):
            origin = headers.get("origin")
            foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
            if foreign or (origin is not None and urlsplit(origin).netloc != headers.get("host")):
                return 403, "The request comes from another site."
        return None


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _bounded(receive: Receive) -> Receive:
    """A body without a length is cut off where it grows too large: the parser then says what is missing."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            return {"type": "http.disconnect"}
        return message

    return bounded


def _with_headers(send: Send, path: str) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault(
                "Cache-Control", "public, max-age=3600" if path.startswith("/static/") else "no-store"
            )
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
                for quiet in [
                    k for k, tries in self._tries.items() if tries and now - tries[-1] > self.seconds
                ]:
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
