"""`univocal code` on the command line: what it prints where, its exit status, and the recipe for Slurm."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from univocal.cli.main import group
from univocal.errors import UnivocalError

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "code-a-large-corpus.md"
GOOD = {"id": "p1", "title": "Goals", "abstract": "The model is aligned with user intent.", "year": 2024}
PLAIN = {"id": "p2", "title": "Parsing", "abstract": "A grammar.", "year": 2024}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for n in range(3):
        rows = [GOOD | {"id": f"good-{n}"}, PLAIN | {"id": f"plain-{n}"}]
        (folder / f"{n}.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return folder


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(group, ["code", *map(str, words)])


def lexicon(*words: str | Path) -> Result:
    return run(*words, "--coder", "lexicon", "--workers", "1")


def test_clean_input_ends_with_0_and_says_what_was_done(corpus: Path, tmp_path: Path) -> None:
    ran = lexicon(corpus, "-o", tmp_path / "out")
    assert ran.exit_code == 0, ran.output
    assert not ran.stdout
    assert "6 papers; 3 mention align-" in ran.stderr
    assert "3 shards, 0 of them there before" in ran.stderr
    again = lexicon(corpus, "-o", tmp_path / "out", "--format", "json")
    told = orjson.loads(again.stdout)
    assert (told["shards"], told["shards_before"]) == (3, 3)
    assert told["counts"]["papers"] == 6


def test_status_tells_what_is_there_and_what_is_missing(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    lexicon(corpus, "-o", out, "--shard", "1/3")
    ran = run(corpus, "-o", out, "--coder", "lexicon", "--status")
    assert ran.exit_code == 1
    assert "1 of 3 shards are there" in ran.stderr
    assert "missing: 1.jsonl:1" in ran.stderr
    alone = run("-o", out, "--status", "--format", "json")
    assert alone.exit_code == 0
    assert orjson.loads(alone.stdout)["coders"][0]["papers"] == 2


def test_shards_of_an_earlier_corpus_are_told_and_pruned(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    lexicon(corpus, "-o", out)
    (corpus / "2.jsonl").unlink()
    ran = lexicon(corpus, "-o", out)
    assert ran.exit_code == 1
    assert "1 shard is of other papers" in ran.stderr
    assert lexicon(corpus, "-o", out, "--prune").exit_code == 0
    assert len(list(out.glob("*.parquet"))) == 2


def test_faults_end_with_1_and_nothing_to_read_with_2(corpus: Path, tmp_path: Path) -> None:
    (corpus / "bad.jsonl").write_text("nothing\n")
    ran = lexicon(corpus, "-o", tmp_path / "out")
    assert ran.exit_code == 1
    assert "invalid-json" in ran.stderr
    nothing = lexicon(tmp_path / "nowhere", "-o", tmp_path / "out2")
    assert nothing.exit_code == 2
    assert "nowhere" in nothing.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--shard", "0/4"], "I from 1 to N"),
        (["--shard", "5/4"], "I from 1 to N"),
        (["--shard", "a/b"], "I from 1 to N"),
        (["--prune", "--shard", "1/2"], "--prune needs the whole corpus"),
        (["--on", "ray", "--shard", "1/2"], "--on ray needs the whole corpus"),
        (["--coder", "lexikon"], "Did you mean 'lexicon'"),
        (["--dry-run"], "--dry-run is for language models"),
        (["--coder", "llm:a/b", "--status"], "Use --dry-run"),
        (["--coder", "llm:a/b", "--on", "ray"], "Leave out --prune and --on ray"),
    ],
)
def test_misuse_is_one_message(corpus: Path, tmp_path: Path, words: list[str], why: str) -> None:
    ran = run(corpus, "-o", tmp_path / "out", *words)
    assert isinstance(ran.exception, UnivocalError)
    assert why in str(ran.exception)


def test_a_corpus_is_needed(tmp_path: Path) -> None:
    ran = run("-o", tmp_path / "out")
    assert isinstance(ran.exception, UnivocalError)
    assert "Name a CORPUS" in str(ran.exception)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", HOWTO.read_text(), re.DOTALL)


@pytest.mark.slow
def test_the_slurm_recipe_runs(corpus: Path, tmp_path: Path) -> None:
    """The body of the recipe, as Slurm would run it: each task with its number, two of them at once."""
    (script,) = [block for block in blocks("bash") if block.startswith("#!/bin/bash")]
    assert "#SBATCH --array=1-" in script
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = os.environ | {
        "PATH": path, "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_CPUS_PER_TASK": "1",
    }  # fmt: skip
    body = script.replace("/scratch/corpus/", str(corpus)).replace("/scratch/codings/", str(tmp_path / "out"))
    assert str(corpus) in body
    tasks = [
        subprocess.Popen(["bash", "-c", body], env=given | {"SLURM_ARRAY_TASK_ID": task}) for task in "12"
    ]
    assert [task.wait(timeout=240) for task in tasks] == [0, 0]
    ran = lexicon(corpus, "-o", tmp_path / "whole")
    assert ran.exit_code == 0
    names = {path.name for path in (tmp_path / "out").glob("*.parquet")}
    assert len(names) == 3
    status = run(corpus, "-o", tmp_path / "out", "--status")
    assert status.exit_code == 0, status.output
