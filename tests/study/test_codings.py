"""Saving, undoing and refusing codings: the contract of the store, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from tests.study.material import ARABIC, CRLF, EMOJI, TEXTS, Team, span

from univocal.errors import EvidenceError, StudyError, UnivocalError
from univocal.study import codebooks
from univocal.study.codings import Answer, ConflictError, Revision, current, history, save, undo
from univocal.study.papers import all_papers
from univocal.study.schema import FOR_EVER
from univocal.study.spans import Span, cut

MAIN = Answer(("main",), (span(EMOJI, "𝒜lignment of \U0001f916"),), unsure=True, memo="см. 𝒜\nline two")
NO = Answer(("no",))


def now(team: Team, key: str = "emoji") -> tuple[Revision, ...]:
    with team.study.database.reading() as connection:
        return current(connection, team.row(key))


def test_what_is_saved_comes_back_as_it_was(team: Team) -> None:
    saved = team.save(team.unit("emoji"), MAIN, "emoji")
    (one,) = now(team)
    assert one.id == saved
    assert one.answer == MAIN
    assert one.stage == "blind"
    assert one.at.endswith("Z")


@pytest.mark.parametrize("key", TEXTS)
def test_every_span_of_difficult_texts_comes_back(team: Team, key: str) -> None:
    text = team.paper(key).text
    assert text == TEXTS[key]
    spans = tuple(cut(text, a, b) for a in range(0, len(text), 5) for b in (a + 1, len(text)))
    team.save(team.unit(key), Answer(("main",), spans), key)
    (one,) = now(team, key)
    assert one.answer is not None
    assert one.answer.spans == spans
    assert all(text[s.start : s.stop] == s.quote for s in one.answer.spans)


def test_nothing_is_overwritten(team: Team) -> None:
    unit = team.unit("emoji")
    team.save(unit, NO, "emoji")
    team.save(unit, MAIN, "emoji")
    team.save(unit, None, "emoji")
    assert now(team) == ()
    with team.study.database.reading() as connection:
        past = history(connection, unit)
    assert [one.answer for one in past] == [NO, MAIN, None]
    assert [one.previous for one in past] == [None, past[0].id, past[1].id]


def test_undo_goes_back_step_by_step_and_is_a_revision_too(team: Team) -> None:
    unit = team.unit("emoji")
    for answer in (NO, MAIN, Answer(None)):
        team.save(unit, answer, "emoji")
    seen = []
    for _ in range(4):
        with team.study.database.writing() as connection:
            undo(connection, unit, stage="blind")
        seen.append([one.answer for one in now(team)])
    assert seen == [[MAIN], [NO], [], []]
    with team.study.database.reading() as connection:
        assert [one.action for one in history(connection, unit)] == ["save"] * 3 + ["undo"] * 3


def test_a_change_after_an_undo_is_undone_to_what_the_undo_brought(team: Team) -> None:
    unit = team.unit("emoji")
    team.save(unit, NO, "emoji")
    team.save(unit, MAIN, "emoji")
    for answer in (None, MAIN):
        with team.study.database.writing() as connection:
            undo(connection, unit, stage="blind")
        if answer is not None:
            continue
        team.save(unit, Answer(None), "emoji")
    assert [one.answer for one in now(team)] == [NO]


@pytest.mark.parametrize("table", FOR_EVER, ids=lambda t: t.name)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_past(team: Team, table: sa.Table, verb: str) -> None:
    unit = team.unit("emoji")
    first = team.save(unit, MAIN, "emoji")
    team.save(unit, NO, "emoji", parents=[first])
    with team.study.database.writing() as connection:
        connection.execute(sa.text("INSERT INTO event (what, details, at) VALUES ('test', '{}', 'now')"))
    column = next(iter(table.c)).name
    with pytest.raises(DBAPIError, match="for ever"), team.study.database.writing() as connection:
        connection.execute(sa.text(verb.format(table.name, column, column)))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (Span(0, 2, "WE", "", ""), "says 'WE', the text has 'We'"),
        (Span(0, 4000, "We", "", ""), "outside a text"),
        (Span(-3, 2, "We", "", ""), "outside a text"),
        (Span(3, 3, "", "", ""), "empty"),
    ],
)
def test_a_quote_that_is_not_verbatim_is_refused(team: Team, bad: Span, message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        team.save(team.unit("emoji"), Answer(("main",), (bad,)), "emoji")
    assert now(team) == ()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(("main",)), "no evidence"),
        (Answer(("nonsense",)), "no code 'nonsense'"),
        (Answer(("no", "no")), "twice"),
        (Answer(()), "one code was expected, got 0"),
        (Answer(("no",), memo="x" * 10_001), "memo of 10,001"),
        (Answer(("no",), confidence=1.5), "confidence in"),
        (Answer(("no",), (span(EMOJI, "We", "main"),)), "evidence for 'main'"),
    ],
)
def test_what_the_codebook_does_not_allow_is_refused(team: Team, answer: Answer, message: str) -> None:
    with pytest.raises(UnivocalError, match=message):
        team.save(team.unit("emoji"), answer, "emoji")
    assert now(team) == ()


def test_a_unit_that_the_variable_does_not_have_is_refused(team: Team) -> None:
    with pytest.raises(StudyError, match="asked of each paper"):
        team.save(team.unit("emoji", start=3, stop=8), NO, "emoji")
    with pytest.raises(StudyError, match="asked of each mention"):
        team.save(team.unit("emoji", "sense"), Answer(("ordinary",), (span(EMOJI, "align"),)), "emoji")
    with pytest.raises(StudyError, match="only ledgers"):
        team.save(team.unit("emoji", item=1), NO, "emoji")


def test_a_change_of_what_someone_else_changed_is_a_conflict(team: Team) -> None:
    unit = team.unit("emoji")
    first = team.save(unit, NO, "emoji", base=None)
    second = team.save(unit, MAIN, "emoji", base=first)
    with pytest.raises(ConflictError) as caught:
        team.save(unit, NO, "emoji", base=first)
    assert caught.value.last == second
    assert [one.answer for one in now(team)] == [MAIN]


def test_a_save_that_is_sent_twice_is_saved_once(team: Team) -> None:
    unit = team.unit("emoji")
    first = team.save(unit, NO, "emoji", base=None, token="same-token")
    assert team.save(unit, NO, "emoji", base=None, token="same-token") == first
    with team.study.database.reading() as connection:
        assert len(history(connection, unit)) == 1


def test_a_transaction_that_fails_leaves_nothing(team: Team) -> None:
    def half() -> None:
        with team.study.database.writing() as connection:
            connection.execute(sa.text("INSERT INTO event (what, details, at) VALUES ('half', '{}', 'now')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with team.study.database.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM event WHERE what = 'half'")).scalar() == 0


def test_many_save_at_once_and_none_is_lost(team: Team) -> None:
    faults: list[BaseException] = []

    def work(who: str, key: str) -> None:
        try:
            person = team.ann if who == "ann" else team.bob
            for _ in range(20):
                team.save(team.unit(key, who=person), NO, key, coder=who)
        except BaseException as error:  # noqa: BLE001 - told below
            faults.append(error)

    threads = [threading.Thread(target=work, args=(who, key)) for who in ("ann", "bob") for key in TEXTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with team.study.database.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM revision")).scalar() == 2 * 20 * len(TEXTS)
        heads = connection.execute(sa.text("SELECT count(*) FROM current")).scalar()
    assert heads == 2 * len(TEXTS)


def test_the_view_is_what_the_revisions_say(team: Team) -> None:
    for key, answers in {"emoji": (NO, MAIN), "crlf": (NO, None), "arabic": (Answer(None),)}.items():
        for answer in answers:
            team.save(team.unit(key), answer, key)
    last = "SELECT max(id) FROM revision GROUP BY paper, coder, variable, unit_start, unit_end, item"
    with team.study.database.reading() as connection:
        view = connection.execute(sa.text("SELECT id FROM current ORDER BY id")).scalars().all()
        rows = connection.execute(
            sa.text(f"SELECT id FROM revision WHERE id IN ({last}) AND NOT cleared ORDER BY id")
        )
        assert view == rows.scalars().all()
    assert len(view) == 2


def test_right_to_left_and_line_ends_are_quoted_as_they_stand() -> None:
    assert span(CRLF, "Aligned\r\nwith").quote == "Aligned\r\nwith"
    assert span(ARABIC, "alignment").prefix.endswith("الاصطناعي ")


def test_of_two_first_saves_at_the_same_moment_one_is_told(team: Team) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def work() -> None:
        ready.wait()
        try:
            team.save(team.unit("emoji"), NO, "emoji", base=None)
            outcomes.append("saved")
        except ConflictError:
            outcomes.append("told")

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told"]
    with team.study.database.reading() as connection:
        assert len(history(connection, team.unit("emoji"))) == 1


def test_a_token_of_another_coding_does_not_pass_for_a_save(team: Team) -> None:
    team.save(team.unit("emoji"), NO, "emoji", token="same-token")
    with pytest.raises(StudyError, match="used for another coding"):
        team.save(team.unit("crlf"), NO, "crlf", token="same-token")
    with (
        pytest.raises(StudyError, match="used for another coding"),
        team.study.database.writing() as connection,
    ):
        undo(connection, team.unit("crlf"), stage="blind", token="same-token")
    assert now(team, "crlf") == ()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(("no",), memo="a\0b"), "a memo with a NUL character"),
        (Answer(("no",), memo="\ud800"), "a memo with half of a surrogate pair"),
        (Answer(("no",), stands_for="a\0"), "stands for with a NUL"),
    ],
)
def test_words_that_no_database_keeps_are_refused(team: Team, answer: Answer, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        team.save(team.unit("emoji"), answer, "emoji")


@pytest.mark.parametrize("item", [-1, 1000, 2**40])
def test_a_ledger_has_so_many_entries(team: Team, item: int) -> None:
    entry = Answer(("proxy",), (span(EMOJI, "We"),))
    with pytest.raises(StudyError, match=r"expected 0 to 999|above 2147483647"):
        team.save(team.unit("emoji", "proxies", item=item), entry, "emoji")


def test_an_undo_brings_back_no_code_that_the_codebook_no_longer_has(team: Team) -> None:
    unit = team.unit("emoji")
    team.save(unit, Answer(("passing",), (span(EMOJI, "We"),)), "emoji")
    team.save(unit, NO, "emoji")
    team.save(unit, MAIN, "emoji")
    with team.study.database.writing() as connection:
        _, _, files = codebooks.latest(connection)
        changed = {
            name: words.replace("passing", "aside").replace('version = "1', 'version = "2')
            for name, words in files.items()
        }
        codebooks.add(connection, changed, note="passing is called aside")
    for answers in ([NO], [NO]):
        with team.study.database.writing() as connection:
            undo(connection, unit, stage="blind")
        assert [one.answer for one in now(team)] == answers


def test_a_quantity_stands_for_an_ideal_of_the_codebook_or_the_other_sense(team: Team) -> None:
    entry = Answer(("proxy",), (span(EMOJI, "families"),))
    for stands_for in (None, "social_judiciousness", "other_ai"):
        team.save(team.unit("emoji", "proxies"), replace(entry, stands_for=stands_for), "emoji")
        assert now(team)[-1].answer is not None
        assert now(team)[-1].answer.stands_for == stands_for
    with pytest.raises(StudyError, match=r"'goodness', which is no ideal; the codebook has task_reliability"):
        team.save(team.unit("emoji", "proxies"), replace(entry, stands_for="goodness"), "emoji")


def test_papers_can_be_read_one_by_one_where_something_is_saved(team: Team) -> None:
    with team.study.database.writing() as connection:
        keys = [stored.paper.id for stored in all_papers(connection)]
        row, codebook, _ = codebooks.latest(connection)
        save(
            connection, team.unit("emoji"), NO, paper=team.paper("emoji"), coder="ann", codebook=codebook, codebook_row=row,
            stage="blind",
        )  # fmt: skip
    assert set(keys) == set(TEXTS)
    assert [one.answer for one in now(team)] == [NO]
