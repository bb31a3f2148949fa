"""Which coders know and which guess, and what is the truth then? MACE, the multi-annotator competence estimate."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from univocal.errors import UnivocalError
from univocal.statistics.aggregate_result import LatentTruth, method_of, without_answers
from univocal.statistics.aggregate_slots import Slots, log_of
from univocal.statistics.answers import Answers, answers_of
from univocal.statistics.codings import Codings
from univocal.statistics.dawid_skene_em import settled
from univocal.statistics.dawid_skene_errors import Spread
from univocal.statistics.mace_divergence import digamma, dirichlet_divergence
from univocal.statistics.matrix import Array, ratio

Inference = Literal["variational", "em"]
Priors = Literal["estimated", "uniform"]


@dataclass(frozen=True, slots=True, eq=False)
class Mace(LatentTruth):
    """The truth, and each coder's competence.

    ``competence`` (coders,): with which probability does a coder know a unit's label, instead of guessing? It is
    not accuracy: a guess may be right too. ``guesses`` (coders, labels): which labels does the coder guess?
    ``confusion`` is what both imply. Coders without answers have NaN. ``bound`` is the evidence's lower bound, None
    for EM. ``competence_errors`` (coders,) are standard errors, NaN where there are none.
    """

    competence: Array
    guesses: Array
    bound: float | None
    competence_errors: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Prior:
    """What is known before: a Beta for competence, a symmetric Dirichlet for guesses (both unused by EM)."""

    competence: tuple[float, float]
    guesses: float
    variational: bool
    uniform: bool


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Expected numbers of units known (coders,) and of labels guessed (coders, labels), priors, what came of it."""

    known: Array
    guessed: Array
    priors: Array
    objective: float = -math.inf
    n_iterations: int = 0
    converged: bool = False


def mace(
    codings: Codings | Answers,
    *,
    coders: Sequence[Hashable] | None = None,
    labels: Sequence[Hashable] | None = None,
    inference: Inference = "variational",
    label_priors: Priors = "estimated",
    competence_prior: tuple[float, float] = (0.5, 0.5),
    guess_prior: float = 1.0,
    tolerance: float = 1e-6,
    max_iterations: int = 2000,
    n_restarts: int = 10,
    standard_errors: Literal["bootstrap", "none"] = "bootstrap",
    n_boot: int = 100,
    seed: int = 0,
) -> Mace:
    """Which label has each unit, if every coder either knows it or guesses in a manner of their own?

    The model has one parameter of quality for each coder, not a whole confusion matrix, and so needs fewer answers
    for each coder than ``dawid_skene``; it can't say that a coder takes one label for another.

    Args:
        codings: coders × units of labels, None or NaN where missing; or Answers. Repeated answers all count.
        coders: a name for each row; rows of one name are one coder.
        labels: every label that may occur, in order; those that occur, sorted, where None.
        inference: variational Bayes with the two priors, or EM without priors.
        label_priors: how common labels are is estimated along with the rest, or taken to be the same for all.
            The paper has the latter, which is wrong for rare codes: on product matching with 12% matches
            it loses to the majority. This default and that of guess_prior were chosen on the four crowd sets of
            docs/explanation/aggregation.md.
        competence_prior: the Beta prior of competence, (a, b) above 0; (0.5, 0.5) expects coders that know or
            guess, rather than something between.
        guess_prior: the symmetric Dirichlet prior of guesses, above 0; 1: every manner of guessing is
            equally likely; large: guesses spread evenly over labels.
        tolerance: how far below its limit the objective may stay, as in ``dawid_skene``.
        max_iterations: at most so many iterations of the best start.
        n_restarts: the vote shares are the first start, the others are random; the best objective wins.
        standard_errors: a bootstrap over units, each resample starting from the whole fit; or none.
        n_boot: resamples of the bootstrap.
        seed: of the starts and of the bootstrap.

    Hovy, Berg-Kirkpatrick, Vaswani & Hovy 2013, aclanthology.org/N13-1132.

    >>> result = mace(["aabbaabbab", "aabbaabbab", "aabbaabbba", "aaaaaaaaaa"], n_boot=0)
    >>> "".join(result.choice), int(result.competence.argmin())
    ('aabbaabbab', 3)
    """
    _check(inference, label_priors, competence_prior, guess_prior, tolerance, n_restarts)
    answers = answers_of(codings, coders=coders, labels=labels)
    slots = Slots(answers)
    if not answers.n_answers:
        nothing = np.full(slots.shape[0], np.nan)
        return Mace(
            **without_answers(answers), competence=nothing, guesses=np.full(slots.shape, np.nan),
            bound=None, competence_errors=nothing,
        )  # fmt: skip
    prior = _Prior(competence_prior, guess_prior, inference == "variational", label_priors == "uniform")
    rng = np.random.default_rng(seed)
    rough = [_climbed(slots, start, prior, 0.1, max_iterations) for start in _starts(slots, n_restarts, rng)]
    best = max(rough, key=lambda one: one.objective)
    state = _climbed(slots, best, prior, tolerance, max_iterations)
    competence, guesses = _means(state, prior)
    confusion = _likelihood(competence, (1 - competence)[:, None] * np.nan_to_num(guesses))
    at = log_of(confusion), log_of(state.priors)
    n_boot = 0 if standard_errors == "none" else n_boot
    errors = _errors(slots, state, prior, n_boot, rng)
    return Mace(
        _method(state, prior, n_restarts),
        answers.labels,
        answers.coders,
        state.priors,
        confusion,
        slots.for_units(slots.posterior(*at), state.priors),
        slots.expected(*at).log_likelihood,
        state.n_iterations,
        state.converged,
        f"bootstrap over units, {n_boot} resamples" if n_boot > 1 else "none were asked for",
        competence,
        guesses,
        state.objective if prior.variational else None,
        errors,
    )


def _starts(slots: Slots, n_restarts: int, rng: np.random.Generator) -> list[_State]:
    coders, labels = slots.shape
    votes = slots.counts_given(slots.vote_shares())
    even = np.full(labels, 1 / labels)
    starts = [_split(votes.counts, np.full(coders, 0.5), np.full((coders, labels), 0.5 / labels), even)]
    n = votes.counts.sum(axis=(1, 2))
    for _ in range(n_restarts - 1):
        knows = rng.uniform(0.25, 1, size=coders)
        guesses = rng.dirichlet(np.ones(labels), size=coders)
        starts.append(_State(n * knows, (n * (1 - knows))[:, None] * guesses, even))
    return starts


def _climbed(
    slots: Slots,
    state: _State,
    prior: _Prior,
    tolerance: float,
    max_iterations: int,
    weights: Array | None = None,
) -> _State:
    """EM, or its variational form, until settled; the state that its objective was computed at."""
    objectives = [-math.inf] * 3
    done = state.n_iterations
    while True:
        knows, guesses, penalty = _typical(state, prior)
        expected = slots.expected(log_of(_likelihood(knows, guesses)), log_of(state.priors), weights)
        objectives = [*objectives[1:], expected.log_likelihood - penalty]
        converged = settled(objectives, tolerance)
        if converged or done >= max_iterations:
            return replace(state, objective=objectives[-1], n_iterations=done, converged=converged)
        priors = state.priors if prior.uniform else expected.classes / expected.classes.sum()
        state = _split(expected.counts, knows, guesses, priors)
        done += 1


def _split(counts: Array, knows: Array, guesses: Array, priors: Array) -> _State:
    """Which of the right answers were known, and which were lucky guesses? All wrong answers are guesses."""
    right = np.diagonal(counts, axis1=1, axis2=2)
    known = right * np.nan_to_num(ratio(knows[:, None] * np.ones_like(guesses), knows[:, None] + guesses))
    return _State(known.sum(axis=1), np.maximum(counts.sum(axis=1) - known, 0), priors)


def _likelihood(knows: Array, guesses: Array) -> Array:
    """The (coders, true, given) likelihood of an answer: known if right, or guessed."""
    labels = guesses.shape[1]
    result: Array = knows[:, None, None] * np.eye(labels) + guesses[:, None, :]
    return result


def _typical(state: _State, prior: _Prior) -> tuple[Array, Array, float]:
    """The weights of knowing (coders,) and of each guess (coders, labels), and what the priors cost.

    For EM they are the probabilities; for variational Bayes exp(E[log ·]), and the cost is the Kullback-Leibler
    divergence of the posteriors of the parameters from their priors.
    """
    if not prior.variational:
        competence, guesses = _means(state, prior)
        return (
            np.nan_to_num(competence),
            (1 - np.nan_to_num(competence))[:, None] * np.nan_to_num(guesses),
            0.0,
        )
    missed = state.guessed.sum(axis=1)
    quality = np.stack([state.known, missed], axis=1) + prior.competence
    manner = state.guessed + prior.guesses
    log_quality = digamma(quality) - digamma(quality.sum(axis=1, keepdims=True))
    log_manner = digamma(manner) - digamma(manner.sum(axis=1, keepdims=True))
    cost = dirichlet_divergence(quality, np.broadcast_to(prior.competence, quality.shape), log_quality)
    cost += dirichlet_divergence(manner, np.full(manner.shape, prior.guesses), log_manner)
    return np.exp(log_quality[:, 0]), np.exp(log_quality[:, 1:] + log_manner), cost


def _means(state: _State, prior: _Prior) -> tuple[Array, Array]:
    """Competence (coders,) and guesses (coders, labels): posterior means, or for EM shares; NaN from no answers."""
    missed = state.guessed.sum(axis=1)
    n = state.known + missed
    if not prior.variational:
        return ratio(state.known, n), ratio(state.guessed, missed[:, None])
    a, b = prior.competence
    competence: Array = np.where(n > 0, (state.known + a) / (n + a + b), np.nan)
    guesses = state.guessed + prior.guesses
    guesses = np.where(n[:, None] > 0, guesses / guesses.sum(axis=1, keepdims=True), np.nan)
    return competence, guesses


def _errors(slots: Slots, state: _State, prior: _Prior, n_boot: int, rng: np.random.Generator) -> Array:
    if n_boot < 2:
        return np.full(slots.shape[0], np.nan)
    n_units = int(slots.weights.sum())
    spread = Spread()
    start = replace(state, n_iterations=0)
    for _ in range(n_boot):
        weights = rng.multinomial(n_units, slots.weights / n_units).astype(np.float64)
        one = _climbed(slots, start, prior, 1e-3, 500, weights)
        spread.add(_means(one, prior)[0])
    return spread.deviation()


def _method(state: _State, prior: _Prior, n_restarts: int) -> str:
    how = "variational Bayes" if prior.variational else "EM"
    how += ", uniform label priors" if prior.uniform else ", label priors estimated"
    return method_of(
        f"MACE by {how}, best of {n_restarts} starts", state.n_iterations, converged=state.converged
    )


def _check(
    inference: str,
    label_priors: str,
    competence_prior: tuple[float, float],
    guess_prior: float,
    tolerance: float,
    n_restarts: int,
) -> None:
    if inference not in ("variational", "em"):
        raise UnivocalError(f"inference: 'variational' or 'em' was expected, got {inference!r}")
    if label_priors not in ("estimated", "uniform"):
        raise UnivocalError(f"label_priors: 'estimated' or 'uniform' was expected, got {label_priors!r}")
    if min(*competence_prior, guess_prior, tolerance) <= 0 or n_restarts < 1:
        raise UnivocalError(
            "competence_prior, guess_prior and tolerance must be above 0 and n_restarts at least 1, "
            f"got {competence_prior}, {guess_prior:g}, {tolerance:g} and {n_restarts}"
        )
