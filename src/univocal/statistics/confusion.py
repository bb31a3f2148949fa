"""How well does each coder code, against an aggregate of all coders or against adjudicated codes?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from univocal.errors import UnivocalError
from univocal.statistics import matrix
from univocal.statistics.aggregate_result import Aggregate
from univocal.statistics.answers import Answers, answers_of
from univocal.statistics.bootstrap import Resamples, sum_by_cluster
from univocal.statistics.codings import CELLS, Codings
from univocal.statistics.exact import exact_bounds
from univocal.statistics.labels import label_set, missing, same_length
from univocal.statistics.matrix import Array
from univocal.statistics.result import Estimate, check_level, undefined

_BY_AGGREGATE = (
    "the truth is an aggregate that this coder's answers helped to make, and its posterior is taken as known: "
    "the share tends to be too high, and the true interval is wider"
)
#: Against an aggregate, fewer expected units than this (none, when rounded) tell nothing.
_FEWEST = 0.5
_DEPENDENT = "answers to the same unit were counted as independent: name clusters to mend it"


@dataclass(frozen=True, slots=True, eq=False)
class CoderReport:
    """One coder's answers against the truth.

    ``counts`` (true, given) has a row and a column for each of ``labels``; against an aggregate it holds expected
    counts. ``n_answers`` is their sum. ``recall`` and ``precision`` have one Estimate for each label: which share
    of its true units got the label, which share of the units that got it are true. Their ``n`` are the true units
    and the answers with that label (rounded where they are expected counts; undefined below half a unit).
    """

    coder: Hashable
    labels: tuple[Hashable, ...]
    n_answers: int
    counts: Array
    accuracy: Estimate
    recall: tuple[Estimate, ...]
    precision: tuple[Estimate, ...]


def coder_report(
    codings: Codings | Answers,
    truth: Aggregate | Sequence[Hashable],
    *,
    coders: Sequence[Hashable] | None = None,
    labels: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> tuple[CoderReport, ...]:
    """How often is each coder right, and which labels do they find and mistake?

    Args:
        codings: coders × units of labels, None or NaN where missing; or Answers.
        truth: an aggregate of the same units (its posterior weighs each answer), or the true label of each unit,
            None where it is unknown. Units without truth are left out. Give adjudicated codes where you have
            them: an aggregate shares the errors of the coders that made it.
        coders: a name for each row; rows of one name are one coder.
        labels: every label that may occur, in order; those that occur, sorted, where None.
        clusters: a name for each unit (its paper, say), whose units aren't independent; each its own where None.
        level: nominal coverage of intervals, in (0, 1).
        n_boot: resamples of the cluster bootstrap, used where there are clusters.
        seed: of the bootstrap.

    Returns:
        One report for each coder, in order. Intervals are Clopper and Pearson's; with clusters they are percentiles
        of a bootstrap over clusters. ``caution`` says what speaks against them.

    Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404.

    >>> ann, bob = coder_report(["aabb", "abbb"], "aabb")
    >>> ann.accuracy.value, bob.accuracy.value, bob.counts.tolist(), bob.recall[0].value
    (1.0, 0.75, [[1.0, 1.0], [0.0, 2.0]], 0.5)
    """
    check_level(level)
    answers = answers_of(codings, coders=coders, labels=labels)
    if answers.are_sets:
        raise UnivocalError(
            "codings: single labels were expected, got sets. Ask about one label at a time: Answers.recoded."
        )
    known, shares, soft = _truth(answers, truth, labels)
    if clusters is not None:
        same_length(clusters, shares)
    column = np.array([known.index(label) for label in answers.labels], dtype=np.intp)
    order = np.argsort(answers.coder, kind="stable")
    ends = np.cumsum(np.bincount(answers.coder, minlength=answers.n_coders))
    reports = []
    for name, rows in zip(answers.coders, np.split(order, ends[:-1]), strict=True):
        unit, given = answers.unit[rows], column[answers.label[rows]]
        there = ~np.isnan(shares[unit, :1]).any(axis=1)
        unit, given = unit[there], given[there]
        counts = _counts(shares, unit, given)
        caution = _BY_AGGREGATE if soft else ""
        if clusters is None:
            if len(np.unique(unit)) < len(unit):
                caution = "; ".join(filter(None, (caution, _DEPENDENT)))
            scores = _exact(counts, level, caution)
        else:
            tables = np.zeros((len(unit), len(known), len(known)))
            tables[np.arange(len(unit)), :, given] = shares[unit]
            drawn = Resamples(
                sum_by_cluster(tables, [clusters[place] for place in unit.tolist()]),
                level=level, n_boot=n_boot, seed=seed,
            )  # fmt: skip
            scores = _resampled(drawn, counts, caution)
        reports.append(CoderReport(name, known, len(unit), counts, *scores))
    return tuple(reports)


def _truth(
    answers: Answers, truth: Aggregate | Sequence[Hashable], labels: Sequence[Hashable] | None
) -> tuple[tuple[Hashable, ...], Array, bool]:
    """All labels, and how probable each is for each unit (NaN where unknown); is the truth an aggregate?"""
    if not isinstance(truth, (Sequence, np.ndarray)):
        same_length(truth.posterior, range(answers.n_units))
        known = tuple(label_set(truth.labels, answers.labels, labels=labels))
        shares = np.zeros((answers.n_units, len(known)))
        shares[:, [known.index(label) for label in truth.labels]] = truth.posterior
        return known, shares, True
    values = truth.tolist() if isinstance(truth, np.ndarray) else truth
    same_length(values, range(answers.n_units))
    known = tuple(label_set(answers.labels, list(dict.fromkeys(values)), labels=labels))
    at = {label: place for place, label in enumerate(known)}
    places = np.fromiter((-1 if missing(one) else at[one] for one in values), np.intp, len(values))
    shares = np.zeros((len(places), len(known)))
    shares[np.flatnonzero(places >= 0), places[places >= 0]] = 1
    shares[places < 0] = np.nan
    return known, shares, False


def _counts(shares: Array, unit: NDArray[np.int32], given: NDArray[np.intp]) -> Array:
    """How often was each true label (row) given as each label (column)? Found in blocks of answers."""
    n_labels = shares.shape[1]
    counts = np.zeros((n_labels, n_labels))
    step = max(1, CELLS // max(1, n_labels))
    for start in range(0, len(unit), step):
        block, label = shares[unit[start : start + step]], given[start : start + step]
        for true in range(n_labels):
            counts[true] += np.bincount(label, block[:, true], minlength=n_labels)
    return counts


Scores = tuple[Estimate, tuple[Estimate, ...], tuple[Estimate, ...]]


def _exact(counts: Array, level: float, caution: str) -> Scores:
    hits, given, true = matrix.hits_of(counts)
    above = np.concatenate([[hits.sum()], hits, hits])
    below = np.concatenate([[counts.sum()], true, given])
    # sums of shares may differ from the whole by rounding
    above = np.minimum(above, below)
    low, high = exact_bounds(above, below, level=level)
    values = matrix.ratio(above, below)
    method = "Clopper-Pearson (exact binomial)"
    if caution.startswith(_BY_AGGREGATE):
        method = "Clopper-Pearson of expected counts"
    found = [
        undefined(_nothing(n), level=level, n=0)
        if n < _FEWEST
        else Estimate(value, a, b, level, round(n), method, None, caution)
        for value, a, b, n in zip(values.tolist(), low.tolist(), high.tolist(), below.tolist(), strict=True)
    ]
    half = 1 + len(hits)
    return found[0], tuple(found[1:half]), tuple(found[half:])


def _resampled(drawn: Resamples, counts: Array, caution: str) -> Scores:
    def made(statistic: Callable[[Array], Array], n: float) -> Estimate:
        if n < _FEWEST:
            return undefined(_nothing(n), level=drawn.level, n=0)
        return _with(drawn.estimate(statistic, n=round(n), why_undefined=_nothing(0)), caution)

    def one_of(statistic: Callable[[Array], Array], label: int) -> Callable[[Array], Array]:
        return lambda sums: statistic(sums)[..., label]

    _, given, true = matrix.hits_of(counts)
    return (
        made(matrix.accuracy_of, float(counts.sum())),
        tuple(made(one_of(matrix.recall_of, label), n) for label, n in enumerate(true.tolist())),
        tuple(made(one_of(matrix.precision_of, label), n) for label, n in enumerate(given.tolist())),
    )


def _nothing(n: float) -> str:
    """Why is there no share of n units, n < 1/2?"""
    return "fewer than half such a unit is expected" if n > 0 else "no such units"


def _with(one: Estimate, caution: str) -> Estimate:
    if one.value is None or not caution:
        return one
    return replace(one, caution="; ".join(filter(None, (caution, one.caution))))
