"""`univocal prevalence` on files."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from univocal.cli.prevalence import prevalence
from univocal.errors import InputError, UnivocalError
from univocal.estimates.prevalence import MACHINE_NOTE

DEV = Path(__file__).parents[3] / "shared" / "gold" / "dev.jsonl"
LONG = ("--unit", "paper", "--coder", "coder", "--code", "code")


def write(path, header, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


def run(command, *words):
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def test_weights_below_zero_are_named(tmp_path):
    rows = [("p", "ann", "a", "1"), ("q", "ann", "b", "0"), ("r", "ann", "b", "-2"), ("s", "ann", "b", "nan")]
    file = write(tmp_path / "c.csv", ["paper", "coder", "code", "weight"], rows)
    with pytest.raises(UnivocalError) as error:
        run(prevalence, file, *LONG, "--gold", "ann", "--weight", "weight")
    for line in ("line 3", "line 4", "line 5"):
        assert line in str(error.value)


def test_prevalence_with_a_machine_and_by_group(tmp_path):
    rows = []
    for i in range(400):
        truth = "yes" if i % 5 == 0 else "no"
        said = {"yes": "no", "no": "yes"}[truth] if i % 11 == 0 else truth
        rows.append((f"p{i}", "model", said, 2020 + i % 2))
        if i % 4 == 1 or i % 20 == 0:
            rows.append((f"p{i}", "people", truth, 2020 + i % 2))
    file = write(tmp_path / "c.csv", ["paper", "coder", "code", "year"], rows)
    words = (file, *LONG, "--gold", "people", "--machine", "model", "--by", "year")
    data = json.loads(run(prevalence, *words, "--format", "json").stdout)
    assert data["schema"] == "univocal.prevalence/1"
    shares = {(one["code"], one["group"]): one for one in data["shares"]}
    assert set(shares) == {(code, group) for code in ("yes", "no") for group in (None, "2020", "2021")}
    whole = shares["yes", None]
    assert (whole["n_papers"], whole["n_gold"]) == (400, 120)
    assert "machine's label" in whole["estimate"]["method"]
    assert (
        whole["simultaneous"]["low"]
        < whole["estimate"]["low"]
        < whole["estimate"]["high"]
        < whole["simultaneous"]["high"]
    )
    assert "must be new to it" in data["machine_note"]
    table = run(prevalence, *words).stdout
    assert "uncorrected" in table
    assert "2021" in table


@pytest.mark.skipif(not DEV.exists(), reason="shared/gold isn't here")
def test_gold_brings_its_design():
    words = (DEV, "--only-variables", "about,sense", "--gold", "adjudicated", "--format", "json")
    data = json.loads(run(prevalence, *words).stdout)
    assert "parts of papers" in data["refused"]["sense"]
    shares = {one["code"]: one["estimate"] for one in data["shares"]}
    assert "strata of the design" in shares["main"]["method"]
    assert sum(one["value"] for one in shares.values()) == pytest.approx(1)
    # Papers about alignment were sampled far more often than others: unweighted, their share would be about half.
    assert shares["main"]["high"] < 0.2


def coding(paper, coder, code):
    return json.dumps({"paper": paper, "coder": coder, "variable": "about", "codes": [code]}) + "\n"


@pytest.fixture
def machine(tmp_path):
    path = tmp_path / "codings.jsonl"
    path.write_text("".join(coding(f"p{n:02}", "lexicon", "no" if n % 4 else "main") for n in range(60)))
    return path


def test_a_machine_is_no_gold_unless_allowed(machine):
    with pytest.raises(
        UnivocalError, match=r"'lexicon' is a machine coder.*as the machine.*--allow-machine-gold"
    ):
        run(prevalence, machine, "--gold", "lexicon")
    words = (machine, "--gold", "lexicon", "--allow-machine-gold")
    data = json.loads(run(prevalence, *words, "--format", "json").stdout)
    assert "a machine coder: these are shares of what it says" in data["notes"][0]
    for share in data["shares"]:
        assert data["notes"][0].rstrip(".") in share["estimate"]["caution"]
        assert data["notes"][0].rstrip(".") in share["simultaneous"]["caution"]
    table = " ".join(run(prevalence, *words).stdout.split())
    assert data["notes"][0] in table
    assert "see the caution in --format json" in table


def test_an_atlas_says_which_coder_is_a_machine(tmp_path):
    (tmp_path / "codings.jsonl").write_text(coding("p1", "mine", "no") + coding("p2", "mine", "main"))
    words = (tmp_path, "--gold", "mine")
    assert run(prevalence, *words).exit_code == 0
    (tmp_path / "atlas.json").write_text(json.dumps({"coder": {"name": "mine", "version": "1"}}))
    with pytest.raises(UnivocalError, match="'mine' is a machine coder"):
        run(prevalence, *words)
    (tmp_path / "atlas.json").write_text("{}")
    with pytest.raises(InputError, match=r"atlas.json: names no coder"):
        run(prevalence, *words)


@pytest.mark.parametrize("long", [False, True])
def test_a_table_of_gold_beside_an_atlas(machine, tmp_path, long):
    rows = [(f"p{n:02}", "no" if n % 4 else "main", "about") for n in range(30)]
    gold = write(tmp_path / "g.csv", ["id", "code" if long else "about", "question"], rows)
    columns = ("--gold-code", "code", "--variable", "question") if long else ("--gold-code", "about")
    words = (machine, "--gold-from", gold, "--gold-unit", "id", *columns, "--machine", "lexicon")
    data = json.loads(run(prevalence, *words, "--format", "json").stdout)
    assert {(one["variable"], one["n_papers"], one["n_gold"]) for one in data["shares"]} == {
        ("about", 60, 30)
    }
    assert data["machine_note"] == MACHINE_NOTE


def tables(tmp_path, *, weight_in):
    """The machine's codes of 200 papers, and gold of every fourth; the weight stands in one of the two."""
    said = [(f"p{n:03}", "yes" if n % 5 == 0 else "no", 2000 + n % 2, 4) for n in range(200)]
    gold = [(p, "yes" if n % 15 == 0 else "no", 4) for n, (p, *_) in enumerate(said) if n % 4 == 0]
    gold.append(("p001", "", 4))
    columns = [["paper", "label", "year", "weight"], ["id", "code", "weight"]]
    kept = [3 + (weight_in == "machine"), 2 + (weight_in == "gold")]
    return [
        write(tmp_path / f"{name}.csv", header[:n], [row[:n] for row in rows])
        for name, header, rows, n in zip(("machine", "gold"), columns, (said, gold), kept, strict=True)
    ]


@pytest.mark.parametrize("weight_in", ["machine", "gold"])
def test_gold_from_a_table_with_columns_of_its_own(tmp_path, weight_in):
    machine, gold = tables(tmp_path, weight_in=weight_in)
    words = (
        machine, "--coders-in", "label", "--gold-from", gold, "--gold-unit", "id", "--gold-code", "code", "--machine",
        "label", "--by", "year", "--weight", "weight",
    )  # fmt: skip
    data = json.loads(run(prevalence, *words, "--format", "json").stdout)
    assert data["gold"] == "gold"
    assert data["machine_note"] == MACHINE_NOTE
    whole = next(one for one in data["shares"] if (one["code"], one["group"]) == ("yes", None))
    assert (whole["n_papers"], whole["n_gold"], whole["machine"]) == (200, 50, 0.2)
    assert {one["group"] for one in data["shares"]} == {None, "2000", "2001"}
    table = run(prevalence, *words).stdout
    assert MACHINE_NOTE in " ".join(table.split())
    assert "Not shown: 1 of year without gold" in table
    with pytest.raises(InputError, match="no column 'wieght', nor in any other of the files"):
        run(prevalence, *words[:-1], "wieght")


def test_gold_of_other_papers_is_refused(tmp_path):
    machine, _ = tables(tmp_path, weight_in="gold")
    gold = write(tmp_path / "other.csv", ["paper", "code"], [("P1", "yes"), ("P2", "no")])
    words = (
        machine,
        "--coders-in",
        "label",
        "--gold-from",
        gold,
        "--gold-code",
        "code",
        "--machine",
        "label",
    )
    with pytest.raises(
        UnivocalError, match=r"other.csv: none of its 2 units \('P1', …\) is coded by others \('p000', …\)"
    ):
        run(prevalence, *words)


@pytest.mark.parametrize("width", [80, 120])
def test_a_table_keeps_its_marks_in_a_narrow_terminal(tmp_path, monkeypatch, width):
    from univocal.cli import codings_text

    monkeypatch.setattr(codings_text, "WIDTH", width)
    rows = [
        (f"p{n}", coder, f"a_code_with_a_long_name_{n % 3}", "a venue with a long name")
        for coder in ("people", "model") for n in range(300)
    ]  # fmt: skip
    file = write(tmp_path / "c.csv", ["paper", "coder", "code", "venue"], rows)
    words = (file, *LONG, "--gold", "people", "--machine", "model", "--by", "venue")
    lines = run(prevalence, *words).stdout.splitlines()
    assert max(map(len, lines)) <= width
    assert sum(line.rstrip().endswith("[1]") for line in lines) == 6
