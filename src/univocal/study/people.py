"""Who takes part in a study: roles, invitations, passwords, sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.errors import StudyError
from univocal.plugins import did_you_mean
from univocal.study.clock import now
from univocal.study.schema import codebook as codebooks
from univocal.study.schema import invitation as invitations
from univocal.study.schema import person as persons
from univocal.study.schema import session as sessions
from univocal.study.spans import unkeepable

if TYPE_CHECKING:
    from argon2 import PasswordHasher

#: ``machine`` is a machine coder, ``decided`` bears the adjudicated codings.
Role = Literal["owner", "adjudicator", "coder", "machine", "decided"]
#: What people can be.
HUMAN: tuple[Role, ...] = ("owner", "adjudicator", "coder")
#: An invitation holds for this long, and so does a login.
INVITED = timedelta(days=14)
LOGGED_IN = timedelta(days=14)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1_000
LONGEST_NAME = 80
#: The name of the coder whose codings are the decided ones; nobody else can have it.
ADJUDICATED = "adjudicated"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who codes: ``row`` in the database, name, role."""

    row: int
    name: str
    role: Role
    active: bool = True

    @property
    def decides(self) -> bool:
        """May this person adjudicate?"""
        return self.role in ("owner", "adjudicator")


@dataclass(frozen=True, slots=True)
class Session:
    """A login: who, the token that forms must send back, and the row of the codebook in force when it was asked for."""

    person: Person
    csrf: str
    codebook: int


def invite(connection: Connection, role: Role, *, name: str | None = None) -> str:
    """Make an invitation and return its token, which isn't kept: only a digest is.

    Raises:
        StudyError: a role that people can't have, or a name that can't be.
    """
    if role not in HUMAN:
        raise StudyError(f"no role {role!r} for people. Expected owner, adjudicator or coder.")
    if name is not None:
        _check_name(name)
    token = secrets.token_urlsafe(24)
    values = {"digest": _digest(token), "role": role, "name": name, "at": now(), "until": now(INVITED)}
    connection.execute(invitations.insert(), values)
    return token


def invited(connection: Connection, token: str) -> tuple[Role, str | None]:
    """The role and name that an invitation is for.

    Raises:
        StudyError: it is unknown, used or out of date.
    """
    row = _invitation(connection, token)
    return row.role, row.name


def join(connection: Connection, token: str, *, name: str, password: str) -> Person:
    """Use an invitation: make the person.

    Raises:
        StudyError: the invitation isn't good, the name is taken or can't be, the password is too short.
    """
    row = _invitation(connection, token)
    person = add(connection, name, row.role, password=password)
    # of two who use it at the same moment, one finds it used
    free = invitations.update().where(invitations.c.id == row.id, invitations.c.used_at.is_(None))
    if connection.execute(free.values(used_at=now(), used_by=person.row)).rowcount != 1:
        raise StudyError(_NO_INVITATION)
    return person


def add(connection: Connection, name: str, role: Role, *, password: str | None = None) -> Person:
    """Make a person, or a machine coder, which has no password.

    Raises:
        StudyError: the name is taken or can't be, the password is too short.
    """
    name = _check_name(name)
    if (name == ADJUDICATED) != (role == "decided"):
        raise StudyError(f"{ADJUDICATED!r} is what the decided codings go by. Choose another name.")
    digest = None if password is None else _hash(password)
    if connection.execute(sa.select(persons.c.id).where(persons.c.name == name)).first() is not None:
        raise StudyError(f"the name {name!r} is taken. Choose another one.")
    values = {"name": name, "role": role, "password": digest, "active": True, "at": now()}
    row = connection.execute(persons.insert().returning(persons.c.id), values).scalar_one()
    return Person(int(row), name, role)


def everyone(connection: Connection) -> tuple[Person, ...]:
    """All people and machine coders, in the order in which they came."""
    rows = connection.execute(sa.select(persons).order_by(persons.c.id))
    return tuple(Person(row.id, row.name, row.role, row.active) for row in rows)


def named(connection: Connection, name: str) -> Person:
    """The person with this name.

    Raises:
        StudyError: there is none.
    """
    found = everyone(connection)
    one = next((one for one in found if one.name == name), None)
    if one is None:
        known = [one.name for one in found if one.role != "decided"]
        step = did_you_mean(name, known) if known else "Nobody takes part yet: univocal people invite"
        raise StudyError(f"no person {name!r} in the study. {step}")
    return one


def password_of(connection: Connection, name: str) -> tuple[Person | None, str]:
    """The active person with this name and their password's digest; an unknown name has one too, which fits nothing."""
    query = sa.select(persons).where(persons.c.name == name, persons.c.active, persons.c.role.in_(HUMAN))
    # a name that nobody can have might not even be one that a database takes
    row = connection.execute(query).first() if name.isprintable() else None
    if row is None or row.password is None:
        return None, _nobody()
    return Person(row.id, row.name, row.role), row.password


def fits(password: str, digest: str) -> bool:
    """Is it the password? Takes as long for a name that nobody has."""
    from argon2.exceptions import VerificationError

    if unkeepable(password):
        return False
    try:
        return _hasher().verify(digest, password[: LONGEST_PASSWORD + 1])
    except VerificationError:
        return False


def log_in(connection: Connection, person: Person) -> str:
    """Begin a session and return its token, the cookie's value."""
    token = secrets.token_urlsafe(32)
    connection.execute(sessions.delete().where(sessions.c.until < now()))
    values = {
        "digest": _digest(token),
        "person": person.row,
        "csrf": secrets.token_urlsafe(24),
        "at": now(),
        "until": now(LOGGED_IN),
    }
    connection.execute(sessions.insert(), values)
    return token


_IN_FORCE = sa.select(sa.func.max(codebooks.c.id)).scalar_subquery()


def session_of(connection: Connection, token: str) -> Session | None:
    """The session of a cookie; None where there is none, it is over, or the person may no longer take part."""
    query = (
        sa.select(sessions.c.csrf, persons, _IN_FORCE.label("codebook"))
        .join(persons, persons.c.id == sessions.c.person)
        .where(sessions.c.digest == _digest(token), sessions.c.until >= now(), persons.c.active)
    )
    row = connection.execute(query).first()
    return None if row is None else Session(Person(row.id, row.name, row.role), row.csrf, row.codebook)


def log_out(connection: Connection, token: str) -> None:
    """End a session."""
    connection.execute(sessions.delete().where(sessions.c.digest == _digest(token)))


def change(
    connection: Connection, name: str, *, role: Role | None = None, active: bool | None = None
) -> Person:
    """Give a person another role, or let them take part no longer (or again); their codings stay.

    Raises:
        StudyError: there is no such person, or nobody would be left as owner.
    """
    person = named(connection, name)
    if person.role not in HUMAN or role not in (None, *HUMAN):
        raise StudyError(f"{name!r}: only people have roles that change, to owner, adjudicator or coder")
    made = Person(person.row, name, role or person.role, person.active if active is None else active)
    # held, so that two owners can't make each other something else at the same moment
    of_owners = sa.select(persons.c.id).where(persons.c.role == "owner", persons.c.active)
    owners = set(connection.execute(of_owners.with_for_update()).scalars())
    if owners == {person.row} and not (made.role == "owner" and made.active):
        raise StudyError(f"{name!r} is the only owner. Make someone else owner first.")
    connection.execute(
        persons.update().where(persons.c.id == person.row).values(role=made.role, active=made.active)
    )
    if not made.active:
        connection.execute(sessions.delete().where(sessions.c.person == person.row))
    return made


def set_password(connection: Connection, name: str, password: str) -> None:
    """Give a person a new password, and end their sessions.

    Raises:
        StudyError: there is no such person, or the password is too short or long.
    """
    person = named(connection, name)
    if person.role not in HUMAN:
        raise StudyError(f"{name!r}: only people have passwords, not machine coders")
    connection.execute(persons.update().where(persons.c.id == person.row).values(password=_hash(password)))
    connection.execute(sessions.delete().where(sessions.c.person == person.row))


def _invitation(connection: Connection, token: str) -> sa.Row[tuple[object, ...]]:
    row = connection.execute(sa.select(invitations).where(invitations.c.digest == _digest(token))).first()
    if row is None or row.used_at is not None or row.until < now():
        raise StudyError(_NO_INVITATION)
    return row


_NO_INVITATION = "the invitation is unknown, used or out of date. Ask for a new one: univocal people invite"


def _check_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise StudyError(
            f"a name of 1 to {LONGEST_NAME} printable characters was expected, got {name[:100]!r}"
        )
    return name


def _hash(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise StudyError(
            f"a password of at least {SHORTEST_PASSWORD} and at most {LONGEST_PASSWORD:,} characters was expected"
        )
    if unkeepable(password):
        raise StudyError(f"a password without {unkeepable(password)} was expected")
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
