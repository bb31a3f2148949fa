"""Do people follow the machine? Counted by hand on small studies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.study.material import Team, span, write_papers

from univocal.study import blind, people, queues
from univocal.study.anchoring import Anchoring, anchoring
from univocal.study.codings import Answer
from univocal.study.papers import import_papers
from univocal.study.people import Person
from univocal.study.schema import task as tasks

TEXT = "We align models."
NO, UNSAID = Answer(("no",)), Answer(None)
MAIN = Answer(("main",), (span(TEXT, "We"),))
PASSING = Answer(("passing",), (span(TEXT, "We"),))


@dataclass
class Trial(Team):
    """Two papers of each arm for each of two coders, and a machine that says "main" of each."""

    robot: Person

    def code(self, key: str, first: Answer, then: Answer | None = None, *, look: bool = False) -> None:
        """Ann judges alone, finishes, looks at the machine's codes perhaps, and changes her mind perhaps."""
        unit = self.unit(key)
        self.save(unit, first, key)
        with self.study.database.writing() as connection:
            queues.finish(connection, self.row(key), self.ann.row)
        if look:
            with self.study.database.writing() as connection:
                blind.show(connection, self.ann, self.row(key), self.robot.row)
        if then is not None:
            self.save(unit, then, key, stage="seen" if look else "blind")

    def result(self) -> Anchoring:
        with self.study.database.reading() as connection:
            (found,) = anchoring(connection, self.study.codebook)
        return found


@pytest.fixture
def trial(team: Team, tmp_path: Any) -> Trial:
    keys = [f"{arm}{n}" for arm in ("open", "held") for n in range(4)]
    import_papers(team.study, [write_papers(tmp_path / "more.jsonl", dict.fromkeys(keys, TEXT))])
    with team.study.database.writing() as connection:
        robot = people.add(connection, "trained", "machine")
        queues.assign(connection, queues.Plan(name="b", kind="all", double=0, held_out=0), [team.ann])
    made = Trial(team.study, team.ann, team.bob, robot)
    with team.study.database.writing() as connection:
        held = [made.row(key) for key in keys if key.startswith("held")]
        connection.execute(tasks.update().where(tasks.c.paper.in_(held)).values(arm="held_out"))
    for key in keys:
        made.save(made.unit(key, who=robot), MAIN, key, coder="trained")
    return made


def test_changes_after_a_look_are_counted_and_where_they_lead(trial: Trial) -> None:
    trial.code("open0", NO, MAIN, look=True)
    trial.code("open1", NO, PASSING, look=True)
    trial.code("open2", MAIN, NO, look=True)
    trial.code("open3", MAIN, look=True)
    found = trial.result()
    assert (found.n_shown, found.n_held_out) == (4, 0)
    assert (found.changed.value, found.adopted.value, found.left.value) == (0.75, 0.5, 0.5)
    assert found.changed.method.startswith("Clopper-Pearson")
    assert found.adopted.n == 2
    assert (found.first_open.value, found.last_open.value) == (0.5, 0.5)
    assert found.gap_last.value is None
    assert "both arms" in found.gap_last.method


def test_the_arms_are_compared_as_drawn_whether_or_not_coders_looked(trial: Trial) -> None:
    trial.code("open0", NO, MAIN, look=True)
    trial.code("open1", NO)
    trial.code("held0", NO)
    trial.code("held1", NO, PASSING)
    found = trial.result()
    assert (found.n_shown, found.n_held_out) == (1, 2)
    assert (found.last_open.value, found.last_held_out.value, found.gap_last.value) == (0.5, 0.0, 0.5)
    assert (found.first_open.value, found.gap_first.value) == (0.0, 0.0)
    assert found.changed_unseen.value == 0.5
    assert "fewer than 20 clusters" in found.gap_last.caution


def test_the_first_judgement_is_the_one_before_the_look_and_the_machines_the_one_that_was_seen(
    trial: Trial,
) -> None:
    trial.code("open0", NO, MAIN, look=True)
    trial.save(trial.unit("open0", who=trial.robot), PASSING, "open0", coder="trained")
    trial.save(trial.unit("open1"), MAIN, "open1")
    trial.code("open1", NO, look=True)
    found = trial.result()
    assert (found.changed.value, found.adopted.value, found.first_open.value) == (0.5, 0.5, 0.0)


@pytest.mark.parametrize("why", ["abstains", "not coded", "sent back", "saw people", "unfinished"])
def test_units_that_tell_nothing_are_left_out(trial: Trial, why: str) -> None:
    from univocal.study import questions
    from univocal.study.codings import Unit

    trial.code("open0", NO, MAIN, look=True)
    row = trial.row("open1")
    with trial.study.database.writing() as connection:
        dee = people.add(connection, "dee", "adjudicator")
    if why == "abstains":
        trial.save(trial.unit("open1", who=trial.robot), UNSAID, "open1", coder="trained")
    if why == "not coded":
        trial.code("emoji", NO)
        return_value = trial.result()
        assert return_value.first_open.n == 1
        return
    if why == "unfinished":
        trial.save(trial.unit("open1"), NO, "open1")
    else:
        trial.code("open1", NO)
    with trial.study.database.writing() as connection:
        if why == "sent back":
            questions.ask(
                connection, dee, trial.ann, Unit(row, trial.ann.row, "about"), "Why?", about="About"
            )
            queues.finish(connection, row, trial.ann.row)
        if why == "saw people":
            blind.show(connection, trial.ann, row, trial.bob.row)
    assert trial.result().first_open.n == 1


def test_where_nothing_changed_the_interval_counts_papers(trial: Trial) -> None:
    for n in range(3):
        key = f"open{n}"
        trial.save(
            trial.unit(key, "definition", trial.robot),
            Answer(("explicit",), MAIN.spans),
            key,
            coder="trained",
        )
        trial.save(trial.unit(key, "definition"), Answer(("implicit",), MAIN.spans), key)
        trial.code(key, NO, look=True)
    found = trial.result()
    assert (found.changed.value, found.changed.n) == (0.0, 6)
    assert "over 3 papers" in found.changed.method
    assert found.changed.high == pytest.approx(1 - 0.025 ** (1 / 3))


def test_no_machine_no_figures(team: Team) -> None:
    with team.study.database.reading() as connection:
        assert anchoring(connection, team.study.codebook) == ()
