"""`univocal prevalence`: how often does each code occur?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from univocal.cli.codings import Beside, Reading, Results, from_table, reading, results
from univocal.errors import UnivocalError

if TYPE_CHECKING:
    from univocal.statistics.prevalence_rule import Method


@click.command(
    epilog="Example: univocal prevalence codings.csv --unit paper --coder coder --code code --gold people --machine model",
)
@reading
@click.option("--gold", metavar="CODER", help="Whose codes are taken as right; needed without --gold-from.")
@from_table("gold")
@click.option("--machine", metavar="CODER", help="Who coded all papers; must not have learned from the gold.")
@click.option(
    "--allow-machine-gold", is_flag=True, help="Let a machine coder be the gold: shares of what it says."
)
@click.option("--weight", metavar="COLUMN", help="Sampling weight of the paper, above 0.")
@click.option("--stratum", metavar="COLUMN", help="Stratum that the paper was sampled from.")
@click.option("--by", metavar="COLUMN", help="A share for each value too, such as each year.")
@click.option(
    "--method",
    type=click.Choice(["auto", "gold-alone", "weighted", "mover", "ppi", "dsl"]),
    default="auto",
    show_default=True,
    help="auto takes the documented rule, and says what it took.",
)
@results
def prevalence(
    *,
    source: Reading,
    gold: str | None,
    beside: Beside | None,
    machine: str | None,
    allow_machine_gold: bool,
    weight: str | None,
    stratum: str | None,
    by: str | None,
    method: Method,
    wanted: Results,
) -> None:
    """In what share of the corpus does each code occur, given codes by hand of a sample and perhaps a machine's of all?

    FILE is a CSV, TSV or Parquet file, the folder of an atlas or of `univocal code`, or a file of coded papers; several are put
    together. Tables need --unit, --coder and --code, or --unit and --coders-in. A table of gold codes beside them is
    named in --gold-from. Coded papers and atlases bring their own weights, strata, years and venues.

    Exit status: 0 done; 2 misuse (nothing is written).
    """
    from univocal.estimates.prevalence import prevalence as measure

    if gold is None:
        raise UnivocalError(
            "whose codes are the gold? Name their coder in --gold, or their table in --gold-from."
        )
    groups = () if by is None else (by,)
    table = source.table(
        beside=beside, all_variables=True, sampled=True, weight=weight, stratum=stratum, groups=groups
    )
    result = measure(
        table, gold=gold, machine=machine, by=by, variables=source.only_variables or None, method=method,
        level=wanted.level, allow_machine_gold=allow_machine_gold,
    )  # fmt: skip
    if not wanted.put_out("prevalence", result.as_dict(), result.rows()):
        from univocal.cli.prevalence_text import show

        show(result)
