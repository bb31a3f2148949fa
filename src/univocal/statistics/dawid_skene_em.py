"""What is the truth behind coders of unequal quality, and how does each of them err? Dawid & Skene's model."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from univocal.errors import UnivocalError
from univocal.statistics.aggregate_result import LatentTruth, method_of, without_answers
from univocal.statistics.aggregate_slots import Expected, Slots, log_of
from univocal.statistics.answers import Answers, answers_of
from univocal.statistics.codings import Codings
from univocal.statistics.dawid_skene_errors import Errors, bootstrap_errors, information_errors
from univocal.statistics.matrix import Array, ratio

StandardErrors = Literal["information", "bootstrap", "none"]

#: A coder is expected to have met a label at least so often, or the row for it is undefined.
_MET = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class DawidSkene(LatentTruth):
    """The truth, and each coder's confusion matrix, by maximum likelihood.

    A row of ``confusion`` is NaN where the coder met no unit of that true label, so that the data say nothing
    about it. ``prior_errors`` and ``confusion_errors`` are standard errors of ``priors`` and ``confusion``, of the same
    shapes, NaN where there is none.
    """

    prior_errors: Array
    confusion_errors: Array


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Maximum-likelihood parameters: ``priors`` (labels,), ``confusion`` (coders, true, given), and how found."""

    priors: Array
    confusion: Array
    counts: Array
    log_likelihood: float
    n_iterations: int
    converged: bool


def dawid_skene(
    codings: Codings | Answers,
    *,
    coders: Sequence[Hashable] | None = None,
    labels: Sequence[Hashable] | None = None,
    tolerance: float = 1e-9,
    max_iterations: int = 5000,
    standard_errors: StandardErrors = "information",
    n_boot: int = 200,
    seed: int = 0,
) -> DawidSkene:
    """Which label has each unit, if coders err each in their own way, independently given the truth?

    EM from the vote shares until the log-likelihood is within ``tolerance`` of the limit that its last three
    values point to (Aitken's rule, Böhning et al. 1994, doi:10.1007/BF01720593); at 1e-9 every parameter is then
    well within a thousandth of its standard error of the maximum. The likelihood has several maxima, and is
    unchanged when true labels swap names. Starting from the votes names the labels as the coders did, and finds
    the maximum next to the majority; with few answers for each unit another one may be higher.
    Two coders don't suffice to identify the model: their agreement can be explained in many ways.

    Args:
        codings: coders × units of labels, None or NaN where missing; or Answers. Repeated answers all count.
        coders: a name for each row; rows of one name are one coder.
        labels: every label that may occur, in order; those that occur, sorted, where None.
        tolerance: how far below its limit the log-likelihood may stay, above 0.
        max_iterations: at most so many EM iterations.
        standard_errors: from the observed information (Louis 1982), from a bootstrap over units, or none.
        n_boot: resamples of the bootstrap.
        seed: of the bootstrap.

    Returns:
        Priors, confusion matrices and posteriors with their standard errors. Without any answer they are NaN.

    Dawid & Skene 1979, doi:10.2307/2346806.

    >>> result = dawid_skene(["aabbaabbab", "aabbaabbab", "aabbaabbba", "aabbbabbab"])
    >>> "".join(result.choice), result.priors.round(2).tolist(), result.converged
    ('aabbaabbab', [0.5, 0.5], True)
    """
    if tolerance <= 0 or max_iterations < 1:
        raise UnivocalError(
            f"tolerance must be above 0 and max_iterations at least 1, got {tolerance:g} and {max_iterations}"
        )
    if standard_errors not in ("information", "bootstrap", "none"):
        raise UnivocalError(
            f"standard_errors: 'information', 'bootstrap' or 'none' was expected, got {standard_errors!r}"
        )
    answers = answers_of(codings, coders=coders, labels=labels)
    slots = Slots(answers)
    if not answers.n_answers:
        nothing = without_answers(answers)
        return DawidSkene(**nothing, prior_errors=nothing["priors"], confusion_errors=nothing["confusion"])
    fit = fitted(slots, tolerance=tolerance, max_iterations=max_iterations)
    rows = slots.posterior(log_of(fit.confusion), log_of(fit.priors))
    if standard_errors == "information":
        errors = information_errors(slots, fit, rows)
    elif standard_errors == "bootstrap":
        errors = bootstrap_errors(
            slots,
            lambda weights: fitted(
                slots,
                start=fit,
                weights=weights,
                tolerance=max(tolerance, 1e-4),
                max_iterations=max_iterations,
            ),
            fit,
            n_boot=n_boot,
            seed=seed,
        )
    else:
        errors = Errors.none(fit.confusion.shape, "none were asked for")
    met = fit.counts.sum(axis=2, keepdims=True) > _MET
    return DawidSkene(
        _method(answers, fit),
        answers.labels,
        answers.coders,
        fit.priors,
        np.where(met, fit.confusion, np.nan),
        slots.for_units(rows, fit.priors),
        fit.log_likelihood,
        fit.n_iterations,
        fit.converged,
        errors.method,
        errors.priors,
        np.where(met, errors.confusion, np.nan),
    )


def fitted(
    slots: Slots,
    *,
    start: Fit | None = None,
    weights: Array | None = None,
    tolerance: float = 1e-6,
    max_iterations: int = 2000,
) -> Fit:
    """The maximum of the likelihood that EM reaches from the vote shares, or from another fit.

    ``weights`` (rows of ``slots``) say how often each row counts. Arguments are those of ``dawid_skene``.

    >>> fit = fitted(Slots(answers_of(["aabb", "aabb", "aaba"])))
    >>> fit.priors.round(2).tolist(), fit.converged
    ([0.5, 0.5], True)
    """
    if start is None:
        expected = slots.counts_given(slots.vote_shares(), weights)
        priors, confusion = _maximised(expected)
    else:
        priors, confusion = start.priors, start.confusion
    done, converged, likelihoods = 0, False, [-np.inf, -np.inf, -np.inf]
    while True:
        # The likelihood belongs to the parameters before the step; these are what is returned.
        expected = slots.expected(log_of(confusion), log_of(priors), weights)
        likelihoods = [*likelihoods[1:], expected.log_likelihood]
        converged = settled(likelihoods, tolerance)
        if converged or done == max_iterations:
            return Fit(priors, confusion, expected.counts, likelihoods[-1], done, converged)
        priors, confusion = _maximised(expected)
        done += 1


def settled(likelihoods: Sequence[float], tolerance: float) -> bool:
    """Is the last of three log-likelihoods of EM within ``tolerance`` of their limit (Aitken's estimate of it)?

    Gains shrink by a constant rate in the end, so that what is still to come is gain · rate / (1 - rate).

    >>> settled([-11.0, -10.1, -10.01], 0.05), settled([-12.0, -11.0, -10.01], 0.05)
    (True, False)
    """
    before, gain = likelihoods[1] - likelihoods[0], likelihoods[2] - likelihoods[1]
    if not np.isfinite(gain):
        return False
    if gain <= 1e-13 * abs(likelihoods[2]):  # no more than rounding
        return True
    rate = gain / before if np.isfinite(before) and before > 0 else 1.0
    return bool(rate < 1 and gain * rate / (1 - rate) <= tolerance)


def _maximised(expected: Expected) -> tuple[Array, Array]:
    priors: Array = expected.classes / expected.classes.sum()
    return priors, ratio(expected.counts, expected.counts.sum(axis=2, keepdims=True))


def _method(answers: Answers, fit: Fit) -> str:
    method = method_of("Dawid-Skene by EM from vote shares", fit.n_iterations, converged=fit.converged)
    active = len(np.unique(answers.coder))
    if active < 3:
        method += f"; {active} coder{'s' * (active > 1)} can't identify the model: don't trust it"
    return method
