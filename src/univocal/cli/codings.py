"""What `agreement`, `aggregate` and `prevalence` share: the options that say what to read, and how results go out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from univocal.errors import UnivocalError

if TYPE_CHECKING:
    from univocal.estimates.coding_table import CodingTable

Command = TypeVar("Command", bound=Callable[..., Any])

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")


def names(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Names parted by commas, as an option's callback reads them."""
    return () if not value else tuple(name.strip() for name in value.split(",") if name.strip())


_READING = (
    click.option("--unit", multiple=True, metavar="COLUMN", help="What is coded; several together name it."),
    click.option("--coder", metavar="COLUMN", help="Who coded it (one coding a row)."),
    click.option("--code", metavar="COLUMN", help="What they said."),
    click.option("--variable", metavar="COLUMN", help="Which question it answers; one question if left out."),
    click.option(
        "--coders-in", callback=names, metavar="COLUMN,COLUMN", help="Columns that are coders (one unit a row)."
    ),
    click.option("--paper", metavar="COLUMN", help="The paper that a unit is from; each unit is one if left out."),
    click.option("--codebook", metavar="NAME|FILE", help="Every code must be in it."),
    click.option("--codes", callback=names, metavar="CODE,CODE", help="All codes in their order, without a codebook."),
    click.option("--sets", callback=names, metavar="NAME,NAME", help="Variables whose answers are sets of codes."),
    click.option("--separator", metavar="TEXT", help="What parts the codes of a set in one cell."),
    click.option("--missing", multiple=True, metavar="TEXT", help="Stands for: the coder gave no code."),
    click.option("--none", "empty", multiple=True, metavar="TEXT", help="Stands for: no code of the set applies."),
    click.option(
        "--repeats", type=click.Choice(["refuse", "first"]), default="refuse", show_default=True,
        help="Where one coder codes a unit twice: refuse the file, or keep the first and count the others.",
    ),
    click.option("--only-variables", callback=names, metavar="NAME,NAME", help="Leave out all others."),
    click.option("--only-coders", callback=names, metavar="NAME,NAME", help="Leave out all others."),
)  # fmt: skip

_RESULTS = (
    click.option("--level", type=float, default=0.95, show_default=True, help="Of the intervals, between 0 and 1."),
    click.option("--seed", type=int, default=0, show_default=True, help="Of resampling."),
    click.option("--format", "style", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True),
    click.option(
        "-o", "--out", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
        help="Also write the result there, as JSON and CSV.",
    ),
)  # fmt: skip


def reading(command: Command) -> Command:
    """Add the options that say what to read."""
    for option in reversed(_READING):
        command = option(command)
    return FILES(command)


def results(command: Command) -> Command:
    """Add the options that say what goes out."""
    for option in reversed(_RESULTS):
        command = option(command)
    return command


def table_of(
    files: Sequence[Path], options: Mapping[str, Any], *, design: Mapping[str, Any] | None = None
) -> CodingTable:
    """The codings that the options of `reading` describe, with columns of the sample's ``design`` beside them."""
    from univocal.codebook import load
    from univocal.interchange import Columns, read_codings

    columns = None
    if any(options[name] for name in ("unit", "coder", "code", "coders_in")):
        columns = Columns(
            unit=options["unit"] or ("paper",), coder=options["coder"], code=options["code"], variable=options["variable"],
            coders_in=options["coders_in"], paper=options["paper"], **(design or {}),
        )  # fmt: skip
    table = read_codings(
        files, columns=columns, codebook=load(options["codebook"]) if options["codebook"] else None,
        codes=options["codes"], set_valued=options["sets"], separator=options["separator"], missing=options["missing"],
        empty=options["empty"], repeats=options["repeats"],
    )  # fmt: skip
    return table.only(variables=options["only_variables"] or None, coders=options["only_coders"] or None)


def put_out(
    name: str, style: str, out: Path | None, data: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> bool:
    """Write files, and print JSON or CSV; False where a table for a reader is still to be printed."""
    import orjson

    json = orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY).decode() + "\n"
    lines = _csv(rows)
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{name}.json").write_text(json, encoding="utf-8")
            (out / f"{name}.csv").write_text(lines, encoding="utf-8", newline="")
        except OSError as error:
            raise UnivocalError(f"{out}: can't be written: {error.strerror or error}") from None
        click.echo(f"Wrote {out / name}.json and {name}.csv", err=True)
    if style == "table":
        return False
    click.echo(json if style == "json" else lines, nl=False)
    return True


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    file = io.StringIO()
    names = dict.fromkeys(name for row in rows for name in row)
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
