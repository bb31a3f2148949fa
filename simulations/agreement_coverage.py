"""How often do jackknife intervals of alpha hold the true alpha, and does `caution` say so where they don't?

    python simulations/agreement_coverage.py

Two to five coders of equal skill code 20 to 1,000 units yes or no; .02 to .5 of the units are yes in truth. True alpha is
that of infinitely many units. A sample is told by how many units got 0, 1, ... yeses, so 4,000 samples of each of 360 settings
take seconds.
"""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np

from univocal.statistics import alpha, trust
from univocal.statistics.quantiles import t_quantile

CODERS = (2, 3, 5)
SHARES = (0.02, 0.05, 0.1, 0.3, 0.5)
SKILLS = ((0.6, 0.97), (0.8, 0.95), (0.9, 0.9), (0.95, 0.99))
UNITS = (20, 50, 100, 200, 500, 1000)
SAMPLES = 4000


def setting(coders: int, share: float, skill: tuple[float, float], units: int, rng: np.random.Generator):
    """For each sample: is the truth held, is the interval defined, is nothing said against it?"""
    yes = np.arange(coders + 1)
    ways = np.array([comb(coders, k) for k in yes])
    hit, right = skill
    chance = ways * (
        share * hit**yes * (1 - hit) ** (coders - yes)
        + (1 - share) * (1 - right) ** yes * right ** (coders - yes)
    )
    parts = np.column_stack([2 * yes * (coders - yes) / (coders - 1), coders - yes, yes]).astype(float)
    _, _, statistic = alpha._nominal(2)  # noqa: SLF001 - the kernel itself, over thousands of samples at once
    value = statistic(small=True)
    truth = value((chance @ parts)[None] * 1e7)[0]
    counts = rng.multinomial(units, chance, size=SAMPLES).astype(float)
    total = counts @ parts
    found = value(total)
    left_out = np.stack([value(total - row) for row in parts], axis=1)
    defined = ~np.isnan(found) & ~(np.isnan(left_out) & (counts > 0)).any(axis=1)
    left_out = np.where(counts > 0, np.nan_to_num(left_out), 0)
    mean = (counts * left_out).sum(axis=1, keepdims=True) / units
    error = np.sqrt((units - 1) / units * (counts * (left_out - mean) ** 2).sum(axis=1))
    held = np.abs(found - truth) <= t_quantile(0.975, units - 1) * error
    split = counts[:, 1:-1].sum(axis=1)
    commonest_is_no = total[:, 1] >= total[:, 2]
    rarer = np.where(commonest_is_no, counts[:, 2:].sum(axis=1), counts[:, : coders - 1].sum(axis=1))
    silent = (units >= trust.FEWEST_CLUSTERS) & (split >= trust.FEWEST_SPLIT) & (rarer >= trust.FEWEST_RARER)
    return held, defined, silent


def main() -> None:
    rng = np.random.default_rng(1)
    rows = []
    for coders, share, skill, units in product(CODERS, SHARES, SKILLS, UNITS):
        held, defined, silent = setting(coders, share, skill, units, rng)
        trusted = defined & silent
        rows.append(
            (coders, share, skill, units, held[defined].mean() if defined.any() else np.nan, trusted.mean(),
             held[trusted].mean() if trusted.any() else np.nan)
        )  # fmt: skip
    print(
        "nominal 95% jackknife intervals of alpha; the caution is silent in at least .3 of a setting's samples"
    )
    print(
        "units   settings   coverage of all: lowest, median   silent in   coverage where silent: lowest, median"
    )
    for units in UNITS:
        own = [row for row in rows if row[3] == units]
        all_of = [row[4] for row in own]
        silent = [row for row in own if row[5] >= 0.3]
        shown = [row[6] for row in silent]
        spoken = f"{min(shown):.3f}, {np.median(shown):.3f}" if shown else "-"
        print(
            f"{units:5}   {len(own):8}   {np.nanmin(all_of):.3f}, {np.nanmedian(all_of):.3f}"
            f"{'':19}{len(silent):3} of {len(own)}   {spoken}"
        )
    silent = [row for row in rows if row[5] >= 0.3]
    short = [row for row in silent if row[6] < 0.93]
    print(f"where silent, coverage is below .93 in {len(short)} of {len(silent)} settings:")
    for row in sorted(short, key=lambda row: row[6]):
        print(f"  {row[0]} coders, share {row[1]}, Se/Sp {row[2]}, {row[3]} units: {row[6]:.3f}")


if __name__ == "__main__":
    main()
