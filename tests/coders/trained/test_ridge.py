"""Scores of papers left out are exact: they equal those of a fit that never saw the paper."""

import numpy as np
import pytest

from univocal.coders.trained.blocks import Block
from univocal.coders.trained.logistic import calibrate
from univocal.coders.trained.ridge import solve, sparse


@pytest.fixture
def problem():
    rng = np.random.default_rng(1)
    block = Block.learn([["a", "b", "c", "d", "e"]] * 2, least=1)
    names = [list(rng.choice(list("abcdex"), size=6)) for _ in range(30)]
    matrix = sparse([block.row(one) for one in names], len(block.names))
    dense = rng.normal(size=(30, 4)).astype(np.float32)
    targets = np.eye(3)[rng.integers(3, size=30)]
    return matrix, dense, targets, np.sort(rng.integers(9, size=30))


def _scores(machine, matrix, dense):
    return matrix @ machine.blocks["s"] + dense @ machine.blocks["d"] + machine.bias


def test_left_out_scores_are_those_of_a_fit_without_the_group(problem):
    matrix, dense, targets, groups = problem
    whole = solve({"s": (matrix, 2.0), "d": (dense, 0.5)}, targets, 1.5, groups)
    for group in set(groups):
        out = groups == group
        part = solve({"s": (matrix[~out], 2.0), "d": (dense[~out], 0.5)}, targets[~out], 1.5, groups[~out])
        assert whole.left_out[out] == pytest.approx(_scores(part.machine, matrix[out], dense[out]), abs=1e-5)


def test_weights_are_those_of_ridge_regression_on_scaled_blocks(problem):
    matrix, dense, targets, groups = problem
    machine = solve({"s": (matrix, 4.0), "d": (dense, 1.0)}, targets, 0.7, groups).machine
    x = np.hstack([2 * matrix.toarray(), dense, np.ones((30, 1))])
    expected = x @ np.linalg.solve(x.T @ x + 0.7 * np.eye(x.shape[1]), x.T @ targets)
    assert _scores(machine, matrix, dense) == pytest.approx(expected, abs=1e-5)


def test_the_order_of_groups_is_of_no_account(problem):
    matrix, dense, targets, groups = problem
    order = np.random.default_rng(2).permutation(30)
    one = solve({"s": (matrix, 1.0), "d": (dense, 1.0)}, targets, 1.0, groups)
    other = solve({"s": (matrix[order], 1.0), "d": (dense[order], 1.0)}, targets[order], 1.0, groups[order])
    assert other.left_out == pytest.approx(one.left_out[order], abs=1e-5)


def test_a_calibrator_recovers_the_chances_that_made_the_data():
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(4_000, 2))
    truth = (rng.random(4_000) < 1 / (1 + np.exp(-2 * scores[:, 0]))).astype(float)
    both = calibrate(scores, np.stack([1 - truth, truth], 1), ("no", "yes"), exclusive=True, penalty=0.1)
    alone = calibrate(scores, truth[:, None], ("yes",), exclusive=False, penalty=0.1)
    expected = 1 / (1 + np.exp(-2 * scores[:, 0]))
    assert np.abs(both.probabilities(scores)[:, 1] - expected).max() < 0.06
    assert np.abs(alone.probabilities(scores)[:, 0] - expected).max() < 0.06
    assert both.probabilities(scores).sum(1) == pytest.approx(1, abs=1e-5)
