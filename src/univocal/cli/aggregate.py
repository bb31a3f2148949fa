"""`univocal aggregate`: one code for each unit out of many coders' answers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from univocal.cli.codings import Beside, Reading, Results, from_table, names, reading, results

if TYPE_CHECKING:
    from univocal.statistics.aggregates import Method


@click.command(
    epilog="Example: univocal aggregate codings.csv --unit paper --coder coder --code code --method dawid_skene",
)
@reading
@click.option(
    "--method",
    type=click.Choice(["majority", "dawid_skene", "mace"]),
    default="majority",
    show_default=True,
    help="The most votes, or a model of who errs how.",
)
@click.option("--truth", metavar="CODER", help="Whose codes are the adjudicated ones; not aggregated.")
@from_table("truth")
@click.option("--machine", callback=names, metavar="CODER,CODER", help="Which coders are machines.")
@click.option(
    "--dependence/--no-dependence", default=True, show_default=True, help="Look for coders that err together."
)
@click.option("--n-boot", type=click.IntRange(min=1), default=1000, show_default=True, help="Resamples.")
@click.option(
    "--max-iterations", type=click.IntRange(min=1), help="Of a model's fit, if its own don't suffice."
)
@results
def aggregate(
    *,
    source: Reading,
    method: Method,
    truth: str | None,
    beside: Beside | None,
    machine: tuple[str, ...],
    dependence: bool,
    n_boot: int,
    max_iterations: int | None,
    wanted: Results,
) -> None:
    """Which code has each unit: by majority, Dawid and Skene's model, or MACE. How good is each coder?

    FILE is a CSV, TSV or Parquet file, the folder of an atlas or of `univocal code`, or a file of coded papers; several are put
    together. Tables need --unit, --coder and --code, or --unit and --coders-in. A table of true codes beside them is
    named in --truth-from.

    Codes that were made from the coders' own, such as the adjudicated ones of coded papers, are taken as the truth
    where no other is named; they are aggregated only if --only-coders names them.

    CSV has one row for each unit. Coders whose errors are correlated by the true codes are warned about, with the
    evidence: don't count them as independent.

    Exit status: 0 done; 1 done, with such a warning; 2 misuse (nothing is written).
    """
    from univocal.estimates.aggregation import aggregate as combine

    result = combine(
        source.table(beside=beside), method=method, truth=truth, machine=machine, level=wanted.level, n_boot=n_boot, seed=wanted.seed, dependence=dependence, max_iterations=max_iterations,
    )  # fmt: skip
    if not wanted.put_out("aggregation", result.as_dict(), result.rows()):
        from univocal.cli.aggregate_text import show

        show(result)
    if result.warnings:
        sys.exit(1)
