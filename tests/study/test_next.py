"""What to code next: strata by the machine's word, batches that make an interval narrow, and coders trained anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from tests.study.material import write_papers

from univocal.codebook import load as load_codebook
from univocal.codebook.model import Codebook
from univocal.errors import StudyError, UnivocalError
from univocal.records import Coding, Evidence, Paper
from univocal.statistics.prevalence_rule import prevalence
from univocal.study import people, queues
from univocal.study.codings import Answer, Unit, save
from univocal.study.folder import Study
from univocal.study.machine import suggest
from univocal.study.next_draw import draw_next
from univocal.study.next_machine import machine_named, said_by
from univocal.study.next_papers import Next, next_papers
from univocal.study.next_strata import OUTSIDE, UNREAD, UNSAID, Outlook, frame_of, outlook, strata
from univocal.study.next_width import Drawing, bounds, cells, expected_width, shared_out
from univocal.study.papers import all_papers, import_papers
from univocal.study.schema import batch as batches
from univocal.study.schema import paper as papers
from univocal.study.schema import task as tasks
from univocal.study.spans import cut
from univocal.study.stages import Batch, Drawn, weights

ABOUT = load_codebook().variable("about")
PRIMARY = load_codebook().variable("primary")
N = 120


# strata


def test_kinds_follow_what_the_machine_says_and_whether_it_is_asked() -> None:
    said: list[dict[str, Any]] = [
        {"about": (("main",), 0.9), "primary": (("task_reliability",), 0.8)},
        {"about": (("main",), 0.9), "primary": (("other_ai",), 0.6)},
        {"about": (("no",), 0.95)},
        {"about": (("main",), 0.9), "primary": (None, 0.2)},
        {"about": (None, 0.3)},
        {},
    ]
    found = outlook(said, PRIMARY, "task_reliability")
    assert found.kind.tolist() == [
        "task_reliability",
        "not task_reliability",
        OUTSIDE,
        UNSAID,
        UNSAID,
        UNREAD,
    ]
    assert found.has[0] == pytest.approx(0.9 * 0.8)
    assert found.has[1] == pytest.approx(0.9 * 0.2)
    assert found.has[2] + found.lacks[2] == pytest.approx(0.05)
    assert ((found.has > 0) & (found.lacks > 0) & (found.has + found.lacks <= 1)).all()


def test_small_strata_are_joined_and_kinds_are_cut_where_it_pays() -> None:
    sure = np.concatenate([np.linspace(0.5, 1, 60), np.full(4, 0.9)])
    has = np.concatenate([sure[:60], np.full(4, 0.02)])
    made = Outlook(np.array(["x"] * 60 + ["not x"] * 4), sure, has, 1 - has)
    assert set(strata(made, bands=1).tolist()) == {"x"}, "four papers are no stratum"
    names, sizes = np.unique(strata(made), return_counts=True)
    assert names.tolist() == ["x, sure", "x, unsure"]
    assert sizes.min() >= 10
    even = replace(made, has=np.full(64, 0.5), kind=np.array(["x"] * 64))
    assert set(strata(even).tolist()) == {"x"}, "nothing is gained by a cut"


def test_guesses_move_from_the_machine_to_what_people_say() -> None:
    made = Outlook(np.array(["x"] * 100), np.ones(100), np.full(100, 0.9), np.full(100, 0.1))
    flags = np.zeros((4, 100), dtype=bool)
    left, has, lacks, coded = flags
    left[40:] = True
    coded[:40] = lacks[:40] = True
    frame = frame_of(made, made.kind, left, has, lacks, coded)
    assert frame.sizes.tolist() == [60]
    assert frame.coded.tolist() == [40]
    assert frame.has[0] == pytest.approx(8 * 0.9 / 48)
    assert frame.lacks[0] == pytest.approx((8 * 0.1 + 40) / 48)


# widths


def test_papers_are_shared_out_whole_and_no_stratum_is_left_bare() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        sizes = rng.integers(1, 60, rng.integers(1, 8))
        n = int(rng.integers(1, sizes.sum() + 20))
        given = shared_out(n, rng.random(len(sizes)) * sizes, sizes)
        assert given.sum() == max(min(n, sizes.sum()), 0) or (n < len(sizes) and given.sum() == len(sizes))
        assert (given <= sizes).all()
        assert given.min() >= (1 if n >= len(sizes) else 0)


def two_batches(n_coded: int) -> tuple[list[Batch], dict[str, float]]:
    rng = np.random.default_rng(3)
    drawn = [
        Drawn(f"a{at}", 0.2 if at < 20 else 0.4, "low" if at < 20 else "high", coded=True) for at in range(60)
    ]
    more = [
        Drawn(f"b{at}", 0.3 if at < 30 else 0.5, "low" if at < 30 else "high", coded=at < n_coded)
        for at in range(60)
    ]
    more = [more[at] for at in rng.permutation(60)]
    outcome = {one.key: float(rng.random() < 0.3) for one in (*drawn, *more) if one.coded}
    return [Batch("a", "stratified", 200, tuple(drawn)), Batch("b", "stratified", 140, tuple(more))], outcome


@pytest.mark.parametrize("domain", [False, True])
def test_cells_give_the_interval_that_prevalence_gives(domain: bool) -> None:
    drawn, outcome = two_batches(60)
    if domain:
        outcome = {key: np.nan if at % 3 == 0 else one for at, (key, one) in enumerate(outcome.items())}
    found = cells(drawn, outcome, {}, domain=domain)
    assert found is not None
    assert not found.to_come.any()
    low, high = bounds(found.hits, found.others, found.n, found.sizes, domain=domain, level=0.95)
    known = weights(drawn)
    gold = np.array([outcome[key] for key in known])
    result = prevalence(
        gold, weights=np.array([w for w, _ in known.values()]), strata=np.array([str(s) for _, s in known.values()]),
        domain=np.where(np.isnan(gold), 0.0, np.nan) if domain else None,
    )  # fmt: skip
    assert result.low is not None
    assert result.high is not None
    assert (float(low), float(high)) == pytest.approx((result.low, result.high), abs=1e-12)
    assert expected_width(found, level=0.95) == pytest.approx(result.high - result.low)


def test_more_papers_are_needed_for_less_width_and_fewer_by_strata() -> None:
    frame_two = frame_of(
        Outlook(np.repeat(["x", "not x"], 5000), np.ones(10_000), np.repeat([0.95, 0.03], 5000), np.repeat([0.05, 0.97], 5000)),
        np.repeat(["x", "not x"], 5000), np.ones(10_000, dtype=bool), *np.zeros((3, 10_000), dtype=bool),
    )  # fmt: skip
    drawing = Drawing(frame_two, (), {}, {}, False, 0.95)
    wide, narrow = (drawing.needed(width, spare=0.05) for width in (0.2, 0.1))
    assert wide is not None
    assert narrow is not None
    assert wide < narrow < 200, "385 are what a random sample needs for .1 at a share of a half"
    assert drawing.needed(0.001, spare=0.05) is None


# a study


@dataclass
class Says:
    """A machine coder: papers of which the number divides by 3 are about alignment, with a confidence of its own."""

    name: str = "says"
    version: str = "1"

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        at = int(paper.id[1:])
        codes, words = (("main",), (Evidence.cut(paper.text, 3, 8),)) if at % 3 == 0 else (("no",), ())
        return (
            Coding(paper.id, self.name, "about", codes, words, 0.95 if at % 2 else 0.7, codebook.version),
        )


@pytest.fixture
def pilot(study: Study, tmp_path: Path) -> Study:
    texts = {f"p{at}": f"We align model {at} with its users." for at in range(N)}
    import_papers(study, [write_papers(tmp_path / "many.jsonl", texts)])
    with study.database.writing() as connection:
        for name in ("ann", "bob"):
            people.add(connection, name, "coder")
        connection.execute(papers.update().where(papers.c.key.in_(["p1", "p2"])).values(stratum="imported"))
    return study


def plan(study: Study, **more: object) -> Next:
    with study.database.reading() as connection:
        return next_papers(connection, study.codebook, "about", "main", **{"width": 0.2, **more})  # type: ignore[arg-type]


def draw(study: Study, name: str = "first", **more: object) -> Next:
    with study.database.writing() as connection:
        found = next_papers(connection, study.codebook, "about", "main", **{"width": 0.2, **more})  # type: ignore[arg-type]
        coders = [people.named(connection, one) for one in ("ann", "bob")]
        assert draw_next(connection, found, coders, name=name, double=0.2) == found.n
    return found


def stored_papers(study: Study) -> dict[int, Paper]:
    with study.database.reading() as connection:
        return {one.row: one.paper for one in all_papers(connection)}


def code_all(study: Study) -> None:
    """Everybody codes all that they have to, as the machine would but for every seventh paper."""
    stored = stored_papers(study)
    with study.database.writing() as connection:
        for who in ("ann", "bob"):
            coder = people.named(connection, who)
            while (task := queues.next_task(connection, coder.row)) is not None:
                paper = stored[task.paper]
                at = int(paper.id[1:])
                main = (at % 3 == 0) != (at % 7 == 0)
                answer = Answer(("main",), (cut(paper.text, 3, 8),)) if main else Answer(("no",))
                how: Any = {"codebook": study.codebook, "codebook_row": study.codebook_row, "stage": "blind"}
                save(
                    connection,
                    Unit(paper=task.paper, coder=coder.row, variable="about"),
                    answer,
                    paper=paper,
                    coder=who,
                    **how,
                )
                queues.finish(connection, task.paper, coder.row)


def test_a_first_batch_needs_nothing_coded_and_keeps_its_design(pilot: Study) -> None:
    suggest(pilot, Says())
    found = draw(pilot, n=40)
    assert found.share is None
    assert found.n == 40
    assert found.machine == "says"
    assert found.now is None
    assert {one.name.partition(",")[0] for one in found.strata} == {"main", "not main"}
    assert sum(one.papers for one in found.strata) == N
    with pilot.database.reading() as connection:
        rows = connection.execute(sa.select(tasks.c.paper, tasks.c.stratum, tasks.c.probability)).all()
        known = {one.name: one for one in found.strata}
        assert {row.stratum for row in rows} == set(known)
        for row in rows:
            assert row.probability == pytest.approx(known[row.stratum].drawn / known[row.stratum].papers)
        kept = {row.key: row.stratum for row in connection.execute(sa.select(papers.c.key, papers.c.stratum))}
        assert {key for key, stratum in kept.items() if stratum is not None} == {"p1", "p2"}, (
            "as they were imported"
        )
        design = connection.execute(sa.select(batches.c.design)).scalar_one()
    assert design["purpose"]["variable"] == "about"
    assert design["frame"] == N


def test_batches_follow_each_other_and_the_interval_is_the_page_s(pilot: Study) -> None:
    suggest(pilot, Says())
    first = draw(pilot, n=30)
    code_all(pilot)
    second = draw(pilot, "second", n=30)
    assert second.share is not None
    assert second.n_coded == 30
    assert second.now is not None
    assert second.expected < second.now
    assert second.now == pytest.approx(first.expected, abs=0.12)
    code_all(pilot)
    third = plan(pilot)
    assert third.share is not None
    assert third.share.low.n == 60
    assert "2 samples, each drawn from what the ones before it had left" in third.words
    truth = np.mean([(at % 3 == 0) != (at % 7 == 0) for at in range(N)])
    assert third.share.low.low is not None
    assert third.share.low.high is not None
    assert third.share.low.low <= truth <= third.share.low.high
    assert third.now == pytest.approx(second.expected, abs=0.08)


def test_nothing_is_drawn_where_enough_is_on_its_way(pilot: Study) -> None:
    suggest(pilot, Says())
    draw(pilot, n=100)
    found = plan(pilot, width=0.5)
    assert (found.more, found.n) == (0, 0)
    assert found.n_open == 100
    with pilot.database.writing() as connection, pytest.raises(StudyError, match="code that first"):
        draw_next(connection, found, [people.named(connection, "ann")], name="more")


def test_without_a_machine_there_is_one_stratum(pilot: Study) -> None:
    found = plan(pilot, n=10)
    assert [one.name for one in found.strata] == [UNREAD]
    assert found.machine is None
    assert "univocal suggest" in found.notes[0]


def test_batches_that_would_not_count_are_refused(pilot: Study, tmp_path: Path) -> None:
    suggest(pilot, Says())
    draw(pilot, n=30)
    import_papers(pilot, [write_papers(tmp_path / "late.jsonl", {"p900": "We align it."})])
    with pytest.raises(StudyError, match=r"wouldn't count.*papers came in"):
        plan(pilot)


def test_faults_come_all_at_once(pilot: Study) -> None:
    with pilot.database.reading() as connection:
        with pytest.raises(StudyError, match=r"(?s)no code 'mian'.*Did you mean 'main'.*width.*n: at least"):
            next_papers(connection, pilot.codebook, "about", "mian", width=6, n=0)
        with pytest.raises(StudyError, match="Did you mean 'about'"):
            next_papers(connection, pilot.codebook, "abuot", "main", width=0.1)
        with pytest.raises(StudyError, match="mentions"):
            next_papers(connection, pilot.codebook, "sense", "technical", width=0.1)
        with pytest.raises(UnivocalError, match="level"):
            next_papers(connection, pilot.codebook, "about", "main", width=0.1, level=95)
        with pytest.raises(StudyError, match="univocal suggest"):
            next_papers(connection, pilot.codebook, "about", "main", width=0.1, machine="trained")


def test_strata_are_of_the_machine_that_coded_last_or_is_named(pilot: Study) -> None:
    suggest(pilot, Says("one"))
    suggest(pilot, Says("two"))
    with pilot.database.reading() as connection:
        assert machine_named(connection, None) == "two"
        assert machine_named(connection, "one") == "one"
        with pytest.raises(StudyError, match="Did you mean 'one'"):
            machine_named(connection, "onee")
        said = said_by(connection, "two", {"about"})
        assert len(said) == N
        assert next(iter(said.values())) == {"about": (("main",), 0.7)}
