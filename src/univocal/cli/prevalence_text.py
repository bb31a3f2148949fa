"""Prevalence for a reader at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from univocal.cli.evaluate_text import WIDTH, number
from univocal.estimates.prevalence import MACHINE_NOTE, Prevalence, Share


def show(result: Prevalence) -> None:
    """Print shares to stdout, as wide as the terminal but at least 100 columns."""
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH) if console.is_terminal else WIDTH
    for part in _parts(result):
        console.print(part)


def _parts(result: Prevalence) -> Iterator[RenderableType]:
    marks: dict[str, int] = {}
    for variable, shares in groupby(result.shares, key=lambda one: one.variable):
        yield from _variable(variable, list(shares), result, marks)
    for variable, why in result.refused.items():
        yield Text(f"{variable}: no shares: {why}.")
    for what, n in result.left_out.items():
        yield Text(f"Left out: {n:,} {what}")
    for why, mark in marks.items():
        yield Text(f"[{mark}] {why}", style="dim")
    yield Text(
        f"together: bounds at {result.level:g} for all shares above at once (Bonferroni). Gold: {result.gold}.",
        style="dim",
    )
    if result.machine is not None:
        yield Text(f"machine: what {result.machine} said, uncorrected. {MACHINE_NOTE}", style="dim")


def _variable(
    variable: str, shares: list[Share], result: Prevalence, marks: dict[str, int]
) -> Iterator[RenderableType]:
    whole = shares[0]
    yield Text(variable, style="bold")
    yield Text(f"{whole.n_papers:,} papers, {whole.n_gold:,} of them with gold")
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    grid.add_column("code", min_width=20, max_width=26, no_wrap=True)
    if result.by is not None:
        grid.add_column(result.by, max_width=14, no_wrap=True)
        grid.add_column("gold", justify="right")
    grid.add_column("share", no_wrap=True, min_width=5)
    grid.add_column(f"{result.level:g} interval", no_wrap=True, min_width=13)
    grid.add_column("together", no_wrap=True, min_width=9)
    if result.machine is not None:
        grid.add_column("machine", justify="right", no_wrap=True)
    grid.add_column("", no_wrap=True, min_width=4)
    for one in shares:
        grid.add_row(*_cells(one, result, marks))
    yield Padding(grid, (0, 0, 0, 1))


def _cells(one: Share, result: Prevalence, marks: dict[str, int]) -> Iterator[Text]:
    yield Text(one.code if one.group is None else "")
    if result.by is not None:
        yield Text(one.group or "all")
        yield Text(f"{one.n_gold:,}")
    estimate, together = one.estimate, one.simultaneous
    yield Text(number(estimate.value))
    yield Text(f"{number(estimate.low)}–{number(estimate.high)}" if estimate.low is not None else "–")
    yield Text(f"{number(together.low)}–{number(together.high)}" if together.low is not None else "–")
    if result.machine is not None:
        yield Text(number(one.machine))
    # The JSON has the whole reason of each share; here shares with one kind of method have one mark.
    why = estimate.method.partition(" (")[0] + (
        ": see the caution in --format json" if estimate.caution else ""
    )
    yield Text(f"[{marks.setdefault(why, len(marks) + 1)}]", style="dim")
