"""`univocal agreement` and `univocal prevalence` on files, and what they refuse."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from univocal.cli.agreement import agreement
from univocal.cli.prevalence import prevalence
from univocal.errors import UnivocalError
from univocal.statistics import cohen_kappa, krippendorff_alpha

SHARED = Path(__file__).parents[3] / "shared"
XSTEST = SHARED / "data" / "annotators" / "xstest_completions_two_annotators.csv.gz"
DEV = SHARED / "gold" / "dev.jsonl"
LONG = ("--unit", "paper", "--coder", "coder", "--code", "code")
ANN, BOB = "aabbaabbabaabbabaabbabab", "aabbaabbabaabbabaabbabba"


@pytest.fixture
def codings(tmp_path):
    rows = [
        (f"p{i:02}", coder, code)
        for coder, codes in (("ann", ANN), ("bob", BOB))
        for i, code in enumerate(codes)
    ]
    return write(tmp_path / "codings.csv", ["paper", "coder", "code"], rows)


def write(path, header, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


def run(command, *words):
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def test_json_says_what_the_library_says(codings):
    result = run(agreement, codings, *LONG, "--format", "json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["schema"] == "univocal.agreement/1"
    one = data["variables"]["code"]
    assert one["codings"] == {"ann": 24, "bob": 24}
    kappa = cohen_kappa([ANN, BOB])
    assert one["coefficients"]["cohen_kappa"]["value"] == kappa.value
    assert one["coefficients"]["cohen_kappa"]["low"] == kappa.low
    assert one["coefficients"]["krippendorff_alpha"]["value"] == krippendorff_alpha([ANN, BOB]).value
    assert set(one["by_code"]) == {"a", "b"}
    assert one["pairs"][0]["coders"] == ["ann", "bob"]
    assert "coders differ on 2 units" in one["coefficients"]["gwet_ac1"]["caution"]


def test_table_and_files(codings, tmp_path):
    out = tmp_path / "out"
    result = run(agreement, codings, *LONG, "-o", out)
    assert "Krippendorff's α, nominal" in result.stdout
    assert "! marks an interval that can't be trusted" in result.stdout
    assert json.loads((out / "agreement.json").read_text())["schema"] == "univocal.agreement/1"
    with (out / "agreement.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["coefficient"] for row in rows} >= {"cohen_kappa", "gwet_ac1", "krippendorff_alpha"}
    assert all(row["method"] for row in rows)


@pytest.mark.parametrize("command", [agreement, prevalence])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--unit", "papr", "--coder", "coder", "--code", "code"), "no column 'papr'. Did you mean 'paper'?"),
        ((*LONG, "--level", "95"), "pass level=0.95"),
        ((*LONG, "--codes", "a,c"), "'b'"),
        ((*LONG, "--only-coders", "anne"), "no coder 'anne'"),
        (("--unit", "paper"), "columns"),
    ],
)
def test_misuse_writes_nothing(codings, tmp_path, command, words, message):
    more = ("--gold", "ann") if command is prevalence else ()
    with pytest.raises(UnivocalError) as error:
        run(command, codings, *words, *more, "-o", tmp_path / "out")
    assert message in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_coder_who_codes_twice_is_named_with_both_lines(tmp_path):
    file = write(
        tmp_path / "c.csv",
        ["paper", "coder", "code"],
        [("p", "ann", "a"), ("q", "ann", "a"), ("p", "ann", "b")],
    )
    with pytest.raises(UnivocalError) as error:
        run(agreement, file, *LONG)
    assert "line 2" in str(error.value)
    assert "line 4" in str(error.value)


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


@pytest.mark.skipif(not XSTEST.exists(), reason="shared/data isn't here")
def test_two_people_a_model_and_a_string_match():
    words = (
        "--unit",
        "id",
        "--unit",
        "model",
        "--coders-in",
        "annotation_1,annotation_2,gpt4_label,strmatch_label",
    )
    data = json.loads(run(agreement, XSTEST, *words, "--format", "json").stdout)
    one = data["variables"]["code"]
    assert one["n_units"] == 2250
    kappas = {tuple(pair["coders"]): pair["coefficient"]["value"] for pair in one["pairs"]}
    people = kappas["annotation_1", "annotation_2"]
    assert people == pytest.approx(0.937, abs=0.001)
    assert all(kappa < people for pair, kappa in kappas.items() if pair != ("annotation_1", "annotation_2"))


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
