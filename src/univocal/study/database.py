"""Opening a study's database: SQLite with a write-ahead log, or PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from univocal.errors import MissingExtraError, StudyError

#: What the layers above hand on without knowing SQL.
Connection = sa.Connection

#: The schema that this version of Univocal writes; the name of the last file in ``migrations/versions``.
SCHEMA = "0001"
#: How long a writer waits for another process's transaction, in seconds.
PATIENCE = 30
#: After so many seconds of idleness a connection to PostgreSQL is asked whether it still holds.
IDLE = 10


class NoRoomError(StudyError):
    """The disk took nothing more: what was to be saved isn't, what was saved before is there."""


class BusyError(StudyError):
    """The database can't be had at the moment; the same step may go through later."""


class Database:
    """One engine with two ways in: `reading`, and `writing` for one transaction at a time.

    SQLite knows one writer; threads of this process queue for it here, where they wait in turn, and other processes
    in SQLite. A transaction is on disk when `writing` ends.
    """

    def __init__(self, url: str | URL) -> None:
        self.url = _driver(_parsed(url))
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(self.url, sqlite=self.sqlite)
        self._turn = threading.Lock()

    @contextmanager
    def reading(self, *, brief: bool = False) -> Iterator[Connection]:
        """A connection for reading; a ``brief`` one is for a single statement, which needs no transaction around it."""
        with _told(self.url), self.engine.connect() as connection:
            if brief and not self.sqlite:
                connection.execution_options(isolation_level="AUTOCOMMIT")
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
                except (
                    BaseException
                ):  # also where the process is told to stop: nothing half-done stays, and it goes on up
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
        more["pool_size"], more["max_overflow"] = 12, 12
    try:
        engine = sa.create_engine(url, **more)
    except (ImportError, NoSuchModuleError) as error:
        if not sqlite:
            raise MissingExtraError("PostgreSQL", "postgresql") from error
        raise
    if sqlite:
        sa.event.listen(engine, "connect", _set_up)
    else:
        _look_after(engine)
    return engine


def _look_after(engine: Engine) -> None:
    """Ask a connection that was idle for long whether its server still is there; to ask each time costs a round trip."""

    def given_back(_: object, record: ConnectionPoolEntry) -> None:
        record.info["idle since"] = time.monotonic()

    def taken(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get("idle since", time.monotonic()) < IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            # whatever the driver raises: the pool connects anew
            raise DisconnectionError from error

    sa.event.listen(engine, "checkin", given_back)
    sa.event.listen(engine, "checkout", taken)


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
        why = _words(error)
        where = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
        for sign, (kind, step) in _STEPS.items():
            if sign in why.lower():
                raise kind(f"{where}: {why}. {step}") from error
        raise


def _words(error: DBAPIError) -> str:
    """What the driver says, in one line; pg8000 has it as the ``M`` of a dictionary."""
    said = error.orig.args[0] if error.orig is not None and error.orig.args else None
    words = str(said.get("M", said) if isinstance(said, dict) else error.orig or "").strip()
    return words.splitlines()[0] if words else str(error)


_UNSAVED = "Nothing of this step was saved; what was saved before is there."
_STEPS: dict[str, tuple[type[StudyError], str]] = {
    "disk is full": (NoRoomError, f"{_UNSAVED} Make room and try again."),
    "no space left": (NoRoomError, f"{_UNSAVED} Make room and try again."),
    "disk i/o error": (NoRoomError, f"{_UNSAVED} Check the disk and its free space, then try again."),
    "readonly database": (StudyError, "Nothing was saved. Check that the study's folder is yours to write."),
    "unable to open database": (StudyError, "Check that the folder exists and is yours to write."),
    "database is locked": (
        BusyError, "Another program has held the study for long. Nothing was saved; close it and try again.",
    ),
    "not a database": (StudyError, "It is no study, or it is damaged. Take the last copy that works."),
    "malformed": (StudyError, "It is damaged. Take the last copy that works."),
    "can't create a connection": (
        BusyError, "Check that the PostgreSQL server runs and that the address is right.",
    ),
    # PostgreSQL only: SQLite's writers take turns
    "duplicate key value": (
        BusyError,
        "Something else was saved at the same moment. Nothing of this step was saved; try again.",
    ),
    "deadlock detected": (BusyError, f"{_UNSAVED} Try again."),
    "network error": (BusyError, f"{_UNSAVED} Check that the PostgreSQL server runs, then try again."),
    "password authentication failed": (StudyError, "Check user and password in the database URL."),
    "does not exist": (StudyError, "Make the database first, or check its name."),
}  # fmt: skip


def sqlite_url(path: Path) -> URL:
    """The URL of a SQLite file.

    >>> sqlite_url(Path("study.sqlite")).render_as_string()
    'sqlite:///study.sqlite'
    """
    return URL.create("sqlite", database=str(path))
