"""Papers as rows of JSON: all of a paper for our own file, what most tools can keep for theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, get_args

from univocal.interchange.formats.carries import ABOUT_PAPER
from univocal.records import Paper, Section, SectionKind, SourceMap

_EMPTY = Paper("", "")
_KINDS = get_args(SectionKind)
#: What a column of integers holds.
_YEARS = range(-(2**31), 2**31)


def paper_row(paper: Paper) -> dict[str, Any]:
    """A paper without the fields that say nothing.

    >>> paper_row(Paper("p", "text", year=2024))
    {'id': 'p', 'text': 'text', 'year': 2024}
    """
    return {
        name: value
        for name, value in asdict(paper).items()
        if value not in (None, (), {}, "") or name in ("id", "text")
    }


def paper_from(row: Any) -> Paper | None:
    """The paper that `paper_row` made a row of; None where it isn't one.

    >>> paper_from(paper_row(Paper("p", "text", authors=("Ann",), sections=(Section("title", 0, 4),)))).sections
    (Section(kind='title', start=0, end=4, heading=None),)
    >>> paper_from({"id": 3, "text": "text"}) is None
    True
    >>> paper_from({"id": "p", "text": "text", "sections": [{"kind": "title", "start": 0, "end": 5}]}) is None
    True
    """
    if not isinstance(row, Mapping) or not _fits(row):
        return None
    known = {field.name for field in fields(Paper)}
    values = {name: value for name, value in row.items() if name in known and value is not None}
    values["authors"] = tuple(values.get("authors", ()))
    sections = [_section(one, len(row["text"])) for one in values.get("sections", ())]
    values["sections"] = tuple(one for one in sections if one is not None)
    if "source_map" in values:
        values["source_map"] = _source_map(values["source_map"])
        if values["source_map"] is None:
            return None
    return Paper(**values) if all(sections) else None


def _section(row: Any, length: int) -> Section | None:
    match row:
        case {"kind": kind, "start": int(start), "end": int(end)} if (
            kind in _KINDS and 0 <= start <= end <= length
        ):
            heading = row.get("heading")
            return Section(kind, start, end, heading) if isinstance(heading, str | None) else None
    return None


def _source_map(row: Any) -> SourceMap | None:
    match row:
        case {"anchors": [*anchors], "boxes": [*boxes]} if _numbers(anchors, 3) and _numbers(boxes, 7):
            return SourceMap(tuple(map(tuple, anchors)), tuple(map(tuple, boxes)))
    return None


def _numbers(rows: list[Any], size: int) -> bool:
    return all(
        isinstance(row, list | tuple)
        and len(row) == size
        and all(isinstance(one, int | float) for one in row)
        for row in rows
    )


def about(paper: Paper) -> dict[str, Any]:
    """What other tools can keep beside a paper's text: title, year and the like, as far as they are known.

    >>> about(Paper("p", "text", authors=("Ann",)))
    {'authors': ['Ann']}
    """
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name in ABOUT_PAPER
        if (value := getattr(paper, name)) != getattr(_EMPTY, name)
    }


def paper_with(id: str, text: str, row: Mapping[str, Any]) -> Paper:  # noqa: A002 - the record's word
    """A paper with what `about` kept of it; a value of another type is taken for none.

    >>> paper_with("p", "text", {"title": "A", "year": "2024"}).year is None
    True
    """
    values = {name: row[name] for name in ABOUT_PAPER if _is(name, row.get(name))}
    if "authors" in values:
        values["authors"] = tuple(values["authors"])
    return Paper(id, text, **values)


def _is(name: str, value: Any) -> bool:
    if name == "year":
        return isinstance(value, int) and not isinstance(value, bool) and value in _YEARS
    if name == "authors":
        return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def _fits(row: Mapping[str, Any]) -> bool:
    kinds = {"source": str, "extra": dict, "sections": list | tuple}
    return (
        all(isinstance(row.get(name), str) for name in ("id", "text"))
        and all(_is(name, value) for name in ABOUT_PAPER if (value := row.get(name)) is not None)
        and all(row.get(name) is None or isinstance(row[name], kind) for name, kind in kinds.items())
    )
