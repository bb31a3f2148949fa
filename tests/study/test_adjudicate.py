"""Where coders differ, what is decided, what is sent back, and what that does to the figures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.study.material import COMBINING, EMOJI, Team, span

from univocal.errors import EvidenceError, StudyError, UnivocalError
from univocal.study import adjudicate, blind, codings, people, questions, queues
from univocal.study.codings import Answer
from univocal.study.disagreements import Disagreement, Place, disagreements, states
from univocal.study.people import Person
from univocal.study.queues import Plan
from univocal.study.schema import person
from univocal.study.table import coding_table
from univocal.study.worklist import Standing, Worklist, listed

NO, UNSAID = Answer(("no",)), Answer(None)
MAIN = Answer(("main",), (span(EMOJI, "We align"),))
PASSING = Answer(("passing",), (span(EMOJI, "families"),))
ABOUT: Place = ("about", -1, -1)


@dataclass
class Panel(Team):
    """The team with an adjudicator; all papers are coded twice."""

    dee: Person

    def say(
        self, who: Person, answer: Answer | None, key: str = "emoji", variable: str = "about", **more: Any
    ) -> int:
        how = {name: more.pop(name) for name in ("stage",) if name in more}
        return self.save(self.unit(key, variable, who, **more), answer, key, coder=who.name, **how)

    def finish(self, *keys: str, who: Person | None = None) -> None:
        with self.study.database.writing() as connection:
            for key in keys or ("emoji",):
                for one in [who] if who else [self.ann, self.bob]:
                    queues.finish(connection, self.row(key), one.row)

    def there(self, key: str = "emoji") -> dict[Place, Disagreement]:
        with self.study.database.reading() as connection:
            found = disagreements(connection, self.row(key), self.study.codebook)
        return {(one.variable, one.start, one.stop): one for one in found}

    def decide(
        self, *answers: Answer, place: Place = ABOUT, by: Person | None = None, **more: Any
    ) -> tuple[int, ...]:
        with self.study.database.writing() as connection:
            return adjudicate.decide(
                connection, by or self.dee, self.row("emoji"), place, answers, paper=self.paper("emoji"),
                codebook=self.study.codebook, codebook_row=self.study.codebook_row, **more,
            )  # fmt: skip

    def undo(self, place: Place = ABOUT) -> None:
        with self.study.database.writing() as connection:
            adjudicate.undo_decision(
                connection, self.dee, self.row("emoji"), place, codebook=self.study.codebook
            )

    def ask(
        self, who: Person, words: str = "Where does it say so?", place: Place = ABOUT, **more: Any
    ) -> int:
        with self.study.database.writing() as connection:
            unit = codings.Unit(self.row("emoji"), who.row, *place)
            by = more.pop("by", self.dee)
            return questions.ask(connection, by, who, unit, words, about="About", **more)

    def read(self, what: Callable[..., Any], *more: Any) -> Any:
        with self.study.database.reading() as connection:
            return what(connection, *more)


@pytest.fixture
def panel(team: Team) -> Panel:
    with team.study.database.writing() as connection:
        dee = people.add(connection, "dee", "adjudicator")
        queues.assign(connection, Plan(name="b", kind="all", held_out=0), [team.ann, team.bob])
    return Panel(team.study, team.ann, team.bob, dee)


def test_what_coders_say_differently_is_found_and_what_they_say_alike_is_not(panel: Panel) -> None:
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    for who in (panel.ann, panel.bob):
        panel.say(who, Answer(("ordinary",), (span(EMOJI, "align"),)), variable="sense", start=3, stop=8)
    panel.finish()
    assert {place: one.state for place, one in panel.there().items()} == {ABOUT: "open"}


def test_sets_in_another_order_are_alike(panel: Panel) -> None:
    two = Answer(("malicious_use", "hidden_goals"), (span(EMOJI, "agents"),))
    for who, answer in ((panel.ann, two), (panel.bob, replace(two, codes=two.codes[::-1]))):
        panel.say(who, answer, variable="harm_source")
    panel.finish()
    assert panel.there() == {}


def test_an_answer_that_one_left_open_is_a_disagreement(panel: Panel) -> None:
    for who in (panel.ann, panel.bob):
        panel.say(who, MAIN)
    panel.say(panel.ann, UNSAID, variable="definition")
    panel.finish()
    (one,) = panel.there().values()
    assert one.variable == "definition"
    assert [(side.coder.name, len(side.revisions), side.asked) for side in one.sides] == [
        ("ann", 1, True), ("bob", 0, True)
    ]  # fmt: skip


def test_what_hangs_on_another_answer_is_moot_when_that_is_decided(panel: Panel) -> None:
    panel.say(panel.ann, MAIN)
    panel.say(panel.ann, UNSAID, variable="definition")
    panel.say(panel.bob, NO)
    panel.finish()
    there = panel.there()
    assert [one.state for one in there.values()] == ["open", "open"]
    assert [side.asked for side in there["definition", -1, -1].sides] == [True, False]
    panel.decide(NO)
    assert [one.state for one in panel.there().values()] == ["decided", "moot"]
    panel.decide(MAIN)
    assert [one.state for one in panel.there().values()] == ["decided", "open"]


def proxy(words: str, code: str = "proxy", stands_for: str | None = None) -> Answer:
    return Answer((code,), (span(EMOJI, words),), stands_for=stands_for)


def test_ledgers_are_compared_as_sets_of_entries_whatever_their_order(panel: Panel) -> None:
    for item, words in enumerate(("align", "families")):
        panel.say(panel.ann, proxy(words), variable="proxies", item=item)
        panel.say(panel.bob, proxy(words), variable="proxies", item=5 - item)
    panel.finish()
    assert panel.there() == {}
    panel.say(panel.bob, proxy("families:"), variable="proxies", item=4)
    assert panel.there() == {}, "the same thing, in other words"
    ideal = panel.study.codebook.ideals[0].id
    for other in (proxy("agents"), proxy("families", "ideal"), proxy("families", stands_for=ideal)):
        panel.say(panel.bob, other, variable="proxies", item=4)
        (one,) = panel.there().values()
        assert [len(side.revisions) for side in one.sides] == [2, 2]


def test_an_empty_ledger_says_that_there_is_nothing(panel: Panel) -> None:
    panel.say(panel.ann, Answer(()), variable="proxies")
    panel.say(panel.bob, NO)
    panel.say(panel.ann, NO)
    panel.finish()
    assert panel.there() == {}


def test_a_decision_has_parents_and_says_who_decided_and_leaves_the_coders_codings(panel: Panel) -> None:
    parents = sorted([panel.say(panel.ann, replace(MAIN, unsure=True, memo="hm")), panel.say(panel.bob, NO)])
    panel.finish()
    one = panel.there()[ABOUT]
    (id_,) = panel.decide(*adjudicate.taken(one, panel.ann.row), memo=" It is its aim. ", seen=one.seen)
    decided = panel.read(codings.one, id_)
    assert decided.stage == "adjudicated"
    assert decided.answer == replace(MAIN, memo="Decided by dee.\nIt is its aim.")
    rows = panel.read(
        lambda c: c.exec_driver_sql("SELECT parent FROM parent ORDER BY parent").scalars().all()
    )
    assert rows == parents
    assert [r.id for side in panel.there()[ABOUT].sides for r in side.revisions] == parents
    assert panel.there()[ABOUT].state == "decided"


def test_a_decision_can_be_another_answer_on_what_coders_quoted_or_on_other_words(panel: Panel) -> None:
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    panel.finish()
    assert adjudicate.offered(panel.there()[ABOUT], EMOJI) == {(0, 8): ("ann",)}
    for words in ("We align", "families"):
        panel.decide(Answer(("passing",), (span(EMOJI, words),)))
        said = panel.there()[ABOUT].decided[0].answer
        assert said is not None
        assert (said.codes, [one.quote for one in said.spans]) == (("passing",), [words])
    with pytest.raises(EvidenceError, match="no evidence"):
        panel.decide(Answer(("passing",)))


def test_of_a_mention_the_mention_itself_is_offered(panel: Panel) -> None:
    panel.say(panel.ann, UNSAID, variable="sense", start=3, stop=8)
    panel.say(panel.bob, Answer(("ordinary",), (span(EMOJI, "align"),)), variable="sense", start=3, stop=8)
    panel.finish()
    place = ("sense", 3, 8)
    assert adjudicate.offered(panel.there()[place], EMOJI) == {(3, 8): ("bob",)}
    panel.decide(*adjudicate.taken(panel.there()[place], panel.ann.row), place=place)
    assert panel.there()[place].decided[0].answer.codes is None  # type: ignore[union-attr]


def test_undoing_goes_one_decision_back(panel: Panel) -> None:
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    panel.finish()
    panel.decide(NO)
    panel.decide(MAIN)
    for codes in [("main",)], [("no",)]:
        assert [one.answer.codes for one in panel.there()[ABOUT].decided if one.answer] == codes
        panel.undo()
    assert panel.there()[ABOUT].decided == ()


def test_where_nothing_is_decided_nothing_is_undone(panel: Panel) -> None:
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    panel.finish()
    with pytest.raises(StudyError, match="nothing is decided there"):
        panel.undo()


def test_a_decision_on_which_coders_agree_otherwise_by_now_can_be_seen_and_undone(panel: Panel) -> None:
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    panel.finish()
    panel.decide(PASSING)
    panel.say(panel.ann, NO, stage="seen")
    work = Worklist()
    assert [one.state for one in panel.there().values()] == ["decided"]
    assert worked(panel, work) == {"about": (1, 1)}
    panel.undo()
    assert panel.there() == {}
    assert worked(panel, work) == {}


def test_a_decision_that_a_change_of_the_codebook_recoded_is_not_undone_by_halves(panel: Panel) -> None:
    place = ("proxies", -1, -1)
    panel.say(panel.ann, proxy("align"), variable="proxies")
    panel.finish()
    panel.decide(proxy("align"), proxy("families"), place=place)
    panel.decide(proxy("agents"), place=place)
    coder = panel.read(lambda c: people.named(c, "adjudicated"))
    unit = panel.unit("emoji", "proxies", coder)
    how = {"stage": "adjudicated", "action": "recode", "coder": coder.name}
    panel.save(unit, proxy("agents", "ideal"), "emoji", **how)
    with pytest.raises(StudyError, match="earlier version of the codebook"):
        panel.undo(place)
    panel.decide(proxy("align"), proxy("families"), place=place)
    panel.undo(place)
    with pytest.raises(StudyError, match="earlier version of the codebook"):
        panel.undo(place)
    assert [one.answer and one.answer.codes for one in panel.there()[place].decided] == [("ideal",)]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (replace(MAIN, codes=("proxy",), stands_for="honesty"), "stands for 'honesty'"),
        (Answer(("proxy",), (replace(span(EMOJI, "align"), quote="aligns"),)), "the text has 'align'"),
        (Answer(("proxy",)), "no evidence"),
    ],
)
def test_an_entry_that_no_coder_made_is_checked(panel: Panel, answer: Answer, message: str) -> None:
    panel.say(panel.ann, proxy("align"), variable="proxies")
    panel.finish()
    with pytest.raises(UnivocalError, match=message):
        panel.decide(answer, place=("proxies", -1, -1))


def test_a_coder_who_has_the_name_of_decisions_makes_them_impossible_in_clear_words(panel: Panel) -> None:
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    panel.finish()
    with panel.study.database.writing() as connection:
        connection.execute(
            person.insert(), {"name": "adjudicated", "role": "coder", "active": True, "at": ""}
        )
    with pytest.raises(StudyError, match="under the name 'adjudicated'"):
        panel.decide(NO)


def test_undoing_a_ledgers_decision_takes_all_entries_one_step_back(panel: Panel) -> None:
    a, b, c = map(proxy, ("align", "families", "agents"))
    place = ("proxies", -1, -1)
    panel.say(panel.ann, a, variable="proxies")
    panel.finish()

    def decided() -> list[str]:
        answers = [one.answer for one in panel.there()[place].decided if one.answer]
        return [one.spans[0].quote if one.codes else "nothing" for one in answers]

    panel.decide(a, b, place=place)
    panel.decide(c, place=place)
    panel.decide(a, b, c, place=place)
    seen = [decided()]
    for _ in range(3):
        panel.undo(place)
        seen.append(decided())
    assert seen == [["align", "families", "agents"], ["agents"], ["align", "families"], []]
    panel.decide(place=place)
    assert decided() == ["nothing"]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"by": "ann"}, "only adjudicators"),
        ({"seen": [1, 2, 3]}, "changed in the meantime"),
        ({"place": ("definition", -1, -1)}, "don't differ"),
    ],
)
def test_what_cannot_be_decided_is_refused(panel: Panel, how: dict[str, Any], message: str) -> None:
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    panel.finish()
    if "by" in how:
        how = {**how, "by": panel.ann}
    with pytest.raises(StudyError, match=message):
        panel.decide(NO, **how)
    assert panel.there()[ABOUT].decided == ()


def sent_back(panel: Panel, **more: Any) -> None:
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    panel.finish()
    panel.ask(panel.ann, **more)


def test_a_question_opens_the_task_and_is_shown_until_the_coder_is_done(panel: Panel) -> None:
    sent_back(panel)
    row = panel.row("emoji")
    assert panel.read(queues.task_of, row, panel.ann.row).state == "open"
    assert panel.read(questions.shown_to, row, panel.ann.row) == "About: Where does it say so?"
    assert panel.read(questions.shown_to, row, panel.bob.row) is None
    panel.ask(panel.ann, "And why?")
    assert (
        panel.read(questions.shown_to, row, panel.ann.row) == "About: Where does it say so?\nAbout: And why?"
    )
    panel.finish(who=panel.ann)
    assert panel.read(questions.shown_to, row, panel.ann.row) is None
    assert all(one.answered for one in panel.read(questions.asked, row))


def test_what_is_changed_after_a_question_is_a_later_judgement_and_moves_no_figure(panel: Panel) -> None:
    sent_back(panel)
    row = panel.row("emoji")
    stage = panel.read(blind.stage, panel.ann.row, row)
    assert stage == "seen"
    assert panel.read(blind.stage, panel.ann.row, panel.row("crlf")) == "blind"
    panel.save(panel.unit("emoji", who=panel.ann), NO, "emoji", coder="ann", stage=stage)
    panel.finish(who=panel.ann)
    assert panel.there() == {}, "they agree now"
    table = panel.read(coding_table)
    assert table.matrix("about").tolist() == [[0], [1]], "but their first judgements differ"


def test_a_question_that_tells_is_noted_with_whom_it_tells_of(panel: Panel) -> None:
    sent_back(panel, tells=[panel.ann.row, panel.bob.row])
    rows = panel.read(lambda c: c.exec_driver_sql("SELECT viewer, shown FROM exposure ORDER BY shown").all())
    assert [tuple(row) for row in rows] == [(panel.ann.row, panel.bob.row), (panel.ann.row, panel.dee.row)]


def test_a_paper_that_was_sent_back_can_still_be_looked_at_and_decided(panel: Panel) -> None:
    sent_back(panel)
    row = panel.row("emoji")
    assert panel.read(questions.sight, panel.dee, row).allowed
    assert not panel.read(questions.sight, panel.bob, panel.row("crlf")).allowed
    assert not panel.read(questions.sight, panel.dee, panel.row("crlf")).allowed, "nobody has finished it"
    panel.decide(NO)
    assert panel.there()[ABOUT].state == "decided"


@pytest.mark.parametrize("fault", ["coder asks", "to oneself", "nothing", "unfinished", "gone"])
def test_a_question_that_cannot_be_asked_is_refused(panel: Panel, fault: str) -> None:
    panel.say(panel.ann, MAIN)
    if fault != "unfinished":
        panel.say(panel.bob, NO)
        panel.finish()
    how: dict[str, tuple[Any, ...]] = {
        "coder asks": (panel.ann, "Why?", panel.bob, "only adjudicators"),
        "to oneself": (panel.ann, "Why?", panel.ann, "to yourself"),
        "nothing": (panel.ann, "  ", panel.dee, "a question of 1 to"),
        "unfinished": (panel.ann, "Why?", panel.dee, "hasn't finished"),
        "gone": (replace(panel.ann, active=False), "Why?", panel.dee, "no longer takes part"),
    }
    who, words, by, message = how[fault]
    with pytest.raises(StudyError, match=message):
        panel.ask(who, words, by=by)


@pytest.mark.parametrize("codings", [0, 1])
def test_one_who_left_the_unit_open_can_be_asked_too(panel: Panel, codings: int) -> None:
    panel.say(panel.ann, MAIN)
    if codings:
        panel.say(panel.bob, MAIN)
    panel.say(panel.ann, UNSAID, variable="definition")
    panel.finish()
    panel.ask(panel.bob, "Is it defined?", ("definition", -1, -1))
    (one,) = panel.read(questions.pending, panel.row("emoji"), panel.bob.row)
    assert (one.variable, one.start, one.stop, one.coder) == ("definition", -1, -1, panel.bob)
    assert panel.read(questions.shown_to, panel.row("emoji"), panel.bob.row) == "About: Is it defined?"


def test_an_adjudicator_who_codes_the_paper_waits_for_all_others_too(panel: Panel) -> None:
    row = panel.row("emoji")
    with panel.study.database.writing() as connection:
        queues.choose(connection, row, panel.dee)
    panel.finish(who=panel.ann)
    assert "finish it first" in panel.read(questions.sight, panel.dee, row).why
    panel.finish(who=panel.dee)
    assert panel.read(questions.sight, panel.dee, row).why == "1 coder has not finished this paper yet."
    panel.finish(who=panel.bob)
    assert panel.read(questions.sight, panel.dee, row).allowed
    assert not panel.read(questions.sight, panel.ann, row).allowed


def test_a_viewer_who_is_shown_codes_twice_at_once_is_noted_once(panel: Panel) -> None:
    row, faults = panel.row("emoji"), []

    def other() -> None:
        try:
            with panel.study.database.writing() as connection:
                blind.show(connection, panel.dee, row, panel.ann.row)
        except UnivocalError as error:
            faults.append(error)

    beside = threading.Thread(target=other)
    with panel.study.database.writing() as connection:
        blind.show(connection, panel.dee, row, panel.ann.row)
        beside.start()
        beside.join(0.2)
    beside.join()
    assert faults == []
    assert len(panel.read(lambda c: c.exec_driver_sql("SELECT id FROM exposure").all())) == 1


def worked(panel: Panel, work: Worklist) -> dict[str, tuple[int, int]]:
    with panel.study.database.reading() as connection:
        work.refresh(connection, panel.study.codebook)
    return {name: (one.decided, one.every) for name, one in work.by_variable().items()}


def test_the_worklist_keeps_up_with_codings_decisions_and_questions(panel: Panel) -> None:
    work = Worklist()
    assert worked(panel, work) == {}
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    panel.say(panel.ann, UNSAID, variable="definition")
    assert worked(panel, work) == {}, "not finished"
    panel.finish()
    assert worked(panel, work) == {"about": (0, 1), "definition": (0, 1)}
    panel.decide(MAIN)
    assert worked(panel, work) == {"about": (1, 1), "definition": (0, 1)}
    panel.decide(NO)
    assert worked(panel, work) == {"about": (1, 1)}
    panel.undo()
    panel.undo()
    assert worked(panel, work)["about"] == (0, 1)
    row = panel.row("emoji")
    panel.ask(panel.ann)
    assert worked(panel, work)["about"] == (0, 1)
    (one,) = panel.read(listed, work.papers(), [row])
    assert (one.key, one.waits, one.standing) == ("emoji", True, Standing(0, 2))
    panel.save(panel.unit("emoji", who=panel.ann), NO, "emoji", coder="ann", stage="seen")
    panel.save(panel.unit("emoji", "definition", panel.ann), None, "emoji", coder="ann", stage="seen")
    panel.finish(who=panel.ann)
    assert worked(panel, work) == {}
    assert worked(panel, Worklist()) == {}


def test_the_worklist_sees_what_is_committed_after_what_was_begun_later(panel: Panel) -> None:
    if panel.study.database.sqlite:
        pytest.skip("SQLite has one writer at a time")
    work = Worklist()
    panel.say(panel.ann, MAIN)
    panel.say(panel.bob, NO)
    panel.finish()
    with panel.study.database.writing() as late:
        codings.save(
            late, panel.unit("emoji", "definition", panel.ann), UNSAID, paper=panel.paper("emoji"), coder="ann",
            codebook=panel.study.codebook, codebook_row=panel.study.codebook_row, stage="blind",
        )  # fmt: skip
        panel.say(panel.bob, UNSAID, "crlf", "definition")
        assert worked(panel, work) == {"about": (0, 1)}
    assert worked(panel, work) == {"about": (0, 1), "definition": (0, 1)}


def test_what_hangs_on_a_question_that_is_not_asked_is_not_asked_either(panel: Panel) -> None:
    book = panel.study.codebook
    defined = next(code.id for code in book.variable("definition").codes if not code.absence)
    third = replace(book.variable("definition"), id="third", when=("definition", (defined,)))
    chained = replace(book, variables=(*book.variables, third))
    yes = Answer((defined,), (span(EMOJI, "align"),))
    said = {
        ABOUT: {1: [NO], 2: [NO]},
        ("definition", -1, -1): {1: [yes], 2: [yes]},
        ("third", -1, -1): {1: [yes], 2: [UNSAID]},
    }
    assert states(chained, said, {1, 2}, {}) == {("third", -1, -1): "moot"}
    assert states(chained, {**said, ABOUT: {1: [MAIN], 2: [MAIN]}}, {1, 2}, {}) == {("third", -1, -1): "open"}


def test_the_worklist_leads_to_the_next_paper_and_filters_by_variable(panel: Panel) -> None:
    for key, text in (("emoji", EMOJI), ("combining", COMBINING)):
        panel.say(panel.ann, Answer(("main",), (span(text, text[:3]),)), key)
        panel.say(panel.bob, NO, key)
    panel.say(panel.ann, UNSAID, variable="definition")
    panel.finish("emoji", "combining")
    work = Worklist()
    worked(panel, work)
    first, second = sorted([panel.row("emoji"), panel.row("combining")])
    assert (work.after(0), work.after(first), work.after(second)) == (first, second, first)
    assert set(work.papers("definition")) == {panel.row("emoji")}
    assert work.after(panel.row("emoji"), "definition") is None
