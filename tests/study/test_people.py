"""Invitations, passwords and roles, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from tests.study.material import Team

from univocal.errors import StudyError
from univocal.study import people
from univocal.study.folder import Study


def at_once(*works: Callable[[], object]) -> list[str]:
    """What became of each, when all begin at the same moment."""
    outcomes: list[str] = []
    ready = threading.Barrier(len(works))

    def work(one: Callable[[], object]) -> None:
        ready.wait()
        try:
            one()
            outcomes.append("done")
        except StudyError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=work, args=(one,)) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_an_invitation_makes_one_person_even_if_two_use_it_at_once(study: Study) -> None:
    with study.database.writing() as connection:
        token = people.invite(connection, "coder")

    def join(name: str) -> None:
        with study.database.writing() as connection:
            people.join(connection, token, name=name, password="correct horse")

    told = at_once(*[lambda name=name: join(name) for name in ("ann", "bob", "cy")])
    assert told.count("done") == 1, told
    with study.database.reading() as connection:
        assert len(people.everyone(connection)) == 1


def test_two_owners_cannot_both_step_down(study: Study) -> None:
    with study.database.writing() as connection:
        for name in ("olga", "otto"):
            people.add(connection, name, "owner")

    def down(name: str) -> None:
        with study.database.writing() as connection:
            people.change(connection, name, role="coder")

    told = at_once(lambda: down("olga"), lambda: down("otto"))
    assert told[0].endswith("is the only owner. Make someone else owner first.") or "done" in told[0]
    with study.database.reading() as connection:
        assert sum(one.role == "owner" for one in people.everyone(connection)) == 1


def test_machines_have_no_password_and_nobody_is_called_as_the_decided_codings_are(team: Team) -> None:
    with team.study.database.writing() as connection:
        people.add(connection, "trained", "machine")
        people.add(connection, "adjudicated", "decided")
    for name in ("trained", "adjudicated"):
        with (
            pytest.raises(StudyError, match="only people have passwords"),
            team.study.database.writing() as connection,
        ):
            people.set_password(connection, name, "correct horse")


def test_a_coder_cannot_take_the_name_of_the_decided_codings(study: Study) -> None:
    with pytest.raises(StudyError, match="Choose another name"), study.database.writing() as connection:
        people.add(connection, "adjudicated", "coder")


@pytest.mark.parametrize(
    ("password", "message"),
    [("short", "at least 8"), ("x" * 1001, "at most 1,000"), ("\ud800" * 8, "surrogate"), ("\0" * 8, "NUL")],
)
def test_passwords_that_cannot_be(team: Team, password: str, message: str) -> None:
    with pytest.raises(StudyError, match=message), team.study.database.writing() as connection:
        people.set_password(connection, "ann", password)


@pytest.mark.parametrize("name", ["nobody", "a\0b", "\ud800"])
def test_a_login_by_a_name_that_nobody_can_have_fails_as_any_other(team: Team, name: str) -> None:
    with team.study.database.reading() as connection:
        person, digest = people.password_of(connection, name)
    assert person is None
    assert not people.fits("correct horse", digest)
    assert not people.fits("\ud800", digest)


def test_an_unknown_name_is_told_with_the_one_that_was_meant(team: Team) -> None:
    with pytest.raises(StudyError, match="Did you mean 'ann'"), team.study.database.reading() as connection:
        people.named(connection, "anne")
