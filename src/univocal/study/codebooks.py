"""The versions of a study's codebook, kept whole in its database, so that each coding's codes can be looked up."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook import load
from univocal.codebook.draft import DATA, built_in
from univocal.codebook.model import Codebook
from univocal.codebook.read import read_file
from univocal.errors import CodebookError, StudyError
from univocal.study.clock import now
from univocal.study.schema import codebook as table

#: What events of a changed codebook are called.
CHANGED = "codebook"
#: What a codebook's own file is called in a study.
MAIN = "codebook.toml"
_MAX_FILES = 64
#: Where the built-in codebook that a study's own extends lies, and the line that names it.
_KEPT = "built-in"
_EXTENDS = re.compile(r"""^extends\s*=\s*(?:"[^"\n]*"|'[^'\n]*')""", re.MULTILINE)


def files_of(path: Path) -> dict[str, str]:
    """The words of a codebook's file, as ``codebook.toml``, and of those that it includes or extends.

    A built-in codebook that it extends is among them, as it is now, and is extended by path: a later version of Univocal
    doesn't change what a study codes by.

    Raises:
        CodebookError: a file has faults, or lies outside the codebook's folder.
    """
    load(path)
    found: dict[str, str] = {}
    _collect(path.resolve(), path.resolve().parent, MAIN, found)
    return found


def _collect(path: Path, root: Path, name: str, found: dict[str, str], within: str = "") -> None:
    """Add a file, called ``name``, and those that it needs; names of others begin with ``within``."""
    if name in found:
        return
    if len(found) >= _MAX_FILES:
        raise CodebookError(f"{path.name}: it is made of more than {_MAX_FILES} files")
    found[name] = path.read_bytes().decode("utf-8-sig")
    content = read_file(path)
    others = list(content.get("include", ()))
    base = content.get("extends")
    if base in built_in():
        kept = f"{_KEPT}/{base}.toml"
        up = "../" * name.count("/") or "./"
        found[name] = _EXTENDS.sub(f'extends = "{up}{kept}"', found[name], count=1)
        _collect(DATA / f"{base}.toml", DATA, kept, found, f"{_KEPT}/")
    elif base:
        others.append(base)
    for other in others:
        at = (path.parent / other).resolve()
        if not at.is_relative_to(root):
            raise CodebookError(
                f"{path.name}: {other}: it lies outside the codebook's folder. Put the files side by side."
            )
        _collect(at, root, within + at.relative_to(root).as_posix(), found, within)


def add(connection: Connection, files: Mapping[str, str], *, note: str) -> int:
    """Keep a version; the row that it has already where nothing changed."""
    made = _loaded(tuple(sorted(files.items())))
    row = connection.execute(sa.select(table.c.id).where(table.c.digest == made.digest)).scalar()
    if row is not None:
        return int(row)
    values = {
        "name": made.id,
        "version": made.version,
        "digest": made.digest,
        "files": dict(files),
        "note": note,
        "at": now(),
    }
    return int(connection.execute(table.insert().returning(table.c.id), values).scalar_one())


def latest(connection: Connection) -> tuple[int, Codebook, Mapping[str, str]]:
    """The last version's row, the version itself, and the words of its files by name.

    Raises:
        StudyError: the database has none.
    """
    row = connection.execute(
        sa.select(table.c.id, table.c.files).order_by(table.c.id.desc()).limit(1)
    ).first()
    if row is None:
        raise StudyError(
            "the study's database has no codebook: its making was interrupted. Make the study anew."
        )
    return int(row.id), _loaded(tuple(sorted(row.files.items()))), row.files


def version(connection: Connection, row: int) -> Codebook:
    """The version of one row."""
    files = connection.execute(sa.select(table.c.files).where(table.c.id == row)).scalar_one()
    return _loaded(tuple(sorted(files.items())))


def of(files: Mapping[str, str]) -> Codebook:
    """The codebook that these files, by name, make.

    Raises:
        CodebookError: they have faults.
    """
    return _loaded(tuple(sorted(files.items())))


def newest(connection: Connection) -> int:
    """The row of the version in force: an answer given by another one is out of date."""
    return int(connection.execute(sa.select(sa.func.max(table.c.id))).scalar_one())


def changed(path: Path, known: Codebook, files: Mapping[str, str]) -> tuple[str, ...]:
    """What is to be said where the file in the study's folder is no longer the version in the database."""
    if all(_is(path if name == MAIN else path.parent / name, words) for name, words in files.items()):
        return ()
    try:
        there = of(files_of(path))
    except CodebookError as error:
        return (f"{path.name} can't be used, so version {known.version} stays in force: {error}",)
    if there.digest == known.digest:
        return ()
    note = (
        f"{path.name} was changed since version {known.version}, which codings still use. "
        "`univocal codebook update` shows what a change does to them before it happens."
    )
    return (note,)


def _is(path: Path, words: str) -> bool:
    try:
        return path.read_bytes() == words.encode()
    except OSError:
        return False


@lru_cache(maxsize=16)
def _loaded(files: tuple[tuple[str, str], ...]) -> Codebook:
    if dict(files)[MAIN].encode() == (DATA / "alignment.toml").read_bytes():
        built_in = load()
        if all(
            (DATA / name).is_file() and (DATA / name).read_bytes() == words.encode()
            for name, words in files
            if name != MAIN
        ):
            return built_in
    with tempfile.TemporaryDirectory(prefix="univocal-codebook-") as folder:
        for name, words in files:
            at = Path(folder) / name
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(words, encoding="utf-8", newline="")
        return load(Path(folder) / MAIN)
