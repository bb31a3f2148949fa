"""What is wrong with a file is told with file, row and column, all at once."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from univocal.codebook import load
from univocal.corpus.protocol import Limits
from univocal.errors import InputError, UnivocalError
from univocal.interchange import Columns, read_codings

Write = Callable[..., Path]
LONG = Columns(unit="u", coder="c", code="x")
DESIGN = Columns(unit="u", coder="c", code="x", paper="p", weight="w", stratum="s", groups=("year",))
VARIABLES = Columns(unit="u", coder="c", code="x", variable="v")
WIDE = Columns(unit="u", coders_in=("a", "b"))
REPEAT = "Expected one row for each coder and unit."


def faults_of(path: Path, **given: object) -> list[str]:
    with pytest.raises(InputError) as raised:
        read_codings(path, **given)
    return [fault.replace(f"{path.parent}/", "") for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("", {}, ["empty. Expected a header row that names the columns, then a row for each coding."]),
        ("\n \n\n", {}, ["empty. Expected a header row that names the columns, then a row for each coding."]),
        ("u,c,x\n", {}, ["no codings. Expected a row for each."]),
        ("u,cc,xx\n1,a,b\n", {}, ["no column 'c'. Did you mean 'cc'?", "no column 'x'. Did you mean 'xx'?"]),
        ("u,c,x,x\n1,a,b,b\n", {}, ["2 columns are called 'x'. Rename all but one."]),
        (
            "u,c,x\n1,a,b\n1,b\n2,a,b,c\n",
            {},
            [f"line {n}: {k} cells; the header has 3 columns. Expected a cell for each." for n, k in ((3, 2), (4, 4))],
        ),
        (
            "u,c,x\n1,a,\n1,b,NaN\n2,a,z\n",
            {},
            [
                "line 2: column 'x': empty; expected a code. Name '' in `missing` if the coder gave none, in `empty` if it says that none applies.",
                "line 3: column 'x': 'NaN' is no code; expected a code. Name 'NaN' in `missing` if the coder gave none, in `empty` if it says that none applies.",
            ],
        ),
        (
            "u,c,x\n,a,b\n1, ,b\n",
            {},
            ["line 2: column 'u': empty; expected the name of a unit", "line 3: column 'c': empty; expected the name of a coder"],
        ),
        (
            "u,c,x\n1,a,y\n2,a,y\n1,a,z\n",
            {},
            [f"line 4: column 'u': the coder 'a' codes 'x' of '1' again; the first is on line 2. {REPEAT}"],
        ),
        (
            "u,a,b\n1,y,\n2,,n\n1,z,z\n",
            {"columns": WIDE},
            [f"line 4: column 'u': the coder 'a' codes 'code' of '1' again; the first is on line 2. {REPEAT}"],
        ),
        (
            "u,c,x\n1,a,y\n1,a,z\n1,a,y\n1,b,none\n1,b,y\n",
            {"set_valued": ["x"], "empty": ["none"]},
            [
                f"line 4: column 'u': the coder 'a' codes 'x' of '1' again; the first is on line 2. {REPEAT}",
                f"line 6: column 'u': the coder 'b' codes 'x' of '1' again; the first is on line 5. {REPEAT}",
            ],
        ),
        (
            "u,c,v,x\n1,a,about,mian\n1,b,abuot,main\n",
            {"columns": VARIABLES, "codebook": load()},
            [
                "line 2: column 'x': no code 'mian' of 'about'. Did you mean 'main'?",
                "line 3: column 'v': no variable 'abuot' in the codebook. Did you mean 'about'?",
            ],
        ),
        ("u,c,x\n1,a,hihg\n", {"codes": ("low", "high")}, ["line 2: column 'x': no code 'hihg' of 'x'. Did you mean 'high'?"]),
        ("u,a,b\n1,y,zz\n", {"columns": WIDE, "codes": "yn"}, ["line 2: column 'b': no code 'zz' of 'code'. Known: 'y', 'n'."]),
        ("u,a,b\n1,,\n", {"columns": WIDE}, ["no codings: all 2 are missing"]),
        (
            "u,c,x\n1,a,yes\n2,a,yes \n2, a,yes\n",
            {},
            [
                "line 3: the code 'yes ' of 'x' is 'yes' but for blanks. Write both alike.",
                "line 4: the coder ' a' is 'a' but for blanks. Write both alike.",
            ],
        ),
        ("u,c,x\n1,a,y\n", {"set_valued": ["xx"]}, ["set_valued: no variable 'xx' in the codings. Did you mean 'x'?"]),
        (
            "u,c,x,p,w,s,year\n1,a,y,P,0,S,1\n2,a,y,Q,-1,S,\n3,a,y,R,nan,S,\n4,a,y,T,1_0,S,\n5,a,y,U,inf,S,\n6,a,y,V,,,\n",
            {"columns": DESIGN},
            [
                "line 2: column 'w': '0' is not positive; expected a sampling weight above 0",
                "line 3: column 'w': '-1' is not positive; expected a sampling weight above 0",
                "line 4: column 'w': 'nan' is no number; expected a sampling weight above 0",
                "line 5: column 'w': '1_0' is no number; expected a sampling weight above 0",
                "line 6: column 'w': 'inf' is no number; expected a sampling weight above 0",
                "line 7: column 's': empty; expected the name of a stratum",
                "line 7: column 'w': empty; expected a sampling weight above 0",
            ],
        ),
        (
            "u,c,x,p,w,s,year\n1,a,y,P,1,S,2000\n1,b,y,Q,1.0,S,2000\n2,b,y,Q,2,T,2001\n",
            {"columns": DESIGN},
            [
                "line 3: column 'p': the unit '1' is in 'Q', but in 'P' on line 2. Expected one paper for each unit.",
                "line 4: column 's': 'T' for the paper 'Q', but 'S' on line 3. Expected one stratum for each paper.",
                "line 4: column 'w': '2' for the paper 'Q', but '1' on line 3. Expected one weight for each paper.",
                "line 4: column 'year': '2001' for the paper 'Q', but '2000' on line 3. Expected one year for each paper.",
            ],
        ),
        ('u,c,x\n1,a,b\n2,a,"b\n3,a,c\n', {}, ["line 3: a quote is opened in this row and never closed. Expected quotes in pairs."]),
        (
            "u,c,x\n1,a," + "y" * 2_000 + "\n",
            {},
            [f"line 2: column 'x': '{'y' * 40}'… has 2,000 characters; expected a code"],
        ),
    ],
)  # fmt: skip
def test_faults_of_text_tables(
    write: Write, text: str, given: dict[str, object], expected: list[str]
) -> None:
    assert faults_of(write(text), **({"columns": LONG} | given)) == [f"a.csv: {fault}" for fault in expected]


def packed(data: bytes) -> bytes:
    """The same bytes in every process that collects the tests: without the time."""
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize(
    ("data", "limits", "expected"),
    [
        (b"u,c,x\n1,a,b\n2,caf\xe9,b\n", Limits(), "a.csv: line 3: the byte 0xe9 is not UTF-8"),
        ("u,c,x\n1,a,b\n".encode("utf-16"), Limits(), "a.csv: is UTF-16"),
        (b"u,c,x\n1,a,b\n2,a,\0\n", Limits(), "a.csv: line 3: a NUL byte"),
        (b"u,c,x\n1,a," + b"y" * 3_000_000, Limits(record_bytes=2_000_000), "a.csv: line 2: a line of more than"),
        (packed(b"u,c,x\n" + b"1,a,b\n" * 500_000), Limits(file_bytes=1_000_000), "a.csv: more than 1,000,000 bytes when unpacked"),
        (packed(b"u,c,x\n1,a,b\n")[:-9], Limits(), "a.csv: line 3: can't be read past byte 12"),
        (packed(b"u,c,x\n" + random.Random(0).randbytes(50_000).hex().encode())[:-2_000], Limits(), "a.csv: line 2: can't be read past"),
        (packed(b"u,c,x\n1,a,b\n") + b"trailing", Limits(), "a.csv: line 3: can't be read past byte 12"),
        (b'u,c,x\n1,a,"b"d\n', Limits(), "a.csv: line 2: not a row of a table"),
        (b"PAR1" + b"x" * 100, Limits(), "a.csv: can't be read as Parquet"),
        (packed(b"PAR1" + b"x" * 100), Limits(), "a.csv: packed Parquet"),
        (b'{"a": 1}\n', Limits(), "a.csv: JSON lines with 'a'. Expected codings"),
        (b'{"a": 1\n', Limits(), "a.csv: line 1: not JSON"),
    ],
)  # fmt: skip
def test_faults_of_files(write: Write, data: bytes, limits: Limits, expected: str) -> None:
    (fault,) = faults_of(write(data), columns=LONG, limits=limits)
    assert fault.startswith(expected)


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_codings([tmp_path / "nope.csv", tmp_path, "/dev/null"], columns=LONG)
    assert [fault.split(": ", 1)[1].split(".")[0] for fault in raised.value.faults] == [
        "no such file",
        "a folder without codings",
        "not a file",
    ]
    with pytest.raises(InputError, match="no file of codings is named"):
        read_codings([])


def test_a_table_needs_columns(write: Write) -> None:
    with pytest.raises(InputError, match="a table; expected to be told which of its columns"):
        read_codings(write("u,c,x\n1,a,b\n"))


def test_codebook_and_codes_exclude_each_other(write: Write) -> None:
    with pytest.raises(UnivocalError, match="Give one of the two"):
        read_codings(write("u,c,x\n1,a,b\n"), columns=LONG, codes=("b",), codebook=load())


def test_many_faults_are_counted(write: Write) -> None:
    faults = faults_of(write("u,c,x\n" + "".join(f"{i},a,\n" for i in range(30_000))), columns=LONG)
    assert len(faults) == 21
    assert faults[0].startswith("a.csv: line 2: ")
    assert faults[19].startswith("a.csv: line 21: ")
    assert faults[20] == "… and 29,980 more"


def test_faults_of_all_files_at_once_in_order(write: Write) -> None:
    first, second = write("u,c,x\n1,a,y\n2,a,\n", "one.csv"), write("u,c,x\n1,a,y\n\n,a,y\n", "two.csv")
    with pytest.raises(InputError) as raised:
        read_codings([first, second], columns=LONG)
    told = [fault.replace(f"{first.parent}/", "") for fault in raised.value.faults]
    assert [t.split(": ")[:2] for t in told] == [
        ["one.csv", "line 3"],
        ["two.csv", "line 2"],
        ["two.csv", "line 4"],
    ]
    assert "the first is on line 2 of " in told[1]
    assert "one.csv" in told[1]


def test_faults_of_parquet_name_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with duckdb.connect(":memory:") as connection:
        rows = "(VALUES ('1', 'a', 'y', 1.5), ('1', 'a', 'z', 0), ('2', NULL, NULL, 'nan'::DOUBLE))"
        connection.execute(f"COPY (SELECT * FROM {rows} t(u, c, x, w)) TO '{path}' (FORMAT parquet)")
    columns = Columns(unit="u", coder="c", code="x", weight="w")
    told = faults_of(path, columns=columns)
    assert told == [
        f"a.parquet: row 2: column 'u': the coder 'a' codes 'x' of '1' again; the first is on row 1. {REPEAT}",
        "a.parquet: row 2: column 'w': '0' is not positive; expected a sampling weight above 0",
        "a.parquet: row 3: column 'c': empty; expected the name of a coder",
        "a.parquet: row 3: column 'w': empty; expected a sampling weight above 0",
    ]
    columns = Columns(unit="uu", coder="c", code="x")
    assert faults_of(path, columns=columns) == ["a.parquet: no column 'uu'. Did you mean 'u'?"]


def test_parquet_columns_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with duckdb.connect(":memory:") as connection:
        rows = "SELECT ['1'] AS u, {'k': 1} AS c, 'y' AS x"
        connection.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
    told = faults_of(path, columns=LONG)
    assert told[0].startswith("a.parquet: column 'c': STRUCT") or told[1].startswith(
        "a.parquet: column 'c': STRUCT"
    )
    assert (
        "a.parquet: column 'u': lists (VARCHAR[]); expected one value a row. Only codes may be lists." in told
    )
