"""Real files, against counts made another way: plain loops over csv and JSON."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import orjson
import pytest

from univocal.errors import InputError
from univocal.estimates.coding_table import CodingTable
from univocal.interchange import Columns, read_codings

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ANNOTATORS = SHARED / "data" / "annotators"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data isn't beside the checkout")


def records(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts(table: CodingTable) -> Counter[tuple[str, str, str]]:
    """How often each coder gives each code of each variable."""
    found: Counter[tuple[str, str, str]] = Counter()
    for c, v, k in zip(table.coder, table.variable, table.code, strict=True):
        variable = table.variables[v]
        found[table.coders[c], variable, table.codes[variable][k] if k >= 0 else ""] += 1
    return found


def test_xstest_completions_with_breaks_in_cells() -> None:
    path = ANNOTATORS / "xstest_completions_two_annotators.csv.gz"
    coders = ("annotation_1", "annotation_2", "gpt4_label", "strmatch_label")
    rows = records(path)
    codes = ("1_full_compliance", "2_full_refusal", "3_partial_refusal")
    refusals = {row["gpt4_label"] for row in rows} - set(codes)  # GPT-4 declined to judge
    columns = Columns(unit=("id", "model"), coders_in=coders, groups=("type",), variable_name="compliance")
    table = read_codings(path, columns=columns, codes=codes, missing=refusals)
    assert len(table.units) == 2_250
    assert counts(table) == Counter(
        (coder, "compliance", row[coder]) for row in rows for coder in coders if row[coder] in codes
    )
    assert table.missing.tolist() == [[0, 0, sum(row["gpt4_label"] in refusals for row in rows), 0]]
    matrix = table.matrix("compliance", coders[:2])
    assert np.mean(matrix[0] == matrix[1]) == np.mean([r["annotation_1"] == r["annotation_2"] for r in rows])


def test_lewidi_has_one_rating_twice() -> None:
    path = ANNOTATORS / "lewidi2023_long.csv.gz"
    columns = Columns(unit="item", coder="annotator", code="label", variable="dataset", groups=("split",))
    with pytest.raises(InputError) as raised:
        read_codings(path, columns=columns)
    (fault,) = raised.value.faults
    assert "line 70387" in fault
    assert "'MD-Agreement:Ann448'" in fault
    assert "line 70385" in fault
    table = read_codings(path, columns=columns, repeats="first")
    rows = records(path)
    assert table.n_rows == len(rows) - 1
    assert sum(table.left_out.values()) == 1
    for name in table.variables:
        assert table.matrix(name).shape == (
            len({row["annotator"] for row in rows if row["dataset"] == name}),
            len({row["item"] for row in rows if row["dataset"] == name}),
        )


@pytest.mark.parametrize("name", ["dog", "duck_bluebird", "emotion_numeric", "face_sentiment", "product_er"])
def test_crowds(name: str) -> None:
    path = ANNOTATORS / f"crowd_{name}_labels.csv.gz"
    table = read_codings(path, columns=Columns(unit="item", coder="annotator", code="label"))
    rows = records(path)
    assert counts(table) == Counter((row["annotator"], "label", row["label"]) for row in rows)
    said = {(row["item"], row["annotator"]): row["label"] for row in rows}
    matrix = table.matrix("label")
    assert all(
        matrix[table.coders.index(who), table.units.index(item)] == table.codes["label"].index(label)
        for (item, who), label in list(said.items())[:200]
    )
    numbers = [float(code) for code in table.codes["label"]]
    assert numbers == sorted(numbers)


def test_delaney_lists_some_papers_twice() -> None:
    path = ANNOTATORS / "delaney_human_vs_gpt4omini_safety_category.csv.gz"
    columns = Columns(unit="Title", coders_in=("human_is_safety", "gpt_is_safety"), groups=("Company",))
    with pytest.raises(InputError) as raised:
        read_codings(path, columns=columns)
    rows = records(path)
    again = len(rows) - len({row["Title"] for row in rows})
    assert len(raised.value.faults) == again == 5
    table = read_codings(path, columns=columns, repeats="first")
    assert table.matrix("code").shape == (2, len(rows) - again)


def test_gold() -> None:
    rows = [orjson.loads(line) for line in (SHARED / "gold" / "dev.jsonl").read_bytes().splitlines()]
    table = read_codings(SHARED / "gold" / "dev.jsonl")
    assert table.coders == ("adjudicated", "coder_1", "coder_2")
    assert table.papers == tuple(row["id"] for row in rows)
    assert table.weight is not None
    assert table.weight.tolist() == [row["weight"] for row in rows]
    assert table.stratum == tuple(row["stratum"] for row in rows)
    assert table.groups["year"] == tuple(str(row["year"]) for row in rows)
    found = counts(table)
    mentions = [m for row in rows for m in row["mentions"]]
    for code in table.codes["sense"]:
        assert found["adjudicated", "sense", code] == sum(m["sense"] == code for m in mentions)
        assert found["coder_1", "sense", code] == sum(
            row["coders"]["coder_1"]["senses"].count(code) for row in rows
        )
    for code in table.codes["ideals"]:
        assert found["coder_2", "ideals", code] == sum(
            code in row["coders"]["coder_2"].get("ideals", ()) for row in rows
        )
    assert found["coder_2", "conflation", ""] == sum(
        row["coders"]["coder_2"].get("conflation") == [] for row in rows
    )
    assert len(table.units_of("sense")) == len(mentions)
    assert table.n_missing == 0
