"""The command: each sub-command is its library call; data to stdout, talk to stderr, exit status by finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from univocal.cli.main import group, main
from univocal.codebook import diff, load, show

EXAMPLE = str(
    Path(__file__).resolve().parents[2] / "examples" / "codebooks" / "collective-bidirectional.toml"
)


def run(*words):
    return CliRunner().invoke(group, ["codebook", *words])


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_show_is_show(format_):
    ran = run("show", "--format", format_)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout == show(load(), format=format_)


def test_show_takes_a_file_and_a_variable():
    ran = run("show", EXAMPLE, "--variable", "object_x", "--format", "json")
    assert "collective" in [code["id"] for code in json.loads(ran.stdout)["codes"]]


def test_check_clean():
    ran = run("check", EXAMPLE)
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", f"{EXAMPLE}: sound\n")


def test_check_faulty_and_sound_files(tmp_path):
    path = tmp_path / "f.toml"
    path.write_text('extends = "alignment"\nid = "f"\ntitle = "F"\nversion = "1"\ncolour = 1\n')
    ran = run("check", str(path), EXAMPLE)
    assert ran.exit_code == 1
    assert ran.stdout.splitlines() == [
        "f.toml: colour: unknown key. Known: 'id', 'version', 'title', 'source', 'extends', 'include'.",
        "f.toml: version: expected a version such as '1.0.0', got '1'",
    ]
    assert ran.stderr.splitlines() == [f"{EXAMPLE}: sound", "2 faults"]


def test_check_misused(tmp_path):
    assert run("check").exit_code == 2
    assert run("check", str(tmp_path / "none.toml")).exit_code == 2


def test_diff_without_difference():
    ran = run("diff", "alignment", "alignment")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "no difference\n")


def test_diff_that_leaves_codings_standing():
    ran = run("diff", "alignment", EXAMPLE)
    assert ran.exit_code == 0
    assert "+ ideal collective_alignment" in ran.stdout.splitlines()
    assert "+ cues of sense.collective_alignment: 4" in ran.stdout.splitlines()
    assert "codings stay valid" in ran.stderr


def test_diff_that_breaks_codings():
    ran = run("diff", EXAMPLE, "alignment")
    assert ran.exit_code == 1
    assert "- code sense.collective_alignment  [breaks codings]" in ran.stdout.splitlines()


def test_diff_tells_what_was_and_what_is(tmp_path):
    path = tmp_path / "f.toml"
    path.write_text(
        'extends = "alignment"\nid = "f"\ntitle = "Ideals and senses of AI alignment"\nversion = "1.1.1"\n'
        '[[codes]]\nvariable = "about"\nid = "no"\nabsence = false\nprovenance = "U"\n'
        '[[variables]]\nid = "valence"\nwhen = { variable = "about", codes = ["main"] }\nprovenance = "U"\n'
    )
    ran = run("diff", "alignment", str(path))
    assert ran.stdout.splitlines() == [
        "~ code about.no: absence  [breaks codings]",
        "    was  True",
        "    now  False",
        "~ variable valence: provenance",
        "    was  S",
        "    now  U",
        "~ variable valence: when  [breaks codings]",
        "    was  where about is main or passing",
        "    now  where about is main",
    ]
    assert ran.stderr == "3 changes (major); some codings may no longer be valid; 1.1.0 would become 2.0.0\n"


def test_diff_json():
    told = json.loads(run("diff", "alignment", EXAMPLE, "--format", "json").stdout)
    found = diff(load(), load(EXAMPLE))
    assert told["codings_stay_valid"] is True
    assert [change["path"] for change in told["changes"]] == [list(change.path) for change in found.changes]


def test_new_check_show(tmp_path):
    path = str(tmp_path / "mine.toml")
    made = run("new", path)
    assert (made.exit_code, made.stdout) == (0, f"{path}\n")
    assert run("check", path).exit_code == 0
    assert "My codebook" in run("show", path).stdout
    assert run("new", path, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["new", "{file}"],
            "univocal: {file}: there is such a file. Pass --force (force=True) to write over it.\n",
        ),
        (["show", "alinment"], "univocal: no codebook 'alinment' is built in. Did you mean 'alignment'?\n"),
        (
            ["show", "--variable", "valance"],
            "univocal: alignment: no variable 'valance'. Did you mean 'valence'?\n",
        ),
    ],
    ids=["new", "show", "variable"],
)
def test_errors_are_one_message_and_status_2(words, message, tmp_path, monkeypatch, capsys):
    path = tmp_path / "there.toml"
    path.write_text("")
    monkeypatch.setattr(
        "sys.argv", ["univocal", "codebook", *(word.replace("{file}", str(path)) for word in words)]
    )
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == message.replace("{file}", str(path))


@pytest.mark.parametrize("command", ["show", "check", "diff", "new"])
def test_every_command_has_an_example(command):
    assert f"Example: univocal codebook {command}" in run(command, "--help").stdout
