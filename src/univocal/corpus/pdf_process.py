"""One worker process for all PDFs, replaced when it had to be killed."""

from __future__ import annotations

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from univocal.corpus.protocol import Limits

_LENGTH = struct.Struct(">Q")
_SCRIPT = Path(__file__).with_name("pdf_worker.py")


class PdfProcess:
    """Asks the worker and never waits longer than the limits say."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._memory = 0
        self._owner = 0
        self._lock = threading.Lock()

    def read(self, data: bytes, limits: Limits) -> dict[str, Any]:
        """The worker's reply, or ``kind`` and ``why`` where it timed out or died."""
        with self._lock:
            process = self._ready(limits.memory_bytes)
            reply: list[bytes] = []
            exchange = threading.Thread(target=_exchange, args=(process, data, limits, reply), daemon=True)
            exchange.start()
            exchange.join(limits.timeout_seconds)
            late = exchange.is_alive()
            if not late and reply:
                answer: dict[str, Any] = json.loads(reply[0])
                return answer
            code = self._stop()
            exchange.join()
        if late:
            return {"kind": "pdf-timeout", "why": f"not read within {limits.timeout_seconds:g} seconds"}
        return {"kind": "pdf-memory", "why": f"its process ended with {code}, most likely for want of memory"}

    def _ready(self, memory: int) -> subprocess.Popen[bytes]:
        """A running worker of this process with this much memory."""
        running = self._process
        if (
            running is not None
            and self._owner == os.getpid()
            and self._memory == memory
            and running.poll() is None
        ):
            return running
        if running is not None and self._owner == os.getpid():
            self._stop()
        # -P: the folder of the script holds modules named like the standard library's (csv, html)
        command = [sys.executable, "-P", "-s", str(_SCRIPT), str(memory)]
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        if self._owner != os.getpid():
            atexit.register(self.close)
        self._owner, self._memory = os.getpid(), memory
        return self._process

    def _stop(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        code = process.poll()
        process.kill()
        ended = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)
        return ended if code is None else code

    def close(self) -> None:
        """End the worker, if it is this process's own."""
        if self._owner == os.getpid():
            self._stop()


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return  # what was still to be sent has nobody left to read it


def _exchange(process: subprocess.Popen[bytes], data: bytes, limits: Limits, reply: list[bytes]) -> None:
    """Send the PDF and wait for the reply; a worker that dies meanwhile leaves ``reply`` empty."""
    asked = {
        "size": len(data),
        "pages": limits.pages,
        "text_chars": limits.text_chars,
        "timeout_seconds": limits.timeout_seconds,
    }
    head = json.dumps(asked).encode()
    if process.stdin is None or process.stdout is None:
        return
    try:
        process.stdin.write(_LENGTH.pack(len(head)) + head)
        process.stdin.write(data)
        process.stdin.flush()
        length = process.stdout.read(_LENGTH.size)
        if len(length) == _LENGTH.size:
            expected = _LENGTH.unpack(length)[0]
            body = process.stdout.read(min(expected, limits.memory_bytes))
            if len(body) == expected:
                reply.append(body)
    except (BrokenPipeError, ValueError, OSError):
        return  # the worker is gone; the caller names its exit code


PROCESS = PdfProcess()
