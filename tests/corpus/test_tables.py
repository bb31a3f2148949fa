"""CSV and Parquet: real exports, odd tables, and what is told of them."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from univocal.corpus import readers
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.read import read_papers
from univocal.records import Fault, Paper

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data isn't beside the checkout")


def read(text, name="a.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    items = list(readers.named("delimited").read(Source(name, data), Limits()))
    return [i for i in items if isinstance(i, Paper)], {i.kind: i for i in items if isinstance(i, Fault)}


def test_lines_are_counted_through_quoted_breaks():
    papers, faults = read('id,title,abstract\n1,T,"a\nb\r\nc"\n\n2,U,B\n')
    assert faults == {}
    assert [p.source for p in papers] == ["a.csv:2", "a.csv:6"]
    assert papers[0].text == "T\n\na\nb\r\nc"


def test_ragged_rows_marks_and_bytes():
    papers, faults = read(b"\xef\xbb\xbfTitle;Abstract;Year\nT;A;2016;surplus\nU\ncaf\xe9;B;never\n")
    assert [(p.text, p.year) for p in papers] == [("T\n\nA", 2016), ("U", None), ("caf\ufffd\n\nB", None)]
    assert set(faults) == {"ragged-row", "missing-abstract", "invalid-encoding", "invalid-year"}
    assert "2 records: line 2, line 3" in faults["ragged-row"].message
    papers, _ = read("title\tabstract\nT\tA, b; c\n".encode("utf-16"), "a.tsv")
    assert papers[0].text == "T\n\nA, b; c"


def test_columns_of_the_same_name():
    papers, _ = read("title,abstract,note,note\nT,A,x,y\n")
    assert papers[0].extra == {"note": "x", "note 2": "y"}


def test_a_long_cell():
    papers, faults = read("title,abstract\nT," + "x" * 300_000 + "\n")
    assert (len(papers[0].text), faults) == (300_003, {})


@pytest.mark.parametrize("text", ["", "\n", "model,score\nm,1\n", "\x00\x01\x02"])
def test_tables_without_papers(text):
    papers, faults = read(text)
    assert (papers, set(faults)) == ([], {"no-title-column"})


@needs_shared
def test_the_export_of_a_reference_manager():
    file = SHARED / "data/papers/ai_alignment_papers_zotero.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as rows:
        wanted = list(csv.DictReader(rows))
    items = list(read_papers(file))
    papers = [i for i in items if isinstance(i, Paper)]
    assert len(papers) == len(wanted) == 1791
    for paper, row in zip(papers, wanted, strict=True):
        assert paper.id == row["Key"] or not row["Key"]
        both = f"{row['Title']}\n\n{row['Abstract Note']}"
        assert paper.text == (both if row["Abstract Note"].strip() else row["Title"])
    faults = {i.kind: i for i in items if isinstance(i, Fault)}
    assert "217 records" in faults["missing-abstract"].message
    assert sum(p.arxiv_id is not None for p in papers) > 300


@needs_shared
def test_tables_of_other_things_are_told():
    kinds = {i.kind for i in read_papers(SHARED / "data/evals") if isinstance(i, Fault)}
    assert "no-title-column" in kinds
    assert not any(isinstance(i, Paper) for i in read_papers(SHARED / "data/annotators/irrcac"))


def parquet(rows):
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def test_parquet_types(tmp_path):
    import datetime as dt
    import decimal

    rows = [
        {"id": n, "title": f"T{n}", "abstract": "A", "date": dt.date(2019, 1, n + 1), "authors": ["J. Doe"], "score": decimal.Decimal("1.50"),
         "raw": b"ab", "nested": {"at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "gap": float("nan")}
        for n in range(3)
    ]  # fmt: skip
    file = tmp_path / "odd [1].parquet"
    file.write_bytes(parquet(rows))
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress(parquet(rows)))
    for path in (file, tmp_path / "b.parquet.gz"):
        papers = list(read_papers(path))
        assert [(p.id, p.text, p.year, p.authors) for p in papers] == [
            (str(n), f"T{n}\n\nA", 2019, ("J. Doe",)) for n in range(3)
        ]
        assert papers[0].extra == {
            "score": 1.5,
            "raw": "ab",
            "nested": "{'at': '2020-01-01 00:00:00+00'}",
            "gap": None,
        }
        assert papers[2].source == f"{path.name}:3"


def test_damaged_and_other_parquet(tmp_path):
    good = parquet([{"title": "T", "abstract": "A" * 500}] * 50)
    for name, data in {"a": good[: len(good) // 2], "b": b"PAR1", "c": b"not parquet", "d": b""}.items():
        (tmp_path / f"{name}.parquet").write_bytes(data)
    (tmp_path / "e.parquet").write_bytes(parquet([{"model": "m"}]))
    faults = list(read_papers(tmp_path))
    assert [f.kind for f in faults] == ["corrupt-parquet"] * 4 + ["no-title-column"]
