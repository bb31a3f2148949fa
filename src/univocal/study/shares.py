"""How often does each code occur in the papers that a study's sample stands for, by what is coded so far?

A paper counts as its coders agree, or as was decided. Where coders differ and nothing is decided yet, the share is told
as the range that any decision leaves open: the lower end as if none of these papers had the code, the upper as if all had
it for which a coder gave it (bounds without assumptions, Manski 1989, The Journal of Human Resources 24, 343-360).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook, Variable
from univocal.estimates.coding_table import CodingTable
from univocal.statistics.prevalence_rule import prevalence
from univocal.statistics.result import Estimate
from univocal.study.sample import Design, design_of

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CodeShare:
    """The share of papers with a code: ``low`` as if no open disagreement fell to it, ``high`` as if all could.

    Both are the same where nothing is left to decide. ``n_undecided`` are the papers on which coders still differ,
    ``n_outside`` those of which the question isn't asked; the share is that among the others.
    """

    variable: str
    code: str
    low: Estimate
    high: Estimate
    n_papers: int
    n_undecided: int
    n_outside: int


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """The shares of all codes, the design behind them, and variables without shares, with the reason."""

    codes: tuple[CodeShare, ...]
    design: Design
    refused: dict[str, str]


def shares(connection: Connection, table: CodingTable, codebook: Codebook, *, level: float = 0.95) -> Shares:
    """How often does each code occur, by what is coded so far?

    Args:
        connection: for reading.
        table: of `study.table.coding_table`; machine coders are left aside.
        codebook: the version in force.
        level: nominal coverage of the intervals, in (0, 1).
    """
    people = [name for name in table.coders if name not in table.machines | table.derived]
    if not people:
        nobody = "nobody has finished a paper yet"
        return Shares((), Design("", nobody), {})
    design = design_of(connection, table)
    if design.why_not or design.used is None:
        return Shares((), design, {})
    refused: dict[str, str] = {}
    found: list[CodeShare] = []
    settled = Settling(table, codebook, people)
    for variable in (one for one in codebook.variables if one.id in table.variables):
        if variable.unit == "mention":
            refused[variable.id] = (
                "its units are mentions, which aren't independent; a share needs one unit a paper"
            )
            continue
        now = settled.of(variable)
        codes = [one.id for one in variable.codes if one.id in now.certain]
        if not codes:
            refused[variable.id] = "no code was given yet"
        found += (_share(variable.id, code, now, design, level) for code in codes)
    return Shares(tuple(found), design, refused)


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """What is known of each paper of a table, for one variable.

    ``asked``: is the question asked of it, as far as can be told; ``sure``: in any case. ``certain`` and ``possible``,
    by code: does the paper have it in any case, can it have it? ``open``: is something left to decide?
    """

    asked: Flags
    sure: Flags
    open: Flags
    certain: dict[str, Flags]
    possible: dict[str, Flags]

    def only_where(self, other: Settled, codes: tuple[str, ...]) -> Settled:
        """The same for a question that is asked only of papers with one of these codes of another variable."""
        none = np.zeros(len(self.asked), dtype=bool)
        inside, outside = none.copy(), none.copy()
        for code, has in other.possible.items():
            if code in codes:
                inside |= has
            else:
                outside |= has
        # those of which nothing is known for the other variable are judged by this one's answers alone
        can = inside | ~other.asked
        must = inside & ~outside & ~other.open
        return Settled(
            (self.asked | must) & can, (self.sure | must) & can, self.open & can,
            {code: has & can for code, has in self.certain.items()},
            {code: has & can for code, has in self.possible.items()},
        )  # fmt: skip


class Settling:
    """Each variable's papers, worked out once; those of a question that hangs on another's answers only where it is asked."""

    def __init__(self, table: CodingTable, codebook: Codebook, people: list[str]) -> None:
        self._table, self._codebook, self._people = table, codebook, people
        self._known: dict[str, Settled] = {}

    def of(self, variable: Variable) -> Settled:
        """What is known of each paper, for this variable."""
        if variable.id not in self._known:
            # itself first: where two questions hang on each other, each is judged by its own answers
            self._known[variable.id] = now = settle(self._table, variable, self._people)
            other = self._codebook.variable(variable.when[0]) if variable.when else None
            if variable.when and other and other.unit == "paper" and other.id in self._table.variables:
                self._known[variable.id] = now.only_where(self.of(other), variable.when[1])
        return self._known[variable.id]


def settle(table: CodingTable, variable: Variable, people: list[str]) -> Settled:
    """What do those who finished a paper say of it, and is it decided? "Can't say" is to have none of the codes."""
    n = len(table.papers)
    finished = np.zeros((len(people), n), dtype=bool)
    for at, name in enumerate(people):
        rows = table.coder == table.coders.index(name)
        finished[at, table.paper_of_unit[table.unit[rows]]] = True
    units = table.units_of(variable.id)
    coded = table.coded(variable.id, people, units)
    said = np.full((len(people), n), -1, dtype=np.int64)
    said[:, table.paper_of_unit[units]] = coded.places
    decided = np.full(n, -1, dtype=np.int64)
    own_labels: tuple[Any, ...] = ()
    for name in table.derived & set(table.coders):
        own = table.coded(
            variable.id, [name], units
        )  # sets have other labels where other coders are asked for
        decided[table.paper_of_unit[units]], own_labels = own.places[0], own.labels
    # a ledger that was left empty says that there is nothing to enter
    answered = finished if variable.answers == "ledger" else said >= 0
    everybody = (answered | ~finished).all(axis=0)
    differ = np.asarray(answered.any(axis=0) & ~everybody)
    is_decided = decided >= 0
    certain: dict[str, Flags] = {}
    possible: dict[str, Flags] = {}
    for code in table.codes[variable.id]:
        has = _has(code, coded.labels)[said] & answered
        in_any_case = (has | ~finished).all(axis=0) & has.any(axis=0)
        can = np.asarray(has.any(axis=0))
        differ |= can & ~in_any_case
        by_decision = _has(code, own_labels)[decided]
        certain[code] = (is_decided & by_decision) | (~is_decided & in_any_case)
        possible[code] = (is_decided & by_decision) | (~is_decided & can)
    if variable.when is None:
        asked = sure = np.asarray(finished.any(axis=0))
    else:
        asked = np.asarray(answered.any(axis=0) | is_decided)
        sure = asked & (everybody | is_decided)
    return Settled(asked, sure, differ & ~is_decided, certain, possible)


def _has(code: str, labels: tuple[Any, ...]) -> Flags:
    """For each label, and for "none" at the end: does it hold the code?"""
    return np.array(
        [code in one if isinstance(one, frozenset) else code == one for one in labels] + [False], dtype=bool
    )


def _share(variable: str, code: str, now: Settled, design: Design, level: float) -> CodeShare:
    used = design.used
    assert used is not None
    ends = []
    # with nothing left to decide the ends are one
    for has in (now.certain[code], now.possible[code])[: 2 if (now.open & used).any() else 1]:
        # papers of which it may be asked or not: without the code they are counted for the lower end alone
        inside = now.asked if has is now.certain[code] else now.sure | (now.asked & has)
        gold = np.where(inside, has.astype(float), np.nan)
        domain = np.where(inside, np.nan, 0.0)
        ends.append(
            prevalence(
                gold[used], weights=None if design.weights is None else design.weights[used],
                strata=None if design.strata is None else design.strata[used],
                domain=domain[used] if (~inside[used]).any() else None, level=level,
            )
        )  # fmt: skip
    return CodeShare(
        variable, code, ends[0], ends[-1], int(used.sum()), int((now.open & used).sum()),
        int((~now.asked & used).sum()),
    )  # fmt: skip


def by_variable(found: Shares) -> Iterator[tuple[str, tuple[CodeShare, ...]]]:
    """The shares of each variable, in the codebook's order."""
    names = dict.fromkeys(one.variable for one in found.codes)
    for name in names:
        yield name, tuple(one for one in found.codes if one.variable == name)
