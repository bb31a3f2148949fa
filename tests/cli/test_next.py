"""`univocal next` from the terminal: said, drawn, and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from univocal.cli.main import group
from univocal.errors import UnivocalError
from univocal.study import people
from univocal.study.folder import open_study
from univocal.study.listing import batch_states


def run(*words: str | Path) -> Result:
    done = CliRunner().invoke(group, [str(word) for word in words])
    if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    texts = (
        "We align the outputs of language model {} with human preferences, so that it is helpful.",
        "Word alignment {} for statistical machine translation of parallel sentences.",
    )
    rows = [{"id": f"p{i}", "title": f"Paper {i}", "abstract": texts[i % 4 > 0].format(i)} for i in range(80)]
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert run("init", tmp_path / "pilot").exit_code == 0
    assert run("import", tmp_path / "papers.jsonl", "--study", tmp_path / "pilot").exit_code == 0
    study = open_study(tmp_path / "pilot")
    with study.database.writing() as connection:
        for name in ("ann", "bob"):
            people.add(connection, name, "coder")
    study.close()
    return tmp_path / "pilot"


def asked(folder: Path, *more: str) -> Result:
    return run("next", "--study", folder, "--variable", "about", "--code", "main", "--width", ".2", *more)


def batches(folder: Path) -> list[tuple[str, str, int]]:
    study = open_study(folder)
    with study.database.reading() as connection:
        found = [(one.name, one.kind, one.papers) for one in batch_states(connection)]
    study.close()
    return found


def test_a_dry_run_says_all_and_draws_nothing(folder: Path) -> None:
    assert run("suggest", "--study", folder, "--coder", "lexicon").exit_code == 0
    said = asked(folder, "--dry-run").output
    assert "now: not known, as nobody has finished a paper yet" in said
    assert "Papers left by what lexicon says:" in said
    assert "in random order, from the start, about" in said
    assert said.endswith("Nothing was drawn (--dry-run).\n")
    assert batches(folder) == []


def test_batches_are_drawn_and_named(folder: Path) -> None:
    assert run("suggest", "--study", folder, "--coder", "lexicon").exit_code == 0
    assert "20 papers drawn as 'main 1' for ann, bob." in asked(folder, "-n", "20").output
    again = asked(folder, "-n", "10", "--coders", "ann", "--double", "0", "--seed", "3").output
    assert "drawn and not coded yet: 20" in again
    assert "10 papers drawn as 'main 2' for ann." in again
    assert batches(folder) == [("main 1", "stratified", 20), ("main 2", "stratified", 10)]


def test_misuse_is_told(folder: Path) -> None:
    with pytest.raises(UnivocalError, match="Did you mean 'main'"):
        run("next", "--study", folder, "--variable", "about", "--code", "mane", "--width", ".2")
    with pytest.raises(UnivocalError, match="--train-also"):
        asked(folder, "--train-also", str(folder / "study.toml"))
    with pytest.raises(UnivocalError, match="no machine coder 'trained'"):
        asked(folder, "--machine", "trained")
    with pytest.raises(UnivocalError, match="Did you mean 'ann'"):
        asked(folder, "--coders", "anne")
    with pytest.raises(UnivocalError, match="double: a share in"):
        asked(folder, "--double", "2")
    assert batches(folder) == []
    assert "univocal next" in run("next", "--help").output
    without = asked(folder, "--dry-run", "-n", "10")
    assert "univocal suggest" in without.output
