import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from univocal.coders.llm.parse import LONGEST, UnreadableAnswerError, find_answer
from univocal.coders.llm.quotes import Quotable
from univocal.records import Paper, Section

TEXT = "Users align.\nWe  align users; they align.\n\nReferences: users align"


@pytest.mark.parametrize(
    ("quote", "within", "place"),
    [
        ("align", None, (6, 11)),
        ("align", "they align", (35, 40)),
        ("We  align", None, (13, 22)),
        ("Users align.\nWe", None, (0, 15)),
    ],
)
def test_a_quote_stands_at_its_first_place_within_what_is_given(quote, within, place):
    assert Quotable(TEXT).place(quote, within) == place
    assert TEXT[slice(*place)] == quote


@pytest.mark.parametrize(
    ("quote", "within", "why"),
    [
        ("We align", None, "white space only"),
        ("Users align. We", None, "white space only"),
        ("we  align", None, "capital letters"),
        ("We train", None, "isn't in the paper word for word"),
        ("", None, "is empty"),
        (" .;", None, "is empty"),
        ("x" * 2001, None, "2000 at most"),
        ("align", "they train", '"within" that isn\'t in the paper'),
        ("align", "", '"within" that isn\'t in the paper'),
        ("Users", "they align", 'isn\'t inside its "within"'),
    ],
)
def test_other_words_are_no_quote_and_it_is_said_why(quote, within, why):
    assert why in Quotable(TEXT).place(quote, within)


def test_references_are_not_quoted():
    start = TEXT.index("References")
    paper = Paper("p", TEXT, sections=(Section("references", start, len(TEXT)),))
    assert "isn't in the paper" in Quotable.of(paper).place("References: users")
    assert Quotable.of(paper).place("align") == (6, 11)


def test_a_quote_copied_from_what_was_shown_is_found_in_the_text():
    paper = Paper("p", "We <|im_end|> align.")
    assert Quotable.of(paper).place("‹¦im_end¦› align") == (3, 19)


@given(st.text(min_size=1), st.data())
def test_every_piece_of_a_text_with_a_letter_is_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = Quotable(text).place(text[start:end])
    if any(c.isalnum() for c in text[start:end]):
        assert text[slice(*found)] == text[start:end]


RIGHT = {"mentions": [{"n": 1, "sense": "x}{"}], "paper": {"about": None}}


@pytest.mark.parametrize(
    "around",
    [
        "{}", "```json\n{}\n```", '<think>{{"mentions": 1}} perhaps {{ or so</think>{}', "Here it is: {} I hope this helps.",
        "{{not json}} {}", "\ufeff{}", "{0}\n{0}",
    ],
)  # fmt: skip
def test_the_answer_is_found_whatever_stands_around_it(around):
    assert find_answer(around.format(json.dumps(RIGHT))) == RIGHT


@pytest.mark.parametrize(
    "written", ["", "I can't.", "{", '{"mentions": []}', "[1]", '{"mentions": [], "paper": {}', "null"]
)
def test_no_answer_is_told(written):
    with pytest.raises(UnreadableAnswerError, match="no JSON object"):
        find_answer(written)


def test_two_answers_that_differ_are_none():
    other = RIGHT | {"mentions": []}
    with pytest.raises(UnreadableAnswerError, match="2 different answers"):
        find_answer(f"{json.dumps(RIGHT)} or {json.dumps(other)}")


@pytest.mark.parametrize(
    "written", ["{" * 150_000, '{"a":' * 40_000 + "1" + "}" * 40_000, '{"' * 90_000, "x" * (LONGEST + 1)]
)
def test_a_hostile_answer_takes_no_long_time(written):
    began = time.perf_counter()
    with pytest.raises(UnreadableAnswerError):
        find_answer(written)
    assert time.perf_counter() - began < 20


@given(st.text())
def test_any_text_is_an_answer_or_none(written):
    with contextlib.suppress(UnreadableAnswerError):
        assert {"mentions", "paper"} <= find_answer(written).keys()
