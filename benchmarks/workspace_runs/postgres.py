"""A PostgreSQL server for one run: Debian's binaries, a temporary folder, loopback, and its own defaults for safety."""

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
    """Where Debian keeps the newest initdb; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server(bin_: Path) -> Iterator[str]:
    """The URL of an empty database; fsync, full_page_writes and synchronous_commit are on, as by default."""
    folder = Path(tempfile.mkdtemp(prefix="univocal-benchmark-postgres-"))
    data, as_postgres = folder / "data", []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_postgres = ["runuser", "-u", "postgres", "--"]

    def call(*words: object) -> None:
        done = subprocess.run(
            [*as_postgres, *map(str, words)], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{words[0]}: {done.stderr or done.stdout}")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    try:
        call(bin_ / "initdb", "-D", data, "-U", "univocal", "--auth=trust", "--encoding=UTF8", "--locale=C")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        call(bin_ / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://univocal@127.0.0.1:{port}/postgres"
        finally:
            call(bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
