"""What a statistic comes back as: a number with its interval, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from univocal.errors import UnivocalError

#: With fewer clusters than this, percentile intervals are known to be too narrow to be trusted.
FEWEST_CLUSTERS = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """How large is a quantity, and between which bounds?

    ``value`` is None where the quantity is undefined; ``low`` and ``high`` are None where there is no interval.
    ``method`` then says why. ``level`` is the interval's nominal coverage in (0, 1), ``n`` the number of units.
    ``standard_error`` is None where the method has none. ``caution`` says why the interval must not be trusted
    (too few units, say); it is empty where nothing speaks against it.

    >>> Estimate(0.5, 0.4, 0.6, 0.95, 100, "percentile bootstrap").value
    0.5
    """

    value: float | None
    low: float | None
    high: float | None
    level: float
    n: int
    method: str
    standard_error: float | None = None
    caution: str = ""


def check_level(level: float) -> float:
    """Is this a level of confidence? Returned unchanged if so.

    >>> check_level(95)
    Traceback (most recent call last):
    univocal.errors.UnivocalError: level must be in (0, 1), got 95. For 95% pass level=0.95.
    """
    if not 0 < level < 1:
        mend = f" For {level:g}% pass level={level / 100:g}." if 1 < level < 100 else ""
        raise UnivocalError(f"level must be in (0, 1), got {level:g}.{mend}")
    return level


def undefined(why: str, *, level: float, n: int) -> Estimate:
    """A quantity that these data leave undefined, and why.

    >>> undefined("no units", level=0.95, n=0).method
    'undefined: no units'
    """
    return Estimate(None, None, None, level, n, f"undefined: {why}")
