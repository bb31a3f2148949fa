"""Readers are found through entry points: ours, a stranger's, and one that can't be loaded."""

import importlib
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from univocal import plugins
from univocal.corpus import readers
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.read import read_papers, read_source
from univocal.records import Fault, Paper

SAMPLE = Path(__file__).resolve().parents[1] / "sample_plugin"
OURS = {
    "acl", "arxiv", "bibtex", "delimited", "html", "jats", "jsonl", "latex", "markdown", "openalex", "openreview", "parquet",
    "pdf", "plain", "ris", "semantic_scholar", "tei",
}  # fmt: skip


def forget():
    plugins._points.cache_clear()
    readers.installed.cache_clear()
    importlib.invalidate_caches()


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Installs a package of one module and its entry points, as pip would: files on the path and a dist-info."""

    def install(module: Path, project: dict):
        site = tmp_path / "site"
        info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir(parents=True)
        shutil.copy(module, site)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        )
        points = "".join(
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
            for group, entries in project["entry-points"].items()
        )
        (info / "entry_points.txt").write_text(points)
        monkeypatch.syspath_prepend(str(site))
        forget()
        return module.stem

    yield install
    monkeypatch.undo()
    forget()


def test_all_of_ours_are_there():
    assert set(plugins.names(plugins.READERS)) >= OURS
    found, faults = readers.installed()
    assert faults == ()
    assert {r.name for r in found} >= OURS
    for reader in found:
        assert all(s == s.lower() and s.startswith(".") for s in reader.suffixes)
        assert readers.named(reader.name) is reader


@pytest.mark.parametrize("name", sorted(OURS))
@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 100, b"\xff\xfe" * 50, b"<" * 1000, b"{" * 1000, b"a" * 1000]
)
def test_no_reader_raises(name, data):
    reader = readers.named(name)
    reader.sniff(data, f"a{reader.suffixes[0]}")
    items = list(reader.read(Source(f"a{reader.suffixes[0]}", data), Limits(timeout_seconds=10)))
    assert all(isinstance(i, Paper | Fault) for i in items)


def test_a_strangers_reader_reads(installed, tmp_path):
    project = tomllib.loads((SAMPLE / "pyproject.toml").read_text())["project"]
    module = installed(SAMPLE / "univocal_sample_reader.py", project)
    try:
        file = tmp_path / "papers" / "a.dashed"
        file.parent.mkdir()
        file.write_text("title = On goals\nabstract = We align.\nyear = 2016\n---\ntitle = Second\n")
        papers = [i for i in read_papers(file.parent) if isinstance(i, Paper)]
        assert [(p.text, p.year, p.source) for p in papers] == [
            ("On goals\n\nWe align.", 2016, "a.dashed:1"),
            ("Second", None, "a.dashed:2"),
        ]
    finally:
        sys.modules.pop(module, None)


def test_readers_that_cannot_be_loaded_cost_no_other(installed, tmp_path):
    broken = tmp_path / "broken_reader.py"
    broken.write_text("class Half:\n    name = 'half'\n\nHALF = Half()\n")
    entries = {
        "broken": "broken_reader:NOTHING",
        "gone": "no_such_module_here:READER",
        "half": "broken_reader:HALF",
    }
    installed(broken, {"name": "broken", "version": "1", "entry-points": {"univocal.readers": entries}})
    found, faults = readers.installed()
    assert {r.name for r in found} >= OURS
    assert [(f.where, f.kind, f.lost) for f in faults] == [
        (name, "reader-unavailable", 0) for name in entries
    ]
    assert "ModuleNotFoundError" in faults[1].message
    assert "a reader needs suffixes, by_line, sniff, read" in faults[2].message


class Failing:
    name, suffixes, by_line = "failing", (".fails",), False

    def sniff(self, head, name):
        return True

    def read(self, source, limits):
        yield Paper("a", "text")
        yield Paper("b", "x" * 500)
        raise ZeroDivisionError("oh")


def test_what_a_reader_raises_is_a_fault(monkeypatch):
    monkeypatch.setattr(readers, "installed", lambda: ((Failing(),), ()))
    paper, long, failed = read_source(Source("a.fails", b"data"), Limits(text_chars=100))
    assert (paper.id, long.kind, failed.kind, failed.lost) == ("a", "text-too-long", "reader-error", 1)
    assert "ZeroDivisionError: oh" in failed.message
