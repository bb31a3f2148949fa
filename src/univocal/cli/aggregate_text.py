"""An aggregation for a reader at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from univocal.cli.codings_text import Head, below, grid, placed, put
from univocal.cli.evaluate_text import interval
from univocal.estimates.aggregation import MOST_UNSEEN
from univocal.estimates.aggregation_report import Against, Aggregation, VariableAggregate

#: More of these are for the JSON and CSV.
_MOST_CODERS, _MOST_CODES, _MOST_WARNINGS, _MOST_HINTS = 12, 20, 6, 2


def show(result: Aggregation) -> None:
    """Print an aggregation to stdout, with what must be said of it."""
    put(_parts(result))


def _parts(result: Aggregation) -> Iterator[RenderableType]:
    for one in result.variables:
        yield from _variable(one, result)
    yield from below(result.left_out, result.notes)
    yield Text(
        "! marks an interval that can't be trusted; --format json says why. "
        f"Intervals have level {result.level:g}. Coders are part of the aggregate that they are held against. --format csv lists the code of each unit.",
        style="dim",
    )


def _variable(one: VariableAggregate, result: Aggregation) -> Iterator[RenderableType]:
    yield Text(one.variable, style="bold")
    yield Text(
        f"{len(one.units):,} units, {int(one.n_answers.sum()):,} answers of {len(one.coders):,} coders; "
        f"{one.n_ties:,} ties; {one.method}."
    )
    if one.converged is False:
        yield Text(f"Not converged: {one.convergence}.", style="bold")
    if one.accuracy is not None:
        n, method = one.accuracy.n, one.accuracy.method
        yield Text(f"Of {n:,} units that {result.truth} coded, right: {interval(one.accuracy)} ({method})")
    yield placed(_codes(one))
    yield placed(_coders(one, result))
    if len(one.coders) > _MOST_CODERS:
        yield Text(f"… and {len(one.coders) - _MOST_CODERS:,} more: see --format json")
    yield from _warnings(one)
    if result.truth is None and len(one.coders) > MOST_UNSEEN:
        yield Text(
            "Nobody was tested for erring together: with so many coders that takes true codes (--truth)."
        )


def _codes(one: VariableAggregate) -> Grid:
    counts: Counter[str] = Counter()
    for code, n in Counter(one.codes).items():
        for name in code if isinstance(code, frozenset) else [code]:
            counts[name if name is not None else "(tie)"] += n
        if code == frozenset():
            counts["(none)"] += n
    found = grid(Head("code", most=40), Head("units", right=True), Head("share", right=True))
    for name, n in counts.most_common(_MOST_CODES):
        found.add_row(Text(name), f"{n:,}", f"{100 * n / len(one.codes):.1f}%")
    rest = len(counts) - _MOST_CODES
    if rest > 0:
        found.add_row(Text(f"… and {rest} more"), f"{sum(sorted(counts.values())[:rest]):,}", "")
    return found


def _coders(one: VariableAggregate, result: Aggregation) -> Grid:
    right = [Head("right", least=5)] if result.truth is not None else []
    found = grid(
        Head("coder", least=8, most=24, folds=True),
        Head("answers", right=True),
        Head("as aggregate", least=13),
        *right,
        Head("commonest error", most=44, folds=True),
    )
    shown = sorted(one.coders, key=lambda coder: (not coder.machine, -coder.n_answers))[:_MOST_CODERS]
    for coder in shown:
        name = Text(coder.coder + (" (machine)" if coder.machine else ""))
        cells = [f"{coder.n_answers:,}", interval(coder.aggregate.accuracy)]
        if result.truth is not None:
            cells.append("" if coder.truth is None else interval(coder.truth.accuracy))
        found.add_row(name, *cells, Text(_error(coder.truth or coder.aggregate, sets=one.set_valued)))
    return found


def _error(one: Against, *, sets: bool) -> str:
    """Which mistake does the coder make most often, and on how many units?"""
    best, words = 0.5, "–"
    for code, report in one.confusion.items():
        wrong = np.array(report.counts, dtype=np.float64)
        np.fill_diagonal(wrong, 0)
        if not wrong.size or wrong.max() <= best:
            continue
        true, given = np.unravel_index(wrong.argmax(), wrong.shape)
        best = float(wrong.max())
        if sets:
            words = f"{best:,.0f} × {'' if report.labels[given] else 'not '}{code}"
        else:
            words = f"{best:,.0f} × {_short(report.labels[given])} for {_short(report.labels[true])}"
    return words


def _short(label: object) -> str:
    """A code in at most 17 characters, so that two of them fit."""
    name = str(label)
    return name if len(name) <= 17 else name[:16] + "…"


def _warnings(one: VariableAggregate) -> Iterator[RenderableType]:
    warnings, hints = one.warnings, one.hints
    told = [pair for pair in one.dependence if pair.machines and not (pair.warns or pair.hints)]
    for pair in warnings[:_MOST_WARNINGS]:
        machines = " (both are machines)" if pair.machines else ""
        yield Text(f"Warning{machines}: {pair.sentence}")
    if len(warnings) > _MOST_WARNINGS:
        yield Text(f"… and the like of {_pairs(len(warnings) - _MOST_WARNINGS)} more: see --format json")
    for pair in hints[:_MOST_HINTS]:
        yield Text(f"Hint: {pair.sentence}")
    if len(hints) > _MOST_HINTS:
        yield Text(f"… and the like of {_pairs(len(hints) - _MOST_HINTS)} more: see --format json")
    for pair in told[:_MOST_WARNINGS]:
        yield Text(pair.sentence.rstrip(".") + ".")
    if not (warnings or hints or told) and one.dependence:
        unknown = [pair for pair in one.dependence if pair.evidence.p_value is None]
        n = len(one.dependence) - len(unknown)
        if n:
            yield Text(f"No pair of coders errs together beyond chance ({n:,} tested).")
        elif unknown:
            yield Text(unknown[0].sentence.rstrip(".") + ".")


def _pairs(n: int) -> str:
    return f"{n:,} pair{'' if n == 1 else 's'}"
