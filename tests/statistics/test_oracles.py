"""Our numbers against independent programs, on random codings."""

import krippendorff
import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from univocal.statistics import (
    accuracy,
    clopper_pearson,
    cohen_kappa,
    confusion_matrix,
    krippendorff_alpha,
    macro_f1,
    precision_recall_f1,
)
from univocal.statistics.binomial import beta_quantile, regularized_incomplete_beta
from univocal.statistics.quantiles import normal_quantile, t_quantile

LABELS = list("abcde")


def draw(seed: int, n: int = 200) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(seed)
    truth = rng.choice(LABELS, size=n, p=[0.4, 0.3, 0.2, 0.08, 0.02])
    guess = np.where(rng.random(n) < 0.6, truth, rng.choice(LABELS, size=n))
    return truth.tolist(), guess.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_sklearn_agrees(seed):
    truth, guess = draw(seed)
    assert accuracy(truth, guess, n_boot=0).value == pytest.approx(metrics.accuracy_score(truth, guess))
    assert macro_f1(truth, guess, n_boot=0).value == pytest.approx(
        metrics.f1_score(truth, guess, average="macro")
    )
    some = LABELS[:3]
    expected = metrics.f1_score(truth, guess, average="macro", labels=some)
    assert macro_f1(truth, guess, labels=some, n_boot=0).value == pytest.approx(expected)
    assert cohen_kappa([truth, guess], interval="none").value == pytest.approx(
        metrics.cohen_kappa_score(truth, guess)
    )
    counts = np.array(confusion_matrix(truth, guess, labels=LABELS).counts)
    assert (counts[:, :-1] == metrics.confusion_matrix(truth, guess, labels=LABELS)).all()
    precision, recall, f1, support = metrics.precision_recall_fscore_support(truth, guess, labels=LABELS)
    for i, one in enumerate(precision_recall_f1(truth, guess, labels=LABELS, n_boot=0)):
        assert [one.precision.value, one.recall.value, one.f1.value] == pytest.approx(
            [precision[i], recall[i], f1[i]]
        )
        assert one.n_true == support[i]


def test_a_label_that_nobody_uses_is_left_out_of_the_mean():
    truth, guess = ["a", "b"], ["a", "a"]
    expected = metrics.f1_score(truth, guess, average="macro", labels=["a", "b", "c"], zero_division=np.nan)
    assert macro_f1(truth, guess, labels=["a", "b", "c"]).value == pytest.approx(expected)


def several(n_coders: int, missing: float, n: int = 60) -> np.ndarray:
    rng = np.random.default_rng(n_coders)
    unit = rng.integers(1, 5, size=n)
    codings = np.where(rng.random((n_coders, n)) < 0.7, unit, rng.integers(1, 5, size=n)).astype(float)
    codings[rng.random(codings.shape) < missing] = np.nan
    return codings


@pytest.mark.parametrize("distance", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("n_coders", [2, 3, 6])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_krippendorff_agrees(n_coders, missing, distance):
    codings = several(n_coders, missing)
    expected = krippendorff.alpha(reliability_data=codings, level_of_measurement=distance)
    assert krippendorff_alpha(codings, distance, interval="none").value == pytest.approx(expected)


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_weighted_kappa_agrees(weights):
    first, second = several(2, 0.0)
    expected = metrics.cohen_kappa_score(first, second, weights=weights)
    assert cohen_kappa([first, second], weights=weights).value == pytest.approx(expected)


@pytest.mark.parametrize("distance", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("clustered", [False, True])
def test_jackknife_is_what_leaving_out_gives(distance, clustered):
    codings = several(3, 0.3)
    clusters = np.arange(60) // 3 if clustered else np.arange(60)
    pairs = (~np.isnan(codings)).sum(axis=0) >= 2
    names = np.unique(clusters[pairs])
    left_out = np.array(
        [
            krippendorff.alpha(
                codings[:, clusters != name], level_of_measurement=distance, value_domain=[1, 2, 3, 4]
            )
            for name in names
        ]
    )
    expected = np.sqrt((len(names) - 1) / len(names) * ((left_out - left_out.mean()) ** 2).sum())
    result = krippendorff_alpha(codings, distance, clusters=clusters.tolist() if clustered else None)
    assert result.standard_error == pytest.approx(expected)
    reach = stats.t.ppf(0.975, len(names) - 1) * expected
    assert result.low == pytest.approx(result.value - reach)


def test_t_and_normal_quantiles():
    for degrees in (1, 2, 3.5, 14, 1e4, 99_999, 2e5, 1e7):
        for share in (0.001, 0.025, 0.5, 0.6, 0.975, 0.9995):
            assert t_quantile(share, degrees) == pytest.approx(
                stats.t.ppf(share, degrees), rel=1e-8, abs=1e-12
            )
    assert normal_quantile(0.9) == pytest.approx(stats.norm.ppf(0.9))


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1, 30), (5, 196), (300, 2), (2000, 50_000)])
def test_incomplete_beta(a, b):
    mean = a / (a + b)
    for x in (mean / 10, mean / 2, mean, (1 + mean) / 2):
        assert regularized_incomplete_beta(x, a, b) == pytest.approx(
            stats.beta.cdf(x, a, b), rel=1e-9, abs=1e-300
        )
    for share in (0.001, 0.025, 0.5, 0.975):
        assert beta_quantile(share, a, b) == pytest.approx(stats.beta.ppf(share, a, b), rel=1e-9)


@pytest.mark.parametrize("n", [1, 7, 30, 1000])
def test_clopper_pearson_agrees(n):
    for hits in {0, 1, n // 3, n - 1, n}:
        expected = stats.binomtest(hits, n).proportion_ci(0.9, "exact")
        result = clopper_pearson(hits, n, level=0.9)
        assert (result.low, result.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
