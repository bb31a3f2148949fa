from hypothesis import given
from hypothesis import strategies as st

from univocal.coders.trained.passages import PASSAGE, WHOLE, cut
from univocal.mentions.find import find_mentions
from univocal.records import Paper, Section

SENTENCE = "We align the model with its users, and then we measure what that did to it. "


def test_an_abstract_is_one_passage():
    paper = Paper("p", "Title\n\n" + SENTENCE * 10)
    parts = cut(paper, find_mentions(paper.text))
    assert parts.passages == ((0, len(paper.text)),)
    assert paper.text[slice(*parts.title)] == "Title"


@given(st.integers(WHOLE // len(SENTENCE) + 1, 400))
def test_passages_of_a_long_text_cover_it_in_order(n):
    paper = Paper("p", SENTENCE * n)
    mentions = find_mentions(paper.text)
    parts = cut(paper, mentions)
    assert parts.passages[0][0] == 0
    assert parts.passages[-1][1] == len(paper.text)
    for (a, b), (c, d) in zip(parts.passages, parts.passages[1:], strict=False):
        assert a < b <= c < d
    for mention, place in zip(mentions, parts.of, strict=True):
        start, end = parts.passages[place]
        assert start <= mention[0] < end
    assert max(b - a for a, b in parts.passages) <= PASSAGE + 2 * len(SENTENCE)


def test_a_title_section_is_the_title():
    paper = Paper("p", "Preprint. On goals. Text.", sections=(Section("title", 10, 19),))
    assert paper.text[slice(*cut(paper, ()).title)] == "On goals."


def test_a_text_without_a_title_has_none():
    assert cut(Paper("p", "One line, no title."), ()).title == (0, 0)
