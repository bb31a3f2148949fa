"""Files as the other tools make them: their own shapes, their own ways to count."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.interchange.formats.conftest import CODEBOOK, format_of, rich_paper

from univocal.codebook.model import Code, Variable
from univocal.interchange.formats.coded import CodedPaper, CodedUnit
from univocal.records import Fault, Paper

_ROBOT = "\U0001f916 We align it."


def read(name: str, path: Path, **more: Any) -> tuple[list[CodedPaper], list[Fault]]:
    found = list(format_of(name).read(path, more.pop("codebook", CODEBOOK), **more))
    return [one for one in found if isinstance(one, CodedPaper)], [
        one for one in found if isinstance(one, Fault)
    ]


def spans(paper: CodedPaper) -> list[tuple[str, str, str | None, str]]:
    return [
        (unit.coder, unit.variable, span.code, span.quote) for unit in paper.codings for span in unit.spans
    ]


def task(**region: Any) -> dict[str, Any]:
    result = {"from_name": "label", "to_name": "text", "type": "labels", "id": "x", "value": region}
    annotation = {"id": 1, "completed_by": {"id": 7, "email": "ann@example.org"}, "result": [result]}
    return {"id": 3, "data": {"text": _ROBOT}, "annotations": [annotation]}


@pytest.mark.parametrize(
    ("start", "stop"), [(5, 10), (6, 11)], ids=["code points", "UTF-16, before October 2021"]
)
def test_label_studio_counts_both_ways(tmp_path: Path, start: int, stop: int) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(orjson.dumps([task(start=start, end=stop, text="align", labels=["main"])]))
    (paper,), faults = read("label-studio", path)
    assert faults == []
    assert spans(paper) == [("ann@example.org", "about", "main", "align")]
    assert (paper.paper.id, paper.codings[0].codes) == ("3", ("main",))


def test_label_studio_offsets_that_fit_neither_way_are_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    good = task(start=5, end=10, text="align", labels=["main"])
    good["annotations"][0]["result"].append(
        task(start=1, end=3, text="align", labels=["main"])["annotations"][0]["result"][0]
    )
    good["annotations"][0]["result"].append(
        task(start=5, end=100, labels=["main"])["annotations"][0]["result"][0]
    )
    path.write_bytes(orjson.dumps([good]))
    (paper,), faults = read("label-studio", path)
    assert [span[3] for span in spans(paper)] == ["align"]
    assert [(fault.kind, fault.where) for fault in faults] == [
        ("bad-quote", f"{path}: task 1: annotation 1: result 2"),
        ("bad-span", f"{path}: task 1: annotation 1: result 3"),
    ]


def test_doccano_exports_tuples_entities_and_categories(tmp_path: Path) -> None:
    path = tmp_path / "ann.jsonl"
    rows = [
        {"id": 5, "text": _ROBOT, "label": [[5, 10, "about=main"]], "Comments": []},
        {
            "id": 6,
            "text": _ROBOT,
            "entities": [{"id": 1, "label": "main", "start_offset": 2, "end_offset": 4}],
            "relations": [],
        },
        {"id": 7, "text": _ROBOT, "label": ["about=no", "valence=not_stated"]},
        {"id": 8, "text": _ROBOT, "label": [[0, 99, "about=main"], [-1, 3, "about=main"], [0, 1, "PER"]]},
    ]
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    papers, faults = read("doccano", path)
    assert [spans(one) for one in papers] == [
        [("ann", "about", "main", "align")], [("ann", "about", "main", "We")], [], [],
    ]  # fmt: skip
    assert [unit.codes for unit in papers[2].codings] == [("no",), ("not_stated",)]
    assert [(fault.kind, fault.where) for fault in faults] == [
        ("bad-span", f"{path}: line 4: label[0]"), ("bad-span", f"{path}: line 4: label[1]"),
        ("unknown-code", f"{path}: line 4: label[2]"),
    ]  # fmt: skip


def test_brat_reads_its_own_types_fragments_notes_and_names_what_is_no_code(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "d1.txt").write_text("Aligned\nvalues hold.", encoding="utf-8")
    (folder / "d1.ann").write_text(
        "T1\tmain 0 7;8 14\tAligned values\nT2\tmain 15 19;0 7\thold Aligned\nT3\tGene-protein 0 7\tAligned\n"
        "T4\tmain 0 7\tMisquoted\nT5\tmain 15 99\thold\nR1\tBinds Arg1:T1 Arg2:T2\n#1\tAnnotatorNotes T1\ta note\n",
        encoding="utf-8",
    )
    (paper,), faults = read("brat", folder)
    assert spans(paper) == [
        ("brat", "about", "main", "Aligned"), ("brat", "about", "main", "Aligned\nvalues"), ("brat", "about", "main", "hold"),
    ]  # fmt: skip
    assert paper.codings[0].memo == "a note"
    assert [(fault.kind, fault.where.rpartition(": ")[2]) for fault in faults] == [
        ("unknown-code", "line 3"), ("bad-quote", "line 4"), ("bad-span", "line 5"), ("not-a-code", "line 6"),
    ]  # fmt: skip


def test_webanno_reads_other_layers_by_their_values(tmp_path: Path) -> None:
    path = tmp_path / "doc.tsv"
    path.write_text(
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.About|value\n#T_RL=webanno.custom.R|x|BT_webanno.custom.About\n\n\n"
        "#Text=I like it 😊 .\n1-1\t0-1\tI\t_\t_\t_\t\n1-2\t2-6\tlike\tmain[1]\t_\t_\t\n1-3\t7-9\tit\tmain[1]|PER[2]\t_\t_\t\n"
        "1-4\t10-12\t😊\tmain\t_\t_\t\n1-5\t13-14\t.\t_\t_\t_\t\n\n#Text=More\n2-1\t15-19\tMore\tmain\t_\t_\t\n",
        encoding="utf-8",
    )
    (paper,), faults = read("webanno", path)
    assert paper.paper.text == "I like it 😊 .\nMore"
    assert [span[3] for span in spans(paper)] == ["like it", "😊", "More"]
    assert [fault.kind for fault in faults] == ["unknown-code"]


def test_webanno_offsets_outside_the_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "doc.tsv"
    head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.About|value\n\n\n#Text=a 😊\n1-1\t0-1\ta\tmain\t\n"
    path.write_text(head + "1-2\t2-3\t😊\tmain\t\n1-3\t9-10\tx\tmain\t\nnonsense\n", encoding="utf-8")
    (paper,), faults = read("webanno", path)
    assert [span[3] for span in spans(paper)] == ["a"]
    assert [(fault.kind, fault.where.rpartition(": ")[2]) for fault in faults] == [
        ("broken-record", "line 9"), ("bad-span", "line 7"), ("bad-span", "line 8"),
    ]  # fmt: skip


def test_web_annotations_of_others_are_found_by_quote_and_position(tmp_path: Path) -> None:
    def one(**target: Any) -> dict[str, Any]:
        body = {"type": "TextualBody", "purpose": "tagging", "value": "main"}
        return {
            "type": "Annotation",
            "creator": {"name": "ann"},
            "body": body,
            "target": {"source": "p1", **target},
        }

    quote = {"type": "TextQuoteSelector", "exact": "align", "prefix": "We "}
    place = {"type": "TextPositionSelector", "start": 2, "end": 4}
    path = tmp_path / "a.jsonld"
    found = [
        one(selector=quote), one(selector=place), one(selector=[quote, {**place, "start": 99, "end": 104}]),
        one(selector={**quote, "exact": "nowhere"}), one(selector={**place, "end": 99}), one(selector={"type": "XPathSelector"}),
        one(source="p2"),
    ]  # fmt: skip
    path.write_bytes(orjson.dumps({"type": "AnnotationPage", "items": found}))
    paper = Paper("p1", _ROBOT)
    (coded,), faults = read("w3c", path, papers={"p1": paper}.get)
    assert [span[3] for span in spans(coded)] == ["We", "align"]
    assert sorted((fault.kind, fault.where.rpartition(" ")[2]) for fault in faults) == [
        ("bad-quote", "4"), ("bad-quote", "5"), ("broken-record", "6"), ("unknown-paper", "7"),
    ]  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Any:
    def made(selection: str, text: str, origin: str = "QualCoder") -> Path:
        path = tmp_path / "p.qdpx"
        guid = "00000000-0000-0000-0000-00000000000"
        xml = (
            f'<Project name="p" origin="{origin}" xmlns="urn:QDA-XML:project:1.0"><Users><User guid="{guid}1" name="ann"/></Users>'
            f'<CodeBook><Codes><Code guid="{guid}2" name="Topic" isCodable="true"><Code guid="{guid}3" name="main" '
            f'isCodable="true"/></Code></Codes></CodeBook><Sources><TextSource guid="{guid}4" name="s" '
            f'plainTextPath="internal://x.txt"><PlainTextSelection guid="{guid}5" {selection} creatingUser="{guid}1"><Coding '
            f'guid="{guid}6"><CodeRef targetGUID="{guid}3"/></Coding></PlainTextSelection></TextSource>'
            f'<PDFSource guid="{guid}7"/></Sources></Project>'
        )
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("project.qde", xml)
            archive.writestr("Sources/x.txt", b"\xef\xbb\xbf" + text.encode())
        return path

    return made


@pytest.mark.parametrize(
    "selection",
    [
        'startPosition="5" endPosition="10"',
        'name="" startPosition="5" endPosition="10"',
        'name="align" startPosition="6" endPosition="11"',  # UTF-16 units
        'name="align" startPosition="5" endPosition="9"',  # up to the last character
    ],
)
def test_refi_positions_are_half_open_unless_a_name_tells_otherwise(project: Any, selection: str) -> None:
    (paper,), faults = read("refi-qda", project(selection, _ROBOT))
    assert spans(paper) == [("ann", "about", "main", "align")]
    assert [fault.kind for fault in faults] == ["not-text"]


def test_refi_of_atlas_counts_crlf_as_one(project: Any) -> None:
    text = "a\r\nb\r\nalign"
    (paper,), _ = read("refi-qda", project('startPosition="4" endPosition="9"', text, "QualCoder"))
    assert [span[3] for span in spans(paper)] == ["\r\nali"]
    (paper,), _ = read(
        "refi-qda", project('name="align" startPosition="4" endPosition="9"', text, "ATLAS.ti")
    )
    assert [span[3] for span in spans(paper)] == ["align"]


def test_pyrefiqda_reads_our_projects_and_codebooks(tmp_path: Path) -> None:
    pyrefiqda = pytest.importorskip("pyrefiqda")
    refi = format_of("refi-qda")
    refi.write([rich_paper("p1", "We align \U0001f916 it.")], CODEBOOK, tmp_path / "p.qdpx")
    made = pyrefiqda.RefiProject.load(tmp_path / "p.qdpx", str(tmp_path / "out"))
    (source,) = made.sources.text_source
    places = {(s.start_position, s.end_position): s.name for s in source.plain_text_selection}
    assert places[0, 14] == "We align \U0001f916 it."
    assert {user.name for user in made.users.user} == {"ann", "bob & <co>", "Ann/é 🤖"}
    report = refi.write([rich_paper("p1", "x")], CODEBOOK, tmp_path / "c.qdc")
    assert report.losses[0].count == 1
    assert pyrefiqda.RefiCodebook.load(tmp_path / "c.qdc").codes.code[0].name == CODEBOOK.variables[0].id


def test_cassis_reads_our_files_with_utf16_offsets(tmp_path: Path) -> None:
    cassis = pytest.importorskip("cassis")
    path = tmp_path / "out.zip"
    format_of("cas").write([rich_paper("p1", _ROBOT)], CODEBOOK, path)
    with zipfile.ZipFile(path) as archive:
        types = cassis.load_typesystem(archive.read("TypeSystem.xml").decode())
        raw = archive.read("annotation/p1/ann.xmi").decode()
    cas = cassis.load_cas_from_xmi(raw, typesystem=types)
    assert cas.sofa_string == _ROBOT
    assert 'end="15"' in raw  # 14 code points
    assert {one.get_covered_text() for one in cas.select("webanno.custom.Univocal")} >= {_ROBOT}


def test_a_label_of_a_foreign_codebook_is_understood_by_id_and_by_words(tmp_path: Path) -> None:
    codes = (Code("per", "Person", "", "U"), Code("org", "Organisation", "", "U"))
    book = replace(CODEBOOK, variables=(Variable("ner", "Entity", "?", "mention", "one", codes, "U"),))
    path = tmp_path / "all.jsonl"
    path.write_bytes(orjson.dumps({"id": 1, "text": "Ann", "label": [[0, 3, "Person"]]}))
    (paper,), faults = read("doccano", path, codebook=book)
    assert faults == []
    assert isinstance(paper.codings[0], CodedUnit)
    assert (paper.codings[0].start, paper.codings[0].codes) == (0, ("per",))
