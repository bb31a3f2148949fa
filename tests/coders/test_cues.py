import dataclasses
import time

import pytest

from univocal.codebook import load
from univocal.codebook.model import Cue
from univocal.coders import cues
from univocal.coders.cues import CueSet, Scan, cue_set
from univocal.errors import CodebookError, CoderError
from univocal.records import Paper, Section


def scan(text, *given, mentions=(), sections=()):
    book = dataclasses.replace(load(), cues=tuple(Cue("sense", "technical", p, w, 1.0) for p, w in given))
    return Scan(CueSet.compile(book), Paper("p", text, sections=sections), mentions)


def hits(found):
    return [(hit.start, hit.end) for hit in found]


def test_a_cue_of_a_mention_must_cover_it():
    text = "Word alignment is old. We align models."
    both = scan(text, (r"\bword align\w*", "mention"))
    assert hits(both.at_mention("sense", (5, 14))) == [(0, 14)]
    assert hits(both.at_mention("sense", (26, 31))) == []


def test_a_cue_of_a_mention_stays_in_its_phrase():
    far = "Word " + "x" * cues.PHRASE + " alignment"
    assert (
        hits(scan(far, (r"\bword .*align\w*", "mention")).at_mention("sense", (len(far) - 9, len(far)))) == []
    )


def test_a_cue_of_a_sentence_ends_with_it():
    text = "Corpora are parallel. We align sentences."
    assert hits(scan(text, ("parallel", "sentence")).at_mention("sense", (25, 30))) == []
    assert hits(scan(text, ("sentences", "sentence")).at_mention("sense", (25, 30))) == [(31, 40)]


def test_a_cue_of_the_paper_is_not_sought_in_references():
    text = "We align.\n\nReferences: word alignment"
    references = (Section("references", 11, len(text)),)
    assert hits(scan(text, ("word", "paper"), sections=references).at_mention("sense", (3, 8))) == []
    assert hits(scan(text, ("word", "paper")).at_mention("sense", (3, 8))) == [(23, 27)]


def test_a_cue_of_the_paper_speaks_only_of_mentions_within_reach():
    text = "corpora. " + "x " * cues.REACH + "We align."
    far = scan(text, ("corpora", "paper"))
    assert hits(far.at_mention("sense", (len(text) - 6, len(text) - 1))) == []
    assert hits(far.at_paper("sense", ())) == [(0, 7)]


def test_every_faulty_pattern_is_named_at_once():
    book = dataclasses.replace(
        load(),
        cues=(Cue("sense", "technical", "(", "mention", 1), Cue("sense", "ordinary", "[", "mention", 1)),
    )
    with pytest.raises(CodebookError) as caught:
        CueSet.compile(book)
    assert len(caught.value.faults) == 2
    assert "cue[1].pattern (sense, ordinary)" in caught.value.faults[1]


def test_a_cue_that_runs_away_is_stopped_and_named(monkeypatch):
    monkeypatch.setattr(cues, "TIMEOUT_SECONDS", 0.05)
    begun = time.monotonic()
    with pytest.raises(CoderError, match=r"p: the cue .* \(sense, technical\) searched for more than 0.05 s"):
        scan("a" * 4_000 + "!", (r"(?:a|aa|a)+(?:a|aa)+$", "paper")).everywhere(0)
    assert time.monotonic() - begun < 5


def test_a_codebook_is_compiled_once_and_few_are_kept():
    book = load()
    assert cue_set(book) is cue_set(book)
    for _ in range(10):
        cue_set(dataclasses.replace(book, cues=()))
    assert len(cues._COMPILED) <= cues._KEPT
