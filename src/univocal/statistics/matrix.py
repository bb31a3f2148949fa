"""Coefficients of a table of counts, for many tables at once (the kernels that every bootstrap calls).

A table has the truth in rows and the guess in columns, shape (..., K, M) with M >= K. The first K columns stand
for the same labels as the rows; further columns are guesses that no truth has (off the list, abstained).
Every function reduces the last two axes and gives NaN where its coefficient is undefined.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Products of more multiplications are split over threads by BLAS, and where another process has the processor its threads
#: wait for each other: up to a hundred times as long as without.
_UNSPLIT = 1 << 18


def ratio(above: Array, below: Array) -> Array:
    """What is ``above / below``, with NaN where ``below`` is 0?

    >>> ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0])).tolist()
    [0.5, nan]
    """
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    result: Array = np.full(below.shape, np.nan)
    np.divide(above, below, out=result, where=below != 0)
    return result


def bilinear_forms(first: Array, weights: Array, second: Array) -> Array:
    """What is Σ_kl n_k · weights_kl · m_l of each row n of ``first`` (b, K) and m of ``second``? Shape (b,).

    >>> bilinear_forms(np.array([[1.0, 2.0]]), np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([[1.0, 0.0]])).tolist()
    [2.0]
    """
    step = _UNSPLIT // max(weights.size, 1)
    if step < 64:  # with so many labels small pieces cost more than the threads
        step = len(first)
    pieces = [slice(start, start + step) for start in range(0, max(len(first), 1), max(step, 1))]
    return np.concatenate(
        [np.einsum("bk,kb->b", first[piece], weights @ second[piece].T) for piece in pieces]
    )


def square(table: Array) -> Array:
    """The table with empty rows added, so that each column has a row.

    >>> square(np.ones((1, 2))).tolist()
    [[1.0, 1.0], [0.0, 0.0]]
    """
    rows, columns = table.shape[-2:]
    padding = [(0, 0)] * (table.ndim - 2) + [(0, max(columns - rows, 0)), (0, max(rows - columns, 0))]
    return np.pad(table, padding)


def accuracy_of(table: Array) -> Array:
    """What share of the units lies on the diagonal?

    >>> float(accuracy_of(np.array([[20.0, 10], [20, 50]])))
    0.7
    """
    return ratio(np.trace(table, axis1=-2, axis2=-1), table.sum(axis=(-2, -1)))


def hits_of(table: Array) -> tuple[Array, Array, Array]:
    """Per label: hits, guesses and true units, each of shape (..., K).

    >>> [one.tolist() for one in hits_of(np.array([[20.0, 10], [20, 50]]))]
    [[20.0, 50.0], [40.0, 60.0], [30.0, 70.0]]
    """
    rows = table.shape[-2]
    hits = np.diagonal(table, axis1=-2, axis2=-1)[..., :rows]
    return hits, table.sum(axis=-2)[..., :rows], table.sum(axis=-1)


def precision_of(table: Array) -> Array:
    """Per label: what share of the guesses is right? NaN for a label that was never guessed.

    >>> precision_of(np.array([[20.0, 10], [20, 50]])).round(4).tolist()
    [0.5, 0.8333]
    """
    hits, guessed, _ = hits_of(table)
    return ratio(hits, guessed)


def recall_of(table: Array) -> Array:
    """Per label: what share of its true units was found? NaN for a label without units.

    >>> recall_of(np.array([[20.0, 10], [20, 50]])).round(4).tolist()
    [0.6667, 0.7143]
    """
    hits, _, true = hits_of(table)
    return ratio(hits, true)


def f1_of(table: Array) -> Array:
    """Per label: the harmonic mean of precision and recall. NaN for a label that is neither true nor guessed.

    >>> f1_of(np.array([[20.0, 10], [20, 50]])).round(4).tolist()
    [0.5714, 0.7692]
    """
    hits, guessed, true = hits_of(table)
    return ratio(2 * hits, guessed + true)


def mean_of_defined(values: Array) -> Array:
    """The mean over the last axis of what isn't NaN; NaN where nothing is left.

    >>> float(mean_of_defined(np.array([1.0, np.nan, 0.0])))
    0.5
    """
    there = ~np.isnan(values)
    return ratio(np.where(there, values, 0.0).sum(axis=-1), there.sum(axis=-1).astype(float))


def macro_f1_of(table: Array, labels: Sequence[int] | None = None) -> Array:
    """What is the mean F1 over the labels (all rows, or those at the places ``labels``)?

    A label that is neither true nor guessed has no F1 and is left out of the mean.

    >>> round(float(macro_f1_of(np.array([[20.0, 10], [20, 50]]))), 4)
    0.6703
    """
    scores = f1_of(table)
    return mean_of_defined(scores if labels is None else scores[..., list(labels)])


def kappa_of(table: Array) -> Array:
    """Cohen's κ: agreement beyond what the two margins would give by chance.

    >>> round(float(kappa_of(np.array([[20.0, 10], [20, 50]]))), 3)
    0.348
    """
    table = square(table)
    total = table.sum(axis=(-2, -1))
    observed = ratio(np.trace(table, axis1=-2, axis2=-1), total)
    expected = ratio((table.sum(axis=-1) * table.sum(axis=-2)).sum(axis=-1), total**2)
    # All units in one cell: 1 - expected is 0 up to rounding, and κ is 0/0.
    return ratio(observed - expected, np.where(1 - expected < 1e-12, 0.0, 1 - expected))


def coincidences_of(table: Array) -> Array:
    """The coincidence matrix of two coders who both coded every unit: each unit counts once either way round.

    >>> coincidences_of(np.array([[5.0, 3], [1, 1]])).tolist()
    [[10.0, 4.0], [4.0, 2.0]]
    """
    table = square(table)
    result: Array = table + np.swapaxes(table, -2, -1)
    return result


def alpha_of(coincidences: Array, distance: Array | None = None) -> Array:
    """Krippendorff's α of coincidence matrices (..., K, K), for a matrix of squared distances (nominal if None).

    >>> round(float(alpha_of(coincidences_of(np.array([[5.0, 3], [1, 1]])))), 3)
    0.095
    """
    values = coincidences.shape[-1]
    apart = 1.0 - np.eye(values) if distance is None else distance
    margins = coincidences.sum(axis=-1)
    total = margins.sum(axis=-1)
    observed = (coincidences * apart).sum(axis=(-2, -1))
    expected = ((margins @ apart) * margins).sum(axis=-1)
    return 1 - ratio((total - 1) * observed, expected)
