"""A change of the codebook is no change of mind: what is told of coders who follow the machine stays as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.study.material import TEXTS, Team
from tests.study.recode_material import DEPTH, KINDS, TOPIC, Coded, Question, machine, words

from univocal.study import blind
from univocal.study.anchoring import Anchoring, anchoring
from univocal.study.papers import paper_of
from univocal.study.people import Person
from univocal.study.recode_maps import CodeMap


@pytest.fixture
def coded(team: Team) -> Coded:
    """Ann judges four papers alone and looks at the machine's codes, then changes two of hers."""
    made = Coded(team)
    with made.writing() as connection:
        robot = machine(connection)
    made.all(robot, "topic", "red")
    keys = list(TEXTS)
    for key, code in zip(keys, ("green", "green", "red", "blue"), strict=True):
        made.code(team.ann, key, "topic", code)
    made.finish(team.ann)
    for key in keys:
        _look(made, team.ann, key, robot)
    made.code(team.ann, keys[0], "topic", "red", stage="seen")
    made.code(team.ann, keys[2], "topic", "green", stage="seen")
    return made


def _look(coded: Coded, who: Person, key: str, robot: Person) -> None:
    with coded.writing() as connection:
        blind.show(connection, who, paper_of(connection, key).row, robot.row)


def _result(coded: Coded) -> Anchoring:
    with coded.reading() as connection:
        (found,) = anchoring(connection, coded.team.study.codebook)
    return found


def test_other_names_for_codes_and_questions_change_nothing(coded: Coded) -> None:
    before = _result(coded)
    assert (before.changed.value, before.adopted.value, before.left.value) == (0.5, 1 / 3, 1.0)
    crimson = Question(["crimson=red", "green", "blue", "!nothing"])
    depth = Question(DEPTH.codes, when="topic crimson green")
    coded.change(words("2.0.0", topic=crimson, depth=depth), CodeMap("topic", ("red",), ("crimson",)))
    assert _result(coded) == before
    renamed = Question(crimson.codes, label="The topic", id="theme")
    coded.change(words("3.0.0", topic=renamed, depth=replace(depth, when="theme crimson green")))
    assert _result(coded) == before


def test_what_was_to_be_coded_again_tells_nothing_then_and_afterwards(coded: Coded) -> None:
    without = Question([code for code in TOPIC.codes if code != "blue"])
    coded.change(words("2.0.0", topic=without, kinds=KINDS))
    assert _result(coded).changed.n == 3
    coded.code(coded.team.ann, list(TEXTS)[3], "topic", "red", stage="seen")
    assert _result(coded).changed.n == 3
