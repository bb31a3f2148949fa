"""UIMA's CAS as XMI, through dkpro-cassis: a file for each paper and coder, and their type system, in a zip archive.

The archive holds ``TypeSystem.xml`` and ``annotation/PAPER/CODER.xmi``. UIMA counts UTF-16 units; cassis converts them. Spans
and mentions are annotations of the layer `layer.LAYER`; what is said of a paper without a span is a ``univocal.Coding``, and the
paper itself a ``univocal.Paper``, both of the kind that INCEpTION calls document metadata (``uima.cas.AnnotationBase``).
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from io import BytesIO
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

import orjson
from lxml import etree

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError, MissingExtraError
from univocal.interchange.formats.by_paper import Part, gathered, lost_record
from univocal.interchange.formats.carries import ABOUT_PAPER, Carries, each_carried
from univocal.interchange.formats.coded import WHOLE, CodedPaper, CodedUnit, Papers, Report, Tally, no_papers
from univocal.interchange.formats.files import Archive, as_name, check_xml, from_name, opened, parsed_xml
from univocal.interchange.formats.gather import Gathering
from univocal.interchange.formats.labels import meant, take
from univocal.interchange.formats.layer import FEATURES, LAYER, Row, rows, take_row
from univocal.interchange.formats.offsets import Utf16
from univocal.interchange.formats.papers import about, paper_with
from univocal.records import Fault

CARRIES = Carries(controls=False, control_text=False)
_PAPER, _CODING = "univocal.Paper", "univocal.Coding"
_METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
_TYPES = "TypeSystem.xml"
_BARE = "INITIAL_CAS"
_ID = "{http://www.omg.org/XMI}id"


@dataclass(frozen=True, slots=True)
class CasXmi:
    """Writes and reads archives (or folders) of CAS XMI files with their type system."""

    name: str = "cas"
    suffix: str = ".zip"
    carries: Carries = CARRIES

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write the archive; a paper that nobody coded is an ``INITIAL_CAS``."""
        types = _type_system(_cassis())
        tally = Tally(self.name)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_TYPES, types.to_xml())
            for kept in each_carried(papers, self.carries, codebook, tally):
                folder = f"annotation/{as_name(kept.paper.id)}"
                for coder, units in groupby(kept.codings, key=lambda unit: unit.coder):
                    archive.writestr(f"{folder}/{as_name(coder)}.xmi", _xmi(types, kept, units))
                if not kept.codings:
                    archive.writestr(f"{folder}/{_BARE}.xmi", _xmi(types, kept, ()))
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read each XMI file with the type system of its folder, or of a folder around it."""
        del papers
        _cassis()
        limits = limits or Limits()
        with opened(path, limits) as archive:
            systems: dict[str, Any] = {}
            found = sorted(one for one in archive.names if one.lower().endswith(".xmi"))
            yield from gathered((_part(archive, one, limits, systems) for one in found), str(path), codebook)


def _part(archive: Archive, name: str, limits: Limits, systems: dict[str, Any]) -> Part | Fault:
    try:
        cas, notes = _loaded(archive, name, limits, systems)
    except InputError as error:
        return lost_record(f"{archive.path}: {name}", "unreadable", f"{error}.")
    key, row = _paper(cas, PurePosixPath(name))
    coder = from_name(PurePosixPath(name).stem)
    take_over = partial(_take, name=name, coder=coder, cas=cas, notes=notes)
    return paper_with(key, cas.sofa_string or "", row), take_over


def _cassis() -> Any:
    try:
        return import_module("cassis")
    except ImportError:
        raise MissingExtraError("UIMA CAS", "exchange") from None


def _type_system(cassis: Any) -> Any:
    types = cassis.TypeSystem()
    for name, above, features in (
        (LAYER, "uima.tcas.Annotation", FEATURES),
        (_CODING, "uima.cas.AnnotationBase", FEATURES),
        (_PAPER, "uima.cas.AnnotationBase", ("id", *ABOUT_PAPER)),
    ):
        made = types.create_type(name=name, supertypeName=above)
        for feature in features:
            types.create_feature(domainType=made, name=feature, rangeType="uima.cas.String")
    return types


def _xmi(types: Any, coded: CodedPaper, codings: Iterable[CodedUnit]) -> str:
    cas = _cassis().Cas(types)
    cas.sofa_string, cas.sofa_mime = coded.paper.text, "text/plain"
    row = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in about(coded.paper).items()
    }
    cas.add(types.get_type(_PAPER)(id=coded.paper.id, **row))
    units = Utf16(coded.paper.text)
    for coding in codings:
        for one in rows(coding, units):
            if one.start == WHOLE:
                cas.add(types.get_type(_CODING)(**one.features))
            else:
                place = {"begin": units.back(one.start), "end": units.back(one.stop)}
                cas.add(types.get_type(LAYER)(**place, **one.features))
    return str(cas.to_xmi())


def _loaded(archive: Archive, name: str, limits: Limits, systems: dict[str, Any]) -> tuple[Any, list[str]]:
    """A CAS, from files that were looked over first, and what cassis says of it.

    ``systems`` keeps the type systems that were read, by their names.

    Raises:
        InputError: it, or its type system, can't be read.
    """
    cassis = _cassis()
    data = _sound(archive.read(name), name, limits)
    beside = next(
        (
            one
            for one in (f"{folder}/{_TYPES}".removeprefix("./") for folder in PurePosixPath(name).parents)
            if one in archive
        ),
        None,
    )
    if beside is None:
        raise InputError(f"{name}: no {_TYPES} beside it or above. Export with the type system")
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            if beside not in systems:
                system = archive.read(beside)
                check_xml(system, beside, limits)
                systems[beside] = cassis.load_typesystem(BytesIO(system))
            cas = cassis.load_cas_from_xmi(BytesIO(data), typesystem=systems[beside], lenient=True)
        return cas, sorted({str(one.message)[:200] for one in said})
    except InputError:
        raise
    except Exception as error:
        # cassis raises whatever its parts raise; a file that it can't read must not cost the others
        raise InputError(
            f"{name}: not a CAS that can be read ({type(error).__name__}: {str(error)[:200]})"
        ) from error


def _sound(data: bytes, where: str, limits: Limits) -> bytes:
    """The XMI with annotations that lie outside of the text, or split a character, made empty ones at its beginning.

    cassis would refuse the whole file for one of them; an empty one is told like any other bad span.

    Raises:
        InputError: it isn't XML that can be read.
    """
    root = parsed_xml(data, where, limits)
    sofas = {one.get(_ID): Utf16(one.get("sofaString") or "") for one in root.iterchildren("{*}Sofa")}
    changed = False
    for one in root.iterchildren("*"):
        units = sofas.get(one.get("sofa"))
        places = [one.get("begin"), one.get("end")]
        if units is None or None in places or all(_fits(units, place) for place in places):
            continue
        one.set("begin", "0")
        one.set("end", "0")
        changed = True
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) if changed else data


def _fits(units: Utf16, place: str) -> bool:
    return place.isdecimal() and len(place) < 12 and units.back(int(place)) is not None


def _paper(cas: Any, name: PurePosixPath) -> tuple[str, Mapping[str, Any]]:
    """The paper's id and what is known of it: from us, or as DKPro has it, else from its folder."""
    for one in _of(cas, _PAPER):
        found = {key: getattr(one, key, None) for key in ("id", *ABOUT_PAPER)}
        row: dict[str, Any] = {key: value for key, value in found.items() if isinstance(value, str)}
        if "id" not in row:
            continue
        for key in ("year", "authors"):
            if key in row:
                try:
                    row[key] = orjson.loads(row[key])
                except orjson.JSONDecodeError:
                    del row[key]
        return row.pop("id"), row
    for one in _of(cas, _METADATA):
        title = getattr(one, "documentTitle", None)
        if named := getattr(one, "documentId", None) or title:
            return str(named), {"title": title}
    return from_name(name.parent.name or name.stem), {}


def _of(cas: Any, type_: str) -> list[Any]:
    return list(cas.select(type_)) if cas.typesystem.contains_type(type_) else []


def _take(gathering: Gathering, name: str, coder: str, cas: Any, notes: Iterable[str]) -> None:
    for note in notes:
        gathering.fault(name, "not-understood", f"{note.rstrip('!.')}. What it is about was left out.")
    units = Utf16(gathering.paper.text)
    for number, one in enumerate(_of(cas, _CODING), 1):
        row = Row(WHOLE, WHOLE, _features(one) | {"role": "paper"})
        take_row(gathering, f"{name}: coding {number}", coder, row, units)
    strange = 0
    for number, one in enumerate(cas.select("uima.tcas.Annotation"), 1):
        place = f"{name}: annotation {number}"
        start, stop = one.begin, one.end
        whole = (
            isinstance(start, int)
            and isinstance(stop, int)
            and 0 <= start <= stop <= len(gathering.paper.text)
        )
        if one.type.name == LAYER:
            row = (
                Row(units.to(start), units.to(stop), _features(one))
                if whole
                else Row(WHOLE, WHOLE, _features(one))
            )
            take_row(gathering, place, coder, row, units)
            continue
        for feature in one.type.all_features:
            value = getattr(one, feature.name, None)
            if isinstance(value, str) and one.type.name.startswith(("webanno.custom.", "custom.")):
                if meant(value, gathering.codebook) is None:
                    strange += 1
                else:
                    take(gathering, place, coder, value, start, stop)
    if strange:
        what = f"{strange:,} values of other layers name no code of the codebook, or several. They were left out."
        gathering.fault(name, "unknown-code", what)


def _features(one: Any) -> dict[str, str]:
    return {name: str(value) for name in FEATURES if (value := getattr(one, name, None)) is not None}


FORMAT = CasXmi()
