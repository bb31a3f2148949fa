"""Versions of a small codebook beside the built-in one, and a study whose codings were made by the first."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from tests.study.material import TEXTS, Team

from univocal.study import codebooks, people, queues
from univocal.study.codings import Answer, Revision, Stage, Unit, history, save
from univocal.study.papers import paper_of
from univocal.study.people import Person
from univocal.study.recode import change
from univocal.study.recode_maps import CodeMap
from univocal.study.recode_plan import Plan
from univocal.study.spans import cut


@dataclass(frozen=True)
class Question:
    """A variable of the small codebook; codes are ids, "!" before one that needs no evidence, "=…" after one the words.

    ``id`` is its id where that isn't the name that it goes by in these tests.
    """

    codes: Sequence[str]
    answers: str = "one"
    when: str = ""
    unit: str = "paper"
    question: str = "What is it?"
    label: str = ""
    id: str = ""

    def toml(self, called: str) -> str:
        name = self.id or called
        lines = [
            "[[variables]]", f'id = "{name}"', f'label = "{self.label or f"The {called}"}"', f'question = "{self.question}"',
            f'unit = "{self.unit}"', f'answers = "{self.answers}"', 'provenance = "U"',
        ]  # fmt: skip
        if self.when:
            variable, _, codes = self.when.partition(" ")
            lines.append(f'when = {{ variable = "{variable}", codes = {codes.split()!r} }}')
        for code in self.codes:
            id_, _, words = code.removeprefix("!").partition("=")
            lines += ["[[codes]]", f'variable = "{name}"', f'id = "{id_}"', f'label = "L {words or id_}"']
            lines += [f'definition = "What {words or id_} is."', 'provenance = "U"']
            lines += ["absence = true"] if code.startswith("!") else []
        return "\n".join(lines)


TOPIC = Question(["red", "green", "blue", "!nothing"])
KINDS = Question(["theory", "data", "tool"], answers="many")
DEPTH = Question(["deep", "flat"], when="topic red green")
FIRST = {"topic": TOPIC, "kinds": KINDS, "depth": DEPTH}


def words(version: str, **questions: Question) -> dict[str, str]:
    """The files of a version: those of the first one, with these questions in place of its own."""
    head = f'id = "small"\nversion = "{version}"\ntitle = "Small"\nextends = "alignment"\n'
    every = {**FIRST, **questions}
    body = "\n".join(one.toml(name) for name, one in every.items() if one.codes)
    return {"codebook.toml": f"{head}\n{body}\n"}


GONE = Question([])


@dataclass
class Coded:
    """A study under version 1.0.0 of the small codebook; ann and bob have a task for each of the four papers."""

    team: Team

    def __post_init__(self) -> None:
        with self.writing() as connection:
            codebooks.add(connection, words("1.0.0"), note="small")
            queues.assign(
                connection, queues.Plan(name="all", kind="all", held_out=0), [self.team.ann, self.team.bob]
            )

    def writing(self):
        return self.team.study.database.writing()

    def reading(self):
        return self.team.study.database.reading()

    def code(
        self,
        who: Person,
        key: str,
        variable: str,
        *codes: str,
        stage: Stage = "blind",
        spans: Sequence[tuple[str, str | None]] = (),
        **more: object,
    ) -> int:
        """Save an answer whose evidence is the paper's first words, or ``spans`` (words, code)."""
        with self.writing() as connection:
            stored = paper_of(connection, key)
            text = stored.paper.text
            found = [(text.index(quote), quote, code) for quote, code in spans] or [(0, text[:5], None)]
            answer = Answer(codes, tuple(cut(text, at, at + len(quote), code) for at, quote, code in found))
            row, codebook, _ = codebooks.latest(connection)
            return save(
                connection, Unit(stored.row, who.row, variable), replace(answer, **more), paper=stored.paper,  # type: ignore[arg-type]
                coder=who.name, codebook=codebook, codebook_row=row, stage=stage,
            )  # fmt: skip

    def all(self, who: Person, variable: str, *codes: str) -> None:
        for key in TEXTS:
            self.code(who, key, variable, *codes)

    def finish(self, *who: Person) -> None:
        with self.writing() as connection:
            for key in TEXTS:
                for one in who:
                    queues.finish(connection, paper_of(connection, key).row, one.row)

    def change(self, files: dict[str, str], *maps: CodeMap, **more: object) -> Plan:
        with self.writing() as connection:
            return change(connection, files, maps, **more)  # type: ignore[arg-type]

    def past(self, who: Person, key: str, variable: str) -> tuple[Revision, ...]:
        with self.reading() as connection:
            return history(connection, self.team.unit(key, variable, who))

    def states(self, who: Person) -> dict[str, str]:
        with self.reading() as connection:
            found = {key: queues.task_of(connection, paper_of(connection, key).row, who.row) for key in TEXTS}
        return {key: task.state for key, task in found.items() if task is not None}


def snapshot(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """All that a change may touch."""
    names = ("codebook", "revision", "evidence", "head", "parent", "task", "event")
    return {
        name: [tuple(map(str, row)) for row in connection.execute(sa.text(f"SELECT * FROM {name} ORDER BY 1, 2"))]
        for name in names
    }  # fmt: skip


def machine(connection: Connection) -> Person:
    return people.add(connection, "robot", "machine")


def kept(files: dict[str, str]) -> dict[str, str]:
    """The files as a study keeps them: with the built-in codebook that they extend."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.toml"
        path.write_text(files["codebook.toml"])
        return codebooks.files_of(path)
