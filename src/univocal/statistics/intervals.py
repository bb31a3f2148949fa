"""Intervals for functions of sums: the jackknife, the delta method and the bootstrap, all over whole clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np

from univocal.errors import UnivocalError
from univocal.statistics.bootstrap import Resamples
from univocal.statistics.matrix import Array
from univocal.statistics.parts import Parts
from univocal.statistics.quantiles import t_quantile
from univocal.statistics.result import Estimate, check_level, undefined

Interval = Literal["analytic", "jackknife", "bootstrap", "none"]
INTERVALS: tuple[Interval, ...] = ("analytic", "jackknife", "bootstrap", "none")

#: From sums of parts (b, width) to values (b,), NaN where undefined.
Statistic = Callable[[Array], Array]

#: From rows of parts (b, width) and their total (1, width) to each row's share of the error (b,).
Influence = Callable[[Array, Array], Array]


def estimate(
    parts: Parts,
    statistic: Statistic,
    *,
    name: str,
    n: int,
    interval: Interval,
    level: float,
    n_boot: int = 1000,
    seed: int = 0,
    influence: Influence | None = None,
    smooth: Statistic | None = None,
    bounds: tuple[float, float] = (-1.0, 1.0),
    why_undefined: str = "0 / 0",
    caution: str = "",
) -> Estimate:
    """The statistic of all clusters with the interval that was asked for.

    Args:
        parts: additive parts, one row for each cluster.
        statistic: from sums of parts to values.
        name: what the statistic is called in ``method``.
        n: the number of units that bear on it.
        interval: "analytic" (the formula ``influence``, or the delta method where None), "jackknife" (each cluster
            left out once), "bootstrap" (percentiles over resampled clusters) or "none".
        level: nominal coverage, in (0, 1).
        n_boot: resamples of the bootstrap.
        seed: of the bootstrap.
        influence: the formula of the analytic standard error, each cluster's share of the error.
        smooth: the statistic that the delta method takes, where it isn't ``statistic``.
        bounds: within which the statistic lies; intervals are cut there.
        why_undefined: what the result says where the statistic has no value.
        caution: why the interval, if there is one, must not be trusted.

    The jackknife: Hughes 2022, arXiv:2210.13265; the delta method as infinitesimal jackknife: Efron 1982,
    doi:10.1137/1.9781611970319, ch. 6. Both use the t distribution with one degree of freedom fewer than clusters.
    """
    check_level(level)
    if interval not in INTERVALS:
        raise UnivocalError(f"interval must be one of {', '.join(INTERVALS)}, got {interval!r}")
    if n == 0 or parts.n_clusters == 0:
        return undefined("no units", level=level, n=n)
    if interval == "bootstrap" and n_boot:
        drawn = Resamples(parts.rows(), level=level, n_boot=n_boot, seed=seed)
        result = drawn.estimate(statistic, n=n, why_undefined=why_undefined)
        if result.value is None:
            return result
        return replace(result, method=f"{name}; {result.method}", caution=caution or result.caution)
    total = parts.total()
    value = float(statistic(total)[0])
    if np.isnan(value):
        return undefined(why_undefined, level=level, n=n)
    if interval == "none" or not n_boot:
        return Estimate(value, None, None, level, n, f"{name}; no interval was asked for")
    if parts.n_clusters == 1:
        return Estimate(
            value, None, None, level, n, f"{name}; no interval: everything is from one paper or unit"
        )
    if interval == "jackknife":
        values = np.concatenate([statistic(total - block) for block in parts.blocks()])
        how = f"jackknife over {len(values)} clusters"
        errors = (len(values) - 1) * (np.mean(values) - values) / len(values)
    else:
        influence = influence or (lambda block, whole: _differences(smooth or statistic, block, whole))
        errors = np.concatenate([influence(block, total) for block in parts.blocks()])
        how = f"analytic standard error over {len(errors)} clusters"
    return _t_interval(
        Estimate(value, None, None, level, n, f"{name}; {how}, t distribution"), errors, bounds, caution
    )


def _differences(statistic: Statistic, block: Array, total: Array) -> Array:
    """By how much would the statistic change if a cluster's weight rose: central differences."""
    step = 1e-5 * np.abs(total).max() / np.maximum(np.abs(block).max(axis=1, keepdims=True), 1e-300)
    change = statistic(total + step * block) - statistic(total - step * block)
    result: Array = change / (2 * step[:, 0])
    return result


def _t_interval(bare: Estimate, errors: Array, bounds: tuple[float, float], caution: str) -> Estimate:
    clusters = len(errors)
    if bare.value is None or np.isnan(errors).any():
        why = "the coefficient is undefined without some one paper or unit"
        return replace(bare, method=f"{bare.method}; no interval: {why}")
    standard_error = float(np.sqrt(clusters / (clusters - 1) * (errors**2).sum()))
    reach = t_quantile((1 + bare.level) / 2, clusters - 1) * standard_error
    low, high = (float(np.clip(x, *bounds)) for x in (bare.value - reach, bare.value + reach))
    return replace(bare, low=low, high=high, standard_error=standard_error, caution=caution)
