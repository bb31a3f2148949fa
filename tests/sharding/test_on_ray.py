"""The same shards on Ray, on this machine, with a worker killed half-way."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.sharding.conftest import bytes_of, lines

from univocal.errors import MissingExtraError
from univocal.sharding import code_corpus, on_ray

WITH_RAY = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray isn't installed (extra ray)"
)

PROGRAM = """
import sys
from pathlib import Path
from univocal.sharding.on_ray import code_on_ray
coded = code_on_ray([Path(sys.argv[1])], Path(sys.argv[2]), coder="lexicon", workers=2, shard_bytes=20_000)
print(coded.counts.papers, coded.n_shards, coded.n_before, len(coded.failed), len(coded.stale))
"""


def processes() -> dict[int, str]:
    """The command lines of all processes, by number."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended while we looked
    return found


def parents(pid: int) -> set[int]:
    above = set()
    while pid > 1:
        above.add(pid)
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
    return above


@pytest.mark.slow
@WITH_RAY
def test_a_worker_killed_half_way_costs_nothing(tmp_path: Path) -> None:
    corpus, out = tmp_path / "in", tmp_path / "out"
    corpus.mkdir()
    for part in range(8):
        (corpus / f"{part:02d}.jsonl").write_bytes(lines(range(part * 150, part * 150 + 150)))
    code_corpus([corpus], tmp_path / "local", coder="lexicon", workers=1, shard_bytes=20_000)
    whole = bytes_of(tmp_path / "local")
    assert len(whole) > 16
    run = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(corpus), str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    deadline = time.monotonic() + 240
    while len(list(out.glob("*.parquet"))) < len(whole) // 4 and run.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    workers = [p for p, line in processes().items() if "DivisionCoder" in line and run.pid in parents(p)]
    assert workers, "no worker of this run was found"
    os.kill(workers[0], signal.SIGKILL)
    left = len(bytes_of(out))
    told, talk = run.communicate(timeout=240)
    assert run.returncode == 0, talk
    assert left < len(whole), "it was over before the worker was killed"
    papers, shards, before, failed, stale = map(int, told.split())
    assert (papers, shards, failed, stale) == (8 * 150 * 5, len(whole), 0, 0)
    assert before <= left
    assert bytes_of(out) == whole


def test_without_ray_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"univocal\[ray\]"):
        on_ray.code_on_ray([tmp_path], tmp_path / "out", coder="lexicon")
