"""Shares from weights: Hájek, Horvitz-Thompson, Korn-Graubard."""

import numpy as np
import pytest
from scipy.stats import beta, t

from univocal.errors import InputError
from univocal.statistics.weighted import kish_size, linearised_variance, weighted_share

RNG = np.random.default_rng(5)
GOLD = (RNG.random(120) < 0.3).astype(float)
WEIGHTS = RNG.uniform(1, 4, 120)


def test_equal_weights_are_a_binomial_of_one_paper_less():
    # Korn & Graubard 1998: with equal weights the effective size is p(1-p)/v = n - 1, v having n - 1 below.
    result = weighted_share([1] * 30 + [0] * 90, np.full(120, 7.0))
    size = 119
    wanted = [beta.ppf(0.025, 0.25 * size, 0.75 * size + 1), beta.ppf(0.975, 0.25 * size + 1, 0.75 * size)]
    assert [result.low, result.high] == pytest.approx(wanted)
    assert result.standard_error == pytest.approx(np.sqrt(0.25 * 0.75 / 119))


def test_hajek_and_korn_graubard_by_hand():
    result = weighted_share(GOLD, WEIGHTS, strata=np.arange(120) % 3)
    value = np.average(GOLD, weights=WEIGHTS)
    terms = WEIGHTS * (GOLD - value) / WEIGHTS.sum()
    variance = sum(40 * terms[np.arange(120) % 3 == h].var(ddof=1) for h in range(3))
    size = (
        min(value * (1 - value) / variance, kish_size(WEIGHTS)) * (t.ppf(0.975, 119) / t.ppf(0.975, 117)) ** 2
    )
    assert result.value == pytest.approx(value)
    assert result.standard_error == pytest.approx(np.sqrt(variance))
    assert result.low == pytest.approx(beta.ppf(0.025, value * size, size - value * size + 1))
    assert result.high == pytest.approx(beta.ppf(0.975, value * size + 1, size - value * size))


def test_horvitz_thompson():
    result = weighted_share(GOLD, WEIGHTS, n_papers=400)
    assert result.value == pytest.approx((WEIGHTS * GOLD).sum() / 400)
    assert "put to 1" in weighted_share([1] * 40, [2] * 40, n_papers=50).caution


def test_scale_order_and_nesting():
    one = weighted_share(GOLD, WEIGHTS)
    other = weighted_share(GOLD[::-1], WEIGHTS[::-1] * 1000)
    assert [other.value, other.low, other.high] == pytest.approx([one.value, one.low, one.high])
    wide = weighted_share(GOLD, WEIGHTS, level=0.99)
    assert wide.low <= one.low <= one.high <= wide.high
    mirrored = weighted_share(1 - GOLD, WEIGHTS)
    assert [1 - mirrored.high, 1 - mirrored.low] == pytest.approx([one.low, one.high])


def test_papers_without_gold_are_left_out():
    padded = weighted_share([*GOLD, None, np.nan], [*WEIGHTS, 5, np.nan], strata=["a"] * 122)
    assert padded.value == pytest.approx(weighted_share(GOLD, WEIGHTS).value)
    assert padded.n == 120


def test_nobody_has_it():
    result = weighted_share(np.zeros(50), np.linspace(1, 2, 50))
    assert (result.value, result.low) == (0, 0)
    assert result.high == pytest.approx(beta.ppf(0.975, 1, kish_size(np.linspace(1, 2, 50))))
    assert "0 papers, fewer than 5" in result.caution


def test_degenerate_input():
    assert "fewer than two" in weighted_share([1], [1]).method
    assert "each stratum has one paper" in weighted_share([1, 0], [1, 2], strata=["a", "b"]).method
    assert "effective papers" in weighted_share([1, 0] * 10, [1, 30] * 10).caution
    assert linearised_variance(np.array([1.0, 1.0, 4.0]), np.array([0, 0, 1])) == pytest.approx(4.0)
    for weights in ([1, 0], [1, -2], [1, np.nan]):
        with pytest.raises(InputError, match=r"weights\[1\]: a number above 0 was expected"):
            weighted_share([1, 0], weights)
    with pytest.raises(InputError, match=r"n_papers\[0\]: a number above 0"):
        weighted_share([1, 0], [1, 1], n_papers=0)
