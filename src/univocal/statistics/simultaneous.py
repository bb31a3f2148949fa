"""Shares of many codes, or of one code in many groups, with intervals that hold all at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from univocal.errors import InputError
from univocal.statistics.columns import places_of, same_sizes, zeros_and_ones
from univocal.statistics.prevalence_rule import Method, prevalence
from univocal.statistics.result import Estimate, check_level


def prevalence_of_codes(
    golds: Mapping[str, ArrayLike],
    *,
    machines: Mapping[str, ArrayLike] | None = None,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    method: Method = "auto",
    level: float = 0.95,
    simultaneous: bool = True,
) -> dict[str, Estimate]:
    """In what shares of the corpus do several codes occur, with intervals that all hold at once?

    Bonferroni: with k codes each interval is made for the level 1 - (1 - level) / k, and the chance that any of them
    misses is at most 1 - level, however the codes go together.

    Args:
        golds: code to its column of ``prevalence``; a code that wasn't asked of a paper has NaN or None there.
        machines: code to the machine's column, for codes that the machine knows.
        strata: as in ``prevalence``, for all codes alike.
        weights: likewise.
        method: likewise.
        level: nominal coverage, in (0, 1), of all intervals together (of each where ``simultaneous`` is False).
        simultaneous: False gives each code an interval of its own. Take it only for a code chosen beforehand.

    >>> found = prevalence_of_codes({"a": [1, 0, 0, 0], "b": [0, 0, 0, 1]})
    >>> found["a"].low == found["b"].low, found["a"].level
    (True, 0.95)
    """
    check_level(level)
    strange = sorted(set(machines or ()) - set(golds))
    if strange:
        raise InputError([f"machines: {code!r} is no code of golds" for code in strange])
    each = _each(level, len(golds)) if simultaneous else level
    return {
        code: _told(
            prevalence(
                gold,
                machine=None if machines is None else machines.get(code),
                strata=strata,
                weights=weights,
                method=method,
                level=each,
            ),
            level,
            len(golds) if simultaneous else 1,
            "codes",
        )
        for code, gold in golds.items()
    }


def prevalence_by_group(
    gold: ArrayLike,
    groups: ArrayLike,
    *,
    machine: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    method: Method = "auto",
    level: float = 0.95,
    simultaneous: bool = False,
) -> dict[Hashable, Estimate]:
    """In what share of each group of papers (a year, a venue) does a code occur?

    Each group is estimated as a corpus of its own, from its own gold: given how many gold papers of each stratum lie
    in the group, they are a random sample of those of the group. A group without gold is undefined, and says so.

    Args:
        gold: (papers,) as in ``prevalence``, and so the other columns.
        groups: (papers,) the group of each paper; groups come out sorted.
        machine: as in ``prevalence``.
        strata: likewise.
        weights: likewise.
        method: likewise.
        level: nominal coverage, in (0, 1).
        simultaneous: True makes the intervals hold in all groups at once (Bonferroni): take it to say in which group
            a code is most frequent. False gives each its own, to be read one by one.

    >>> years = prevalence_by_group([1, 0, 0, 0, None], [2020, 2020, 2021, 2021, 2022])
    >>> [(year, one.value) for year, one in years.items()]
    [(2020, 0.5), (2021, 0.0), (2022, None)]
    """
    check_level(level)
    answers = zeros_and_ones("gold", gold)
    names, places = places_of("groups", groups)
    columns = {
        "machine": None if machine is None else np.asarray(machine),
        "strata": None if strata is None else np.asarray(strata),
        "weights": None if weights is None else np.asarray(weights, dtype=float),
    }
    same_sizes(gold=answers, groups=places, **columns)
    each = _each(level, len(names)) if simultaneous else level
    order = np.argsort(places, kind="stable")
    cuts = np.searchsorted(places[order], np.arange(1, len(names)))
    found: dict[Hashable, Estimate] = {}
    for name, inside in zip(names, np.split(order, cuts), strict=True):
        picked = {key: None if column is None else column[inside] for key, column in columns.items()}
        result = prevalence(answers[inside], **picked, method=method, level=each)
        found[name] = _told(result, level, len(names) if simultaneous else 1, "groups")
    return found


def _each(level: float, many: int) -> float:
    return 1 - (1 - level) / max(many, 1)


def _told(result: Estimate, level: float, many: int, what: str) -> Estimate:
    if many < 2 or result.value is None:
        return replace(result, level=level)
    method = f"{result.method}; simultaneous over {many} {what} by Bonferroni, each at level {_each(level, many):.5g}"
    return replace(result, level=level, method=method)
