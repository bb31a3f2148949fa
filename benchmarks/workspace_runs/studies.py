"""Studies of every size, with people who are logged in."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from univocal.study import people
from univocal.study.clock import now
from univocal.study.folder import Study, create, open_study
from univocal.study.papers import import_papers
from univocal.study.people import Role
from univocal.study.schema import evidence, head, revision
from workspace_runs.wire import Wire

COOKIE = "univocal_session"


@dataclass(frozen=True, slots=True)
class Login:
    """A person's row and session."""

    row: int
    cookie: str
    csrf: str

    def wire(self, port: int) -> Wire:
        """A connection of this person's own."""
        return Wire(port, {"Cookie": f"{COOKIE}={self.cookie}", "X-CSRF-Token": self.csrf})


def made(folder: Path, source: Path | None, *, database: str | None = None) -> Study:
    """A new study with the documents of one file, if one is given."""
    shutil.rmtree(folder, ignore_errors=True)
    study = create(folder, database=database)
    if source is not None:
        import_papers(study, [source])
    return study


def logins(study: Study, names: Mapping[str, Role] | Sequence[str]) -> list[Login]:
    """People with these names, logged in; there is an owner besides."""
    roles: Mapping[str, Role] = names if isinstance(names, Mapping) else dict.fromkeys(names, "coder")
    found = []
    with study.database.writing() as connection:
        for name, role in roles.items():
            person = people.add(connection, name, role)
            cookie = people.log_in(connection, person)
            session = people.session_of(connection, cookie)
            assert session is not None
            found.append(Login(person.row, cookie, session.csrf))
    return found


def fill(folder: Path, units: Sequence[tuple[int, int, str, list[str] | None]]) -> None:
    """Codings (paper, coder, variable, codes) put in at once, one piece of evidence each, as saving would leave them."""
    study = open_study(folder)
    with study.database.writing() as connection:
        first = (connection.exec_driver_sql("SELECT max(id) FROM revision").scalar() or 0) + 1
        starts = connection.exec_driver_sql("SELECT paper, substr(text, 1, 5) FROM paper_text")
        texts: dict[int, str] = {row[0]: row[1] for row in starts}
        at = now()
        for start in range(0, len(units), 5_000):
            some = list(enumerate(units[start : start + 5_000], first + start))
            where = [
                {"paper": p, "coder": c, "variable": v, "unit_start": -1, "unit_end": -1, "item": 0}
                for _, (p, c, v, _) in some
            ]
            connection.execute(
                revision.insert(),
                [
                    {
                        **unit, "id": id_, "action": "save", "codes": codes, "cleared": False, "unsure": False,
                        "memo": "", "stage": "blind", "codebook": study.codebook_row, "at": at, "token": f"fill-{id_}",
                    }
                    for unit, (id_, (_, _, _, codes)) in zip(where, some, strict=True)
                ],
            )  # fmt: skip
            connection.execute(
                evidence.insert(),
                [
                    {"revision": id_, "place": 0, "start": 0, "stop": 5, "quote": texts[p], "prefix": "", "suffix": ""}
                    for id_, (p, _, _, codes) in some
                    if codes
                ],
            )  # fmt: skip
            heads = [{**unit, "revision": id_} for unit, (id_, _) in zip(where, some, strict=True)]
            connection.execute(head.insert(), heads)
        if not study.database.sqlite:
            connection.exec_driver_sql(f"SELECT setval('revision_id_seq', {first + len(units)})")
    study.close()
