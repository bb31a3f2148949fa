"""How often does each code occur in a corpus, of which people coded a sample and a machine perhaps the rest?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.errors import UnivocalError
from univocal.estimates.coding_table import CodingTable, Places, in_order
from univocal.plugins import did_you_mean
from univocal.statistics.prevalence_rule import Method
from univocal.statistics.prevalence_rule import prevalence as share_of
from univocal.statistics.result import Estimate, check_level, undefined

#: Show it wherever a share that a machine's codes helped to estimate is shown.
MACHINE_NOTE = (
    "A machine coder that learned from these gold codes would make the intervals too narrow and the shares wrong: the "
    "gold must be new to it."
)

#: One column: 1 or 0, NaN where there is no coding.
Column = NDArray[np.float64]

#: A group of papers (None: all) and which of them are in it.
Where = tuple[str | None, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Share:
    """The share of papers with one code, in all of the corpus or in one group.

    ``estimate`` holds for this share by itself; ``simultaneous`` has bounds that hold for all shares of the report
    together (Bonferroni). ``machine`` is the machine's own share, uncorrected; None without a machine.
    """

    variable: str
    code: str
    group: str | None
    n_papers: int
    n_gold: int
    estimate: Estimate
    simultaneous: Estimate
    machine: float | None


@dataclass(frozen=True, slots=True)
class Prevalence:
    """The shares of all codes, who coded them, and what was left out."""

    shares: tuple[Share, ...]
    gold: str
    machine: str | None
    by: str | None
    level: float
    refused: Mapping[str, str]
    left_out: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values, schema ``univocal.prevalence/1`` (docs/reference/coding-statistics.md)."""
        return {
            "schema": "univocal.prevalence/1",
            "gold": self.gold,
            "machine": self.machine,
            "machine_note": None if self.machine is None else MACHINE_NOTE,
            "by": self.by,
            "level": self.level,
            "refused": dict(self.refused),
            "left_out": dict(self.left_out),
            "shares": [asdict(share) for share in self.shares],
        }

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each share, for a table or CSV."""
        return [
            {
                "variable": one.variable, "code": one.code, "group": one.group, "n_papers": one.n_papers,
                "n_gold": one.n_gold, **asdict(one.estimate), "simultaneous_low": one.simultaneous.low,
                "simultaneous_high": one.simultaneous.high, "machine": one.machine,
            }
            for one in self.shares
        ]  # fmt: skip


def prevalence(
    table: CodingTable,
    *,
    gold: str,
    machine: str | None = None,
    by: str | None = None,
    method: Method = "auto",
    level: float = 0.95,
) -> Prevalence:
    """In what share of the corpus does each code occur?

    The corpus of a variable is the papers that ``machine`` coded or left open, and those that ``gold`` coded; without a
    machine it is what the gold was sampled from, which the table's weights and strata say.

    Args:
        table: the codings, one unit a paper; with weights and strata of the sample where it has them.
        gold: the coder whose codes are taken as right.
        machine: the coder who coded all papers. What it left open counts as "without the code", which costs width, not
            coverage. It must not have learned from the gold.
        by: the name of a group of papers (``year``, ``venue``): a share for each of its values too.
        method: as in `univocal.statistics.prevalence`: "auto" for the documented rule.
        level: nominal coverage of the intervals, in (0, 1).

    A variable whose units are parts of papers, such as mentions, is refused: they aren't independent.

    Raises:
        UnivocalError: an unknown coder or group, a level outside (0, 1), a method that the data don't allow.

    >>> rows = [(f"p{i}", "ann", "about", "main" if i % 4 == 0 else "no") for i in range(200)]
    >>> for share in prevalence(CodingTable.of(rows), gold="ann").shares:
    ...     print(share.code, share.estimate.value, round(share.estimate.low, 3), round(share.estimate.high, 3))
    main 0.25 0.192 0.316
    no 0.75 0.684 0.808
    """
    check_level(level)
    for name in (gold, machine):
        if name is not None and name not in table.coders:
            raise UnivocalError(f"no coder {name!r} in the codings. {did_you_mean(name, table.coders)}")
    if by is not None and by not in table.groups:
        raise UnivocalError(f"no group {by!r} in the codings. {did_you_mean(by, table.groups)}")
    coders = [gold] if machine is None else [gold, machine]
    refused: dict[str, str] = {}
    plans: list[tuple[str, Places, list[Where]]] = []
    for variable in table.variables:
        units = _units(table, variable, coders)
        papers = table.paper_of_unit[units]
        if len(np.unique(papers)) < len(papers):
            refused[variable] = (
                "its units are parts of papers, which aren't independent; a share needs one unit a paper"
            )
        elif gold not in table.coders_of(variable):
            refused[variable] = f"{gold} has not coded it"
        else:
            plans.append((variable, units, _wheres(table, papers, by)))
    n_shares = sum(len(table.codes[variable]) * len(wheres) for variable, _, wheres in plans)
    together = 1 - (1 - level) / max(n_shares, 1)
    shares = tuple(
        share for plan in plans for share in _shares(table, plan, coders, method, (level, together))
    )
    return Prevalence(shares, gold, machine, by, level, refused, table.left_out)


def _units(table: CodingTable, variable: str, coders: list[str]) -> Places:
    """The corpus of a variable: what the last coder (the machine, if there is one) or the gold coded.

    Without a code for the variable, a paper that the machine read for others is in the corpus too: it was left open.
    """
    at = [table.coders.index(name) for name in coders]
    own = (table.variable == table.variables.index(variable)) & (table.coder == at[0])
    read = own if len(at) == 1 else own | (table.coder == at[1])
    seen = np.zeros(len(table.units), dtype=bool)
    seen[table.unit[read]] = True
    return np.flatnonzero(seen).astype(np.int32)


def _wheres(table: CodingTable, papers: Places, by: str | None) -> list[Where]:
    """All of the corpus, then each group with its papers."""
    wheres: list[Where] = [(None, np.ones(len(papers), dtype=bool))]
    if by is not None:
        values = np.array([table.groups[by][paper] for paper in papers.tolist()], dtype=object)
        wheres += [
            (value, values == value) for value in in_order({v for v in values.tolist() if v is not None})
        ]
    return wheres


def _shares(
    table: CodingTable,
    plan: tuple[str, Places, list[Where]],
    coders: list[str],
    method: Method,
    levels: tuple[float, float],
) -> Iterator[Share]:
    variable, units, wheres = plan
    coded = table.coded(variable, coders, units)
    papers = table.paper_of_unit[units]
    strata = None if table.stratum is None else np.array(table.stratum, dtype=object)[papers]
    weights = None if table.weight is None else table.weight[papers]
    for code in table.codes[variable]:
        has = [code in label if isinstance(label, frozenset) else code == label for label in coded.labels]
        columns = np.array([*map(float, has), np.nan])[coded.places]
        guess = None if len(coders) == 1 else np.nan_to_num(columns[1])
        for group, inside in wheres:
            gold = columns[0][inside]
            design = _design(gold, strata, weights, inside)
            machine = None if guess is None else guess[inside]
            low, high = (_estimate(gold, machine, design, method, level) for level in levels)
            yield Share(
                variable, code, group, len(gold), int((~np.isnan(gold)).sum()), low,
                replace(high, method=f"{high.method}; Bonferroni over all shares of the report"),
                None if machine is None or not len(machine) else float(machine.mean()),
            )  # fmt: skip


def _design(
    gold: Column, strata: NDArray[Any] | None, weights: Column | None, inside: NDArray[np.bool_]
) -> dict[str, Any]:
    """The columns of the sample's design that say something of these papers."""
    here = ~np.isnan(gold)
    design: dict[str, Any] = {}
    if weights is not None and not np.isnan(weights[inside][here]).any() and here.any():
        design["weights"] = weights[inside]
    if strata is not None and not any(one is None for one in strata[inside][here].tolist()):
        design["strata"] = strata[inside]
    return design


def _estimate(
    gold: Column, machine: Column | None, design: dict[str, Any], method: Method, level: float
) -> Estimate:
    if np.isnan(gold).all():
        return undefined("no gold paper", level=level, n=0)
    return share_of(gold, machine=machine, method=method, level=level, **design)
