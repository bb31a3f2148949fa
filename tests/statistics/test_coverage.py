"""Do intervals hold the truth as often as they say? Simulations."""

import numpy as np
import pytest

from univocal.statistics import (
    accuracy,
    brennan_prediger,
    clopper_pearson,
    cohen_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
)

pytestmark = pytest.mark.slow
LABELS = np.array(list("abc"))


def papers(rng, n_papers):
    """Papers with one to eight mentions; a paper's truth and luck are its own, so its mentions go together."""
    sizes = rng.integers(1, 9, size=n_papers)
    clusters = np.repeat(np.arange(n_papers), sizes)
    truth = rng.choice(3, size=n_papers, p=[0.5, 0.3, 0.2])[clusters]
    skill = rng.choice([0.4, 0.95], size=n_papers)[clusters]
    guess = np.where(rng.random(len(clusters)) < skill, truth, rng.integers(3, size=len(clusters)))
    return LABELS[truth].tolist(), LABELS[guess].tolist(), clusters.tolist()


def kappa(a, b, **more):
    return cohen_kappa([a, b], interval="bootstrap", **more)


def alpha(a, b, **more):
    return krippendorff_alpha([a, b], interval="bootstrap", **more)


@pytest.mark.parametrize("measure", [accuracy, kappa, alpha])
@pytest.mark.parametrize(("n_papers", "least"), [(50, 0.90), (200, 0.925)])
def test_cluster_bootstrap_covers(measure, n_papers, least):
    truth, guess, _ = papers(np.random.default_rng(0), 200_000)
    target = measure(truth, guess, n_boot=0).value
    held = 0
    for trial in range(400):
        a, b, clusters = papers(np.random.default_rng(trial + 1), n_papers)
        result = measure(a, b, clusters=clusters, n_boot=400, seed=trial)
        held += result.low <= target <= result.high
    assert least <= held / 400 <= 0.985


@pytest.mark.parametrize("interval", ["analytic", "jackknife"])
@pytest.mark.parametrize(
    "measure", [percent_agreement, scott_pi, cohen_kappa, gwet_ac1, brennan_prediger, krippendorff_alpha]
)
def test_intervals_of_agreement_cover(measure, interval):
    truth, guess, _ = papers(np.random.default_rng(0), 200_000)
    target = measure([truth, guess], interval="none").value
    held = 0
    for trial in range(400):
        a, b, clusters = papers(np.random.default_rng(trial + 1), 100)
        result = measure([a, b], clusters=clusters, interval=interval)
        assert not result.caution
        held += result.low <= target <= result.high
    assert 0.92 <= held / 400 <= 0.98


def test_ignoring_papers_covers_less():
    truth, guess, _ = papers(np.random.default_rng(0), 200_000)
    target = accuracy(truth, guess, n_boot=0).value
    held = 0
    for trial in range(400):
        a, b, _ = papers(np.random.default_rng(trial + 1), 200)
        result = accuracy(a, b, n_boot=400, seed=trial)
        held += result.low <= target <= result.high
    assert held / 400 < 0.9


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_clopper_pearson_never_covers_less(share):
    hits = np.random.default_rng(1).binomial(100, share, size=4000)
    bounds = {h: clopper_pearson(int(h), 100) for h in set(hits.tolist())}
    assert np.mean([bounds[h].low <= share <= bounds[h].high for h in hits.tolist()]) >= 0.95
