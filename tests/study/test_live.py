"""The figures of a study as it goes on: shares and their design, coders' reports, how much more is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.study.material import TEXTS, Team, span, write_papers
from tests.study.recode_material import Coded

from univocal.codebook import load
from univocal.estimates.agreement import agreement
from univocal.estimates.coding_table import CodingTable
from univocal.study import blind, codebooks, queues
from univocal.study.coder_reports import Mix, coder_reports
from univocal.study.codings import Answer
from univocal.study.live import Live, report
from univocal.study.more_papers import more_for_alpha, more_for_share
from univocal.study.papers import import_papers
from univocal.study.queues import Plan
from univocal.study.sample import design_of
from univocal.study.schema import paper as papers
from univocal.study.shares import CodeShare, Settled, by_variable, settle, shares
from univocal.study.table import coding_table

TEXT = "We align models."
MAIN, NO, UNSAID = Answer(("main",), (span(TEXT, "We"),)), Answer(("no",)), Answer(None)
ABOUT = load().variable("about")
IDEALS = load().variable("ideals")


def table_of(said: dict[str, str], variable: str = "about", decided: str = "") -> CodingTable:
    """Each coder's answers as letters, one a paper: m(ain), p(assing), n(o), - for none."""
    words = {"m": "main", "p": "passing", "n": "no"}
    everyone = {**said, **({"adjudicated": decided} if decided else {})}
    rows = [
        (f"p{at}", name, variable, words[letters[at]])
        for at in range(len(next(iter(said.values()))))
        for name, letters in everyone.items()
        if letters[at] != "-"
    ]
    table = CodingTable.of(rows)
    return replace(table, derived=frozenset({"adjudicated"} if decided else ()))


def ends(found: Settled, code: str) -> list[tuple[bool, bool]]:
    return list(zip(found.certain[code].tolist(), found.possible[code].tolist(), strict=True))


def test_a_paper_counts_as_agreed_or_decided_and_else_as_both() -> None:
    table = table_of({"ann": "mmn-", "bob": "mnm-", "cy": "---m"}, decided="--n-")
    found = settle(table, ABOUT, ["ann", "bob", "cy"])
    assert ends(found, "main") == [(True, True), (False, True), (False, False), (True, True)]
    assert found.open.tolist() == [False, True, False, False]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from("mpn-")] * 3), min_size=2, max_size=12), st.data())
def test_whatever_is_decided_lies_within_what_was_possible(rows: list[tuple[str, ...]], data: Any) -> None:
    rows = [row if set(row) != {"-"} else ("m", "-", "-") for row in rows]
    said = {name: "".join(row[at] for row in rows) for at, name in enumerate(("ann", "bob", "cy"))}
    before = settle(table_of(said), ABOUT, [name for name, words in said.items() if set(words) != {"-"}])
    decided = "".join(
        data.draw(st.sampled_from(sorted(set(row) - {"-"}))) if is_open else "-"
        for row, is_open in zip(rows, before.open.tolist(), strict=True)
    )
    if set(decided) == {"-"}:
        return
    after = settle(table_of(said, decided=decided), ABOUT, [n for n, w in said.items() if set(w) != {"-"}])
    assert not after.open.any()
    for code in set(before.certain) & set(after.certain):
        assert (before.certain[code] <= after.certain[code]).all()
        assert (after.possible[code] <= before.possible[code]).all()


def test_a_question_that_hangs_on_another_is_asked_where_that_says_so() -> None:
    rows: list[tuple[str, str, str, Any]] = []
    for name, abouts in {"ann": "mmnm", "bob": "mnnm"}.items():
        for at, letter in enumerate(abouts):
            rows.append((f"p{at}", name, "about", {"m": "main", "n": "no"}[letter]))
            if letter == "m" and at != 3:
                rows.append((f"p{at}", name, "ideals", {"task_reliability"}))
    table = CodingTable.of(rows)
    about = settle(table, ABOUT, ["ann", "bob"])
    found = settle(table, IDEALS, ["ann", "bob"]).only_where(about, ("main", "passing"))
    assert found.asked.tolist() == [True, True, False, True], "the last one is asked; both can't say"
    assert found.sure.tolist() == [True, False, False, True]
    assert ends(found, "task_reliability") == [(True, True), (False, True), (False, False), (False, False)]


def test_an_empty_ledger_is_an_answer() -> None:
    proxies = load().variable("proxies")
    rows: list[tuple[str, str, str, Any]] = [(f"p{at}", "ann", "about", "main") for at in range(2)]
    found = settle(CodingTable.of([*rows, ("p0", "ann", "proxies", {"proxy"})]), proxies, ["ann"])
    assert ends(found, "proxy") == [(True, True), (False, False)]
    assert found.asked.all()


def test_coders_are_held_against_decisions_and_else_against_the_others() -> None:
    table = table_of({"ann": "mmmn", "bob": "mmnn", "cy": "mpnn"}, decided="--m-")
    (about,) = coder_reports(table)
    found = {one.coder: one for one in about.coders}
    assert [found[name].right.value for name in ("ann", "bob", "cy")] == [1.0, pytest.approx(2 / 3), 0.5]
    assert found["bob"].right.n == 3, "of p1 the others say different things"
    assert found["cy"].mixes == (Mix("main", "no", 1), Mix("main", "passing", 1))
    assert [one.n_decided for one in about.coders] == [1, 1, 1]


def test_reports_of_sets_tell_codes_missed_and_codes_too_many() -> None:
    rows = [("p0", "ann", "s", {"a", "b"}), ("p0", "bob", "s", {"b", "c"})]
    (one,) = coder_reports(CodingTable.of(rows))
    assert one.coders[0].right.value == 0
    assert one.coders[0].mixes == (Mix("c", None, 1), Mix(None, "a", 1))


def test_reports_of_mentions_count_papers_as_clusters() -> None:
    rows = [(f"p{at}[{k}]", name, "sense", "x" if (at + k) % 3 or name == "ann" else "y")
            for name in ("ann", "bob") for at in range(30) for k in range(3)]  # fmt: skip
    table = CodingTable.of(rows, paper_of={row[0]: row[0].split("[")[0] for row in rows})
    (sense,) = coder_reports(table)
    assert "30 clusters" in sense.coders[0].right.method


@pytest.fixture
def crowd(team: Team, tmp_path: Any) -> Team:
    """Forty more papers, of two strata."""
    keys = [f"n{at}" for at in range(40)]
    import_papers(team.study, [write_papers(tmp_path / "more.jsonl", dict.fromkeys(keys, TEXT))])
    with team.study.database.writing() as connection:
        connection.execute(papers.update().values(stratum="old"))
        connection.execute(papers.update().where(papers.c.key.in_(keys[:10])).values(stratum="new"))
        for key in ("emoji", "combining", "crlf", "arabic"):
            queues.choose(connection, team.row(key), team.bob)
    return team


def draw(team: Team, **plan: Any) -> None:
    with team.study.database.writing() as connection:
        queues.assign(connection, Plan(name="b", double=0, held_out=0, **plan), [team.ann])


def code(team: Team, n: int, *, main: set[int] = frozenset()) -> None:  # type: ignore[assignment]
    """Ann codes the first n papers of her queue."""
    for at in range(n):
        with team.study.database.reading() as connection:
            task = queues.next_task(connection, team.ann.row)
            assert task is not None
            key = connection.exec_driver_sql(f"SELECT key FROM paper WHERE id = {task.paper}").scalar_one()
        team.save(team.unit(key), MAIN if at in main else NO, key)
        with team.study.database.writing() as connection:
            queues.finish(connection, task.paper, team.ann.row)


def designed(team: Team) -> Any:
    with team.study.database.reading() as connection:
        table = coding_table(connection, machines=False)
        assert table is not None
        return design_of(connection, table), shares(connection, table, team.study.codebook)


def share(found: Any, name: str = "main") -> CodeShare:
    return next(one for one in found.codes if one.code == name)


def test_a_simple_sample_is_told_and_estimated_exactly(crowd: Team) -> None:
    draw(crowd, size=20)
    code(crowd, 12, main={0, 1, 2})
    design, found = designed(crowd)
    assert (
        design.words
        == "A simple random sample: 12 coded of 20 drawn out of 40 papers, coded in random order."
    )
    assert share(found).low == share(found).high
    assert share(found).low.value == 0.25
    assert "Clopper-Pearson" in share(found).low.method


def test_simple_batches_make_one_sample_unless_papers_came_in_between(crowd: Team, tmp_path: Any) -> None:
    for size in (10, 10):
        draw(crowd, size=size)
    code(crowd, 15)
    assert designed(crowd)[0].words.startswith("A simple random sample: 15 coded of 20 drawn out of 40")
    import_papers(crowd.study, [write_papers(tmp_path / "late.jsonl", {f"l{at}": TEXT for at in range(30)})])
    draw(crowd, size=10)
    code(crowd, 15)
    design, found = designed(crowd)
    assert design.words.startswith("A simple random sample: 20 coded of 20 drawn out of 40"), design.words
    assert "Later batches aren't used: papers came in between 'b' and 'b'." in design.words
    assert "Clopper-Pearson" in share(found, "no").low.method


def test_papers_that_coders_chose_in_between_are_missed_by_later_batches(crowd: Team) -> None:
    draw(crowd, size=10)
    with crowd.study.database.writing() as connection:
        taken = set(connection.exec_driver_sql("SELECT paper FROM task").scalars())
        free = [crowd.row(f"n{at}") for at in range(40) if crowd.row(f"n{at}") not in taken]
        for row in free[:10]:
            queues.choose(connection, row, crowd.bob)
    draw(crowd, size=10)
    code(crowd, 20)
    words = designed(crowd)[0].words
    assert words.startswith("A simple random sample: 10 coded of 10 drawn out of 40"), words
    assert "coders chose papers themselves between" in words


def test_a_stratified_sample_weighs_strata_by_their_sizes_however_far_they_are_coded(crowd: Team) -> None:
    draw(crowd, kind="stratified", sizes={"new": 8, "old": 6})
    code(crowd, 14)
    design, found = designed(crowd)
    assert "each of 2 strata" in design.words
    assert np.nansum(design.weights) == pytest.approx(40)
    assert share(found, "no").low.value == pytest.approx(1.0)


def test_a_stratum_without_a_coded_paper_leaves_no_share(crowd: Team) -> None:
    draw(crowd, kind="stratified", sizes={"new": 1, "old": 29})
    code(crowd, 1)
    design, found = designed(crowd)
    assert "is coded yet" in design.why_not
    assert found.codes == ()


def test_an_active_sample_is_weighed_and_a_later_one_adds_to_it(crowd: Team) -> None:
    scores = {crowd.row(f"n{at}"): float(at) for at in range(40)}
    draw(crowd, kind="active", size=10, scores=scores)
    code(crowd, 10, main={0})
    design, found = designed(crowd)
    assert design.words.startswith("Drawn with unequal chances, and weighed by one over them: 10 coded of 10")
    assert "Korn-Graubard" in share(found).low.method
    draw(crowd, size=5)
    assert "no paper of 'b' is coded yet" in designed(crowd)[0].words
    code(crowd, 4)
    design, found = designed(crowd)
    assert design.words.startswith("2 samples, each drawn from what the ones before it had left")
    assert "14 coded of 15 drawn out of 40" in design.words
    assert share(found).n_papers == 14
    assert design.weights is not None
    second = 4 / 14 * 30 / 5 * 5 / 4
    assert np.isclose(design.weights, second).sum() == 4


def test_chosen_papers_stand_for_nothing(crowd: Team) -> None:
    crowd.save(crowd.unit("emoji", who=crowd.bob), NO, "emoji", coder="bob")
    with crowd.study.database.writing() as connection:
        queues.finish(connection, crowd.row("emoji"), crowd.bob.row)
    assert "nothing says what the coded ones stand for" in designed(crowd)[0].why_not
    draw(crowd, size=5)
    code(crowd, 5)
    assert "1 coded papers that somebody chose are left out" in designed(crowd)[0].words


def test_shares_of_mentions_are_refused(crowd: Team) -> None:
    draw(crowd, size=5)
    code(crowd, 1)
    with crowd.study.database.reading() as connection:
        (key,) = connection.exec_driver_sql(
            "SELECT key FROM paper JOIN task ON task.paper = paper.id WHERE state = 'done'"
        ).scalars()
    crowd.save(crowd.unit(key, "sense", start=3, stop=8), Answer(("ordinary",), (span(TEXT, "align"),)), key)
    _, found = designed(crowd)
    assert "mentions" in found.refused["sense"]
    assert [name for name, _ in by_variable(found)] == ["about"]


def test_more_papers_are_counted_for_wanted_widths(crowd: Team) -> None:
    table = table_of({"ann": "mmnnmnmnmn" * 5, "bob": "mmnnmnmnnn" * 5})
    one = agreement(table).variables[0]
    wide, narrow = (more_for_alpha(table, one, width) for width in (0.5, 0.1))
    assert wide.papers is not None
    assert narrow.papers is not None
    assert narrow.papers > wide.papers
    assert narrow.more == narrow.papers - 50
    alike = table_of({"ann": "mmm", "bob": "mmm"})
    assert more_for_alpha(alike, agreement(alike).variables[0], 0.2).papers is None
    draw(crowd, size=20)
    code(crowd, 12, main={0, 1, 2})
    _, found = designed(crowd)
    ((_, codes),) = by_variable(found)
    assert more_for_share(codes, 0.6, 1000).more == 0
    assert more_for_share(codes, 0.1, 1000).papers > 200  # type: ignore[operator]
    assert more_for_share(codes, 0.1, 40).note == "all 40 papers that there were to draw from"


def test_figures_are_kept_until_something_is_saved_and_an_old_one_is_shown_meanwhile(crowd: Team) -> None:
    live = Live(crowd.study.database, lambda: crowd.study.codebook, patience=60)
    first, fresh = live.report()
    assert first is not None
    assert (first.table, fresh) == (None, True)
    assert live.report()[0] is first
    draw(crowd, size=5)
    code(crowd, 2)
    live.patience = 0
    old, fresh = live.report()
    assert fresh or old is first
    live.patience = 60
    new, fresh = live.report()
    assert fresh
    assert new is not None
    assert new.table is not None
    assert new.table.papers == report(crowd.study.database, crowd.study.codebook).table.papers  # type: ignore[union-attr]


def test_figures_are_new_when_somebody_was_shown_codes_or_a_paper_was_sent_back(crowd: Team) -> None:
    live = Live(crowd.study.database, lambda: crowd.study.codebook, patience=60)
    draw(crowd, size=5)
    code(crowd, 2)
    first, _ = live.report()
    with crowd.study.database.writing() as connection:
        blind.show(connection, crowd.ann, crowd.row("emoji"), crowd.bob.row)
    second, fresh = live.report()
    assert fresh
    assert second is not first


def test_what_went_wrong_is_told_to_whoever_asks(crowd: Team) -> None:
    calls: list[int] = []

    def broken() -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("no codebook")
        return crowd.study.codebook

    live = Live(crowd.study.database, broken, patience=60)
    with pytest.raises(RuntimeError, match="no codebook"):
        live.report()
    assert live.report()[1], "it was tried again"


def test_a_condition_holds_whichever_question_comes_first(team: Team) -> None:
    coded = Coded(team)
    for who, topics in (
        (team.ann, ("red", "blue", "nothing", "green")),
        (team.bob, ("red", "blue", "red", "blue")),
    ):
        for key, topic in zip(TEXTS, topics, strict=True):
            coded.code(who, key, "topic", topic)
            coded.code(who, key, "depth", "deep")
    coded.finish(team.ann, team.bob)
    with coded.reading() as connection:
        _, book, _ = codebooks.latest(connection)
        table = coding_table(connection, machines=False)
        assert table is not None
        backwards = replace(book, variables=tuple(reversed(book.variables)))
        told = [
            {(one.variable, one.code): one for one in shares(connection, table, of).codes}
            for of in (book, backwards)
        ]
    assert told[0] == told[1]
    assert {one.n_outside for (variable, _), one in told[0].items() if variable == "depth"} == {1}
