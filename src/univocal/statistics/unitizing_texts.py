"""Units that coders marked in texts, checked and laid out as columns: what every coefficient of unitising starts from."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from univocal.errors import InputError
from univocal.statistics.labels import label_set, missing

Whole = NDArray[np.int64]


class Unit(NamedTuple):
    """Who marked which stretch of a text with which code?

    ``start`` and ``end`` are positions (characters, tokens, frames: whole numbers); ``end`` is the first one after it.

    >>> Unit("Ana", 12, 20, "value alignment").end
    20
    """

    coder: Hashable
    start: int
    end: int
    code: Hashable


#: A unit, or a bare (coder, start, end, code).
AnyUnit = Unit | tuple[Hashable, int, int, Hashable]

#: Where a text starts and ends, or that of several texts.
Continuum = Sequence[int] | Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """Units as columns of shape (n,), and what is known of the T texts that they are in.

    ``coder`` is a place among the coders of the unit's own text, ``code`` one in ``codes``; ``start`` and ``end`` count
    from the beginning of the text.
    """

    text: Whole
    coder: Whole
    start: Whole
    end: Whole
    code: Whole
    n_coders: Whole
    length: Whole
    begin: Whole
    codes: tuple[Hashable, ...]

    @property
    def n_texts(self) -> int:
        """How many texts are there?"""
        return len(self.length)

    def of_texts(self, kept: NDArray[np.bool_]) -> Marked:
        """What is left when only some texts are kept?"""
        renamed = np.cumsum(kept) - 1
        there = kept[self.text]
        return Marked(
            renamed[self.text[there]], self.coder[there], self.start[there], self.end[there], self.code[there],
            self.n_coders[kept], self.length[kept], self.begin[kept], self.codes,
        )  # fmt: skip


def read_units(
    units: Iterable[AnyUnit] | Iterable[Iterable[AnyUnit]],
    continuum: Continuum,
    coders: Sequence[Any] | None = None,
    *,
    overlaps: bool = False,
) -> Marked:
    """The units of one text or several, as columns; every fault is told at once.

    Args:
        units: (coder, start, end, code) of one text, or one such list for each text.
        continuum: (start, end) of the text, or one such pair for each text.
        coders: who coded the text, or one such list for each text. All who occur coded every text where None.
        overlaps: may units of one coder with one code overlap?

    Raises:
        InputError: naming each unit that is not as it should be.

    >>> read_units([("i", 2, 5, "c")], (0, 10), ["i", "j"]).n_coders.tolist()
    [2]
    """
    one = len(continuum) == 2 and all(isinstance(bound, Real) for bound in continuum)
    spans: list[Any] = [continuum] if one else list(continuum)
    lists: list[Any] = [list(units)] if one else [list(text) for text in units]
    rosters: list[Any] | None = coders if coders is None else [coders] if one else list(coders)
    for what, given in (("units", lists), ("coders", rosters)):
        if given is not None and len(given) != len(spans):
            raise InputError(
                f"{what}: one list for each of the {len(spans)} texts in continuum was expected, got {len(given)}"
            )
    faults: list[str] = []
    bounds = [
        _span(span, "continuum" if one else f"continuum[{place}]", faults) for place, span in enumerate(spans)
    ]
    if faults:
        raise InputError(faults)
    rows: list[tuple[int, int, Unit]] = []
    for text, (listed, span) in enumerate(zip(lists, bounds, strict=True)):
        where = "units" if one else f"units[{text}]"
        rows += [(text, place, unit) for place, unit in _units(listed, span, where, faults)]
    if faults:
        raise InputError(faults)
    everybody = label_set([unit.coder for _, _, unit in rows])
    names = [_roster(roster, text, one, faults) for text, roster in enumerate(rosters or [])]
    names = names if rosters is not None else [everybody] * len(spans)
    at = [{name: place for place, name in enumerate(roster)} for roster in names]
    for text, place, unit in rows:
        if unit.coder not in at[text]:
            where = f"units[{place}]" if one else f"units[{text}][{place}]"
            faults.append(f"{where}: coder {unit.coder!r} is not among the coders of this text")
    if faults:
        raise InputError(faults)
    marked = _columns(rows, at, bounds)
    if not overlaps:
        faults = list(_overlaps(marked, rows, one))
    if faults:
        raise InputError(faults)
    return marked


def _columns(
    rows: list[tuple[int, int, Unit]], at: list[dict[Hashable, int]], bounds: list[tuple[int, int]]
) -> Marked:
    codes = label_set([unit.code for _, _, unit in rows])
    code_at = {code: place for place, code in enumerate(codes)}
    table = np.array(
        [(text, at[text][unit.coder], unit.start, unit.end, code_at[unit.code]) for text, _, unit in rows],
        dtype=np.int64,
    ).reshape(-1, 5)
    span = np.array(bounds, dtype=np.int64).reshape(-1, 2)
    text, coder, start, end, code = table.T
    begin = span[:, 0]
    return Marked(
        text, coder, start - begin[text], end - begin[text], code,
        np.array([len(roster) for roster in at], dtype=np.int64), span[:, 1] - begin, begin, tuple(codes),
    )  # fmt: skip


def _whole(number: object) -> int | None:
    if isinstance(number, bool) or not isinstance(number, Real) or number != number:  # noqa: PLR0124 - NaN
        return None
    if isinstance(number, Integral):
        return int(number)
    value = float(number)
    return int(value) if value.is_integer() else None


def _span(span: Any, where: str, faults: list[str]) -> tuple[int, int]:
    bounds = (
        [_whole(bound) for bound in span] if hasattr(span, "__len__") and not isinstance(span, str) else []
    )
    if len(bounds) != 2 or bounds[0] is None or bounds[1] is None:
        faults.append(f"{where}: (start, end) in whole numbers was expected, got {span!r}")
    elif bounds[0] >= bounds[1]:
        faults.append(f"{where}: an end after the start was expected, got {span!r}")
    else:
        return bounds[0], bounds[1]
    return 0, 1


def _roster(roster: Sequence[Hashable], text: int, one: bool, faults: list[str]) -> list[Hashable]:
    names = list(roster)
    twice = sorted({str(name) for name in names if names.count(name) > 1})
    if twice:
        faults.append(f"coders{'' if one else f'[{text}]'}: {', '.join(twice)} named more than once")
    return names


def _units(
    listed: list[Any], span: tuple[int, int], where: str, faults: list[str]
) -> Iterator[tuple[int, Unit]]:
    for place, given in enumerate(listed):
        at = f"{where}[{place}]"
        try:
            coder, first, last, code = given
        except (TypeError, ValueError):
            faults.append(f"{at}: (coder, start, end, code) was expected, got {given!r}")
            continue
        start, end = _whole(first), _whole(last)
        before = len(faults)
        faults += [
            f"{at}: a name for the {what} was expected, got {name!r}"
            for what, name in (("coder", coder), ("code", code))
            if not isinstance(name, Hashable) or missing(name)
        ]
        if start is None or end is None:
            faults.append(f"{at}: start and end in whole numbers were expected, got {first!r} and {last!r}")
        elif start >= end:
            faults.append(f"{at}: an end after the start was expected, got {start} to {end}")
        elif start < span[0] or end > span[1]:
            faults.append(f"{at}: {start} to {end} is outside the text, which is {span[0]} to {span[1]}")
        elif len(faults) == before:
            yield place, Unit(coder, start, end, code)


def _overlaps(marked: Marked, rows: list[tuple[int, int, Unit]], one: bool) -> Iterator[str]:
    line = (marked.code, marked.text, marked.coder)
    order = np.lexsort((marked.start, *reversed(line)))
    if not (_same(line, order) & (marked.start[order[1:]] < marked.end[order[:-1]])).any():
        return
    furthest: dict[tuple[int, int, int], int] = {}
    for this in order.tolist():
        key = (int(marked.code[this]), int(marked.text[this]), int(marked.coder[this]))
        other = furthest.setdefault(key, this)
        if other != this and marked.start[this] < marked.end[other]:
            (text, place, unit), (_, earlier, before) = rows[this], rows[other]
            where = "units" if one else f"units[{text}]"
            yield (
                f"{where}[{earlier}] and {where}[{place}]: coder {unit.coder!r} marked "
                f"{before.start} to {before.end} and {unit.start} to {unit.end} with {unit.code!r}. "
                "Units of one coder with one code must not overlap: merge them, or drop one."
            )
        if marked.end[this] > marked.end[other]:
            furthest[key] = this


def _same(line: tuple[Whole, ...], order: Whole | NDArray[np.intp]) -> NDArray[np.bool_]:
    """Is each unit in this order on the same line as the one before it?"""
    result: NDArray[np.bool_] = np.ones(max(len(order) - 1, 0), dtype=bool)
    for column in line:
        result &= column[order[1:]] == column[order[:-1]]
    return result


def crossing(marked: Marked, numbers: Sequence[int] | None = None) -> str:
    """Where do units of one coder with different codes overlap? Empty if nowhere: each coder cut the text in parts.

    ``numbers`` are the texts' places in the input, where some were left out of ``marked``.

    >>> crossing(read_units([("i", 2, 5, "c"), ("i", 4, 6, "k")], (0, 10)))
    'in text 0 at position 4'
    """
    line = (marked.text, marked.coder)
    order = np.lexsort((marked.start, *reversed(line)))
    where = np.flatnonzero(_same(line, order) & (marked.start[order[1:]] < marked.end[order[:-1]]))
    if not len(where):
        return ""
    first = order[where[0] + 1]
    text = marked.text[first]
    return f"in text {text if numbers is None else numbers[text]} at position {marked.start[first] + marked.begin[text]}"
