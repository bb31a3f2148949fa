"""Samples drawn one after the other: what each paper stands for, and that shares from them are right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from univocal.statistics.prevalence_rule import prevalence
from univocal.study import draws
from univocal.study.stages import Batch, Drawn, usable, weights


def batch(name: str, kind: str, frame: int, *, coded: int = 99, chance: float = 0.5, **strata: int) -> Batch:
    """A batch of so many papers of each stratum ("no": without one), of which the first are coded."""
    names = [stratum for stratum, n in strata.items() for _ in range(n)]
    papers = (
        Drawn(f"{name}{at}", chance, None if stratum == "no" else stratum, at < coded)
        for at, stratum in enumerate(names)
    )
    return Batch(name, kind, frame, tuple(papers))


def names(batches: list[Batch]) -> tuple[list[str], str]:
    found, why = usable(batches)
    return [one.name for one in found], why


def test_simple_batches_are_one_sample_and_others_follow_it() -> None:
    one, two = batch("a", "random", 20, no=4), batch("b", "random", 16, no=6)
    three = batch("c", "active", 10, no=5)
    found, why = usable([one, two, three])
    assert [len(each.papers) for each in found] == [10, 5]
    assert {paper.probability for paper in found[0].papers} == {0.5}
    assert why == ""


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (batch("b", "random", 17, no=4), "papers came in"),
        (batch("b", "random", 15, no=4), "coders chose papers"),
        (batch("b", "stratified", 16, old=4), "'b' drew from some strata only"),
        (batch("b", "active", 16, no=4, coded=0), "no paper of 'b' is coded yet"),
        (batch("b", "stratified", 16, new=4, old=4, coded=4), "no paper of 'old' of 'b'"),
    ],
)
def test_a_batch_that_does_not_fit_ends_the_row(second: Batch, why: str) -> None:
    third = batch("c", "active", second.frame - len(second.papers), no=2)
    found, said = names([batch("a", "active", 20, no=4), second, third])
    assert found == ["a"]
    assert why in said


def test_after_a_batch_of_some_strata_nothing_counts() -> None:
    found, why = names([batch("a", "stratified", 20, old=4), batch("b", "random", 16, no=4)])
    assert (found, why) == (["a"], "'a' drew from some strata only")


def test_weights_of_one_batch_are_one_over_its_chances_as_far_as_it_is_coded() -> None:
    found = weights([batch("a", "stratified", 20, new=6, old=4, coded=8)])
    assert [found[f"a{at}"][0] for at in (0, 7)] == [2.0, 4.0]
    assert len({number for _, number in found.values()}) == 2


N = 400


def study(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Papers that have the code the more likely the higher their score is, and two strata."""
    score = rng.gamma(0.7, 1.0, N)
    return rng.random(N) < np.clip(0.08 + 0.2 * score, 0, 0.9), score, rng.random(N) < 0.3


def draw(kind: str, left: Any, score: Any, new: Any, n: int, rng: np.random.Generator) -> draws.Draw:
    if kind == "random":
        return draws.simple(len(left), n, rng)
    if kind == "active":
        return draws.unequal(score[left], n, rng)
    strata = np.where(new[left], "new", "old").tolist()
    return draws.stratified(strata, {"new": n // 2, "old": n - n // 2}, rng)


def estimate(truth: Any, score: Any, new: Any, plan: list[tuple[str, int, float]], rng: Any) -> Any:
    """The share from batches of these kinds, sizes and shares coded."""
    left = np.arange(N)
    batches = []
    for at, (kind, n, coded) in enumerate(plan):
        made = draw(kind, left, score, new, n, rng)
        rows = left[made.drawn]
        done = round(coded * len(rows))  # in random order, as draws are
        papers = [
            Drawn(str(row), p, "new" if new[row] else "old", k < done)
            for k, (row, p) in enumerate(zip(rows.tolist(), made.probability.tolist(), strict=True))
        ]
        batches.append(Batch(str(at), kind, len(left), tuple(papers)))
        left = np.setdiff1d(left, rows)
    found, why = usable(batches)
    assert why == ""
    known = weights(found)
    rows = np.array([int(key) for key in known])
    weight = np.array([one for one, _ in known.values()])
    stratum = np.array([str(number) for _, number in known.values()])
    more = {"strata": stratum} if len(set(stratum)) > 1 else {}
    value = float((weight * truth[rows]).sum() / N)
    return value, prevalence(truth[rows].astype(float), weights=weight, **more)


PLANS = {
    "active": [("active", 80, 1.0)],
    "active, half coded": [("active", 120, 0.5)],
    "stratified": [("stratified", 80, 1.0)],
    "active, then random": [("active", 60, 1.0), ("random", 60, 1.0)],
    "random, then active": [("random", 60, 1.0), ("active", 60, 1.0)],
    "active twice, the second begun": [("active", 70, 1.0), ("active", 70, 0.4)],
    "random, stratified, active": [("random", 50, 1.0), ("stratified", 50, 0.8), ("active", 50, 0.8)],
    "stratified, then random": [("stratified", 60, 1.0), ("random", 60, 1.0)],
}


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_shares_are_unbiased_and_their_intervals_cover(plan: list[tuple[str, int, float]]) -> None:
    """1,500 studies: Σ w y / N is right on average; 95% intervals hold the share in at least 93.5% of them."""
    rng = np.random.default_rng(20261121)
    off, error, inside = [], [], 0
    for _ in range(1500):
        truth, score, new = study(rng)
        total, share = estimate(truth, score, new, plan, rng)
        off.append(total - truth.mean())
        error.append(share.value - truth.mean())
        inside += share.low <= truth.mean() <= share.high
    assert abs(np.mean(off)) < 4 * np.std(off) / np.sqrt(1500)
    assert abs(np.mean(error)) < 0.12 * np.std(error), "Hájek's ratio has a bias, small beside its spread"
    assert inside / 1500 >= 0.935
