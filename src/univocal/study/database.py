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
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from univocal.errors import MissingExtraError, StudyError, UnivocalError

#: What the layers above hand on without knowing SQL.
Connection = sa.Connection

#: The schema that this version of Univocal writes; the name of the last file in ``migrations/versions``.
SCHEMA = "0001"
#: How long a writer waits for another process's transaction, in seconds.
PATIENCE = 30
#: After so many seconds of idleness a connection to PostgreSQL is asked whether it still holds.
IDLE = 10


class StoreError(UnivocalError):
    """Nothing was wrong with what was asked for, but the database can't do it now."""


class NoRoomError(StoreError):
    """The disk took nothing more: what was to be saved isn't, what was saved before is there."""


class BusyError(StoreError):
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
                except BaseException:
                    # also where the process is told to stop: nothing half-done stays, and it goes on up
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
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise StudyError(f"database: not a URL. Expected {_EXPECTED}") from None


def _driver(url: URL) -> URL:
    """The URL with the driver that we know: for PostgreSQL pg8000, whose licence is permissive."""
    if url.drivername not in _DRIVERS:
        raise StudyError(f"database: {url.drivername!r} is not supported. Expected {_EXPECTED}")
    if url.get_backend_name() == "postgresql" and (url.username is None or url.query):
        what = "no user is named" if url.username is None else f"{', '.join(url.query)}: no such parameter"
        raise StudyError(f"database: {what}. Expected {_EXPECTED}")
    return url.set(drivername=_DRIVERS[url.drivername])


_EXPECTED = "sqlite:///study.sqlite or postgresql://user:password@host/name"
_DRIVERS = {
    "sqlite": "sqlite", "postgresql": "postgresql+pg8000", "postgresql+pg8000": "postgresql+pg8000",
}  # fmt: skip


def _engine(url: URL, *, sqlite: bool) -> Engine:
    more: dict[str, Any] = {
        "json_serializer": _json, "json_deserializer": orjson.loads, "pool_timeout": PATIENCE,
        "hide_parameters": True,  # what coders write is no matter for logs
    }  # fmt: skip
    if sqlite:
        more["connect_args"] = {"timeout": PATIENCE, "check_same_thread": False}
        more["pool_size"], more["max_overflow"] = 8, 56
    else:
        more["pool_size"], more["max_overflow"] = 12, 12
    try:
        engine = sa.create_engine(url, **more)
    except ImportError as error:
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
    where = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
    try:
        yield
    except NoConnectionError as error:
        why = f"all connections have been taken for {PATIENCE} seconds"
        raise BusyError(f"{where}: {why}. {_UNSAVED} Try again.") from error
    except DBAPIError as error:
        why = _words(error)
        for sign, (kind, step) in _STEPS.items():
            if sign in why.lower():
                raise kind(f"{where}: {why}. {step}") from error
        raise


def _words(error: DBAPIError) -> str:
    """What the driver says, in one line; pg8000 has it as the ``M`` of a dictionary."""
    said = error.orig.args[0] if error.orig is not None and error.orig.args else None
    words = str(said.get("M", said) if isinstance(said, dict) else error.orig or "").strip()
    return (words or str(error)).splitlines()[0].rstrip(".")


_UNSAVED = "Nothing of this step was saved; what was saved before is there."
_RIGHTS = "The user needs the right to make and change tables: GRANT ALL ON SCHEMA public TO …"
_STEPS: dict[str, tuple[type[UnivocalError], str]] = {
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
    "too many clients": (BusyError, "Try again, or let the server take more connections (max_connections)."),
    "connection slots": (BusyError, "Try again, or let the server take more connections (max_connections)."),
    "starting up": (BusyError, "Try again in a moment."),
    "shutting down": (BusyError, f"{_UNSAVED} Try again when the PostgreSQL server runs."),
    "terminating connection": (BusyError, f"{_UNSAVED} Try again when the PostgreSQL server runs."),
    "password authentication failed": (StudyError, "Check user and password in the database URL."),
    "pg_hba.conf": (StudyError, "The server lets this user in from elsewhere, or by other means; ask its owner."),
    "permission denied": (StudyError, _RIGHTS),
    "no schema has been selected": (StudyError, _RIGHTS),
    "read-only transaction": (StudyError, "Nothing was saved. Name the server that takes changes."),
    "does not exist": (StudyError, "Make the database first, or check its name."),
}  # fmt: skip


def sqlite_url(path: Path) -> URL:
    """The URL of a SQLite file.

    >>> sqlite_url(Path("study.sqlite")).render_as_string()
    'sqlite:///study.sqlite'
    """
    return URL.create("sqlite", database=str(path))
