"""An aggregation for a reader at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from univocal.cli.evaluate_text import WIDTH, interval
from univocal.estimates.aggregation import MOST_UNSEEN
from univocal.estimates.aggregation_report import Against, Aggregation, VariableAggregate

#: More of these are for the JSON and CSV.
_MOST_CODERS, _MOST_CODES, _MOST_WARNINGS = 12, 20, 6


def show(result: Aggregation) -> None:
    """Print an aggregation to stdout, as wide as the terminal but at least 100 columns."""
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH) if console.is_terminal else WIDTH
    for part in _parts(result):
        console.print(part)


def _parts(result: Aggregation) -> Iterator[RenderableType]:
    for one in result.variables:
        yield from _variable(one, result)
    for what, n in result.left_out.items():
        yield Text(f"Left out: {n:,} {what}")
    yield Text(
        "! marks an interval that can't be trusted; --format json says why. "
        f"Intervals have level {result.level:g}. Coders are part of the aggregate that they are held against. --format csv lists the code of each unit.",
        style="dim",
    )


def _variable(one: VariableAggregate, result: Aggregation) -> Iterator[RenderableType]:
    yield Text(one.variable, style="bold")
    yield Text(
        f"{len(one.units):,} units, {int(one.n_answers.sum()):,} answers of {len(one.coders):,} coders; "
        f"{one.n_ties:,} ties. {one.method}."
    )
    stuck = [code for code, fit in one.fits.items() if not fit.converged]
    if stuck:
        yield Text(f"Not converged: {', '.join(stuck)}. Don't trust these.", style="bold")
    if one.accuracy is not None:
        n, method = one.accuracy.n, one.accuracy.method
        yield Text(f"Of {n:,} units that {result.truth} coded, right: {interval(one.accuracy)} ({method})")
    yield Padding(_codes(one), (0, 0, 0, 1))
    yield Padding(_coders(one, result), (0, 0, 0, 1))
    if len(one.coders) > _MOST_CODERS:
        yield Text(f"… and {len(one.coders) - _MOST_CODERS:,} more: see --format json")
    yield from _warnings(one)
    if not one.dependence and len(one.coders) > MOST_UNSEEN:
        yield Text("Nobody was tested for erring together: with so many coders that takes --truth.")


def _codes(one: VariableAggregate) -> Grid:
    counts: Counter[str] = Counter()
    for code, n in Counter(one.codes).items():
        for name in code if isinstance(code, frozenset) else [code]:
            counts[name if name is not None else "(tie)"] += n
        if code == frozenset():
            counts["(none)"] += n
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    grid.add_column("code", max_width=40, no_wrap=True)
    grid.add_column("units", justify="right")
    grid.add_column("share", justify="right")
    for name, n in counts.most_common(_MOST_CODES):
        grid.add_row(Text(name), f"{n:,}", f"{100 * n / len(one.codes):.1f}%")
    rest = len(counts) - _MOST_CODES
    if rest > 0:
        grid.add_row(Text(f"… and {rest} more"), f"{sum(sorted(counts.values())[:rest]):,}", "")
    return grid


def _coders(one: VariableAggregate, result: Aggregation) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    grid.add_column("coder", max_width=24, no_wrap=True)
    grid.add_column("answers", justify="right")
    grid.add_column("as aggregate", no_wrap=True)
    if result.truth is not None:
        grid.add_column("right", no_wrap=True)
    grid.add_column("commonest error", max_width=44, no_wrap=True)
    shown = sorted(one.coders, key=lambda coder: (not coder.machine, -coder.n_answers))[:_MOST_CODERS]
    for coder in shown:
        name = Text(coder.coder + (" (machine)" if coder.machine else ""))
        cells = [f"{coder.n_answers:,}", interval(coder.aggregate.accuracy)]
        if result.truth is not None:
            cells.append("" if coder.truth is None else interval(coder.truth.accuracy))
        grid.add_row(name, *cells, Text(_error(coder.truth or coder.aggregate, sets=one.set_valued)))
    return grid


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
    warnings = one.warnings
    told = [pair for pair in one.dependence if pair.machines and not pair.warns]
    for pair in warnings[:_MOST_WARNINGS]:
        machines = " (both are machines)" if pair.machines else ""
        yield Text(f"Warning{machines}: {pair.sentence}")
    if len(warnings) > _MOST_WARNINGS:
        yield Text(f"… and {len(warnings) - _MOST_WARNINGS:,} more pairs err together: see --format json")
    for pair in told[:_MOST_WARNINGS]:
        yield Text(pair.sentence)
    if not warnings and not told and one.dependence:
        unknown = [pair for pair in one.dependence if pair.evidence.p_value is None]
        n = len(one.dependence) - len(unknown)
        if n:
            yield Text(f"No pair of coders errs together beyond chance ({n:,} tested).")
        elif unknown:
            yield Text(unknown[0].sentence)
