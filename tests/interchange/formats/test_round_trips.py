"""What goes out comes back, up to what the report names."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.interchange.formats.conftest import MODULES, TEXTS, coded_papers, format_of, rich_paper, through

from univocal.interchange.formats.coded import CodedPaper
from univocal.records import Fault, Paper

names = pytest.mark.parametrize("name", sorted(MODULES))


@names
@pytest.mark.parametrize("text", sorted(TEXTS))
def test_difficult_texts_come_back(name: str, text: str, tmp_path: Path) -> None:
    found, wanted, _ = through(format_of(name), [rich_paper(f"p/{text}:1", TEXTS[text])], tmp_path)
    assert [one for one in found if isinstance(one, Fault)] == []
    assert found == wanted
    assert wanted or name == "cas"


@names
def test_all_texts_together_come_back(name: str, tmp_path: Path) -> None:
    papers = [rich_paper(key, text) for key, text in TEXTS.items()]
    found, wanted, report = through(format_of(name), papers, tmp_path)
    assert sorted(found, key=lambda one: one.paper.id) == sorted(wanted, key=lambda one: one.paper.id)
    assert report.papers == len(wanted)
    assert report.codings == sum(len(one.codings) for one in wanted)
    assert all(file.exists() for file in report.files)


@names
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(papers=coded_papers())
def test_anything_comes_back(name: str, papers: list[CodedPaper]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found, wanted, _ = through(format_of(name), papers, Path(folder))
    assert sorted(map(repr, found)) == sorted(map(repr, wanted))


@names
def test_nothing_at_all(name: str, tmp_path: Path) -> None:
    found, wanted, report = through(format_of(name), [], tmp_path)
    assert found == wanted == []
    assert (report.papers, report.losses) == (0, ())


@names
def test_a_paper_that_nobody_coded(name: str, tmp_path: Path) -> None:
    found, wanted, report = through(format_of(name), [CodedPaper(Paper("p1", "A text."))], tmp_path)
    assert found == wanted
    assert len(wanted) == 1 or [loss.what for loss in report.losses] == ["papers without codings"]
