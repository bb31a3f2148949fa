"""`univocal init`, `import`, `serve`, `people`, `queue`: a study from the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from univocal.study.folder import Study

STUDY = click.option(
    "--study",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="STUDY",
    help="The study's folder.",
)


@contextmanager
def opened(folder: Path) -> Iterator[Study]:
    """The study in a folder; what is to be said of it goes to the terminal."""
    from univocal.study.folder import open_study

    study = open_study(folder)
    try:
        for note in study.notes:
            click.echo(f"univocal: {note}", err=True)
        yield study
    finally:
        study.close()


@click.command(
    epilog="Example: univocal init pilot && univocal import papers.jsonl --study pilot && univocal serve pilot"
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="STUDY")
@click.option("--codebook", metavar="NAME|FILE", help="By what papers are coded.  [default: alignment]")
@click.option("--name", metavar="TEXT", help="Of the study.  [default: the folder's]")
@click.option(
    "--database",
    metavar="URL",
    help="sqlite:///FILE or postgresql://…  [default: a SQLite file in the folder]",
)
def init(folder: Path, codebook: str | None, name: str | None, database: str | None) -> None:
    """Make a study: a folder with its configuration, codebook and database.

    Exit status: 0 done; 2 misuse (the folder isn't empty, the codebook has faults).
    """
    from univocal.study.folder import create

    study = create(folder, codebook=codebook, name=name, database=database)
    study.close()
    click.echo(
        f"Made the study {study.name} in {folder} (codebook {study.codebook.id} {study.codebook.version})."
    )
    click.echo(f"Next: univocal import FILE... --study {folder}")


@click.command("import", epilog="Example: univocal import 'papers/*.pdf' library.bib --study pilot")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...")
@STUDY
@click.option(
    "--from",
    "format_",
    metavar="FORMAT",
    help="Codings of another tool, in this format (see univocal export).",
)
def import_(inputs: tuple[str, ...], folder: Path, format_: str | None) -> None:
    """Bring papers into a study, in every format that `univocal atlas` reads, or codings with --from.

    FILE is files, folders or globs, gzip or not. A paper that the study has already stays as it is. Codings are new
    revisions; a span that isn't verbatim in its paper is named and left out.

    Exit status: 0 all was read; 1 done, but some input was left out (a report says what); 2 misuse, or nothing was read.
    """
    from univocal.study.papers import import_papers

    if format_ is not None:
        from univocal.cli.exchange import import_codings

        with opened(folder) as study:
            results = [import_codings(study, Path(one), format_) for one in inputs]
        sys.exit(1 if any(one.faults for one in results) else 0)
    with opened(folder) as study:
        done = import_papers(study, inputs)
    click.echo(
        f"{done.added:,} paper{'' if done.added == 1 else 's'} added"
        + (f", {done.already:,} there already" if done.already else "") + "."
    )  # fmt: skip
    for fault in done.faults:
        click.echo(f"univocal: {fault.message}", err=True)
    if not done.added + done.already:
        sys.exit(2)
    sys.exit(1 if done.faults else 0)


@click.group(epilog="Example: univocal people invite coder --study pilot")
def people() -> None:
    """Show, invite and change those who take part in a study."""


@people.command("list")
@STUDY
def list_(folder: Path) -> None:
    """Who takes part?"""
    from univocal.study.people import HUMAN, everyone

    with opened(folder) as study, study.database.reading() as connection:
        for one in everyone(connection):
            if one.role in HUMAN or one.role == "machine":
                click.echo(f"{one.name}\t{one.role}{'' if one.active else chr(9) + 'no longer takes part'}")


@people.command()
@click.argument("role", type=click.Choice(["coder", "adjudicator", "owner"]))
@STUDY
@click.option(
    "--address", default="http://127.0.0.1:8400", show_default=True, help="Where the workspace is served."
)
def invite(role: str, folder: Path, address: str) -> None:
    """Print a link that makes its holder a person of this role; it works once, for 14 days."""
    from univocal.study.people import invite as make

    with opened(folder) as study, study.database.writing() as connection:
        token = make(connection, role)  # type: ignore[arg-type] # the choice's words are the roles
    click.echo(f"{address.rstrip('/')}/join?token={token}")


@people.command()
@click.argument("name")
@STUDY
@click.option("--role", type=click.Choice(["coder", "adjudicator", "owner"]), help="Give them another role.")
@click.option(
    "--active/--inactive", default=None, help="Let them take part, or no longer; their codings stay."
)
def change(name: str, folder: Path, role: str | None, active: bool | None) -> None:
    """Change someone's role, or whether they take part."""
    from univocal.study.people import change as make

    if role is None and active is None:
        raise click.UsageError("What is to change? Pass --role, --active or --inactive.")
    with opened(folder) as study, study.database.writing() as connection:
        one = make(connection, name, role=role, active=active)  # type: ignore[arg-type]
    click.echo(f"{one.name}: {one.role}{'' if one.active else ', no longer takes part'}")


@people.command()
@click.argument("name")
@STUDY
@click.password_option(help="At least 8 characters; asked for if left out.")
def password(name: str, folder: Path, password: str) -> None:
    """Give someone a new password; they are logged out everywhere."""
    from univocal.study.people import set_password

    with opened(folder) as study, study.database.writing() as connection:
        set_password(connection, name, password)
    click.echo(f"{name} has a new password.")
