"""What aggregation found: the records, and how they go out as JSON and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.statistics.aggregate_result import Aggregate, LatentTruth
from univocal.statistics.aggregates import SetAggregate
from univocal.statistics.confusion import CoderReport
from univocal.statistics.dependence import ErrorDependence
from univocal.statistics.matrix import Array
from univocal.statistics.result import Estimate

#: What stands between the codes of a set in one cell of the CSV.
SET_SEPARATOR = "|"

#: Against an unseen truth, fewer expected errors in common than this are no ground even for a hint.
FEWEST_COMMON = 5

#: A code, or a set of codes; None where there is none.
Code = str | frozenset[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """How one coder does against the aggregate, or against adjudicated codes.

    ``accuracy`` is the share of answers that are right (for sets: the whole set). ``confusion`` holds one report for
    a variable with single codes, and for one with sets a report for each code, as a yes/no question.
    """

    accuracy: Estimate
    confusion: Mapping[str, CoderReport]


@dataclass(frozen=True, slots=True, eq=False)
class AggregatedCoder:
    """One coder against the aggregate and, where there are adjudicated codes, against those."""

    coder: str
    machine: bool
    n_answers: int
    aggregate: Against
    truth: Against | None


@dataclass(frozen=True, slots=True)
class Fit:
    """How the fit of a model ended: of the whole variable, or of one code of a set-valued one."""

    log_likelihood: float
    n_iterations: int
    converged: bool

    @property
    def sentence(self) -> str:
        """Can the fit be used, and if not, what is to be done?

        >>> Fit(-10.0, 5000, False).sentence
        'did not converge in 5,000 iterations: codes and shares may still move; allow more (max_iterations)'
        """
        if self.converged:
            return f"converged after {self.n_iterations:,} iterations"
        return (
            f"did not converge in {self.n_iterations:,} iterations: codes and shares may still move; "
            "allow more (max_iterations)"
        )


def fits_of(model: Aggregate) -> dict[str, Fit]:
    """How the fits of a model ended: by code for sets, else under "all codes"; none for a majority.

    >>> from univocal.statistics import dawid_skene
    >>> fits_of(dawid_skene(["aabb", "aabb", "aaba"]))["all codes"].converged
    True
    """
    if isinstance(model, SetAggregate):
        found = zip(map(str, model.labels), model.by_label, strict=True)
        return {code: fit for code, one in found for fit in fits_of(one).values()}
    if not isinstance(model, LatentTruth):
        return {}
    return {"all codes": Fit(model.log_likelihood, model.n_iterations, model.converged)}


@dataclass(frozen=True, slots=True)
class Dependence:
    """Do two coders err together? For a set-valued variable: on one of its codes. ``machines``: are both machines?

    With adjudicated codes the answer may be a warning; without, it is a hint at most.
    """

    code: str | None
    machines: bool
    evidence: ErrorDependence

    @property
    def warns(self) -> bool:
        """Are the errors correlated, by adjudicated codes?"""
        return self.evidence.correlated and self.evidence.truth == "known"

    @property
    def hints(self) -> bool:
        """Do the errors seem correlated, where the truth is unseen?

        No more than a hint: units that are hard for everybody look the same (docs/explanation/aggregation.md).
        """
        pair = self.evidence
        return pair.correlated and pair.truth == "unseen" and (pair.both_wrong or 0) >= FEWEST_COMMON

    @property
    def sentence(self) -> str:
        """The finding with its evidence."""
        return (f"Code {self.code}: " if self.code is not None else "") + self.evidence.sentence


@dataclass(frozen=True, slots=True, eq=False)
class VariableAggregate:
    """The aggregate of one variable.

    Attributes:
        variable: its name.
        set_valued: are answers sets of codes?
        method: how the aggregate was made, and what speaks against it.
        units: names of the units that a coder answered.
        codes: the chosen code (or set) of each unit; None for a tie.
        posterior: (units, labels) probabilities, or shares of votes for a majority; sets: of each code by itself.
        labels: the codes that coders gave: the posterior's columns.
        probability: (units,) of the chosen code; for sets the least certain of its yes/no answers; NaN for ties, and
            for a majority, whose shares are no probabilities.
        vote_share: (units,) share of the unit's answers that are the chosen one; NaN for a tie.
        n_answers: (units,) answers of the coders.
        truth: the adjudicated code of each unit, None where there is none; empty without adjudicated codes.
        accuracy: share of adjudicated units whose aggregate is right, ties counted as wrong; None without truth.
        fits: how the models' fits ended, by code for sets, else under "all codes"; empty for a majority, and where
            nothing could be fitted.
        coders: each coder's report.
        dependence: evidence for each pair of coders with enough shared units: pairs of machines first, then by p value.
    """

    variable: str
    set_valued: bool
    method: str
    units: tuple[str, ...]
    codes: tuple[Code, ...]
    posterior: Array
    labels: tuple[str, ...]
    probability: Array
    vote_share: Array
    n_answers: NDArray[np.intp]
    truth: tuple[Code, ...]
    accuracy: Estimate | None
    fits: Mapping[str, Fit]
    coders: tuple[AggregatedCoder, ...]
    dependence: tuple[Dependence, ...]

    @property
    def n_ties(self) -> int:
        """How many units have no code because the best are tied?"""
        return sum(code is None for code in self.codes)

    @property
    def warnings(self) -> tuple[Dependence, ...]:
        """The pairs that err together, by adjudicated codes."""
        return tuple(one for one in self.dependence if one.warns)

    @property
    def hints(self) -> tuple[Dependence, ...]:
        """The pairs that may err together, where the truth is unseen."""
        return tuple(one for one in self.dependence if one.hints)

    @property
    def converged(self) -> bool | None:
        """Did all fits converge? None where nothing is fitted, as by a majority."""
        return all(fit.converged for fit in self.fits.values()) if self.fits else None

    @property
    def n_iterations(self) -> int | None:
        """How many iterations did the longest fit take? None where nothing is fitted."""
        return max((fit.n_iterations for fit in self.fits.values()), default=None)

    @property
    def convergence(self) -> str:
        """Did the fits converge, and if not, which, and what is to be done? Empty where nothing is fitted."""
        stuck = {code: fit for code, fit in self.fits.items() if not fit.converged}
        if not self.fits or not self.set_valued:
            return "; ".join(fit.sentence for fit in self.fits.values())
        if not stuck:
            return f"all {len(self.fits):,} codes converged, after at most {self.n_iterations:,} iterations"
        return "; ".join(f"{code} {fit.sentence}" for code, fit in stuck.items())


@dataclass(frozen=True, slots=True, eq=False)
class Aggregation:
    """The aggregates of all variables of a table, what was left out, and what must be said with them."""

    variables: tuple[VariableAggregate, ...]
    method: str
    truth: str | None
    machine: tuple[str, ...]
    level: float
    left_out: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[Dependence, ...]:
        """All pairs of coders that err together and must not be counted as independent."""
        return tuple(warning for one in self.variables for warning in one.warnings)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values, schema ``univocal.aggregation/1`` (docs/reference/coding-statistics.md)."""
        return {
            "schema": "univocal.aggregation/1",
            "notes": list(self.notes),
            "method": self.method,
            "truth": self.truth,
            "machine": list(self.machine),
            "level": self.level,
            "left_out": dict(self.left_out),
            "variables": {one.variable: _variable(one) for one in self.variables},
        }

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each unit of each variable, for a table or CSV. Codes of a set stand between ``|``."""
        return [row for one in self.variables for row in _rows(one)]


def _plain(code: Code) -> str | list[str] | None:
    return sorted(code) if isinstance(code, frozenset) else code


def _numbers(values: Array) -> list[Any]:
    """Rounded numbers, None for NaN."""
    rounded = np.round(values, 6)
    found: list[Any] = np.where(np.isnan(rounded), None, rounded.astype(object)).tolist()  # type: ignore[call-overload]
    return found


def _variable(one: VariableAggregate) -> dict[str, Any]:
    return {
        "set_valued": one.set_valued,
        "method": one.method,
        "n_units": len(one.units),
        "n_ties": one.n_ties,
        "accuracy": None if one.accuracy is None else asdict(one.accuracy),
        "converged": one.converged,
        "n_iterations": one.n_iterations,
        "convergence": one.convergence,
        "fits": {code: {**asdict(fit), "sentence": fit.sentence} for code, fit in one.fits.items()},
        "coders": [
            {
                "coder": coder.coder, "machine": coder.machine, "n_answers": coder.n_answers,
                "against_aggregate": _compared(coder.aggregate),
                "against_truth": None if coder.truth is None else _compared(coder.truth),
            }
            for coder in one.coders
        ],
        "dependence": [
            {
                "code": pair.code, "machines": pair.machines, "correlated": pair.evidence.correlated, "warning": pair.warns,
                "hint": pair.hints, "sentence": pair.sentence, **asdict(pair.evidence), "coders": list(pair.evidence.coders),
            }
            for pair in one.dependence
        ],
        "labels": list(one.labels),
        "units": {
            "unit": list(one.units),
            "code": [_plain(code) for code in one.codes],
            "truth": [_plain(code) for code in one.truth] if one.truth else None,
            "probability": _numbers(one.probability),
            "vote_share": _numbers(one.vote_share),
            "n_answers": one.n_answers.tolist(),
            "posterior": _numbers(one.posterior),
        },
    }  # fmt: skip


def _compared(one: Against) -> dict[str, Any]:
    return {
        "accuracy": asdict(one.accuracy),
        "confusion": {
            code: {
                "labels": list(report.labels),
                "counts": np.round(report.counts, 3).tolist(),
                "recall": [asdict(estimate) for estimate in report.recall],
                "precision": [asdict(estimate) for estimate in report.precision],
            }
            for code, report in one.confusion.items()
        },
    }


def _rows(one: VariableAggregate) -> list[dict[str, Any]]:
    truth: Sequence[Code] = one.truth or (None,) * len(one.units)
    columns = zip(
        one.units, one.codes, truth, _numbers(one.probability), _numbers(one.vote_share), one.n_answers.tolist(),
        strict=True,
    )  # fmt: skip
    return [
        {
            "variable": one.variable, "unit": unit, "code": _cell(code), "probability": probability,
            "vote_share": share, "n_answers": n, "tie": code is None, **({"truth": _cell(true)} if one.truth else {}),
        }
        for unit, code, true, probability, share, n in columns
    ]  # fmt: skip


def _cell(code: Code) -> str | None:
    return SET_SEPARATOR.join(sorted(code)) if isinstance(code, frozenset) else code
