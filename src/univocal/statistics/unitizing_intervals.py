"""Intervals for coefficients of unitising: texts are left out one by one, or drawn again; units never are.

Units of one text depend on each other (one boundary that is missed moves two units), so the text is what is resampled.
With one text there is nothing to resample. Krippendorff et al. 2016 (doi:10.1007/s11135-015-0266-1) draw coincidences
within a text as though they were independent, with the expected disagreement held fixed; that is not done here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Protocol, TypeVar

import numpy as np

from univocal.errors import UnivocalError
from univocal.statistics.matrix import Array
from univocal.statistics.quantiles import t_quantile
from univocal.statistics.result import FEWEST_CLUSTERS, Estimate, check_level, undefined

Interval = Literal["jackknife", "bootstrap", "none"]
INTERVALS: tuple[Interval, ...] = ("jackknife", "bootstrap", "none")

#: With fewer texts that bear on a coefficient (that have a unit in them, say) nominal 95% intervals cover as little as .77
#: in simulations; with as many, .92 to .95 (tests/statistics/test_unitizing_intervals.py).
FEWEST_BEARING = 15

#: Spread below this is rounding, not sampling.
_ROUNDING = 1e-12

Sums_co = TypeVar("Sums_co", covariant=True)


class PartsOfTexts(Protocol[Sums_co]):
    """Sums_co over texts: over all, over all but each one, and over texts drawn as often as counts (b, T) say."""

    def whole(self) -> Sums_co:
        """All texts: b is 1."""
        ...

    def without_each(self) -> Sums_co:
        """All texts but one, each left out in turn."""
        ...

    def drawn(self, counts: Array) -> Sums_co:
        """Texts taken as often as ``counts`` (b, T) says."""
        ...


class OverTexts:
    """Estimates of any number of coefficients from the same texts, by one kind of interval.

    Args:
        n_texts: how many texts there are.
        level: nominal coverage, in (0, 1).
        interval: "jackknife" (each text left out once; t distribution with one degree of freedom fewer than texts),
            "bootstrap" (percentiles over texts drawn with replacement) or "none".
        n_boot: resamples of the bootstrap.
        seed: of the bootstrap.

    >>> OverTexts(1, 0.95, "jackknife").estimate(0.5, None, n=9, name="u", bearing=1).method
    'u; no interval: one text, so there is nothing to leave out or draw again'
    """

    def __init__(
        self, n_texts: int, level: float, interval: Interval, n_boot: int = 1000, seed: int = 0
    ) -> None:
        self.level = check_level(level)
        if interval not in INTERVALS:
            raise UnivocalError(f"interval must be one of {', '.join(INTERVALS)}, got {interval!r}")
        if interval == "bootstrap" and n_boot < 1:
            raise UnivocalError(
                f"n_boot must be at least 1, got {n_boot}. For no interval pass interval='none'."
            )
        self.n_texts, self.interval, self.n_boot, self.seed = n_texts, interval, n_boot, seed

    def replicates(self, parts: PartsOfTexts[Sums_co]) -> Sums_co | None:
        """The sums that an interval is made from; None where there is to be none."""
        if self.interval == "none" or self.n_texts < 2:
            return None
        if self.interval == "jackknife":
            return parts.without_each()
        shares = np.full(self.n_texts, 1 / self.n_texts)
        draws = np.random.default_rng(self.seed).multinomial(self.n_texts, shares, size=self.n_boot)
        return parts.drawn(draws.astype(np.float64))

    def estimate(
        self,
        value: float,
        values: Array | None,
        *,
        n: int,
        name: str,
        bearing: int,
        why_undefined: str = "0 / 0",
    ) -> Estimate:
        """The value with an interval from its replicates; undefined where the value is NaN.

        Args:
            value: of all texts.
            values: its replicates, (b,); None where there is to be no interval.
            n: the number of units that bear on it.
            name: what the coefficient is called in ``method``.
            bearing: the number of texts that bear on it.
            why_undefined: what the result says where the value is NaN.
        """
        if np.isnan(value):
            return undefined(why_undefined, level=self.level, n=n)
        if values is None:
            why = (
                "no interval was asked for"
                if self.interval == "none"
                else "no interval: one text, so there is nothing to leave out or draw again"
            )
            return Estimate(float(value), None, None, self.level, n, f"{name}; {why}")
        made = self._jackknife if self.interval == "jackknife" else self._bootstrap
        made_of = made(float(value), values, n, name)
        return made_of if made_of.low is None else replace(made_of, caution=self._caution(made_of, bearing))

    def _jackknife(self, value: float, values: Array, n: int, name: str) -> Estimate:
        texts = len(values)
        method = f"{name}; jackknife over {texts} texts, t distribution"
        if np.isnan(values).any():
            why = f"undefined without one of the texts ({int(np.isnan(values).sum())} such)"
            return Estimate(value, None, None, self.level, n, f"{method}; no interval: {why}")
        error = float(np.sqrt((texts - 1) / texts * ((values - values.mean()) ** 2).sum()))
        error = error if error > _ROUNDING else 0.0
        reach = t_quantile((1 + self.level) / 2, texts - 1) * error
        # No coefficient exceeds 1; below, none of them has a fixed bound.
        high = min(value + reach, 1.0)
        return Estimate(value, value - reach, high, self.level, n, method, error)

    def _bootstrap(self, value: float, values: Array, n: int, name: str) -> Estimate:
        method = f"{name}; percentile bootstrap, {len(values)} resamples of {self.n_texts} texts"
        defined = values[~np.isnan(values)]
        if len(defined) < 2:
            return Estimate(value, None, None, self.level, n, f"{method}; undefined in nearly every resample")
        if len(defined) < len(values):
            method += f"; undefined in {len(values) - len(defined)} resamples"
        low, high = np.quantile(defined, [(1 - self.level) / 2, (1 + self.level) / 2])
        error = float(np.std(defined, ddof=1))
        error = error if error > _ROUNDING else 0.0
        return Estimate(value, float(low), float(high), self.level, n, method, error)

    def _caution(self, made: Estimate, bearing: int) -> str:
        reasons = []
        if self.n_texts < FEWEST_CLUSTERS:
            reasons.append(f"{self.n_texts} texts (at least {FEWEST_CLUSTERS} are needed)")
        if bearing < FEWEST_BEARING:
            reasons.append(f"{bearing} texts bear on it (at least {FEWEST_BEARING} are needed)")
        if not made.standard_error:
            reasons.append("the value is the same whichever text is left out")
        return f"don't trust this interval: {'; '.join(reasons)}" if reasons else ""
