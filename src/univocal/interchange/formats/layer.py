"""Codings as annotations with features: what UIMA's CAS and WebAnno's TSV hold, whose layers are made of such.

One annotation for each span, and one for a mention that is coded (``role`` ``unit``); each has all features of its
coding, so that any one of them tells it. Offsets are UTF-16 units, also in the feature ``unit``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from univocal.interchange.formats.coded import WHOLE, CodedUnit
from univocal.interchange.formats.gather import Draft, Gathering, said
from univocal.interchange.formats.offsets import Utf16

#: The layer's name; WebAnno and INCEpTION keep layers that users made under ``webanno.custom``.
LAYER = "webanno.custom.Univocal"
FEATURES = (
    "variable", "role", "code", "codes", "item", "unit", "unsure", "memo", "standsFor", "confidence", "at", "stage",
)  # fmt: skip
_UNIT = re.compile(r"(\d{1,10})-(\d{1,10})")


@dataclass(frozen=True, slots=True)
class Row:
    """An annotation in UTF-16 units (``start`` -1: of the whole document), with its features as texts."""

    start: int
    stop: int
    features: Mapping[str, str]


def rows(unit: CodedUnit, units: Utf16) -> Iterator[Row]:
    """A coding's annotations; one without a place for what has neither spans nor a mention.

    >>> [row.features["codes"] for row in rows(CodedUnit("ann", "about", codes=None), Utf16(""))]
    ["can't say"]
    """
    shared = {"variable": unit.variable, "codes": said(unit)}
    shared |= {"memo": unit.memo, "standsFor": unit.stands_for or "", "at": unit.at, "stage": unit.stage}
    if unit.item:
        shared["item"] = str(unit.item)
    if unit.unsure:
        shared["unsure"] = "true"
    if unit.confidence is not None:
        shared["confidence"] = repr(unit.confidence)
    shared = {name: value for name, value in shared.items() if value}
    if unit.start != WHOLE:
        start, stop = units.to(unit.start), units.to(unit.stop)
        shared["unit"] = f"{start}-{stop}"
        yield Row(start, stop, shared | {"role": "unit"})
    elif not unit.spans:
        yield Row(WHOLE, WHOLE, shared | {"role": "paper"})
    for span in unit.spans:
        more = {"role": "evidence"} | ({"code": span.code} if span.code else {})
        yield Row(units.to(span.start), units.to(span.stop), shared | more)


def take_row(gathering: Gathering, place: str, coder: str, row: Row, units: Utf16) -> None:
    """Take over an annotation of the layer."""
    features = row.features
    start, stop = _unit(features, units)
    item = features.get("item", "0")
    if start is None or stop is None or not item.isdecimal() or len(item) > 6:
        gathering.fault(place, "broken-record", "its unit or item isn't one. It was left out.")
        return
    draft = gathering.draft(place, coder, features.get("variable", ""), start, stop, int(item))
    if draft is None:
        return
    if not draft.said:
        _take_notes(gathering, place, draft, features)
    if features.get("role") in ("unit", "paper"):
        return
    places = (units.back(row.start), units.back(row.stop)) if row.start != WHOLE else (None, None)
    gathering.span(place, draft, *places, features.get("code"))


def _unit(features: Mapping[str, str], units: Utf16) -> tuple[int | None, int | None]:
    if "unit" not in features:
        return WHOLE, WHOLE
    found = _UNIT.fullmatch(features["unit"])
    return (units.back(int(found[1])), units.back(int(found[2]))) if found else (None, None)


def _take_notes(gathering: Gathering, place: str, draft: Draft, features: Mapping[str, str]) -> None:
    gathering.codes(place, draft, features.get("codes"))
    draft.unsure = features.get("unsure") == "true"
    draft.memo, draft.at, draft.stage = (features.get(name, "") for name in ("memo", "at", "stage"))
    draft.stands_for = features.get("standsFor")
    if "confidence" in features:
        gathering.confidence(place, draft, features["confidence"])
