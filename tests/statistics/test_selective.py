"""Accuracy of a coder that keeps silent where it is least sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from univocal.errors import UnivocalError
from univocal.statistics.selective import COVERAGES, selective_accuracy


def by_hand(confidence, right, coverage):
    """The surest k units, where no two are equally sure."""
    order = np.argsort(-np.asarray(confidence))
    kept = order[: round(coverage * len(order))]
    return np.asarray(right, float)[kept].mean()


@pytest.mark.parametrize("coverage", [0.1, 0.25, 0.5, 0.8, 1.0])
def test_fewer_units_than_groups_are_ranked_one_by_one(coverage):
    rng = np.random.default_rng(1)
    confidence, right = rng.permutation(80) / 80, rng.random(80) < 0.6
    found = selective_accuracy(confidence, right, coverages=[coverage], n_boot=0)[coverage]
    assert found.value == pytest.approx(by_hand(confidence, right, coverage), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_all_units_kept_is_plain_accuracy_and_any_rising_scale_is_the_same(rows):
    confidence, right = zip(*rows, strict=True)
    found = selective_accuracy(confidence, right, coverages=[0.5, 1.0], n_boot=0)
    assert found[1.0].value == pytest.approx(np.mean(right))
    ranks = np.unique(confidence, return_inverse=True)[1]
    assert selective_accuracy(ranks, right, coverages=[0.5], n_boot=0)[0.5].value == pytest.approx(
        found[0.5].value
    )


def test_equally_sure_units_are_as_likely_to_be_kept():
    found = selective_accuracy([0.7] * 10, [True] * 4 + [False] * 6, n_boot=0)
    assert [one.value for one in found.values()] == pytest.approx([0.4] * len(COVERAGES))


def test_silence_is_no_answer():
    sure = [0.9, 0.8, float("nan"), float("nan")]
    found = selective_accuracy(sure, [True, False, True, True], coverages=[0.25, 0.5, 0.75], n_boot=0)
    assert (found[0.25].value, found[0.5].value) == (1.0, 0.5)
    assert found[0.75].value is None
    assert "50.0%" in found[0.75].method


def test_the_interval_resamples_papers():
    """Units that repeat each other within papers tell less than as many papers would."""
    rng = np.random.default_rng(0)
    right = np.repeat(rng.random(60) < 0.7, 5)
    sure = rng.random(300)
    alone = selective_accuracy(sure, right, coverages=[0.8])[0.8]
    grouped = selective_accuracy(sure, right, coverages=[0.8], clusters=np.repeat(np.arange(60), 5).tolist())[
        0.8
    ]
    assert alone.value == grouped.value
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)


def test_bad_input_says_what_was_expected():
    with pytest.raises(UnivocalError, match="one for each unit"):
        selective_accuracy([0.5], [True, False])
    with pytest.raises(UnivocalError, match=r"\(0, 1\]"):
        selective_accuracy([0.5], [True], coverages=[0])
    assert selective_accuracy([], [])[0.5].value is None
