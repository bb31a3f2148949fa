"""`univocal codebook`: show, check, compare, begin codebooks, and change that of a study."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import click

from univocal.cli.codebook_study import history, update
from univocal.codebook import check, diff, load, new, show
from univocal.codebook.build import plain
from univocal.codebook.diff import Change, Diff
from univocal.codebook.model import Prediction
from univocal.codebook.render import Format, predicted

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def codebook() -> None:
    """Show, check, compare and begin codebooks, the framework as data; change that of a study."""


codebook.add_command(update)
codebook.add_command(history)


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
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2, default=plain))
    else:
        for line in _lines(found.changes):
            click.echo(line)
    click.echo(_verdict(found), err=True)
    sys.exit(1 if found.breaking else 0)


@codebook.command("new", epilog="Example: univocal codebook new mine.toml")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new_command(file: Path, force: bool) -> None:
    """Write a commented codebook to start from.

    It extends the built-in one and passes `univocal codebook check` as it stands.
    """
    path = new(file, force=force)
    click.echo(str(path))
    click.echo(f"Next: edit it, then run: univocal codebook check {path}", err=True)


_SIGNS = {"added": "+", "removed": "-", "renamed": ">", "changed": "~"}


def _lines(changes: Iterable[Change]) -> Iterator[str]:
    """The changes in words; cues, which are many and long, are counted by code."""
    n_cues: Counter[str] = Counter()
    for change in changes:
        if change.path[0] == "cue":
            n_cues[f"{_SIGNS[change.kind]} cues of {change.path[1]}.{change.path[2]}"] += 1
        else:
            yield from _told(change)
    yield from (f"{head}: {n}" for head, n in n_cues.items())


def _told(change: Change) -> Iterator[str]:
    """One change: its sign, noun and path; below it, what was and what is."""
    broken = "  [breaks codings]" if change.breaking else ""
    where = " ".join([_SIGNS[change.kind], change.what, ".".join(change.path[1:])]).rstrip()
    if change.kind == "renamed":
        dot = "." if change.path[1:] else " "
        yield f"{where}{dot}{change.before} is now {change.after}{broken}"
    elif change.kind == "changed":
        yield f"{where}: {change.field}{broken}"
        yield from (f"    was  {_value(change.before)}", f"    now  {_value(change.after)}")
    else:
        yield f"{where}{broken}"


def _value(value: object) -> str:
    """A field's value; what a codebook holds has no control characters, so it can be shown as it is."""
    if isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        return ", ".join(value) or "none"
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], tuple):
        return f"where {value[0]} is {' or '.join(value[1])}"
    if isinstance(value, tuple):
        return f"{len(value)} examples"
    if isinstance(value, Prediction):
        return f"threat model {predicted(value.threat_model)}; valence {predicted(value.valence)}"
    return str(value) if value not in (None, "") else "none"


def _verdict(found: Diff) -> str:
    if not found.changes:
        return "no difference"
    stand = "some codings may no longer be valid" if found.breaking else "codings stay valid"
    counted = f"{len(found.changes)} change{'s' if len(found.changes) > 1 else ''}"
    return f"{counted} ({found.bump}); {stand}; {found.before} would become {found.suggested_version}"


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
