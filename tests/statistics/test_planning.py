"""Plans hold what they promise: simulated with the intervals they are made for."""

import numpy as np
import pytest
from scipy.stats import binom

from univocal.errors import UnivocalError
from univocal.statistics.exact import exact_bounds
from univocal.statistics.mover import stratified_share
from univocal.statistics.planning import plan_gold, plan_strata
from univocal.statistics.planning_double import plan_double
from univocal.statistics.prevalence_rule import prevalence


def test_a_plan_has_two_strata_and_the_alternative():
    plan = plan_gold(width=0.05, prevalence=0.02, sensitivity=0.8, specificity=0.97)
    assert plan.n == plan.n_flagged + plan.n_unflagged
    assert plan.expected_width <= 0.05
    assert plan.n < plan.n_random
    hits = np.arange(plan.n_random + 1)
    low, high = exact_bounds(hits, np.full(len(hits), plan.n_random))
    assert binom.pmf(hits, plan.n_random, 0.02) @ (high - low) == pytest.approx(0.05, abs=0.001)
    assert "prevalence is 0.02" in plan.how


def test_better_machines_and_wider_intervals_need_less():
    wide, good, bad = (
        plan_gold(width=w, prevalence=0.1, sensitivity=se, specificity=sp).n
        for w, se, sp in ((0.15, 0.9, 0.95), (0.1, 0.9, 0.95), (0.1, 0.6, 0.9))
    )
    assert wide < good < bad


def test_no_more_flagged_papers_than_there_are():
    free = plan_gold(width=0.02, prevalence=0.02, sensitivity=0.8, specificity=0.97)
    bound = plan_gold(width=0.02, prevalence=0.02, sensitivity=0.8, specificity=0.97, n_papers=1000)
    assert free.n_flagged > 45
    assert bound.n_flagged <= 45


def test_a_machine_that_hinders_is_told():
    plan = plan_gold(width=0.05, prevalence=0.01, sensitivity=0.9, specificity=0.7)
    assert plan.n_random <= plan.n
    assert "this machine is no help here" in plan.how


@pytest.mark.slow
@pytest.mark.parametrize(("width", "share", "se", "sp"), [(0.04, 0.02, 0.8, 0.97), (0.1, 0.3, 0.85, 0.85)])
def test_the_expected_width_is_what_prevalence_gives(width, share, se, sp):
    plan = plan_gold(width=width, prevalence=share, sensitivity=se, specificity=sp)
    rng = np.random.default_rng(0)
    flagged = plan.flagged_share
    n1, n0 = round(flagged * 20_000), round((1 - flagged) * 20_000)
    machine = np.repeat([1.0, 0.0], [n1, n0])
    widths = []
    for _ in range(400):
        gold = np.full(n1 + n0, np.nan)
        gold[: plan.n_flagged] = rng.random(plan.n_flagged) < share * se / flagged
        gold[n1 : n1 + plan.n_unflagged] = rng.random(plan.n_unflagged) < share * (1 - se) / (1 - flagged)
        result = prevalence(gold, machine=machine, strata=machine)
        widths.append(result.high - result.low)
    assert np.mean(widths) == pytest.approx(width, abs=4 * np.std(widths) / 20 + 0.0005)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "sizes", "shares"),
    [
        (0.03, [500, 9500], [0.5, 0.01]),
        (0.1, [100, 300, 600], [0.8, 0.3, 0.1]),
        (0.02, [5000, 5000], [0.004, 0.02]),
    ],
)
def test_a_plan_in_strata_gives_the_width(width, sizes, shares):
    plan = plan_strata(width=width, sizes=sizes, shares=shares)
    assert plan.n == sum(plan.n_of)
    rng = np.random.default_rng(0)
    widths = []
    for _ in range(300):
        result = stratified_share(rng.binomial(plan.n_of, shares), plan.n_of, sizes)
        widths.append(result.high - result.low)
    assert np.mean(widths) <= width + 4 * np.std(widths) / np.sqrt(300)  # Jensen: never more
    assert np.mean(widths) == pytest.approx(width, rel=0.06)  # and little less


def test_one_stratum_is_a_random_sample_and_strata_that_differ_help():
    one = plan_strata(width=0.1, sizes=[1000], shares=[0.3])
    assert abs(one.n - one.n_random) <= 3
    assert (
        plan_strata(width=0.1, sizes=[500, 500], shares=[0.02, 0.6]).n
        < plan_gold(width=0.1, prevalence=0.31).n
    )
    small = plan_strata(width=0.05, sizes=[20, 2000], shares=[0.5, 0.2])
    assert small.n_of[0] <= 20
    assert plan_gold(width=0.1, prevalence=0.3).n_flagged is None


def simulated_alpha(rng, n_units, n_coders, alpha, margins):
    """Krippendorff's nominal α of codings under the model of ``plan_double``."""
    shape = n_coders, n_units
    truth = rng.choice(len(margins), p=margins, size=n_units)
    knows = rng.random(shape) < np.sqrt(alpha)
    codes = np.where(knows, truth, rng.choice(len(margins), p=margins, size=shape))
    counts = np.stack([(codes == k).sum(axis=0) for k in range(len(margins))], axis=1)
    observed = 1 - (counts * (counts - 1)).sum() / (n_units * n_coders * (n_coders - 1))
    total = counts.sum(axis=0)
    return 1 - observed * total.sum() * (total.sum() - 1) / (total.sum() ** 2 - (total**2).sum())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("alpha", "margins", "n_coders"),
    [(0.8, [0.3, 0.7], 2), (0.6, [0.1, 0.9], 3), (0.4, [0.2, 0.3, 0.5], 4), (0.0, [0.5, 0.5], 2)],
)
def test_alpha_spreads_as_planned(alpha, margins, n_coders):
    plan = plan_double(width=0.2, alpha=alpha, margins=margins, n_coders=n_coders)
    rng = np.random.default_rng(1)
    found = [simulated_alpha(rng, plan.n_units, n_coders, alpha, margins) for _ in range(1500)]
    assert np.mean(found) == pytest.approx(alpha, abs=0.01)
    low, high = np.quantile(found, [0.025, 0.975])
    assert high - low == pytest.approx(0.2, rel=0.08)
    assert np.std(found) == pytest.approx(plan.spread / np.sqrt(plan.n_units), rel=0.08)


def test_two_coders_who_guess():
    # α = 0, margins a half: a unit's part is ±1 (disagreement or not, over D_e = 1/2) with no term of the margins.
    plan = plan_double(width=0.2, alpha=0, margins=[0.5, 0.5])
    assert plan.spread == pytest.approx(1.0)
    assert plan.n_units == 385  # (2 · 1.96 / .2)² = 384.1


def test_laws_of_double_coding():
    base = plan_double(width=0.2, alpha=0.7, margins=[0.2, 0.8])
    assert plan_double(width=0.2, alpha=0.7, margins=[0.8, 0.2]).n_units == base.n_units
    assert plan_double(width=0.2, alpha=0.7, margins=[0.2, 0.8], n_coders=3).n_units < base.n_units
    assert plan_double(width=0.1, alpha=0.7, margins=[0.2, 0.8]).n_units == pytest.approx(
        4 * base.n_units, abs=4
    )
    assert plan_double(width=0.2, alpha=0.7, margins=[0.02, 0.98]).n_units > base.n_units
    assert "too narrow" in plan_double(width=0.8, alpha=0.7, margins=[0.2, 0.8]).caution


def test_what_is_refused():
    with pytest.raises(UnivocalError, match=r"prevalence must be in \(0, 1\), got 2\nspecificity must"):
        plan_gold(width=0.1, prevalence=2, sensitivity=0.9, specificity=1)
    with pytest.raises(UnivocalError, match=r"width must be .*\nshares\[1\] must be in \(0, 1\), got 0"):
        plan_strata(width=1, sizes=[3, 4], shares=[0.1, 0])
    with pytest.raises(UnivocalError, match="sizes has 2, shares has 1"):
        plan_strata(width=0.1, sizes=[3, 4], shares=[0.1])
    with pytest.raises(UnivocalError, match="more than 1,000,000 papers"):
        plan_gold(width=0.0001, prevalence=0.5, sensitivity=0.6, specificity=0.6)
    with pytest.raises(UnivocalError, match=r"alpha must be in \[0, 1\), got 1\nmargins: two or more"):
        plan_double(width=0.1, alpha=1, margins=[1.0])
    with pytest.raises(UnivocalError, match="n_coders must be 2 or more"):
        plan_double(width=0.1, alpha=0.5, margins=[0.5, 0.5], n_coders=1)
