"""Does a confidence of .8 mean right eight times in ten?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from univocal.errors import UnivocalError
from univocal.statistics.labels import same_length
from univocal.statistics.result import Estimate, undefined


@dataclass(frozen=True, slots=True)
class Bin:
    """Units whose confidence lies in (low, high], the first bin closed: their number, mean confidence, share right."""

    low: float
    high: float
    n: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """The expected calibration error, and the bins that it was computed from."""

    error: Estimate
    bins: tuple[Bin, ...]


def expected_calibration_error(
    confidence: Sequence[float], right: Sequence[bool], *, n_bins: int = 10, level: float = 0.95
) -> Calibration:
    """By how much does confidence miss the share of right answers, on average over bins of equal width?

    Args:
        confidence: n values in [0, 1].
        right: n flags.
        n_bins: bins of equal width over [0, 1].
        level: carried along; there is no interval, because resampling inflates this error.

    Naeini et al. 2015, doi:10.1609/aaai.v29i1.9602.

    >>> round(expected_calibration_error([0.9, 0.9, 0.6, 0.6], [True, True, True, False]).error.value, 3)
    0.1
    """
    same_length(confidence, right)
    if not len(confidence):
        return Calibration(undefined("no units with a confidence", level=level, n=0), ())
    values, hits = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise UnivocalError("confidence must be in [0, 1]; give shares, not percentages or logits")
    # The rounding keeps 0.3, which is 3.0000000000000004 tenths in floats, in its own bin.
    which = np.clip(np.ceil(np.round(values * n_bins, 9)) - 1, 0, n_bins - 1).astype(int)
    bins = tuple(
        _bin(values[which == i], hits[which == i], i / n_bins, (i + 1) / n_bins) for i in range(n_bins)
    )
    gaps = sum(
        b.n * abs(b.confidence - b.accuracy)
        for b in bins
        if b.confidence is not None and b.accuracy is not None
    )
    method = f"expected calibration error over {n_bins} bins of equal width; no interval, since resampling inflates it"
    return Calibration(Estimate(float(gaps / len(values)), None, None, level, len(values), method), bins)


def _bin(confidence: np.ndarray, right: np.ndarray, low: float, high: float) -> Bin:
    if not len(confidence):
        return Bin(low, high, 0, None, None)
    return Bin(low, high, len(confidence), float(confidence.mean()), float(right.mean()))
