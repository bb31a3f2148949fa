"""Are papers drawn with the probabilities that are kept? Many draws of one study, held against what its tasks say."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from tests.study.material import write_papers

from univocal.study import people, queues
from univocal.study.folder import create
from univocal.study.papers import import_papers
from univocal.study.queues import Plan
from univocal.study.schema import paper as papers
from univocal.study.schema import task as tasks

N, DRAWS = 20, 2000
SCORES = {row: float(row**2) for row in range(1, N + 1)}
PLANS: dict[str, dict[str, Any]] = {
    "random": {"size": 6},
    "stratified": {"kind": "stratified", "sizes": {"a": 2, "b": 5}},
    "active": {"kind": "active", "size": 6, "scores": SCORES},
    "active, with sure papers": {"kind": "active", "size": 12, "scores": {N: 1e3, **dict.fromkeys(range(1, N), 1.0)}},
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Draws a plan with many seeds, each time from all papers; gives each draw's rows of ``task``."""
    folder = tmp_path_factory.mktemp("chances")
    study = create(folder / "study")
    import_papers(study, [write_papers(folder / "p.jsonl", {f"p{at}": "We align." for at in range(N)})])
    with study.database.writing() as connection:
        connection.execute(papers.update().values(stratum="a"))
        connection.execute(papers.update().where(papers.c.id > 8).values(stratum="b"))
        team = [people.add(connection, name, "coder") for name in ("ann", "bob", "cy")]

    def draw(**plan: Any) -> list[list[Any]]:
        found = []
        with study.database.writing() as connection:
            for seed in range(DRAWS):
                point = connection.begin_nested()
                queues.assign(connection, Plan(name="b", seed=seed, **plan), team)
                found.append(list(connection.execute(sa.select(tasks))))
                point.rollback()
        return found

    yield draw
    study.close()


def near(hits: Any, chance: Any) -> bool:
    """Within 4.5 standard errors, of some twenty shares."""
    error = np.sqrt(np.maximum(chance * (1 - chance), 0) / DRAWS)
    return bool((np.abs(np.asarray(hits) / DRAWS - chance) <= 4.5 * error + 1e-12).all())


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_papers_are_drawn_as_often_as_their_probability_says(drawn: Any, plan: dict[str, Any]) -> None:
    kept: dict[int, set[float]] = {row: set() for row in range(1, N + 1)}
    hits: Counter[int] = Counter()
    pairs = 0
    for made in drawn(double=0, held_out=0, **plan):
        for task in made:
            kept[task.paper].add(round(task.probability, 12))
            hits[task.paper] += 1
        pairs += {1, 2} <= {task.paper for task in made}
    assert all(len(one) == 1 for one in kept.values()), (
        "a paper's probability doesn't depend on who else is drawn"
    )
    chance = np.array([next(iter(kept[row])) for row in kept])
    assert near([hits[row] for row in kept], chance)
    assert pairs, "any two papers can be drawn together"


@pytest.mark.slow
def test_double_coding_held_out_papers_and_coders_are_drawn_evenly(drawn: Any) -> None:
    twice: Counter[int] = Counter()
    held_out: Counter[int] = Counter()
    both: Counter[int] = Counter()
    by_coder: Counter[int] = Counter()
    for made in drawn(kind="all", double=0.3, held_out=0.25):
        coders = Counter(task.paper for task in made)
        held = {task.paper for task in made if task.arm == "held_out"}
        assert sorted(coders.values()).count(2) == 6
        assert len(held) == 5
        for paper, n in coders.items():
            twice[paper] += n == 2
            held_out[paper] += paper in held
            both[paper] += n == 2 and paper in held
        by_coder.update({(task.coder, task.paper): 1 for task in made})
    rows = range(1, N + 1)
    assert near([twice[row] for row in rows], np.full(N, 0.3))
    assert near([held_out[row] for row in rows], np.full(N, 0.25))
    assert near([both[row] for row in rows], np.full(N, 0.075)), "one tells nothing of the other"
    # 26 tasks over three coders and twenty papers
    assert near(list(by_coder.values()), np.full(len(by_coder), 26 / 60))
