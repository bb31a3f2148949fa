"""One record that is wrong in one way, which readers once stumbled over or took for something else."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.interchange.formats.conftest import CODEBOOK, format_of
from tests.interchange.formats.test_hostile import zipped
from tests.interchange.formats.test_others import read

from univocal.errors import InputError
from univocal.interchange.formats import gather
from univocal.interchange.formats.bibliography import BIBTEX
from univocal.interchange.formats.coded import CodedPaper, CodedUnit, cut
from univocal.records import Paper

TEXT = "We align it."


def own(path: Path, *codings: dict[str, Any], **paper: Any) -> Path:
    row = {"univocal": 1, "paper": {"id": "p1", "text": TEXT} | paper, "codings": codings}
    path.write_bytes(orjson.dumps(row))
    return path


def span(start: int, stop: int, **more: Any) -> dict[str, Any]:
    return {"start": start, "stop": stop, "quote": TEXT[start:stop], **more}


@pytest.mark.parametrize(
    "coding",
    [
        {"codes": ["honesty"]},
        {"codes": ["honesty"], "spans": [span(3, 8)]},
        {"codes": "takeover_avoidance", "spans": [span(3, 8)]},
    ],
)
def test_codes_that_nobody_knows_do_not_become_none_applies(tmp_path: Path, coding: dict[str, Any]) -> None:
    path = own(tmp_path / "x.jsonl", {"coder": "ann", "variable": "ideals"} | coding)
    (paper,), faults = read("jsonl", path)
    assert paper.codings == ()
    assert [fault.kind for fault in faults] == [
        "broken-record" if isinstance(coding["codes"], str) else "unknown-code"
    ]
    head = "paper,coder,variable,unit_start,unit_stop,item,says,code,start,stop,quote\r\n"
    rows = "p1,ann,ideals,,,0,codes,honesty,3,8,align\r\np1,ann,ideals,,,0,codes,,3,8,align\r\n"
    (tmp_path / "x.csv").write_text(head + rows, encoding="utf-8")
    (paper,), faults = read("csv", tmp_path / "x.csv", papers={"p1": Paper("p1", TEXT)}.get)
    assert (paper.codings, [fault.kind for fault in faults]) == ((), ["unknown-code"])


@pytest.mark.parametrize(
    ("coding", "kind"),
    [
        ({"variable": "about", "codes": ["no"], "start": -1, "stop": 5}, "bad-span"),
        ({"variable": "sense", "codes": None, "start": -3, "stop": 5}, "bad-span"),
        ({"variable": "proxies", "codes": ["proxy"], "item": 2**63}, "wrong-unit"),
        ({"variable": "about", "codes": ["no"], "item": 1}, "wrong-unit"),
    ],
)
def test_units_that_can_not_be_are_named(tmp_path: Path, coding: dict[str, Any], kind: str) -> None:
    (paper,), faults = read("jsonl", own(tmp_path / "x.jsonl", {"coder": "ann"} | coding))
    assert (paper.codings, [fault.kind for fault in faults]) == ((), [kind])


@pytest.mark.parametrize(
    "paper",
    [
        {"sections": [{"kind": "body", "start": 0, "end": 99}]}, {"sections": [{"kind": "body", "start": "a", "end": 1}]},
        {"sections": [{"kind": ["x"], "start": 0, "end": 1}]}, {"sections": 5}, {"extra": [1]}, {"source": 5}, {"year": 2**63},
        {"source_map": {"anchors": [["a"]], "boxes": []}}, {"source_map": 5}, {"authors": [5]}, {"title": {}},
    ],
)  # fmt: skip
def test_papers_whose_fields_are_none_are_left_out(tmp_path: Path, paper: dict[str, Any]) -> None:
    path = own(tmp_path / "x.jsonl", **paper)
    path.write_bytes(path.read_bytes() + b"\n" + own(tmp_path / "y.jsonl", id="p2").read_bytes())
    (good,), (fault,) = read("jsonl", path)
    assert (good.paper.id, fault.kind, fault.lost) == ("p2", "broken-record", 1)


def test_notes_that_no_database_keeps_are_named_and_the_coding_goes_in(tmp_path: Path) -> None:
    path = own(
        tmp_path / "x.jsonl", {"coder": "ann", "variable": "about", "codes": ["no"], "memo": "a\0b", "stage": "\0"}
    )  # fmt: skip
    (paper,), faults = read("jsonl", path)
    assert (paper.codings[0].memo, paper.codings[0].codes) == ("", ("no",))
    assert [fault.kind for fault in faults] == ["unfit-text"] * 2


def test_spans_without_end_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "MOST_SPANS", 3)
    path = tmp_path / "x.jsonl"
    path.write_bytes(orjson.dumps({"id": 1, "text": TEXT, "label": [[0, 1, "about=main"]] * 5}))
    (paper,), faults = read("doccano", path)
    assert [fault.kind for fault in faults] == ["too-many"] * 2
    assert len(paper.codings[0].spans) == 1


@pytest.mark.parametrize("annotations", [5, True, "text", {"result": []}])
def test_label_studio_without_a_list_of_annotations(tmp_path: Path, annotations: Any) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(
        orjson.dumps([{"id": 1, "data": {"text": TEXT}, "annotations": annotations}, {"id": {}, "data": {"text": TEXT}}])
    )  # fmt: skip
    papers, faults = read("label-studio", path)
    assert (papers, [fault.kind for fault in faults]) == ([], ["broken-record"] * 2)


def test_label_studio_offsets_of_ours_are_not_clipped_and_empty_memos_stay_empty(tmp_path: Path) -> None:
    def result(name: str, value: dict[str, Any], **meta: Any) -> dict[str, Any]:
        return {"from_name": name, "value": value, "meta": {"univocal": {"coder": "ann", **meta}}}

    results = [
        result("about", {"choices": ["no"]}),
        result("about_memo", {}),
        result(
            "sense_evidence", {"start": 3, "end": 8, "text": "align", "labels": ["technical"]}, unit=[-5, 8]
        ),
        result("proxies", {"choices": ["proxy"]}, item="2"),
    ]
    path = tmp_path / "x.json"
    path.write_bytes(
        orjson.dumps([{"data": {"id": "p", "text": TEXT}, "annotations": [{"result": results}]}])
    )
    (paper,), faults = read("label-studio", path)
    assert [(unit.variable, unit.memo) for unit in paper.codings] == [("about", "")]
    assert [fault.kind for fault in faults] == ["bad-span", "wrong-unit"]


def test_brat_lines_without_a_key_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "ann"
    folder.mkdir()
    (folder / "d.txt").write_text(TEXT, encoding="utf-8")
    (folder / "d.ann").write_text("T1\tabout-main 3 8\talign\n\tUnsure T1\n", encoding="utf-8")
    (paper,), (fault,) = read("brat", folder)
    assert (len(paper.codings), fault.kind, fault.where.rpartition(": ")[2]) == (1, "not-a-code", "line 2")


def test_brat_notes_hold_every_kind_of_line_break_on_one_line(tmp_path: Path) -> None:
    """brat's server splits lines where Python's codecs do, so U+2028 in a note would end it."""
    memo = "a\u2028b\x85c\x0bd\x1ce \\u2028 \\n"
    unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(TEXT, 3, 8, "main"),), memo=memo)
    format_of("brat").write([CodedPaper(Paper("p", TEXT), (unit,))], CODEBOOK, tmp_path / "out")
    lines = (tmp_path / "out" / "ann" / "p.ann").read_text(encoding="utf-8").splitlines()
    assert [line[0] for line in lines] == ["T", "#"]
    (paper,), _ = read("brat", tmp_path / "out")
    assert paper.codings == (unit,)


@pytest.mark.parametrize("name", ["brat", "webanno", "cas"])
def test_ids_too_long_for_a_name_are_cut_and_told(name: str, tmp_path: Path) -> None:
    if name == "cas":
        pytest.importorskip("cassis")
    ids = ["مواءمة" * 20 + "1", "مواءمة" * 20 + "2"]
    unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(TEXT, 3, 8, "main"),))
    report = format_of(name).write(
        [CodedPaper(Paper(id_, TEXT), (unit,)) for id_ in ids], CODEBOOK, tmp_path / "x.zip"
    )
    found, faults = read(name, tmp_path / "x.zip")
    assert faults == []
    assert len({one.paper.id for one in found}) == 2
    told = [loss.count for loss in report.losses if loss.what.startswith("ids too long")]
    assert told == ([] if name == "cas" else [2])
    assert ({one.paper.id for one in found} == set(ids)) == (name == "cas")


def test_doccano_is_ascii_so_that_guessing_its_encoding_is_right(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    coded = CodedPaper(Paper("p", "We \U0001f916 align é."), ())
    format_of("doccano").write([coded], CODEBOOK, path)
    assert path.read_bytes().isascii()
    assert read("doccano", path)[0] == [coded]


@pytest.mark.parametrize("name", ["jsonl", "doccano", "label-studio"])
def test_a_byte_order_mark_does_no_harm(name: str, tmp_path: Path) -> None:
    path, coded = tmp_path / "x", CodedPaper(Paper("p", TEXT), (CodedUnit("ann", "about", codes=("no",)),))
    format_of(name).write([coded], CODEBOOK, path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(name, path) == ([coded], [])


def test_web_annotations_in_pages_in_pages(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonld"
    path.write_bytes(b'{"first":' * 900 + b'{"items":[]}' + b"}" * 900)
    assert read("w3c", path) == ([], [])


def test_an_unknown_paper_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonld"
    path.write_bytes(orjson.dumps([{"type": "Annotation", "target": "p9"}] * 50))
    asked: list[str] = []
    papers, (fault,) = read("w3c", path, papers=asked.append)
    assert (papers, fault.kind, asked) == ([], "unknown-paper", ["p9"])


def test_a_web_annotation_page_has_an_identity_and_one_source_is_no_list(tmp_path: Path) -> None:
    """What the W3C's own schemas for annotations and pages ask for (web-annotation-tests)."""
    path = tmp_path / "x.jsonld"
    coded = CodedPaper(Paper("p", TEXT), (CodedUnit("ann", "about", codes=("no",)),))
    format_of("w3c").write([coded], CODEBOOK, path)
    page = orjson.loads(path.read_bytes())
    assert page["id"].startswith("urn:uuid:")
    assert page["items"][0]["target"] == "urn:univocal:paper:p"


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ('<?xml version="1.0" encoding="UTF-1e9"?><Project/>', "encoding"),
        ('<?xml version="1.0" encoding="shift_jis"?><Project/>', "encoding"),
        ("<Project><a:Sources/></Project>", "prefix a"),
    ],
)
def test_xml_of_no_encoding_or_name_space_is_refused(xml: str, words: str, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.qdpx", {"project.qde": xml})
    with pytest.raises(InputError, match=words):
        read("refi-qda", path)


def test_a_cas_with_comments_and_a_type_system_without_ids_is_read(tmp_path: Path) -> None:
    pytest.importorskip("cassis")
    import zipfile

    unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(TEXT, 3, 8, "main"),))
    format_of("cas").write([CodedPaper(Paper("p1", TEXT), (unit,))], CODEBOOK, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    name = "annotation/p1/ann.xmi"
    files[name] = files[name].replace("<cas:Sofa", "<!-- made by hand --><cas:Sofa").replace(' id="p1"', "")
    (paper,), faults = read("cas", zipped(tmp_path / "y.zip", files))
    assert (paper.paper.id, paper.codings, faults) == ("p1", (unit,), [])
    files["TypeSystem.xml"] = files["TypeSystem.xml"].replace("<name>title</name>", "<name>subtitle</name>")
    (paper,), _ = read("cas", zipped(tmp_path / "y.zip", files))
    assert paper.codings == (unit,)


def test_tsv_that_leaps_does_not_fill_the_memory(tmp_path: Path) -> None:
    leaps = "".join(f"#Text=\n1-1\t{n}000000-{n}000001\tx\n" for n in range(1, 200))
    path = tmp_path / "x.tsv"
    path.write_text("#FORMAT=WebAnno TSV 3.3\n\n\n" + leaps, encoding="utf-8")
    papers, (fault,) = read("webanno", path)
    assert (papers, fault.kind) == ([], "unreadable")
    assert "at most 5,000,000" in fault.message


def test_tsv_cells_that_end_in_a_backslash_are_read_in_no_time(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    cell = "a" * 200_000 + "\\"
    path.write_text(
        f"#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.A|value\n\n\n#Text=Hi\n1-1\t0-2\tHi\t{cell}\t\n", encoding="utf-8"
    )  # fmt: skip
    began = time.monotonic()
    _, faults = read("webanno", path)
    assert [fault.kind for fault in faults] == ["unknown-code"]
    assert time.monotonic() - began < 5


def test_a_single_tsv_is_a_paper_of_its_name_and_nobody_s(tmp_path: Path) -> None:
    path = tmp_path / "doc.tsv"
    head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.About|value\n\n\n#Text=a\n1-1\t0-1\ta\tmain\t\n"
    path.write_text(head, encoding="utf-8")
    (paper,), _ = read("webanno", path)
    assert (paper.paper.id, paper.codings[0].coder) == ("doc", "WebAnno")


def test_parquet_that_can_not_be_written_or_is_too_large_is_told(tmp_path: Path) -> None:
    from univocal.corpus.protocol import Limits

    parquet, coded = (
        format_of("parquet"),
        CodedPaper(Paper("p", TEXT), (CodedUnit("ann", "about", codes=("no",)),)),
    )
    with pytest.raises(InputError, match="can't be written as Parquet"):
        parquet.write([coded], CODEBOOK, tmp_path / "nowhere" / "x.parquet")
    path = tmp_path / "it's.parquet"
    parquet.write([coded], CODEBOOK, path)
    assert read("parquet", path, papers={"p": coded.paper}.get)[0][0].codings == coded.codings
    with pytest.raises(InputError, match="more than 10 bytes"):
        read("parquet", path, limits=Limits(file_bytes=10))


def test_keys_of_bibtex_never_meet(tmp_path: Path) -> None:
    path = tmp_path / "x.bib"
    papers = [
        CodedPaper(Paper(id_, TEXT, authors=("Smith and Sons", "Ann Lee"))) for id_ in ("a b", "a+20+b")
    ]
    BIBTEX.write(papers, CODEBOOK, path)
    made = path.read_text(encoding="utf-8")
    keys = [line for line in made.splitlines() if line.startswith("@")]
    assert len(set(keys)) == 2
    assert "author = {{Smith and Sons} and Ann Lee}" in made
