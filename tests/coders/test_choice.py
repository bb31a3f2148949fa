"""The coder to rely on: the one that does best in cross-validation, with what was measured of these very weights."""

from __future__ import annotations

import pytest

from univocal.coders.choice import DEFAULT_CODER, load_coder, quality

OURS = ("trained", "lexicon")


@pytest.mark.parametrize("name", OURS)
def test_what_was_measured_is_of_this_version(name: str) -> None:
    measured = quality(name)
    assert measured is not None
    assert measured["coder"] == {"name": name, "version": load_coder(name).version}
    assert "language model" in measured["gold_note"]


def test_the_default_coder_does_best_on_senses_in_cross_validation() -> None:
    kappa = {name: quality(name)["senses"]["all"]["kappa"]["value"] for name in OURS}
    assert max(kappa, key=kappa.get) == DEFAULT_CODER


def test_the_default_coder_beats_the_baselines() -> None:
    measured = quality(DEFAULT_CODER)
    for figure in ("accuracy", "macro_f1", "kappa"):
        mine = measured["senses"]["all"][figure]["value"]
        for name, baseline in measured["baselines"].items():
            assert mine > baseline["senses"][figure]["value"], (figure, name)


def test_the_default_coder_was_cross_validated() -> None:
    assert quality(DEFAULT_CODER)["procedure"]["kind"] == "cross-validated"
