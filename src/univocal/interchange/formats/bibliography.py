r"""RIS and BibTeX: papers alone, for reference managers. They are read like any other papers.

Title and abstract go in; where a paper has no section that is its abstract, all of its text but the title does. RIS has
one line for a field, so line breaks become blanks; so do they in BibTeX, whose special characters are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits, Source
from univocal.interchange.formats.coded import CodedPaper, Papers, Report, Tally, no_papers
from univocal.interchange.formats.files import read_bytes
from univocal.records import Fault, Paper

_BREAK = re.compile(r"\s*[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*")
_SPECIAL = re.compile(r"[\\{}~$%&#_]")
_ESCAPES = {"\\": r"{\textbackslash}", "~": r"{\textasciitilde}"}
_AND = re.compile(r"\sand\s", re.IGNORECASE)
_UNKEYED = re.compile(r"[^A-Za-z0-9:._/-]")


@dataclass(frozen=True, slots=True)
class Bibliography:
    r"""Writes papers as RIS or BibTeX (``name``), and reads them with the corpus's own reader.

    >>> import tempfile
    >>> from univocal.codebook import load
    >>> from univocal.interchange.formats.coded import CodedUnit, cut
    >>> from univocal.records import Paper
    >>> text = "We \U0001f916 align."
    >>> unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(text, 5, 10, "main"),))
    >>> path = Path(tempfile.mkdtemp()) / "out.ris"
    >>> report = RIS.write([CodedPaper(Paper("p1", text), (unit,))], load(), path)
    >>> report.losses[0], [one.paper.id for one in RIS.read(path, load()) if isinstance(one, CodedPaper)]
    (Loss(what='codings', count=1), ['p1'])
    """

    name: str
    suffix: str
    carries: None = None

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write a record for each paper."""
        del codebook
        tally = Tally(self.name)
        record = _ris if self.name == "ris" else _bibtex
        with path.open("w", encoding="utf-8", newline="") as file:
            for coded in papers:
                tally.lose("codings", len(coded.codings))
                _lose(coded.paper, tally)
                key = _key(coded.paper) if self.name == "bibtex" else _line(coded.paper.id)
                tally.lose("ids as they are (a key has no such characters)", int(key != coded.paper.id))
                file.write(record(coded.paper))
                tally.wrote(CodedPaper(coded.paper))
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read the papers; they have no codings."""
        del codebook, papers
        limits = limits or Limits()
        source = Source(str(path), read_bytes(path, limits), path)
        for found in _papers(self.name, source, limits):
            yield found if isinstance(found, Fault) else CodedPaper(found)


def _papers(name: str, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
    from univocal.corpus import bibtex, ris

    return ris.READER.read(source, limits) if name == "ris" else bibtex.READER.read(source, limits)


def parts(paper: Paper) -> tuple[str, str]:
    r"""A paper's title, and its abstract or what else its text has after the title; each on one line.

    >>> parts(Paper("p", "On aligning\n\nWe align."))
    ('', 'On aligning We align.')
    """
    title = paper.title
    inside = next((s for s in paper.sections if s.kind == "abstract"), None)
    words = paper.text[inside.start : inside.end] if inside else paper.text.removeprefix(title)
    return _line(title), _line(words)


def _line(text: str) -> str:
    return _BREAK.sub(" ", text).strip()


def _lose(paper: Paper, tally: Tally) -> None:
    title, words = parts(paper)
    text = f"{title}\n\n{words}" if title and words else title or words
    tally.lose(
        "papers' text as it is (title and abstract are left, each on one line)", int(text != paper.text)
    )
    for name in ("license", "extra", "source_map"):
        tally.lose(f"papers' {name.replace('_', ' ')}", int(bool(getattr(paper, name))))


def _ris(paper: Paper) -> str:
    title, words = parts(paper)
    fields = [
        ("ID", _line(paper.id)), ("TI", title), *(("AU", author) for author in paper.authors), ("PY", paper.year or ""),
        ("JO", paper.venue or ""), ("DO", paper.doi or ""),
        ("UR", f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else ""), ("AB", words),
    ]  # fmt: skip
    lines = [f"{tag}  - {_line(str(value))}" for tag, value in fields if value]
    return "\r\n".join(("TY  - JOUR", *lines, "ER  - ", "", ""))


def _bibtex(paper: Paper) -> str:
    title, words = parts(paper)
    fields = [
        ("title", _tex(title)), ("author", " and ".join(map(_author, paper.authors))), ("year", str(paper.year or "")),
        ("journal", _tex(paper.venue or "")), ("abstract", _tex(words)), ("doi", _line(paper.doi or "")),
    ]  # fmt: skip
    if paper.arxiv_id:
        fields += [("eprint", _line(paper.arxiv_id)), ("archiveprefix", "arXiv")]
    lines = (f"  {name} = {{{value}}},\n" for name, value in fields if value)
    return "".join((f"@article{{{_key(paper)},\n", *lines, "}\n\n"))


def _author(name: str) -> str:
    """A name; in braces where it would be taken for two."""
    return f"{{{_tex(name)}}}" if _AND.search(name) else _tex(name)


def _key(paper: Paper) -> str:
    return _UNKEYED.sub(lambda found: f"+{ord(found[0]):x}+", paper.id)


def _tex(value: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], "\\" + found[0]), _line(value))


RIS = Bibliography("ris", ".ris")
BIBTEX = Bibliography("bibtex", ".bib")
