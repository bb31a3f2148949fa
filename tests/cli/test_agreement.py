"""`univocal agreement` on files, and what it and `univocal prevalence` refuse."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from univocal.cli.aggregate import aggregate
from univocal.cli.agreement import agreement
from univocal.cli.prevalence import prevalence
from univocal.errors import UnivocalError
from univocal.estimates.report import GOLD_NOTE
from univocal.statistics import cohen_kappa, krippendorff_alpha

SHARED = Path(__file__).parents[3] / "shared"
XSTEST = SHARED / "data" / "annotators" / "xstest_completions_two_annotators.csv.gz"
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


def record(number, about, one, two):
    text = "We align models."
    mention = {"start": 3, "end": 8, "text": "align", "sense": "task_reliability"}
    coders = {
        name: {"about": code, "senses": ["task_reliability"]} for name, code in (("one", one), ("two", two))
    }
    row = {
        "id": f"p{number}",
        "text": text,
        "mentions": [mention],
        "coding": {"about": about},
        "coders": coders,
    }
    return json.dumps(row) + "\n"


@pytest.fixture
def coded(tmp_path):
    said = [("main", "main", "main"), ("no", "no", "main"), ("no", "no", "no"), ("main", "main", "no")] * 5
    path = tmp_path / "coded.jsonl"
    path.write_text("".join(record(n, *one) for n, one in enumerate(said)))
    return path


def test_codes_made_from_the_others_are_left_out_unless_named(coded):
    data = json.loads(run(agreement, coded, "--format", "json").stdout)
    assert set(data["variables"]["about"]["codings"]) == {"one", "two"}
    assert data["variables"]["about"]["coefficients"]["percent_agreement"]["value"] == 0.5
    (left,) = data["left_out"]
    assert "by 'adjudicated', made from the other coders'" in left
    assert "--only-coders" in left
    assert data["left_out"][left] == 40
    named = run(agreement, coded, "--only-coders", "adjudicated,one", "--format", "json").stdout
    assert set(json.loads(named)["variables"]["about"]["codings"]) == {"adjudicated", "one"}
    assert json.loads(named)["left_out"] == {}


@pytest.mark.parametrize("command", [agreement, aggregate, prevalence])
def test_figures_of_coded_papers_say_whose_codes_they_are(coded, tmp_path, command):
    more = ("--gold", "adjudicated") if command is prevalence else ()
    table = run(command, coded, *more)
    assert GOLD_NOTE in " ".join(table.stdout.split())
    assert GOLD_NOTE in json.loads(run(command, coded, *more, "--format", "json").stdout)["notes"]
    listed = run(command, coded, *more, "--format", "csv", "-o", tmp_path / "out")
    assert GOLD_NOTE in listed.stderr
    assert GOLD_NOTE not in listed.stdout
    (written,) = (tmp_path / "out").glob("*.json")
    assert GOLD_NOTE in json.loads(written.read_text())["notes"]


def test_tables_have_no_notes(codings):
    assert json.loads(run(agreement, codings, *LONG, "--format", "json").stdout)["notes"] == []


def test_no_variation_is_told_in_the_table(tmp_path):
    file = write(
        tmp_path / "c.csv", ["paper", "coder", "code"], [(p, c, "a") for p in "pq" for c in ("x", "y")]
    )
    printed = " ".join(run(agreement, file, *LONG).stdout.split())
    assert "undefined: no variation, observed" in printed
    assert "agreement 1.0" in printed
