"""Codings as rows of JSON, one field for each of `CodedUnit`'s; read back with every field checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from univocal.interchange.formats.coded import WHOLE, CodedSpan, CodedUnit
from univocal.interchange.formats.gather import Draft, Gathering

_BARE = CodedUnit("", "")
#: What a coding may say beside its codes and spans.
NOTES = ("unsure", "memo", "stands_for", "confidence", "at", "stage")


def unit_row(unit: CodedUnit) -> dict[str, Any]:
    """A coding without the fields that say nothing; ``codes`` is always there, null for "can't say".

    >>> unit_row(CodedUnit("ann", "about", codes=None, unsure=True))
    {'coder': 'ann', 'variable': 'about', 'codes': None, 'unsure': True}
    """
    row: dict[str, Any] = {"coder": unit.coder, "variable": unit.variable}
    for name in ("start", "stop", "item"):
        if getattr(unit, name) != getattr(_BARE, name):
            row[name] = getattr(unit, name)
    row["codes"] = None if unit.codes is None else list(unit.codes)
    if unit.spans:
        row["spans"] = [span_row(span) for span in unit.spans]
    return row | notes_of(unit)


def span_row(span: CodedSpan) -> dict[str, Any]:
    """A span; its code only where it has one of its own."""
    row = {field.name: getattr(span, field.name) for field in fields(CodedSpan)}
    return row if span.code is not None else {name: value for name, value in row.items() if name != "code"}


def notes_of(unit: CodedUnit) -> dict[str, Any]:
    """What it says beside codes and spans."""
    return {name: getattr(unit, name) for name in NOTES if getattr(unit, name) != getattr(_BARE, name)}


def take_unit(gathering: Gathering, place: str, row: Any) -> None:
    """Take over one row; what is wrong with it becomes faults, and the rest of it goes in."""
    if (
        not isinstance(row, Mapping)
        or not isinstance(row.get("coder"), str)
        or not isinstance(row.get("variable"), str)
    ):
        gathering.fault(
            place, "broken-record", "expected an object with coder and variable. It was left out."
        )
        return
    numbers = [row.get(name, default) for name, default in (("start", WHOLE), ("stop", WHOLE), ("item", 0))]
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        gathering.fault(
            place, "broken-record", "start, stop, item: whole numbers were expected. It was left out."
        )
        return
    draft = gathering.draft(place, row["coder"], row["variable"], *numbers)
    if draft is None:
        return
    codes = row.get("codes")
    if codes is None:
        draft.cant_say = draft.said = True
    elif isinstance(codes, list) and all(isinstance(code, str) for code in codes):
        draft.said = True
        for code in codes:
            gathering.code(place, draft, code)
    else:
        draft.told = draft.refused = True
        gathering.fault(
            place, "broken-record", f"codes: a list of codes or null was expected, got {str(codes)[:60]}"
        )
    spans = row.get("spans", [])
    for number, span in enumerate(spans if isinstance(spans, list) else [None]):
        take_span(gathering, f"{place}.spans[{number}]", draft, span)
    take_notes(gathering, place, draft, row)


def item_of(row: Mapping[str, Any]) -> int:
    """Which entry of a ledger a row is about; -1, which none is, where it doesn't say so by a number.

    >>> item_of({}), item_of({"item": 2}), item_of({"item": "2"})
    (0, 2, -1)
    """
    item = row.get("item", 0)
    return item if isinstance(item, int) else -1


def take_span(gathering: Gathering, place: str, draft: Draft, row: Any) -> None:
    """Take over one span."""
    start, stop = (row.get("start"), row.get("stop")) if isinstance(row, Mapping) else (None, None)
    whole = isinstance(start, int) and isinstance(stop, int)
    code = row.get("code") if isinstance(row, Mapping) else None
    quote = row.get("quote") if isinstance(row, Mapping) else None
    if not whole or not isinstance(code, str | None) or not isinstance(quote, str | None):
        gathering.fault(
            place, "broken-record", "a span with start, stop and quote was expected. It was left out."
        )
        return
    gathering.span(place, draft, start, stop, code, quote)


def take_notes(gathering: Gathering, place: str, draft: Draft, row: Mapping[str, Any]) -> None:
    """Take over what it says beside codes and spans."""
    for name in ("memo", "at", "stage", "stands_for"):
        if (value := row.get(name)) is None:
            continue
        if isinstance(value, str):
            setattr(draft, name, value)
        else:
            gathering.fault(place, "broken-record", f"{name}: text was expected, got {str(value)[:60]}")
    if (unsure := row.get("unsure")) is not None:
        if isinstance(unsure, bool):
            draft.unsure = unsure
        else:
            gathering.fault(
                place, "broken-record", f"unsure: true or false was expected, got {str(unsure)[:60]}"
            )
    if (confidence := row.get("confidence")) is not None:
        gathering.confidence(place, draft, confidence)
