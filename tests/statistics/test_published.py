"""Worked examples from the papers that defined the coefficients."""

import numpy as np
import pytest

from univocal.statistics import clopper_pearson, cohen_kappa, krippendorff_alpha, mean_jaccard, set_alpha


def cells(text: str) -> list[str | None]:
    return [None if cell == "." else cell for cell in text.split()]


# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, example C: 4 coders, 12 units, missing codings.
FOUR_CODERS = [
    cells("1 2 3 3 2 1 4 1 2 . . ."),
    cells("1 2 3 3 2 2 4 1 2 5 . 3"),
    cells(". 3 3 3 2 3 4 2 2 5 1 ."),
    cells("1 2 3 3 2 4 4 1 2 5 1 ."),
]


def test_alpha_of_four_coders_with_missing_codings():
    result = krippendorff_alpha(FOUR_CODERS)
    assert round(result.value, 3) == 0.743
    # The last unit has one coding: nothing to pair it with.
    assert result.n == 11


def test_alpha_with_interval_distances():
    labels = ["1", "2", "3", "4", "5"]
    at = np.arange(1, 6)
    result = krippendorff_alpha(FOUR_CODERS, labels=labels, distance=(at[:, None] - at) ** 2)
    assert round(result.value, 3) == 0.849


def test_alpha_of_a_dichotomous_pair():
    assert round(krippendorff_alpha(["1100000000", "0110010100"]).value, 3) == 0.095


def test_kappa_of_artstein_and_poesio():
    # Artstein & Poesio 2008, p. 558: [[20, 10], [20, 50]].
    a = ["+"] * 30 + ["-"] * 70
    b = ["+"] * 20 + ["-"] * 10 + ["+"] * 20 + ["-"] * 50
    assert round(cohen_kappa(a, b).value, 3) == 0.348


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 30, 0.0, 0.115703), (1, 30, 0.000844, 0.172169), (4, 200, 0.005476, 0.050414)],
)
def test_clopper_pearson(hits, n, low, high):
    result = clopper_pearson(hits, n)
    assert (round(result.low, 6), round(result.high, 6)) == (low, high)
    assert result.value == hits / n


def test_set_valued_alpha_with_jaccard():
    # Nine pairs of sets, as DKPro Agreement's example of set-valued annotation has them.
    first = ["", "A", "A", "A", "AB", "AB", "ABC", "C", "C"]
    second = ["", "", "A", "B", "A", "AC", "ABC", "AC", "AC"]
    result = set_alpha([[set(x) for x in first], [set(x) for x in second]])
    assert round(result.value, 3) == 0.316
    assert "Jaccard" in result.method
    shares = [1, 0, 1, 0, 1 / 2, 1 / 3, 1, 1 / 2, 1 / 2]
    assert mean_jaccard([set(x) for x in first], [set(x) for x in second]).value == pytest.approx(
        np.mean(shares)
    )
