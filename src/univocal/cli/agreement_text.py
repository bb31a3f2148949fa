"""Agreement for a reader at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from univocal.cli.codings_text import Head, below, grid, placed, put
from univocal.cli.evaluate_text import interval, number
from univocal.estimates.agreement import MOST_PAIRS, Agreement, VariableAgreement
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

#: Longer names are cut.
_LONGEST = 40


def show(result: Agreement) -> None:
    """Print agreement to stdout."""
    put(_parts(result))


def _parts(result: Agreement) -> Iterator[RenderableType]:
    for one in result.variables:
        yield from _variable(one, result.level)
    yield from below(result.left_out, result.notes)
    yield Text(
        "! marks an interval that can't be trusted; --format json says why. Agreement says that coders read the codebook "
        "alike, not that they are right.",
        style="dim",
    )


def _variable(one: VariableAgreement, level: float) -> Iterator[RenderableType]:
    coders = ", ".join(f"{name} {n:,}" for name, n in list(one.codings.items())[:8])
    more = f" and {len(one.codings) - 8:,} more" if len(one.codings) > 8 else ""
    missing = f"; {one.missing:,} left open" if one.missing else ""
    papers = f" of {one.n_papers:,} papers" if one.n_papers != one.n_units else ""
    yield Text(f"{one.variable}", style="bold")
    yield Text(f"{one.n_units:,} units{papers}; codings: {coders}{more}{missing}")
    pairs = {" – ".join(pair.coders): pair.coefficient for pair in one.pairs}
    shown = pairs if 1 < len(pairs) <= _MOST_SHOWN else {}
    every = {NAMES[name]: estimate for name, estimate in one.coefficients.items()}
    parts = {
        "coefficient": every,
        "α, one code against the rest": one.by_code,
        "Jaccard α by pair" if one.set_valued else "Cohen's κ by pair": shown,
    }
    width = min(max(len(name) for part in parts.values() for name in part), _LONGEST)
    for what, part in parts.items():
        if part:
            yield placed(_filled(what, part, level, max(width, len("α, one code against the rest"))))
    if len(pairs) > _MOST_SHOWN:
        yield Text(f"{len(pairs)} pairs of coders: see --format csv.")
    elif len(one.codings) > 2 and not pairs:
        yield Text(f"More than {MOST_PAIRS} pairs of coders: choose some with --only-coders.")


def _filled(what: str, part: Mapping[str, Estimate], level: float, width: int) -> Grid:
    found = grid(
        Head(what, width=width),
        Head(f"value, {level:g} interval", least=20, folds=True),
        Head("SE", least=4, right=True),
        Head("units", least=5, right=True),
    )
    for name, estimate in part.items():
        if estimate.value is None:
            found.add_row(Text(name), Text(estimate.method, style="dim"), "", f"{estimate.n:,}")
        else:
            error = number(estimate.standard_error)
            found.add_row(Text(name), interval(estimate), error, f"{estimate.n:,}")
    return found
