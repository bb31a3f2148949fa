import asyncio

import pytest
from tests.coders.llm.conftest import TEXT, answer, question_of
from tests.coders.llm.conftest import written as as_json

from univocal.coders.llm.conversation import Written, converse


class Model:
    """Answers in turn, and keeps what it was told."""

    def __init__(self, *answers):
        self.answers, self.told = list(answers), []

    async def ask(self, message):
        self.told.append(message)
        said = self.answers.pop(0)
        return (
            said if isinstance(said, Written) else Written(said if isinstance(said, str) else as_json(said))
        )


def talk(question, *answers):
    model = Model(*answers)
    return asyncio.run(converse(question, "the paper", model.ask)), model


def codes(coded, variable):
    return [c.codes for c in coded.codings if c.variable == variable]


WRONG = {"code": "main", "quotes": [{"quote": "not in the paper", "within": None}]}


def test_a_right_answer_is_asked_for_once():
    question = question_of()
    coded, model = talk(question, answer(question))
    assert model.told == ["the paper"]
    assert codes(coded, "sense") == [("task_reliability",)] * 2
    assert codes(coded, "about") == [("main",)]
    assert not coded.rejected
    assert not coded.was_sent_back


def test_a_wrong_quote_is_sent_back_with_the_reason_and_then_right():
    question = question_of()
    coded, model = talk(question, answer(question, about=WRONG), answer(question))
    assert "$.paper.about.quotes[0].quote: isn't in the paper word for word" in model.told[1]
    assert "not in the paper" not in model.told[1]
    assert codes(coded, "about") == [("main",)]
    assert not coded.rejected
    assert coded.was_sent_back


def test_a_quote_that_is_wrong_twice_rejects_that_answer_only():
    question = question_of()
    wrong = answer(
        question, threat_model={"code": "incompetence", "quotes": [{"quote": "nowhere", "within": None}]}
    )
    coded, model = talk(question, wrong, wrong)
    assert len(model.told) == 2
    assert [(r.variable, r.mention) for r in coded.rejected] == [("threat_model", None)]
    assert codes(coded, "threat_model") == [None]
    assert codes(coded, "primary") == [("task_reliability",)]


def test_an_answer_that_was_right_the_first_time_stands():
    question = question_of()
    second = answer(question, about={"code": "passing", "quotes": [{"quote": "align", "within": None}]})
    second["mentions"] = [{"n": 1, "sense": "ordinary"}, {"n": 2, "sense": "ordinary"}]
    first = answer(question, valence=WRONG)
    coded, _ = talk(question, first, second)
    assert codes(coded, "sense") == [("task_reliability",)] * 2
    assert codes(coded, "about") == [("main",)]
    assert codes(coded, "valence") == [None]
    assert not coded.rejected


def test_what_hangs_on_a_wrong_answer_is_taken_from_the_second():
    question = question_of()
    nothing = {v.id: None for v in question.codebook.variables if v.unit == "paper" and v.id != "conflation"}
    first = {"mentions": answer(question)["mentions"], "paper": nothing | {"about": WRONG}}
    coded, _ = talk(question, first, answer(question))
    assert codes(coded, "primary") == [("task_reliability",)]


def test_a_paper_about_something_else_is_asked_no_further():
    question = question_of()
    coded, model = talk(question, answer(question, about={"code": "no", "quotes": []}, valence=WRONG))
    assert {c.variable for c in coded.codings} == {"sense", "about"}
    assert len(model.told) == 1


def test_where_about_is_rejected_what_hangs_on_it_is_not_asked():
    question = question_of()
    wrong = answer(question, about=WRONG)
    coded, _ = talk(question, wrong, wrong)
    assert {c.variable for c in coded.codings} == {"sense", "about"}
    assert codes(coded, "about") == [None]
    assert [r.variable for r in coded.rejected] == ["about"]


def test_a_sub_category_stands_only_beside_its_ideal():
    question = question_of()
    thick = {"codes": ["thick"], "quotes": [{"code": "thick", "quote": "users", "within": None}]}
    coded, model = talk(question, answer(question, subcategory=thick), answer(question, subcategory=None))
    assert "thick stands only beside the ideal social_judiciousness" in model.told[1]
    assert codes(coded, "subcategory") == [None]


@pytest.mark.parametrize(
    "said", ["", "I can't do that.", "{" * 1000, Written('{"mentions": [', cut_off=True)]
)
def test_no_answer_twice_abstains_everywhere_and_counts_everything(said):
    question = question_of()
    coded, model = talk(question, said, said)
    assert [c.codes for c in coded.codings] == [None] * len(coded.codings)
    assert codes(coded, "sense") == [None, None]
    assert len(coded.rejected) == len(coded.codings)
    assert ("cut off" in model.told[1]) == isinstance(said, Written)


def test_an_unreadable_second_answer_loses_nothing_of_the_first():
    question = question_of()
    coded, _ = talk(question, answer(question, valence=WRONG), "sorry")
    assert codes(coded, "primary") == [("task_reliability",)]
    assert [r.variable for r in coded.rejected] == ["valence"]


def test_a_mention_is_rejected_by_itself():
    question = question_of()
    wrong = answer(question)
    wrong["mentions"][1]["sense"] = "alignment"
    coded, _ = talk(question, wrong, wrong)
    assert codes(coded, "sense") == [("task_reliability",), None]
    assert [(r.variable, r.mention) for r in coded.rejected] == [("sense", 2)]


def test_every_mention_has_exactly_one_sense_in_order_of_the_text():
    question = question_of(TEXT * 3)
    for said in (answer(question), "none"):
        coded, _ = talk(question, said, said)
        spans = [(c.evidence[0].start, c.evidence[0].end) for c in coded.codings if c.variable == "sense"]
        assert spans == list(question.mentions)


def test_many_faults_are_told_in_short():
    question = question_of("We align. " * 300)
    _, model = talk(question, answer(question) | {"mentions": []}, answer(question))
    assert "and 260 more of the same kinds" in model.told[1]
