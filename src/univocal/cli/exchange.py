"""`univocal export`, and what `univocal import --from FORMAT` does: a study's codings out and in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from univocal.cli.study import STUDY, opened

if TYPE_CHECKING:
    from univocal.study.exchange import ImportedCodings
    from univocal.study.folder import Study

_SHOWN = 50


@click.command(epilog="Example: univocal export --study pilot --to csv -o codings.csv")
@STUDY
@click.option("--to", "format_", required=True, metavar="FORMAT", help="The file's format (see below).")
@click.option(
    "-o",
    "--output",
    "path",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write it.",
)
@click.option(
    "--coder", "coders", multiple=True, metavar="NAME", help="Only this one's codings; may be repeated."
)
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
def export(folder: Path, format_: str, path: Path, coders: tuple[str, ...], overwrite: bool) -> None:
    """Write a study's papers and codings for another tool, and say what its format can't hold.

    FORMAT is jsonl (everything, for Univocal), csv, parquet, label-studio, doccano, brat, webanno, cas, refi-qda, w3c, or ris
    and bibtex (papers alone); installed plug-ins may add others.

    Exit status: 0 done (what the format can't hold is told on stderr); 2 misuse.
    """
    from univocal.study.exchange import export as write

    with opened(folder) as study:
        report = write(study, format_, path, coders=coders, overwrite=overwrite)
    click.echo(
        f"{_many(report.papers, 'paper')}, {_many(report.codings, 'coding')} and {_many(report.spans, 'span')} to "
        f"{', '.join(str(file) for file in report.files)}."
    )
    if report.losses:
        click.echo("Not in the file:", err=True)
    for loss in report.losses:
        click.echo(f"  {loss.what}: {loss.count:,}", err=True)


def import_codings(study: Study, path: Path, format_: str) -> ImportedCodings:
    """Bring the codings of a file of a named format into a study, and tell what came of it on the terminal."""
    from univocal.study.exchange import import_codings as bring

    done = bring(study, path, format_)
    click.echo(
        f"{_many(done.codings, 'coding')} saved"
        + (f", {done.already:,} there already" if done.already else "")
        + f"; {_many(done.papers, 'paper')} added."
    )
    for loss in done.losses:
        click.echo(f"univocal: not taken over: {loss.what}: {loss.count:,}", err=True)
    for fault in done.faults[:_SHOWN]:
        click.echo(f"univocal: {fault.message}", err=True)
    if len(done.faults) > _SHOWN:
        click.echo(f"univocal: … and {len(done.faults) - _SHOWN:,} more", err=True)
    return done


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
