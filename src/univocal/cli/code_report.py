"""What `univocal code` says when it is done, and what `--status` says without doing anything."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import click
import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from univocal.sharding import Coded, Status

#: Faults, or missing shards, beyond these are counted.
SHOWN = 12

Style = Literal["text", "json"]


def talk(coded: Coded, style: Style) -> None:
    """Tell the outcome of a run on stderr; as JSON on stdout, if asked."""
    if style == "json":
        _print(
            {
                "out": str(coded.out),
                "counts": asdict(coded.counts),
                "shards": coded.n_shards,
                "shards_before": coded.n_before,
                "failed": coded.failed,
                "stale": coded.stale,
                "faults": [
                    {"where": f.where, "kind": f.kind, "message": f.message, "lost": f.lost}
                    for f in coded.faults
                ],
                "seconds": round(coded.seconds, 1),
            }
        )
    say, counts = _console(), coded.counts
    say.print(
        f"{counts.papers:,} papers; {counts.with_mentions:,} mention align-, with {counts.mentions:,} mentions; "
        f"{counts.rows:,} rows, in {counts.cant_say:,} of them the coder can't say."
    )
    say.print(f"{coded.n_shards:,} shards, {coded.n_before:,} of them there before.")
    n = len(coded.faults)
    if n:
        say.print(
            f"[bold]{n:,} fault{'s' * (n != 1)}, {sum(f.lost for f in coded.faults):,} papers lost:[/bold]"
        )
    for fault in coded.faults[:SHOWN]:
        say.print(f"  {escape(f'[{fault.kind}]')} {escape(fault.message)}")
    if n > SHOWN:
        say.print(f"  … and {n - SHOWN:,} more in {escape(str(coded.out / 'manifest.json'))}")
    if coded.stale:
        _stale(say, coded.stale)
    say.print(f"[bold]{escape(str(coded.out))}[/bold] in {coded.seconds:.1f} s")


def talk_status(found: Status, out: Path, style: Style) -> None:
    """Tell what is there, and what is missing."""
    if style == "json":
        _print(asdict(found))
        return
    say = _console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("coder", "version"):
        table.add_column(column)
    columns = ("shards", "papers", "with mentions", "mentions", "rows", "can't say", "lost")
    for column in columns:
        table.add_column(column, justify="right")
    for row in found.coders:
        numbers = [f"{row[c.replace(chr(39), '').replace(' ', '_')]:,}" for c in columns]
        table.add_row(escape(row["coder"]), escape(row["version"]), *numbers)
    say.print(table if found.coders else f"{escape(str(out))}: no shards yet.")
    if found.missing is None or found.planned is None:
        return
    say.print(f"{found.planned - len(found.missing):,} of {found.planned:,} shards are there.")
    for place in found.missing[:SHOWN]:
        say.print(f"  missing: {escape(place)}")
    if len(found.missing) > SHOWN:
        say.print(f"  … and {len(found.missing) - SHOWN:,} more")
    if found.stale:
        _stale(say, found.stale)


def _stale(say: Console, names: tuple[str, ...]) -> None:
    n = len(names)
    say.print(
        f"[bold]{n:,} shard{'s are' if n != 1 else ' is'} of other papers, or of another version or codebook:[/bold] "
        f"{escape(', '.join(names[:3]))}{', …' if n > 3 else ''}. Whoever reads the whole folder reads them too; "
        "--prune deletes them."
    )


def _console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def _print(document: dict[str, Any]) -> None:
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
