"""A variable under a new id: its codings go along, and every figure of the study is what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from tests.study.material import TEXTS, Team
from tests.study.recode_material import (
    DEPTH,
    GONE,
    KINDS,
    TOPIC,
    Coded,
    Question,
    machine,
    snapshot,
    words,
)

from univocal.codebook import diff
from univocal.errors import StudyError
from univocal.estimates.agreement import agreement
from univocal.study import blind, codebooks, people, questions
from univocal.study.adjudicate import decide
from univocal.study.codebook_history import history, mixed, to_review
from univocal.study.coder_reports import coder_reports
from univocal.study.codings import Answer, Unit, current, save, undo
from univocal.study.disagreements import disagreements
from univocal.study.papers import paper_of
from univocal.study.recode import plan
from univocal.study.recode_maps import CodeMap
from univocal.study.recode_names import VariableMap
from univocal.study.schema import head as heads
from univocal.study.schema import parent as parents
from univocal.study.schema import question as asked
from univocal.study.schema import revision as revisions
from univocal.study.schema import task as tasks
from univocal.study.shares import shares
from univocal.study.spans import cut
from univocal.study.table import coding_table
from univocal.study.worklist import Worklist

COLOUR = {
    "topic": replace(TOPIC, id="colour"),
    "depth": Question(DEPTH.codes, when="colour red green"),
}
MOVE = VariableMap("topic", "colour")


@pytest.fixture
def coded(team: Team) -> Coded:
    return Coded(team)


def every_kind(coded: Coded) -> None:
    """Codings of every kind: changed after others' were seen, taken away, can't say, decided, of a machine, undone."""
    ann, bob = coded.team.ann, coded.team.bob
    for key, topic, other in zip(
        TEXTS, ("red", "green", "blue", "red"), ("red", "blue", "blue", "green"), strict=True
    ):
        coded.code(ann, key, "topic", topic, spans=[(TEXTS[key][:2], topic)], memo="m")
        coded.code(bob, key, "topic", other, unsure=True)
        coded.code(ann, key, "kinds", "theory", "tool")
        coded.code(bob, key, "kinds", "theory")
        coded.code(ann, key, "depth", "deep")
        coded.code(bob, key, "depth", "flat")
    coded.code(bob, "combining", "topic", "red")
    coded.finish(ann, bob)
    with coded.writing() as connection:
        robot = machine(connection)
        people.add(connection, "olga", "owner")
    coded.code(robot, "emoji", "topic", "blue", confidence=0.5)
    with coded.writing() as connection:
        for who in (ann, bob):
            blind.show(connection, who, paper_of(connection, "combining").row, robot.row)
            blind.show(connection, who, paper_of(connection, "crlf").row, robot.row)
    coded.code(bob, "combining", "topic", "blue", stage="seen")
    clear(coded, bob, "crlf", "topic", stage="seen")
    with coded.writing() as connection:
        stored = paper_of(connection, "arabic")
        row, book, _ = codebooks.latest(connection)
        unit = Unit(stored.row, ann.row, "topic")
        save(
            connection, unit, Answer(None), paper=stored.paper, coder="ann", codebook=book, codebook_row=row, stage="blind"
        )  # fmt: skip
        undo(connection, unit, stage="blind")
    resolve(coded, "combining", "topic", "blue")


def clear(coded: Coded, who: Any, key: str, variable: str, stage: Any = "blind") -> None:
    with coded.writing() as connection:
        stored = paper_of(connection, key)
        row, book, _ = codebooks.latest(connection)
        save(
            connection, Unit(stored.row, who.row, variable), None, paper=stored.paper, coder=who.name, codebook=book,
            codebook_row=row, stage=stage,
        )  # fmt: skip


def resolve(coded: Coded, key: str, variable: str, code: str) -> None:
    with coded.writing() as connection:
        stored = paper_of(connection, key)
        row, book, _ = codebooks.latest(connection)
        decide(
            connection, people.named(connection, "olga"), stored.row, (variable, -1, -1),
            [Answer((code,), (cut(stored.paper.text, 0, 5),))], paper=stored.paper, codebook=book, codebook_row=row,
        )  # fmt: skip


def figures(coded: Coded, **names: str) -> dict[str, list[str]]:
    """All that a study tells of its codings, variables by their first names (new id → old id)."""
    with coded.reading() as connection:
        _, book, _ = codebooks.latest(connection)
        table = coding_table(connection)
        assert table is not None
        people_ = coding_table(connection, machines=False)
        assert people_ is not None
        worklist = Worklist()
        worklist.refresh(connection, book)
        papers = [paper_of(connection, key).row for key in TEXTS]
        told: dict[str, Iterable[Any]] = {
            "rows": [
                (table.units[u], table.coders[c], table.variables[v], table.codes[table.variables[v]][k] if k >= 0 else "")
                for u, c, v, k in zip(table.unit, table.coder, table.variable, table.code, strict=True)
            ],
            "missing": [
                (v, c, int(table.missing[i, j]))
                for i, v in enumerate(table.variables) for j, c in enumerate(table.coders)
            ],
            "agreement": agreement(table).as_dict()["variables"].items(),
            "coders": [(one.variable, one.coders) for one in coder_reports(people_)],
            "shares": shares(connection, people_, book).codes,
            "disagreements": [
                (paper, d.variable, d.state, [(s.coder.name, s.asked, [r.answer for r in s.revisions]) for s in d.sides])
                for paper in papers for d in disagreements(connection, paper, book)
            ],
            "worklist": worklist.by_variable().items(),
            "current": [
                (r.unit.paper, r.unit.coder, r.unit.variable, r.unit.item, r.stage, r.answer)
                for paper in papers for r in current(connection, paper)
            ],
            "states": [(row.paper, row.coder, row.state) for row in connection.execute(sa.select(tasks))],
        }  # fmt: skip
    return {what: sorted(_as_before(repr(one), names) for one in of) for what, of in told.items()}


def _as_before(words: str, names: dict[str, str]) -> str:
    for new, old in names.items():
        words = words.replace(f"'{new}'", f"' {old}'")
    return words.replace("' ", "'")


def renamed_files() -> dict[str, str]:
    return words("2.0.0", **COLOUR)


def test_a_pure_rename_changes_no_figure(coded: Coded) -> None:
    every_kind(coded)
    before = figures(coded)
    made = coded.change(renamed_files())
    assert (made.names, made.moved, made.recoded, made.cleared, made.again, made.reopened) == (
        {"topic": "colour"}, 9, 0, 0, (), (),
    )  # fmt: skip
    assert made.earlier == 2, "bob's first judgements, which later answers stand above"
    assert figures(coded, colour="topic") == before
    back = words("3.0.0")
    assert coded.change(back).names == {"colour": "topic"}
    assert figures(coded) == before, "and there again"


def test_two_variables_can_change_their_ids_with_each_other(coded: Coded) -> None:
    ann, bob = coded.team.ann, coded.team.bob
    twins = {
        "kinds": Question(["x", "y"], label="K"),
        "topic": Question(["x", "y"], label="T"),
        "depth": GONE,
    }
    coded.change(words("2.0.0", **twins))
    for key in TEXTS:
        coded.code(ann, key, "kinds", "x")
        coded.code(bob, key, "kinds", "y")
        coded.code(ann, key, "topic", "y", stage="seen")
    coded.code(bob, "emoji", "kinds", "x", stage="seen")
    coded.finish(ann, bob)
    before = figures(coded)
    swapped = {
        **twins,
        "kinds": replace(twins["kinds"], id="topic"),
        "topic": replace(twins["topic"], id="kinds"),
    }
    made = coded.change(
        words("3.0.0", **swapped), VariableMap("kinds", "topic"), VariableMap("topic", "kinds")
    )
    assert (made.moved, made.cleared) == (12, 0)
    assert figures(coded, kinds="topic", topic="kinds") == before


def test_where_it_was_nothing_is_left_and_the_history_is_whole(coded: Coded) -> None:
    ann, bob = coded.team.ann, coded.team.bob
    coded.code(bob, "emoji", "topic", "red", spans=[("We", "red")], memo="m", unsure=True)
    coded.code(bob, "emoji", "topic", "green", stage="seen")
    coded.change(renamed_files(), by=ann)
    old = coded.past(bob, "emoji", "topic")
    assert [(one.action, one.stage, one.answer and one.answer.codes) for one in old] == [
        ("save", "blind", ("red",)), ("save", "seen", ("green",)), ("recode", "blind", None), ("recode", "seen", None),
    ]  # fmt: skip
    new = coded.past(bob, "emoji", "colour")
    assert [(one.action, one.stage, one.answer and one.answer.codes) for one in new] == [
        ("recode", "blind", ("red",)), ("recode", "seen", ("green",)),
    ]  # fmt: skip
    assert (new[0].answer, new[1].answer) == (old[0].answer, old[1].answer)
    with coded.writing() as connection:
        by = connection.execute(sa.select(revisions.c.by).where(revisions.c.action == "recode")).scalars()
        assert set(by) == {ann.row}
        assert undo(connection, new[1].unit, stage="seen") is None, "that would be the old variable's"


def test_an_answer_that_was_taken_away_later_stays_away_under_the_new_id(coded: Coded) -> None:
    ann = coded.team.ann
    coded.code(ann, "emoji", "topic", "red")
    clear(coded, ann, "emoji", "topic", stage="seen")
    coded.change(renamed_files())
    assert [(one.stage, one.answer and one.answer.codes) for one in coded.past(ann, "emoji", "colour")] == [
        ("blind", ("red",)), ("seen", None),
    ]  # fmt: skip


def test_codes_can_change_with_the_variable(coded: Coded) -> None:
    ann, bob = coded.team.ann, coded.team.bob
    coded.all(ann, "topic", "red")
    coded.all(bob, "topic", "blue")
    coded.code(bob, "emoji", "topic", "green")
    coded.finish(ann, bob)
    files = words(
        "2.0.0", topic=GONE, hue=Question(["warm", "green", "!nothing"]), depth=Question(DEPTH.codes, when="hue warm green")
    )  # fmt: skip
    made = coded.change(files, VariableMap("topic", "hue"), CodeMap("topic", ("red",), ("warm",)))
    assert (made.recoded, made.moved, len(made.again)) == (4, 1, 3)
    assert made.reopened == (("bob", 3),)
    assert {(one.variable, one.why) for one in made.again} == {("hue", "'blue' was removed")}
    assert [one.kind for one in made.variables if one.variable in ("hue", "depth")] == [
        "renamed",
        "unchanged",
    ]
    assert coded.past(bob, "crlf", "hue") == ()
    answer = coded.past(ann, "crlf", "hue")[-1].answer
    assert answer is not None
    assert answer.codes == ("warm",)


def test_a_decision_goes_along_with_its_parents(coded: Coded) -> None:
    every_kind(coded)
    with coded.reading() as connection:
        before = parents_of_decided(connection)
    coded.change(renamed_files())
    with coded.reading() as connection:
        assert parents_of_decided(connection) == before


def test_questions_go_along_and_may_swap_their_variables(coded: Coded) -> None:
    ann = coded.team.ann
    with coded.writing() as connection:
        olga = people.add(connection, "olga", "owner")
        row = paper_of(connection, "emoji").row
    coded.code(ann, "emoji", "topic", "red")
    coded.finish(ann)
    with coded.writing() as connection:
        for variable in ("topic", "kinds"):
            questions.ask(connection, olga, ann, Unit(row, ann.row, variable), "Why?", about=variable)
    swapped = {"topic": replace(TOPIC, id="kinds"), "kinds": replace(KINDS, id="topic"), "depth": GONE}
    coded.change(words("2.0.0", **swapped), VariableMap("topic", "kinds"), VariableMap("kinds", "topic"))
    with coded.reading() as connection:
        found = connection.execute(sa.select(asked.c.variable, asked.c.words).order_by(asked.c.id)).all()
    assert [tuple(one) for one in found] == [("kinds", "topic: Why?"), ("topic", "kinds: Why?")]


def parents_of_decided(connection: Any) -> list[int]:
    decided = sa.select(heads.c.revision).join(revisions, revisions.c.id == heads.c.revision)
    decided = decided.where(revisions.c.stage == "adjudicated", ~revisions.c.cleared)
    return list(
        connection.execute(
            sa.select(parents.c.parent).where(parents.c.revision.in_(decided)).order_by(parents.c.parent)
        ).scalars()
    )


def test_what_is_to_be_reviewed_stays_on_the_list(coded: Coded) -> None:
    """A later change that gives codings another code or place doesn't look at them in the coder's stead."""
    coded.all(coded.team.ann, "topic", "red")
    coded.all(coded.team.bob, "topic", "green")
    wine = Question(["red=wine", "green", "blue", "!nothing"])
    coded.change(words("1.1.0", topic=wine))
    coded.change(words("2.0.0", **{**COLOUR, "topic": replace(wine, id="colour")}))
    rosy = Question(["rosy=wine", "green", "blue", "!nothing"], id="colour")
    coded.change(words("3.0.0", topic=rosy, depth=Question(DEPTH.codes, when="colour rosy green")))
    with coded.reading() as connection:
        assert mixed(connection) == {"colour": (("ann", 4),)}
        n, found = to_review(connection, coder=coded.team.ann.row, limit=1)
    assert (n, found[0].since, found[0].codes) == (4, "1.1.0", ("rosy",))
    coded.code(coded.team.ann, "emoji", "colour", "rosy")
    with coded.reading() as connection:
        assert mixed(connection) == {"colour": (("ann", 3),)}


def test_other_words_need_somebody_to_say_so(coded: Coded) -> None:
    coded.all(coded.team.ann, "topic", "red")
    other = words("2.0.0", **{**COLOUR, "topic": replace(TOPIC, id="colour", label="Other words")})
    with coded.reading() as connection:
        gone, named = plan(connection, other), plan(connection, other, [MOVE])
        kept = plan(connection, renamed_files(), [VariableMap("topic", None)])
    assert (gone.names, gone.cleared, named.moved, named.cleared) == ({}, 4, 4, 0)
    assert (kept.names, kept.cleared) == ({}, 4)
    assert len({gone.key, named.key, kept.key}) == 3
    assert [one.variable for one in named.variables if one.was] == ["colour"]
    assert next(one for one in named.variables if one.variable == "depth").kind == "unchanged", (
        "but for the name"
    )
    coded.change(other, MOVE)
    with coded.reading() as connection:
        told = history(connection)[-1]
    assert told.found is not None
    assert ("renamed", "topic", "colour") in [(c.kind, c.before, c.after) for c in told.found.changes]


@pytest.mark.parametrize(
    ("maps", "message"),
    [
        ([VariableMap("topc", "colour")], "1.0.0 has no variable 'topc'.*'topic'"),
        ([VariableMap("topic", "color")], "2.0.0 has no variable 'color'.*'colour'"),
        ([MOVE, VariableMap("topic", None)], "another map says something else of topic"),
        ([VariableMap("kinds", None)], "version 2.0.0 has it still"),
        ([MOVE, VariableMap("kinds", "colour")], "both would be 'colour'"),
        ([VariableMap("topic", "kinds")], "both would be 'kinds'"),
    ],
)
def test_a_map_that_cannot_be_is_refused(coded: Coded, maps: list[VariableMap], message: str) -> None:
    coded.all(coded.team.ann, "topic", "red")
    with coded.reading() as connection:
        before = snapshot(connection)
        with pytest.raises(StudyError, match=message):
            plan(connection, renamed_files(), maps)
        assert snapshot(connection) == before


def test_of_two_that_came_with_the_same_words_neither_is_taken(coded: Coded) -> None:
    files = words("2.0.0", **COLOUR, shade=replace(TOPIC, label="The topic"))
    with coded.reading() as connection:
        assert plan(connection, files).names == {}


def test_a_renamed_variable_is_one_difference() -> None:
    found = diff(codebooks.of(words("1.0.0")), codebooks.of(renamed_files()))
    (one,) = found.changes
    assert (one.what, one.path, one.kind, one.before, one.after) == (
        "variable",
        ("variables",),
        "renamed",
        "topic",
        "colour",
    )
    assert found.suggested_version == "2.0.0"
