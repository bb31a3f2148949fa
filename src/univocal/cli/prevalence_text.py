"""Prevalence for a reader at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from univocal.cli.codings_text import Head, below, grid, placed, put
from univocal.cli.evaluate_text import number
from univocal.estimates.prevalence import MACHINE_NOTE, Prevalence, Share


def show(result: Prevalence) -> None:
    """Print shares to stdout, with what must be said of them."""
    put(_parts(result))


def _parts(result: Prevalence) -> Iterator[RenderableType]:
    marks: dict[str, int] = {}
    for variable, shares in groupby(result.shares, key=lambda one: one.variable):
        yield from _variable(variable, list(shares), result, marks)
    for variable, why in result.refused.items():
        yield Text(f"{variable}: no shares: {why}.")
    yield from below(result.left_out, result.notes)
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
    outside = f", {whole.n_outside:,} of which it isn't asked" if whole.n_outside else ""
    yield Text(f"{whole.n_papers:,} papers, {whole.n_gold:,} of them with gold{outside}")
    by = result.by is not None
    found = grid(
        Head(f"code, by {result.by}" if by else "code", least=20, most=24 if by and result.machine else 26),
        *([Head("gold", right=True)] if by else []),
        Head("share", least=5),
        Head(f"{result.level:g} interval", least=9),
        Head("together", least=9),
        *([] if result.machine is None else [Head("machine", right=True)]),
        Head("", least=3),
    )
    for one in shares:
        if one.n_gold or one.group is None:
            found.add_row(*_cells(one, result, marks))
    yield placed(found)
    empty = {one.group for one in shares if not one.n_gold and one.group is not None}
    if empty:
        yield Text(f"Not shown: {len(empty):,} of {result.by} without gold; see --format csv")


def _cells(one: Share, result: Prevalence, marks: dict[str, int]) -> Iterator[Text]:
    yield Text(one.code if one.group is None else f"  {one.group}")
    if result.by is not None:
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
