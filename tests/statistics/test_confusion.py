"""Coder reports: expected counts from next to nothing to billions have defined, exact answers."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import special, stats

from univocal.statistics.aggregate_result import LatentTruth
from univocal.statistics.binomial import log_beta
from univocal.statistics.confusion import coder_report
from univocal.statistics.exact import beta_quantiles, exact_bounds

powers = st.floats(-300, 12).map(lambda power: 10.0**power)


def aggregate_of(posterior):
    """An aggregate with this posterior of the labels a and b."""
    posterior = np.asarray(posterior, float)
    nothing = np.full(2, np.nan)
    return LatentTruth(
        "made up", ("a", "b"), (0,), nothing, np.full((1, 2, 2), np.nan), posterior, 0.0, 1, True, "none"
    )


@settings(max_examples=300, deadline=None)
@given(n=powers, share=st.floats(0, 1), level=st.sampled_from([0.5, 0.9, 0.95, 0.999]))
@example(n=1e-9, share=1.0, level=0.95)
@example(n=1e-300, share=0.5, level=0.95)
@example(n=0.02, share=0.5, level=0.95)
@example(n=1e12, share=3e-12, level=0.95)
@example(n=1e12, share=1e-300, level=0.95)
def test_bounds_of_any_count_are_scipys(n, share, level):
    hits = share * n
    assume(hits == 0 or hits > 1e-290)  # scipy's own answers fail below
    low, high = (float(bound) for bound in exact_bounds(hits, n, level=level))
    tail = (1 - level) / 2
    below = stats.beta.ppf(tail, hits, n - hits + 1) if hits > 0 else 0.0
    above = stats.beta.ppf(tail, n - hits, hits + 1) if hits < n else 0.0
    assert low == pytest.approx(below, rel=1e-7, abs=1e-290)
    assert high == pytest.approx(1 - above, rel=1e-7)
    assert 0 <= low <= high <= 1


@settings(max_examples=200, deadline=None)
@given(a=powers, b=powers, share=st.sampled_from([1e-6, 0.025, 0.5]))
def test_a_quantile_is_where_the_share_lies(a, b, share):
    """The definition itself, by scipy's distribution function, wherever a float can hold the answer."""
    b += 1
    x = float(beta_quantiles(share, [a], [b])[0])
    if x < 1e-290:
        assert stats.beta.cdf(1e-290, a, b) >= share * (1 - 1e-9)
    elif x > 1 - 1e-6:
        assert stats.beta.cdf(x * (1 - 1e-6), a, b) <= share
    else:
        assert stats.beta.cdf(x, a, b) == pytest.approx(share, rel=1e-5)


@given(n=st.lists(powers, min_size=2, max_size=6, unique=True))
@settings(max_examples=50, deadline=None)
def test_more_units_without_a_hit_bring_the_bound_down(n):
    low, high = exact_bounds(np.zeros(len(n)), np.sort(n))
    assert (low == 0).all()
    assert (np.diff(high) <= 1e-12).all()


@settings(max_examples=200, deadline=None)
@given(a=st.floats(1e-6, 1e6), b=st.floats(1e-6, 1e15))
def test_log_beta_is_scipys(a, b):
    assert log_beta(a, b) == pytest.approx(special.betaln(a, b), rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    share=st.floats(-300, 0).map(lambda power: 10.0**power), units=st.integers(1, 60), clustered=st.booleans()
)
def test_labels_that_are_almost_impossible_are_undefined(share, units, clustered):
    posterior = np.tile([1 - share, share], (units, 1))
    clusters = [u // 2 for u in range(units)] if clustered else None
    (one,) = coder_report([["a"] * units], aggregate_of(posterior), clusters=clusters, n_boot=50)
    true_b = one.recall[1]
    expected = share * units
    if expected < 0.5:
        assert true_b.method == "undefined: fewer than half such a unit is expected"
        assert (true_b.value, true_b.n) == (None, 0)
    else:
        assert true_b.value == 0
        assert true_b.n == round(expected)
    assert one.precision[1].method == "undefined: no such units"
    assert one.accuracy.value == pytest.approx(1 - share)
    assert one.accuracy.n == units


def test_counts_of_an_aggregate_are_sums_of_its_posterior():
    posterior = [[0.9, 0.1], [0.2, 0.8], [0.5, 0.5], [1.0, 0.0]]
    (one,) = coder_report([["a", "b", "b", None]], aggregate_of(posterior))
    assert one.counts.tolist() == [[0.9, pytest.approx(0.7)], [0.1, pytest.approx(1.3)]]
    assert one.accuracy.value == pytest.approx(2.2 / 3)
    assert one.recall[0].value == pytest.approx(0.9 / 1.6)
    assert one.recall[0].n == 2
    assert "true interval is wider" in one.accuracy.caution


def test_whole_counts_have_the_exact_interval():
    (one,) = coder_report([["a"] * 4 + ["b"] * 196], ["a"] * 200)
    assert (one.accuracy.low, one.accuracy.high) == pytest.approx((0.005476, 0.050414), abs=5e-7)
    assert one.recall[1].method == "undefined: no such units"
