"""W3C Web Annotations, as JSON-LD: one annotation for each code of a coding, its spans as targets.

A target has a TextQuoteSelector (exact, prefix, suffix) and a TextPositionSelector, in code points, not code units, as the Web
Annotation Data Model has it (W3C Recommendation, 23 February 2017, 4.2.4 and 4.2.5). All targets of an annotation bear all of its bodies, which is why
each code has its own. What the model has no word for stands under ``univocal:``. Papers' texts aren't in the file.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

import orjson

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.by_paper import Known, lost_record
from univocal.interchange.formats.carries import Carries, each_carried
from univocal.interchange.formats.coded import (
    WHOLE,
    CodedPaper,
    CodedSpan,
    CodedUnit,
    Papers,
    Report,
    Tally,
    no_papers,
)  # fmt: skip
from univocal.interchange.formats.files import read_bytes
from univocal.interchange.formats.gather import Draft, Gathering, said
from univocal.interchange.formats.labels import label, take
from univocal.interchange.formats.units import item_of, notes_of, take_notes
from univocal.interchange.formats.w3c_targets import Target, targets
from univocal.records import Fault

CARRIES = Carries(paper=(), text=False, bare=False)
_CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"univocal": "urn:univocal:exchange:"}]
_SOURCE = "urn:univocal:paper:"
_OWN = "univocal:coding"


@dataclass(frozen=True, slots=True)
class W3c:
    r"""Writes and reads an annotation page of Web Annotations; reading needs the papers themselves.

    >>> import tempfile
    >>> from univocal.codebook import load
    >>> from univocal.interchange.formats.coded import CodedUnit, cut
    >>> from univocal.records import Paper
    >>> text = "We \U0001f916 align."
    >>> unit = CodedUnit("ann", "about", codes=("main",), spans=(cut(text, 5, 10, "main"),))
    >>> path = Path(tempfile.mkdtemp()) / "out.jsonld"
    >>> report = FORMAT.write([CodedPaper(Paper("p1", text), (unit,))], load(), path)
    >>> orjson.loads(path.read_bytes())["items"][0]["target"][0]["selector"][1]
    {'type': 'TextPositionSelector', 'start': 5, 'end': 10}
    >>> [one.codings == (unit,) for one in FORMAT.read(path, load(), papers={"p1": Paper("p1", text)}.get)]
    [True]
    """

    name: str = "w3c"
    suffix: str = ".jsonld"
    carries: Carries = CARRIES

    def write(self, papers: Iterable[CodedPaper], codebook: Codebook, path: Path) -> Report:
        """Write the page."""
        tally = Tally(self.name)
        page = {"@context": _CONTEXT, "id": uuid4().urn, "type": "AnnotationPage"}
        with path.open("wb") as file:
            file.write(orjson.dumps(page)[:-1] + b',"items":[')
            first = True
            for kept in each_carried(papers, self.carries, codebook, tally):
                for number, unit in enumerate(kept.codings):
                    for one in _annotations(kept.paper.id, unit, number):
                        file.write((b"\n" if first else b",\n") + orjson.dumps(one))
                        first = False
            file.write(b"\n]}\n")
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read a page, a collection's pages, a list of annotations, or one annotation."""
        try:
            found = orjson.loads(read_bytes(path, limits or Limits()).removeprefix(codecs.BOM_UTF8))
        except orjson.JSONDecodeError as error:
            raise InputError(f"{path}: not JSON ({error}). Expected Web Annotations as JSON-LD.") from None
        known = Known(papers, str(path), codebook)
        for number, one in enumerate(_items(found), 1):
            where = f"{path}: annotation {number}"
            targets_ = targets(one) if isinstance(one, dict) else None
            if targets_ is None:
                yield lost_record(
                    where, "broken-record", "expected an annotation with a target that names its source."
                )
                continue
            for target in targets_:
                there = known.at(_key(target.source), f"annotation {number}")
                if isinstance(there, Fault):
                    yield there
                elif there is not None:
                    _take(there, f"annotation {number}", one, target)
        yield from known.done()


def _annotations(paper: str, unit: CodedUnit, number: int) -> Iterator[dict[str, Any]]:
    source = _SOURCE + quote(paper, safe="")
    own: dict[str, Any] = {"variable": unit.variable, "codes": said(unit)}
    if unit.item:
        own["item"] = unit.item
    if unit.start != WHOLE:
        own["unit"] = [unit.start, unit.stop]
    own |= {name: value for name, value in notes_of(unit).items() if name not in ("memo", "at")}
    held = {span.code for span in unit.spans}
    groups: list[str | None] = list(unit.codes or (None,))
    if None in held and None not in groups:
        groups.append(None)
    for place, code in enumerate(groups):
        word = (
            label(unit.variable, unit.item, code)
            if code
            else f"{label(unit.variable, unit.item)}={said(unit)}"
        )
        bodies = [{"type": "TextualBody", "purpose": "classifying", "value": word}]
        if unit.memo and not place:
            bodies.append({"type": "TextualBody", "purpose": "commenting", "value": unit.memo})
        spans = [span for span in unit.spans if span.code == code]
        yield {
            "id": f"{source}#{quote(unit.coder, safe='')}-{number}-{place}", "type": "Annotation",
            "motivation": "classifying", "creator": {"type": "Person", "name": unit.coder},
            **({"created": unit.at} if unit.at else {}), "body": bodies,
            "target": [_target(source, span) for span in spans] or source,
            _OWN: own | ({"code": code} if code else {}),
        }  # fmt: skip


def _target(source: str, span: CodedSpan) -> dict[str, Any]:
    quoted = {"type": "TextQuoteSelector", "exact": span.quote, "prefix": span.prefix, "suffix": span.suffix}
    place = {"type": "TextPositionSelector", "start": span.start, "end": span.stop}
    return {"source": source, "selector": [quoted, place]}


def _items(found: Any) -> list[Any]:
    """The annotations of a collection's first page, of a page, of a list, or the one that it is."""
    while isinstance(found, dict) and isinstance(found.get("first"), dict):
        found = found["first"]
    items = found.get("items") if isinstance(found, dict) else found
    return items if isinstance(items, list) else [found]


def _key(source: str) -> str:
    return unquote(source.removeprefix(_SOURCE)) if source.startswith(_SOURCE) else source


def _take(gathering: Gathering, place: str, one: Mapping[str, Any], target: Target) -> None:
    creator = one.get("creator")
    creator = creator[0] if isinstance(creator, list) and creator else creator
    if isinstance(creator, dict):
        creator = creator.get("name") or creator.get("nickname") or creator.get("id")
    coder = creator if isinstance(creator, str) else "W3C"
    start, stop, fault = target.place(gathering.paper.text)
    if fault:
        gathering.fault(place, "bad-quote", fault)
        return
    bodies = one.get("body")
    bodies = [body for body in (bodies if isinstance(bodies, list) else [bodies]) if isinstance(body, dict)]
    bodies = [body for body in bodies if isinstance(body.get("value"), str)]
    memo = "\n".join(body["value"] for body in bodies if body.get("purpose") == "commenting")
    drafts: list[Draft | None] = []
    if isinstance(own := one.get(_OWN), dict):
        drafts.append(_take_own(gathering, place, coder, own, start, stop))
    else:
        words = [body["value"] for body in bodies if body.get("purpose") in ("classifying", "tagging")]
        drafts += [take(gathering, place, coder, word, start, stop) for word in words]
        if not words:
            gathering.fault(place, "not-a-code", "no body that classifies or tags. It was left out.")
    for draft in drafts:
        if draft is not None:
            draft.memo = memo or draft.memo
            draft.at = str(one.get("created") or draft.at)


def _take_own(
    gathering: Gathering, place: str, coder: str, own: Mapping[str, Any], start: int, stop: int
) -> Draft | None:
    match own:
        case {"variable": str(variable), "unit": [int(first), int(last)]}:
            draft = gathering.draft(place, coder, variable, first, last, item_of(own))
        case {"variable": str(variable)}:
            draft = gathering.draft(place, coder, variable, item=item_of(own))
        case _:
            gathering.fault(place, "broken-record", "it names no variable. It was left out.")
            return None
    if draft is None:
        return None
    if not draft.said:
        gathering.codes(place, draft, str(own.get("codes", "")))
        take_notes(
            gathering,
            place,
            draft,
            {key: own[key] for key in own if key in ("unsure", "stands_for", "confidence", "stage")},
        )
    code = own.get("code")
    if start != WHOLE:
        gathering.span(place, draft, start, stop, code if isinstance(code, str) else None)
    return draft


FORMAT = W3c()
