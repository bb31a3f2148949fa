"""Kernel ridge regression over sums of blocks, with exact predictions for papers left out (extra ``train``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from univocal.coders.trained.blocks import Row
from univocal.coders.trained.model import Machine

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Solved:
    """The machine, and for each example the scores of a machine that hadn't seen the example's group."""

    machine: Machine
    left_out: NDArray[np.float32]


def sparse(rows: Sequence[Row], width: int) -> Any:
    """Rows of columns and values as one sparse matrix."""
    from scipy.sparse import csr_array

    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([c for c, _ in rows]) if rows else np.zeros(0, np.int32)
    values = np.concatenate([v for _, v in rows]) if rows else np.zeros(0, np.float32)
    return csr_array((values, columns, ends), shape=(len(rows), width))


def gram(matrix: Any) -> Matrix:
    """Inner products of all rows."""
    product = matrix @ matrix.T
    return np.asarray(product.toarray() if hasattr(product, "toarray") else product, np.float64)


def solve(
    blocks: Mapping[str, tuple[Any, float]], targets: Matrix, penalty: float, groups: NDArray[np.int64]
) -> Solved:
    """Fit every output at once. ``blocks`` are (matrix, weight); ``groups`` tell which examples share a paper.

    The left-out scores are exact: with G the inverse of the regularised Gram matrix and a = G Y, the residual of a
    group that was left out is the solution e of G[g, g] e = a[g] (the block form of the leave-one-out identity,
    Allen 1974, doi:10.1080/00401706.1974.10489157).
    """
    kernel = np.ones((len(targets), len(targets)))
    for matrix, weight in blocks.values():
        kernel += weight * gram(matrix)
    kernel[np.diag_indices_from(kernel)] += penalty
    inverse = _inverse(kernel)
    dual = inverse @ targets
    left_out = np.array(targets)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    for members in np.split(order, starts[1:]):
        left_out[members] -= np.linalg.solve(inverse[np.ix_(members, members)], dual[members])
    primal = {
        name: np.asarray(weight * (matrix.T @ dual), np.float32) for name, (matrix, weight) in blocks.items()
    }
    return Solved(Machine(primal, dual.sum(0).astype(np.float32)), left_out.astype(np.float32))


def _inverse(matrix: Matrix) -> Matrix:
    from scipy.linalg import lapack

    factor, fault = lapack.dpotrf(matrix, lower=1, overwrite_a=1)
    if fault == 0:
        factor, fault = lapack.dpotri(factor, lower=1, overwrite_c=1)
    if fault:
        raise np.linalg.LinAlgError(f"the Gram matrix is singular (LAPACK says {fault})")
    lower = np.tril(factor)
    return np.asarray(lower + np.tril(lower, -1).T)
