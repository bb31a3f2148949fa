"""Years, names and other values as data sets write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)")
_COMPACT = re.compile(r"(1[5-9]\d\d|2[01]\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])")


def a_date_year(value: Any) -> int | None:
    """Which year does a number, date or text name? None where it names none or more than one.

    >>> [a_date_year(v) for v in (2016, 2016.0, "2016-05-01", "Mon, 2 Apr 2007 19:18:42 GMT", "20160501")]
    [2016, 2016, 2016, 2007, 2016]
    >>> [a_date_year(v) for v in ("forthcoming", "2016-2017", 16, True, "17-Jun-24")]
    [None, None, None, None, None]
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 1500 <= value <= 2199 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and 1500 <= value <= 2199 else None
    if not isinstance(value, str):
        return None
    years = set(_YEAR.findall(value[:200]))
    if len(years) == 1:
        return int(years.pop())
    compact = _COMPACT.fullmatch(value.strip())
    return int(compact[1]) if compact else None


def names_of(value: Any) -> tuple[str, ...] | None:
    """Names of people from a list of texts, a list of {"name": …}, or one text; None for anything else.

    >>> names_of("Doe, Jane; Roe, Richard"), names_of([{"name": "Jane Doe"}]), names_of(3)
    (('Doe, Jane', 'Roe, Richard'), ('Jane Doe',), None)
    """
    if isinstance(value, str):
        return tuple(name for part in _split(value) if (name := part.strip()))
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list):
        return None
    names = [item if isinstance(item, str) else _name(item) for item in value]
    return tuple(name for name in names if name)


def _split(value: str) -> list[str]:
    if ";" in value:
        return value.split(";")
    if " and " in value:
        parts = re.split(r"\s+and\s+", value)
        # "A B, C D and E F" is a list of names; "Doe, Jane and Roe, Richard" are two names.
        return [n for p in parts for n in (p.split(",") if _full_names(p) else [p])]
    return value.split(",") if _full_names(value) else [value]


def _full_names(value: str) -> bool:
    parts = value.split(",")
    return len(parts) > 1 and all(" " in part.strip() for part in parts if part.strip())


def _name(item: Any) -> str | None:
    if isinstance(item, Mapping):
        name = item.get("name") or item.get("display_name")
        return name if isinstance(name, str) else None
    return None


def type_word(value: Any) -> str:
    """The word for a JSON value's type in a message.

    >>> type_word(True), type_word(3), type_word([]), type_word({})
    ('a truth value', 'a number', 'a list', 'an object')
    """
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list | tuple) else "an object"
