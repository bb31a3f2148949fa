"""Fifty coders at once, in a process of their own: is any save lost, and how long does each wait?

python crowd.py PORT SECONDS THINK_LOW THINK_HIGH, with the logins as JSON on standard input
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import uuid
from typing import Any

import orjson


async def coder(port: int, login: dict[str, Any], until: float, think: tuple[float, float]) -> dict[str, Any]:
    """Answer after answer on this coder's own papers until the time is up."""
    chance = random.Random(login["row"])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits, acknowledged, refused = [], [], []
    # people don't begin in step
    await asyncio.sleep(chance.uniform(0, think[1]))
    for row in login["rows"]:
        text = orjson.loads((await ask(reader, writer, login, "GET", f"/api/papers/{row}"))[1])["text"]
        for variable, codes in login["answers"]:
            if time.monotonic() >= until:
                break
            token = str(uuid.uuid4())
            spans = [{"start": 0, "stop": 5, "quote": text[:5]}] if codes else []
            sent = {"variable": variable, "codes": codes, "spans": spans, "base": None, "token": token}
            began = time.perf_counter()
            status, said = await ask(reader, writer, login, "POST", f"/api/papers/{row}/codings", sent)
            waits.append(time.perf_counter() - began)
            if status == 200:
                acknowledged.append(token)
            else:
                refused.append(f"{status} {said[:200].decode(errors='replace')}")
            if think[1]:
                await asyncio.sleep(chance.uniform(*think))
        if time.monotonic() >= until:
            break
    writer.close()
    await writer.wait_closed()
    return {"waits": waits, "acknowledged": acknowledged, "refused": refused}


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, login: dict[str, Any], method: str, path: str,
    body: Any = None,
) -> tuple[int, bytes]:  # fmt: skip
    sent = b"" if body is None else orjson.dumps(body)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {login['cookie']}\r\nX-CSRF-Token: {login['csrf']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n".encode()
        + sent
    )
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
    return int(head[9:12]), await reader.readexactly(length)


async def main() -> None:
    port, seconds, low, high = int(sys.argv[1]), *map(float, sys.argv[2:])
    logins = json.load(sys.stdin)
    until = time.monotonic() + seconds
    every = await asyncio.gather(*(coder(port, login, until, (low, high)) for login in logins))
    sys.stdout.buffer.write(orjson.dumps({key: [x for one in every for x in one[key]] for key in every[0]}))


if __name__ == "__main__":
    asyncio.run(main())
