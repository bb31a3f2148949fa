"""Runs by Inspect AI with its mock model: exact cases."""

from __future__ import annotations

import json

import pytest
from tests.coders.llm.conftest import QUIET, TEXT, answer, question_of

from univocal.codebook import load as load_codebook
from univocal.coders.llm import Budget, LlmCoder, Settings, code_papers, plan
from univocal.coders.llm.prices import Price
from univocal.coders.llm.run import _said
from univocal.coders.protocol import checked
from univocal.errors import CoderError, InputError, MissingExtraError
from univocal.records import Paper

pytest.importorskip("inspect_ai", reason="extra llm isn't installed")
pytestmark = QUIET
BOOK = load_codebook()
SETTINGS = Settings(connections=1)


def mock(*said):
    """Inspect's mock model that says these things in turn, the last for good; and what it was asked."""
    from inspect_ai.model import ModelOutput, ModelUsage, get_model

    asked = []

    def say(messages, tools, choice, config):
        asked.append((messages, config))
        now = said[min(len(asked), len(said)) - 1]
        if isinstance(now, Exception):
            raise now
        output = ModelOutput.from_content("mockllm/model", now if isinstance(now, str) else json.dumps(now))
        output.usage = ModelUsage(input_tokens=100, output_tokens=10, total_tokens=110)
        return output

    return get_model("mockllm/model", custom_outputs=say, memoize=False), asked


def papers(n, text=TEXT):
    return [Paper(f"p{i}", f"{text} Number {i}.") for i in range(1, n + 1)]


RIGHT = answer(question_of(TEXT))
WRONG = answer(
    question_of(TEXT), valence={"code": "positive", "quotes": [{"quote": "nowhere", "within": None}]}
)


def test_papers_are_coded_sent_back_rejected_and_counted(tmp_path):
    model, asked = mock(RIGHT, WRONG, WRONG, RIGHT)
    outcome = code_papers(
        [*papers(3), Paper("q", "Nothing.")], BOOK, model, settings=SETTINGS, logs=tmp_path / "logs"
    )
    assert len(asked) == 4
    assert (outcome.n_sent_back, outcome.n_rejected, outcome.n_without_mention, outcome.whole) == (
        1,
        1,
        1,
        True,
    )
    assert [(r.paper, r.variable) for r in outcome.rejected] == [("p2", "valence")]
    by_id = {p.id: p for p in papers(3)}
    for coding in outcome.codings:
        assert checked(coding, by_id[coding.paper], BOOK).coder == "llm:mockllm/model"
    assert [c.paper for c in outcome.codings if c.variable == "about"] == ["p1", "p2", "p3"]
    assert (outcome.usage.input_tokens, outcome.usage.paid_output_tokens) == (400, 40)


def test_the_log_shows_each_coding(tmp_path):
    from inspect_ai.log import read_eval_log

    model, _ = mock(RIGHT)
    outcome = code_papers(papers(1), BOOK, model, settings=SETTINGS, logs=tmp_path / "logs")
    log = read_eval_log(outcome.log)
    sample = log.samples[0]
    score = sample.scores["univocal_codings"]
    assert sample.id == "p1"
    assert "sense: task_reliability ('Aligning' [0:8])" in score.answer
    assert [c["variable"] for c in sample.store["univocal"]["codings"]] == [
        c.variable for c in outcome.codings
    ]
    assert score.value == {"codes": 7, "abstentions": 8, "rejected": 0, "sent_back": 0}
    assert log.eval.metadata["codebook_digest"] == BOOK.digest


def test_the_provider_is_given_the_schema_of_the_answer():
    model, asked = mock(RIGHT)
    code_papers(papers(1), BOOK, model, settings=SETTINGS)
    config = asked[0][1]
    assert config.response_schema.strict is True
    assert config.response_schema.json_schema.required == ["mentions", "paper"]
    assert config.temperature == 0.0
    model, asked = mock(RIGHT)
    code_papers(papers(1), BOOK, model, settings=Settings(connections=1, answer_format="object", cache=False))
    assert asked[0][1].response_schema is None
    assert asked[0][1].extra_body["response_format"]["schema"]["required"] == ["mentions", "paper"]


def test_repeats_are_coders_of_their_own():
    second = answer(question_of(TEXT))
    second["mentions"][0]["sense"] = "unspecified_ai"
    model, _ = mock(RIGHT, second)
    outcome = code_papers(papers(1), BOOK, model, settings=Settings(repeats=2, connections=1))
    senses = [(c.coder, c.codes) for c in outcome.codings if c.variable == "sense"]
    assert {coder for coder, _ in senses} == {"llm:mockllm/model", "llm:mockllm/model#2"}
    assert {codes for _, codes in senses} == {("task_reliability",), ("unspecified_ai",)}


def test_what_was_answered_is_not_asked_again():
    model, asked = mock(RIGHT)
    first = code_papers(papers(2), BOOK, model, settings=SETTINGS)
    again = code_papers(papers(3), BOOK, model, settings=SETTINGS)
    assert len(asked) == 3
    assert again.codings[: len(first.codings)] == first.codings
    assert (again.usage.input_tokens, again.usage.paid_input_tokens) == (300, 100)


@pytest.mark.parametrize("price", [None, Price(2.0, 2.0)])
def test_a_budget_stops_the_run_and_a_larger_one_goes_on(price):
    model, asked = mock(RIGHT)
    one = plan(papers(1), BOOK, "a/b")
    tokens = one.input_tokens_least + one.output_tokens_least + 300
    small = Budget(tokens=tokens) if price is None else Budget(money=tokens * 2 / 1e6, price=price)
    large = Budget(price=price)
    stopped = code_papers(papers(6), BOOK, model, settings=SETTINGS, budget=small)
    assert len(asked) == 3
    assert stopped.left
    assert not stopped.whole
    assert {c.paper for c in stopped.codings}.isdisjoint(stopped.left)
    assert small.spent_tokens == 110 * len(asked)
    whole = code_papers(papers(6), BOOK, model, settings=SETTINGS, budget=large)
    assert len(asked) == 6
    assert whole.whole
    assert large.spent_tokens == 660


def test_a_paper_that_gets_no_answer_is_told_and_the_others_are_coded():
    model, asked = mock(RIGHT, ValueError("the provider is down"), RIGHT)
    outcome = code_papers(papers(3), BOOK, model, settings=SETTINGS)
    assert outcome.failed == (("p2", "ValueError: the provider is down"),)
    assert {c.paper for c in outcome.codings} == {"p1", "p3"}
    assert not outcome.whole
    again = code_papers(papers(3), BOOK, model, settings=SETTINGS)
    assert again.whole
    assert len(asked) == 4


def test_a_paper_that_is_too_long_abstains_and_is_told():
    model, asked = mock(RIGHT)
    long = Paper("long", "align " * 500)
    outcome = code_papers([long], BOOK, model, settings=Settings(repeats=2))
    assert not asked
    assert outcome.too_long == (("long", "500 mentions; 400 at most are sent"),)
    senses = [c for c in outcome.codings if c.variable == "sense"]
    assert len(senses) == 1000
    assert all(c.codes is None for c in senses)


def test_a_model_that_cannot_be_had_is_told():
    with pytest.raises(CoderError, match="nobody/model: the model can't be had"):
        code_papers(papers(1), BOOK, "llm:nobody/model")
    with pytest.raises(InputError, match="'p1'"):
        code_papers([*papers(1), *papers(1)], BOOK, "mockllm/model")


def test_one_paper_is_coded_as_by_any_coder():
    model, asked = mock(WRONG, RIGHT)
    coder = LlmCoder("mockllm/model", SETTINGS, opener=lambda *_: (model, "mockllm/model"))
    first = coder.code(papers(1)[0], BOOK)
    assert len(asked) == 2
    assert {c.coder for c in first} == {"llm:mockllm/model"}
    assert coder.code(papers(1)[0], BOOK) == first
    assert len(asked) == 2
    assert coder.code(Paper("q", "Nothing."), BOOK) == ()


def test_a_coder_says_why_there_is_no_answer():
    model, _ = mock(ValueError("the provider is down"))
    coder = LlmCoder("mockllm/model", opener=lambda *_: (model, "mockllm/model"))
    with pytest.raises(CoderError, match=r"p1: llm:mockllm/model: no answer: .*the provider is down"):
        coder.code(papers(1)[0], BOOK)


def test_without_inspect_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "inspect_ai.model", None)
    with pytest.raises(MissingExtraError, match=r"univocal\[llm\]"):
        code_papers(papers(1), BOOK, "openai/gpt-x")


def test_the_providers_own_words_are_taken_from_the_traceback():
    traceback = "x\nopenai.InternalServerError: Error code: 500\n\nThe above …\n\ntenacity.RetryError: RetryError[<Future>]"
    assert _said("RetryError(<Future>)", traceback) == "openai.InternalServerError: Error code: 500"
    assert _said("said", "no such line") == "said"
