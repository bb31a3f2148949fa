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
