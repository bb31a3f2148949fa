"""What `agreement`, `aggregate` and `prevalence` share: the options that say what to read, and how results go out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from univocal.errors import UnivocalError

if TYPE_CHECKING:
    from univocal.estimates.coding_table import CodingTable
    from univocal.interchange import Columns
    from univocal.interchange.rules import Repeats

Command = Callable[..., Any]


def names(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Names parted by commas, as an option's callback reads them."""
    return () if not value else tuple(name.strip() for name in value.split(",") if name.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A table of one coder's codes, such as adjudicated ones, whose columns are called otherwise than the others'."""

    coder: str
    file: Path
    unit: tuple[str, ...]
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is to be read: one field for each of the options that `reading` adds."""

    files: tuple[Path, ...]
    study: Path | None
    unit: tuple[str, ...]
    coder: str | None
    code: str | None
    variable: str | None
    coders_in: tuple[str, ...]
    paper: str | None
    codebook: str | None
    codes: tuple[str, ...]
    sets: tuple[str, ...]
    separator: str | None
    missing: tuple[str, ...]
    empty: tuple[str, ...]
    repeats: Repeats
    only_variables: tuple[str, ...]
    only_coders: tuple[str, ...]

    def table(
        self,
        *,
        beside: Beside | None = None,
        all_variables: bool = False,
        machines: bool = True,
        sampled: bool = False,
        **design: Any,
    ) -> CodingTable:
        """The codings, with those of the coder ``beside`` and columns of the sample's ``design`` (as in `Columns`).

        A column of the design may be in any of several files. ``all_variables`` keeps those that ``only_variables`` leaves out,
        ``sampled`` asks for what a study's papers stand for.
        """
        if bool(self.files) == (self.study is not None):
            raise UnivocalError("what is to be read? Name FILEs, or a study with --study.")
        chosen = None if all_variables else self.only_variables or None
        if self.study is not None:
            return self._of_study(
                self.study, machines=machines or bool(self.only_coders), sampled=sampled
            ).only(variables=chosen, coders=self.only_coders or None)
        from univocal.codebook import load
        from univocal.interchange import read_codings

        columns = self._columns(design, beside)
        table = read_codings(
            [*self.files, *self._beside(beside, design, columns)], columns=columns,
            codebook=load(self.codebook) if self.codebook else None, codes=self.codes, set_valued=self.sets,
            separator=self.separator, missing=self.missing, empty=self.empty, repeats=self.repeats,
        )  # fmt: skip
        if beside is not None:
            _check_shared(table, beside)
        return table.only(variables=chosen, coders=self.only_coders or None)

    @staticmethod
    def _of_study(folder: Path, *, machines: bool, sampled: bool) -> CodingTable:
        from univocal.study.folder import open_study
        from univocal.study.table import coding_table, sampled_table

        study = open_study(folder)
        try:
            with study.database.reading() as connection:
                table = sampled_table(connection) if sampled else coding_table(connection, machines=machines)
        finally:
            study.close()
        if table is None:
            raise UnivocalError(f"{folder}: nobody has finished a paper yet, so there is nothing to measure.")
        return table

    def _columns(self, design: Mapping[str, Any], beside: Beside | None) -> Columns | None:
        from univocal.interchange import Columns

        alone = len(self.files) == 1 and beside is None
        if any((self.unit, self.coder, self.code, self.coders_in)):
            return Columns(
                unit=self.unit or ("paper",), coder=self.coder, code=self.code, variable=self.variable,
                coders_in=self.coders_in, paper=self.paper, **design,
                somewhere=frozenset() if alone else _named(design),
            )  # fmt: skip
        given = {"variable": self.variable, "paper": self.paper, **design, "groups": None}
        unused = [f"--{name}" for name, column in given.items() if column]
        if unused and beside is None:
            raise UnivocalError(
                f"{', '.join(unused)} names a column of a table. Say too which columns hold its codings: --unit, "
                "--coder and --code, or --unit and --coders-in. Coded papers and atlases bring their own."
            )
        return None

    def _beside(
        self, beside: Beside | None, design: Mapping[str, Any], others: Columns | None
    ) -> list[tuple[Path, Columns]]:
        from univocal.interchange import Columns

        if beside is None:
            return []
        code = beside.code or self.code
        if code is None:
            raise UnivocalError(
                f"{beside.file}: which column holds its codes? Name it in --{beside.coder}-code."
            )
        # One variable is called as in the other tables; beside other formats, by the column of codes.
        called = None if self.variable is not None or others is None else others.one_variable
        columns = Columns(
            unit=beside.unit or self.unit or ("paper",), code=code, coder_name=beside.coder, variable=self.variable,
            variable_name=called, **design, somewhere=_named(design),
        )  # fmt: skip
        return [(beside.file, columns)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """How results are made and go out: one field for each of the options that `results` adds."""

    level: float
    seed: int
    style: Literal["table", "json", "csv"]
    out: Path | None

    def put_out(self, name: str, data: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> bool:
        """Write files, and print JSON or CSV; False where a table for a reader is still to be printed.

        Beside CSV, which has no place for them, the notes of ``data`` go to stderr.
        """
        import orjson

        json = orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY).decode() + "\n"
        lines = _csv(rows)
        if self.out is not None:
            try:
                self.out.mkdir(parents=True, exist_ok=True)
                (self.out / f"{name}.json").write_text(json, encoding="utf-8")
                (self.out / f"{name}.csv").write_text(lines, encoding="utf-8", newline="")
            except OSError as error:
                raise UnivocalError(f"{self.out}: can't be written: {error.strerror or error}") from None
            click.echo(f"Wrote {self.out / name}.json and {name}.csv", err=True)
        if self.style == "table":
            return False
        if self.style == "csv":
            for note in data["notes"]:
                click.echo(note, err=True)
        click.echo(json if self.style == "json" else lines, nl=False)
        return True


_READING = (
    click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]"),
    click.option("--study", type=click.Path(path_type=Path), metavar="STUDY", help="A study's folder, in place of files."),
    click.option("--unit", multiple=True, metavar="COLUMN", help="What is coded; several together name it.  [default: paper]"),
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
    """Add the options that say what to read; the command takes them as one ``source``."""
    return _gathered(command, "source", Reading, _READING)


def results(command: Command) -> Command:
    """Add the options that say what goes out; the command takes them as one ``wanted``."""
    return _gathered(command, "wanted", Results, _RESULTS)


def from_table(role: Literal["truth", "gold"]) -> Callable[[Command], Command]:
    """Add the options that name a table of one coder's codes; the command takes them as ``beside``, None without."""
    options = (
        click.option(
            f"--{role}-from", "beside_file", type=click.Path(path_type=Path), metavar="FILE",
            help=f"A table of these codes alone, without a column of coders; --{role} says what to call them.",
        ),
        click.option(f"--{role}-unit", "beside_unit", multiple=True, metavar="COLUMN", help="Its units; as --unit if left out."),
        click.option(f"--{role}-code", "beside_code", metavar="COLUMN", help="Its codes; as --code if left out."),
    )  # fmt: skip

    def add(command: Command) -> Command:
        @wraps(command)
        def gathering(
            *, beside_file: Path | None, beside_unit: tuple[str, ...], beside_code: str | None, **given: Any
        ) -> Any:
            if beside_file is None:
                if beside_unit or beside_code:
                    raise UnivocalError(
                        f"--{role}-unit and --{role}-code name columns of a table. Name it in --{role}-from."
                    )
                return command(beside=None, **given)
            name = given[role] = given[role] or role
            beside = Beside(coder=name, file=beside_file, unit=beside_unit, code=beside_code)
            return command(beside=beside, **given)

        return _with(gathering, options)

    return add


def _gathered(
    command: Command,
    name: str,
    record: type[Reading | Results],
    options: Sequence[Callable[[Command], Command]],
) -> Command:
    """The command with these options, which it takes as one record."""
    of_record = [field.name for field in fields(record)]

    @wraps(command)
    def gathering(**given: Any) -> Any:
        return command(**{name: record(**{field: given.pop(field) for field in of_record})}, **given)

    return _with(gathering, options)


def _with(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def _named(design: Mapping[str, Any]) -> frozenset[str]:
    """The columns of a design."""
    single = (design.get("weight"), design.get("stratum"))
    return frozenset([*design.get("groups", ()), *(name for name in single if name is not None)])


def _check_shared(table: CodingTable, beside: Beside) -> None:
    """Refuse a table whose units nobody else has coded: they are called otherwise."""
    if beside.coder not in table.coders:
        raise UnivocalError(
            f"{beside.file}: not a table of {beside.coder}. Name it among the other files, and its coder by name."
        )
    own = table.coder == table.coders.index(beside.coder)
    units, others = (list(dict.fromkeys(table.unit[rows].tolist())) for rows in (own, ~own))
    if units and others and set(units).isdisjoint(others):
        raise UnivocalError(
            f"{beside.file}: none of its {len(units):,} units ({table.units[units[0]]!r}, …) is coded by others "
            f"({table.units[others[0]]!r}, …). Expected the same names of units in both."
        )


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    file = io.StringIO()
    columns = dict.fromkeys(name for row in rows for name in row)
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
