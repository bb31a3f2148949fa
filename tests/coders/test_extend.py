"""Ideals that a codebook adds, with the codebook that ships as an example."""

from pathlib import Path

import pytest

from univocal.codebook import load as load_codebook
from univocal.coders.extend import added_ideals, added_senses
from univocal.coders.protocol import checked
from univocal.coders.trained import load
from univocal.records import Paper

CODEBOOK = Path(__file__).resolve().parents[2] / "examples" / "codebooks" / "collective-bidirectional.toml"
BIDIRECTIONAL = Paper(
    "bi",
    "Towards bidirectional human-AI alignment\n\nBidirectional human-AI alignment means that AI is aligned with humans "
    "and that humans adapt to AI. We call for bidirectional alignment in interaction design.",
    "Towards bidirectional human-AI alignment",
)
TECHNICAL = Paper(
    "t", "Bidirectional word alignment models for statistical machine translation of parallel corpora"
)


@pytest.fixture(scope="module")
def codebook():
    return load_codebook(CODEBOOK)


@pytest.fixture(scope="module")
def coder():
    return load()


def test_the_built_in_codebook_adds_nothing(coder):
    assert added_ideals(load_codebook(), coder.model.calibrators["sense"].codes) == ()


def test_an_added_ideal_is_found_by_its_cues(coder, codebook):
    added = added_ideals(codebook, coder.model.calibrators["sense"].codes)
    assert added
    codings = coder.code(BIDIRECTIONAL, codebook)
    said = {code for c in codings if c.variable == "sense" for code in c.codes or ()}
    assert said & set(added)
    (ideals,) = [c for c in codings if c.variable == "ideals"]
    assert set(ideals.codes) & set(added)


def test_codings_with_added_ideals_keep_the_rules(coder, codebook):
    for coding in coder.code(BIDIRECTIONAL, codebook):
        checked(coding, BIDIRECTIONAL, codebook)


def test_a_technical_mention_stays_technical(coder, codebook):
    (sense, _) = coder.code(TECHNICAL, codebook)
    assert sense.codes == ("technical",)


def test_confidence_from_cues_is_capped(coder, codebook):
    added = added_ideals(codebook, coder.model.calibrators["sense"].codes)
    for coding in coder.code(BIDIRECTIONAL, codebook):
        if coding.variable == "sense" and set(coding.codes or ()) & set(added):
            assert coding.confidence <= 0.9


def test_without_added_ideals_nothing_changes(coder, codebook):
    senses = [c for c in coder.code(BIDIRECTIONAL, codebook) if c.variable == "sense"]
    assert added_senses(senses, None, codebook, ()) == tuple(senses)
