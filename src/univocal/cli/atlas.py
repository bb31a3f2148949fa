"""`univocal atlas`: papers in, the atlas out."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from univocal.atlas.run import Progress


@click.command(
    epilog="Example: univocal atlas examples/acl-alignment 'more/*.pdf' -o atlas/",
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="Folder to write, made if need be."
)
@click.option(
    "--coder", default=None, metavar="NAME", help="Which coder settles the codes.  [default: trained]"
)
@click.option(
    "--codebook", "codebook_name", default=None, metavar="NAME|FILE", help="A codebook of your own."
)
@click.option("--workers", type=click.IntRange(min=1), default=None, help="Processes.  [default: one a core]")
@click.option("--fresh", is_flag=True, help="Begin anew, even where a killed run could go on.")
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help="What to print at the end."
)
def atlas(
    inputs: tuple[str, ...],
    out: Path,
    coder: str | None,
    codebook_name: str | None,
    workers: int | None,
    fresh: bool,
    style: str,
) -> None:
    """Read papers, settle the sense of every "alignment", and write an atlas of them.

    INPUT is files, folders or globs, gzip or not: JSONL, CSV, Parquet, BibTeX, RIS, ACL Anthology XML, OpenAlex,
    Semantic Scholar, arXiv and OpenReview JSON, plain text, Markdown, LaTeX, HTML, JATS, TEI, PDF.

    Nothing is fetched from the network. Exit status: 0 all was read; 1 done, but some input was faulty (a report
    says what); 2 misuse, or nothing could be read.
    """
    from univocal.atlas.run import atlas as run
    from univocal.cli.atlas_report import talk
    from univocal.codebook import load

    codebook = load(codebook_name)
    try:
        with _progress() as progress:
            result = run(
                inputs, out, coder=coder, codebook=codebook, workers=workers, fresh=fresh, progress=progress
            )
    except KeyboardInterrupt:
        click.echo("Stopped. The same command goes on from here.", err=True)
        sys.exit(130)
    if style == "json":
        click.echo((out / "atlas.json").read_bytes().decode())
    talk(result, codebook)
    sys.exit(2 if not result.summary.papers else 1 if result.faults else 0)


def _progress() -> AbstractContextManager[Progress | None]:
    if not sys.stderr.isatty():
        return nullcontext()
    from univocal.cli.progress import bar

    return bar()
