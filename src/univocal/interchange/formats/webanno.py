r"""WebAnno TSV 3.3, as WebAnno and INCEpTION export and import it: a file for each paper and coder, in a zip archive.

The archive holds ``annotation/PAPER/CODER.tsv``. Offsets are UTF-16 units. The format keeps text only inside of sentences, so
our sentences run up to the next one's first token; and only tokens can bear annotations, so white space at which a span begins
or ends is a token too. The layer `layer.LAYER` with its features (all texts) has to exist in a project before the import.
Reserved characters, sentences and stacked annotations: INCEpTION user's guide, appendix "WebAnno TSV 3.3 File format".
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path, PurePosixPath

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.by_paper import Part, gathered, lost_record
from univocal.interchange.formats.carries import Carries, each_carried
from univocal.interchange.formats.coded import CodedPaper, Papers, Report, Tally, no_papers
from univocal.interchange.formats.files import Archive, as_name, from_name, opened, read_bytes, read_text
from univocal.interchange.formats.gather import Gathering
from univocal.interchange.formats.labels import meant, take
from univocal.interchange.formats.layer import LAYER, Row, take_row
from univocal.interchange.formats.offsets import Utf16
from univocal.interchange.formats.tsv3 import Document, parse, write
from univocal.records import Fault, Paper

CARRIES = Carries(paper=(), bare=False, spanless=False, returns=False, long_ids=False)
#: Who is taken for the coder of a file that lies in no archive or folder of ours.
NOBODY = "WebAnno"
_FOLDER = "annotation"


@dataclass(frozen=True, slots=True)
class WebAnno:
    r"""Writes and reads archives of TSV files, and single ones.

    >>> import tempfile
    >>> from univocal.codebook import load
    >>> from univocal.interchange.formats.coded import CodedUnit, cut
    >>> from univocal.records import Paper
    >>> text = "We \U0001f916 align."
    >>> unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(text, 5, 10, "main"),))
    >>> path = Path(tempfile.mkdtemp()) / "out.zip"
    >>> report = FORMAT.write([CodedPaper(Paper("p1", text), (unit,))], load(), path)
    >>> zipfile.ZipFile(path).read("annotation/p1/ann.tsv").decode().splitlines()[-2].split("\t")[:5]
    ['1-3', '6-11', 'align', 'about[1]', 'evidence[1]']
    >>> [one.codings == (unit,) for one in FORMAT.read(path, load())]
    [True]
    """

    name: str = "webanno"
    suffix: str = ".zip"
    carries: Carries = CARRIES

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write the archive."""
        tally = Tally(self.name)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for kept in each_carried(papers, self.carries, codebook, tally):
                for coder, units in groupby(kept.codings, key=lambda unit: unit.coder):
                    name = f"{_FOLDER}/{as_name(kept.paper.id)}/{as_name(coder)}.tsv"
                    archive.writestr(name, write(kept.paper.text, list(units)))
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read an archive, a folder, or a single file, whose name is its paper's and which names no coder."""
        del papers
        limits = limits or Limits()
        if path.is_file() and not zipfile.is_zipfile(path):
            paper = path.name.removesuffix(".gz").removesuffix(".tsv")
            part = _part(path.name, read_bytes(path, limits), str(path), paper, NOBODY, limits)
            yield from gathered([part], str(path), codebook)
            return
        with opened(path, limits) as archive:
            found = sorted(name for name in archive.names if name.lower().endswith(".tsv"))
            yield from gathered((_inside(archive, name) for name in found), str(path), codebook)


def _inside(archive: Archive, name: str) -> Part | Fault:
    place = PurePosixPath(name)
    try:
        data = archive.read(name)
    except InputError as error:
        return lost_record(f"{archive.path}: {name}", "unreadable", f"{error}.")
    paper, coder = from_name(place.parent.name), from_name(place.stem)
    return _part(name, data, str(archive.path), paper, coder, archive.limits)


def _part(name: str, data: bytes, source: str, paper: str, coder: str, limits: Limits) -> Part | Fault:
    where = f"{source}: {name}"
    try:
        document = parse(read_text(data, where), where, limits.text_chars)
    except InputError as error:
        return lost_record(where, "unreadable", f"{error}.")
    return Paper(paper, document.text), partial(_take, name=name, coder=coder, document=document)


def _take(gathering: Gathering, name: str, coder: str, document: Document) -> None:
    units = Utf16(document.text)
    strange: dict[str, int] = {}
    for line, message in document.faults:
        gathering.fault(f"{name}: line {line}", "broken-record", message)
    for one in document.annotations:
        place = f"{name}: line {one.line}"
        if one.layer == LAYER:
            take_row(gathering, place, coder, Row(one.start, one.stop, one.features), units)
            continue
        for feature, value in one.features.items():
            if meant(value, gathering.codebook) is None:
                strange[f"{one.layer}, {feature}"] = strange.get(f"{one.layer}, {feature}", 0) + 1
            else:
                take(gathering, place, coder, value, units.back(one.start), units.back(one.stop))
    for column, count in strange.items():
        what = f"{count:,} values of the layer {column} name no code of the codebook, or several. They were left out."
        gathering.fault(name, "unknown-code", what)


FORMAT = WebAnno()
