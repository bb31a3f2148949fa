"""Drawing papers, sharing them out, and who may see what."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.study.material import Team

from univocal.errors import StudyError
from univocal.study import blind, draws, people, queues
from univocal.study.codings import Answer
from univocal.study.queues import Plan
from univocal.study.schema import paper as papers


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=40),
    st.integers(1, 40),
    st.floats(0.01, 1),
    st.integers(0, 99),
)
def test_unequal_draws_give_every_paper_a_chance_and_n_papers(scores, n, floor, seed):
    draw = draws.unequal(np.array(scores), n, np.random.default_rng(seed), floor=floor)
    n = min(n, len(scores))
    assert len(draw.drawn) == n
    assert len(set(draw.drawn.tolist())) == n
    assert (draw.probability > 0).all()
    assert (draw.probability <= 1).all()
    assert draws._chances(
        np.array(scores) * (1 - floor) + floor * (np.mean(scores) or 1), n
    ).sum() == pytest.approx(n)


def test_probabilities_are_those_with_which_papers_are_drawn():
    """10,000 draws: the share of draws with a paper is its probability, within five standard errors."""
    scores = np.array([0.0, 0.0, 1.0, 2.0, 9.0])
    chance, hits = np.zeros(5), np.zeros(5)
    for seed in range(10_000):
        draw = draws.unequal(scores, 2, np.random.default_rng(seed))
        chance[draw.drawn] = draw.probability
        hits[draw.drawn] += 1
    error = np.sqrt(chance * (1 - chance) / 10_000)
    assert (np.abs(hits / 10_000 - chance) <= 5 * error + 1e-12).all()


def test_a_weighted_total_of_an_unequal_draw_is_right_on_average():
    rng = np.random.default_rng(3)
    scores, truth = rng.gamma(0.5, 1, 60), rng.random(60) < 0.3
    totals = []
    for seed in range(4000):
        draw = draws.unequal(scores, 15, np.random.default_rng(seed))
        totals.append((truth[draw.drawn] / draw.probability).sum())
    assert np.mean(totals) == pytest.approx(truth.sum(), abs=5 * np.std(totals) / np.sqrt(4000))


@pytest.fixture
def three(team: Team) -> tuple[people.Person, ...]:
    with team.study.database.writing() as connection:
        return (team.ann, team.bob, people.add(connection, "cy", "coder"))


def assign(team: Team, coders, **plan) -> int:
    with team.study.database.writing() as connection:
        return queues.assign(connection, Plan(name="b", **plan), coders)


def tasks(team: Team):
    query = "SELECT paper, coder, probability, arm, state, place FROM task ORDER BY id"
    with team.study.database.reading() as connection:
        return connection.exec_driver_sql(query).all()


def test_work_is_shared_evenly_and_nobody_gets_a_paper_twice(team: Team, three) -> None:
    assert assign(team, three, kind="all", double=0.5, held_out=0.5) == 4
    made = tasks(team)
    assert len({(t.paper, t.coder) for t in made}) == len(made) == 6
    per_coder = [sum(t.coder == one.row for t in made) for one in three]
    assert max(per_coder) - min(per_coder) <= 1
    assert {t.probability for t in made} == {1.0}
    assert len({t.paper for t in made if t.arm == "held_out"}) == 2


def test_a_second_batch_draws_from_what_is_left(team: Team, three) -> None:
    assign(team, three, size=1, double=0)
    assign(team, three, size=2, double=0, seed=5)
    made = tasks(team)
    assert [t.probability for t in made] == pytest.approx([1 / 4, 2 / 3, 2 / 3])
    assert len({t.paper for t in made}) == 3
    assign(team, three, kind="all", double=0)
    with pytest.raises(StudyError, match="in a batch already"):
        assign(team, three, kind="all", double=0)


def test_a_stratified_batch_has_each_stratums_own_probability(team: Team, three) -> None:
    with team.study.database.writing() as connection:
        connection.execute(
            papers.update().where(papers.c.key.in_(["emoji", "crlf", "arabic"])).values(stratum="a")
        )
        connection.execute(papers.update().where(papers.c.key == "combining").values(stratum="b"))
    with pytest.raises(
        StudyError,
        match=r"no paper left in stratum 'x'.*\n?.*no paper left in stratum 'y'.*in stratum 'a', stratum 'b'",
    ):
        assign(team, three, kind="stratified", sizes={"x": 1, "y": 1}, double=0)
    assign(team, three, kind="stratified", sizes={"a": 2, "b": 1}, double=0)
    assert sorted(t.probability for t in tasks(team)) == pytest.approx([2 / 3, 2 / 3, 1])


def test_all_that_is_wrong_with_a_plan_is_told_at_once() -> None:
    with pytest.raises(StudyError, match=r"(?s)double.*held_out.*size.*name"):
        Plan(name=" ", double=2, held_out=-1, size=0)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"seed": 2**31}, "seed"),
        ({"seed": -1}, "seed"),
        ({"kind": "stratified", "sizes": {"a": 3, "b": -2}}, "'b': a number of papers"),
        ({"kind": "stratified", "sizes": {"a": 2**70}}, "'a': a number of papers"),
    ],
)
def test_numbers_that_no_database_holds_are_refused(more, message) -> None:
    with pytest.raises(StudyError, match=message):
        Plan(name="b", size=1, **more)


def test_only_people_who_take_part_code_and_each_counts_once(team: Team, three) -> None:
    with team.study.database.writing() as connection:
        robot = people.add(connection, "trained", "machine")
        gone = people.change(connection, "cy", active=False)
    with pytest.raises(StudyError, match=r"trained is a machine coder\ncy no longer takes part"):
        assign(team, [team.ann, robot, gone], kind="all", double=0)
    with pytest.raises(StudyError, match="there are 1"):
        assign(team, [team.ann, team.ann], kind="all")


def test_two_draws_at_the_same_moment_share_no_paper(team: Team, three) -> None:
    ready = threading.Barrier(2)
    outcomes: list[object] = []

    def work(seed: int, coder: people.Person) -> None:
        ready.wait()
        try:
            outcomes.append(assign(team, [coder], size=2, double=0, seed=seed))
        except StudyError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=work, args=(at, three[at])) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [2, 2]
    made = tasks(team)
    assert len({t.paper for t in made}) == 4
    assert sorted(t.probability for t in made) == [0.5, 0.5, 1.0, 1.0]


def test_too_few_coders_for_coding_twice(team: Team) -> None:
    with pytest.raises(StudyError, match="2 coders are needed"):
        assign(team, [team.ann], kind="all")


def sees(team: Team, who: people.Person, key: str, *, machine: bool = False) -> bool:
    with team.study.database.reading() as connection:
        return blind.sight(connection, who, team.row(key), machine=machine).allowed


def test_nobody_sees_others_codes_before_their_own_are_saved(team: Team, three) -> None:
    with team.study.database.writing() as connection:
        dee = people.add(connection, "dee", "adjudicator")
    assign(team, three[:2], kind="all", held_out=0)
    assert not sees(team, team.ann, "emoji")
    assert not sees(team, team.ann, "emoji", machine=True)
    assert not sees(team, three[2], "emoji")
    assert not sees(team, dee, "emoji")
    with team.study.database.writing() as connection:
        queues.finish(connection, team.row("emoji"), team.ann.row)
    assert sees(team, team.ann, "emoji")
    assert not sees(team, team.bob, "emoji")
    assert not sees(team, dee, "emoji"), "bob still codes it"
    with team.study.database.writing() as connection:
        queues.finish(connection, team.row("emoji"), team.bob.row)
    assert sees(team, dee, "emoji")
    assert not sees(team, three[2], "emoji")


def test_the_machine_is_never_shown_on_papers_that_are_held_out(team: Team, three) -> None:
    assign(team, three[:2], kind="all", held_out=1)
    with team.study.database.writing() as connection:
        queues.finish(connection, team.row("emoji"), team.ann.row)
    assert sees(team, team.ann, "emoji")
    assert not sees(team, team.ann, "emoji", machine=True)


def test_what_is_saved_after_others_were_shown_is_no_longer_blind(team: Team) -> None:
    with team.study.database.writing() as connection:
        assert blind.stage(connection, team.ann.row, team.row("emoji")) == "blind"
        for _ in range(2):
            blind.show(connection, team.ann, team.row("emoji"), team.bob.row)
        assert blind.stage(connection, team.ann.row, team.row("emoji")) == "seen"
        assert blind.stage(connection, team.bob.row, team.row("emoji")) == "blind"
        assert blind.stage(connection, team.ann.row, team.row("crlf")) == "blind"


def test_the_queue_goes_on_in_its_order_and_ends(team: Team, three) -> None:
    assign(team, three[:2], kind="all")
    order = []
    while True:
        with team.study.database.writing() as connection:
            task = queues.next_task(connection, team.ann.row)
            if task is None:
                break
            queues.finish(connection, task.paper, team.ann.row)
            order.append(task.paper)
    assert order == [t.paper for t in sorted(tasks(team), key=lambda t: t.place) if t.coder == team.ann.row]
    with team.study.database.reading() as connection:
        assert queues.progress(connection, team.ann.row) == (4, 4)
        assert queues.progress(connection) == (4, 8)


def test_a_paper_that_someone_chose_has_no_probability(team: Team) -> None:
    with team.study.database.writing() as connection:
        task = queues.choose(connection, team.row("emoji"), team.ann)
        assert queues.choose(connection, team.row("emoji"), team.ann) == task
    assert task.probability is None


NO = Answer(("no",))


def test_the_table_for_statistics_holds_only_blind_and_finished_codings(team: Team, three) -> None:
    from univocal.study.table import coding_table

    assign(team, three[:2], kind="all")
    for key in ("emoji", "crlf"):
        for who in (team.ann, team.bob):
            team.save(team.unit(key, who=who), NO, key, coder=who.name)
    with team.study.database.reading() as connection:
        assert coding_table(connection) is None
    with team.study.database.writing() as connection:
        for who in (team.ann, team.bob):
            queues.finish(connection, team.row("emoji"), who.row)
    team.save(team.unit("emoji"), Answer(None), "emoji", stage="seen")
    with team.study.database.reading() as connection:
        table = coding_table(connection)
    assert table is not None
    assert table.papers == ("emoji",)
    assert table.coders == ("ann", "bob")
    assert table.matrix("about").tolist() == [[0], [0]], "ann's answer before she saw bob's"


def test_what_the_coded_papers_stand_for(team: Team, three) -> None:
    from tests.study.test_machine import Robot

    from univocal.study.machine import suggest
    from univocal.study.table import sampled_table

    suggest(team.study, Robot(dict.fromkeys(("emoji", "crlf", "arabic", "combining"), 0.9)))
    with team.study.database.reading() as connection:
        assert sampled_table(connection) is None
    with team.study.database.writing() as connection:
        connection.execute(papers.update().where(papers.c.key != "combining").values(stratum="a", year=2024))
        connection.execute(papers.update().where(papers.c.key == "combining").values(stratum="b"))
    assign(team, [team.ann], kind="stratified", sizes={"a": 1, "b": 1}, double=0)
    assign(team, [team.ann], kind="all", double=0, seed=1)
    made = tasks(team)
    first = [t.paper for t in made[:2]]
    for task in made[:2]:
        with team.study.database.reading() as connection:
            key = connection.exec_driver_sql(f"SELECT key FROM paper WHERE id = {task.paper}").scalar_one()
        team.save(team.unit(key), NO, key)
        with team.study.database.writing() as connection:
            queues.finish(connection, task.paper, team.ann.row)
    with team.study.database.reading() as connection:
        table = sampled_table(connection)
        keys = connection.exec_driver_sql(
            f"SELECT key FROM paper WHERE id IN ({first[0]}, {first[1]}) ORDER BY stratum"
        ).scalars().all()  # fmt: skip
    assert table is not None
    weight = dict(zip(table.papers, table.weight.tolist(), strict=True))
    assert [weight[key] for key in keys] == pytest.approx([3, 1]), "a stands for three papers, b for one"
    own = table.coder == table.coders.index("ann")
    assert {table.papers[p] for p in table.paper_of_unit[table.unit[own]]} == set(keys)
    assert len({*table.paper_of_unit[table.unit[~own]].tolist()}) == 4, "the machine read all"
    assert set(table.groups["year"]) == {"2024", None}
    assert "weighed by their sizes" in table.notes[0]
    assert "Later batches aren't used: no paper of 'b' is coded yet" in table.notes[0]
