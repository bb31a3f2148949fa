"""Long and wide tables, in text and in Parquet, say the same."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from univocal.codebook import load
from univocal.errors import UnivocalError
from univocal.estimates.coding_table import CodingTable
from univocal.interchange import Columns, read_codings

Write = Callable[..., Path]
LONG = Columns(unit="u", coder="c", code="x")
CSV = "u,c,x\n1,ann,yes\n1,bob,no\n2,ann,no\n"


def to_parquet(path: Path, query: str) -> Path:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def plain(table: CodingTable, variable: str = "x") -> object:
    matrix = table.matrix(variable).tolist()
    return table.units, table.coders_of(variable), table.codes[variable], matrix


EXPECTED = (("1", "2"), ("ann", "bob"), ("no", "yes"), [[1, 0], [0, -1]])


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CSV, "a.csv"),
        ("\ufeff" + CSV, "a.csv"),
        (CSV.replace("\n", "\r\n"), "a.csv"),
        (CSV.replace("\n", "\r"), "a.csv"),
        ("\n \n" + CSV.replace("\n", "\n\n"), "a.csv"),
        (CSV.replace(",", "\t"), "a.tsv"),
        (CSV.replace(",", "\t"), "a.txt"),
        (CSV.replace(",", ";"), "a.csv"),
        (CSV.replace(",", "|"), "noending"),
        (gzip.compress(CSV.encode(), mtime=0), "a.csv.gz"),
        (gzip.compress(CSV.encode(), mtime=0), "really packed.csv"),
        ('"u","c","x"\n"1","ann","yes"\n"1","bob","no"\n"2","ann","no"', "a.csv"),
        ("t,x,c,u\na,yes,ann,1\nb,no,bob,1\nc,no,ann,2\n", "a.csv"),
    ],
)
def test_long_text(write: Write, content: str | bytes, name: str) -> None:
    assert plain(read_codings(write(content, name), columns=LONG)) == EXPECTED


def test_long_parquet(tmp_path: Path) -> None:
    rows = "SELECT * FROM (VALUES (1, 'ann', true), (1, 'bob', false), (2, 'ann', false)) t(u, c, x)"
    table = read_codings(to_parquet(tmp_path / "a[1].parquet", rows), columns=LONG)
    assert plain(table) == (*EXPECTED[:2], ("false", "true"), EXPECTED[3])


def test_wide_text_and_parquet(write: Write, tmp_path: Path) -> None:
    columns = Columns(unit="u", coders_in=("ann", "bob"), variable_name="x")
    text = read_codings(write("u,ann,bob\n1,yes,no\n2,no,\n"), columns=columns)
    rows = "SELECT * FROM (VALUES ('1', 'yes', 'no'), ('2', 'no', NULL)) t(u, ann, bob)"
    parquet = read_codings(to_parquet(tmp_path / "a.parquet", rows), columns=columns)
    assert plain(text) == plain(parquet) == EXPECTED
    assert text.missing.tolist() == parquet.missing.tolist() == [[0, 1]]


def test_several_unit_columns_keep_units_apart(write: Write) -> None:
    columns = Columns(unit=("id", "model"), coder="c", code="x")
    table = read_codings(write("id,model,c,x\na,b|c,ann,1\na|b,c,ann,2\na,b,ann,1\n"), columns=columns)
    assert len(set(table.units)) == 3
    assert table.units[2] == "a|b"


def test_lines_of_cells_with_breaks(write: Write) -> None:
    rows = ['1,ann,yes,"two\nlines"', '2,ann,yes,"three\r\nmore\n"', "", "3,ann,yes,t"] * 3_000
    path = write("\n".join(["u,c,x,t", *(r.replace("ann", f"c{i}") for i, r in enumerate(rows)), "9,,yes,t"]))
    with pytest.raises(UnivocalError, match=r"line 21002: column 'c': empty"):
        read_codings(path, columns=LONG)


def test_numbers_are_one_code_however_a_program_writes_them(write: Write, tmp_path: Path) -> None:
    columns = Columns(unit="u", coders_in=("a", "b"))
    table = read_codings(write("u,a,b\n1,1,1.0\n2,10,\n3,2,2.0\n"), columns=columns)
    assert table.codes["code"] == ("1", "2", "10")
    rows = "SELECT * FROM (VALUES (1, 1, 1.0::DOUBLE), (2, 10, 'nan'::DOUBLE), (3, 2, 2.0)) t(u, a, b)"
    other = read_codings(to_parquet(tmp_path / "a.parquet", rows), columns=columns)
    assert other.matrix("code").tolist() == table.matrix("code").tolist() == [[0, 2, 1], [0, -1, 1]]


def test_codes_in_a_given_order(write: Write) -> None:
    table = read_codings(write("u,c,x\n1,a,mid\n2,a,high\n"), columns=LONG, codes=("low", "mid", "high"))
    assert (table.codes["x"], table.matrix("x").tolist()) == (("low", "mid", "high"), [[1, 2]])


def test_sets_by_rows_by_separator_and_by_lists(write: Write, tmp_path: Path) -> None:
    by_rows = "u,c,x\n1,ann,a\n1,ann,b\n1,bob,none\n2,bob,b\n"
    by_cell = "u,c,x\n1,ann,a; b\n1,bob,none\n2,bob,b\n"
    lists = "SELECT * FROM (VALUES (1, 'ann', ['a', 'b']), (1, 'bob', []), (2, 'bob', ['b'])) t(u, c, x)"
    tables = [
        read_codings(write(by_rows), columns=LONG, set_valued=["x"], empty=["none"]),
        read_codings(write(by_cell), columns=LONG, separator=";", empty=["none"]),
        read_codings(to_parquet(tmp_path / "a.parquet", lists), columns=LONG),
    ]
    both, one, none = frozenset("ab"), frozenset("b"), frozenset()
    for table in tables:
        assert table.matrix("x").tolist() == [[both, None], [none, one]]


def test_a_codebook_says_which_variables_are_sets(write: Write) -> None:
    path = write("u,c,v,x\n1,a,ideals,task_reliability\n1,a,ideals,other_ai\n1,a,about,main\n")
    columns = Columns(unit="u", coder="c", variable="v", code="x")
    table = read_codings(path, columns=columns, codebook=load())
    assert table.set_valued == {"ideals"}
    assert table.codes["about"] == ("main", "passing", "no")


def test_an_empty_cell_of_a_wide_table_can_be_the_empty_set(write: Write) -> None:
    columns = Columns(unit="u", coders_in=("a", "b"), variable_name="x")
    path = write("u,a,b\n1,k,\n")
    assert read_codings(path, columns=columns, set_valued=["x"]).n_missing == 1
    table = read_codings(path, columns=columns, set_valued=["x"], empty=[""])
    assert table.matrix("x").tolist() == [[frozenset("k")], [frozenset()]]


def test_what_is_missing_is_counted(write: Write) -> None:
    table = read_codings(write("u,c,x\n1,a,?\n1,b,y\n2,a,y\n3,b,\n"), columns=LONG, missing=("?", ""))
    assert (table.n_missing, table.missing.tolist(), table.units) == (2, [[1, 1]], ("1", "2", "3"))
    assert table.units_of("x").tolist() == [0, 1]


def test_the_design_of_the_sample(write: Write) -> None:
    text = "u,c,x,p,w,s,year\nm1,a,y,P,2,S,2020\nm2,a,y,P,2.0,S,\nm3,a,n,Q,1e1,T,\n"
    columns = Columns(unit="u", coder="c", code="x", paper="p", weight="w", stratum="s", groups=("year",))
    table = read_codings(write(text), columns=columns)
    assert table.weight is not None
    assert (table.papers, table.paper_of_unit.tolist()) == (("P", "Q"), [0, 0, 1])
    assert (table.weight.tolist(), table.stratum) == ([2.0, 10.0], ("S", "T"))
    assert table.groups == {"year": ("2020", None)}


def test_several_files_make_one_table(write: Write) -> None:
    first = write("u,c,x\n1,ann,yes\n2,ann,no\n", "people.csv")
    second = write("u,c,x\n1,gpt,no\n3,gpt,yes\n", "machine.csv")
    table = read_codings([first, second], columns=LONG)
    assert (table.units, table.coders) == (("1", "2", "3"), ("ann", "gpt"))
    assert table.matrix("x").tolist() == [[1, 0, -1], [0, -1, 1]]


def test_repeats_can_be_left_out_and_are_counted(write: Write) -> None:
    table = read_codings(write("u,c,x\n1,a,y\n1,a,z\n1,b,z\n"), columns=LONG, repeats="first")
    assert table.matrix("x").tolist() == [[0], [1]]
    assert table.left_out == {"rows in which a coder codes a unit again": 1}


@pytest.mark.parametrize(
    "given",
    [
        {"unit": "u"},
        {"unit": "u", "coder": "c"},
        {"unit": "u", "coder": "c", "code": "x", "coders_in": ("a",)},
        {"unit": (), "coder": "c", "code": "x"},
        {"unit": "u", "coders_in": ("a", "a")},
        {"unit": "u", "coder": "c", "code": "x", "variable": "v", "variable_name": "w"},
    ],
)
def test_columns_that_describe_no_table(given: dict[str, object]) -> None:
    with pytest.raises(UnivocalError, match=r"^columns: "):
        Columns(**given)
