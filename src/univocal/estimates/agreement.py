"""How far do the coders of a table agree, variable by variable, pair by pair, code by code?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from univocal.coders.llm.names import kin_warnings
from univocal.errors import UnivocalError
from univocal.estimates.coding_table import CodingTable
from univocal.statistics import (
    Estimate,
    brennan_prediger,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
    set_alpha,
)
from univocal.statistics.codings import Coded
from univocal.statistics.distances import SET_DISTANCES
from univocal.statistics.intervals import Interval

SCALES = ("nominal", "ordinal", "interval", "ratio")

#: More pairs of coders than this are not listed one by one.
MOST_PAIRS = 190

Coefficient = Callable[..., Estimate]


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How far do two coders agree? Cohen's κ (α with Jaccard distance for sets) and percent agreement."""

    coders: tuple[str, str]
    coefficient: Estimate
    percent: Estimate


@dataclass(frozen=True, slots=True)
class VariableAgreement:
    """How far do the coders agree on one variable?

    ``coefficients`` are all of them by name; ``by_code`` is α of each code against all others; ``pairs`` is empty where
    there are more pairs than ``MOST_PAIRS``. ``codings`` counts the answers of each coder, ``missing`` those left open.
    """

    variable: str
    scale: str
    set_valued: bool
    n_units: int
    n_papers: int
    codings: Mapping[str, int]
    missing: int
    coefficients: Mapping[str, Estimate]
    by_code: Mapping[str, Estimate]
    pairs: tuple[PairAgreement, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement on each variable of a table, what was left out of it, and what must be said with it."""

    variables: tuple[VariableAgreement, ...]
    level: float
    left_out: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values, schema ``univocal.agreement/1`` (docs/reference/coding-statistics.md)."""
        return {
            "schema": "univocal.agreement/1",
            "notes": list(self.notes),
            "level": self.level,
            "left_out": dict(self.left_out),
            "variables": {one.variable: _variable(one) for one in self.variables},
        }

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each estimate, for a table or CSV."""
        return [row for one in self.variables for row in _rows(one)]


def agreement(
    table: CodingTable,
    *,
    scale: str = "nominal",
    interval: Interval | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Agreement:
    """How far do the coders of a table agree on each of its variables, beyond chance?

    Args:
        table: the codings; `CodingTable.only` chooses variables and coders. Coders whose codes were made from the others'
            are left out (`CodingTable.independent`), unless they were chosen by name.
        scale: of the codes of variables with one answer: "nominal", "ordinal", "interval" or "ratio".
        interval: "analytic", "jackknife", "bootstrap" or "none" for all; each coefficient's own where None.
        level: nominal coverage of the intervals, in (0, 1).
        n_boot: resamples of the bootstrap.
        seed: of the resampling.

    Units of one paper stand or fall together: intervals leave out, or draw, whole papers.

    Raises:
        UnivocalError: an unknown scale, codes that it can't take, a level outside (0, 1).

    >>> rows = [(f"p{i}", coder, "about", code) for coder in ("ann", "bob") for i, code in enumerate("xxyxyyxyxx")]
    >>> agreement(CodingTable.of(rows)).variables[0].coefficients["krippendorff_alpha"].value
    1.0
    """
    if scale not in SCALES:
        raise UnivocalError(f"scale must be one of {', '.join(SCALES)}, got {scale!r}")
    how = {
        "level": level,
        "n_boot": n_boot,
        "seed": seed,
        **({} if interval is None else {"interval": interval}),
    }
    own = table.independent()
    return Agreement(
        tuple(_agreement(own, variable, scale, how) for variable in own.variables),
        level,
        own.left_out,
        (*own.notes, *kin_warnings(own.coders)),
    )


def _agreement(table: CodingTable, variable: str, scale: str, how: Mapping[str, Any]) -> VariableAgreement:
    coders, units = table.coders_of(variable), table.units_of(variable)
    coded = table.coded(variable, coders, units)
    papers = table.paper_of_unit[units]
    more = {**how, "clusters": None if len(set(papers.tolist())) == len(units) else papers.tolist()}
    sets = variable in table.set_valued
    measures = _of_sets() if sets else _of_codes(scale, len(coders))
    many = len(coders) * (len(coders) - 1) // 2 > MOST_PAIRS
    return VariableAgreement(
        variable=variable,
        scale="sets" if sets else scale,
        set_valued=sets,
        n_units=len(units),
        n_papers=len(np.unique(papers)),
        codings={name: int((row >= 0).sum()) for name, row in zip(coders, coded.places, strict=True)},
        missing=int(table.missing[table.variables.index(variable)].sum()),
        coefficients={name: measure(coded, **more) for name, measure in measures.items()},
        by_code={
            code: krippendorff_alpha(_one_code(coded, code, sets=sets), **more)
            for code in table.codes[variable]
        },
        pairs=()
        if many
        else tuple(
            _pair(coded, coders, pair, more, sets=sets) for pair in combinations(range(len(coders)), 2)
        ),
    )


def _of_codes(scale: str, n_coders: int) -> dict[str, Coefficient]:
    measures: dict[str, Coefficient] = {"percent_agreement": percent_agreement}
    if n_coders == 2:
        measures |= {"scott_pi": scott_pi, "cohen_kappa": cohen_kappa}
    measures |= {"fleiss_kappa": fleiss_kappa, "brennan_prediger": brennan_prediger, "gwet_ac1": gwet_ac1}
    if scale != "nominal":
        weights = "ordinal" if scale == "ordinal" else "quadratic"
        if n_coders == 2:
            measures[f"cohen_kappa_{weights}"] = partial(cohen_kappa, weights=weights)
        measures[f"gwet_ac2_{weights}"] = partial(gwet_ac2, weights=weights)
        measures[f"krippendorff_alpha_{scale}"] = partial(krippendorff_alpha, distance=scale)
    return measures | {"krippendorff_alpha": krippendorff_alpha}


def _of_sets() -> dict[str, Coefficient]:
    """Whole sets alike or not, and α with each distance of sets, by its name."""
    alike: dict[str, Coefficient] = {"percent_agreement": percent_agreement}
    return alike | {f"set_alpha_{name}": partial(set_alpha, distance=name) for name in SET_DISTANCES}


def _one_code(coded: Coded, code: str, *, sets: bool) -> Coded:
    """Is it this code or not? The same cells, with two labels."""
    has = [code in label if sets else code == label for label in coded.labels]  # type: ignore[operator]
    table = np.array([*has, -1], dtype=np.int8)
    return Coded(table[coded.places], (False, True))


def _pair(
    coded: Coded, coders: Sequence[str], pair: tuple[int, int], how: Mapping[str, Any], *, sets: bool
) -> PairAgreement:
    two = Coded(coded.places[list(pair)], coded.labels)
    return PairAgreement(
        (coders[pair[0]], coders[pair[1]]),
        set_alpha(two, **how) if sets else cohen_kappa(two, **how),
        percent_agreement(two, **how),
    )


def _variable(one: VariableAgreement) -> dict[str, Any]:
    return {
        "scale": one.scale,
        "n_units": one.n_units,
        "n_papers": one.n_papers,
        "codings": dict(one.codings),
        "missing": one.missing,
        "coefficients": {name: asdict(estimate) for name, estimate in one.coefficients.items()},
        "by_code": {code: asdict(estimate) for code, estimate in one.by_code.items()},
        "pairs": [
            {"coders": list(p.coders), "coefficient": asdict(p.coefficient), "percent": asdict(p.percent)}
            for p in one.pairs
        ],
    }


def _rows(one: VariableAgreement) -> list[dict[str, Any]]:
    everyone = " ".join(one.codings)
    found = [("all codes", everyone, name, estimate) for name, estimate in one.coefficients.items()]
    found += [(code, everyone, "krippendorff_alpha", estimate) for code, estimate in one.by_code.items()]
    name = "set_alpha_jaccard" if one.set_valued else "cohen_kappa"
    for pair in one.pairs:
        found += [("all codes", " ".join(pair.coders), name, pair.coefficient)]
        found += [("all codes", " ".join(pair.coders), "percent_agreement", pair.percent)]
    return [
        {"variable": one.variable, "code": code, "coders": coders, "coefficient": name, **asdict(estimate)}
        for code, coders, name, estimate in found
    ]
