"""``prevalence``: the rule, the methods it picks from, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from univocal.errors import InputError, UnivocalError
from univocal.statistics.binomial import clopper_pearson
from univocal.statistics.exact import beta_quantiles, exact_bounds
from univocal.statistics.misclassified import rogan_gladen
from univocal.statistics.mover import domain_share, ratio_bounds, stratified_share
from univocal.statistics.ppi import ppi_mean
from univocal.statistics.prevalence_rule import prevalence, takes_ppi
from univocal.statistics.simultaneous import prevalence_by_group, prevalence_of_codes
from univocal.statistics.supervised import dsl_mean
from univocal.statistics.weighted import weighted_share

NONE = float("nan")


def corpus(hits1, n1, hits0, n0, flagged, unflagged):
    """Columns of a corpus: gold first among the flagged, then among the others."""
    gold = [1] * hits1 + [0] * (n1 - hits1) + [NONE] * (flagged - n1)
    gold += [1] * hits0 + [0] * (n0 - hits0) + [NONE] * (unflagged - n0)
    return np.array(gold), np.array([1.0] * flagged + [0.0] * unflagged)


def three(result):
    return [result.value, result.low, result.high]


# --- exact bounds ------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 5000), part=st.floats(0, 1), level=st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_exact_bounds_are_those_of_scipy_and_of_the_scalar_sibling(n, part, level):
    hits = round(part * n)
    low, high = (float(x) for x in exact_bounds(hits, n, level=level))
    tail = (1 - level) / 2
    assert low == pytest.approx(beta.ppf(tail, hits, n - hits + 1) if hits else 0, rel=1e-9)
    assert high == pytest.approx(beta.ppf(1 - tail, hits + 1, n - hits) if hits < n else 1, rel=1e-9)
    one = clopper_pearson(hits, n, level=level)
    assert [low, high] == pytest.approx([one.low, one.high], abs=1e-10)


def test_exact_bounds_of_parts_of_units_and_of_nothing():
    low, high = exact_bounds([2.3, 0], [17.7, 0])
    assert low[0] == pytest.approx(beta.ppf(0.025, 2.3, 16.4), rel=1e-10)
    assert high[0] == pytest.approx(beta.ppf(0.975, 3.3, 15.4), rel=1e-10)
    assert (low[1], high[1]) == (0, 1)
    with pytest.raises(UnivocalError, match=r"hits must be in 0\.\.n"):
        exact_bounds([3], [2])


def test_quantiles_of_large_counts():
    assert beta_quantiles(0.025, [5e5], [5e5 + 1]) == pytest.approx(beta.ppf(0.025, 5e5, 5e5 + 1), rel=1e-9)


# --- MOVER -------------------------------------------------------------------------------------------------------


def test_one_stratum_is_clopper_pearson():
    assert three(stratified_share([4], [200], [7])) == pytest.approx(three(clopper_pearson(4, 200)))


def test_mover_by_hand():
    # Zou, Huang & Zhang 2009: π̂ = Σ w_h p̂_h, L = π̂ - √Σ w_h²(p̂_h - l_h)², U likewise, with l_h and u_h from SciPy.
    hits, n, w = np.array([9, 1]), np.array([20, 80]), np.array([0.03, 0.97])
    p, low, high = hits / n, beta.ppf(0.025, hits, n - hits + 1), beta.ppf(0.975, hits + 1, n - hits)
    value = w @ p
    wanted = [value, value - np.sqrt(w**2 @ (p - low) ** 2), value + np.sqrt(w**2 @ (high - p) ** 2)]
    assert three(stratified_share(hits, n, [300, 9700])) == pytest.approx(wanted, rel=1e-9)


def test_a_stratum_without_gold_lies_anywhere_and_it_is_said():
    result = stratified_share([0, 1], [0, 80], [300, 9700])
    inside = clopper_pearson(1, 80)
    assert result.value == pytest.approx(1 / 80)
    assert result.low == pytest.approx(0.97 * inside.low)
    assert result.high == pytest.approx(0.97 * inside.high + 0.03)
    assert "3.0% of the papers" in result.caution
    assert result.standard_error is None
    assert stratified_share([0, 0], [0, 0], [3, 7]).method == "undefined: no gold paper"


@settings(max_examples=40, deadline=None)
@given(
    data=st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 99)), min_size=1, max_size=5
    )
)
def test_laws_of_mover(data):
    hits, extra, sizes = (np.array(column) for column in zip(*data, strict=True))
    n = hits + extra
    if n.sum() == 0:
        return
    inner, outer = (stratified_share(hits, n, sizes, level=level) for level in (0.8, 0.95))
    assert 0 <= outer.low <= inner.low <= inner.value <= inner.high <= outer.high <= 1
    mirrored = stratified_share(extra, n, sizes)
    assert [1 - mirrored.high, 1 - mirrored.low] == pytest.approx([outer.low, outer.high], abs=1e-9)
    turned = stratified_share(hits[::-1], n[::-1], sizes[::-1] * 10)
    assert three(turned) == pytest.approx(three(outer), abs=1e-9)


# --- a domain ----------------------------------------------------------------------------------------------------


def test_a_ratio_without_dependence_is_donner_and_zous():
    # Donner & Zou 2012, eq. 9, for θ1 / θ2 whose estimators are uncorrelated: strata of their own make them so.
    a, b = np.array([0.3, 0.0]), np.array([0.0, 0.2])
    low1, high1, low2, high2 = (
        np.array([0.2, 0]),
        np.array([0.45, 0]),
        np.array([0, 0.12]),
        np.array([0, 0.31]),
    )
    w = np.array([0.5, 0.5])
    _, low, high = ratio_bounds(a, b, w, (low1, high1), (low2, high2))
    one, two, l1, u1, l2, u2 = 0.3, 0.2, 0.2, 0.45, 0.12, 0.31
    lower = (one * two - np.sqrt((one * two) ** 2 - l1 * u2 * (2 * one - l1) * (2 * two - u2))) / (
        u2 * (2 * two - u2)
    )
    upper = (one * two + np.sqrt((one * two) ** 2 - u1 * l2 * (2 * one - u1) * (2 * two - l2))) / (
        l2 * (2 * two - l2)
    )
    assert low == pytest.approx(lower / (1 + lower))
    assert high == pytest.approx(upper / (1 + upper))


def test_bounds_of_a_ratio_are_where_its_mover_interval_reaches_0():
    hits, others, n, w = (
        np.array([9, 2, 0]),
        np.array([3, 11, 0]),
        np.array([20, 40, 30]),
        np.array([0.1, 0.3, 0.6]),
    )
    result = domain_share(hits, others, n, w)
    a, b = hits / n, others / n
    bounds = [beta.ppf([[0.025], [0.975]], [k, k + 1], [n - k + 1, n - k]) for k in (hits, others)]
    (low1, high1), (low2, high2) = (
        np.where([k == 0, k < 0], 0, x) for k, x in zip((hits, others), bounds, strict=True)
    )
    for r, one, two, x, y in (
        (result.high, high1 - a, b - low2, high1, low2),
        (result.low, a - low1, high2 - b, low1, high2),
    ):
        middle = w @ (a * (1 - r) - b * r)
        tie = np.sqrt(x * y / ((1 - x) * (1 - y)))
        spread = (one * (1 - r)) ** 2 + (two * r) ** 2 + 2 * tie * one * two * r * (1 - r)
        assert abs(middle) == pytest.approx(np.sqrt(w**2 @ spread), rel=1e-9)
    assert result.n == 25
    assert "of a domain" in result.method


@settings(max_examples=60, deadline=None)
@given(
    data=st.lists(
        st.tuples(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15), st.integers(1, 99)),
        min_size=1,
        max_size=4,
    )
)
def test_laws_of_a_domain(data):
    hits, others, outside, sizes = (np.array(column) for column in zip(*data, strict=True))
    n = hits + others + outside
    if (hits + others).sum() == 0:
        assert domain_share(hits, others, n, sizes).value is None
        return
    inner, outer = (domain_share(hits, others, n, sizes, level=level) for level in (0.8, 0.95))
    ends = [outer.low, inner.low, inner.value, inner.high, outer.high]
    assert all(x <= y + 1e-12 for x, y in zip([0, *ends], [*ends, 1], strict=True))
    mirrored = domain_share(others, hits, n, sizes)
    assert [1 - mirrored.high, 1 - mirrored.low] == pytest.approx([outer.low, outer.high], abs=1e-9)
    turned = domain_share(hits[::-1], others[::-1], n[::-1], sizes[::-1] * 10)
    assert three(turned) == pytest.approx(three(outer), abs=1e-9)
    whole = domain_share(hits, others, hits + others, sizes)
    assert three(whole) == pytest.approx(three(stratified_share(hits, hits + others, sizes)), abs=1e-7)


def test_a_domain_through_prevalence():
    gold = np.array([1, 1, 0, NONE, NONE, NONE, 0, 1, NONE, NONE, NONE, NONE])
    domain = np.array([NONE, 1, 1, 0, 0, NONE, 1, 1, 0, 0, 0, 0])
    strata = ["x"] * 6 + ["y"] * 6
    result = prevalence(gold, strata=strata, domain=domain)
    assert three(result) == three(domain_share([2, 1], [1, 1], [5, 6], [6, 6]))
    weights = np.where(np.arange(12) < 6, 10.0, 70.0)
    by_weight = prevalence(gold, strata=strata, weights=weights, domain=domain)
    assert three(by_weight) == three(domain_share([2, 1], [1, 1], [5, 6], [50, 420]))
    linearised = weighted_share(gold, weights, strata=strata, domain=domain)
    # the linearised variance of the ratio, which there divides by n - 1: strata of 5 and 6 papers looked at
    parts = (
        domain_share([2, 0], [1, 0], [5, 6], [50, 420]),
        weighted_share(
            np.where(np.arange(12) < 6, gold, NONE),
            weights,
            strata=strata,
            domain=np.where(np.arange(12) < 6, domain, domain * 0),
        ),
    )
    assert by_weight.value == pytest.approx(linearised.value)
    assert parts[1].standard_error == pytest.approx(parts[0].standard_error * np.sqrt(5 / 4))
    machine = np.array([1, 1, 0, NONE, 0, NONE, 0, 1, NONE, NONE, NONE, 1])
    labelled = prevalence(gold, machine=machine, domain=domain)
    assert three(labelled) == three(domain_share([0, 3, 0], [2, 0, 0], [3, 4, 4], [3, 4, 5]))
    everyone = prevalence(gold, domain=np.where(domain == 0, NONE, domain), machine=np.nan_to_num(machine))
    assert three(everyone) == three(prevalence(gold, machine=np.nan_to_num(machine)))


def test_a_domain_without_strata_is_clopper_pearson_of_its_gold():
    # Given how many papers of a simple random sample are of the domain, hits among them are binomial.
    result = prevalence([1, 0, 0, NONE, NONE], domain=[1, 1, 1, 0, None])
    assert three(result) == three(clopper_pearson(1, 3))
    assert result.method == "gold alone of a domain, Clopper-Pearson interval"
    assert prevalence([NONE, NONE], domain=[0, 0]).method == "undefined: no gold paper of the domain"


def test_uneven_weights_and_a_domain():
    rng = np.random.default_rng(5)
    weights, inside = rng.lognormal(0, 0.5, 300), rng.random(300) < 0.4
    gold = np.where(inside, rng.random(300) < 0.3, NONE)
    result = prevalence(gold, weights=weights, domain=inside)
    share = (weights * np.nan_to_num(gold)).sum() / weights[inside].sum()
    terms = np.where(inside, weights * (np.nan_to_num(gold) - share), 0) / weights[inside].sum()
    assert result.value == pytest.approx(share)
    assert result.standard_error == pytest.approx(np.sqrt(300 * terms.var(ddof=1)))
    assert "of a domain" in result.method
    machine = np.where(rng.random(300) < 0.9, np.nan_to_num(gold), NONE)
    columns = (np.r_[one, one] for one in (machine, weights))
    machine, weights = columns
    seen = np.arange(600) < 300
    labelled = prevalence(
        np.where(seen, np.r_[gold, gold], NONE),
        machine=machine,
        weights=weights,
        domain=np.where(seen, np.r_[inside, inside], NONE),
    )
    assert labelled.low < 0.3 < labelled.high
    assert "MOVER of a ratio of Korn-Graubard intervals over 3 strata" in labelled.method


# --- Rogan-Gladen ------------------------------------------------------------------------------------------------


def test_rogan_gladen_of_known_rates():
    result = rogan_gladen(20, 120, 0.9, 0.99)
    assert round(result.value, 5) == 0.17603
    apparent = clopper_pearson(20, 120)
    assert [result.low, result.high] == pytest.approx(
        [(apparent.low - 0.01) / 0.89, (apparent.high - 0.01) / 0.89]
    )


@pytest.mark.parametrize(
    ("hits", "n", "sensitivity", "specificity", "low", "high"),
    [
        (4060, 11284, (178, 179), (358, 359), 0.349, 0.372),
        (51, 2971, (32, 33), (20, 20), 0.0, 0.053),
        (712, 11862, (8, 10), (12, 12), 0.0, 0.147),
        (259, 509, (84, 127), (96, 109), 0.58, 0.87),
        (51, 509, (23, 41), (187, 195), 0.037, 0.195),
    ],
)
def test_the_examples_of_lang_and_reiczigel(hits, n, sensitivity, specificity, low, high):
    # Lang & Reiczigel 2014, doi:10.1016/j.prevetmed.2013.09.015, examples 1 to 4, as the R package asht cites them.
    result = rogan_gladen(hits, n, sensitivity, specificity)
    places = 2 if high == 0.87 else 3
    assert [round(result.low, places), round(result.high, places)] == [low, high]


def test_rogan_gladen_where_it_says_nothing():
    assert "not above 1" in rogan_gladen(3, 9, 0.4, 0.6).method
    assert rogan_gladen(0, 0, 0.9, 0.9).method == "undefined: no papers"
    assert rogan_gladen(1, 9, (0, 0), 0.9).method == "undefined: a rate estimated on no papers"
    clipped = rogan_gladen(0, 120, 0.9, 0.95)
    assert (clipped.value, clipped.low) == (0, 0)
    assert "outside [0, 1]" in clipped.caution
    assert three(rogan_gladen(5, 9, (1, 1), (1, 9)))[1:] == [0, 1]
    with pytest.raises(UnivocalError, match=r"sensitivity must be in \[0, 1\].*\nspecificity: \(hits, n\)"):
        rogan_gladen(1, 9, 90, (5, 4))


# --- DSL ---------------------------------------------------------------------------------------------------------


def test_dsl_by_hand():
    gold = [1, 0, 1, 1, NONE, NONE, NONE, NONE]
    machine = np.array([1, 1, 0, 1, 0, 1, 0, 0.0])
    result = dsl_mean(gold, machine, 0.5)
    pseudo = machine + np.array([0, -2, 2, 0, 0, 0, 0, 0.0])  # f + (R / π)(y - f)
    assert result.value == pytest.approx(pseudo.mean())
    assert result.standard_error == pytest.approx(pseudo.std(ddof=1) / np.sqrt(8))
    in_strata = dsl_mean(gold, machine, 0.5, strata=[0] * 8)
    assert in_strata.value == result.value
    assert in_strata.standard_error == pytest.approx(np.std([0, -1, 1, 0], ddof=1) / 2)


def test_dsl_with_one_stratum_is_ppi_over_the_corpus():
    rng = np.random.default_rng(3)
    machine = rng.random(500)
    gold = np.where(np.arange(500) < 100, rng.random(500) < machine, NONE)
    result = dsl_mean(gold, machine, 0.2, strata=np.zeros(500))
    assert result.value == pytest.approx(machine.mean() + (gold - machine)[:100].mean())


def test_dsl_refuses():
    with pytest.raises(InputError, match=r"inclusion\[0\]: a probability in \(0, 1\]"):
        dsl_mean([1, 0], [1, 0], 50)
    assert "fewer than two" in dsl_mean([1, NONE], [1, 0], 0.5).method
    assert (
        "stratum 'b' has fewer than two" in dsl_mean([1, 0, 1], [1, 0, 1], 1, strata=["a", "a", "b"]).method
    )


def test_dsl_through_prevalence():
    gold, machine = corpus(90, 130, 40, 170, 1300, 1700)
    even = prevalence(gold, machine=machine, method="dsl")
    assert three(even) == three(dsl_mean(gold, machine, 0.1, strata=np.zeros(3000)))
    strata = np.arange(3000) % 3
    chance = np.array([np.mean(~np.isnan(gold[strata == s])) for s in range(3)])[strata]
    in_strata = prevalence(gold, machine=machine, strata=strata, method="dsl")
    assert three(in_strata) == pytest.approx(three(dsl_mean(gold, machine, chance, strata=strata)))
    weights = np.linspace(5, 15, 3000)
    uneven = prevalence(gold, machine=machine, weights=weights, method="dsl")
    assert three(uneven) == pytest.approx(three(dsl_mean(gold, machine, 1 / weights)))
    far = prevalence(gold, machine=machine, weights=weights * 10, method="dsl")
    assert "for 3000 papers: inverse probabilities" in far.caution
    with pytest.raises(UnivocalError, match="3 weights are below 1"):
        prevalence(
            [1, 0, 1, NONE],
            machine=[1, 0, 1, 0],
            weights=[0.2, 0.3, 0.5, 1],
            strata=[1, 1, 1, 1],
            method="dsl",
        )


# --- the rule ----------------------------------------------------------------------------------------------------


def test_rare_codes_go_to_mover():
    gold, machine = corpus(9, 20, 1, 80, 300, 9700)
    result = prevalence(gold, machine=machine, strata=machine)
    assert three(result) == pytest.approx(three(stratified_share([9, 1], [20, 80], [300, 9700])))
    assert result.method.startswith("MOVER of Clopper-Pearson")
    assert "below 10%" in result.method
    assert three(prevalence(gold, machine=machine)) == three(result)


def test_common_codes_with_many_errors_go_to_ppi():
    gold, machine = corpus(90, 130, 40, 170, 1300, 1700)
    result = prevalence(gold, machine=machine)
    here = ~np.isnan(gold)
    wanted = ppi_mean(gold[here], machine[here], machine[~here])
    assert three(result) == three(wanted)
    assert result.method.startswith("PPI++")
    assert "30 papers of each kind" in result.method


def test_common_codes_with_few_errors_go_to_mover():
    gold, machine = corpus(125, 130, 40, 170, 1300, 1700)
    result = prevalence(gold, machine=machine)
    assert "5 false alarms" in result.method
    assert result.method.startswith("MOVER")
    assert prevalence(gold, machine=machine, method="ppi").caution.startswith("the gold holds 5 false alarms")


def test_ppi_in_strata_of_a_label_is_the_stratified_mean():
    gold, machine = corpus(90, 130, 40, 170, 1300, 1700)
    result = prevalence(gold, machine=machine, strata=machine)
    shares, w = np.array([90 / 130, 40 / 170]), np.array([13, 17]) / 30
    assert result.value == pytest.approx(w @ shares)
    assert result.standard_error == pytest.approx(np.sqrt(w**2 @ (shares * (1 - shares) / [130, 170])))


def test_without_a_machine():
    gold, machine = corpus(9, 20, 1, 80, 300, 9700)
    assert three(prevalence(gold)) == three(clopper_pearson(10, 100))
    in_strata = prevalence(gold, strata=machine)
    assert three(in_strata) == pytest.approx(three(stratified_share([9, 1], [20, 80], [300, 9700])))
    weights = np.where(machine == 1, 300 / 20, 9700 / 80)
    for more in ({}, {"strata": machine}):
        by_weight = prevalence(gold[~np.isnan(gold)], weights=weights[~np.isnan(gold)]) if not more else None
        result = by_weight or prevalence(gold, weights=weights, **more)
        assert three(result) == pytest.approx(three(in_strata))
    assert "papers of one weight" in by_weight.method if by_weight else True
    uneven = prevalence(gold, weights=np.linspace(1, 2, len(gold)))
    assert "Korn-Graubard" in uneven.method


def test_a_machine_with_weights():
    gold, machine = corpus(9, 20, 1, 80, 300, 9700)
    even = prevalence(gold, machine=machine, weights=np.where(machine == 1, 15.0, 121.25))
    assert three(even) == pytest.approx(three(stratified_share([9, 1], [20, 80], [300, 9700])))
    uneven = prevalence(gold, machine=machine, weights=np.linspace(1, 2, len(gold)))
    assert "Korn-Graubard intervals over 2 strata of the machine's label" in uneven.method


def test_gold_everywhere_leaves_the_machine_out():
    result = prevalence([1, 0, 0], machine=[1, 0, 1])
    assert three(result) == three(clopper_pearson(1, 3))
    assert "the machine is not used" in result.method


def test_no_gold_and_no_papers():
    assert prevalence([NONE, None]).method == "undefined: no gold paper"
    assert prevalence([]).value is None


def test_scores_of_0_and_1_are_labels():
    gold, machine = corpus(90, 130, 40, 170, 1300, 1700)
    assert three(prevalence(gold, machine=machine * 0.4 + 0.3, method="mover")) == three(
        prevalence(gold, machine=machine, method="mover")
    )


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_papers_and_names_of_strata_are_of_no_account(random):
    gold, machine = corpus(20, 30, 5, 50, 200, 400)
    strata = np.array(["x", "y"])[np.arange(600) % 2]
    order = list(range(600))
    random.shuffle(order)
    renamed = np.where(strata == "x", "z", "a")
    one = prevalence(gold, machine=machine, strata=strata)
    other = prevalence(gold[order], machine=machine[order], strata=renamed[order])
    assert three(other) == pytest.approx(three(one), abs=1e-12)
    widths = [prevalence(gold, machine=machine, strata=strata, level=x) for x in (0.8, 0.95, 0.99)]
    assert (
        widths[2].low <= widths[1].low <= widths[0].low <= widths[0].high <= widths[1].high <= widths[2].high
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"gold": [1, 2]}, r"gold\[1\]: 0, 1 or nothing"),
        ({"gold": [1, "yes"]}, "gold: numbers were expected, got 'yes' at 1"),
        ({"gold": [1, 0], "machine": [1, NONE]}, r"machine\[1\]: a number was expected, got nan"),
        ({"gold": [1, 0], "machine": [1, 1.5]}, r"machine\[1\]: a number in \[0, 1\] was expected, got 1.5"),
        ({"gold": [1, 0], "machine": [1]}, "gold has 2, machine has 1"),
        ({"gold": [1, 0], "weights": [1, 0]}, r"weights\[1\]: a number above 0 was expected, got 0"),
        ({"gold": [1, 0], "weights": [-1, 1]}, r"weights\[0\]"),
        ({"gold": [1, 0], "weights": [NONE, 1]}, r"weights\[0\]: a number above 0 was expected, got nan"),
        ({"gold": [1, 0], "strata": ["a", None]}, r"strata\[1\]: a name was expected"),
        ({"gold": [1, 0], "level": 95}, "For 95% pass level=0.95"),
        ({"gold": [1, 0], "method": "best"}, "method: one of auto"),
        ({"gold": [1, 0], "method": "ppi"}, "method 'ppi' needs"),
        ({"gold": [1, 0], "method": "dsl"}, "method 'dsl' needs"),
        ({"gold": [1, 0], "domain": [0, 1]}, r"gold\[0\]: nothing was expected, as domain\[0\] is 0; got 1"),
        ({"gold": [1, 0], "domain": [2, 1]}, r"domain\[0\]: 0, 1 or nothing"),
        ({"gold": [1, 0], "domain": [1]}, "gold has 2, domain has 1"),
        (
            {"gold": [1, 0, NONE], "machine": [1, 0, 0], "domain": [1, 1, 0], "method": "ppi"},
            "method 'ppi' doesn't know domains",
        ),
        ({"gold": [1, 0], "method": "gold-alone", "weights": [1, 2]}, "method 'gold-alone' needs gold drawn"),
    ],
)
def test_what_is_refused(columns, message):
    with pytest.raises(UnivocalError, match=message):
        prevalence(**columns)


def test_weights_without_gold_are_not_looked_at():
    assert prevalence([1, 0, NONE], weights=[2, 2, NONE]).value == 0.5


def test_takes_ppi_at_its_borders():
    enough = np.full(4, 30)
    assert takes_ppi([0.1, 0.9, 0.0999, 0.9001], enough).tolist() == [True, True, False, False]


# --- many at once ------------------------------------------------------------------------------------------------


def test_simultaneous_intervals_are_bonferronis():
    golds = {"a": [1, 0, 0, 0, 1], "b": [0, 0, 0, 1, NONE], "c": [0] * 5}
    found = prevalence_of_codes(golds, level=0.9)
    for code, gold in golds.items():
        alone = prevalence(gold, level=1 - 0.1 / 3)
        assert three(found[code]) == pytest.approx(three(alone))
        assert found[code].level == 0.9
        assert "simultaneous over 3 codes by Bonferroni" in found[code].method
    apart = prevalence_of_codes(golds, simultaneous=False)
    assert three(apart["a"]) == three(prevalence(golds["a"]))
    with pytest.raises(InputError, match="machines: 'z' is no code"):
        prevalence_of_codes(golds, machines={"z": [1] * 5})


def test_groups_are_corpora_of_their_own():
    gold, machine = corpus(9, 20, 4, 80, 300, 9700)
    years = np.where(np.arange(10_000) % 3 == 0, 2021, 2020)
    found = prevalence_by_group(gold, years, machine=machine)
    assert list(found) == [2020, 2021]
    for year, result in found.items():
        assert three(result) == three(prevalence(gold[years == year], machine=machine[years == year]))
    wide = prevalence_by_group(gold, years, machine=machine, simultaneous=True)
    assert all(wide[y].low <= found[y].low and found[y].high <= wide[y].high for y in found)
    assert prevalence_by_group([1, NONE], ["x", "y"])["y"].method == "undefined: no gold paper"
