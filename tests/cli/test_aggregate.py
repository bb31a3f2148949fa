import csv
import io
import json

import numpy as np
import pytest
from click.testing import CliRunner

from univocal.cli.aggregate import aggregate
from univocal.errors import UnivocalError

OPTIONS = ("--unit", "paper", "--coder", "coder", "--code", "code")


def write(path, n_coders=4, *, together=False):
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 80)
    wrong = rng.random((n_coders, 80)) < 0.25
    shift = rng.integers(1, 3, (n_coders, 80))
    if together:
        wrong[1], shift[1] = wrong[0], shift[0]
    lines = ["paper,coder,code"] + [f"p{i:02},gold,{code}" for i, code in enumerate(truth)]
    for k in range(n_coders):
        codes = np.where(wrong[k], (truth + shift[k]) % 3, truth)
        lines += [f"p{i:02},coder number {k},{code}" for i, code in enumerate(codes)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def run(*arguments):
    return CliRunner().invoke(aggregate, [*arguments])


def test_json_and_files(tmp_path):
    path = write(tmp_path / "codings.csv")
    result = run(
        path,
        *OPTIONS,
        "--truth",
        "gold",
        "--method",
        "dawid_skene",
        "--format",
        "json",
        "-o",
        str(tmp_path / "out"),
    )
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["variables"]["code"]["n_units"] == 80
    assert data["variables"]["code"]["accuracy"]["value"] > 0.8
    assert (tmp_path / "out" / "aggregation.json").read_text(encoding="utf-8") == result.stdout
    rows = list(
        csv.DictReader(io.StringIO((tmp_path / "out" / "aggregation.csv").read_text(encoding="utf-8")))
    )
    assert len(rows) == 80
    assert list(rows[0]) == [
        "variable",
        "unit",
        "code",
        "probability",
        "vote_share",
        "n_answers",
        "tie",
        "truth",
    ]


def test_a_warning_exits_with_one(tmp_path):
    path = write(tmp_path / "codings.csv", together=True)
    machines = "coder number 0,coder number 1"
    result = run(path, *OPTIONS, "--truth", "gold", "--machine", machines)
    assert result.exit_code == 1, result.output
    assert "Warning (both are machines): Coders coder number 0 and coder number 1 err together" in " ".join(
        result.stdout.split()
    )
    assert run(path, *OPTIONS, "--truth", "gold", "--no-dependence").exit_code == 0


def test_text_fits_a_hundred_columns_with_many_coders(tmp_path):
    result = run(write(tmp_path / "codings.csv", 30), *OPTIONS, "--truth", "gold", "--no-dependence")
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "… and 18 more: see --format json" in result.stdout
    assert result.stdout.count("coder number") == 12


def test_help_says_what_one_means():
    assert "1 done, with such a warning" in run("--help").output


@pytest.mark.parametrize("wrong", [("--truth", "golf"), ("--machine", "nobody"), ("--level", "95")])
def test_misuse_writes_nothing(tmp_path, wrong):
    result = run(write(tmp_path / "codings.csv"), *OPTIONS, *wrong, "-o", str(tmp_path / "out"))
    assert isinstance(result.exception, UnivocalError)  # `univocal` itself turns it into exit 2
    assert not (tmp_path / "out").exists()


def test_truth_from_a_table_of_its_own(tmp_path):
    labels = tmp_path / "labels.csv"
    labels.write_text("item,who,label\n" + "".join(f"{i},{w},{i % 2}\n" for i in range(20) for w in "xyz"))
    truth = tmp_path / "truth.csv"
    truth.write_text("id,is\n" + "".join(f"{i},{i % 2 if i else 1}\n" for i in range(10)) + "10,\n")
    words = (str(labels), "--unit", "item", "--coder", "who", "--code", "label", "--truth-from", str(truth))
    result = run(*words, "--truth-unit", "id", "--truth-code", "is", "--format", "json")
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["truth"] == "truth"
    accuracy = data["variables"]["label"]["accuracy"]
    assert (accuracy["value"], accuracy["n"]) == (0.9, 10)
    named = run(*words, "--truth-unit", "id", "--truth-code", "is", "--truth", "key", "--format", "json")
    assert json.loads(named.stdout)["truth"] == "key"
    refused = run(*words)
    assert isinstance(refused.exception, UnivocalError)
    assert "truth.csv: no column 'item'" in str(refused.exception)
    assert "truth.csv: no column 'label'" in str(refused.exception)


def gold(path, *, coders=True):
    said = {"one": "main", "two": "no"}
    rows = [
        {"id": f"p{n}", "text": "We align.", "mentions": [], "coding": {"about": "main"}}
        | ({"coders": {name: {"about": code} for name, code in said.items()}} if coders else {})
        for n in range(6)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_adjudicated_codes_are_the_truth_and_not_aggregated(tmp_path):
    path = gold(tmp_path / "gold.jsonl")
    data = json.loads(run(path, "--format", "json").stdout)
    assert data["truth"] == "adjudicated"
    assert any("'adjudicated' is taken as the truth" in note for note in data["notes"])
    assert [one["coder"] for one in data["variables"]["about"]["coders"]] == ["one", "two"]
    assert "'adjudicated' is taken as the truth" in " ".join(run(path).stdout.split())
    other = json.loads(run(path, "--truth", "one", "--format", "json").stdout)
    assert [one["coder"] for one in other["variables"]["about"]["coders"]] == ["two"]
    assert any("'adjudicated'" in what for what in other["left_out"])
    asked = json.loads(run(path, "--only-coders", "adjudicated,one,two", "--format", "json").stdout)
    assert (asked["truth"], len(asked["variables"]["about"]["coders"])) == (None, 3)


def test_machines_of_an_atlas_are_known(tmp_path):
    rows = [
        {"paper": f"p{n}", "coder": coder, "variable": "about", "codes": ["main"]}
        for n in range(4) for coder in ("lexicon", "ann")
    ]  # fmt: skip
    (tmp_path / "codings.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    data = json.loads(run(str(tmp_path / "codings.jsonl"), "--format", "json").stdout)
    assert data["machine"] == ["lexicon"]
    judged = json.loads(run(str(tmp_path / "codings.jsonl"), "--truth", "lexicon", "--format", "json").stdout)
    assert judged["machine"] == []
    assert "The truth is 'lexicon', a machine coder" in judged["notes"][0]


def test_a_fit_that_ended_too_soon_is_told(tmp_path):
    words = (write(tmp_path / "codings.csv"), *OPTIONS, "--method", "dawid_skene", "--max-iterations", "1")
    assert "Not converged: did not converge in 1 iterations" in " ".join(run(*words).stdout.split())
