"""REFI-QDA: projects (.qdpx) and codebooks (.qdc), which ATLAS.ti, MAXQDA, NVivo, QualCoder and others exchange.

Positions are code points from 0 into the plain text, and ``endPosition`` is the position after the last selected character:
half open, like everywhere here. QualCoder, qualitative-coding and OpenQDA do the same. ATLAS.ti is reported (by QualCoder's
source) to count CR LF as one; a selection's name, which often is its words, tells such files apart.

A variable is a code with its codes below it; what is said of a paper as a whole codes the source itself. "can't say", "none
applies" and "unsure" are codes too, and so are the entries of a ledger (``proxies#1``). A memo is a note on a coding with the
variable. Written with lxml: pyrefiqda unpacks archives to the disk without a bound, so it serves the tests alone.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.carries import Carries, each_carried
from univocal.interchange.formats.coded import CodedPaper, Papers, Report, Tally, no_papers
from univocal.interchange.formats.files import opened
from univocal.interchange.formats.refi_read import read_project
from univocal.interchange.formats.refi_write import Project, codebook_xml
from univocal.records import Fault

CARRIES = Carries(paper=(), aside=False, controls=False, notes=("unsure", "memo", "at"))


@dataclass(frozen=True, slots=True)
class RefiQda:
    r"""Writes and reads projects; writes a codebook alone where the path ends in .qdc.

    >>> import tempfile
    >>> from univocal.codebook import load
    >>> from univocal.interchange.formats.coded import CodedUnit, cut
    >>> from univocal.records import Paper
    >>> text = "We \U0001f916 align."
    >>> unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(text, 5, 10, "main"),))
    >>> path = Path(tempfile.mkdtemp()) / "out.qdpx"
    >>> report = FORMAT.write([CodedPaper(Paper("p1", text), (unit,))], load(), path)
    >>> b'startPosition="5" endPosition="10"' in zipfile.ZipFile(path).read("project.qde")
    True
    >>> [one.codings == (unit,) for one in FORMAT.read(path, load())]
    [True]
    """

    name: str = "refi-qda"
    suffix: str = ".qdpx"
    carries: Carries = CARRIES

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write the project, or the codebook."""
        tally = Tally(self.name)
        if path.suffix == ".qdc":
            path.write_bytes(codebook_xml(codebook))
            tally.lose("papers (a .qdc holds the codebook alone)", sum(1 for _ in papers))
            return tally.report([path])
        project = Project(codebook)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for kept in each_carried(papers, self.carries, codebook, tally):
                name, text = project.add(kept)
                archive.writestr(f"sources/{name}", text)
            archive.writestr("project.qde", project.xml())
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read the text sources of a project with their codings."""
        del papers
        limits = limits or Limits()
        with opened(path, limits) as archive:
            inside = [name for name in archive.names if name.lower().endswith(".qde")]
            if len(inside) != 1:
                raise InputError(f"{path}: {len(inside)} .qde files; a project has one. Export it anew.")
            yield from read_project(archive, inside[0], codebook, limits)


FORMAT = RefiQda()
