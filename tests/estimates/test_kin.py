"""Coders that ask one family of language models aren't independent, and every figure over them says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from univocal.estimates.aggregation import aggregate
from univocal.estimates.agreement import agreement
from univocal.estimates.coding_table import CodingTable
from univocal.interchange import Columns, read_codings

KIN = ("llm:openai/gpt-x", "llm:azureai/gpt-y#2")


def table(*coders: str) -> CodingTable:
    return CodingTable.of(
        (f"p{i}", coder, "about", code) for coder in coders for i, code in enumerate("xyxxy")
    )


@pytest.mark.parametrize("report", [agreement, aggregate])
def test_kin_are_named(report) -> None:
    (note,) = report(table("ann", *KIN)).notes
    assert all(name in note for name in KIN)
    assert "ann" not in note


@pytest.mark.parametrize("report", [agreement, aggregate])
def test_models_of_two_families_and_people_need_no_warning(report) -> None:
    assert report(table("ann", "bob", "llm:openai/gpt-x", "llm:ollama/llama3")).notes == ()


def test_the_truth_is_nobodys_kin() -> None:
    assert not any("family" in note for note in aggregate(table("ann", *KIN), truth=KIN[0]).notes)


def test_language_models_in_a_table_are_machines_whatever_its_format(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(
        "paper,coder,variable,code\n"
        + "".join(f"p{i},{c},about,x\n" for i in range(3) for c in ("ann", KIN[0], "llm:"))
    )
    columns = Columns(unit="paper", coder="coder", code="code", variable="variable")
    assert read_codings([path], columns=columns).machines == {KIN[0], "llm:"}
