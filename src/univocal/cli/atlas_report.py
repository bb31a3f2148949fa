"""What `univocal atlas` says when it is done: counts, what was faulty, and where to look."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from univocal.atlas.run import Result
from univocal.atlas.summary import ABSTAINED
from univocal.codebook.model import Codebook

#: Faults beyond these are in atlas.json.
SHOWN = 12


def talk(result: Result, codebook: Codebook) -> None:
    """Tell the outcome of a run on stderr."""
    console = Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())
    summary = result.summary
    if result.resumed:
        console.print("Went on from an earlier run of the same inputs (--fresh begins anew).")
    about = summary.variables["about"]
    console.print(
        f"{summary.papers:,} papers; {summary.papers_with_mentions:,} mention align-, {summary.papers_ai:,} of them "
        f"in an AI sense at least once; {summary.n_mentions:,} mentions."
    )
    if summary.n_mentions:
        console.print(_senses(result, codebook))
        if about.abstained:
            console.print(
                f"On whether the paper is about AI alignment the coder abstained {about.abstained:,} times."
            )
        console.print(
            "[dim]Counts of what the machine coder said, not corrected for its errors; the ideals stand in the "
            "codebook's order.[/dim]"
        )
    _told(console, result)
    console.print(f"[bold]{escape(str(result.out / 'index.html'))}[/bold] in {result.seconds:.1f} s")


def _senses(result: Result, codebook: Codebook) -> Table:
    summary = result.summary
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("sense")
    table.add_column("mentions", justify="right")
    table.add_column("papers", justify="right")
    for code in codebook.variable("sense").codes:
        table.add_row(
            code.label,
            f"{summary.mentions.get(code.id, 0):,}",
            f"{summary.papers_by_sense.get(code.id, 0):,}",
        )
    table.add_row(
        "the coder abstained",
        f"{summary.mentions.get(ABSTAINED, 0):,}",
        f"{summary.papers_by_sense.get(ABSTAINED, 0):,}",
        style="dim",
    )
    return table


def _told(console: Console, result: Result) -> None:
    if n := result.n_duplicates:
        console.print(
            f"{n:,} duplicate{'s' * (n != 1)} left out (listed in {escape(str(result.out / 'duplicates.jsonl'))})."
        )
    if not result.faults:
        return
    lost = sum(fault.lost for fault in result.faults)
    n = len(result.faults)
    console.print(
        f"[bold]{n:,} fault{'s' * (n != 1)} in the input, {lost:,} paper{'s' * (lost != 1)} lost:[/bold]"
    )
    for fault in result.faults[:SHOWN]:
        console.print(f"  {escape(f'[{fault.kind}]')} {escape(fault.message)}")
    if n > SHOWN:
        console.print(f"  … and {n - SHOWN:,} more in {escape(str(result.out / 'atlas.json'))}")
