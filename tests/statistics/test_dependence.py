"""Errors in common: tables against scipy and published values, size and power by simulation."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from univocal.errors import UnivocalError
from univocal.statistics.dependence import error_dependence
from univocal.statistics.dependence_tables import common_odds_ratio, conditional_p_value, mantel_haenszel

tables = st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1, max_size=3).map(
    lambda rows: np.array(rows, dtype=float).reshape(-1, 2, 2)
)


def draw(seed, *, coders=5, units=400, labels=2, accuracy=0.85, copied=0.0):
    """Independent coders, but coder 1 copies a share of coder 0's answers."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(labels, size=units)
    wrong = (truth + rng.integers(1, labels, size=(coders, units))) % labels
    codings = np.where(rng.random((coders, units)) < accuracy, truth, wrong)
    codings[1] = np.where(rng.random(units) < copied, codings[0], codings[1])
    return truth, codings


@settings(max_examples=60, deadline=None)
@given(table=tables)
def test_one_stratum_is_fishers_exact_test(table):
    p_value, how = conditional_p_value(table[:1])
    assert p_value == pytest.approx(stats.fisher_exact(table[0].astype(int)).pvalue, abs=1e-9)
    assert how == "exact conditional test"


@settings(max_examples=30, deadline=None)
@given(table=tables)
def test_the_order_of_strata_and_of_coders_is_of_no_account(table):
    p_value = conditional_p_value(table)[0]
    assert conditional_p_value(table[::-1])[0] == pytest.approx(p_value, abs=1e-9)
    assert conditional_p_value(table.transpose(0, 2, 1))[0] == pytest.approx(p_value, abs=1e-9)
    assert common_odds_ratio(table.transpose(0, 2, 1)) == pytest.approx(common_odds_ratio(table), nan_ok=True)


def test_several_strata_by_going_through_all_tables():
    table = np.array([[[5.0, 1], [2, 4]], [[3, 2], [0, 3]]])
    counts = []
    for one in table:
        n, row, column = one.sum(), one[1].sum(), one[:, 1].sum()
        values = np.arange(max(0, row + column - n), min(row, column) + 1)
        counts.append([(x, stats.hypergeom(int(n), int(row), int(column)).pmf(x)) for x in values])
    shares = {}
    for (x, p), (y, q) in itertools.product(*counts):
        shares[x + y] = shares.get(x + y, 0) + p * q
    observed = shares[table[:, 1, 1].sum()]
    expected = sum(p for p in shares.values() if p <= observed * (1 + 1e-7))
    assert conditional_p_value(table)[0] == pytest.approx(expected)


def test_large_tables_go_over_to_chi_squared():
    table = np.array([[[3000.0, 1000], [1000, 2200]]])
    p_value, how = conditional_p_value(table)
    assert how == "Mantel-Haenszel chi-squared test"
    assert p_value < 1e-12
    middling = np.array([[[3000.0, 2500], [2400, 2120]]])
    assert conditional_p_value(middling)[0] == pytest.approx(
        stats.chi2_contingency(middling[0], correction=False).pvalue, rel=1e-3
    )


def test_odds_ratio_is_scipys_and_the_interval_that_of_one_table():
    """In one stratum the variance of Robins, Breslow and Greenland is Woolf's sum of reciprocals."""
    table = np.array([[[20.0, 10], [5, 15]]])
    result = mantel_haenszel(table)
    assert result.value == stats.contingency.odds_ratio(table[0].astype(int), kind="sample").statistic
    assert result.standard_error == pytest.approx(np.sqrt((1 / table[0]).sum()))


def test_a_copier_is_found_and_the_warning_says_so():
    truth, codings = draw(0, copied=0.5)
    names = ["gpt", "claude", "Ann", "Bob", "Cy"]
    results = error_dependence(codings, truth=truth, coders=names)
    assert len(results) == 10
    assert [one.coders for one in results if one.correlated] == [("gpt", "claude")]
    (flagged,) = (one for one in results if one.correlated)
    wrong = [codings[j] != truth for j in (0, 1)]
    assert flagged.both_wrong == (wrong[0] & wrong[1]).sum()
    expected = sum(
        wrong[0][truth == t].sum() * wrong[1][truth == t].sum() / (truth == t).sum() for t in (0, 1)
    )
    assert flagged.expected_both_wrong == pytest.approx(expected)
    assert flagged.same_wrong == flagged.both_wrong  # with two labels
    assert flagged.expected_same_wrong == pytest.approx(expected)
    assert flagged.odds_ratio.low > 1
    assert "gpt and claude err together" in flagged.sentence
    assert "odds ratio" in flagged.sentence


def test_holm_adjusts_over_pairs():
    truth, codings = draw(1)
    results = error_dependence(codings, truth=truth)
    p_values = np.array([one.p_value for one in results])
    order = np.argsort(p_values)
    expected = np.empty(10)
    expected[order] = np.minimum(1, np.maximum.accumulate(p_values[order] * np.arange(10, 0, -1)))
    assert [one.adjusted_p_value for one in results] == pytest.approx(expected)


def test_without_truth_the_same_pair_is_found():
    _, codings = draw(2, copied=0.5)
    results = error_dependence(codings)
    assert [one.coders for one in results if one.correlated] == [(0, 1)]
    assert results[0].odds_ratio.value > 5
    assert results[0].odds_ratio.low is None
    assert results[0].truth == "unseen"


def test_expected_counts_without_truth_come_near_the_true_ones():
    truth, codings = draw(3, units=3000, copied=0.3)
    known, unseen = (error_dependence(codings, truth=one)[0] for one in (truth, None))
    assert unseen.both_wrong == pytest.approx(known.both_wrong, rel=0.15)
    assert unseen.expected_both_wrong == pytest.approx(known.expected_both_wrong, rel=0.15)
    assert unseen.odds_ratio.value == pytest.approx(known.odds_ratio.value, rel=0.35)


@pytest.mark.parametrize(("coders", "labels"), [(2, 2), (3, 2), (4, 2), (4, 3)])
def test_too_few_coders_cannot_tell_without_truth(coders, labels):
    _, codings = draw(4, coders=coders, labels=labels)
    for one in error_dependence(codings):
        assert one.p_value is None
        assert not one.correlated
        assert f"{coders} coders can't tell" in one.method
        assert "can't be told" in one.sentence
    two = error_dependence(codings[:2], truth=[0] * 400)
    assert two[0].p_value is not None


def test_too_few_units_or_witnesses_cannot_tell_without_truth():
    """Where the simulation saw independent coders called dependent too often, the answer is why not."""
    _, codings = draw(4, coders=6, units=399)
    for one in error_dependence(codings):
        assert one.p_value is None
        assert one.method == "399 shared units are too few; with 2 labels it takes 400"
    _, codings = draw(4, coders=6, units=5000)
    answered = np.random.default_rng(4).random(codings.shape).argsort(axis=0) < 3
    for one in error_dependence(np.where(answered, codings, np.nan)):
        assert not one.correlated
        assert "have 1 answers of other coders on average; it takes 2" in one.sentence


def test_hints_are_no_warnings():
    truth, codings = draw(2, copied=0.5)
    unseen, known = error_dependence(codings)[0], error_dependence(codings, truth=truth)[0]
    assert unseen.correlated
    assert known.correlated
    assert "may err together, unless some units are hard for everybody" in unseen.sentence
    assert "so this is a hint" in unseen.sentence
    assert "don't count them as independent" in known.sentence
    assert "hint" not in known.sentence
    assert "hint" not in error_dependence(codings)[5].sentence


def test_the_median_pair_tells_hard_units_from_a_copier():
    """Where difficulty varies all pairs err together, and only the copier is far above the median pair."""
    rng = np.random.default_rng(0)
    truth, hard = rng.integers(2, size=2000), 1.5 * rng.standard_normal(2000)
    right = rng.random((6, 2000)) < 1 / (1 + np.exp(-(1.5 - hard)))
    codings = np.where(right, truth, 1 - truth)
    codings[1] = np.where(rng.random(2000) < 0.5, codings[0], codings[1])
    results = error_dependence(codings, truth=truth)
    assert all(one.correlated for one in results)
    ratios = [one.odds_ratio.value for one in results]
    assert {one.median_odds_ratio for one in results} == {np.median(ratios)}
    assert ratios[0] > 2.5 * np.median(ratios)
    assert max(ratios[1:]) < 2 * np.median(ratios)
    assert error_dependence(codings[:2], truth=truth)[0].median_odds_ratio is None


def test_degenerate_inputs_have_answers():
    assert error_dependence([[], []]) == ()
    assert error_dependence([["a"] * 30]) == ()
    assert error_dependence([["a"] * 10, ["b"] * 10], truth=["a"] * 10) == ()  # too few shared units
    (perfect,) = error_dependence([["a", "b"] * 15] * 2, truth=["a", "b"] * 15)
    assert perfect.p_value == 1.0
    assert perfect.odds_ratio.method == "undefined: no variation in any stratum"
    for one in error_dependence([["a", "b"] * 200] * 5):
        assert one.p_value is None
        assert one.method == "undefined: no errors to be correlated"


def test_few_shared_units_are_left_out_and_repeats_count_once():
    rows = [["a"] * 40, ["a"] * 20 + [None] * 20, [None] * 21 + ["a"] * 19, ["b"] * 40]
    results = error_dependence(rows, truth=["a"] * 40, coders=["x", "y", "z", "x"])
    assert [(one.coders, one.n_units) for one in results] == [(("x", "y"), 20)]


def test_wrong_input_is_refused():
    with pytest.raises(UnivocalError, match="min_shared"):
        error_dependence([["a"], ["a"]], min_shared=1)
    with pytest.raises(UnivocalError, match="single labels"):
        error_dependence([[{"a"}], [{"a"}]])
    with pytest.raises(UnivocalError, match="same units"):
        error_dependence([["a"], ["a"]], truth=["a", "b"])


@pytest.mark.slow
@pytest.mark.parametrize(("known", "coders", "labels", "units"), [(True, 4, 2, 200), (True, 4, 5, 200), (False, 5, 2, 400), (False, 6, 2, 400)])  # fmt: skip
def test_size_of_independent_coders(known, coders, labels, units):
    p_values, flagged, n_runs = [], 0, 60
    for seed in range(n_runs):
        truth, codings = draw(seed, coders=coders, labels=labels, units=units, accuracy=0.8)
        results = error_dependence(codings, truth=truth if known else None)
        p_values += [one.p_value for one in results if one.p_value is not None]
        flagged += any(one.correlated for one in results)
    assert np.mean(np.array(p_values) < 0.05) < 0.08
    assert flagged / n_runs <= 0.12  # nominal .05, with 60 runs


@pytest.mark.slow
@pytest.mark.parametrize("known", [True, False])
def test_power_on_a_copier_and_no_blame_on_others(known):
    hits = blamed = 0
    for seed in range(30):
        truth, codings = draw(seed, copied=0.4, accuracy=0.8)
        results = error_dependence(codings, truth=truth if known else None)
        hits += results[0].correlated
        blamed += any(one.correlated for one in results[1:])
    assert hits / 30 > 0.85
    assert blamed / 30 <= 0.17
