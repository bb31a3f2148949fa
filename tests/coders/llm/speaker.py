"""A real HTTP server that speaks OpenAI's protocol of chats, and answers by a rule."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

#: From the conversation so far to what the model says.
Rule = Callable[[list[dict[str, str]]], str]


def paper_of(messages: list[dict[str, str]]) -> tuple[str, list[dict[str, str]]]:
    """The paper and its mentions, read from the first user message as a strict reader would."""
    sent = next(m["content"] for m in messages if m["role"] == "user")
    word = sent.splitlines()[1]
    _, text, _, listed, _ = sent.split(f"\n{word}\n")
    return text, [json.loads(line) for line in listed.splitlines()]


def says_technical(messages: list[dict[str, str]]) -> str:
    """Every mention is technical, and the paper isn't about AI alignment."""
    _, mentions = paper_of(messages)
    return json.dumps(
        {
            "mentions": [{"n": m["n"], "sense": "technical"} for m in mentions],
            "paper": {"about": {"code": "no", "quotes": []}},
        }
    )


class Speaker:
    """The server's application, and what it was asked."""

    def __init__(self, rule: Rule = says_technical, *, seconds: float = 0.0, refuse: int = 0) -> None:
        self.rule, self.seconds, self.refuse = rule, seconds, refuse
        self.asked: list[dict] = []
        self.in_flight = self.most_in_flight = 0
        self.app = FastAPI()
        self.app.post("/v1/chat/completions")(self.complete)

    async def complete(self, request: Request) -> JSONResponse:
        """One chat."""
        import anyio

        body = await request.json()
        self.asked.append(body)
        if len(self.asked) <= self.refuse:
            return JSONResponse({"error": {"message": "busy", "type": "server_error"}}, status_code=503)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await anyio.sleep(self.seconds)
        self.in_flight -= 1
        said = self.rule(body["messages"])
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
        return JSONResponse(
            {
                "id": "c", "object": "chat.completion", "created": 0, "model": body["model"], "choices": [choice], "usage": usage,
            }
        )  # fmt: skip


@contextmanager
def serving(speaker: Speaker) -> Iterator[str]:
    """The server's address, while it runs on a free port of the loopback address."""
    config = uvicorn.Config(
        speaker.app, host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        if time.monotonic() > until:
            raise TimeoutError("the server doesn't start")
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.should_exit = True
        thread.join(20)
