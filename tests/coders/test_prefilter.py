import pytest
import regex

from univocal.codebook import load
from univocal.coders.cues import CueSet, Scan, fold
from univocal.coders.prefilter import required, starts
from univocal.records import Paper

TEXTS = (
    "Aligning language models with human preferences",
    "Preference-aligned robots; non-aligned states, and Überalignment (İ) of naïve words.",
    "word\nalignments of bilingual corpora",
    "",
)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\b(?:word|sentences?)[- ]align", {"word", "sent"}),
        (r"\b(?:ai|llms?) align", {"ai", "llm"}),
        (r"\bhuman values?\b", {"huma"}),
        (r"\bmis(?:align)?", {"mis"}),
        (r"\b(?:(?:very )?well)-aligned", None),
        (r"\b(?:well)?aligned", None),
        (r"\bword|sentence", None),
        (r"\b(?:a|b)lign", None),
        (r"\w+ align", None),
        (r"\b[ab]lign", None),
    ],
)
def test_required_word_starts(pattern, words):
    assert required(pattern) == words


def test_an_optional_last_letter_is_not_required():
    assert required(r"\b(?:goals?|aims*) x") == {"goal", "aim"}
    assert "goal" in starts("goal-directed")


@pytest.mark.parametrize("text", TEXTS)
def test_leaving_a_search_out_never_loses_a_match(text):
    cue_set = CueSet.compile(load())
    present = starts(fold(text))
    for cue, pattern, needs in zip(cue_set.cues, cue_set.patterns, cue_set.required, strict=True):
        if needs is not None and needs.isdisjoint(present):
            assert pattern.search(fold(text)) is None, cue.pattern


@pytest.mark.parametrize("text", TEXTS)
def test_folding_moves_no_offset_and_finds_what_ignoring_case_finds(text):
    assert len(fold(text)) == len(text)
    cue_set = CueSet.compile(load())
    scan = Scan(cue_set, Paper("p", text), ())
    for number, cue in enumerate(cue_set.cues):
        slow = [m.span() for m in regex.finditer(cue.pattern, text, regex.IGNORECASE)]
        assert list(scan.everywhere(number)) == slow, cue.pattern
