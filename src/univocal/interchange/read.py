"""Codings from files of any known format, in one table."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import orjson

from univocal.codebook import load
from univocal.codebook.model import Codebook
from univocal.corpus.pieces import head_of
from univocal.corpus.protocol import Limits
from univocal.errors import InputError
from univocal.estimates.coding_table import CodingTable
from univocal.interchange import codings_jsonl, delimited, gold_jsonl, parquet
from univocal.interchange.builder import Builder
from univocal.interchange.columns import Columns
from univocal.interchange.rules import Repeats, Rules
from univocal.interchange.tabular import add_table, source_file
from univocal.interchange.unpacked import Unpacked, UnreadableError

_TABLE = "table"
_PARQUET = "parquet"
_CODINGS = "codings"
_GOLD = "gold"


def read_codings(
    path: str | Path | Iterable[str | Path],
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
    ``codings.jsonl`` or the folder of an atlas that holds one; a gold file. Several files make one table.

    Args:
        path: a file, an atlas's folder, or several.
        columns: which columns of the tables say what; the other formats say so themselves.
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
    given = [path] if isinstance(path, str | Path) else list(path)
    files = [_located(Path(one)) for one in given]
    if not files:
        raise InputError("no file of codings is named. Expected at least one.")
    if faults := [file for file in files if isinstance(file, str)]:
        raise InputError(faults)
    kinds = [(file, _kind(file, limits)) for file in files if isinstance(file, Path)]
    if faults := [kind.removeprefix("!") for _, kind in kinds if kind.startswith("!")]:
        raise InputError(faults)
    if codebook is None and any(kind in (_CODINGS, _GOLD) for _, kind in kinds):
        codebook = load()
    builder = Builder(
        Rules(
            codebook=codebook, set_valued=frozenset(set_valued), separator=separator, missing=frozenset(missing),
            empty=frozenset(empty), codes=tuple(codes), repeats=repeats,
        )
    )  # fmt: skip
    for file, kind in kinds:
        if kind == _GOLD and codebook is not None:
            gold_jsonl.read(file, str(file), builder, codebook, limits)
        elif kind == _CODINGS:
            codings_jsonl.read(file, str(file), builder, limits)
        else:
            _read_table(file, kind, columns, builder, limits)
    # Last, when it is known which papers have codings.
    for one in dict.fromkeys(map(Path, given)):
        if one.is_dir() and (papers := one / "papers.parquet").is_file():
            codings_jsonl.read_papers(papers, str(papers), builder)
    return builder.table()


def _read_table(path: Path, kind: str, columns: Columns | None, builder: Builder, limits: Limits) -> None:
    if columns is None:
        raise InputError(
            f"{path}: a table; expected to be told which of its columns hold the units, the coders and their codes (columns)."
        )
    base = builder.open(source_file(str(path), "row" if kind == _PARQUET else "line", columns))

    def tell(line: int, message: str) -> None:
        builder.faults.add(base + line, message)

    found = (
        parquet.batches(path, columns, tell)
        if kind == _PARQUET
        else delimited.batches(path, columns, limits, tell)
    )
    add_table(found, columns, builder, base)


def _located(path: Path) -> Path | str:
    """The file that is meant, or what is wrong with its name."""
    if path.is_dir():
        inside = path / "codings.jsonl"
        return (
            inside
            if inside.is_file()
            else f"{path}: a folder without codings.jsonl. Expected a file, or an atlas."
        )
    if not path.exists():
        return f"{path}: no such file. Check the name."
    if not path.is_file():
        return f"{path}: not a file. Expected one that can be read twice."
    return path


def _kind(path: Path, limits: Limits) -> str:
    """Which format a file has; what is wrong with it, after ``!``."""
    try:
        with path.open("rb") as file:
            raw = file.read(len(parquet.MAGIC))
        head = head_of(path)
    except OSError as error:
        return f"!{path}: can't be read: {error.strerror or error}. Check that the file is yours to read."
    if raw == parquet.MAGIC:
        return _PARQUET
    if head.startswith(parquet.MAGIC):
        return f"!{path}: packed Parquet. Unpack it first."
    if not head.lstrip(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return _TABLE
    return _kind_of_records(path, limits)


def _kind_of_records(path: Path, limits: Limits) -> str:
    try:
        with io.BufferedReader(Unpacked(path, limits, lambda _line, _message: None), 1 << 20) as file:
            first = next((line for line in file if line.strip()), b"")
        row = orjson.loads(first)
    except UnreadableError as error:
        return f"!{path}: {error}"
    except orjson.JSONDecodeError as error:
        return f"!{path}: line 1: not JSON ({error}). Expected one coding, or one coded paper, a line."
    if "codes" in row and "coder" in row:
        return _CODINGS
    if "coding" in row and "mentions" in row:
        return _GOLD
    shown = ", ".join(map(repr, list(row)[:8]))
    return (
        f"!{path}: JSON lines with {shown}. Expected codings (paper, coder, variable, codes) or coded papers "
        "(id, text, mentions, coding)."
    )
