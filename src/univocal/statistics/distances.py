"""How far apart are two codes? The distances of Krippendorff's α, each by the name that every result bears.

Two formulas go by the name of MASI. For {A} against {A, B} Passonneau's gives 2/3 and DKPro Agreement's 1/6, so each
carries its maker's name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any

import numpy as np

from univocal.errors import UnivocalError
from univocal.statistics.matrix import Array

SET_DISTANCES = ("jaccard", "masi_passonneau", "masi_dkpro")
DISTANCES = ("nominal", "ordinal", "interval", "ratio", *SET_DISTANCES)


def check_distance(name: str, known: Sequence[str] = DISTANCES) -> str:
    """Is this the name of a distance? Returned unchanged if so.

    >>> check_distance("masi")
    Traceback (most recent call last):
    univocal.errors.UnivocalError: distance must be one of nominal, ordinal, interval, ratio, jaccard, masi_passonneau, masi_dkpro, got 'masi'. Two formulas go by the name MASI: masi_passonneau and masi_dkpro.
    """
    if name not in known:
        masi = " Two formulas go by the name MASI: masi_passonneau and masi_dkpro." if "masi" in name else ""
        raise UnivocalError(f"distance must be one of {', '.join(known)}, got {name!r}.{masi}")
    return name


def numbers(labels: Sequence[Hashable], what: str) -> Array:
    """The labels as numbers, for ``what`` needs them so.

    >>> numbers(["1", "2.5"], "the interval distance").tolist()
    [1.0, 2.5]
    """
    try:
        result: Array = np.array([float(str(label)) for label in labels], dtype=np.float64)
    except ValueError:
        strange = [label for label in labels if not _is_number(label)]
        listed = ", ".join(repr(label) for label in strange[:5])
        raise UnivocalError(
            f"{what} needs numbers as labels, got {listed}. For codes without numbers use 'nominal'."
        ) from None
    return result


def _is_number(label: Hashable) -> bool:
    try:
        float(str(label))
    except ValueError:
        return False
    return True


def interval_distances(values: Array) -> Array:
    """Squared differences, (K, K).

    Krippendorff 2011, https://repository.upenn.edu/asc_papers/43, as the others here.

    >>> interval_distances(np.array([1.0, 3.0])).tolist()
    [[0.0, 4.0], [4.0, 0.0]]
    """
    result: Array = (values[:, None] - values) ** 2
    return result


def ratio_distances(values: Array) -> Array:
    """Squared differences over squared sums, (K, K), for numbers from 0 up.

    >>> ratio_distances(np.array([1.0, 3.0])).tolist()
    [[0.0, 0.25], [0.25, 0.0]]
    """
    if (values < 0).any():
        raise UnivocalError(f"the ratio distance needs numbers from 0 up, got {values.min():g}")
    sums = values[:, None] + values
    result: Array = (values[:, None] - values) ** 2 / np.where(sums == 0, 1.0, sums) ** 2
    return result


def _overlaps(sets: Sequence[Collection[Hashable]]) -> tuple[Array, Array, Array]:
    """Sizes of intersections and unions (K, K), and the smaller set of each pair."""
    frozen = [frozenset(one) for one in sets]
    codes = {code: place for place, code in enumerate(sorted(frozenset().union(*frozen), key=str))}
    member = np.zeros((len(frozen), len(codes)))
    for row, one in zip(member, frozen, strict=True):
        row[[codes[code] for code in one]] = 1
    both = member @ member.T
    sizes = member.sum(axis=1)
    return both, sizes[:, None] + sizes - both, np.minimum(sizes[:, None], sizes)


def jaccard_distances(sets: Sequence[Collection[Hashable]]) -> Array:
    """How far are sets apart, 1 - |A and B| / |A or B|? Two empty sets are equal: distance 0. Shape (K, K).

    Jaccard 1912, doi:10.1111/j.1469-8137.1912.tb05611.x. Taken as it is, not squared: Passonneau 2006 (LREC,
    aclanthology.org/L06-1392).

    >>> jaccard_distances([{"a"}, {"a", "b"}, set()]).tolist()
    [[0.0, 0.5, 1.0], [0.5, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    both, either, _ = _overlaps(sets)
    result: Array = 1 - np.where(either > 0, both / np.maximum(either, 1), 1.0)
    return result


def masi_passonneau_distances(sets: Sequence[Collection[Hashable]]) -> Array:
    """1 - Jaccard × M, where M is 1 for equal sets, 2/3 for a subset, 1/3 for an overlap and 0 for strangers.

    Passonneau 2006 (LREC, aclanthology.org/L06-1392). Shape (K, K).

    >>> masi_passonneau_distances([{"a"}, {"a", "b"}]).round(3).tolist()
    [[0.0, 0.667], [0.667, 0.0]]
    """
    both, either, smaller = _overlaps(sets)
    monotone = np.select([both == either, both == smaller, both > 0], [1.0, 2 / 3, 1 / 3], 0.0)
    result: Array = 1 - (1 - jaccard_distances(sets)) * monotone
    return result


def masi_dkpro_distances(sets: Sequence[Collection[Hashable]]) -> Array:
    """(1 - Jaccard) × M, where M is 0 for equal sets, 1/3 for a subset, 2/3 for an overlap and 1 for strangers.

    This is what DKPro Agreement computes as MASI (Meyer et al. 2014, aclanthology.org/C14-2023). Shape (K, K).

    >>> masi_dkpro_distances([{"a"}, {"a", "b"}]).round(3).tolist()
    [[0.0, 0.167], [0.167, 0.0]]
    """
    both, either, smaller = _overlaps(sets)
    monotone = np.select([both == either, both == smaller, both > 0], [0.0, 1 / 3, 2 / 3], 1.0)
    result: Array = jaccard_distances(sets) * monotone
    return result


def squared_distances(labels: Sequence[Any], name: str) -> Array:
    """The distances between labels by a name of ``DISTANCES`` other than "ordinal", which depends on the data.

    >>> squared_distances([1, 2, 4], "interval")[0].tolist()
    [0.0, 1.0, 9.0]
    """
    if name == "nominal":
        return 1.0 - np.eye(len(labels))
    if name in ("interval", "ratio"):
        values = numbers(labels, f"the {name} distance")
        return interval_distances(values) if name == "interval" else ratio_distances(values)
    return _OF_SETS[check_distance(name, SET_DISTANCES)](labels)


_OF_SETS: dict[str, Callable[[Sequence[Collection[Hashable]]], Array]] = {
    "jaccard": jaccard_distances,
    "masi_passonneau": masi_passonneau_distances,
    "masi_dkpro": masi_dkpro_distances,
}


def scale(labels: Sequence[Hashable], given: Sequence[Hashable] | None, what: str) -> Array:
    """Where do labels stand on a line? Their numbers, or their places in the order ``given``.

    >>> scale(["low", "mid"], ["low", "mid"], "ordinal").tolist(), scale(["10", "2"], None, "ordinal").tolist()
    ([0.0, 1.0], [10.0, 2.0])
    """
    if given is not None and not all(map(_is_number, labels)):
        return np.arange(len(labels), dtype=np.float64)
    try:
        return numbers(labels, what)
    except UnivocalError as error:
        raise UnivocalError(f"{error} Or give labels= in their order.") from None


WEIGHTS = ("identity", "linear", "quadratic", "ordinal")


def agreement_weights(at: Array, name: str) -> Array:
    """How much do two labels at places ``at`` (K,) of a line agree, from 0 to 1? Shape (K, K), 1 on the diagonal.

    "linear" and "quadratic" are 1 - (distance / range) and its square (Cohen 1968, doi:10.1037/h0026256); "ordinal" is
    1 - C(d + 1, 2) / C(K, 2) for d ranks apart (Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 3).

    >>> agreement_weights(np.array([1.0, 2.0, 3.0]), "quadratic")[0].tolist()
    [1.0, 0.75, 0.0]
    """
    if name not in WEIGHTS:
        raise UnivocalError(f"weights must be one of {', '.join(WEIGHTS)} or a matrix, got {name!r}")
    if name == "identity" or len(at) < 2:
        return np.eye(len(at))
    if name == "ordinal":
        ranks = np.searchsorted(np.sort(at), at)
        apart = np.abs(ranks[:, None] - ranks).astype(np.float64)
        result: Array = 1 - apart * (apart + 1) / (len(at) * (len(at) - 1))
        return result
    distance = np.abs(at[:, None] - at) / (at.max() - at.min())
    agreed: Array = 1 - (distance if name == "linear" else distance**2)
    return agreed
