"""Shares of many codes, or of one code in many groups, with intervals that hold all at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import InputError, UnivocalError
from univocal.statistics.columns import places_of, same_sizes, zeros_and_ones
from univocal.statistics.design import looked_at
from univocal.statistics.prevalence_rule import Method, prevalence
from univocal.statistics.result import Estimate, check_level


def prevalence_of_codes(
    golds: Mapping[str, ArrayLike],
    *,
    machines: Mapping[str, ArrayLike] | None = None,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    method: Method = "auto",
    level: float = 0.95,
    simultaneous: bool = True,
    of: int | None = None,
) -> dict[str, Estimate]:
    """In what shares of the corpus do several codes occur, with intervals that all hold at once?

    Bonferroni: with k codes each interval is made for the level 1 - (1 - level) / k, and the chance that any of them
    misses is at most 1 - level, however the codes go together.

    Args:
        golds: code to its column of ``prevalence``.
        machines: code to the machine's column, for codes that the machine knows.
        strata: as in ``prevalence``, for all codes alike.
        weights: likewise.
        domain: likewise.
        method: likewise.
        level: nominal coverage, in (0, 1), of all intervals together (of each where ``simultaneous`` is False).
        simultaneous: False gives each code an interval of its own. Take it only for a code chosen beforehand.
        of: how many intervals hold at once, where these are some of a report's many; by default the codes.

    >>> found = prevalence_of_codes({"a": [1, 0, 0, 0], "b": [0, 0, 0, 1]})
    >>> found["a"].low == found["b"].low, found["a"].level
    (True, 0.95)
    """
    check_level(level)
    strange = sorted(set(machines or ()) - set(golds))
    if strange:
        raise InputError([f"machines: {code!r} is no code of golds" for code in strange])
    each = _Each.of(level, simultaneous, of, len(golds), "codes")
    found = {}
    for code, gold in golds.items():
        guess = None if machines is None else machines.get(code)
        columns = {"machine": guess, "strata": strata, "weights": weights, "domain": domain}
        found[code] = each.told(prevalence(gold, **columns, method=method, level=each.level))
    return found


def prevalence_by_group(
    gold: ArrayLike,
    groups: ArrayLike,
    *,
    machine: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    method: Method = "auto",
    level: float = 0.95,
    simultaneous: bool = False,
    of: int | None = None,
) -> dict[Hashable, Estimate]:
    """In what share of each group of papers (a year, a venue) does a code occur?

    Each group is estimated as a corpus of its own, from its own gold: given how many gold papers of each stratum lie
    in the group, they are a random sample of those of the group. Where only weights say how large a stratum is, they
    can't say how much of it lies in a group; the group is then a domain of the corpus, and its size is estimated too.
    A group without gold is undefined, and says so.

    Args:
        gold: (papers,) as in ``prevalence``, and so the other columns.
        groups: (papers,) the group of each paper, None or NaN where it is in none; groups come out sorted.
        machine: as in ``prevalence``.
        strata: likewise.
        weights: likewise.
        domain: likewise.
        method: likewise.
        level: nominal coverage, in (0, 1).
        simultaneous: True makes the intervals hold in all groups at once (Bonferroni): take it to say in which group
            a code is most frequent. False gives each its own, to be read one by one.
        of: how many intervals hold at once, where these are some of a report's many; by default the groups.

    >>> years = prevalence_by_group([1, 0, 0, 0, None], [2020, 2020, 2021, 2021, 2022])
    >>> [(year, one.value) for year, one in years.items()]
    [(2020, 0.5), (2021, 0.0), (2022, None)]
    """
    check_level(level)
    answers = zeros_and_ones("gold", gold)
    names, places = _groups(groups)
    same_sizes(gold=answers, groups=places)
    each = _Each.of(level, simultaneous, of, len(names), "groups")
    columns = {"machine": machine, "strata": strata, "weights": weights, "domain": domain}
    held = {name: np.asarray(column) for name, column in columns.items() if column is not None}
    same_sizes(gold=answers, **held)
    by_weights = weights is not None and machine is None
    here, _ = looked_at(answers, domain)
    order = np.argsort(places, kind="stable")
    cuts = np.searchsorted(places[order], np.arange(len(names) + 1))
    found: dict[Hashable, Estimate] = {}
    for at, name in enumerate(names):
        if by_weights:
            inside = places == at
            held["domain"] = np.where(here & (~inside | np.isnan(answers)), 0.0, np.nan)
            result = prevalence(np.where(inside, answers, np.nan), **held, method=method, level=each.level)
        else:
            mine = order[cuts[at] : cuts[at + 1]]
            picked = {key: column[mine] for key, column in held.items()}
            result = prevalence(answers[mine], **picked, method=method, level=each.level)
        found[name] = each.told(result)
    return found


def _groups(groups: ArrayLike) -> tuple[tuple[Hashable, ...], NDArray[np.intp]]:
    """The groups, and at which of them each paper is; -1 where it is in none."""
    listed = groups.tolist() if isinstance(groups, np.ndarray) else list(groups)  # type: ignore[arg-type]
    known = np.array([one is not None and one == one for one in listed], dtype=bool)  # noqa: PLR0124 - NaN
    places = np.full(len(listed), -1, dtype=np.intp)
    names, places[known] = places_of(
        "groups", [one for one, is_known in zip(listed, known, strict=True) if is_known]
    )
    return names, places


@dataclass(frozen=True, slots=True)
class _Each:
    """At which level is each of ``many`` intervals made, so that all hold at once at ``together``?"""

    level: float
    together: float
    many: int
    what: str

    @classmethod
    def of(cls, level: float, simultaneous: bool, given: int | None, many: int, what: str) -> _Each:
        """Bonferroni over the ``given`` number, else over ``many``; over one where they aren't simultaneous."""
        if given is not None and given < many:
            raise UnivocalError(f"of: at least the {many} {what} at hand were expected, got {given}")
        many, what = (many, what) if given is None else (given, "shares")
        many = max(many, 1) if simultaneous else 1
        return cls(level if many == 1 else 1 - (1 - level) / many, level, many, what)

    def told(self, result: Estimate) -> Estimate:
        """The estimate with the level of all together, and with words on how it came to be."""
        if self.many < 2 or result.value is None:
            return replace(result, level=self.together)
        words = f"simultaneous over {self.many} {self.what} by Bonferroni, each at level {self.level:.5g}"
        return replace(result, level=self.together, method=f"{result.method}; {words}")
