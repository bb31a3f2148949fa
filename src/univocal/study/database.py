"""Opening a study's database: SQLite with a write-ahead log, or PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from univocal.errors import MissingExtraError, StudyError

#: The schema that this version of Univocal writes; the name of the last file in ``migrations/versions``.
SCHEMA = "0001"
#: How long a writer waits for another process's transaction, in seconds.
PATIENCE = 30


class Database:
    """One engine with two ways in: `reading` for a view that doesn't change, `writing` for one transaction at a time.

    SQLite knows one writer; threads of this process queue for it here, where they wait in turn, and other processes
    in SQLite. A transaction is on disk when `writing` ends.
    """

    def __init__(self, url: str | URL) -> None:
        self.url = _driver(_parsed(url))
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(self.url, sqlite=self.sqlite)
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading."""
        with _told(self.url), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, committed at the end, or rolled back whole where anything is raised."""
        with _told(self.url):
            if not self.sqlite:
                with self.engine.begin() as connection:
                    yield connection
                return
            with self._turn, self.engine.connect() as connection:
                # immediate: a transaction that reads first and then writes could not wait for its turn
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.rollback()
                    raise
                connection.commit()

    def version(self) -> str | None:
        """The schema of this database; None where it holds no study."""
        with self.reading() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.execute(
                sa.text("SELECT version_num FROM alembic_version")
            ).scalar()
            return found

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _parsed(url: str | URL) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise StudyError(
            "database: not a URL. Expected sqlite:///study.sqlite or postgresql://user:password@host/name"
        ) from None


def _driver(url: URL) -> URL:
    """The URL with our default driver: pg8000, whose licence is permissive."""
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise StudyError(f"database: {backend!r} is not supported. Expected sqlite:///… or postgresql://…")
    return url.set(drivername="postgresql+pg8000") if url.drivername == "postgresql" else url


def _engine(url: URL, *, sqlite: bool) -> Engine:
    more: dict[str, Any] = {"json_serializer": _json, "json_deserializer": orjson.loads}
    if sqlite:
        more["connect_args"] = {"timeout": PATIENCE, "check_same_thread": False}
        more["pool_size"], more["max_overflow"] = 8, 56
    else:
        more["pool_size"], more["max_overflow"], more["pool_pre_ping"] = 16, 16, True
    try:
        engine = sa.create_engine(url, **more)
    except (ImportError, NoSuchModuleError) as error:
        if not sqlite:
            raise MissingExtraError("PostgreSQL", "postgresql") from error
        raise
    if sqlite:
        sa.event.listen(engine, "connect", _set_up)
    return engine


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _set_up(connection: Any, _: object) -> None:
    """Settings of one SQLite connection; transactions are begun by hand."""
    connection.isolation_level = None
    run: Callable[[str], Any] = connection.execute
    run("PRAGMA journal_mode = WAL")
    # FULL: what was acknowledged is on disk even if the machine stops, not only the process
    run("PRAGMA synchronous = FULL")
    run("PRAGMA foreign_keys = ON")
    run("PRAGMA cache_size = -16000")


@contextmanager
def _told(url: URL) -> Iterator[None]:
    """What the database says, in words that name the next step."""
    try:
        yield
    except DBAPIError as error:
        why = (
            str(error.orig).strip().splitlines()[0] if error.orig and str(error.orig).strip() else str(error)
        )
        where = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
        for sign, step in _STEPS.items():
            if sign in why.lower():
                raise StudyError(f"{where}: {why}. {step}") from error
        raise


_STEPS = {
    "disk is full": "Nothing of this step was saved; what was saved before is there. Make room and try again.",
    "no space left": "Nothing of this step was saved; what was saved before is there. Make room and try again.",
    "disk i/o error": "Nothing of this step was saved; what was saved before is there. Check the disk and its free space.",
    "readonly database": "Nothing was saved. Check that the study's folder is yours to write.",
    "unable to open database": "Check that the folder exists and is yours to write.",
    "database is locked": "Another program has held the study for long. Nothing was saved; close it and try again.",
    "not a database": "It is no study, or it is damaged. Take the last copy that works.",
    "malformed": "It is damaged. Take the last copy that works.",
    "can't create a connection": "Check that the PostgreSQL server runs and that the address is right.",
    "password authentication failed": "Check user and password in the database URL.",
    "does not exist": "Make the database first, or check its name.",
}


def sqlite_url(path: Path) -> URL:
    """The URL of a SQLite file.

    >>> sqlite_url(Path("study.sqlite")).render_as_string()
    'sqlite:///study.sqlite'
    """
    return URL.create("sqlite", database=str(path))
