"""How many more papers must be coded, for intervals as narrow as wanted, if things go on as they have so far?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from univocal.errors import UnivocalError
from univocal.estimates.agreement import VariableAgreement
from univocal.estimates.coding_table import CodingTable
from univocal.statistics.planning import plan_gold
from univocal.statistics.planning_double import plan_double
from univocal.study.shares import CodeShare

#: A guess of a share is kept this far from 0 and 1: nothing coded so far shows that a code never occurs.
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class More:
    """So many papers in all, and so many more than there are; None where no number can be defended, as ``note`` says."""

    papers: int | None
    more: int | None
    note: str = ""


def more_for_alpha(table: CodingTable, one: VariableAgreement, width: float) -> More:
    """How many papers must be coded twice for an interval of α of this width, and how many more are these?

    By `plan_double`, from the α and the frequencies of codes so far; of sets, for the code that needs most. Where a paper
    has several units, as many papers as hold the units that are needed.
    """
    alpha = one.coefficients["set_alpha_jaccard" if one.set_valued else "krippendorff_alpha"]
    if alpha.value is None:
        return More(None, None, alpha.method)
    margins = _margins(table, one)
    plans = []
    for code, share in margins.items() if one.set_valued else [("", 0.0)]:
        guess = one.by_code[code].value if one.set_valued else alpha.value
        if guess is None or (one.set_valued and not 0 < share < 1):
            continue
        shares = (share, 1 - share) if one.set_valued else tuple(margins.values())
        plans.append(_double(width, round(min(max(guess, 0.0), 0.99), 2), tuple(round(s, 2) for s in shares)))
    found = [plan for plan in plans if isinstance(plan, int)]
    if not found:
        why = next((plan for plan in plans if isinstance(plan, str)), "its codes hardly vary so far")
        return More(None, None, why)
    units = max(found)
    n_twice = max(alpha.n, 1)
    papers = -(-units * one.n_papers // one.n_units) if one.n_units else units
    there = -(-n_twice * one.n_papers // one.n_units) if one.n_units else 0
    notes = ["for the code that needs most"] if one.set_valued else []
    if one.n_papers < one.n_units:
        notes.append("at least so many, since units of one paper go together")
    return More(papers, max(0, papers - there), "; ".join(notes))


def more_for_share(codes: tuple[CodeShare, ...], width: float, frame: int) -> More:
    """How many papers must be coded for intervals of this width of all of a variable's shares?

    By `plan_gold` for the share nearest to a half, whose interval is widest; for papers drawn at random.
    """
    values = [
        (one.low.value + one.high.value) / 2
        for one in codes
        if one.low.value is not None and one.high.value is not None
    ]
    if not values:
        return More(None, None, "no share is known yet")
    share = min(max(min(values, key=lambda p: abs(p - 0.5)), _LEAST), 1 - _LEAST)
    needed = _gold(width, round(share, 2))
    if isinstance(needed, str):
        return More(None, None, needed)
    n_papers, n_outside = codes[0].n_papers, codes[0].n_outside
    inside = n_papers - n_outside
    notes = []
    if n_outside and inside:
        needed = -(-needed * n_papers // inside)
        notes.append(f"asked of {inside:,} of {n_papers:,} papers so far")
    if codes[0].n_undecided:
        notes.append("once disagreements are decided")
    if frame and needed >= frame:
        notes.append(f"all {frame:,} papers that there were to draw from")
        needed = frame
    return More(needed, max(0, needed - n_papers), "; ".join(notes))


def _margins(table: CodingTable, one: VariableAgreement) -> dict[str, float]:
    """How often is each code given, by people: a share of the answers (of sets: of the sets)?"""
    names = list(one.codings)
    coded = table.coded(one.variable, names)
    times = np.bincount(coded.places[coded.places >= 0], minlength=len(coded.labels))
    total = max(int(times.sum()), 1)
    margins = {}
    for code in table.codes[one.variable]:
        has = [code in label if isinstance(label, frozenset) else code == label for label in coded.labels]
        n = int(times[np.array(has, dtype=bool)].sum())
        if n:
            margins[code] = n / total
    return margins


@lru_cache(maxsize=4096)
def _double(width: float, alpha: float, shares: tuple[float, ...]) -> int | str:
    """Units to code twice, or why there is no number."""
    least = tuple(max(share, 0.01) for share in shares)
    total = sum(least)
    if len(least) < 2:
        return "only one code was given so far"
    try:
        return plan_double(width=width, alpha=alpha, margins=[share / total for share in least]).n_units
    except UnivocalError as error:
        return str(error)


@lru_cache(maxsize=4096)
def _gold(width: float, share: float) -> int | str:
    """Papers to code, or why there is no number."""
    try:
        return plan_gold(width=width, prevalence=share).n
    except UnivocalError as error:
        return str(error)
