"""Inputs become sources: in order, in pieces that lose nothing, with a fault for whatever can't be read."""

import gzip
import json
import os
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from univocal.corpus.gather import iter_sources
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.read import read_papers, read_source
from univocal.records import Fault, Paper


def record(number, size=0):
    return json.dumps({"id": f"p{number}", "title": f"T{number}", "abstract": "A" + "x" * size}) + "\n"


def gathered(*inputs, **kwargs):
    items = list(iter_sources(inputs, **kwargs))
    return [i for i in items if isinstance(i, Source)], [i for i in items if isinstance(i, Fault)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(0, 300), min_size=1, max_size=30),
    piece=st.integers(1, 400),
    ended=st.booleans(),
    packed=st.booleans(),
)
def test_pieces_are_the_file(tmp_path, sizes, piece, ended, packed):
    text = "".join(record(n, size) for n, size in enumerate(sizes))
    data = (text if ended else text.rstrip("\n")).encode()
    file = tmp_path / ("a.jsonl.gz" if packed else "a.jsonl")
    file.write_bytes(gzip.compress(data) if packed else data)
    sources, faults = gathered(file, piece_bytes=piece)
    assert faults == []
    assert b"".join(s.data for s in sources) == data
    line = 1
    for source in sources:
        assert source.first_line == line
        assert source.reader == "jsonl"
        line += source.data.count(b"\n")
    papers = [p for s in sources for p in read_source(pickle.loads(pickle.dumps(s)))]
    assert [(p.id, p.source) for p in papers] == [
        (f"p{n}", f"{file.name}:{n + 1}") for n in range(len(sizes))
    ]


def test_a_line_over_the_limit_is_skipped_without_being_held(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text(record(1) + record(2, size=5_000) + record(3) + record(4, size=9_000))
    sources, faults = gathered(file, limits=Limits(record_bytes=500), piece_bytes=100)
    assert [p.source for s in sources for p in read_source(s)] == ["a.jsonl:1", "a.jsonl:3"]
    assert [(f.kind, f.lost) for f in faults] == [("record-too-large", 1)] * 2
    assert "a.jsonl:2" in faults[0].message


def test_damaged_gzip_keeps_what_was_read(tmp_path):
    import random

    noise = random.Random(1)
    packed = gzip.compress("".join(record(n) + record(n, noise.randrange(90)) for n in range(5_000)).encode())
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(packed[: len(packed) // 2])
    hurt = tmp_path / "hurt.jsonl.gz"
    hurt.write_bytes(packed[:5_000] + b"\xff" * 50 + packed[5_050:])
    for file in (cut, hurt):
        items = list(read_papers(file))
        papers = [i for i in items if isinstance(i, Paper)]
        faults = {i.kind: i for i in items if isinstance(i, Fault)}
        assert "can't be unpacked past byte" in faults["corrupt-gzip"].message
        assert len(papers) > 1_000 if file is cut else papers == []
    none = tmp_path / "none.jsonl.gz"
    none.write_bytes(b"\x1f\x8bnot gzip at all")
    assert [i.kind for i in read_papers(none)] == ["corrupt-gzip"]


def test_trailing_bytes_after_gzip_lose_no_paper(tmp_path):
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress(record(1).encode()) + gzip.compress(record(2).encode()))
    assert [p.id for p in read_papers(file)] == ["p1", "p2"]


def test_a_large_file_is_refused_unread(tmp_path):
    file = tmp_path / "big.json"
    with file.open("wb") as out:
        out.write(b"[")
        out.truncate(500_000_000)
    (fault,) = read_papers(file)
    assert (fault.kind, fault.lost) == ("too-large", 1)
    packed = tmp_path / "bomb.html.gz"
    packed.write_bytes(gzip.compress(b"<html>" + b" " * 3_000_000))
    (fault,) = read_papers(packed, Limits(file_bytes=1_000_000))
    assert fault.kind == "too-large"


def test_order_and_names(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("c.jsonl", "a.jsonl", "b/z.jsonl", "b/a.jsonl.gz"):
        data = record(name).encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert [s.name for s in gathered(tmp_path)[0]] == ["a.jsonl", "b/a.jsonl.gz", "b/z.jsonl", "c.jsonl"]
    assert [s.name for s in gathered(str(tmp_path / "*.jsonl"))[0]] == ["a.jsonl", "c.jsonl"]
    assert [s.name for s in gathered(str(tmp_path / "**/*.jsonl"))[0]] == ["a.jsonl", "z.jsonl", "c.jsonl"]
    both = gathered(tmp_path / "c.jsonl", tmp_path, tmp_path / "b")[0]
    assert [s.name for s in both] == ["c.jsonl", "a.jsonl", "b/a.jsonl.gz", "b/z.jsonl"]
    other = tmp_path / "b" / "c.jsonl"
    other.write_text(record(9))
    names = [s.name for s in gathered(tmp_path / "c.jsonl", other)[0]]
    assert names == ["c.jsonl", other.as_posix()]


def test_what_a_folder_holds_besides_papers(tmp_path):
    for name in ("README.md", "LICENSE", ".hidden.jsonl", "NOTICE.txt", "run.py", "figure.png", "a.jsonl"):
        (tmp_path / name).write_text(record(1))
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.jsonl").write_text(record(1))
    (tmp_path / "tex").mkdir()
    (tmp_path / "tex" / "refs.bib").write_text("@article{a, title={T}}")
    (tmp_path / "tex" / "main.tex").write_text(
        r"\documentclass{article}\begin{document}We align.\end{document}"
    )
    sources, faults = gathered(tmp_path)
    assert [s.name for s in sources] == ["a.jsonl", "tex/main.tex"]
    assert [(f.kind, f.lost) for f in faults] == [("ignored-files", 0)] * 2
    assert "2 files: figure.png, run.py" in faults[0].message
    assert "tex/refs.bib" in faults[1].message
    assert [s.name for s in gathered(tmp_path / "tex" / "refs.bib", tmp_path / "README.md")[0]] == [
        "refs.bib",
        "README.md",
    ]


def test_inputs_that_name_nothing(tmp_path):
    (tmp_path / "papers.jsonl").write_text(record(1))
    empty = tmp_path / "empty"
    empty.mkdir()
    _, faults = gathered(
        tmp_path / "paper.jsonl", str(tmp_path / "*.nothing"), empty, tmp_path / "no" / "such"
    )
    assert [f.kind for f in faults] == ["not-found", "no-match", "empty-folder", "not-found"]
    assert "Did you mean 'papers.jsonl'?" in faults[0].message
    assert ".jsonl" in faults[2].message


def test_links_in_a_circle_and_to_nothing(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.jsonl").write_text(record(1))
    (tmp_path / "deep" / "up").symlink_to(tmp_path)
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self.jsonl").symlink_to(tmp_path / "self.jsonl")
    (tmp_path / "twin").symlink_to(tmp_path / "deep")
    os.mkfifo(tmp_path / "pipe.jsonl")
    sources, faults = gathered(tmp_path)
    assert [s.name for s in sources] == ["deep/a.jsonl"]
    kinds = [f.kind for f in faults]
    assert kinds.count("symlink-loop") == 2
    assert kinds.count("unreadable") == 3
    _, faults = gathered(tmp_path / "pipe.jsonl", tmp_path / "gone.jsonl")
    assert [f.kind for f in faults] == ["unreadable", "unreadable"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read anything")
def test_files_that_may_not_be_read(tmp_path):
    for name in ("a.jsonl", "a.pdf"):
        (tmp_path / name).write_text(record(1))
        (tmp_path / name).chmod(0)
    assert [f.kind for f in gathered(tmp_path)[1]] == ["unreadable"] * 2


def test_unknown_formats(tmp_path):
    (tmp_path / "a.xyz").write_text("what is this?")
    (tmp_path / "b.xyz").write_text(record(1) + record(2))
    (tmp_path / "part_000.gz").write_bytes(gzip.compress((record(3) + record(4)).encode()))
    (tmp_path / "c.xml").write_text("<feed/>")
    items = list(read_papers([tmp_path / name for name in ("a.xyz", "b.xyz", "part_000.gz", "c.xml")]))
    assert [i.id for i in items if isinstance(i, Paper)] == ["p1", "p2", "p3", "p4"]
    assert sorted(i.where for i in items if isinstance(i, Fault)) == ["a.xyz", "c.xml"]
    assert {i.kind for i in items if isinstance(i, Fault)} == {"unknown-format"}


def test_records_of_known_shapes_are_told_apart(tmp_path):
    shapes = {
        "openalex": {
            "id": "https://openalex.org/W1",
            "display_name": "T",
            "abstract_inverted_index": {"A": [0]},
        },
        "semantic_scholar": {"paperId": "ab", "title": "T", "abstract": "A"},
        "arxiv": {"id": "0704.0001", "title": "T", "abstract": "A", "authors_parsed": [["D", "J", ""]]},
        "openreview": {
            "id": "n",
            "forum": "n",
            "invitation": "X",
            "content": {"title": "T", "abstract": "A"},
        },
        "jsonl": {"id": "g", "title": "T", "abstract": "A"},
    }
    for name, shape in shapes.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(shape) + "\n" + json.dumps(shape) + "\n")
    sources, _ = gathered(tmp_path)
    assert {s.name: s.reader for s in sources} == {f"{name}.jsonl": name for name in shapes}
    assert {p.text for p in read_papers(tmp_path)} == {"T\n\nA"}


def test_tallies_of_pieces_come_together(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps({"id": f"p{n}", "title": "T"}) + "\n" for n in range(1_000)))
    limits = Limits()
    pieces = [
        f for s in gathered(file, piece_bytes=500)[0] for f in read_source(s, limits) if isinstance(f, Fault)
    ]
    assert len(pieces) > 10
    from univocal.corpus.faults import merge_faults

    (fault,) = merge_faults(pieces)
    assert "1,000 records: p0 (line 1)" in fault.message
