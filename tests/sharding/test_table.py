"""A shard on disk: whole or not at all, whatever happens on the way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from univocal.errors import UnivocalError
from univocal.sharding.table import ShardWriter, about_of, attempts, clear_away


def test_what_isnt_finished_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError), ShardWriter(tmp_path / "x-1.parquet") as writer:
        writer.write({"paper": object()})
    assert not list(tmp_path.iterdir())


def test_names_that_look_like_patterns_are_names(tmp_path: Path) -> None:
    folder = tmp_path / "a[1]*'?"
    folder.mkdir()
    with ShardWriter(folder / "x-1.parquet") as writer:
        writer.write({"paper": "it's \N{PILE OF POO}", "code": "2016-05-01"})
        writer.finish({"note": "it's \N{PILE OF POO}"})
    assert about_of(folder / "x-1.parquet") == {"note": "it's \N{PILE OF POO}"}


def test_files_that_are_no_shards_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"nothing")
    assert about_of(tmp_path / "x.parquet") is None
    assert about_of(tmp_path / "y.parquet") is None


def test_what_the_dead_left_is_cleared_and_what_the_living_write_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = tmp_path / f".writing-x-1@{socket.gethostname()}-{ended.pid}-abc"
    ours = tmp_path / f".writing-x-1@{socket.gethostname()}-{os.getpid()}-abc"
    elsewhere = tmp_path / ".writing-x-2@another-host-17-abc"
    for folder in (dead, ours, elsewhere):
        folder.mkdir()
    assert attempts(tmp_path, "x-1.parquet") == 2
    clear_away(tmp_path)
    assert not dead.exists()
    assert ours.exists()
    assert elsewhere.exists()
    os.utime(elsewhere, (0, 0))
    clear_away(tmp_path)
    assert not elsewhere.exists()


def test_a_full_disk_is_one_message(tmp_path: Path) -> None:
    """`ulimit -f` is a real refusal by the system, such as a full disk gives."""
    program = (
        "import sys; from pathlib import Path; from univocal.sharding.table import ShardWriter\n"
        "from univocal.errors import UnivocalError\n"
        "try:\n"
        f"    with ShardWriter(Path({str(tmp_path)!r}) / 'x-1.parquet') as writer:\n"
        "        for n in range(20_000): writer.write({'paper': f'{n:0400d}'})\n"
        "        writer.finish({})\n"
        "except UnivocalError as error: print(error)\n"
    )
    ran = subprocess.run(
        ["bash", "-c", f'ulimit -f 64; exec "{sys.executable}" -c "$0"', program],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert ran.stdout.startswith(f"{tmp_path}: can't be written: File too large")
    assert len(ran.stdout.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_folder_that_isnt_there_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(UnivocalError, match="can't be written"), ShardWriter(tmp_path / "no" / "x.parquet"):
        pass
