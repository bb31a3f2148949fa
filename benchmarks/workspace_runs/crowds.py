"""Runs crowd.py against a study and counts what the study holds afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from univocal.study.folder import open_study
from workspace_runs.processes import served
from workspace_runs.saves import ANSWERS, Waits
from workspace_runs.studies import COOKIE, logins

CODERS = 50


@dataclass(frozen=True, slots=True)
class Crowd:
    """Saves acknowledged, those of them that the study doesn't hold, those refused, waits, saves a second."""

    acknowledged: int
    lost: int
    refused: int
    waits: Waits
    a_second: float


def crowd(folder: Path, *, seconds: float, think: tuple[float, float], again: str = "") -> Crowd:
    """Fifty coders save for a while, each on papers of their own and pausing as long as ``think`` says (seconds)."""
    study = open_study(folder)
    people = logins(study, [f"coder{again}{n}" for n in range(CODERS)])
    with study.database.reading() as connection:
        n = connection.exec_driver_sql("SELECT count(*) FROM paper").scalar_one()
    study.close()
    each = n // CODERS
    asked = [
        {
            "row": one.row, "cookie": f"{COOKIE}={one.cookie}", "csrf": one.csrf, "answers": ANSWERS,
            "rows": list(range(1 + k * each, 1 + (k + 1) * each)),
        }
        for k, one in enumerate(people)
    ]  # fmt: skip
    with served(folder) as server:
        words = [sys.executable, str(Path(__file__).with_name("crowd.py")), str(server.port), str(seconds)]
        done = subprocess.run(
            [*words, *map(str, think)], input=json.dumps(asked), capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise SystemExit(f"crowd.py: {done.stderr[-2000:]}")
    said = json.loads(done.stdout)
    if said["refused"]:
        print("refused:", said["refused"][0], file=sys.stderr)
    study = open_study(folder)
    with study.database.reading() as connection:
        tokens = set(connection.exec_driver_sql("SELECT token FROM revision").scalars())
    study.close()
    acknowledged = set(said["acknowledged"])
    return Crowd(
        len(acknowledged), len(acknowledged - tokens), len(said["refused"]), Waits(tuple(said["waits"])),
        len(acknowledged) / seconds,
    )  # fmt: skip
