"""W3C Web Annotations, as JSON-LD: one annotation for each code of a coding, its spans as targets.

A target has a TextQuoteSelector (exact, prefix, suffix) and a TextPositionSelector, in code points, not code units, as the Web
Annotation Data Model has it (W3C Recommendation, 23 February 2017, 4.2.4 and 4.2.5). All targets of an annotation bear all of its bodies, which is why
each code has its own. What the model has no word for stands under ``univocal:``. Papers' texts aren't in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import orjson

from univocal.codebook.model import Codebook
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.interchange.formats.carries import Carries, carried
from univocal.interchange.formats.coded import (
    WHOLE,
    CodedPaper,
    CodedSpan,
    CodedUnit,
    Papers,
    Report,
    Tally,
    no_papers,
)
from univocal.interchange.formats.files import read_bytes
from univocal.interchange.formats.gather import Draft, Gathering, lost_record, said
from univocal.interchange.formats.labels import label, take
from univocal.interchange.formats.units import notes_of, take_notes
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
        head = orjson.dumps({"@context": _CONTEXT, "type": "AnnotationPage"})[:-1]
        with path.open("wb") as file:
            file.write(head + b',"items":[')
            first = True
            for coded in papers:
                kept = carried(coded, self.carries, codebook, tally)
                if kept is None:
                    continue
                for number, unit in enumerate(kept.codings):
                    for one in _annotations(kept.paper.id, unit, number):
                        file.write((b"\n" if first else b",\n") + orjson.dumps(one))
                        first = False
                tally.wrote(kept)
            file.write(b"\n]}\n")
        return tally.report([path])

    def read(
        self, path: Path, codebook: Codebook, *, papers: Papers = no_papers, limits: Limits | None = None
    ) -> Iterator[CodedPaper | Fault]:
        """Read a page, a collection's pages, a list of annotations, or one annotation."""
        try:
            found = orjson.loads(read_bytes(path, limits or Limits()))
        except orjson.JSONDecodeError as error:
            raise InputError(f"{path}: not JSON ({error}). Expected Web Annotations as JSON-LD.") from None
        gatherings: dict[str, Gathering] = {}
        for number, one in enumerate(_items(found), 1):
            where = f"{path}: annotation {number}"
            targets_ = targets(one) if isinstance(one, dict) else None
            if targets_ is None:
                yield lost_record(
                    where, "broken-record", "expected an annotation with a target that names its source."
                )
                continue
            for target in targets_:
                key = _key(target.source)
                if key not in gatherings:
                    paper = papers(key)
                    if paper is None:
                        yield lost_record(
                            where, "unknown-paper", f"no paper {key[:200]!r} is known. Import it first."
                        )
                        continue
                    gatherings[key] = Gathering(paper, str(path), codebook)
                _take(gatherings[key], f"annotation {number}", one, target)
        for gathering in gatherings.values():
            yield from gathering.done()


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
            "target": [_target(source, span) for span in spans] or [source],
            _OWN: own | ({"code": code} if code else {}),
        }  # fmt: skip


def _target(source: str, span: CodedSpan) -> dict[str, Any]:
    quoted = {"type": "TextQuoteSelector", "exact": span.quote, "prefix": span.prefix, "suffix": span.suffix}
    place = {"type": "TextPositionSelector", "start": span.start, "end": span.stop}
    return {"source": source, "selector": [quoted, place]}


def _items(found: Any) -> list[Any]:
    if isinstance(found, list):
        return found
    if not isinstance(found, dict):
        return [found]
    if isinstance(found.get("first"), dict):
        return _items(found["first"])
    items = found.get("items")
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
    memo = "\n".join(str(body.get("value")) for body in bodies if body.get("purpose") == "commenting")
    drafts: list[Draft | None] = []
    if isinstance(own := one.get(_OWN), dict):
        drafts.append(_take_own(gathering, place, coder, own, start, stop))
    else:
        words = [body.get("value") for body in bodies if body.get("purpose") in ("classifying", "tagging")]
        drafts += [take(gathering, place, coder, str(word), start, stop) for word in words]
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
            draft = gathering.draft(place, coder, variable, max(first, 0), last, _item(own))
        case {"variable": str(variable)}:
            draft = gathering.draft(place, coder, variable, item=_item(own))
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


def _item(own: Mapping[str, Any]) -> int:
    item = own.get("item", 0)
    return item if isinstance(item, int) else 0


FORMAT = W3c()
