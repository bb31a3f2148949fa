"""A PostgreSQL server of the tests' own: Debian's binaries, a temporary folder, loopback only."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Where initdb and pg_ctl are: on the path, or where Debian keeps the newest."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


@contextmanager
def server() -> Iterator[str]:
    """The URL of a running server; it is gone with its data at the end."""
    bin_ = binaries()
    if bin_ is None:
        raise FileNotFoundError("no initdb: install Debian's package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="univocal-postgres-"))
    data = folder / "data"
    as_postgres = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_postgres = ["runuser", "-u", "postgres", "--"]

    def call(*words: object) -> None:
        done = subprocess.run(
            [*as_postgres, *map(str, words)],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{words[0]}: {done.stderr or done.stdout}")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        call(bin_ / "initdb", "-D", data, "-U", "univocal", "--auth=trust", "--encoding=UTF8", "--locale=C")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=100 "
        # the tests' data may be lost with the machine; that acknowledged saves survive is tested with the defaults
        options += "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        call(bin_ / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://univocal@127.0.0.1:{port}"
        finally:
            call(bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
