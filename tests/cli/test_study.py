"""A study from the terminal, from its making to the agreement of its coders."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from univocal.cli.main import group
from univocal.errors import UnivocalError
from univocal.study import people, queues
from univocal.study.codings import Answer, Unit, save
from univocal.study.folder import open_study
from univocal.study.papers import all_papers


def run(*words: str | Path) -> Result:
    done = CliRunner().invoke(group, [str(word) for word in words])
    if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    papers = [
        {"id": f"p{i}", "title": f"Paper {i}", "abstract": f"We align model {i} with users."}
        for i in range(30)
    ]
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, papers)))
    assert run("init", tmp_path / "pilot").exit_code == 0
    assert (
        "30 papers added." in run("import", tmp_path / "papers.jsonl", "--study", tmp_path / "pilot").output
    )
    return tmp_path / "pilot"


def test_an_import_says_what_was_there_and_what_was_left_out(folder: Path) -> None:
    papers = folder.parent / "papers.jsonl"
    again = run("import", papers, "--study", folder)
    assert (again.exit_code, "0 papers added, 30 there already." in again.output) == (0, True)
    bad = folder.parent / "bad.jsonl"
    bad.write_text('{"id": "q", "title": "Good", "abstract": "We align."}\nnonsense\n')
    mixed = run("import", bad, "--study", folder)
    assert (mixed.exit_code, "1 paper added" in mixed.output) == (1, True)
    assert run("import", folder.parent / "nowhere.jsonl", "--study", folder).exit_code == 2


def test_people_are_invited_listed_and_changed(folder: Path) -> None:
    link = run("people", "invite", "coder", "--study", folder).output.strip()
    token = re.fullmatch(r"http://127\.0\.0\.1:8400/join\?token=(.+)", link)
    assert token
    study = open_study(folder)
    with study.database.writing() as connection:
        people.join(connection, token.group(1), name="ann", password="correct horse")
        people.add(connection, "olga", "owner", password="correct horse")
    study.close()
    assert run("people", "list", "--study", folder).output == "ann\tcoder\nolga\towner\n"
    assert (
        "ann: adjudicator"
        in run("people", "change", "ann", "--role", "adjudicator", "--study", folder).output
    )
    with pytest.raises(UnivocalError, match="only owner"):
        run("people", "change", "olga", "--inactive", "--study", folder)
    with pytest.raises(UnivocalError, match="at least 8"):
        run("people", "password", "ann", "--password", "short", "--study", folder)
    assert (
        "new password"
        in run("people", "password", "ann", "--password", "long enough", "--study", folder).output
    )


def test_a_study_is_drawn_coded_and_measured(folder: Path) -> None:
    study = open_study(folder)
    with study.database.writing() as connection:
        for name in ("ann", "bob"):
            people.add(connection, name, "coder")
    assert "30 codings" not in run("suggest", "--study", folder, "--coder", "lexicon").output
    drawn = run("queue", "draw", "First", "--kind", "active", "--size", "12", "--study", folder)
    assert "12 papers drawn for ann, bob." in drawn.output
    assert "12 of 30 papers\t0 of 24 tasks done" in run("queue", "list", "--study", folder).output
    with pytest.raises(UnivocalError, match=r"(?s)STRATUM=N.*'a'.*'b=x'"):
        run("queue", "draw", "Bad", "--kind", "stratified", "--sizes", "a,b=x", "--study", folder)
    with pytest.raises(UnivocalError, match=r"(?s)'a=²'.*'b' stands there twice"):
        run("queue", "draw", "Bad", "--kind", "stratified", "--sizes", "a=²,b=1,b=2", "--study", folder)
    with pytest.raises(UnivocalError, match=r"no paper left in stratum 'a'\. There are papers in no stratum"):
        run("queue", "draw", "Bad", "--kind", "stratified", "--sizes", "a=1,=2", "--study", folder)
    assert run("queue", "draw", "Bad", "--seed", 2**40, "--study", folder).exit_code == 2
    with pytest.raises(UnivocalError, match="Did you mean 'ann'"):
        run("queue", "draw", "Bad", "--coders", "anne", "--study", folder)
    assert run("people", "change", "ann", "--study", folder).exit_code == 2
    with pytest.raises(UnivocalError, match="nobody has finished"):
        run("agreement", "--study", folder)
    with study.database.reading() as connection:
        papers = {one.row: one.paper for one in all_papers(connection)}
    with study.database.writing() as connection:
        for who in ("ann", "bob"):
            coder = people.named(connection, who)
            while (task := queues.next_task(connection, coder.row)) is not None:
                answer = Answer(None) if task.paper % 2 and who == "ann" else Answer(("no",))
                save(
                    connection, Unit(task.paper, coder.row, "about"), answer, paper=papers[task.paper], coder=who,
                    codebook=study.codebook, codebook_row=study.codebook_row, stage="blind",
                )  # fmt: skip
                queues.finish(connection, task.paper, coder.row)
    study.close()
    report = json.loads(run("agreement", "--study", folder, "--format", "json").output)
    about = report["variables"]["about"]
    assert about["codings"].keys() == {"ann", "bob"}
    assert about["n_units"] == 12
    with pytest.raises(UnivocalError, match="Name FILEs, or a study"):
        run("agreement", folder.parent / "papers.jsonl", "--study", folder)


def test_what_cannot_be_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(UnivocalError, match="univocal init"):
        run("import", tmp_path / "x.jsonl", "--study", tmp_path / "nowhere")
    done = subprocess.run(
        [sys.executable, "-m", "univocal", "serve", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no study.toml" in done.stderr
