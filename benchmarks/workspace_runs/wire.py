"""A small HTTP client on one connection to 127.0.0.1, so that what is measured is the server."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body, seconds from request to the last byte."""

    status: int
    body: bytes
    seconds: float
    headers: http.client.HTTPMessage

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)


@dataclass
class Wire:
    """One connection, with headers that every request has."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Connect at the first request."""
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request (a body that isn't bytes as JSON) and wait for the whole answer."""
        sent = {**self.headers, **headers}
        if body is not None and not isinstance(body, bytes):
            body = orjson.dumps(body)
            sent["Content-Type"] = "application/json"
        began = time.perf_counter()
        self._connection.request(method, path, body, sent)
        answer = self._connection.getresponse()
        read = answer.read()
        return Answer(answer.status, read, time.perf_counter() - began, answer.headers)

    def expect(self, status: int, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """As `ask`; another status ends the benchmark."""
        answer = self.ask(method, path, body, **headers)
        if answer.status != status:
            raise SystemExit(f"{method} {path}: {answer.status}: {answer.body[:500]!r}")
        return answer

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
