"""Codings from files of any known format, in one table."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from univocal.codebook import load
from univocal.codebook.model import Codebook
from univocal.corpus.pieces import head_of
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.estimates.coding_table import CodingTable
from univocal.interchange import codings_jsonl, delimited, gold_jsonl, parquet, shards
from univocal.interchange.builder import Builder
from univocal.interchange.columns import Columns
from univocal.interchange.faults import SourceFile
from univocal.interchange.rules import Repeats, Rules
from univocal.interchange.tabular import add_table, source_file
from univocal.interchange.unpacked import Unpacked

_TABLE = "table"
_PARQUET = "parquet"
_CODINGS = "codings"
_GOLD = "gold"

_UNTOLD = (
    "a table; expected to be told which of its columns hold the units, the coders and their codes (columns)."
)

#: A file, or an atlas's folder; with columns of its own where they aren't those of the other tables.
Source = str | Path | tuple[str | Path, Columns]


def read_codings(
    path: Source | Iterable[Source],
    *,
    columns: Columns | None = None,
    codebook: Codebook | None = None,
    codes: Sequence[str] = (),
    set_valued: Collection[str] = (),
    separator: str | None = None,
    missing: Collection[str] = (),
    empty: Collection[str] = (),
    repeats: Repeats = "refuse",
    limits: Limits | None = None,
) -> CodingTable:
    r"""Who said what of which unit, in these files?

    Each file is recognised by its content: a table (CSV, TSV or the like, gzip or not; Parquet), long or wide; a
    ``codings.jsonl`` or the folder of an atlas that holds one; the folder that `univocal code` wrote; a gold file. Several
    files make one table.

    Args:
        path: a file, an atlas's folder, or several. A table whose columns are called otherwise than those of the others
            comes as a pair, ``(file, Columns(...))``.
        columns: which columns of the other tables say what; the other formats say so themselves.
        codebook: every variable and code must be in it. By default it is the built-in one if any file is a
            ``codings.jsonl`` or gold, and there is none if all are tables.
        codes: where there is no codebook, the codes that there are, in their order (for ordinal distances, say);
            any other is a fault. By default those that occur, by number or alphabet.
        set_valued: variables whose answers are sets of codes, beside those of the codebook.
        separator: what parts the codes of a set in one cell. Without it a set has a row for each of its codes.
        missing: texts in place of a code that stand for "the coder gave none". In a wide table an empty cell does so
            anyway; in a long one it is a fault unless ``""`` is named here.
        empty: texts in place of a code that stand for the empty set ("none applies"), in set-valued variables.
        repeats: ``refuse`` a file in which a coder codes a unit twice, or keep the ``first`` and count the others.
        limits: how much of a file is read before it is refused.

    Returns:
        The table. Codings that are missing are counted in ``missing``, what else was left out in ``left_out``.

    Raises:
        InputError: everything that is wrong in any of the files, with file, line or row, and column; of more than 20
            faults, the first and the number of the others.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "labels.csv"
    >>> _ = file.write_text("item,who,label\n1,ann,yes\n1,bob,no\n2,ann,yes\n")
    >>> table = read_codings(file, columns=Columns(unit="item", coder="who", code="label"))
    >>> table.coders, table.codes, table.matrix("label").tolist()
    (('ann', 'bob'), {'label': ('no', 'yes')}, [[1, 1], [0, -1]])
    """
    limits = limits or Limits()
    sources = [opened for one in _each(path) for opened in _opened(one, columns, limits)]
    if not sources:
        raise InputError("no file of codings is named. Expected at least one.")
    sharded = any(source.columns is shards.COLUMNS for source in sources)
    if codebook is None and (sharded or any(source.kind in (_CODINGS, _GOLD) for source in sources)):
        codebook = load()
    if sharded:
        missing, empty = {*missing, shards.CANT_SAY}, {*empty, shards.NONE_APPLIES}
    builder = Builder(
        Rules(
            codebook=codebook, set_valued=frozenset(set_valued), separator=separator, missing=frozenset(missing),
            empty=frozenset(empty), codes=tuple(codes), repeats=repeats,
        )
    )  # fmt: skip
    builder.somewhere = {name for source in sources for name in source.somewhere}
    for source in sources:
        _read(source, builder, codebook, limits)
    # Last, when it is known which papers have codings.
    for folder in dict.fromkeys(source.folder for source in sources if source.folder is not None):
        if (papers := folder / "papers.parquet").is_file():
            codings_jsonl.read_papers(papers, str(papers), builder)
    for name in sorted(builder.somewhere - builder.groups.keys() if not builder.faults else ()):
        builder.faults.add(0, f"no column {name!r}, nor in any other of the files. Check the name.")
    return builder.table()


@dataclass(frozen=True, slots=True)
class _Opened:
    """One of the files that are named: its format and columns, or what is wrong with it."""

    file: Path
    kind: str = ""
    columns: Columns | None = None
    folder: Path | None = None
    fault: str = ""

    @property
    def somewhere(self) -> frozenset[str]:
        """The columns that this table or another must have."""
        table = self.kind in (_TABLE, _PARQUET) and self.columns is not None
        return self.columns.somewhere if table and self.columns is not None else frozenset()


def _each(path: Source | Iterable[Source]) -> list[Source]:
    if isinstance(path, str | Path):
        return [path]
    if isinstance(path, tuple) and len(path) == 2 and isinstance(path[1], Columns):
        return [(path[0], path[1])]
    return list(path)


def _opened(source: Source, columns: Columns | None, limits: Limits) -> list[_Opened]:
    """Find the files that are meant, and look at the beginning of each."""
    name, own = source if isinstance(source, tuple) else (source, columns)
    path = Path(name)
    if not (path / "codings.jsonl").is_file() and (found := shards.shards_in(path)):
        return [_one(file, shards.COLUMNS, limits) for file in found]
    return [_one(path, own, limits)]


def _one(path: Path, own: Columns | None, limits: Limits) -> _Opened:
    file = path / "codings.jsonl" if path.is_dir() else path
    fault = _misnamed(path, file)
    if fault:
        return _Opened(path, fault=fault)
    try:
        kind = _kind(file, limits)
    except InputError as error:
        return _Opened(file, fault=str(error))
    if kind in (_TABLE, _PARQUET) and own is None:
        return _Opened(file, fault=_UNTOLD)
    return _Opened(file, kind, own, path if path.is_dir() else None)


def _misnamed(path: Path, file: Path) -> str:
    """Why can't this be one of the files?"""
    if path.is_dir():
        return (
            ""
            if file.is_file()
            else "a folder without codings.jsonl and without shards. Expected a file, an atlas, or what `univocal code` wrote."
        )
    if not file.exists():
        return "no such file. Check the name."
    return "" if file.is_file() else "not a file. Expected one that can be read twice."


def _read(source: _Opened, builder: Builder, codebook: Codebook | None, limits: Limits) -> None:
    name = str(source.file)
    if source.fault:
        unread = SourceFile(name, "line", lambda role, _coder, _variable: role, whole=True)
        builder.faults.add(builder.open(unread), source.fault)
    elif source.kind == _GOLD and codebook is not None:
        gold_jsonl.read(source.file, name, builder, codebook, limits)
    elif source.kind == _CODINGS:
        codings_jsonl.read(source.file, name, builder, limits)
    elif source.columns is not None:
        _read_table(source.file, source.kind, source.columns, builder, limits)


def _read_table(path: Path, kind: str, columns: Columns, builder: Builder, limits: Limits) -> None:
    base = builder.open(source_file(str(path), "row" if kind == _PARQUET else "line", columns))

    def tell(line: int, message: str) -> None:
        builder.faults.add(base + line, message)

    found = (
        parquet.batches(path, columns, tell)
        if kind == _PARQUET
        else delimited.batches(path, columns, limits, tell)
    )
    add_table(found, columns, builder, base)


def _kind(path: Path, limits: Limits) -> str:
    """Which format does a file have?

    Raises:
        InputError: none that is known; without the file's name.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(len(parquet.MAGIC))
        head = head_of(path)
    except OSError as error:
        raise InputError(
            f"can't be read: {error.strerror or error}. Check that the file is yours to read."
        ) from error
    if raw == parquet.MAGIC:
        return _PARQUET
    if head.startswith(parquet.MAGIC):
        raise InputError("packed Parquet. Unpack it first.")
    if not head.lstrip(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return _TABLE
    return _kind_of_records(path, limits)


def _kind_of_records(path: Path, limits: Limits) -> str:
    try:
        with io.BufferedReader(Unpacked(path, limits, lambda _line, _message: None), 1 << 20) as file:
            first = next((line for line in file if line.strip()), b"")
        row = orjson.loads(first)
    except orjson.JSONDecodeError as error:
        raise InputError(
            f"line 1: not JSON ({error}). Expected one coding, or one coded paper, a line."
        ) from error
    if "codes" in row and "coder" in row:
        return _CODINGS
    if "coding" in row and "mentions" in row:
        return _GOLD
    shown = ", ".join(map(repr, list(row)[:8]))
    raise InputError(
        f"JSON lines with {shown}. Expected codings (paper, coder, variable, codes) or coded papers "
        "(id, text, mentions, coding)."
    )
