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
from itertools import groupby
from pathlib import Path, PurePosixPath

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.carries import Carries, carried
from univocal.interchange.formats.coded import CodedPaper, Papers, Report, Tally, no_papers
from univocal.interchange.formats.files import Archive, as_name, from_name, opened, read_bytes, read_text
from univocal.interchange.formats.gather import Gathering, lost_record
from univocal.interchange.formats.labels import meant, take
from univocal.interchange.formats.layer import LAYER, Row, take_row
from univocal.interchange.formats.offsets import Utf16
from univocal.interchange.formats.tsv3 import Document, parse, write
from univocal.records import Fault, Paper

CARRIES = Carries(paper=(), bare=False, spanless=False, returns=False)
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
            for coded in papers:
                kept = carried(coded, self.carries, codebook, tally)
                if kept is None:
                    continue
                tally.wrote(kept)
                for coder, units in groupby(kept.codings, key=lambda unit: unit.coder):
                    name = f"{_FOLDER}/{as_name(kept.paper.id)}/{as_name(coder)}.tsv"
                    archive.writestr(name, write(kept.paper.text, list(units)))
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read an archive, a folder, or a single file, whose paper and coder its folder and name are."""
        del papers
        limits = limits or Limits()
        if path.is_file() and path.suffix.lower() in (".tsv", ".gz"):
            yield from _read([(path.name, read_bytes(path, limits))], str(path), path.stem, codebook)
            return
        with opened(path, limits) as archive:
            found = sorted(name for name in archive.names if name.lower().endswith(".tsv"))
            for folder, group in groupby(found, key=lambda name: str(PurePosixPath(name).parent)):
                key = from_name(PurePosixPath(folder).name)
                yield from _read(_contents(archive, group), str(archive.path), key, codebook)


def _contents(archive: Archive, names: Iterable[str]) -> Iterator[tuple[str, bytes | InputError]]:
    for name in names:
        try:
            yield name, archive.read(name)
        except InputError as error:
            yield name, error


def _read(
    files: Iterable[tuple[str, bytes | InputError]], source: str, key: str, codebook: Codebook
) -> Iterator[CodedPaper | Fault]:
    gathering: Gathering | None = None
    for name, data in files:
        where = f"{source}: {name}"
        try:
            if isinstance(data, InputError):
                raise data
            document = parse(read_text(data, where), where)
        except InputError as error:
            yield lost_record(where, "unreadable", f"{error}.")
            continue
        if gathering is None or gathering.paper.text != document.text:
            if gathering is not None:
                yield from gathering.done()
            gathering = Gathering(Paper(key, document.text), source, codebook)
        _take(gathering, name, from_name(PurePosixPath(name).stem), document)
    if gathering is not None:
        yield from gathering.done()


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
