"""Papers to reference managers and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.interchange.formats.conftest import CODEBOOK

from univocal.interchange.formats.bibliography import BIBTEX, RIS, Bibliography
from univocal.interchange.formats.coded import CodedPaper, CodedUnit
from univocal.records import Fault, Paper, Section

formats = pytest.mark.parametrize("format_", [RIS, BIBTEX], ids=["ris", "bibtex"])
TITLES = [
    "On aligning \U0001f916 agents", "Ale\u0301xander & 50% of {braces}", r"a\b ~c~ $x_1^2$ #1", "مواءمة الذكاء alignment \u200f!",
    "<b>bold</b> \u200d joined",
]  # fmt: skip


def paper(key: str, title: str, abstract: str) -> Paper:
    at = len(title) + 2
    sections = (Section("title", 0, len(title)), Section("abstract", at, at + len(abstract)))
    return Paper(
        key, f"{title}\n\n{abstract}", title=title, year=2024, venue="Journal of X & Y", doi="10.1234/abc_def",
        arxiv_id="2401.01234", authors=("Lee, Ann", "Ö, Bö"), sections=sections,
    )  # fmt: skip


@formats
@pytest.mark.parametrize("title", TITLES)
def test_papers_come_back(format_: Bibliography, title: str, tmp_path: Path) -> None:
    one = paper("smith:2024", title, f"We align {title} again.")
    report = format_.write([CodedPaper(one)], CODEBOOK, tmp_path / "x")
    assert report.losses == ()
    found = list(format_.read(tmp_path / "x", CODEBOOK))
    (back,) = [item.paper for item in found if isinstance(item, CodedPaper)]
    kept = ("id", "text", "title", "year", "venue", "doi", "arxiv_id", "authors", "sections")
    assert {name: getattr(back, name) for name in kept} == {name: getattr(one, name) for name in kept}
    assert not [item for item in found if isinstance(item, Fault) and item.lost]


@formats
def test_codings_and_texts_that_are_no_abstracts_are_counted(format_: Bibliography, tmp_path: Path) -> None:
    coded = CodedPaper(
        Paper("a b,{c}", "One\r\nTY  - JOUR\nER  - \n@article{x,}\nTwo", license="CC-BY"), (CodedUnit("ann", "about", codes=("no",)),)
    )  # fmt: skip
    report = format_.write([coded, CodedPaper(paper("p2", "Two", "Words."))], CODEBOOK, tmp_path / "x")
    lost = {loss.what for loss in report.losses}
    assert {
        "codings",
        "papers' license",
        "papers' text as it is (title and abstract are left, each on one line)",
    } <= lost
    assert any(what.startswith("ids") for what in lost) == (format_ is BIBTEX)
    papers = [one.paper for one in format_.read(tmp_path / "x", CODEBOOK) if isinstance(one, CodedPaper)]
    assert [one.title for one in papers] == ["", "Two"]
    assert papers[1].text == "Two\n\nWords."
