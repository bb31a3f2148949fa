"""Agreement for a reader at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from univocal.cli.evaluate_text import WIDTH, interval, number
from univocal.estimates.agreement import Agreement, VariableAgreement
from univocal.statistics.result import Estimate

NAMES = {
    "percent_agreement": "percent agreement",
    "scott_pi": "Scott's π",
    "cohen_kappa": "Cohen's κ",
    "fleiss_kappa": "Fleiss' κ",
    "brennan_prediger": "Brennan–Prediger",
    "gwet_ac1": "Gwet's AC1",
    "krippendorff_alpha": "Krippendorff's α, nominal",
    "krippendorff_alpha_ordinal": "Krippendorff's α, ordinal",
    "krippendorff_alpha_interval": "Krippendorff's α, interval",
    "krippendorff_alpha_ratio": "Krippendorff's α, ratio",
    "cohen_kappa_ordinal": "Cohen's κ, ordinal weights",
    "cohen_kappa_quadratic": "Cohen's κ, quadratic weights",
    "gwet_ac2_ordinal": "Gwet's AC2, ordinal weights",
    "gwet_ac2_quadratic": "Gwet's AC2, quadratic weights",
    "set_alpha_jaccard": "α, Jaccard distance",
    "set_alpha_masi_passonneau": "α, MASI of Passonneau",
    "set_alpha_masi_dkpro": "α, MASI of DKPro",
}

#: More pairs than this are for the JSON and CSV.
_MOST_SHOWN = 15


def show(result: Agreement) -> None:
    """Print agreement to stdout, as wide as the terminal but at least 100 columns."""
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH) if console.is_terminal else WIDTH
    for part in _parts(result):
        console.print(part)


def _parts(result: Agreement) -> Iterator[RenderableType]:
    for one in result.variables:
        yield from _variable(one, result.level)
    for what, n in result.left_out.items():
        yield Text(f"Left out: {n:,} {what}")
    yield Text(
        "! marks an interval that can't be trusted; --format json says why. Agreement says that coders read the codebook "
        "alike, not that they are right.",
        style="dim",
    )


def _variable(one: VariableAgreement, level: float) -> Iterator[RenderableType]:
    coders = ", ".join(f"{name} {n:,}" for name, n in list(one.codings.items())[:8])
    more = f" and {len(one.codings) - 8} more" if len(one.codings) > 8 else ""
    missing = f"; {one.missing:,} left open" if one.missing else ""
    yield Text(f"{one.variable}", style="bold")
    yield Text(f"{one.n_units:,} units of {one.n_papers:,} papers; codings: {coders}{more}{missing}")
    grid = _grid("coefficient", level)
    for name, estimate in one.coefficients.items():
        _row(grid, NAMES[name], estimate)
    yield Padding(grid, (0, 0, 0, 1))
    grid = _grid("α, one code against the rest", level)
    for code, estimate in one.by_code.items():
        _row(grid, code, estimate)
    yield Padding(grid, (0, 0, 0, 1))
    if 1 < len(one.pairs) <= _MOST_SHOWN:
        grid = _grid("Jaccard α by pair" if one.set_valued else "Cohen's κ by pair", level)
        for pair in one.pairs:
            _row(grid, " – ".join(pair.coders), pair.coefficient)
        yield Padding(grid, (0, 0, 0, 1))
    elif len(one.codings) > 2:
        yield Text(f"{len(one.codings)} coders: see --format csv for pairs of them." if one.pairs else "")


def _grid(what: str, level: float) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    grid.add_column(what, width=40, no_wrap=True)
    grid.add_column(f"value, {level:g} interval", justify="left", min_width=20)
    grid.add_column("SE", justify="right")
    grid.add_column("units", justify="right")
    return grid


def _row(grid: Grid, name: str, estimate: Estimate) -> None:
    if estimate.value is None:
        grid.add_row(Text(name), Text(estimate.method, style="dim"), "", f"{estimate.n:,}")
    else:
        grid.add_row(Text(name), interval(estimate), number(estimate.standard_error), f"{estimate.n:,}")
