"""The table of a variable whose answers are sets of codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from univocal.estimates.tables import (
    ABSTAINED,
    OFF,
    Settings,
    Table,
    Units,
    calibration_of,
    draw,
    selective_of,
)
from univocal.statistics import matrix
from univocal.statistics.alpha import NO_VARIATION
from univocal.statistics.bootstrap import Resamples, sum_by_cluster
from univocal.statistics.classification import LabelScore
from univocal.statistics.distances import jaccard_distances
from univocal.statistics.labels import places, tables
from univocal.statistics.matrix import Array, ratio
from univocal.statistics.result import Estimate

Sets = list[frozenset[str]]


def set_table(units: Units, labels: Sequence[str], settings: Settings) -> Table:
    """Figures of a variable that has any number of codes for a paper (the empty set is an answer).

    Accuracy is the share of sets that are the same, κ that of whole sets; α uses Jaccard distance. ``OFF`` and an
    abstention (in the ``all`` figures) are sets of their own that share nothing with any other.

    >>> units = Units((("a", "b"), ()), (("a",), ()), ("p1", "p2"))
    >>> set_table(units, ["a", "b"], Settings(n_boot=0)).coded["jaccard"].value
    0.75
    """
    truth: Sets = [frozenset(t) for t in units.truth]
    guess: Sets = [frozenset((ABSTAINED,) if g is None else g) for g in units.guess]
    kept = np.array([g is not None for g in units.guess], dtype=np.float64)
    hits = sum_by_cluster(_hits(truth, guess, labels), units.papers)
    # Each paper is one unit here, so what isn't coded is left out by a weight of 0 and still resampled.
    weight = sum_by_cluster(kept, units.papers)
    share = draw(np.stack([weight, np.ones(len(weight))], axis=1), settings)
    coded, whole = draw(hits * weight[:, None, None], settings), draw(hits, settings)
    n_coded = len(truth) - units.n_abstained
    return Table(
        unit="paper",
        n=len(truth),
        n_papers=len(set(units.papers)),
        n_abstained=units.n_abstained,
        n_off=sum(g == {OFF} for g in guess),
        coverage=share.estimate(lambda s: ratio(s[:, 0], s[:, 1]), n=len(truth)),
        coded={**_of_sets(truth, guess, units.papers, weight, settings), **_of_hits(coded, n_coded)},
        all={**_of_sets(truth, guess, units.papers, weight**0, settings), **_of_hits(whole, len(truth))},
        codes=tuple(_score(coded, i, label, n_coded) for i, label in enumerate(labels)),
        codes_all=tuple(_score(whole, i, label, len(truth)) for i, label in enumerate(labels)),
        columns=(),
        confusion=None,
        calibration=calibration_of(units, settings),
        selective=selective_of(units, settings),
    )


def _hits(truth: Sets, guess: Sets, labels: Sequence[str]) -> Array:
    """Per unit and label: hit, guessed, true. The last row is the guess that is no label (not asked)."""
    known = (*labels, OFF)
    rows = [
        [[float(one in t and one in g), float(one in g), float(one in t)] for one in known]
        for t, g in zip(truth, guess, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(truth), len(known), 3)


def _of_sets(
    truth: Sets, guess: Sets, papers: Sequence[str], weight: Array, settings: Settings
) -> dict[str, Estimate]:
    """Figures of whole sets: the same, how near, beyond chance."""
    known = sorted({*truth, *guess}, key=lambda one: (len(one), sorted(one)))
    apart = jaccard_distances(known)
    pairs = tables(places(truth, known), places(guess, known), (len(known), len(known)), papers)
    drawn = draw(pairs * weight[:, None, None], settings)
    statistics: dict[str, Callable[[Array], Array]] = {
        "accuracy": matrix.accuracy_of,
        "jaccard": lambda t: ratio((t * (1 - apart)).sum((-2, -1)), t.sum((-2, -1))),
        "kappa": matrix.kappa_of,
        "alpha": lambda t: matrix.alpha_of(matrix.coincidences_of(t), apart),
    }
    n = int(weight.sum())
    return {name: drawn.estimate(of, n=n, why_undefined=NO_VARIATION) for name, of in statistics.items()}


def _of_hits(drawn: Resamples, n: int) -> dict[str, Estimate]:
    """Figures of single codes, counted over all papers."""
    why = "no code is true or guessed"
    return {
        "micro_f1": drawn.estimate(
            lambda h: ratio(2 * h[..., 0].sum(-1), (h[..., 1] + h[..., 2]).sum(-1)), n=n, why_undefined=why
        ),
        "macro_f1": drawn.estimate(
            lambda h: matrix.mean_of_defined(_f1(h)[..., :-1]), n=n, why_undefined=why
        ),
    }


def _f1(hits: Array) -> Array:
    return ratio(2 * hits[..., 0], hits[..., 1] + hits[..., 2])


def _score(drawn: Resamples, place: int, label: str, n: int) -> LabelScore:
    _, guessed, true = (int(x) for x in drawn.total[0, place])
    return LabelScore(
        label,
        drawn.estimate(
            lambda h: ratio(h[:, place, 0], h[:, place, 1]), n=guessed, why_undefined="never guessed"
        ),
        drawn.estimate(
            lambda h: ratio(h[:, place, 0], h[:, place, 2]), n=true, why_undefined="no true units"
        ),
        drawn.estimate(lambda h: _f1(h)[:, place], n=n, why_undefined="neither true nor guessed"),
        true,
        guessed,
    )
