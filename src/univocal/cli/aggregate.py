"""`univocal aggregate`: one code for each unit out of many coders' answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from univocal.cli.codings import names, put_out, reading, results, table_of

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
@click.option("--machine", callback=names, metavar="CODER,CODER", help="Which coders are machines.")
@click.option(
    "--dependence/--no-dependence", default=True, show_default=True, help="Look for coders that err together."
)
@click.option("--n-boot", type=click.IntRange(min=1), default=1000, show_default=True, help="Resamples.")
@results
def aggregate(
    *,
    files: tuple[Path, ...],
    method: Method,
    truth: str | None,
    machine: tuple[str, ...],
    dependence: bool,
    n_boot: int,
    level: float,
    seed: int,
    style: str,
    out: Path | None,
    **options: Any,
) -> None:
    """Which code has each unit: by majority, Dawid and Skene's model, or MACE. How good is each coder?

    FILE is a CSV, TSV or Parquet file, an atlas's folder, its codings.jsonl, or a file of coded papers; several are put
    together. Tables need --unit, --coder and --code, or --unit and --coders-in.

    CSV has one row for each unit. Coders whose errors are correlated are warned about, with the evidence: don't count
    them as independent.

    Exit status: 0 done; 1 done, with such a warning; 2 misuse (nothing is written).
    """
    from univocal.estimates.aggregation import aggregate as combine

    table = table_of(files, options)
    result = combine(
        table, method=method, truth=truth, machine=machine, level=level, n_boot=n_boot, seed=seed,
        dependence=dependence,
    )  # fmt: skip
    if not put_out("aggregation", style, out, result.as_dict(), result.rows()):
        from univocal.cli.aggregate_text import show

        show(result)
    if result.warnings:
        sys.exit(1)
