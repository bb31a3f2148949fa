"""Columns of numbers as users give them, checked once: every fault names the column and the place."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from univocal.errors import InputError
from univocal.statistics.matrix import Array

#: So many faults of a column are told; their number is told in any case.
_TOLD = 5


def numbers(name: str, values: ArrayLike, *, above: float | None = None, missing: bool = False) -> Array:
    """The column as floats. Where ``missing`` is allowed, None and NaN stay as NaN; otherwise each is a fault.

    >>> numbers("weights", [1, 0], above=0)
    Traceback (most recent call last):
    univocal.errors.InputError: weights[1]: a number above 0 was expected, got 0
    """
    try:
        result = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name}: numbers were expected, got {_first_stranger(values)}") from None
    if result.ndim != 1:
        raise InputError(f"{name}: one number for each paper was expected, got {result.ndim} dimensions")
    bad = np.isinf(result) if missing else ~np.isfinite(result)
    if above is not None:
        bad |= result <= above
    wanted = "a number" if above is None else f"a number above {above:g}"
    _refuse(name, result, bad, wanted)
    return result


def zeros_and_ones(name: str, values: ArrayLike) -> Array:
    """The column as 0, 1 and NaN.

    >>> zeros_and_ones("gold", [True, None, 0]).tolist()
    [1.0, nan, 0.0]
    >>> zeros_and_ones("gold", [1, 2])
    Traceback (most recent call last):
    univocal.errors.InputError: gold[1]: 0, 1 or nothing (None, NaN) was expected, got 2
    """
    result = numbers(name, values, missing=True)
    _refuse(name, result, ~(np.isnan(result) | (result == 0) | (result == 1)), "0, 1 or nothing (None, NaN)")
    return result


def probabilities(name: str, values: ArrayLike, *, missing: bool = False) -> Array:
    """The column as numbers in [0, 1]. Where ``missing`` is allowed, None and NaN stay as NaN.

    >>> probabilities("machine", [0.2, 1]).tolist()
    [0.2, 1.0]
    """
    result = numbers(name, values, missing=missing)
    _refuse(name, result, (result < 0) | (result > 1), "a number in [0, 1]")
    return result


def same_sizes(**columns: Array | NDArray[Any] | None) -> None:
    """Refuse columns of different lengths.

    >>> same_sizes(gold=np.zeros(2), machine=np.zeros(3))
    Traceback (most recent call last):
    univocal.errors.InputError: one value for each paper was expected: gold has 2, machine has 3
    """
    sizes = {name: len(column) for name, column in columns.items() if column is not None}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise InputError(f"one value for each paper was expected: {told}")


def places_of(
    name: str, values: ArrayLike | Sequence[Hashable]
) -> tuple[tuple[Hashable, ...], NDArray[np.intp]]:
    """The distinct values of a column of names, sorted, and at which of them each paper is.

    >>> names, places = places_of("strata", ["b", "a", "b"])
    >>> names, places.tolist()
    (('a', 'b'), [1, 0, 1])
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "biuU":  # nothing can be missing: the fast way
        found, at_found = np.unique(values, return_inverse=True)
        return tuple(found.tolist()), at_found.astype(np.intp)
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)  # type: ignore[arg-type]
    bad = [at for at, one in enumerate(listed) if one is None or one != one]  # noqa: PLR0124 - NaN
    if bad:
        faults = [f"{name}[{at}]: a name was expected, got nothing" for at in bad[:_TOLD]]
        raise InputError(faults + ([f"{name}: and {len(bad) - _TOLD} more"] if len(bad) > _TOLD else []))
    known = sorted(set(listed), key=lambda one: (type(one).__name__, one))
    at = {one: place for place, one in enumerate(known)}
    return tuple(known), np.fromiter((at[one] for one in listed), dtype=np.intp, count=len(listed))


def strata_places(
    strata: tuple[ArrayLike, ArrayLike] | None, n_gold: int, n_rest: int
) -> tuple[tuple[Hashable, ...], NDArray[np.intp], NDArray[np.intp]]:
    """The strata of papers with gold and without; one stratum where ``strata`` is None.

    >>> strata_places(None, 1, 2)[0]
    ('all',)
    """
    if strata is None:
        return ("all",), np.zeros(n_gold, dtype=np.intp), np.zeros(n_rest, dtype=np.intp)
    first, second = (np.asarray(one, dtype=object) for one in strata)
    if (len(first), len(second)) != (n_gold, n_rest):
        raise InputError(
            f"strata: a name for each of {n_gold} papers with gold and of {n_rest} without was expected, "
            f"got {len(first)} and {len(second)}"
        )
    names, places = places_of("strata", np.concatenate([first, second]))
    return names, places[:n_gold], places[n_gold:]


def _refuse(name: str, values: Array, bad: NDArray[np.bool_], wanted: str) -> None:
    where = np.flatnonzero(bad)
    if len(where):
        faults = [f"{name}[{at}]: {wanted} was expected, got {values[at]:g}" for at in where[:_TOLD].tolist()]
        raise InputError(faults + ([f"{name}: and {len(where) - _TOLD} more"] if len(where) > _TOLD else []))


def _first_stranger(values: Any) -> str:
    for at, one in enumerate(values if isinstance(values, Sequence) else ()):
        try:
            float("nan" if one is None else one)
        except (TypeError, ValueError):
            return f"{one!r} at {at}"
    return type(values).__name__
