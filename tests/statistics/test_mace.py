"""MACE against a slow program written from its definition, laws, and recovery by simulation."""

import numpy as np
import pytest
from scipy import special

from univocal.errors import UnivocalError
from univocal.statistics.mace_divergence import digamma
from univocal.statistics.mace_em import mace


def draw(seed, *, units=300, competence=(0.9, 0.7, 0.5, 0.2), labels=3, missing=0.2):
    rng = np.random.default_rng(seed)
    truth = rng.integers(labels, size=units)
    guess = rng.integers(labels, size=(len(competence), units))
    knows = rng.random((len(competence), units)) < np.array(competence)[:, None]
    codings = np.where(knows, truth, guess).astype(float)
    codings[rng.random(codings.shape) < missing] = np.nan
    return truth, codings


def likelihood(codings, competence, guesses, priors):
    total = 0.0
    for u in range(codings.shape[1]):
        joint = priors.copy()
        for j in range(len(codings)):
            if codings[j, u] == codings[j, u]:
                label = int(codings[j, u])
                joint *= (
                    competence[j] * (np.arange(len(priors)) == label)
                    + (1 - competence[j]) * guesses[j, label]
                )
        total += np.log(joint.sum())
    return total


def test_digamma_is_scipys():
    x = np.concatenate([np.geomspace(1e-4, 1e6, 50), [0.5, 1, 2, 8]])
    assert digamma(x) == pytest.approx(special.digamma(x), rel=1e-12, abs=1e-12)


def test_the_likelihood_is_that_of_the_definition_and_em_is_at_its_top():
    _, codings = draw(0)
    result = mace(codings, inference="em", n_boot=0)
    best = likelihood(codings, result.competence, result.guesses, result.priors)
    assert result.log_likelihood == pytest.approx(best, rel=1e-9)
    assert result.bound is None
    for j in range(4):
        for step in (-0.02, 0.02):
            moved = result.competence.copy()
            moved[j] = np.clip(moved[j] + step, 0, 1)
            assert likelihood(codings, moved, result.guesses, result.priors) < best


def test_the_bound_lies_below_the_evidence_of_the_parameters():
    _, codings = draw(1)
    result = mace(codings, n_boot=0)
    assert result.bound < result.log_likelihood
    assert result.converged


@pytest.mark.parametrize("inference", ["variational", "em"])
def test_competence_is_found_again(inference):
    truth, codings = draw(2, units=2000)
    result = mace(codings, inference=inference, n_boot=0)
    assert result.competence == pytest.approx([0.9, 0.7, 0.5, 0.2], abs=0.06)
    assert np.mean(np.array(result.choice) == truth) > 0.85
    implied = result.competence[0] * np.eye(3) + (1 - result.competence[0]) * result.guesses[0]
    assert result.confusion[0] == pytest.approx(implied)


def test_one_seed_gives_one_result():
    _, codings = draw(3)
    one, other = mace(codings, n_boot=10, seed=4), mace(codings, n_boot=10, seed=4)
    assert np.array_equal(one.competence_errors, other.competence_errors)
    assert np.array_equal(one.posterior, other.posterior)


def test_a_rare_label_needs_estimated_priors():
    rng = np.random.default_rng(5)
    truth = (rng.random(3000) < 0.05).astype(int)
    codings = np.where(rng.random((3, 3000)) < 0.6, truth, rng.integers(2, size=(3, 3000)))
    found = mace(codings, n_boot=0)
    assert found.priors[1] == pytest.approx(0.05, abs=0.03)
    uniform = mace(codings, n_boot=0, label_priors="uniform")
    right = [np.mean(np.array(one.choice) == truth) for one in (found, uniform)]
    assert right[0] > right[1]


def test_degenerate_inputs_have_answers():
    empty = mace([[None], [None]])
    assert empty.method == "undefined: no answers"
    assert np.isnan(empty.competence).all()
    silent = mace([["a", "b"], ["a", "b"], [None, None]], n_boot=0)
    assert np.isnan(silent.competence[2])
    same = mace(["aaa", "aaa"], n_boot=5)
    assert same.choice == ("a", "a", "a")


@pytest.mark.parametrize(
    "wrong",
    [{"inference": "x"}, {"label_priors": "x"}, {"guess_prior": 0}, {"n_restarts": 0}, {"tolerance": 0}],
)
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(UnivocalError, match=r"expected|must be"):
        mace(["ab", "ab"], **wrong)


@pytest.mark.slow
def test_bootstrap_errors_are_the_spread_over_samples():
    found = np.array([mace(draw(seed)[1], n_boot=0).competence for seed in range(60)])
    errors = np.mean([mace(draw(seed)[1], n_boot=40).competence_errors for seed in range(5)], axis=0)
    assert errors / found.std(axis=0) == pytest.approx(np.ones(4), abs=0.35)
