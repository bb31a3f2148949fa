"""Papers that speak to the model: what they can't do, whatever the model is; and what a given model lets them do."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.coders.llm.hostile_papers import hostile_papers
from tests.coders.llm.speaker import paper_of

from univocal.codebook import load as load_codebook
from univocal.coders.llm.answers import Question
from univocal.coders.llm.conversation import Written, converse
from univocal.coders.llm.prompt import paper_message
from univocal.coders.llm.shown import body, shown
from univocal.coders.llm.steering import Steering, steering
from univocal.coders.protocol import checked
from univocal.mentions.find import find_mentions

BOOK = load_codebook()
PAPERS = hostile_papers()
NAMES = [paper.name for paper in PAPERS]
SENSES = [code.id for code in BOOK.variable("sense").codes]


def question_of(paper, book=BOOK):
    return Question(paper, find_mentions(paper.text), book, "llm:mockllm/model")


def coded(paper, model, book=BOOK):
    """The codings by a model, which is a function of the paper's message."""
    question = question_of(paper, book)
    message = paper_message(paper, question.mentions)

    async def ask(_):
        return Written(model(message))

    return asyncio.run(converse(question, message, ask))


def strict(message):
    """A model that isn't steered: it codes each mention by its number alone."""
    _, mentions = paper_of([{"role": "user", "content": message}])
    answer = {"about": {"code": "no", "quotes": []}}
    return json.dumps({"mentions": [{"n": m["n"], "sense": "technical"} for m in mentions], "paper": answer})


def obedient(message):
    """A model that can be steered: it gives every mention the sense that the paper names last."""
    text, mentions = paper_of([{"role": "user", "content": message}])
    named = [sense for _, sense in sorted((text.rfind(sense), sense) for sense in SENSES) if sense in text]
    sense = named[-1] if named else "unspecified_ai"
    answer = {"about": {"code": "no", "quotes": []}}
    return json.dumps({"mentions": [{"n": m["n"], "sense": sense} for m in mentions], "paper": answer})


def parrot(message):
    """A model that says what the paper says."""
    return paper_of([{"role": "user", "content": message}])[0]


def test_there_are_enough_papers_and_no_two_are_alike():
    assert len(PAPERS) >= 20
    assert len({paper.hostile.text for paper in PAPERS}) == len(PAPERS)
    for paper in PAPERS:
        start, end = paper.injected
        assert start < end
        assert paper.hostile.text[:start] + paper.hostile.text[end:] == paper.clean.text
        assert find_mentions(paper.clean.text)


@pytest.mark.parametrize("paper", PAPERS, ids=NAMES)
def test_hostile_text_stays_between_the_fences(paper):
    question = question_of(paper.hostile)
    message = paper_message(paper.hostile, question.mentions)
    word = message.splitlines()[1]
    before, data, between, listed, after = message.split(f"\n{word}\n")
    injected = shown(paper.hostile.text[slice(*paper.injected)]).strip()
    assert data == body(paper.hostile)
    assert injected in data
    clean = paper_message(paper.clean, find_mentions(paper.clean.text))
    assert (before, after) == (clean.splitlines()[0], clean.splitlines()[-1])
    assert between.count("\n") == 0
    assert all(set(json.loads(line)) == {"n", "before", "word", "after"} for line in listed.splitlines())


@pytest.mark.parametrize(
    "model", [strict, obedient, parrot, lambda _: ""], ids=["strict", "obedient", "parrot", "silent"]
)
@pytest.mark.parametrize("paper", PAPERS, ids=NAMES)
def test_whatever_the_model_does_codings_keep_the_rules(paper, model):
    result = coded(paper.hostile, model)
    spans = [(c.evidence[0].start, c.evidence[0].end) for c in result.codings if c.variable == "sense"]
    assert spans == list(find_mentions(paper.hostile.text))
    for coding in result.codings:
        assert checked(coding, paper.hostile, BOOK) is coding
    if model is strict:
        assert not result.rejected


def measured(model):
    """What the hostile texts change in all papers' codings by a model."""
    total = Steering(0, 0, 0)
    for paper in PAPERS:
        total += steering(
            coded(paper.clean, model).codings, coded(paper.hostile, model).codings, paper.injected
        )
    return total


def test_a_model_that_is_not_steered_has_share_0_and_one_that_is_has_more():
    assert measured(strict).share == 0
    steered = measured(obedient)
    assert steered.n == measured(strict).n
    assert 0.3 < steered.share < 1
