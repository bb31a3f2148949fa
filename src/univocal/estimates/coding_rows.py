"""Codings that are at hand, as the columns of a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.errors import InputError
from univocal.estimates.coding_sets import EMPTY_SET

#: Places in a tuple of names.
Places = NDArray[np.int32]

#: An answer: a code, a set of codes, or None where the coder gave none.
Said = str | Collection[str] | None


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Codes in the order in which a reader expects them: by number if all are numbers, else by alphabet.

    >>> in_order(["10", "9", "-1.5"]), in_order(["b", "a"])
    (('-1.5', '9', '10'), ('a', 'b'))
    """
    found = set(codes)
    try:
        number = {code: float(code) for code in found}
    except ValueError:
        return tuple(sorted(found))
    return tuple(sorted(found, key=lambda code: (number[code], code)))


def columns_of(
    codings: Iterable[tuple[str, str, str, Said]],
    paper_of: Mapping[str, str],
    weight: Mapping[str, float] | None,
) -> dict[str, Any]:
    """What `CodingTable` is made of, for codings (unit, coder, variable, answer).

    Raises:
        InputError: a coder answers twice, or a variable has both codes and sets for answers; all at once.

    >>> columns_of([("p1", "ann", "ideals", {"a", "b"}), ("p1", "bob", "ideals", set())], {}, None)["code"].tolist()
    [0, 1, -1]
    """
    given, sets = _checked(codings)
    units, coders, variables = (
        {n: i for i, n in enumerate(dict.fromkeys(key[k] for key in given))} for k in range(3)
    )
    papers = {n: i for i, n in enumerate(dict.fromkeys(paper_of.get(unit, unit) for unit in units))}
    found: dict[str, set[str]] = {v: set() for v in variables}
    missing = np.zeros((len(variables), len(coders)), dtype=np.int64)
    for (_, c, v), answer in given.items():
        missing[variables[v], coders[c]] += answer is None
        found[v].update([answer] if isinstance(answer, str) else answer or ())
    codes = {v: {code: place for place, code in enumerate(in_order(found[v]))} for v in variables}
    rows = [
        (units[u], coders[c], variables[v], place)
        for (u, c, v), answer in given.items()
        if answer is not None
        for place in sorted(codes[v][a] for a in ([answer] if isinstance(answer, str) else answer))
        or [EMPTY_SET]
    ]
    unit, coder, variable, code = np.array(rows, dtype=np.int32).reshape(-1, 4).T.copy()
    return {
        "papers": tuple(papers), "units": tuple(units), "coders": tuple(coders), "variables": tuple(variables),
        "codes": {v: tuple(codes[v]) for v in variables}, "unit": unit, "coder": coder, "variable": variable, "code": code,
        "paper_of_unit": np.array([papers[paper_of.get(u, u)] for u in units], dtype=np.int32), "missing": missing,
        "set_valued": sets,
        "weight": None if weight is None else np.array([weight.get(p, np.nan) for p in papers], dtype=np.float64),
    }  # fmt: skip


def _checked(
    codings: Iterable[tuple[str, str, str, Said]],
) -> tuple[dict[tuple[str, str, str], Said], frozenset[str]]:
    """Each coding once, and the variables whose answers are sets."""
    given: dict[tuple[str, str, str], Said] = {}
    faults = []
    for unit, coder, variable, answer in codings:
        if (unit, coder, variable) in given:
            faults.append(f"{coder!r} codes {variable!r} of {unit!r} twice; expected one answer")
        given[unit, coder, variable] = answer
    single = {key[2] for key, answer in given.items() if isinstance(answer, str)}
    sets = {key[2] for key, answer in given.items() if not isinstance(answer, str | None)}
    faults += [f"{v!r} has both codes and sets; expected one kind" for v in sorted(single & sets)]
    if faults:
        raise InputError(faults)
    return given, frozenset(sets)
