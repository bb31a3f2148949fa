"""Dawid and Skene's model: the published example, a slow dense program, laws, and errors by simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from univocal.errors import UnivocalError
from univocal.statistics.answers import Answers, answers_of
from univocal.statistics.dawid_skene_em import dawid_skene

# Dawid & Skene 1979, table 1 (doi:10.2307/2346806): observer 1 three times, then observers 2 to 5.
PATIENTS = [
    "1111111",
    "3334334",
    "1122122",
    "2223121",
    "2223222",
    "2223322",
    "1222111",
    "3333433",
    "2222223",
    "2322223",
    "4444444",
    "2223343",
    "1111111",
    "2223212",
    "1211111",
    "1112111",
    "1111111",
    "1111111",
    "2222221",
    "2221322",
    "2222222",
    "2222221",
    "2223222",
    "2212222",
    "1111111",
    "1111111",
    "2322222",
    "1111111",
    "1111111",
    "1121121",
    "1111111",
    "3333233",
    "1111111",
    "2222222",
    "2223232",
    "4334343",
    "2212232",
    "2323233",
    "3333432",
    "1111111",
    "1111111",
    "1212111",
    "2322222",
    "1211111",
    "2222222",
]
CODINGS = np.array([[int(label) for label in patient] for patient in PATIENTS]).T
OBSERVERS = [1, 1, 1, 2, 3, 4, 5]


def draw(seed, *, units=60, coders=4, labels=3, missing=0.3, accuracy=0.75):
    rng = np.random.default_rng(seed)
    truth = rng.choice(labels, size=units, p=np.arange(labels, 0, -1) / (labels * (labels + 1) / 2))
    wrong = (truth + rng.integers(1, labels, size=(coders, units))) % labels
    codings = np.where(rng.random((coders, units)) < accuracy, truth, wrong).astype(float)
    codings[rng.random((coders, units)) < missing] = np.nan
    return truth, codings


def slow_em(rows, coder_of_row, n_labels, iterations):
    """Dawid and Skene's EM written as its definition reads, one answer at a time."""
    n_coders, n_units = max(coder_of_row) + 1, len(rows[0])
    answers = [
        (u, coder_of_row[r], int(rows[r][u]))
        for r in range(len(rows))
        for u in range(n_units)
        if rows[r][u] == rows[r][u]
    ]
    posterior = np.zeros((n_units, n_labels))
    for u, _, label in answers:
        posterior[u, label] += 1
    answered = posterior.sum(axis=1) > 0
    posterior = posterior[answered] / posterior[answered].sum(axis=1, keepdims=True)
    place = np.cumsum(answered) - 1
    likelihoods = []
    for _ in range(iterations + 1):
        priors = posterior.mean(axis=0)
        confusion = np.zeros((n_coders, n_labels, n_labels))
        for u, j, label in answers:
            confusion[j, :, label] += posterior[place[u]]
        with np.errstate(invalid="ignore"):
            confusion /= confusion.sum(axis=2, keepdims=True)
        joint = np.tile(priors, (len(posterior), 1))
        for u, j, label in answers:
            joint[place[u]] *= np.nan_to_num(confusion[j, :, label])
        likelihoods.append(np.log(joint.sum(axis=1)).sum())
        posterior = joint / joint.sum(axis=1, keepdims=True)
    return priors, confusion, posterior, likelihoods


def test_dawid_and_skene_1979():
    result = dawid_skene(CODINGS, coders=OBSERVERS)
    assert result.priors == pytest.approx([0.3996, 0.4220, 0.1118, 0.0667], abs=5e-5)
    assert result.log_likelihood == pytest.approx(-192.8909, abs=5e-5)
    published = [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]]
    assert result.confusion[0] == pytest.approx(np.array(published), abs=0.01)
    assert result.converged
    assert 15 <= result.n_iterations <= 35
    assert result.coders == (1, 2, 3, 4, 5)
    assert result.choice[10] == 4  # everybody said so


@pytest.mark.parametrize("seed", range(4))
def test_a_slow_dense_program_agrees(seed):
    _, codings = draw(seed, coders=5)
    coder_of_row = [0, 1, 2, 2, 3]
    result = dawid_skene(codings, coders=coder_of_row)
    priors, confusion, posterior, likelihoods = slow_em(codings, coder_of_row, 3, result.n_iterations)
    assert result.log_likelihood == pytest.approx(likelihoods[-1], rel=1e-9)
    assert np.all(np.diff(likelihoods) > -1e-9)  # EM never descends
    assert result.priors == pytest.approx(priors, abs=1e-6)
    assert result.confusion == pytest.approx(confusion, abs=1e-6, nan_ok=True)
    answered = ~np.isnan(codings).all(axis=0)
    assert result.posterior[answered] == pytest.approx(posterior, abs=1e-6)


def test_the_layout_of_many_patterns_agrees_with_the_slow_program(monkeypatch):
    monkeypatch.setattr("univocal.statistics.aggregate_slots._COMBINATIONS", 20)
    monkeypatch.setattr("univocal.statistics.aggregate_slots._CELLS", 30)
    _, codings = draw(9, coders=6)
    result = dawid_skene(codings)
    _, confusion, _, likelihoods = slow_em(codings, list(range(6)), 3, result.n_iterations)
    assert result.log_likelihood == pytest.approx(likelihoods[-1], rel=1e-9)
    assert result.confusion == pytest.approx(confusion, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("seed", [1, 4])
def test_the_maximum_is_flat_and_errors_are_its_curvature(seed):
    """The observed information against second differences of the likelihood, in the two-label case."""
    _, codings = draw(seed, units=400, coders=4, labels=2, missing=0.2)
    result = dawid_skene(codings, tolerance=1e-11)
    theta = np.concatenate([result.priors[:1], result.confusion[:, :, 0].ravel()])

    def likelihood(theta):
        priors = np.array([theta[0], 1 - theta[0]])
        first = theta[1:].reshape(4, 2)
        joint = np.tile(priors, (codings.shape[1], 1))
        for j in range(4):
            there = ~np.isnan(codings[j])
            joint[there] *= np.where(codings[j][there, None] == 0, first[j], 1 - first[j])
        return np.log(joint.sum(axis=1)).sum()

    n, step = len(theta), 1e-4
    hessian = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            corners = [
                likelihood(theta + step * (si * np.eye(n)[i] + sj * np.eye(n)[j])) * si * sj
                for si in (1, -1)
                for sj in (1, -1)
            ]
            hessian[i, j] = sum(corners) / (4 * step**2)
    errors = np.sqrt(np.diag(np.linalg.inv(-hessian)))
    assert result.prior_errors == pytest.approx([errors[0]] * 2, rel=1e-3)
    assert result.confusion_errors[:, :, 0].ravel() == pytest.approx(errors[1:], rel=1e-3)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000))
def test_names_and_order_are_of_no_account(seed):
    _, codings = draw(seed, units=40)
    rng = np.random.default_rng(seed)
    units, coders = rng.permutation(40), rng.permutation(4)
    one = dawid_skene(codings, standard_errors="none", labels=[0, 1, 2])
    other = dawid_skene(
        np.array([None if np.isnan(x) else "zxy"[int(x)] for x in codings[coders][:, units].ravel()], object).reshape(4, 40),
        standard_errors="none", labels=["z", "x", "y"],
    )  # fmt: skip
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    assert other.posterior == pytest.approx(one.posterior[units], abs=1e-3)


def test_long_columns_are_the_same_as_an_array():
    _, codings = draw(5)
    coder, unit = np.nonzero(~np.isnan(codings))
    order = np.random.default_rng(0).permutation(len(unit))
    long = Answers.from_columns(
        unit[order], coder[order], codings[coder, unit][order], units=list(range(codings.shape[1]))
    )
    one, other = dawid_skene(codings), dawid_skene(long)
    assert other.log_likelihood == pytest.approx(one.log_likelihood)
    assert other.posterior == pytest.approx(one.posterior)
    assert other.prior_errors == pytest.approx(one.prior_errors)


def test_degenerate_inputs_have_answers():
    empty = dawid_skene([[None, None], [None, None]])
    assert empty.method == "undefined: no answers"
    assert empty.posterior.shape == (2, 0)
    assert empty.choice == (None, None)
    alone = dawid_skene(["aab"])
    assert "can't identify" in alone.method
    assert alone.choice == ("a", "a", "b")
    same = dawid_skene(["aaa", "aaa", "aaa"])
    assert same.priors.tolist() == [1.0]
    assert "boundary" in same.errors_method
    assert np.isnan(same.prior_errors).all()
    unanswered = dawid_skene([["a", "b", None], ["a", "b", None], ["a", "a", None]])
    assert unanswered.posterior[2] == pytest.approx(unanswered.priors)


def test_a_coder_who_never_meets_a_label_has_no_row_for_it():
    result = dawid_skene(["aaabbb" * 5, "aaabbb" * 5, "aaabbb" * 5, ["a", "a", "a", None, None, None] * 5])
    assert result.confusion[3, 0].tolist() == pytest.approx([1, 0], abs=1e-6)
    assert np.isnan(result.confusion[3, 1]).all()


def test_too_few_iterations_are_told():
    result = dawid_skene(CODINGS, coders=OBSERVERS, max_iterations=3)
    assert not result.converged
    assert result.n_iterations == 3
    assert "NOT converged" in result.method


def test_two_coders_are_not_identified():
    _, codings = draw(1, units=200, coders=2, labels=2, missing=0)
    result = dawid_skene(codings)
    assert "can't identify" in result.method
    assert "singular" in result.errors_method or "boundary" in result.errors_method


@pytest.mark.parametrize("wrong", [{"tolerance": 0}, {"max_iterations": 0}, {"standard_errors": "x"}])
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(UnivocalError, match=r"expected|must be"):
        dawid_skene(["ab", "ab"], **wrong)


def test_bootstrap_and_information_agree_where_units_are_many():
    _, codings = draw(11, units=1500, coders=4, labels=2, missing=0.2, accuracy=0.85)
    one = dawid_skene(codings)
    other = dawid_skene(codings, standard_errors="bootstrap", n_boot=200)
    assert other.prior_errors == pytest.approx(one.prior_errors, rel=0.25)
    assert other.confusion_errors == pytest.approx(one.confusion_errors, rel=0.25)
    again = dawid_skene(codings, standard_errors="bootstrap", n_boot=200)
    assert np.array_equal(again.confusion_errors, other.confusion_errors)


@pytest.mark.slow
def test_standard_errors_are_the_spread_over_samples():
    """Over 300 samples: estimates spread as the errors say, and 95% intervals cover .93 to .97."""
    found, errors = [], []
    for seed in range(300):
        _, codings = draw(seed, units=500, coders=5, labels=3, missing=0.2, accuracy=0.8)
        result = dawid_skene(codings)
        found.append(np.concatenate([result.priors, result.confusion.ravel()]))
        errors.append(np.concatenate([result.prior_errors, result.confusion_errors.ravel()]))
    found, errors = np.array(found), np.array(errors)
    assert np.nanmean(errors, axis=0) / found.std(axis=0) == pytest.approx(np.ones(48), abs=0.2)
    truth = np.concatenate([[3 / 6, 2 / 6, 1 / 6], np.tile(np.where(np.eye(3), 0.8, 0.1).ravel(), 5)])
    covered = np.abs(found - truth) <= 1.96 * errors
    assert 0.93 < covered[~np.isnan(errors)].mean() < 0.97


def test_answers_are_kept_sparse():
    """A thousand coders, two answers for a unit: no array of coders × units is made."""
    rng = np.random.default_rng(0)
    unit = np.repeat(np.arange(5000), 2)
    answers = Answers.from_columns(unit, rng.integers(1000, size=10_000), rng.integers(2, size=10_000))
    assert answers.n_answers == 10_000
    assert answers.label.nbytes + answers.unit.nbytes + answers.coder.nbytes < 200_000
    assert answers_of(answers) is answers
