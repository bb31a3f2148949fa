"""One result of a Label Studio annotation: what it says of which unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from univocal.interchange.formats.coded import WHOLE
from univocal.interchange.formats.gather import SAYS, Draft, Gathering
from univocal.interchange.formats.labels import take
from univocal.interchange.formats.offsets import utf16
from univocal.interchange.formats.units import item_of, take_notes

_PARTS = ("evidence", "memo", "unsure")
_MISSING = object()
_SPACE = re.compile(r"\s+")


def take_result(gathering: Gathering, place: str, coder: str, result: Mapping[str, Any]) -> None:
    """Take over a result: by the names of our own controls, else by its labels alone."""
    value, name = result["value"], str(result.get("from_name"))
    aside = result.get("meta")
    meta = aside.get("univocal") if isinstance(aside, dict) else None
    meta = meta if isinstance(meta, dict) else {}
    if isinstance(meta.get("coder"), str):
        coder = meta["coder"]
    variable, part = _named(name, gathering)
    if variable is None:
        _take_labels(gathering, place, coder, value)
        return
    draft = _draft(gathering, place, coder, variable, part, value, meta)
    if draft is None:
        return
    take_notes(
        gathering,
        place,
        draft,
        {key: meta[key] for key in meta if key in ("stands_for", "confidence", "at", "stage")},
    )
    words = value.get("text")
    if part == "memo":
        draft.memo = "\n".join(
            one for one in (words if isinstance(words, list) else [words]) if isinstance(one, str)
        )
    elif part == "unsure":
        draft.unsure = bool(value.get("choices"))
    elif part == "evidence":
        start, stop, quote = _place(gathering.paper.text, value)
        for code in _labels(value):
            gathering.span(place, draft, start, stop, None if code == variable else code, quote)
    else:
        for code in _labels(value):
            if code in SAYS:
                gathering.codes(place, draft, code)
            else:
                gathering.code(place, draft, code)


def _named(name: str, gathering: Gathering) -> tuple[str | None, str]:
    """The variable and part of it that a control of ours is for."""
    if name in gathering.codebook:
        return name, ""
    variable, _, part = name.rpartition("_")
    return (variable, part) if variable in gathering.codebook and part in _PARTS else (None, "")


def _draft(
    gathering: Gathering, place: str, coder: str, variable: str, part: str, value: Mapping[str, Any], meta: Mapping[str, Any]
) -> Draft | None:  # fmt: skip
    item = item_of(meta)
    if gathering.codebook.variable(variable).unit == "paper":
        return gathering.draft(place, coder, variable, item=item)
    match meta.get("unit"):
        case [int(start), int(stop)] if part == "evidence":
            pass
        case _:
            start_, stop_, quote = _place(gathering.paper.text, value)
            if (
                start_ is None
                or stop_ is None
                or (quote is not None and gathering.paper.text[start_:stop_] != quote)
            ):
                gathering.span(place, Draft((coder, variable, 0, 0, 0)), start_, stop_, None, quote)
                return None
            start, stop = start_, stop_
    return gathering.draft(place, coder, variable, start, stop, item)


def _take_labels(gathering: Gathering, place: str, coder: str, value: Mapping[str, Any]) -> None:
    """The labels of a control that isn't ours."""
    words = _labels(value)
    if not words:
        gathering.fault(place, "not-a-code", "neither labels nor choices. It was left out.")
    for word in words:
        if "start" in value:
            start, stop, quote = _place(gathering.paper.text, value)
            take(gathering, place, coder, word, start, stop, quote=quote)
        else:
            take(gathering, place, coder, word, WHOLE, WHOLE)


def _labels(value: Mapping[str, Any]) -> list[str]:
    for key in ("labels", "hypertextlabels", "paragraphlabels", "choices"):
        if isinstance(found := value.get(key), list):
            return [word for word in found if isinstance(word, str)]
    return []


def _place(text: str, value: Mapping[str, Any]) -> tuple[int | None, int | None, str | None]:
    """A region's offsets in code points and its words; old files count UTF-16 units, which its words give away."""
    start, stop = value.get("start", _MISSING), value.get("end", _MISSING)
    if not isinstance(start, int) or not isinstance(stop, int) or start < 0:
        return None, None, None
    quote = value.get("text")
    if not isinstance(quote, str):
        return start, stop, None
    units = utf16(text)
    places = [(start, stop), (units.back(start), units.back(stop))]
    for same in (str.__eq__, _same):
        for first, last in places:
            if first is not None and last is not None and same(text[first:last], quote):
                return first, last, text[first:last]
    return start, stop, quote


def _same(words: str, quote: str) -> bool:
    """The same words; a browser shows white space of any kind as blanks, or turns CR LF into LF."""
    return _SPACE.sub(" ", words) == _SPACE.sub(" ", quote)
