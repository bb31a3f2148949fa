"""A study's folder: `study.toml`, the codebook, the database, the files of papers, the installation's secret."""

from __future__ import annotations

import json
import os
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook
from univocal.errors import StudyError
from univocal.plugins import did_you_mean
from univocal.study import codebooks
from univocal.study.database import SCHEMA, Database, sqlite_url
from univocal.study.upgrade import upgrade

CONFIGURATION = "study.toml"
#: Overrides ``database`` of study.toml.
DATABASE_VARIABLE = "UNIVOCAL_DATABASE_URL"
_SECRET = "secret"  # noqa: S105 - a file's name
_SECRET_BYTES = 32
_KEYS = ("name", "database", "codebook")
_BESIDE = "sqlite:///study.sqlite"

_TEMPLATE = """\
# A study of Univocal. docs/reference/study.md says what may stand here.
name = {name}

# Where codings are kept: a SQLite file in this folder, or postgresql://user:password@host/name.
# The environment variable UNIVOCAL_DATABASE_URL takes precedence.
database = {database}

# By what papers are coded.
codebook = "codebook.toml"
"""


@dataclass(frozen=True)
class Study:
    """An open study. Build it with `create` or `open_study`; it holds connections until `close`.

    ``codebook`` is the last version in the database, ``codebook_row`` its row there.
    """

    folder: Path
    name: str
    database: Database
    codebook: Codebook
    codebook_row: int
    notes: tuple[str, ...] = field(default=())

    @property
    def files(self) -> Path:
        """Where the PDFs of papers lie, named by their SHA-256."""
        return self.folder / "files"

    @cached_property
    def secret(self) -> bytes:
        """The installation's own random secret; made when it is first asked for.

        Raises:
            StudyError: it can't be made or read, or it isn't whole.
        """
        path = self.folder / _SECRET
        try:
            try:
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(secrets.token_hex(_SECRET_BYTES).encode())
            except FileExistsError:
                pass
            found = path.read_bytes()
        except OSError as error:
            raise StudyError(f"{path}: can't be made or read: {error.strerror or error}") from error
        if len(found) != 2 * _SECRET_BYTES:  # the disk was full when it was made, say
            raise StudyError(f"{path}: it isn't whole. Delete it; a new one is made.")
        return found

    def close(self) -> None:
        """Give back all connections."""
        self.database.close()


def create(
    folder: Path, *, codebook: str | Path | None = None, name: str | None = None, database: str | None = None
) -> Study:
    """Make a study's folder: configuration, codebook, database.

    Args:
        folder: made if need be; it must be empty.
        codebook: a built-in codebook's id, or a file; it is copied, with the files that it includes.
        name: of the study; the folder's name where None.
        database: a URL; ``sqlite:///study.sqlite`` where None.

    Raises:
        StudyError: the folder has something in it or can't be made, the name can't be, or the database holds a study
            already.
        CodebookError: the codebook has faults.

    >>> import tempfile
    >>> study = create(Path(tempfile.mkdtemp()) / "pilot")
    >>> study.name, study.codebook.id, sorted(p.name for p in study.folder.iterdir())[:3]
    ('pilot', 'alignment', ['alignment-cues.toml', 'codebook.toml', 'study.sqlite'])
    >>> study.close()
    """
    from univocal.codebook.draft import locate

    name = (name or folder.resolve().name).strip()
    if not name or not name.isprintable():
        raise StudyError(f"name: printable characters were expected, got {name!r}")
    files = codebooks.files_of(locate("alignment" if codebook is None else codebook))
    given = database or _BESIDE
    words = {CONFIGURATION: _TEMPLATE.format(name=_quoted(name), database=_quoted(given)), **files}
    with _told(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StudyError(f"{folder}: there is something already. Expected a new or empty folder.")
        folder.mkdir(parents=True, exist_ok=True)
    store = Database(_inside(os.environ.get(DATABASE_VARIABLE) or given, folder))
    try:
        if store.version() is not None:
            raise StudyError(
                "database: it holds a study already. Name another one, or open that study's own folder."
            )
        with _told(folder):
            for file, text in words.items():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).write_text(text, encoding="utf-8", newline="")
        upgrade(store)
        with store.writing() as connection:
            codebooks.add(connection, files, note="the first")
    finally:
        store.close()
    return open_study(folder)


def open_study(folder: Path) -> Study:
    """Open a study; one of an older schema is brought to this version's.

    Raises:
        StudyError: there is none, its configuration has faults, or its database can't be opened.
    """
    path = folder / CONFIGURATION
    with _told(folder):
        if not path.is_file():
            raise StudyError(f"{folder}: no {CONFIGURATION} there. `univocal init {folder}` makes a study.")
    given = _configuration(path)
    store = Database(_inside(os.environ.get(DATABASE_VARIABLE) or given.get("database", _BESIDE), folder))
    try:
        return _opened(folder, given, store)
    except BaseException:  # whatever went wrong goes on up; only the connections are given back
        store.close()
        raise


def _opened(folder: Path, given: Mapping[str, str], store: Database) -> Study:
    if store.sqlite and not Path(str(store.url.database)).is_file():
        raise StudyError(f"{store.url.database}: the study's database is missing. Put it back from a copy.")
    if store.version() != SCHEMA:
        upgrade(store)
    with store.reading() as connection:
        row, codebook, files = codebooks.latest(connection)
    notes = codebooks.changed(folder / given.get("codebook", codebooks.MAIN), codebook, files)
    return Study(folder, given.get("name", folder.resolve().name), store, codebook, row, notes)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What the file system says, in words that name the next step."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise StudyError(
            f"{folder}: {why}. Expected a folder that is yours to write, with room left."
        ) from error


def refreshed(study: Study, connection: Connection) -> Study:
    """The study with the codebook that is in force now; itself where that hasn't changed."""
    if codebooks.newest(connection) == study.codebook_row:
        return study
    row, codebook, _ = codebooks.latest(connection)
    return replace(study, codebook=codebook, codebook_row=row, notes=())


def _configuration(path: Path) -> dict[str, str]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"{path}: not TOML: {error}") from None
    except OSError as error:
        raise StudyError(f"{path}: can't be read: {error.strerror or error}") from None
    faults = [f"{path}: no key {key!r}. {did_you_mean(key, _KEYS)}" for key in given if key not in _KEYS]
    faults += [
        f"{path}: {key}: text was expected, got {value!r}"
        for key, value in given.items()
        if key in _KEYS and not isinstance(value, str)
    ]
    if faults:
        raise StudyError("\n".join(faults))
    return given


def _inside(url: str, folder: Path) -> sa.URL | str:
    """The URL with a relative SQLite file taken from the study's folder."""
    if not url.startswith("sqlite:"):
        return url
    path = url.removeprefix("sqlite:").removeprefix("//").removeprefix("/")
    if not path:
        raise StudyError("database: a SQLite URL without a file. Expected sqlite:///study.sqlite")
    return sqlite_url(folder / path)  # an absolute path (sqlite:////…) stays as it is


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
