"""Words that somebody copied are found where they stand, and nowhere else."""

from __future__ import annotations

import pytest
from tests.study.material import ARABIC, COMBINING, CRLF, EMOJI

from univocal.study.quotes import MOST_PLACES, find_quote


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (EMOJI, "👩‍👩‍👧‍👦 families: 𝒜lignment"),
        (COMBINING, "reali\u0308gnment; e\u0301"),
        (ARABIC, "\u200fوالناس\u202e"),
        (CRLF, "Aligned\r\nwith"),
    ],
)
def test_words_stand_once_and_are_the_papers_own(text: str, words: str) -> None:
    found = find_quote(text, words)
    (place,) = found.places
    assert found.exact
    assert text[slice(*place)] == words
    assert found.meant(()) == (place,)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_line_break_of_a_form_stands_for_the_papers(line_break: str) -> None:
    text = f"We align{line_break}the model."
    found = find_quote(text, "align\r\nthe")
    assert found.exact
    assert [text[slice(*at)] for at in found.places] == [f"align{line_break}the"]


def test_one_line_break_is_not_two() -> None:
    assert not find_quote("We align\r\nthe model.", "align\n\nthe").exact
    assert find_quote("We align\n\nthe model.", "align\r\n\r\nthe").exact


def test_words_that_stand_in_several_places_are_asked_about() -> None:
    text = "We align, and align again."
    found = find_quote(text, " align ")
    assert (found.places, found.n, found.exact) == (((3, 8), (14, 19)), 2, True)
    assert found.meant(()) == ()
    assert found.meant([(14, 19), (0, 2)]) == ((14, 19),)
    assert "stands in 2 places. Tick the one that is meant" in found.fault
    assert find_quote("aaa", "aa").n == 2, "places may overlap"
    many = find_quote("a " * 2_000, "a")
    assert len(many.places) == MOST_PLACES
    assert "more than 1,000 places, of which the first 30" in many.fault


@pytest.mark.parametrize(
    ("text", "words", "own"),
    [
        ("We Align  it.", "we align it", "We Align  it"),
        ("We align\u00a0it.", "align it", "align\u00a0it"),
        ("The arti\ufb01cial one", "artificial", "arti\ufb01cial"),
        ("Caf\u00e9 e\u0301t\u00e9", "cafe\u0301 \u00e9te\u0301", "Caf\u00e9 e\u0301t\u00e9"),
        ("We al\nign it.", "align", "al\nign"),
        ("Straße", "STRASSE", "Straße"),
    ],
)
def test_words_that_only_come_near_are_shown_and_never_taken(text: str, words: str, own: str) -> None:
    found = find_quote(text, words)
    assert not found.exact
    assert [text[slice(*at)] for at in found.places] == [own]
    assert found.meant(()) == ()
    assert found.meant(found.places) == found.places
    assert "the paper's own words" in found.fault


@pytest.mark.parametrize("words", ["nowhere", "", " \n", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦"])
def test_words_that_stand_nowhere_are_no_evidence(words: str) -> None:
    found = find_quote(EMOJI, words)
    assert (found.places, found.meant([(0, 2)])) == ((), ())
    assert "doesn't stand in the paper" in found.fault
