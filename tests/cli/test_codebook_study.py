"""`univocal codebook update` and `history`: shown by default, done with --yes."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.study.material import TEXTS, write_papers
from tests.study.recode_material import Question, words

from univocal.cli.codebook_study import history, update
from univocal.errors import StudyError
from univocal.study import codebooks, people, queues
from univocal.study.codings import Answer, Unit, save
from univocal.study.folder import create, open_study
from univocal.study.papers import import_papers, paper_of

SPLIT = {
    "topic": Question(["scarlet", "ruby", "green", "blue", "!nothing"]),
    "depth": Question(["deep"], when="topic green"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study whose only coding is ann's: topic is red; her paper is finished."""
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    first = tmp_path / "first.toml"
    first.write_text(words("1.0.0")["codebook.toml"])
    study = create(tmp_path / "study", codebook=first)
    import_papers(study, [write_papers(tmp_path / "p.jsonl", TEXTS)])
    with study.database.writing() as connection:
        ann = people.add(connection, "ann", "coder")
        queues.assign(connection, queues.Plan(name="a", kind="all", double=0), [ann])
        stored = paper_of(connection, "emoji")
        save(
            connection, Unit(stored.row, ann.row, "topic"), Answer(("nothing",)), paper=stored.paper, coder="ann",
            codebook=study.codebook, codebook_row=study.codebook_row, stage="blind",
        )  # fmt: skip
        queues.finish(connection, stored.row, ann.row)
    study.close()
    return tmp_path / "study"


def run(command: click.Command, *given: object):
    return CliRunner().invoke(command, [str(one) for one in given])


def version(folder: Path) -> str:
    study = open_study(folder)
    study.close()
    assert study.notes == ()
    return study.codebook.version


GONE = {"topic": Question(["red", "green", "blue", "!none"])}
RENAME = ("--rename", "topic:nothing=none")


def test_it_is_shown_and_nothing_happens(folder: Path) -> None:
    (folder / "codebook.toml").write_text(words("2.0.0", **GONE)["codebook.toml"])
    ran = run(update, "--study", folder)
    assert ran.exit_code == 1
    assert ran.stdout.splitlines() == [
        "small: 1.0.0 → 2.0.0",
        "topic",
        "  nothing: removed: 1 coding (ann 1): to be coded again",
        "  none: added",
        "  3 codes unchanged (0 codings)",
        "18 variables unchanged",
        "→ kept as they are: 0 codings",
        "→ to be coded again: 1 coding",
        ran.stdout.splitlines()[-1],
    ]
    assert "finished papers that open again: 1 paper (ann 1);" in ran.stdout
    assert "Nothing was changed" in ran.stderr
    study = open_study(folder)
    assert study.codebook.version == "1.0.0"
    study.close()


def test_with_yes_it_is_done(folder: Path) -> None:
    (folder / "codebook.toml").write_text(words("2.0.0", **GONE)["codebook.toml"])
    ran = run(update, "--study", folder, *RENAME, "--yes", "--note", "shorter")
    assert ran.exit_code == 0, ran.output
    assert (
        "nothing: renamed to none, definition changed: 1 coding (ann 1): new code, same evidence"
        in ran.stdout
    )
    assert version(folder) == "2.0.0"
    told = run(history, "--study", folder)
    assert told.exit_code == 0
    assert "\tshorter\n  code topic.nothing removed" in told.stdout
    assert "  → codings: 1 got new codes, 0 kept" in told.stdout
    made = json.loads(run(history, "--study", folder, "--format", "json").stdout)
    assert [one["version"] for one in made["versions"]] == ["1.0.0", "2.0.0"]


def test_a_file_from_elsewhere_takes_the_place_of_the_studys_own(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "next.toml"
    file.write_text(words("2.0.0", **SPLIT)["codebook.toml"])
    split = ("--split", "topic:red=scarlet,ruby")
    ran = run(update, "--study", folder, file, *split, "--format", "json")
    assert ran.exit_code == 0, "no coding has the code"
    made = json.loads(ran.stdout)
    assert (made["after"], made["done"], made["codings"]["kept"]) == ("2.0.0", False, 1)
    own = folder / "codebook.toml"
    before = own.read_text()
    own.write_text(before + "\n# mine\n")
    ran = run(update, "--study", folder, file, *split, "--yes")
    assert isinstance(ran.exception, StudyError)
    assert "changes that are in no version yet" in str(ran.exception)
    own.write_text(before)
    assert version(folder) == "1.0.0"
    assert run(update, "--study", folder, file, *split, "--yes").exit_code == 0
    assert version(folder) == "2.0.0"
    assert own.read_text() == codebooks.files_of(file)["codebook.toml"]


def test_a_folder_that_cannot_be_written_leaves_all_as_it_was(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "next.toml"
    file.write_text(words("2.0.0", **GONE)["codebook.toml"])
    (folder / ".codebook.toml.new").mkdir()
    ran = run(update, "--study", folder, file, *RENAME, "--yes")
    assert isinstance(ran.exception, StudyError)
    assert "can't be written" in str(ran.exception)
    assert version(folder) == "1.0.0"


def test_all_faults_of_the_options_are_told(folder: Path) -> None:
    ran = run(update, "--study", folder, "--rename", "x", "--split", "y")
    assert isinstance(ran.exception, StudyError)
    assert len(str(ran.exception).splitlines()) == 2


def test_what_is_to_be_reviewed_is_listed(folder: Path) -> None:
    files = words("1.1.0", topic=Question(["red", "green", "blue", "!nothing=void"]))
    (folder / "codebook.toml").write_text(files["codebook.toml"])
    assert run(update, "--study", folder, "--yes").exit_code == 0
    told = run(history, "--study", folder).stdout
    assert (
        told.splitlines()[-1] == "to review, made by words that were changed since: topic: 1 coding (ann 1)"
    )
    (one,) = json.loads(run(history, "--study", folder, "--format", "json").stdout)["to_review"]
    assert (one["key"], one["coder"], one["codes"]) == ("emoji", "ann", ["nothing"])


def test_a_variable_is_renamed_and_papers_open_again(folder: Path, tmp_path: Path) -> None:
    colour = Question(["red", "green", "blue", "!nothing"], label="The colour", id="colour")
    files = words(
        "2.0.0",
        topic=colour,
        depth=Question(["deep", "flat"], when="colour red green"),
        extra=Question(["a"]),
    )
    (folder / "codebook.toml").write_text(files["codebook.toml"])
    ran = run(update, "--study", folder)
    assert "topic: removed: 1 coding (ann 1) taken away" in ran.stdout
    ran = run(update, "--study", folder, "--rename-variable", "topic=colour", "--reopen", "extra")
    assert ran.exit_code == 1
    assert ran.stdout.splitlines() == [
        "small: 1.0.0 → 2.0.0",
        "colour: renamed, was topic: 1 coding (ann 1) go along; label: “The topic” → “The colour”",
        "extra: added; finished without an answer: 1 paper (ann 1); they open again",
        "18 variables unchanged",
        "→ kept as they are: 0 codings",
        "→ under their variable's new id, same coder, answer and evidence: 1 coding",
        ran.stdout.splitlines()[-1],
    ]
    assert ran.stdout.splitlines()[-1].startswith("→ finished papers that open again: 1 paper (ann 1);")
    maps = tmp_path / "maps.toml"
    maps.write_text('[[variable]]\nfrom = "topic"\nto = "colour"\n')
    ran = run(update, "--study", folder, "--map", maps, "--reopen", "all", "--yes", "--format", "json")
    assert ran.exit_code == 0, ran.output
    made = json.loads(ran.stdout)
    assert (made["names"], made["codings"]["moved"], made["reopened"]) == ({"topic": "colour"}, 1, {"ann": 1})
    assert [one["unanswered"] for one in made["variables"] if one["variable"] == "extra"] == [{"ann": 1}]
    told = run(history, "--study", folder).stdout
    assert "  variable topic renamed to colour\n" in told
    assert "  → topic renamed to colour\n" in told
    assert "  → codings: 1 under their variable's new id, 0 kept; papers that opened again: 1" in told


def test_what_cannot_be_reopened_is_told(folder: Path) -> None:
    (folder / "codebook.toml").write_text(words("2.0.0", **GONE)["codebook.toml"])
    ran = run(update, "--study", folder, "--reopen", "kinds")
    assert isinstance(ran.exception, StudyError)
    assert "'kinds' isn't asked of other papers than before; none can be" in str(ran.exception)
