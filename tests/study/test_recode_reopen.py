"""Finished papers open again for a new question where somebody says so; and what a change asks of whom."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.study.material import TEXTS, Team
from tests.study.recode_material import DEPTH, GONE, TOPIC, Coded, Question, kept, machine, words

from univocal.errors import StudyError
from univocal.mentions.find import find_mentions
from univocal.study import blind, codebook_files, codebooks, people, recode
from univocal.study.codebook_words import summary, variable_words
from univocal.study.codings import Answer, Unit, save
from univocal.study.database import Database
from univocal.study.folder import Study, refreshed
from univocal.study.papers import paper_of
from univocal.study.recode import plan
from univocal.study.recode_maps import CodeMap
from univocal.study.recode_plan import Plan
from univocal.study.spans import cut
from univocal.study.table import coding_table

EXTRA = Question(["a", "b"], when="topic red green")
SENSES = Question(["x"], unit="mention")


@pytest.fixture
def coded(team: Team) -> Coded:
    """Ann and bob have said what the topic of each paper is, and are done with all."""
    made = Coded(team)
    for key, topic in zip(TEXTS, ("red", "green", "blue", "blue"), strict=True):
        made.code(team.ann, key, "topic", topic)
        made.code(team.bob, key, "topic", "red" if key == "crlf" else "blue")
    made.finish(team.ann, team.bob)
    return made


def question(made: Plan, variable: str):
    return next(one for one in made.variables if one.variable == variable)


def test_papers_stay_finished_unless_somebody_says_so(coded: Coded) -> None:
    ann, bob = coded.team.ann, coded.team.bob
    files = words("1.1.0", extra=EXTRA)
    with coded.reading() as connection:
        stay, opened = plan(connection, files), plan(connection, files, reopen=["extra"])
    assert question(stay, "extra").unanswered == (("ann", 2), ("bob", 1)), (
        "asked where the topic is red or green"
    )
    assert (stay.reopened, opened.reopened) == ((), (("ann", 2), ("bob", 1)))
    assert stay.key != opened.key
    assert not opened.touches, "no coding changes"
    told = "finished without an answer: 3 papers (ann 2, bob 1); they "
    assert variable_words(question(stay, "extra"))[-1] == told + "stay finished"
    assert variable_words(question(opened, "extra"))[-1] == told + "open again"
    assert any(
        "finished papers that open again: 3 papers (ann 2, bob 1);" in line for line in summary(opened)
    )
    with coded.reading() as connection:
        before = coding_table(connection)
    assert coded.change(files, reopen=["extra"], seen=opened.key) == opened
    assert coded.states(ann) == {"emoji": "open", "combining": "open", "crlf": "done", "arabic": "done"}
    assert coded.states(bob) == {"emoji": "done", "combining": "done", "crlf": "open", "arabic": "done"}
    with coded.reading() as connection:
        after = coding_table(connection)
        assert before is not None
        assert after is not None
        assert after.n_rows == before.n_rows == 8, "what was answered counts on meanwhile"
        seen = blind.sight(connection, ann, paper_of(connection, "emoji").row, machine=False)
    assert not seen.allowed, "who has something to answer doesn't see what others say"
    coded.code(ann, "emoji", "extra", "a")
    with coded.reading() as connection:
        table = coding_table(connection)
    assert table is not None
    assert table.n_rows == 9


def test_all_stands_for_every_question_that_is_asked_of_more(coded: Coded) -> None:
    files = words("2.0.0", extra=EXTRA, depth=Question(DEPTH.codes, when="topic red green blue"))
    made = coded.change(files, reopen=["all"])
    assert made.reopen == ("depth", "extra")
    assert made.reopened == (("ann", 4), ("bob", 4))
    with coded.reading() as connection, pytest.raises(StudyError, match="nothing differs"):
        plan(connection, files, reopen=["all"])


def test_what_is_asked_as_before_cannot_be_reopened(coded: Coded) -> None:
    with (
        coded.reading() as connection,
        pytest.raises(StudyError, match=r"'kinds' isn't asked.*; extra can be\n.*'x'"),
    ):
        plan(connection, words("1.1.0", extra=EXTRA), reopen=["kinds", "x"])


def test_a_question_of_mentions_opens_papers_that_have_some_without_an_answer(coded: Coded) -> None:
    with coded.reading() as connection:
        made = plan(connection, words("1.1.0", senses=SENSES), reopen=["senses"])
    counted = {key: n_mentions(coded, key) for key in TEXTS}
    some = sum(n > 0 for n in counted.values())
    assert some > 0
    assert question(made, "senses").unanswered == (("ann", some), ("bob", some))


def n_mentions(coded: Coded, key: str) -> int:
    paper = coded.team.paper(key)
    return len(tuple(find_mentions(paper.text, paper.uncoded())))


def test_who_left_is_not_asked(coded: Coded) -> None:
    with coded.writing() as connection:
        people.change(connection, "ann", active=False)
    made = coded.change(
        words("2.0.0", topic=Question(["green", "blue", "!nothing"]), depth=GONE, extra=Question(["a"])),
        reopen=["all"],
    )
    assert made.reopened == (("bob", 4),)
    assert (len(made.again), made.unasked) == (2, 1)
    assert set(coded.states(coded.team.ann).values()) == {"done"}


def test_what_is_no_longer_asked_does_not_open_a_paper(coded: Coded) -> None:
    ann = coded.team.ann
    coded.code(ann, "crlf", "depth", "deep")
    coded.code(ann, "emoji", "depth", "deep")
    made = coded.change(words("2.0.0", depth=Question(["steep", "flat"], when=DEPTH.when)))
    assert len(made.again) == 2
    assert (made.reopened, made.unasked) == ((("ann", 1),), 1), (
        "the topic of one is blue: depth isn't asked of it"
    )
    assert coded.states(ann)["crlf"] == "done"


def test_a_star_leaves_variables_aside_that_are_gone(coded: Coded) -> None:
    coded.change(words("2.0.0", other=TOPIC))
    files = words(
        "3.0.0",
        other=GONE,
        topic=Question(["rouge", "green", "blue", "!nothing"]),
        depth=Question(DEPTH.codes, when="topic rouge"),
    )
    with coded.reading() as connection:
        made = plan(connection, files, [CodeMap("*", ("red",), ("rouge",))])
    assert (made.recoded, made.again) == (2, ())


def test_evidence_of_a_machine_for_a_code_that_it_did_not_give(coded: Coded) -> None:
    """Coders that plug in are held to fewer rules than people: a quote may be for a code that isn't among the codes."""
    with coded.writing() as connection:
        robot = machine(connection)
        stored = paper_of(connection, "emoji")
        row, book, _ = codebooks.latest(connection)
        text = stored.paper.text
        kept_ = save(
            connection, Unit(stored.row, robot.row, "topic"), Answer(("green",), (cut(text, 0, 2), cut(text, 3, 5))),
            paper=stored.paper, coder="robot", codebook=book, codebook_row=row, stage="blind",
        )  # fmt: skip
        connection.execute(
            sa.text("INSERT INTO evidence (revision, place, start, stop, quote, prefix, suffix, code) "
                    "VALUES (:r, 9, 0, 2, 'We', '', '', 'red')"), {"r": kept_},
        )  # fmt: skip
    files = words("2.0.0", topic=Question(["lime=green", "blue", "!nothing"]), depth=GONE)
    with coded.reading() as connection:
        made = plan(connection, files)
    assert ("robot", "'red' was removed") in [(one.coder, one.why) for one in made.again]


def test_a_change_holds_the_version_that_another_one_put_in_force_meanwhile(coded: Coded) -> None:
    """Else an answer that is just being saved under that version would be missed."""
    if coded.team.study.database.sqlite:
        return
    begun, held, go = threading.Event(), threading.Event(), threading.Event()

    def second() -> None:
        with coded.writing() as connection:
            begun.set()
            recode._hold(connection)
            held.set()
            go.wait(20)

    thread = threading.Thread(target=second)
    with coded.writing() as connection:
        recode.change(connection, words("1.1.0", extra=EXTRA))
        thread.start()
        begun.wait(20)
        assert not held.wait(0.5)
    held.wait(20)
    try:
        with coded.reading() as connection:
            row = codebooks.newest(connection)
            saving = sa.text(f"SELECT id FROM codebook WHERE id = {row} FOR KEY SHARE NOWAIT")
            with pytest.raises(sa.exc.DBAPIError, match="lock"):
                connection.execute(saving)
    finally:
        go.set()
        thread.join(20)


def test_page_and_terminal_leave_the_same_files_behind(coded: Coded, tmp_path: Path) -> None:
    """What was put in force stands in the folder as the study keeps it, so that a next version from elsewhere may come."""
    study = coded.team.study
    (study.folder / "codebook.toml").write_text(words("1.1.0", extra=EXTRA)["codebook.toml"])
    made = codebook_files.shown(study)
    codebook_files.put_in_force(study, seen=made.key)
    with study.database.reading() as connection:
        _, book, files = codebooks.latest(connection)
    assert book.version == "1.1.0"
    assert {name: (study.folder / name).read_text() for name in files} == files
    elsewhere = tmp_path / "next.toml"
    elsewhere.write_text(words("1.2.0")["codebook.toml"])
    codebook_files.put_in_force(refreshed_study(study), elsewhere)
    assert kept(words("1.2.0"))["codebook.toml"] == (study.folder / "codebook.toml").read_text()


def refreshed_study(study: Study) -> Study:
    with study.database.reading() as connection:
        return refreshed(study, connection)


def test_a_file_that_is_edited_meanwhile_is_not_written_over(
    coded: Coded, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = coded.team.study
    own = study.folder / "codebook.toml"
    own.write_text(words("1.1.0", extra=EXTRA)["codebook.toml"])
    made = codebook_files.shown(study)
    newer = words("1.1.0", extra=Question(["a", "b", "c"]))["codebook.toml"]
    writing = Database.writing

    def late(self: Database):
        own.write_text(newer)
        return writing(self)

    monkeypatch.setattr(Database, "writing", late)
    with pytest.raises(StudyError, match="edited at the same moment"):
        codebook_files.put_in_force(study, seen=made.key)
    monkeypatch.undo()
    assert own.read_text() == newer
    with study.database.reading() as connection:
        assert codebooks.latest(connection)[1].version == "1.0.0"
