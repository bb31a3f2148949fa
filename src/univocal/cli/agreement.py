"""`univocal agreement`: how far do coders agree?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from univocal.cli.codings import Reading, Results, reading, results

if TYPE_CHECKING:
    from univocal.statistics.intervals import Interval


@click.command(
    epilog="Example: univocal agreement codings.csv --unit paper --coder coder --code code --format json",
)
@reading
@click.option(
    "--scale",
    type=click.Choice(["nominal", "ordinal", "interval", "ratio"]),
    default="nominal",
    show_default=True,
    help="Of the codes, where answers are single codes.",
)
@click.option(
    "--interval",
    type=click.Choice(["analytic", "jackknife", "bootstrap", "none"]),
    help="How intervals are made; each coefficient's own way if left out.",
)
@click.option("--n-boot", type=click.IntRange(min=1), default=1000, show_default=True, help="Resamples.")
@results
def agreement(
    *, source: Reading, scale: str, interval: Interval | None, n_boot: int, wanted: Results
) -> None:
    """How far do coders agree beyond chance: percent agreement, π, κ, AC1, α, by variable, code and pair of coders.

    FILE is a CSV, TSV or Parquet file, the folder of an atlas or of `univocal code`, or a file of coded papers; several are put
    together. Tables need --unit, --coder and --code, or --unit and --coders-in.

    Codes that were made from the coders' own, such as the adjudicated ones of coded papers, are left out unless
    --only-coders names them.

    Exit status: 0 done; 2 misuse (nothing is written).
    """
    from univocal.estimates.agreement import agreement as measure

    result = measure(
        source.table(machines=False),
        scale=scale,
        interval=interval,
        level=wanted.level,
        n_boot=n_boot,
        seed=wanted.seed,
    )
    if not wanted.put_out("agreement", result.as_dict(), result.rows()):
        from univocal.cli.agreement_text import show

        show(result)
