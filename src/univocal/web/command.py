"""`univocal serve`: the workspace from the terminal."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import click


def _host_names(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    from univocal.web.guard import hostname

    for name in given:
        if not name or hostname(name) != name.lower():
            raise click.BadParameter(f"{name!r}: a host's name alone was expected, as in coding.example.org")
    return given


@click.command(epilog="Example: univocal serve pilot --port 8400")
@click.argument("folder", type=click.Path(path_type=Path), metavar="STUDY")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8400, show_default=True, help="0 takes a free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    callback=_host_names,
    help="A further name that it answers to, behind a proxy.",
)
@click.option("--browser/--no-browser", default=True, help="Open the page in a browser.")
def serve(folder: Path, port: int, host: str, names: tuple[str, ...], browser: bool) -> None:
    """Open a study's coding workspace in the browser. Nothing is sent anywhere.

    The first time it prints a link that makes you the owner.
    """
    from univocal.study.folder import open_study
    from univocal.web.app import LOOPBACK
    from univocal.web.serving import serve as run

    study = open_study(folder)
    for note in study.notes:
        click.echo(f"univocal: {note}", err=True)

    def ready(address: str, link: str | None) -> None:
        click.echo(f"Workspace of {study.name}: {address}")
        if link is not None:
            click.echo(f"Nobody has joined yet. This link makes you the owner (once, for 14 days):\n  {link}")
        if host not in LOOPBACK:
            click.echo(
                f"univocal: {host} can be reached from other machines, and passwords go over it as they are. Put a proxy "
                "with TLS in front (docs/howto/run-a-study.md).",
                err=True,
            )
        click.echo("Ctrl-C stops it.")
        sys.stdout.flush()
        if browser:
            click.launch(link or address)

    try:
        with suppress(KeyboardInterrupt):  # Ctrl-C is how it is stopped
            run(study, host=host, port=port, names=names, ready=ready)
    finally:
        study.close()
