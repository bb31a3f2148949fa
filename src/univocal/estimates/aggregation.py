"""One code for each unit out of what several coders said, how each coder does against it, and who errs together."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.coders.llm.names import kin_warnings
from univocal.errors import UnivocalError
from univocal.estimates.aggregation_report import (
    Against,
    AggregatedCoder,
    Aggregation,
    Code,
    Dependence,
    VariableAggregate,
    fits_of,
)
from univocal.estimates.coding_sets import distinct_sets
from univocal.estimates.coding_table import CodingTable, Places
from univocal.plugins import did_you_mean
from univocal.statistics.aggregate_result import Aggregate
from univocal.statistics.aggregates import Method
from univocal.statistics.aggregates import aggregate as combined
from univocal.statistics.answers import Answers
from univocal.statistics.codings import smallest_type
from univocal.statistics.confusion import CoderReport, coder_report
from univocal.statistics.dependence import error_dependence
from univocal.statistics.matrix import Array, ratio
from univocal.statistics.result import Estimate, check_level

METHODS = ("majority", "dawid_skene", "mace")

#: With more coders than this and no adjudicated codes, nobody is tested for erring together: a crowd's answers are too
#: sparse for the test, which then flags pairs whose common errors hardly exceed the expected ones.
MOST_UNSEEN = 20

_OWN_PART = (
    "this coder's answers helped to make the aggregate, which is taken as known: the share tends to be too high, "
    "and the true interval is wider"
)


def aggregate(
    table: CodingTable,
    *,
    method: Method = "majority",
    truth: str | None = None,
    machine: Collection[str] = (),
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
    dependence: bool = True,
    max_iterations: int | None = None,
) -> Aggregation:
    """Which code has each unit, if all coders are heard; how good is each coder; who errs together?

    Args:
        table: the codings; `CodingTable.only` chooses variables and coders.
        method: "majority", "dawid_skene" or "mace" (see `univocal.statistics`).
        truth: the coder whose codes are the adjudicated ones. They are left out of the aggregation, and the aggregate
            and every coder are held against them. None: the coder whose codes were made from the others', if there is
            one (`CodingTable.derived`); such codes are never aggregated.
        machine: coders that are machines, beside those that the table knows of: pairs of them come first among the
            warnings.
        level: nominal coverage of intervals, in (0, 1). Coders are said to err together at 1 - level.
        n_boot: resamples of papers, used where a paper has several units.
        seed: of the resampling and of MACE's starts.
        dependence: look for coders that err together. The cost is that of all pairs with 20 shared units.
        max_iterations: of a model's fit, where its own default doesn't suffice.

    Only adjudicated codes make a finding of dependence a warning. Without them it is a hint, and none of fewer than
    `aggregation_report.FEWEST_COMMON` expected errors in common; crowds of more than `MOST_UNSEEN` coders aren't tested
    then. p values of dependence are adjusted for all pairs of a variable, and for the number of its codes where
    answers are sets.

    Raises:
        UnivocalError: an unknown method or coder, the truth among the machines, a level outside (0, 1), or nobody
            but the truth coded anything.

    >>> rows = [(f"p{i}", name, "about", code) for name, codes in {"ann": "aabb", "bob": "abbb", "cy": "aaba"}.items()
    ...         for i, code in enumerate(codes)]
    >>> result = aggregate(CodingTable.of(rows)).variables[0]
    >>> result.codes, result.vote_share.round(2).tolist()
    (('a', 'a', 'b', 'b'), [1.0, 0.67, 1.0, 0.67])
    """
    check_level(level)
    if method not in METHODS:
        raise UnivocalError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    truth, table, notes = _truth(table, truth)
    known = (name for name in table.coders if name in table.machines and name != truth)
    machines = tuple(dict.fromkeys([*machine, *known]))
    for role, name in [("truth", truth)] * (truth is not None) + [("machine", name) for name in machines]:
        if name not in table.coders:
            raise UnivocalError(
                f"{role}: no coder {name!r} in the codings. {did_you_mean(str(name), table.coders)}"
            )
    if truth in machines:
        raise UnivocalError(f"{truth!r} can't be both the truth and a machine coder. Leave it out of one.")
    how: dict[str, Any] = {"level": level, "n_boot": n_boot, "seed": seed}
    results, left_out = [], dict(table.left_out)
    for name in table.variables:
        if set(table.coders_of(name)) <= {truth}:
            left_out["variables without any answer to aggregate"] = (
                left_out.get("variables without any answer to aggregate", 0) + 1
            )
            continue
        fit = _options(method, seed, max_iterations)
        results.append(_aggregated(table, name, method, truth, machines, how, fit, dependence=dependence))
    if not results:
        others = f" but {truth!r}" if truth is not None else ""
        raise UnivocalError(f"nobody{others} coded anything, so there is nothing to aggregate")
    return Aggregation(tuple(results), method, truth, machines, level, left_out, notes)


def _truth(table: CodingTable, truth: str | None) -> tuple[str | None, CodingTable, tuple[str, ...]]:
    """Whose codes are the truth, the table to aggregate, and what must be said."""
    notes = (*table.notes, *kin_warnings(name for name in table.coders if name != truth))
    if truth in table.machines:
        notes = (*notes, f"The truth is {truth!r}, a machine coder: right means that it says the same.")
    if truth is None and len(table.derived) == 1:
        (truth,) = table.derived
        told = (
            f"{truth!r} is taken as the truth (--truth names another). It was made from the coders' codes, so they look "
            "better by it than they are."
        )
        notes = (*notes, told)
    return truth, table if truth in table.derived else table.independent(), notes


def _aggregated(
    table: CodingTable,
    variable: str,
    method: Method,
    truth: str | None,
    machines: tuple[str, ...],
    how: Mapping[str, Any],
    fit: Mapping[str, Any],
    *,
    dependence: bool,
) -> VariableAggregate:
    names = [name for name in table.coders_of(variable) if name != truth]
    answers, units = _answers(table, variable, names)
    sets = variable in table.set_valued
    known = _codes_of(table, variable, truth, units)
    papers = table.paper_of_unit[units]
    clusters = None if len(np.unique(papers)) == len(units) else papers.tolist()
    more = {**how, "clusters": clusters}
    model = combined(answers, method, **fit)
    choice: tuple[Any, ...] = model.choice
    at = {label: place for place, label in enumerate(answers.labels)}
    # -1: tied; behind all labels: a set that nobody gave as a whole
    chosen = np.fromiter(
        (-1 if one is None else at.get(one, len(at)) for one in choice), np.intp, len(choice)
    )
    n_answers = np.bincount(answers.unit, minlength=len(units))
    won = (answers.label == chosen[answers.unit]).astype(np.float64)
    votes: Array = np.bincount(answers.unit, won, minlength=len(units)).astype(np.float64)
    labels: tuple[Any, ...] = model.labels
    return VariableAggregate(
        variable=variable,
        set_valued=sets,
        method=model.method,
        units=tuple(table.units[place] for place in units.tolist()),
        codes=choice,
        posterior=model.posterior,
        labels=labels,
        probability=np.where(
            (chosen < 0) | (method == "majority"), np.nan, _certainty(model, chosen, sets=sets)
        ),
        vote_share=np.where(chosen < 0, np.nan, ratio(votes, n_answers.astype(np.float64))),
        n_answers=n_answers,
        truth=known,
        accuracy=_right(chosen >= 0, choice, known, more) if known else None,
        fits=fits_of(model),
        coders=_coders(answers, model, choice, known, machines, more),
        dependence=_dependence(answers, labels, known, machines, how["level"]) if dependence else (),
    )


def _options(method: str, seed: int, max_iterations: int | None) -> dict[str, Any]:
    """Standard errors of parameters aren't reported, and cost more than the fit."""
    if method == "majority":
        return {}
    more = {} if max_iterations is None else {"max_iterations": max_iterations}
    return {"standard_errors": "none", "seed": seed, **more}


def _answers(table: CodingTable, variable: str, names: Sequence[str]) -> tuple[Answers, Places]:
    """What these coders answered, as columns, and the places of the units that they answered."""
    wanted = np.full(len(table.coders), -1, dtype=np.int64)
    wanted[[table.coders.index(name) for name in names]] = np.arange(len(names))
    rows = np.flatnonzero((table.variable == table.variables.index(variable)) & (wanted[table.coder] >= 0))
    units, unit = np.unique(table.unit[rows], return_inverse=True)
    coder, code = wanted[table.coder[rows]], table.code[rows].astype(np.int64)
    labels: tuple[Hashable, ...]
    if variable in table.set_valued:
        cell, code, labels = distinct_sets(unit * len(names) + coder, code, table.codes[variable])
        unit, coder = np.divmod(cell, len(names))
    else:
        used, code = np.unique(code, return_inverse=True)
        labels = tuple(table.codes[variable][place] for place in used.tolist())
        order = np.argsort(unit, kind="stable")
        unit, coder, code = unit[order], coder[order], code[order]
    answers = Answers(
        unit.astype(np.int32), coder.astype(smallest_type(len(names))), code.astype(smallest_type(len(labels))),
        len(units), tuple(names), labels,
    )  # fmt: skip
    return answers, units


def _codes_of(table: CodingTable, variable: str, coder: str | None, units: Places) -> tuple[Code, ...]:
    """The codes of one coder; nothing where there is no such coder."""
    if coder is None:
        return ()
    coded = table.coded(variable, [coder], units)
    labels: tuple[Any, ...] = (*coded.labels, None)
    return tuple(labels[place] for place in coded.places[0].tolist())


def _certainty(model: Aggregate, chosen: NDArray[np.intp], *, sets: bool) -> Array:
    posterior = model.posterior
    if not posterior.shape[1]:
        return np.ones(len(posterior))
    if sets:
        certain: Array = np.maximum(posterior, 1 - posterior).min(axis=1)
        return certain
    found: Array = posterior[np.arange(len(posterior)), chosen]
    return found


def _right(
    decided: NDArray[np.bool_], guess: Sequence[Code], truth: Sequence[Code], how: Mapping[str, Any]
) -> Estimate:
    """The share of units of known truth with the right guess."""
    units = np.arange(len(guess), dtype=np.int32)
    one = Answers(
        units, np.zeros(len(units), np.int8), np.zeros(len(units), np.int8), len(units), ("",), (False, True)
    )
    estimate = _shares_right(
        [one], [np.array([a == b for a, b in zip(guess, truth, strict=True)])], truth, how
    )[0]
    known = np.array([code is not None for code in truth], dtype=bool)
    ties = int((known & ~decided).sum())
    return replace(estimate, method=f"{estimate.method}; {ties} ties count as wrong") if ties else estimate


def _shares_right(
    parts: Sequence[Answers],
    right: Sequence[NDArray[np.bool_]],
    truth: Sequence[Code],
    how: Mapping[str, Any],
) -> list[Estimate]:
    """For each coder of the answers: the share that is right, as the accuracy of answers "right" where that is true."""
    known = [None if code is None else True for code in truth]
    return [
        report.accuracy
        for answers, hit in zip(parts, right, strict=True)
        for report in coder_report(
            replace(answers, label=hit.astype(np.int8), labels=(False, True)), known, **how
        )
    ]


def _coders(
    answers: Answers,
    model: Any,
    choice: Sequence[Code],
    truth: Sequence[Code],
    machines: Collection[str],
    how: Mapping[str, Any],
) -> tuple[AggregatedCoder, ...]:
    n_answers = np.bincount(answers.coder, minlength=answers.n_coders).tolist()
    by_aggregate = _against(answers, model, choice, how)
    by_truth = _against(answers, None, truth, how) if truth else [None] * answers.n_coders
    return tuple(
        AggregatedCoder(str(name), name in machines, n, aggregate, true)
        for name, n, aggregate, true in zip(answers.coders, n_answers, by_aggregate, by_truth, strict=True)
    )


def _against(answers: Answers, model: Any, truth: Sequence[Code], how: Mapping[str, Any]) -> list[Against]:
    """Each coder against the model's posteriors, or against codes where there is no model."""
    if not answers.are_sets:
        reports = coder_report(answers, truth if model is None else model, **how)
        return [Against(one.accuracy, {"all codes": one}) for one in reports]
    at = {label: place for place, label in enumerate(answers.labels)}
    places = np.fromiter(
        (-1 if code is None else at.get(code, len(at)) for code in truth), np.intp, len(truth)
    )
    shares = _shares_right([answers], [answers.label == places[answers.unit]], truth, how)
    if model is not None:
        shares = [one if one.value is None else replace(one, caution=_OWN_PART) for one in shares]
    codes = _all_codes(answers, truth)
    by_code: list[tuple[CoderReport, ...]] = []
    for code in codes:
        asked = _one_code(answers, code)
        there = model is not None and code in model.labels
        true: Any = model.by_label[model.labels.index(code)] if there else _has(truth, code)
        by_code.append(coder_report(asked, true, **how))
    return [
        Against(share, {code: reports[place] for code, reports in zip(codes, by_code, strict=True)})
        for place, share in enumerate(shares)
    ]


def _all_codes(answers: Answers, truth: Sequence[Code]) -> list[str]:
    found: set[str] = set()
    for one in {*answers.labels, *truth}:
        found |= one if isinstance(one, frozenset) else set()
    return sorted(found)


def _one_code(answers: Answers, code: str) -> Answers:
    """Is this code in the set or not? The same answers with two labels."""
    return answers.recoded([code in label for label in answers.labels], (False, True))  # type: ignore[operator]


def _has(truth: Sequence[Code], code: str) -> list[bool | None]:
    return [None if one is None else code in one for one in truth]


def _dependence(
    answers: Answers, codes: Sequence[str], truth: Sequence[Code], machines: Collection[str], level: float
) -> tuple[Dependence, ...]:
    questions: list[tuple[str | None, Answers, Sequence[Any]]] = [(None, answers, truth)]
    if answers.are_sets:
        questions = [(code, _one_code(answers, code), _has(truth, code)) for code in codes]
    found = []
    for code, asked, true in questions:
        pairs = error_dependence(asked, truth=true, level=level) if truth else ()
        if not pairs and answers.n_coders <= MOST_UNSEEN:
            pairs = error_dependence(asked, level=level)
        for pair in pairs:
            p_value = pair.adjusted_p_value
            adjusted = None if p_value is None else min(1.0, p_value * len(questions))
            found.append(
                Dependence(code, set(pair.coders) <= set(machines), replace(pair, adjusted_p_value=adjusted))
            )
    return tuple(sorted(found, key=_urgency))


def _urgency(one: Dependence) -> tuple[bool, bool, float]:
    p_value = one.evidence.adjusted_p_value
    return not one.machines, not (one.warns or one.hints), 2.0 if p_value is None else p_value
