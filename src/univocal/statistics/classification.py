"""How well do guesses meet a truth? Accuracy, F1, the confusion matrix.

A guess may be missing (None): it then counts as wrong everywhere, in a column of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from univocal.statistics import matrix
from univocal.statistics.bootstrap import Resamples, cluster_bootstrap
from univocal.statistics.labels import label_set, places, same_length, tables
from univocal.statistics.matrix import Array
from univocal.statistics.result import Estimate

Labels = Sequence[Hashable]


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often was each true label (row) guessed as each label (column)? The last column counts missing guesses."""

    labels: tuple[Hashable, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How well one label is found: precision, recall and F1, with the number of true units and of guesses."""

    label: Hashable
    precision: Estimate
    recall: Estimate
    f1: Estimate
    n_true: int
    n_guessed: int


def _tables(
    truth: Labels, guess: Labels, clusters: Labels | None, labels: Labels | None
) -> tuple[Array, Labels]:
    same_length(truth, guess)
    known = label_set(truth, guess, labels=labels)
    columns = places(guess, known)
    columns[columns < 0] = len(known)
    return tables(places(truth, known), columns, (len(known), len(known) + 1), clusters), known


def confusion_matrix(truth: Labels, guess: Labels, *, labels: Labels | None = None) -> Confusion:
    """How often was each true label guessed as each label?

    >>> confusion_matrix(["a", "a", "b"], ["a", "b", None]).counts
    ((1, 1, 0), (0, 0, 1))
    """
    parts, known = _tables(truth, guess, None, labels)
    return Confusion(tuple(known), tuple(tuple(int(x) for x in row) for row in parts.sum(axis=0)))


def accuracy(
    truth: Labels,
    guess: Labels,
    *,
    clusters: Labels | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """What share of the guesses is right?

    Args:
        truth: n labels.
        guess: n labels; None is a missing guess, which is wrong.
        clusters: n names of the clusters that the units come in (papers); each unit is its own where None.
        level: nominal coverage of the interval, in (0, 1).
        n_boot: resamples of the cluster bootstrap; 0 for no interval.
        seed: of the resampling.

    >>> accuracy(["a", "a", "b", "b"], ["a", "b", "b", None]).value
    0.5
    """
    parts, _ = _tables(truth, guess, clusters, None)
    return _estimate(parts, matrix.accuracy_of, n=len(truth), level=level, n_boot=n_boot, seed=seed)


def macro_f1(
    truth: Labels,
    guess: Labels,
    *,
    labels: Labels | None = None,
    clusters: Labels | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> Estimate:
    """What is the mean F1 over labels (those of ``labels``, or all that occur)?

    A label that is neither true nor guessed has no F1 and is left out of the mean. Other arguments as ``accuracy``.

    >>> round(macro_f1(["a", "a", "b", "b"], ["a", "b", "b", "b"]).value, 4)
    0.7333
    """
    parts, known = _tables(truth, guess, clusters, None)
    wanted = [place for place, label in enumerate(known) if labels is None or label in labels]
    return _estimate(
        parts, lambda t: matrix.macro_f1_of(t, wanted), n=len(truth), level=level, n_boot=n_boot, seed=seed
    )


def precision_recall_f1(
    truth: Labels,
    guess: Labels,
    *,
    labels: Labels | None = None,
    clusters: Labels | None = None,
    level: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> tuple[LabelScore, ...]:
    """How well is each label found? One score for each of ``labels`` (which must hold all that occur).

    >>> [(s.label, s.precision.value, s.recall.value) for s in precision_recall_f1(["a", "a", "b"], ["a", "b", "b"])]
    [('a', 1.0, 0.5), ('b', 0.5, 1.0)]
    """
    parts, known = _tables(truth, guess, clusters, labels)
    drawn = Resamples(parts, level=level, n_boot=n_boot, seed=seed)
    return tuple(label_score(drawn, place, label) for place, label in enumerate(known))


def label_score(drawn: Resamples, place: int, label: Hashable, *, columns: int | None = None) -> LabelScore:
    """How well is the label at one place of resampled tables found, counting only the first ``columns`` columns?"""
    _, guessed, true = (int(counts[0, place]) for counts in matrix.hits_of(drawn.total[..., :columns]))
    n = int(drawn.total[..., :columns].sum())

    def estimate(of: Callable[[Array], Array], units: int, why: str) -> Estimate:
        return drawn.estimate(lambda t: of(t[..., :columns])[..., place], n=units, why_undefined=why)

    return LabelScore(
        label,
        estimate(matrix.precision_of, guessed, "never guessed"),
        estimate(matrix.recall_of, true, "no true units"),
        estimate(matrix.f1_of, n, "neither true nor guessed"),
        true,
        guessed,
    )


def _estimate(
    parts: Array, statistic: Callable[[Array], Array], *, n: int, level: float, n_boot: int, seed: int
) -> Estimate:
    return cluster_bootstrap(
        parts, statistic, n=n, level=level, n_boot=n_boot, seed=seed, why_undefined="no units"
    )
