"""Papers as rows of JSON: all of a paper for our own file, what most tools can keep for theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from univocal.interchange.formats.carries import ABOUT_PAPER
from univocal.records import Paper, Section, SourceMap

_EMPTY = Paper("", "")


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
    """
    if not isinstance(row, Mapping) or not _fits(row):
        return None
    known = {field.name for field in fields(Paper)}
    values = {name: value for name, value in row.items() if name in known}
    try:
        values["authors"] = tuple(values.get("authors", ()))
        values["sections"] = tuple(Section(**section) for section in values.get("sections", ()))
        if (places := values.get("source_map")) is not None:
            values["source_map"] = SourceMap(
                tuple(tuple(a) for a in places["anchors"]), tuple(tuple(b) for b in places["boxes"])
            )
        return Paper(**values)
    except (TypeError, KeyError):
        return None


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
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "authors":
        return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def _fits(row: Mapping[str, Any]) -> bool:
    return all(isinstance(row.get(name), str) for name in ("id", "text")) and all(
        _is(name, value) for name in ABOUT_PAPER if (value := row.get(name)) is not None
    )
