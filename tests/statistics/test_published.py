"""Worked examples from the papers that defined the coefficients."""

import csv
from pathlib import Path

import numpy as np
import pytest

from univocal.statistics import (
    brennan_prediger,
    clopper_pearson,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    krippendorff_alpha,
    mean_jaccard,
    percent_agreement,
    scott_pi,
    set_alpha,
)

TABLES = Path(__file__).parents[3] / "shared" / "data" / "annotators" / "irrcac"


def cells(text: str) -> list[float]:
    return [np.nan if cell == "." else float(cell) for cell in text.split()]


# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, example C: 4 coders, 12 units, missing codings.
FOUR_CODERS = np.array(
    [
        cells("1 2 3 3 2 1 4 1 2 . . ."),
        cells("1 2 3 3 2 2 4 1 2 5 . 3"),
        cells(". 3 3 3 2 3 4 2 2 5 1 ."),
        cells("1 2 3 3 2 4 4 1 2 5 1 ."),
    ]
)

# Artstein & Poesio 2008, p. 558: [[20, 10], [20, 50]].
TWO_CODERS = [["+"] * 30 + ["-"] * 70, ["+"] * 20 + ["-"] * 10 + ["+"] * 20 + ["-"] * 50]


@pytest.mark.parametrize(
    ("distance", "published"),
    # nominal and interval: Krippendorff 2011; ordinal and ratio: by two independent programs
    [("nominal", 0.743), ("interval", 0.849), ("ordinal", 0.8154), ("ratio", 0.7974)],
)
def test_alpha_of_four_coders_with_missing_codings(distance, published):
    result = krippendorff_alpha(FOUR_CODERS, distance)
    assert result.value == pytest.approx(published, abs=0.0005)
    assert f"{distance} distance" in result.method
    # The last unit has one coding: nothing to pair it with.
    assert result.n == 11


def test_standard_errors_of_four_coders():
    # Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., and irrCAC's documentation.
    assert krippendorff_alpha(FOUR_CODERS).standard_error == pytest.approx(0.146, abs=0.0005)
    ac1 = gwet_ac1(FOUR_CODERS)
    assert (ac1.value, ac1.standard_error) == pytest.approx((0.775, 0.143), abs=0.0005)
    assert ac1.low == pytest.approx(0.46081, abs=5e-5)
    assert ac1.high == 1
    fleiss = fleiss_kappa(FOUR_CODERS)
    assert (fleiss.value, fleiss.standard_error) == pytest.approx((0.76117, 0.15302), abs=5e-5)
    assert brennan_prediger(FOUR_CODERS).value == pytest.approx(0.77273, abs=5e-5)
    assert percent_agreement(FOUR_CODERS).value == pytest.approx(0.81818, abs=5e-5)


@pytest.mark.skipif(not TABLES.is_dir(), reason="shared/data/annotators isn't here")
def test_five_observers():
    # Gwet 2014, 5 observers, 15 units: AC1 .497 (SE .122), alpha .481 (SE .114).
    with (TABLES / "raw_5observers.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    codings = [[float(x) if x else None for x in coder] for coder in list(zip(*rows, strict=True))[1:]]
    ac1, alpha = gwet_ac1(codings), krippendorff_alpha(codings)
    assert (ac1.value, ac1.standard_error) == pytest.approx((0.497, 0.122), abs=0.0005)
    assert (alpha.value, alpha.standard_error) == pytest.approx((0.481, 0.114), abs=0.0006)


def test_alpha_of_a_dichotomous_pair():
    assert round(krippendorff_alpha(["1100000000", "0110010100"]).value, 3) == 0.095


def test_two_coders_of_artstein_and_poesio():
    values = [one(TWO_CODERS).value for one in (brennan_prediger, scott_pi, cohen_kappa)]
    assert [round(value, 3) for value in values] == [0.400, 0.341, 0.348]


def test_standard_error_of_kappa_is_that_of_fleiss_cohen_and_everitt():
    # Fleiss, Cohen & Everitt 1969, eq. 13 for the unweighted case, written out for one table.
    table = np.array([[20, 10], [20, 50]]) / 100
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    observed, chance = np.trace(table), rows @ columns
    kappa = (observed - chance) / (1 - chance)
    own = sum(table[i, i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in range(2))
    other = (1 - kappa) ** 2 * sum(
        table[i, j] * (columns[i] + rows[j]) ** 2 for i in range(2) for j in range(2) if i != j
    )
    variance = (own + other - (kappa - chance * (1 - kappa)) ** 2) / (100 * (1 - chance) ** 2)
    # Ours divides by n - 1 instead of n, as for any sample variance.
    assert cohen_kappa(TWO_CODERS).standard_error == pytest.approx(np.sqrt(variance * 100 / 99), rel=1e-6)


def test_weighted_kappa():
    # Cohen 1968 has 1 - sum(v o) / sum(v e) for disagreement weights v; written out here.
    a, b = [1, 1, 2, 2, 3, 3, 3, 1], [1, 2, 2, 3, 3, 3, 1, 1]
    distance = {"linear": lambda x, y: abs(x - y), "quadratic": lambda x, y: (x - y) ** 2}
    for name, apart in distance.items():
        observed = np.mean([apart(x, y) for x, y in zip(a, b, strict=True)])
        expected = np.mean([apart(x, y) for x in a for y in b])
        assert cohen_kappa([a, b], weights=name).value == pytest.approx(1 - observed / expected)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 30, 0.0, 0.115703), (1, 30, 0.000844, 0.172169), (4, 200, 0.005476, 0.050414)],
)
def test_clopper_pearson(hits, n, low, high):
    result = clopper_pearson(hits, n)
    assert (round(result.low, 6), round(result.high, 6)) == (low, high)
    assert result.value == hits / n


@pytest.mark.parametrize(
    ("distance", "published"), [("jaccard", 0.316), ("masi_passonneau", 0.273), ("masi_dkpro", 0.252)]
)
def test_set_valued_alpha(distance, published):
    # Nine pairs of sets: DKPro Agreement's example, whose own test allows .001.
    first = ["", "A", "A", "A", "AB", "AB", "ABC", "C", "C"]
    second = ["", "", "A", "B", "A", "AC", "ABC", "AC", "AC"]
    result = set_alpha([[set(x) for x in first], [set(x) for x in second]], distance)
    assert result.value == pytest.approx(published, abs=0.001)
    assert distance in result.method


def test_mean_jaccard():
    first = ["", "A", "A", "A", "AB", "AB", "ABC", "C", "C"]
    second = ["", "", "A", "B", "A", "AC", "ABC", "AC", "AC"]
    shares = [1, 0, 1, 0, 1 / 2, 1 / 3, 1, 1 / 2, 1 / 2]
    assert mean_jaccard([set(x) for x in first], [set(x) for x in second]).value == pytest.approx(
        np.mean(shares)
    )


def test_ac2_of_four_coders():
    # irrCAC's documentation prints AC2 with other weights only; Gwet's formula written out for quadratic ones.
    counts = np.array([[(column == k).sum() for k in range(1, 6)] for column in FOUR_CODERS.T], float)
    weights = 1 - (np.arange(5)[:, None] - np.arange(5)) ** 2 / 16
    coders = counts.sum(axis=1)
    twice = coders >= 2
    alike = (counts * (counts @ weights - 1)).sum(axis=1)
    observed = (alike[twice] / (coders * (coders - 1))[twice]).mean()
    shares = (counts / coders[:, None]).mean(axis=0)
    chance = weights.sum() / 20 * (shares * (1 - shares)).sum()
    assert gwet_ac2(FOUR_CODERS).value == pytest.approx((observed - chance) / (1 - chance))
