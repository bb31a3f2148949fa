"""From the share that a machine flags to the share that is true, by the machine's sensitivity and specificity."""

from __future__ import annotations

import math

from univocal.errors import UnivocalError
from univocal.statistics.binomial import clopper_pearson
from univocal.statistics.quantiles import normal_quantile
from univocal.statistics.result import Estimate, check_level, undefined

#: A known share, or how many of how many: (hits, n).
Rate = float | tuple[int, int]


def rogan_gladen(hits: int, n: int, sensitivity: Rate, specificity: Rate, *, level: float = 0.95) -> Estimate:
    """What share is truly positive, when a machine of known errors flags ``hits`` of ``n`` papers?

    (p + Sp - 1) / (Se + Sp - 1), where p is the share that the machine flags.

    Args:
        hits: papers that the machine flags.
        n: papers that it read.
        sensitivity: the share of true positives that it flags: a number where it is known, or (flagged, true
            positives) where it was estimated on other papers, drawn at random from the positives.
        specificity: the same for true negatives: a number, or (not flagged, true negatives).
        level: nominal coverage, in (0, 1).

    Returns:
        The share with its interval. Where both rates are known, the Clopper-Pearson interval of p is carried over
        (Reiczigel, Földi & Ózsvári 2010, doi:10.1017/S0950268810000385) and is exact. Where one is estimated, the
        interval of Lang & Reiczigel, which was studied for 95% and rates above .5. A share outside [0, 1] is put to
        the nearer end, and ``caution`` says so. Undefined where Se + Sp <= 1: such a machine says nothing.

    Rogan & Gladen 1978, doi:10.1093/oxfordjournals.aje.a112510; Lang & Reiczigel 2014,
    doi:10.1016/j.prevetmed.2013.09.015, eqs. 4 to 7, 16 and 17.

    >>> result = rogan_gladen(20, 120, 0.9, 0.99)
    >>> round(result.value, 5), round(result.low, 4), round(result.high, 4)
    (0.17603, 0.1066, 0.2647)
    """
    check_level(level)
    if not 0 <= hits <= n:
        raise UnivocalError(f"hits must be in 0..n, got {hits} of {n}")
    faults = [*_faults("sensitivity", sensitivity), *_faults("specificity", specificity)]
    if faults:
        raise UnivocalError("\n".join(faults))
    if n == 0:
        return undefined("no papers", level=level, n=0)
    if 0 in (_of(sensitivity), _of(specificity)):
        return undefined("a rate estimated on no papers", level=level, n=n)
    se, sp = _value(sensitivity), _value(specificity)
    if se + sp <= 1:
        return undefined(
            f"sensitivity {se:.3g} + specificity {sp:.3g} is not above 1: the machine flags the negatives as often "
            "as the positives",
            level=level,
            n=n,
        )
    value = (hits / n + sp - 1) / (se + sp - 1)
    if _of(sensitivity) is None and _of(specificity) is None:
        apparent = clopper_pearson(hits, n, level=level)
        assert apparent.low is not None
        assert apparent.high is not None
        low, high = ((x + sp - 1) / (se + sp - 1) for x in (apparent.low, apparent.high))
        error = math.sqrt(hits / n * (1 - hits / n) / n) / (se + sp - 1)
        method = "Rogan-Gladen, known sensitivity and specificity, Clopper-Pearson interval carried over"
        return _clipped(value, low, high, level, n, method, error)
    method = "Rogan-Gladen, estimated sensitivity or specificity, Lang-Reiczigel interval"
    if _shrunk(sensitivity)[0] + _shrunk(specificity)[0] <= 1:
        why = "the rates were estimated on so few papers that the machine may say nothing: the share lies anywhere"
        return Estimate(min(max(value, 0.0), 1.0), 0.0, 1.0, level, n, method, None, why)
    low, high, error = _lang_reiczigel(hits, n, sensitivity, specificity, level)
    return _clipped(value, low, high, level, n, method, error)


def _lang_reiczigel(
    hits: int, n: int, sensitivity: Rate, specificity: Rate, level: float
) -> tuple[float, ...]:
    """Bounds and standard error, from shares that are pulled a little towards a half."""
    z = normal_quantile((1 + level) / 2)
    apparent, n_apparent = (hits + z * z / 2) / (n + z * z), n + z * z
    (se, var_se), (sp, var_sp) = _shrunk(sensitivity), _shrunk(specificity)
    youden = se + sp - 1
    share = (apparent + sp - 1) / youden
    shift = 2 * z * z * (share * var_se - (1 - share) * var_sp)
    variance = apparent * (1 - apparent) / n_apparent + share**2 * var_se + (1 - share) ** 2 * var_sp
    error = math.sqrt(variance) / youden
    return share + shift - z * error, share + shift + z * error, error


def _shrunk(rate: Rate) -> tuple[float, float]:
    """A rate with one hit and one miss added, and its variance; a known rate as it is, without variance."""
    if not isinstance(rate, tuple):
        return rate, 0.0
    share = (rate[0] + 1) / (rate[1] + 2)
    return share, share * (1 - share) / (rate[1] + 2)


def _clipped(
    value: float, low: float, high: float, level: float, n: int, method: str, error: float
) -> Estimate:
    caution = ""
    if not 0 <= value <= 1:
        caution = (
            f"the correction gives {value:.3g}, outside [0, 1], and was put to the nearer end: the machine's rates "
            "here differ from those given, or n is small"
        )
    at, bottom, top = (min(max(x, 0.0), 1.0) for x in (value, low, high))
    return Estimate(at, min(bottom, at), max(top, at), level, n, method, error, caution)


def _faults(name: str, rate: Rate) -> list[str]:
    if isinstance(rate, tuple):
        if len(rate) == 2 and 0 <= rate[0] <= rate[1]:
            return []
        return [f"{name}: (hits, n) with 0 <= hits <= n was expected, got {rate}"]
    if 0 <= rate <= 1:
        return []
    return [f"{name} must be in [0, 1] or a pair (hits, n), got {rate:g}"]


def _of(rate: Rate) -> int | None:
    return rate[1] if isinstance(rate, tuple) else None


def _value(rate: Rate) -> float:
    return rate[0] / rate[1] if isinstance(rate, tuple) else rate
