"""From written answers to codes, for all rows at once: each distinct answer is looked at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.estimates.coding_sets import EMPTY_SET
from univocal.estimates.coding_table import in_order
from univocal.interchange.faults import Faults, Keys
from univocal.interchange.names import Places
from univocal.interchange.rules import Rules, Wrong

_WHOLE = re.compile(r"([+-]?\d+)\.0+")


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the rows say.

    ``codes`` maps each variable to its codes. ``row`` and ``code`` have an entry for each code of each row (-1: the
    empty set); ``missing`` tells the rows that say nothing. ``part`` tells the rows that hold one code of what may be a
    larger set, and ``kind`` the rows that say the same of one variable.
    """

    codes: dict[str, tuple[str, ...]]
    set_valued: frozenset[str]
    row: NDArray[np.int64]
    code: Places
    missing: NDArray[np.bool_]
    part: NDArray[np.bool_]
    kind: NDArray[np.int64]

    def without(self, rows: NDArray[np.int64]) -> Answers:
        """The same, but these rows say nothing, and aren't missing either."""
        if not len(rows):
            return self
        kept = np.ones(len(self.kind), dtype=bool)
        kept[rows] = False
        still = kept[self.row]
        return replace(self, row=self.row[still], code=self.code[still], missing=self.missing & kept)


def answers(
    key: Keys,
    coder: Places,
    variable: Places,
    cell: Places,
    *,
    coders: list[str],
    variables: list[str],
    cells: list[Any],
    rules: Rules,
    faults: Faults,
) -> Answers:
    """Which codes does each row say, and what is wrong with those that say none?

    Args:
        key: each row's file and line.
        coder: each row's coder, a place in ``coders``.
        variable: each row's variable, a place in ``variables``.
        cell: each row's written answer, a place in ``cells``.
        coders: names.
        variables: names.
        cells: text, tuples of codes, or ``Cell``.
        rules: how to read them.
        faults: where to tell what is wrong.
    """
    pairs, first, kind = _distinct(variable.astype(np.int64) * len(cells) + cell)
    about, written = (part.tolist() for part in np.divmod(pairs, max(len(cells), 1)))
    sets = {v for v in variables if rules.is_set(v)}
    if rules.codebook is None:
        sets |= {variables[v] for v, c in zip(about, written, strict=True) if isinstance(cells[c], tuple)}
    known = {v: rules.known(v) for v in variables}
    found = [
        rules.answer(cells[c], variables[v], is_set=variables[v] in sets, known=known[variables[v]])
        for v, c in zip(about, written, strict=True)
    ]
    _tell(found, kind, key, coder, variable, coders, variables, faults)
    used: dict[str, set[str]] = {v: set() for v in variables}
    for v, answer in zip(about, found, strict=True):
        if isinstance(answer, tuple):
            used[variables[v]].update(answer)
    same = {v: _spelled_alike(codes) if known[v] is None else {} for v, codes in used.items()}
    codes = {v: known[v] or in_order(same[v].get(c, c) for c in used[v]) for v in variables}
    _tell_blanks(found, about, key[first], used, variables, faults)
    place = {v: {code: at for at, code in enumerate(codes[v])} for v in variables}
    said: list[list[int]] = []
    for v, answer in zip((variables[v] for v in about), found, strict=True):
        if isinstance(answer, tuple):
            said.append(sorted({place[v][same[v].get(c, c)] for c in answer}) or [EMPTY_SET])
        else:
            said.append([])
    row, code = _spread(said, kind)
    return Answers(
        codes=codes,
        set_valued=frozenset(sets),
        row=row,
        code=code,
        missing=np.array([one is None for one in found], dtype=bool)[kind],
        part=np.array(
            [_is_part(cells[c], one, rules) for c, one in zip(written, found, strict=True)], dtype=bool
        )[kind],
        kind=kind,
    )


def _distinct(pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The distinct values, where each is first, and which of them each row has."""
    values, kind = np.unique(pairs, return_inverse=True)
    first = np.full(len(values), 0, dtype=np.int64)
    first[kind[::-1]] = np.arange(len(pairs) - 1, -1, -1)
    return values, first, kind


def _is_part(cell: Any, answer: Any, rules: Rules) -> bool:
    return (
        isinstance(cell, str) and isinstance(answer, tuple) and len(answer) == 1 and rules.separator is None
    )


def _spread(said: list[list[int]], kind: NDArray[np.int64]) -> tuple[NDArray[np.int64], Places]:
    """A row for each code."""
    length = np.array([len(places) for places in said], dtype=np.int64)
    flat = np.array([place for places in said for place in places], dtype=np.int32)
    start = np.cumsum(length) - length
    n_codes = length[kind]
    row = np.repeat(np.arange(len(kind)), n_codes)
    within = np.arange(len(row)) - np.repeat(np.cumsum(n_codes) - n_codes, n_codes)
    return row, flat[start[kind[row]] + within]


def _spelled_alike(codes: set[str]) -> dict[str, str]:
    """Programs write 1 as ``1.0`` in a column with holes. Where all codes are numbers, both are ``1``.

    >>> _spelled_alike({"1", "1.0", "2.5"}), _spelled_alike({"1.0", "1.0 beta"})
    ({'1.0': '1'}, {})
    """
    try:
        for code in codes:
            float(code)
    except ValueError:
        return {}
    return {code: whole.group(1) for code in codes if (whole := _WHOLE.fullmatch(code))}


def _tell(
    found: list[Any],
    kind: NDArray[np.int64],
    key: Keys,
    coder: Places,
    variable: Places,
    coders: list[str],
    variables: list[str],
    faults: Faults,
) -> None:
    wrong = np.array([isinstance(answer, Wrong) for answer in found], dtype=bool)
    rows = np.flatnonzero(wrong[kind]) if wrong.any() else np.empty(0, dtype=np.int64)

    def message(at: int) -> str:
        row = rows[at]
        name = variables[variable[row]]
        label = faults.file(key[row]).label("code", coders[coder[row]], name)
        return f"{label}: {found[kind[row]]}"

    faults.add_rows(key[rows], message)


def _tell_blanks(
    found: list[Any],
    about: list[int],
    first: Keys,
    used: dict[str, set[str]],
    variables: list[str],
    faults: Faults,
) -> None:
    """Codes that only blanks tell apart are one code, and a slip."""
    for answer, v, key in zip(found, about, first, strict=True):
        for code in answer if isinstance(answer, tuple) else ():
            if code != code.strip() and code.strip() in used[variables[v]]:
                faults.add(
                    int(key),
                    f"the code {code!r} of {variables[v]!r} is {code.strip()!r} but for blanks. Write both alike.",
                )
