"""`univocal codebook`: show, check, compare and begin codebooks."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import cast

import click

from univocal.codebook import check, diff, load, new, show
from univocal.codebook.diff import Change, Diff
from univocal.codebook.render import Format
from univocal.codebook.shape import told

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def codebook() -> None:
    """Show, check, compare and begin codebooks: the framework as data."""


@codebook.command("show", epilog="Example: univocal codebook show --variable sense")
@click.argument("name", default="alignment", metavar="[NAME|FILE]")
@click.option("--variable", metavar="ID", help="One variable, with every definition and example.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True
)
def show_command(name: str, variable: str | None, format_: str) -> None:
    """Show a codebook, each element with its provenance tag.

    NAME is a built-in codebook (by default: alignment), FILE one of your own.
    """
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((80, 24)).columns if terminal else 80
    color = terminal and os.environ.get("TERM") != "dumb" and "NO_COLOR" not in os.environ
    click.echo(show(load(name), variable, cast("Format", format_), width=width, color=color), nl=False)


@codebook.command("check", epilog="Example: univocal codebook check mine.toml")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
def check_command(files: tuple[Path, ...]) -> None:
    """Check codebook files and tell every fault at once.

    Exit status: 0 sound, 1 faults found, 2 misuse.
    """
    n_faults = 0
    for path in files:
        faults = check(path)
        n_faults += len(faults)
        for fault in faults:
            click.echo(fault)
        if not faults:
            click.echo(f"{path}: sound", err=True)
    if n_faults:
        click.echo(f"{n_faults} fault{'s' if n_faults > 1 else ''}", err=True)
        sys.exit(1)


@codebook.command("diff", epilog="Example: univocal codebook diff alignment mine.toml")
@click.argument("before")
@click.argument("after")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def diff_command(before: str, after: str, format_: str) -> None:
    """Compare two codebooks, BEFORE and AFTER (names or files).

    Exit status: 0 where codings made with BEFORE stay valid under AFTER, 1 where some may not, 2 misuse.
    """
    found = diff(load(before), load(after))
    if format_ == "json":
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2, default=str))
    else:
        for change in found.changes:
            click.echo(_line(change))
    click.echo(_verdict(found), err=True)
    sys.exit(1 if found.breaking else 0)


@codebook.command("new", epilog="Example: univocal codebook new mine.toml")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new_command(file: Path, force: bool) -> None:
    """Write a commented codebook that extends the built-in one, to start from."""
    path = new(file, force=force)
    click.echo(str(path))
    click.echo(f"Next: edit it, then run: univocal codebook check {path}", err=True)


_SIGNS = {"added": "+", "removed": "-", "renamed": ">", "changed": "~"}


def _line(change: Change) -> str:
    """One change as a line: sign, noun and path, what was, what is."""
    path = ".".join(change.path[1:])
    if change.path[0] == "cue":
        _, variable, code, within, pattern = change.path
        path = f"{variable}.{code} within {within}: /{pattern}/"
    where = f"{_SIGNS[change.kind]} {change.what} {path}".rstrip()
    if change.kind == "renamed":
        where += f"{'.' if path else ''}{change.before} is now {change.after}"
    elif change.kind == "changed":
        where += f": {change.field}: {_value(change.before)} → {_value(change.after)}"
    return where + ("  [breaks codings]" if change.breaking else "")


def _value(value: object) -> str:
    if isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        return ", ".join(value) or "none"
    return f"{len(value)} entries" if isinstance(value, tuple) else told(value)


def _verdict(found: Diff) -> str:
    if not found.changes:
        return "no difference"
    stand = "some codings may no longer be valid" if found.breaking else "existing codings stay valid"
    counted = f"{len(found.changes)} change{'s' if len(found.changes) > 1 else ''}"
    return f"{counted} ({found.bump}); {stand}; the successor of {found.before} would be {found.suggested_version}"


def _as_json(found: Diff) -> dict[str, object]:
    keys = ("what", "path", "kind", "field", "before", "after", "breaking", "bump")
    return {
        "before": found.before,
        "after": found.after,
        "bump": found.bump,
        "suggested_version": found.suggested_version,
        "codings_stay_valid": not found.breaking,
        "changes": [{key: getattr(change, key) for key in keys} for change in found.changes],
    }
