"""How often does each code occur in a corpus, of which people coded a sample and a machine perhaps the rest?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from univocal.errors import UnivocalError
from univocal.estimates.coding_table import CodingTable, Places
from univocal.plugins import did_you_mean
from univocal.statistics.prevalence_rule import Method
from univocal.statistics.result import Estimate, check_level
from univocal.statistics.simultaneous import prevalence_by_group, prevalence_of_codes

#: Show it wherever a share that a machine's codes helped to estimate is shown.
MACHINE_NOTE = (
    "A machine coder that learned from these gold codes would make the intervals too narrow and the shares wrong: the "
    "gold must be new to it."
)

#: One column: 1 or 0, NaN where there is no coding.
Column = NDArray[np.float64]


class Sample(TypedDict, total=False):
    """What is known of the papers beside their codes, as ``univocal.statistics.prevalence`` takes it."""

    strata: NDArray[Any]
    weights: Column
    domain: Column


@dataclass(frozen=True, slots=True)
class _Plan:
    """One variable: the papers of its corpus, and each coder's answer to each of them (-1: none)."""

    variable: str
    papers: Places
    answers: NDArray[np.integer[Any]]
    labels: tuple[Any, ...]
    sample: Sample
    caution: str


@dataclass(frozen=True, slots=True)
class Share:
    """The share of papers with one code, in all of the corpus or in one group.

    ``estimate`` holds for this share by itself; ``simultaneous`` has bounds that hold for all shares of the report
    together (Bonferroni). ``machine`` is the machine's own share, uncorrected; None without a machine. Of ``n_papers``,
    ``n_gold`` have a gold code, and of ``n_outside`` the gold coder found that the variable isn't asked: the share is
    then that among papers of which it is.
    """

    variable: str
    code: str
    group: str | None
    n_papers: int
    n_gold: int
    estimate: Estimate
    simultaneous: Estimate
    machine: float | None
    n_outside: int = 0


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
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values, schema ``univocal.prevalence/1`` (docs/reference/coding-statistics.md)."""
        return {
            "schema": "univocal.prevalence/1",
            "notes": list(self.notes),
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
                "n_gold": one.n_gold, "n_outside": one.n_outside, **asdict(one.estimate), "simultaneous_low": one.simultaneous.low,
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
    variables: Iterable[str] | None = None,
    method: Method = "auto",
    level: float = 0.95,
    allow_machine_gold: bool = False,
) -> Prevalence:
    """In what share of the corpus does each code occur?

    The corpus of a variable is the papers that ``machine`` read, and those that ``gold`` coded; without a machine it
    is what the gold was sampled from, which the table's weights and strata say.

    A paper for which ``gold`` gave a code of some other variable, but none of this one, is one of which this variable
    isn't asked. The share is then that among papers of which it is asked, a domain of the corpus whose size is
    estimated too; ``Estimate.method`` says so.

    Args:
        table: the codings, one unit a paper; with weights and strata of the sample where it has them.
        gold: the coder whose codes are taken as right.
        machine: the coder who coded all papers. What it left open counts as "without the code" (in a domain: as outside
            it), which costs width, not coverage. It must not have learned from the gold.
        by: the name of a group of papers (``year``, ``venue``): a share for each of its values too.
        variables: shares of these alone; by default of all. Choose them here, not by ``table.only``: the codes of other
            variables tell of which papers one isn't asked.
        method: as in `univocal.statistics.prevalence`: "auto" for the documented rule.
        level: nominal coverage of the intervals, in (0, 1).
        allow_machine_gold: take the codes of a machine coder (`CodingTable.machines`) for gold, with a caution.

    A variable whose units are parts of papers, such as mentions, is refused: they aren't independent.

    Raises:
        UnivocalError: an unknown coder or group, a level outside (0, 1), a method that the data don't
            allow, a machine coder's codes for gold.

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
    caution = _machine_caution(table, gold, allowed=allow_machine_gold)
    chosen = set(table.variables if variables is None else variables)
    for name in sorted(chosen - set(table.variables)):
        raise UnivocalError(f"no variable {name!r} in the codings. {did_you_mean(name, table.variables)}")
    coders = [gold] if machine is None else [gold, machine]
    refused = dict(_refusals(table, coders))
    plans = tuple(
        one if not caution else replace(one, caution="; ".join(filter(None, (caution, one.caution))))
        for one in _plans(table, coders, frozenset(refused))
        if one.variable in chosen
    )
    refused = {name: why for name, why in refused.items() if name in chosen}
    groups = None if by is None else np.array(table.groups[by], dtype=object)
    n_shares = sum(len(table.codes[one.variable]) * _n_groups(one, groups) for one in plans)
    shares = tuple(
        share for plan in plans for share in _shares(table, plan, groups, method, level, max(n_shares, 1))
    )
    notes = (f"{caution}.", *table.notes) if caution else table.notes
    return Prevalence(shares, gold, machine, by, level, refused, table.left_out, notes)


def _machine_caution(table: CodingTable, gold: str, *, allowed: bool) -> str:
    """What must be said of a gold that is a machine's; nothing where it isn't known to be one."""
    if gold not in table.machines:
        return ""
    if not allowed:
        raise UnivocalError(
            f"gold: {gold!r} is a machine coder, whose errors no interval here holds. Give codes by hand as the gold and "
            f"{gold!r} as the machine; or allow it as gold (--allow-machine-gold) for the shares of what it says."
        )
    return f"The gold is {gold!r}, a machine coder: these are shares of what it says, and its errors are in no interval"


def _refusals(table: CodingTable, coders: list[str]) -> Iterator[tuple[str, str]]:
    """Variables without shares, and why."""
    at = [table.coders.index(name) for name in coders]
    for place, variable in enumerate(table.variables):
        rows = (table.variable == place) & np.isin(table.coder, at)
        units = np.unique(table.unit[rows])
        if len(np.unique(table.paper_of_unit[units])) < len(units):
            yield (
                variable,
                "its units are parts of papers, which aren't independent; a share needs one unit a paper",
            )
        elif coders[0] not in table.coders_of(variable):
            yield variable, f"{coders[0]} has not coded it"


def _plans(table: CodingTable, coders: list[str], refused: frozenset[str]) -> Iterator[_Plan]:
    """The corpus of each variable that isn't refused.

    Without a code for the variable, a paper that the machine read for others is in the corpus too: it was left open.
    """
    at = [table.coders.index(name) for name in coders]
    told = np.array([variable not in refused for variable in table.variables], dtype=bool)
    looked = _papers(table, (table.coder == at[0]) & told[table.variable])
    read = _papers(table, np.isin(table.coder, at[1:]))
    for place, variable in enumerate(table.variables):
        if variable in refused:
            continue
        units = np.unique(table.unit[(table.variable == place) & np.isin(table.coder, at)]).astype(np.int32)
        coded = table.coded(variable, coders, units)
        answers = np.full((len(coders), len(table.papers)), -1, dtype=coded.places.dtype)
        answers[:, table.paper_of_unit[units]] = coded.places
        outside, cautions = looked & (answers[0] < 0), []
        left_open = int(table.missing[place, at[0]])
        if np.count_nonzero(outside) <= left_open:  # each may be a paper of which it is asked
            outside = np.zeros(len(outside), dtype=bool)
        elif left_open:
            cautions.append(
                f"{coders[0]} left {left_open:,} codings of {variable!r} open: they count as papers of which it isn't asked"
            )
        papers = np.flatnonzero((answers >= 0).any(axis=0) | outside | read).astype(np.int32)
        answers, outside = answers[:, papers], outside[papers]
        sample = _sample(table, papers, (answers[0] >= 0) | outside, outside, cautions)
        yield _Plan(variable, papers, answers, coded.labels, sample, "; ".join(cautions))


def _papers(table: CodingTable, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which papers have such rows?"""
    seen = np.zeros(len(table.papers), dtype=bool)
    seen[table.paper_of_unit[table.unit[rows]]] = True
    return seen


def _sample(
    table: CodingTable,
    papers: Places,
    here: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    cautions: list[str],
) -> Sample:
    """The columns of the sample's design that say something of these papers; what can't be used is told."""
    sample: Sample = {}
    if table.weight is not None:
        weight = table.weight[papers]
        unknown = int(np.count_nonzero(np.isnan(weight[here])))
        if not unknown and here.any():
            sample["weights"] = weight
        elif unknown < np.count_nonzero(here):
            cautions.append(f"{unknown:,} gold papers have no weight, and so none is used")
    if table.stratum is not None:
        strata = np.array(table.stratum, dtype=object)[papers]
        unknown = sum(one is None for one in strata.tolist())
        if not unknown:
            sample["strata"] = strata.astype(str)
        elif unknown < len(strata) and "weights" not in sample:
            cautions.append(f"{unknown:,} papers have no stratum, and so none is used")
    if outside.any():
        sample["domain"] = np.where(outside, 0.0, np.nan)
    return sample


def _n_groups(plan: _Plan, groups: NDArray[Any] | None) -> int:
    """Over how many groups, and all papers, is each code of the variable told?"""
    return 1 if groups is None else 1 + len({one for one in groups[plan.papers].tolist() if one is not None})


def _shares(
    table: CodingTable, plan: _Plan, groups: NDArray[Any] | None, method: Method, level: float, many: int
) -> Iterator[Share]:
    own = None if groups is None else groups[plan.papers]
    domain = plan.sample.get("domain")
    for code in table.codes[plan.variable]:
        has = [code in label if isinstance(label, frozenset) else code == label for label in plan.labels]
        columns = np.array([*map(float, has), np.nan])[plan.answers]
        gold, said = columns[0], None if len(columns) == 1 else np.nan_to_num(columns[1])
        guess = None if said is None else columns[1] if domain is not None else said
        found: list[dict[str | None, Estimate]] = []
        for simultaneous in (False, True):
            words: dict[str, Any] = {
                "method": method,
                "level": level,
                "simultaneous": simultaneous,
                "of": many,
            }
            whole = prevalence_of_codes(
                {code: gold}, machines=None if guess is None else {code: guess}, **plan.sample, **words
            )
            each: dict[Any, Estimate] = {}
            if own is not None:
                each = prevalence_by_group(gold, own, machine=guess, **plan.sample, **words)
            found.append({None: whole[code], **each})
        for group, estimate in found[0].items():
            inside = np.ones(len(gold), dtype=bool)
            if own is not None and group is not None:
                inside = own == group
            n_outside = 0 if domain is None else int((domain[inside] == 0).sum())
            yield Share(
                plan.variable, code, group, int(inside.sum()), int((~np.isnan(gold[inside])).sum()),
                _cautioned(estimate, plan.caution), _cautioned(found[1][group], plan.caution),
                None if said is None or not inside.any() else float(said[inside].mean()), n_outside,
            )  # fmt: skip


def _cautioned(estimate: Estimate, caution: str) -> Estimate:
    """The estimate with one caution more."""
    return replace(estimate, caution="; ".join(filter(None, (estimate.caution, caution))))
