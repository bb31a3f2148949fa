"""Files that mean harm, or are broken: refused, or read as far as they go, with a message; never an exception of ours."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from pathlib import Path

import pytest
from tests.interchange.formats.conftest import CODEBOOK, MODULES, format_of, rich_paper

from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.coded import CodedPaper, CodedUnit
from univocal.interchange.formats.files import Archive, check_xml, opened
from univocal.records import Fault, Paper

ARCHIVES = ["brat", "cas", "refi-qda", "webanno"]
_BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]><Project>&c;</Project>'


def zipped(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("inside", ["../x.ann", "/etc/x.tsv", "a/../../x.xmi", "C:/x.qde", "..\\x.qde"])
def test_names_that_lead_out_are_refused(name: str, inside: str, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {inside: "x"})
    with pytest.raises(InputError, match="leads out of the archive"):
        list(format_of(name).read(path, CODEBOOK))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.zip"]


def test_links_and_bombs_in_archives_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="a link"):
        Archive(tmp_path / "l.zip", Limits())
    path = zipped(tmp_path / "b.zip", {"x.txt": b"\0" * 30_000_000})
    with pytest.raises(InputError, match="Is it a bomb"):
        Archive(path, Limits()).read("x.txt")
    with pytest.raises(InputError, match="bomb"):
        Archive(path, Limits(file_bytes=1_000)).read("x.txt")


@pytest.mark.parametrize(
    "data", [_BOMB, '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "<a>" * 3_000, "<a", "\0", ""]
)
def test_xml_that_does_harm_is_refused(data: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"declaration|deep|well-formed"):
        check_xml(data.encode(), "x.xml", Limits())
    path = zipped(tmp_path / "a.qdpx", {"project.qde": data})
    with pytest.raises(InputError):
        list(format_of("refi-qda").read(path, CODEBOOK))
    pytest.importorskip("cassis")
    path = zipped(
        tmp_path / "a.zip", {"TypeSystem.xml": "<typeSystemDescription/>", "annotation/p/a.xmi": data}
    )
    (fault,) = format_of("cas").read(path, CODEBOOK)
    assert isinstance(fault, Fault)
    assert fault.kind == "unreadable"


@pytest.mark.parametrize("name", sorted(MODULES))
@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\0", b"{" * 5_000, b"[" * 100_000, b"null", b"[1,null,{}]", b"PK\x03\x04broken", b"PAR1"],
)
def test_rubbish_is_a_message(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"x{format_of(name).suffix}"
    path.write_bytes(data)
    try:
        found = list(format_of(name).read(path, CODEBOOK))
    except InputError as error:
        assert str(path) in str(error)  # noqa: PT017 - either way is right
    else:
        assert all(isinstance(one, Fault) for one in found)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_file_that_breaks_off_is_a_message(name: str, tmp_path: Path) -> None:
    format_, coded = (
        format_of(name),
        rich_paper("p1", "We align \U0001f916 it with values, and more words stand here."),
    )
    path = tmp_path / f"x{format_.suffix}"
    format_.write([coded], CODEBOOK, path)
    whole = path.read_bytes()
    for part in (len(whole) // 3, len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:part])
        try:
            list(format_.read(path, CODEBOOK, papers={"p1": coded.paper}.get))
        except InputError as error:
            assert str(path) in str(error)  # noqa: PT017


def test_a_cas_with_offsets_outside_its_text_loses_only_these(tmp_path: Path) -> None:
    pytest.importorskip("cassis")
    path, other = tmp_path / "a.zip", tmp_path / "b.zip"
    spans = rich_paper("p1", "\U0001f916 We align.").codings[0].spans
    format_of("cas").write([CodedPaper(Paper("p1", "\U0001f916 We align."), (CodedUnit("ann", "about", codes=("main",), spans=spans),))], CODEBOOK, path)  # fmt: skip
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    for wrong in ('end="99"', 'end="1"'):
        broken = {name: text.replace('end="12"', wrong, 1) for name, text in files.items()}
        assert broken != files
        found = list(format_of("cas").read(zipped(other, broken), CODEBOOK))
        assert [type(one) for one in found] == [CodedPaper, Fault]
        assert [span.quote for unit in found[0].codings for span in unit.spans] == [spans[1].quote]
        assert found[1].kind == "bad-span"


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    memos = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "'", "harmless"]
    units = tuple(CodedUnit(f"={n}", "harm_source", codes=(), memo=memo) for n, memo in enumerate(memos))
    coded = CodedPaper(Paper("=cmd|' /C calc'!A0", "text"), units)
    path = tmp_path / "x.csv"
    format_of("csv").write([coded], CODEBOOK, path)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert list(format_of("csv").read(path, CODEBOOK, papers={coded.paper.id: coded.paper}.get)) == [coded]


def test_rows_of_a_table_that_say_nothing_are_named_by_line(tmp_path: Path) -> None:
    path, paper = tmp_path / "x.csv", Paper("p1", "We align it.")
    head = "paper,coder,variable,unit_start,unit_stop,item,says,code,start,stop,quote,memo\r\n"
    rows = [
        'p1,ann,about,,,0,codes,main,3,8,align,"two\nlines"', "p1,ann,abuot,,,0,codes,main,3,8,align,",
        "p1,ann,ideals,,,0,codes,honesty,3,8,align,", "p1,ann,ideals,,,0,codes,takeover_avoidance,3,80,align,",
        "p1,ann,ideals,,,x,codes,takeover_avoidance,3,8,align,", "p1,,ideals,,,0,codes,takeover_avoidance,3,8,align,",
        "p1,ann,sense,,,0,codes,technical,3,8,align,", "p1,bob,about,,,1,codes,main,3,8,align,", "p1,ann", "p9,ann,about,,,0,codes,no,,,,",
        "p1,bob,about,,,0,maybe,no,,,,",
    ]  # fmt: skip
    path.write_text(head + "\r\n".join(rows), encoding="utf-8", newline="")
    found = list(format_of("csv").read(path, CODEBOOK, papers={"p1": paper}.get))
    (coded,) = [one for one in found if isinstance(one, CodedPaper)]
    assert [(unit.coder, unit.codes, unit.memo) for unit in coded.codings] == [
        ("ann", ("main",), "two\nlines")
    ]
    faults = [one for one in found if isinstance(one, Fault) and one.kind != "no-code"]
    assert sorted((one.kind, int(one.where.rpartition(" ")[2])) for one in faults) == [
        ("bad-span", 6), ("broken-record", 7), ("broken-record", 11), ("broken-record", 13), ("no-coder", 8), ("unknown-code", 5),
        ("unknown-paper", 12), ("unknown-variable", 4), ("wrong-unit", 9), ("wrong-unit", 10),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "losses"), [
    ("jsonl", set()),
    ("doccano", {"memos", "marks of 'unsure'", "times", "confidences"}),
    ("brat", {"codings 'can't say' without a span", "codings 'none applies' without a span", "papers' title"}),
    ("webanno", {"codings 'can't say' without a span", "carriage returns in memos (a line feed is left)"}),
    ("refi-qda", {"confidences", "papers' year", "ideals that a proxy stands for"}),
    ("csv", {"papers' text", "papers' title"}), ("w3c", {"papers' text"}), ("label-studio", {"papers' sections", "papers' extra"}),
    ("cas", {"papers' sections"}),
])  # fmt: skip
def test_the_report_names_what_is_lost(name: str, losses: set[str], tmp_path: Path) -> None:
    report = format_of(name).write(
        [rich_paper("p1", "We align it.")], CODEBOOK, tmp_path / f"x{format_of(name).suffix}"
    )
    assert {loss.what for loss in report.losses} >= losses
    assert bool(report.losses) == bool(losses)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_damaged_archive_is_told_whatever_is_wrong_with_it(tmp_path: Path, method: int) -> None:
    """1,000 archives with a few wrong bytes: each is read, or refused by name; nothing else is raised."""
    path, chance = tmp_path / "x.zip", random.Random(method)
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.txt", "We align. " * 50)
        archive.writestr("b/c.txt", chance.randbytes(200))
    whole, told = path.read_bytes(), []
    for _ in range(1_000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            with opened(path, Limits()) as archive:
                for name in archive.names:
                    archive.read(name)
        except InputError as error:
            told.append(str(error))
    assert len(told) > 500
    assert all(message.startswith(str(path)) for message in told)


def test_a_method_that_nobody_uses_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", "We align.")
    with (
        pytest.raises(InputError, match=r"'a\.txt' is packed by method 14; expected deflate"),
        opened(path, Limits()),
    ):
        pass
