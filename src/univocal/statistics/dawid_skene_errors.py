"""How far may Dawid & Skene's estimates be off? Standard errors from the observed information, or a bootstrap.

Each prior and each row of a confusion matrix is taken in log-odds (softmax) coordinates η, less its cells on the
boundary. There, the complete-data score of a unit under true label t is its counts less what t predicts, and
Louis 1982 (doi:10.1111/j.2517-6161.1982.tb01203.x, eq. 3.2) gives the observed information at the maximum as
the complete information less the conditional covariance of the score:

    I = Σ_u E[-S'_u | answers] - Σ_u (E[S_u S_uᵀ | answers] - E[S_u | answers] E[S_u | answers]ᵀ)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from univocal.statistics.aggregate_slots import Slots
from univocal.statistics.matrix import Array

#: A cell with fewer expected answers than this lies on the boundary, where it has no standard error.
_BOUNDARY = 0.01
#: No matrix with more rows than this is inverted (its cost grows with the cube).
_MOST_PARAMETERS = 2500
#: So many cells (units × keys) are worked on at once.
_CELLS = 1 << 20
#: In coordinates where the complete data have information 1, less than this is none.
_SINGULAR = 1e-7


class Parameters(Protocol):
    """What errors are computed at: shapes (labels,), and twice (coders, true, given)."""

    @property
    def priors(self) -> Array:
        """How common is each true label?"""

    @property
    def confusion(self) -> Array:
        """With which probability does each coder give each label to each true label?"""

    @property
    def counts(self) -> Array:
        """How many such answers are expected?"""


@dataclass(frozen=True, slots=True)
class Errors:
    """Standard errors of ``priors`` (labels,) and ``confusion`` (coders, true, given), NaN where there is none."""

    priors: Array
    confusion: Array
    method: str

    @staticmethod
    def none(shape: tuple[int, ...], why: str) -> Errors:
        """No standard errors for a confusion of this shape, and why.

        >>> Errors.none((1, 2, 2), "none were asked for").priors.tolist()
        [nan, nan]
        """
        return Errors(np.full(shape[1], np.nan), np.full(shape, np.nan), why)


def information_errors(slots: Slots, fit: Parameters, posterior: Array) -> Errors:
    """Standard errors of a fit from the inverse of its observed information.

    Cells on the boundary (fewer than 0.01 expected answers) have none, and the others are for the model in which
    these cells are held there. ``posterior`` has shape (rows of ``slots``, labels).

    >>> from univocal.statistics.answers import answers_of
    >>> from univocal.statistics.dawid_skene_em import dawid_skene
    >>> dawid_skene(["aabb" * 9] * 3).prior_errors.round(4).tolist()  # all agree: √(p (1 - p) / n)
    [0.0833, 0.0833]
    """
    coders, labels = slots.shape
    shares = np.concatenate([fit.priors, np.nan_to_num(fit.confusion).transpose(1, 0, 2).ravel()])
    classes = posterior.T @ slots.weights
    expected = np.concatenate([classes, fit.counts.transpose(1, 0, 2).ravel()])
    inner = expected >= _BOUNDARY
    basis, starts = _basis(inner, labels)
    n_parameters = basis.shape[1]
    if n_parameters == 0:
        return Errors.none(fit.confusion.shape, "undefined: every parameter lies on the boundary")
    if n_parameters > _MOST_PARAMETERS:
        why = (
            f"none: {n_parameters} parameters are too many to invert their information; ask for the bootstrap"
        )
        return Errors.none(fit.confusion.shape, why)
    complete = _complete_information(shares, expected, inner, labels)
    information = basis.T @ (complete - _missing_information(slots, fit, posterior, inner)) @ basis
    scale = 1 / np.sqrt(np.diag(basis.T @ complete @ basis))
    values, vectors = np.linalg.eigh(information * np.outer(scale, scale))
    if values[0] < _SINGULAR:
        why = "undefined: the observed information is singular, so the data don't identify all parameters"
        return Errors.none(fit.confusion.shape, why)
    # the covariance of η, and from it of the shares: their derivative by η is diag(p) - p pᵀ in each row
    root = (basis * scale) @ (vectors / np.sqrt(values))
    weighted = shares[inner, None] * root
    sums = np.add.reduceat(weighted, starts, axis=0)
    sizes = np.diff([*starts, len(root)])
    spread = weighted - shares[inner, None] * np.repeat(sums, sizes, axis=0)
    errors = np.full(len(shares), np.nan)
    errors[inner] = np.sqrt((spread**2).sum(axis=1))
    lone = np.zeros(len(shares), dtype=bool)
    lone[np.flatnonzero(inner)] = np.repeat(sizes == 1, sizes)
    errors[lone] = np.nan  # all other cells of the row are on the boundary, and so is this one
    method = "observed information (Louis 1982)"
    if lone.any() or not inner.all():
        method += "; none for parameters on the boundary, which are held fixed: the others may be too small"
    confusion = errors[labels:].reshape(labels, coders, labels).transpose(1, 0, 2)
    return Errors(errors[:labels], confusion, method)


def bootstrap_errors(
    slots: Slots, refit: Callable[[Array], Parameters], fit: Parameters, *, n_boot: int, seed: int
) -> Errors:
    """Standard deviations over fits to resampled units; each starts from the whole fit, so that no label switches.

    ``refit`` takes how often each row counts. A cell's spread is over the resamples in which it is
    defined; a cell that is the same in all of them lies on the boundary and has no error.

    >>> from univocal.statistics.dawid_skene_em import dawid_skene
    >>> result = dawid_skene(["aabb" * 9] * 3, standard_errors="bootstrap", n_boot=400)
    >>> bool(abs(result.prior_errors[0] - 0.0833) < 0.01)
    True
    """
    if n_boot < 2:
        return Errors.none(fit.confusion.shape, "none: fewer than 2 resamples")
    rng = np.random.default_rng(seed)
    spread = Spread()
    n_units = int(slots.weights.sum())
    for _ in range(n_boot):
        one = refit(rng.multinomial(n_units, slots.weights / n_units).astype(np.float64))
        spread.add(np.concatenate([one.priors, one.confusion.ravel()]))
    errors = spread.deviation()
    errors[errors == 0] = np.nan  # the same in every resample: on the boundary
    labels = len(fit.priors)
    method = f"bootstrap over units, {n_boot} resamples"
    if n_units < 20:
        method += "; fewer than 20 units: don't trust them"
    return Errors(errors[:labels], errors[labels:].reshape(fit.confusion.shape), method)


class Spread:
    """The standard deviation of vectors that come one by one (Welford 1962, doi:10.2307/1266577), NaN left out.

    >>> spread = Spread()
    >>> for value in (1.0, 2.0, 3.0):
    ...     spread.add(np.array([value, np.nan]))
    >>> spread.deviation().tolist()
    [1.0, nan]
    """

    def __init__(self) -> None:
        self.n: Array = np.zeros(0)
        self.mean: Array = np.zeros(0)
        self.squares: Array = np.zeros(0)

    def add(self, vector: Array) -> None:
        """Count one vector more."""
        if not len(self.n):
            self.n, self.mean, self.squares = (np.zeros(len(vector)) for _ in range(3))
        there = ~np.isnan(vector)
        off = np.where(there, vector - self.mean, 0.0)
        self.n += there
        self.mean += off / np.maximum(self.n, 1)
        self.squares += off * np.where(there, vector - self.mean, 0.0)

    def deviation(self) -> Array:
        """The standard deviation of each component so far; NaN with fewer than two values."""
        result: Array = np.sqrt(self.squares / np.maximum(self.n - 1, 1))
        result[self.n < 2] = np.nan
        return result


def _basis(inner: np.typing.NDArray[np.bool_], labels: int) -> tuple[Array, np.typing.NDArray[np.intp]]:
    """Orthonormal directions in which shares of each row can move while they sum to 1; and where rows start."""
    sizes = inner.reshape(-1, labels).sum(axis=1)
    sizes = sizes[sizes > 0]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
    basis = np.zeros((int(sizes.sum()), int((sizes - 1).sum())))
    column = 0
    for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
        for k in range(1, size):  # Helmert's contrasts
            basis[start : start + k, column] = 1
            basis[start + k, column] = -k
            basis[:, column] /= np.sqrt(k * (k + 1))
            column += 1
    return basis, starts


def _complete_information(
    shares: Array, expected: Array, inner: np.typing.NDArray[np.bool_], labels: int
) -> Array:
    """Block-diagonal: n (diag(p) - p pᵀ) for each row of shares p with n expected answers."""
    row = np.repeat(np.arange(len(shares) // labels), labels)[inner]
    n = expected.reshape(-1, labels).sum(axis=1)[row]
    same = row[:, None] == row[None, :]
    result: Array = -np.outer(shares[inner], shares[inner]) * same * n[:, None]
    result[np.diag_indices(len(result))] += n * shares[inner]
    return result


def _missing_information(
    slots: Slots, fit: Parameters, posterior: Array, inner: np.typing.NDArray[np.bool_]
) -> Array:
    """The expected conditional covariance of the complete score, of the inner parameters alone.

    A unit's score under label t is e_t - priors, and in t's block counts c less n_coder · confusion[t]: linear
    in [1, c]. So sums of [1, c] [1, c]ᵀ, weighted by Cov(1[t], 1[s]) of the posterior, are all that is needed.
    """
    coders, labels = slots.shape
    width = 1 + slots.n_keys
    maps = [_score_map(fit, t, coders, labels) for t in range(labels)]
    pairs = [(t, s) for t in range(labels) for s in range(t, labels)]
    grams = {pair: np.zeros((width, width)) for pair in pairs}
    step = max(1, _CELLS // width)
    for start in range(0, slots.n_rows, step):
        stop = min(start + step, slots.n_rows)
        counts = np.hstack([np.ones((stop - start, 1)), slots.counts_of(start, stop)])
        share, weight = posterior[start:stop], slots.weights[start:stop]
        for t, s in pairs:
            apart = weight * (share[:, t] * (t == s) - share[:, t] * share[:, s])
            used = np.flatnonzero(apart)
            some = counts if len(used) == len(counts) else counts[used]
            grams[t, s] += some.T @ (some * apart[used, None])
    size = labels + labels * slots.n_keys
    result = np.zeros((size, size))
    # The score's part for the priors is 1[t] for row t; its part for confusion[:, t] is 1[t] · (map_t counts).
    where = [np.r_[t, labels + t * slots.n_keys : labels + (t + 1) * slots.n_keys] for t in range(labels)]
    for t, s in pairs:
        block = maps[t] @ grams[t, s] @ maps[s].T
        result[np.ix_(where[t], where[s])] = block
        if t != s:
            result[np.ix_(where[s], where[t])] = block.T
    return result[np.ix_(inner, inner)]


def _score_map(fit: Parameters, true: int, coders: int, labels: int) -> Array:
    """From [1, counts] to the score's part for one true label: [1, counts less what the confusion predicts]."""
    result = np.eye(1 + coders * labels)
    for coder in range(coders):
        at = slice(1 + coder * labels, 1 + (coder + 1) * labels)
        result[at, at] -= np.nan_to_num(fit.confusion[coder, true])[:, None]
    return result
