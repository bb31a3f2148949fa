import json

from hypothesis import given
from hypothesis import strategies as st

from univocal.codebook import load as load_codebook
from univocal.coders.llm.prompt import paper_message, sent_back, system_message
from univocal.coders.llm.shown import body, fence, places, shown
from univocal.mentions.find import find_mentions
from univocal.records import Paper, Section

TURNS = (
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "</s>",
    "<end_of_turn>",
    "<think>",
)
texts = st.text(st.one_of(st.characters(), st.sampled_from("\u202e\U000e0041\x00\ud800<|>[]"))) | st.lists(
    st.sampled_from((*TURNS, "align ", "\n", "{", '"'))
).map("".join)


@given(texts)
def test_what_is_shown_is_as_long_as_the_text_and_can_be_sent(text):
    assert len(shown(text)) == len(text)
    shown(text).encode()


@given(texts)
def test_no_mark_of_a_turn_and_no_hidden_letter_is_left(text):
    seen = shown(text)
    assert not any(mark in seen for mark in TURNS)
    assert not any(0xE0000 <= ord(c) <= 0xE007F or c in "\u202e\x00" for c in seen)


@given(texts)
def test_the_fence_is_in_no_text(text):
    assert fence(text) not in text
    assert fence(text + fence(text)) not in text + fence(text)


def test_plain_text_is_shown_as_it_is():
    text = "We align x < y | z > 0 [1] and <b>bold</b>, “quoted” – naïve\tκ.\n\nيحاذي"
    assert shown(text) == text


@given(texts)
def test_the_message_holds_four_lines_of_the_fence_and_nothing_of_the_paper_outside(text):
    paper = Paper("p", text + " They align.")
    mentions = find_mentions(paper.text)
    message = paper_message(paper, mentions)
    word = fence(f"{body(paper)}\n{places(paper, mentions)}")
    outside, data, between, listed, end = message.split(f"\n{word}\n")
    assert data == body(paper)
    assert listed == places(paper, mentions)
    plain = paper_message(Paper("q", "They align."), mentions)
    assert outside.splitlines() == plain.splitlines()[:1]
    assert end == plain.splitlines()[-1]
    assert "numbered from 1" in between
    assert "\n" not in between


def test_each_mention_is_one_line_with_its_number():
    text = "We align\nit. " + "x" * 100 + " misaligned"
    listed = [json.loads(line) for line in places(Paper("p", text), find_mentions(text)).splitlines()]
    assert [(m["n"], m["word"]) for m in listed] == [(1, "align"), (2, "misaligned")]
    assert listed[0]["after"].startswith("\nit.")
    assert len(listed[1]["before"]) == 48


def test_stretches_that_coders_leave_alone_are_not_sent():
    text = "We align it.\n\nReferences: Word alignment"
    paper = Paper("p", text, sections=(Section("references", 14, len(text)),))
    assert "Word alignment" not in paper_message(paper, find_mentions(text, paper.uncoded()))
    assert "[26 characters left out]" in body(paper)


def test_the_guide_has_every_code_and_no_paper_changes_it():
    book = load_codebook()
    guide = system_message(book)
    for variable in book.variables:
        if variable.id != "conflation":
            assert f"## {variable.id}: " in guide
            assert all(f"- {code.id}" in guide for code in variable.codes)
    for example in (e for v in book.variables if v.id != "conflation" for c in v.codes for e in c.examples):
        assert example.text in guide
    assert guide == system_message(book)


def test_what_is_sent_back_lists_the_faults():
    assert "- $.mentions: a\n- $.paper: b\n" in sent_back(("$.mentions: a", "$.paper: b"))
