"""Several files: each with columns of its own, and what their formats know of the coders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pytest

from univocal.errors import InputError, UnivocalError
from univocal.estimates.coding_table import CodingTable
from univocal.estimates.report import GOLD_NOTE
from univocal.interchange import Columns, read_codings

Write = Callable[..., Path]
LONG = Columns(unit="item", coder="who", code="label")
TRUTH = Columns(unit="id", code="is", coder_name="key", variable_name="label")


def test_a_table_with_columns_of_its_own(write: Write) -> None:
    labels = write("item,who,label\n1,ann,y\n1,bob,n\n2,ann,n\n", "labels.csv")
    truth = write("id,is,note\n2,n,x\n1,y,\n3,,\n", "truth.csv")
    for given in ([labels, (truth, TRUTH)], [(labels, LONG), (truth, TRUTH)]):
        table = read_codings(given, columns=LONG)
        assert table.coders == ("ann", "bob", "key")
        assert table.matrix("label").tolist() == [[1, 0], [0, -1], [1, 0]]
        assert table.n_missing == 1
    assert read_codings((truth, TRUTH)).matrix("label").tolist() == [[0, 1]]


def test_faults_of_all_files_name_their_own_columns(write: Write, tmp_path: Path) -> None:
    labels = write("item,who,label\n1,ann,nan\n", "labels.csv")
    truth = write("id,is\n,y\n", "truth.csv")
    with pytest.raises(InputError) as raised:
        read_codings([labels, tmp_path / "gone.csv", (truth, TRUTH)], columns=LONG)
    assert [fault.replace(f"{tmp_path}/", "").partition(";")[0] for fault in raised.value.faults] == [
        "labels.csv: line 2: column 'label': 'nan' is no code",
        "gone.csv: no such file. Check the name.",
        "truth.csv: line 2: column 'id': empty",
    ]


@pytest.mark.parametrize("at", ["first", "second"])
def test_a_column_of_the_design_may_be_in_any_of_the_files(write: Write, at: str) -> None:
    texts = {"first": "u,c,x\n1,ann,y\n2,ann,n\n", "second": "u,c,x\n1,bob,y\n2,bob,y\n"}
    texts[at] = "".join(
        f"{line},{end}\n" for line, end in zip(texts[at].split(), ("w,year", "2,1999", "3,2000"), strict=True)
    )
    files = [write(text, f"{name}.csv") for name, text in texts.items()]
    columns = Columns(
        unit="u", coder="c", code="x", weight="w", groups=("year",), somewhere=frozenset({"w", "year"})
    )
    table = read_codings(files, columns=columns)
    assert table.weight is not None
    assert (table.weight.tolist(), table.groups) == ([2.0, 3.0], {"year": ("1999", "2000")})
    with pytest.raises(InputError) as raised:
        read_codings(files, columns=replace(columns, weight="v", somewhere=frozenset({"v", "year"})))
    assert "no column 'v', nor in any other of the files" in str(raised.value)
    with pytest.raises(InputError) as raised:
        read_codings(files, columns=replace(columns, somewhere=frozenset({"w"})))
    assert len(raised.value.faults) == 1
    assert "no column 'year'" in str(raised.value)


def gold(*, coders: bool) -> str:
    row = {"id": "p1", "text": "We align.", "mentions": [], "coding": {"about": "main"}}
    more = {"coders": {"one": {"about": "no"}, "two": {"about": "main"}}} if coders else {}
    return orjson.dumps(row | more).decode() + "\n"


def test_adjudicated_codes_are_made_from_those_of_coders(write: Write) -> None:
    table = read_codings(write(gold(coders=True), "gold.jsonl"))
    assert (table.derived, table.notes) == (frozenset({"adjudicated"}), (GOLD_NOTE,))
    alone = read_codings(write(gold(coders=False), "gold.jsonl"))
    assert (alone.derived, alone.notes) == (frozenset(), (GOLD_NOTE,))
    table = read_codings(write("item,who,label\n1,adjudicated,y\n"), columns=LONG)
    assert (table.derived, table.machines, table.notes) == (frozenset(), frozenset(), ())


def test_coders_are_machines_where_the_format_says_so(write: Write, tmp_path: Path) -> None:
    rows = [
        {"paper": "p1", "coder": coder, "variable": "about", "codes": ["main"]}
        for coder in ("trained", "mine", "ann")
    ]
    path = write("".join(orjson.dumps(row).decode() + "\n" for row in rows), "codings.jsonl")
    assert read_codings(path).machines == {"trained"}
    (tmp_path / "atlas.json").write_bytes(orjson.dumps({"coder": {"name": "mine", "version": "1"}}))
    table = read_codings(path)
    assert table.machines == {"trained", "mine"}
    assert table.only(coders=["mine", "ann"]).machines == {"mine"}
    (tmp_path / "atlas.json").write_bytes(b"{")
    with pytest.raises(InputError, match=r"atlas\.json: names no coder"):
        read_codings(path)


def test_independent_counts_what_it_leaves_out() -> None:
    rows = [("p1", "ann", "x", {"a", "b"}), ("p1", "both", "x", {"a", "b"}), ("p2", "both", "x", set())]
    table = replace(CodingTable.of(rows), derived=frozenset({"both"}))
    less = table.independent()
    assert (less.coders, less.derived, list(less.left_out.values())) == (("ann",), frozenset(), [2])
    assert np.array_equal(less.paper_of_unit, table.paper_of_unit)
    assert table.only(variables=["x"]).derived == {"both"}
    assert table.only(coders=["both"]).independent().coders == ("both",)
    assert less.independent() is less
    with pytest.raises(UnivocalError, match="derived and machines must name coders"):
        replace(table, machines=frozenset({"nobody"}))


@pytest.mark.parametrize(
    "given",
    [
        {"coder": "c", "code": "x", "coder_name": "k"},
        {"coder_name": "k"},
        {"coder_name": "k", "coders_in": ("a",)},
    ],
)
def test_one_coder_needs_codes_and_no_column_of_coders(given: dict[str, object]) -> None:
    with pytest.raises(UnivocalError, match=r"^columns: "):
        Columns(unit="u", **given)  # type: ignore[arg-type]
