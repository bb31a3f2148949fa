"""`univocal prevalence`: how often does each code occur?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from univocal.cli.codings import put_out, reading, results, table_of

if TYPE_CHECKING:
    from univocal.statistics.prevalence_rule import Method


@click.command(
    epilog="Example: univocal prevalence codings.csv --unit paper --coder coder --code code --gold people --machine model",
)
@reading
@click.option("--gold", required=True, metavar="CODER", help="Whose codes are taken as right.")
@click.option("--machine", metavar="CODER", help="Who coded all papers; must not have learned from the gold.")
@click.option("--weight", metavar="COLUMN", help="Sampling weight of the paper, above 0.")
@click.option("--stratum", metavar="COLUMN", help="Stratum that the paper was sampled from.")
@click.option("--by", metavar="COLUMN", help="A share for each value too, such as each year.")
@click.option(
    "--method",
    type=click.Choice(["auto", "gold-alone", "weighted", "mover", "ppi"]),
    default="auto",
    show_default=True,
    help="auto takes the documented rule, and says what it took.",
)
@results
def prevalence(
    *,
    files: tuple[Path, ...],
    gold: str,
    machine: str | None,
    weight: str | None,
    stratum: str | None,
    by: str | None,
    method: Method,
    level: float,
    seed: int,
    style: str,
    out: Path | None,
    **options: Any,
) -> None:
    """In what share of the corpus does each code occur, given codes by hand of a sample and perhaps a machine's of all?

    FILE is a CSV, TSV or Parquet file, an atlas's folder, its codings.jsonl, or a file of coded papers; several are put
    together. Coded papers and atlases bring their own weights, strata, years and venues.

    Exit status: 0 done; 2 misuse (nothing is written).
    """
    from univocal.estimates.prevalence import prevalence as measure

    del seed  # nothing is drawn here; the option is common to the three commands
    groups = () if by is None else (by,)
    table = table_of(files, options, design={"weight": weight, "stratum": stratum, "groups": groups})
    result = measure(table, gold=gold, machine=machine, by=by, method=method, level=level)
    if not put_out("prevalence", style, out, result.as_dict(), result.rows()):
        from univocal.cli.prevalence_text import show

        show(result)
