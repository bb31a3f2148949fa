"""JSONL: the text that offsets refer to, and what becomes of records that aren't as they should be."""

import gzip
import json
from pathlib import Path

import pytest

from univocal.corpus.jsonl import READER, holds_lines
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.read import read_papers
from univocal.records import Fault, Paper

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data isn't beside the checkout")


def read(data, name="a.jsonl", limits=None):
    data = data if isinstance(data, bytes) else "\n".join(json.dumps(r) for r in data).encode()
    items = list(READER.read(Source(name, data), limits or Limits()))
    return [i for i in items if isinstance(i, Paper)], {i.kind: i for i in items if isinstance(i, Fault)}


def test_fields_and_the_rest():
    (paper,), faults = read([{
        "id": "p", "title": "T", "abstract": "A", "year": "2016-05-01", "venue": "ACL", "license": "CC BY 4.0",
        "doi": "https://doi.org/10.1000/X", "keywords": ["k"], "url": "https://arxiv.org/abs/2501.00001v2",
        "authors": [{"name": "Jane Doe"}, "R. Roe"],
    }])  # fmt: skip
    assert faults == {}
    assert (paper.year, paper.venue, paper.license, paper.doi) == (2016, "ACL", "CC BY 4.0", "10.1000/x")
    assert (paper.arxiv_id, paper.authors) == ("2501.00001v2", ("Jane Doe", "R. Roe"))
    assert paper.extra == {"keywords": ["k"], "url": "https://arxiv.org/abs/2501.00001v2"}
    assert paper.source == "a.jsonl:1"


def test_missing_abstracts_are_one_fault():
    papers, faults = read(
        [{"id": f"p{n}", "title": f"T{n}", "abstract": [None, "", "  "][n % 3]} for n in range(20_000)]
    )
    assert len(papers) == 20_000
    assert papers[7].text == "T7"
    assert set(faults) == {"missing-abstract"}
    assert faults["missing-abstract"].lost == 0
    assert "20,000 records: p0 (line 1), p1 (line 2)" in faults["missing-abstract"].message
    assert len(faults["missing-abstract"].message) < 300


def test_wrong_types_are_faults():
    papers, faults = read([
        {"id": 3, "title": "T", "abstract": ["a"], "year": "soon", "authors": 7},
        {"id": True, "title": {"x": 1}, "abstract": "A", "venue": ["ACL"]},
        {"id": None, "title": None, "abstract": None},
        {},
    ])  # fmt: skip
    assert [(p.id, p.text, p.year) for p in papers] == [("3", "T", None), ("a.jsonl:2", "\n\nA", None)]
    assert set(faults) == {"wrong-type", "missing-abstract", "invalid-year", "missing-title", "empty-record"}
    assert faults["empty-record"].lost == 2


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"{bad", "invalid-json"),
        (b"[" * 100_000, "invalid-json"),
        (b'{"a":' * 100_000, "invalid-json"),
        (b"17", "wrong-type"),
        (b"null", "wrong-type"),
        (b'"text"', "wrong-type"),
        (b"\xff\xfe\x00", "invalid-json"),
    ],
)
def test_a_bad_line_costs_no_other(line, kind):
    good = b'{"id": "p", "title": "T", "abstract": "A"}'
    papers, faults = read(good + b"\n" + line + b"\n\r\n" + good.replace(b"p", b"q", 1) + b"\r\n")
    assert len(papers) == 2
    assert papers[1].source == "a.jsonl:4"
    assert faults[kind].lost == 1
    assert "line 2" in faults[kind].message


def test_characters_that_json_forbids_are_replaced_and_told():
    lines = b'{"id": "a", "title": "caf\xe9", "abstract": "A"}\n{"id": "b", "title": "x \\ud800 y", "abstract": "A", "score": NaN}'
    papers, faults = read(lines)
    assert [p.title for p in papers] == ["caf\ufffd", "x \ufffd y"]
    assert faults["invalid-encoding"].lost == 0
    papers[1].text.encode()


def test_a_record_over_the_limit_is_left_out():
    papers, faults = read(
        [{"title": "T", "abstract": "x" * 500}, {"title": "U", "abstract": "A"}],
        limits=Limits(record_bytes=200),
    )
    assert [p.title for p in papers] == ["U"]
    assert faults["record-too-large"].lost == 1
    _, faults = read([{"title": "T", "abstract": "x" * 500}] * 2, limits=Limits(text_chars=200))
    assert faults["text-too-long"].lost == 2


@pytest.mark.parametrize(
    "wrap", [lambda r: r, lambda r: {"meta": {}, "results": r}, lambda r: {"data": r}, lambda r: {"notes": r}]
)
@pytest.mark.parametrize("indent", [None, 2])
def test_documents(wrap, indent):
    rows = [{"title": "T", "abstract": "A"}, {"title": "U", "abstract": "B"}, None]
    papers, faults = read(json.dumps(wrap(rows), indent=indent).encode(), "a.json")
    assert [(p.text, p.source) for p in papers] == [("T\n\nA", "a.json:1"), ("U\n\nB", "a.json:2")]
    assert set(faults) == {"wrong-type"}


def test_one_answer_of_an_api_a_line():
    page = json.dumps({"results": [{"id": "1", "title": "T"}, {"id": "2", "title": "U"}]}).encode()
    assert len(read(page + b"\n" + page.replace(b'"1"', b'"3"'))[0]) == 4


def test_lines_or_document():
    assert holds_lines(b'\xef\xbb\xbf{"id": 1}\n{"id": 2}')
    assert holds_lines(b'{"id": ' + b"1" * 70_000, "a.jsonl.gz")
    assert not holds_lines(b'{"id": ' + b"1" * 70_000, "a.json")
    assert not holds_lines(b"  [1]\n[2]", "a.jsonl")


SECTIONS = [
    {"heading": "Abstract", "text": "Abstract We align. Report issue for preceding element"},
    {"heading": "1 Aim", "text": "Goals."},
    {"heading": "References", "text": "[1] Aligned."},
    {"heading": "Notes", "text": "n", "kind": "boilerplate"},
    {"heading": "Appendix A", "text": "More."},
    {"text": "No heading."},
]


def test_sections():
    (paper,), faults = read([{"id": "p", "title": "T", "sections": SECTIONS}])
    assert faults == {}
    assert paper.text == (
        "T\n\nAbstract We align. Report issue for preceding element\n\n1 Aim\n\nGoals.\n\nReferences\n\n[1] Aligned.\n\n"
        "Notes\n\nn\n\nAppendix A\n\nMore.\n\nNo heading."
    )
    assert [
        (s.kind, paper.text[s.start : s.end]) for s in paper.sections if s.kind not in ("body", "appendix")
    ] == [
        ("title", "T"),
        ("abstract", "Abstract We align. Report issue for preceding element"),
        ("references", "References\n\n[1] Aligned."),
        ("boilerplate", "Notes\n\nn"),
        ("boilerplate", "Report issue for preceding element"),
    ]
    assert "[1] Aligned." in [paper.text[a:b].partition("\n\n")[2] for a, b in paper.uncoded()]


def test_sections_of_wrong_shape():
    (paper,), faults = read(
        [{"title": "T", "abstract": "A", "sections": [{"heading": "H"}, 3, {"heading": 4, "text": "x"}]}]
    )
    assert paper.text == "T\n\nA\n\nx"
    assert set(faults) == {"wrong-type"}
    (paper,), faults = read([{"title": "T", "abstract": "A", "sections": "none"}])
    assert paper.text == "T\n\nA"


def test_a_text_is_used_as_it_is():
    papers, faults = read([
        {"title": "T", "text": "T\n\nWe align."},
        {"title": "T", "text": "We align.\n\nThen."},
        {"title": "T", "abstract": "A", "text": "T\n\nfull"},
    ])  # fmt: skip
    assert faults == {}
    assert [p.text for p in papers] == ["T\n\nWe align.", "We align.\n\nThen.", "T\n\nA"]
    assert [[s.kind for s in p.sections] for p in papers] == [
        ["title", "abstract"],
        ["body"],
        ["title", "abstract"],
    ]
    assert [p.extra for p in papers] == [{}, {}, {"text": "T\n\nfull"}]


@needs_shared
def test_texts_are_those_of_the_gold_data():
    with gzip.open(SHARED / "data/papers/papers_align.jsonl.gz") as lines:
        coded = (SHARED / "gold/dev.jsonl").read_text(encoding="utf-8").splitlines()
        gold = {r["id"]: r for r in map(json.loads, coded)}
        rows = [line for line in lines if json.loads(line)["id"] in gold]
    papers, _ = read(b"".join(rows))
    wanted = {p.id: p for p in papers}
    as_text, _ = read((SHARED / "gold/dev.jsonl").read_bytes())
    assert len(gold) == len(wanted) == len(as_text) == 448
    for paper in as_text:
        assert paper.text == gold[paper.id]["text"] == wanted[paper.id].text
        assert paper.sections == wanted[paper.id].sections
        assert all(paper.text[m["start"] : m["end"]] == m["text"] for m in gold[paper.id]["mentions"])


@needs_shared
def test_full_texts_have_sections_at_exact_offsets():
    items = list(read_papers(SHARED / "data/fulltext"))
    papers = [i for i in items if isinstance(i, Paper)]
    assert len(papers) == 58
    arxiv = [p for p in papers if p.arxiv_id]
    assert [p.id for p in arxiv][:2] == ["arxiv:2510.12826", "arxiv:2501.13121"]
    for paper in arxiv:
        assert {"title", "abstract", "body", "boilerplate"} <= {s.kind for s in paper.sections}
        edges = [0, *(at for span in paper.uncoded() for at in span), len(paper.text)]
        coded = "".join(paper.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
        assert "Report issue for preceding element" not in coded
        headings = [s for s in paper.sections if s.heading]
        assert all(
            " ".join(s.heading.split())[:20] in " ".join(paper.text[s.start : s.end].split())
            for s in headings
        )
