"""PPI++ against ppi-python, and its laws.

The pinned figures were printed by ppi-python 0.2.3 (``ppi_mean_pointestimate`` and ``ppi_mean_ci`` with alpha=.05)
on the arrays below; the package isn't among the dependencies (docs/explanation/prevalence.md says why).
"""

import numpy as np
import pytest

from univocal.errors import InputError
from univocal.statistics.ppi import effective_kinds, ppi_mean

LABELS = np.array([1] * 30 + [0] * 170, float), np.array([1] * 24 + [0] * 6 + [1] * 9 + [0] * 161, float)
REST = np.array([1] * 700 + [0] * 4300, float)
SCORES = (np.arange(1, 201) * 37 % 101) / 100
SCORES_OF_REST = (np.arange(1, 1001) * 53 % 211) / 210
OUTCOMES = ((np.arange(1, 201) * 61 % 97) / 97 < SCORES).astype(float)


def three(result):
    return [result.value, result.low, result.high]


@pytest.mark.parametrize(
    ("columns", "tuned", "wanted"),
    [
        ((*LABELS, REST), True, [0.13109508, 0.09576599, 0.16642417]),
        ((*LABELS, REST), False, [0.125, 0.08590105, 0.16409895]),
        ((OUTCOMES, SCORES, SCORES_OF_REST), True, [0.50473962, 0.44545845, 0.56402079]),
        ((OUTCOMES, SCORES, SCORES_OF_REST), False, [0.50355714, 0.44370527, 0.56340902]),
    ],
)
def test_against_ppi_python(columns, tuned, wanted):
    assert three(ppi_mean(*columns, tuned=tuned)) == pytest.approx(wanted, abs=1e-8)


def test_weights_against_ppi_python():
    # Its interval isn't that of a ratio (weights are taken as they are), so the bounds are near, not equal.
    weights = 1 + np.arange(200) % 4
    result = ppi_mean(OUTCOMES, SCORES, SCORES_OF_REST, weights=weights, tuned=False)
    assert result.value == pytest.approx(0.50635714, abs=1e-8)
    assert [result.low, result.high] == pytest.approx([0.44135152, 0.57136273], abs=1e-4)


def test_a_machine_that_knows_nothing_is_not_used():
    rest = np.tile([0.0, 1.0], 300)
    gold, machine = np.tile([1, 0], 100), np.repeat([1, 0], 100)
    result = ppi_mean(gold, machine, rest)
    assert three(result) == pytest.approx([0.5, *(0.5 + s * 1.959964 * np.sqrt(0.25 / 200) for s in (-1, 1))])
    assert "λ = 0" in result.method


def test_equal_weights_and_one_stratum_change_nothing():
    plain = ppi_mean(OUTCOMES, SCORES, SCORES_OF_REST)
    weighted = ppi_mean(OUTCOMES, SCORES, SCORES_OF_REST, weights=np.full(200, 7.0))
    stratum = ppi_mean(OUTCOMES, SCORES, SCORES_OF_REST, strata=(np.zeros(200), np.zeros(1000)))
    assert three(weighted) == pytest.approx(three(plain))
    assert three(stratum) == pytest.approx(three(plain))


def test_strata_are_added_by_their_size():
    first = ppi_mean(OUTCOMES[:100], SCORES[:100], SCORES_OF_REST[:300], tuned=False)
    second = ppi_mean(OUTCOMES[100:], SCORES[100:], SCORES_OF_REST[300:], tuned=False)
    strata = np.repeat([0, 1], 100), np.repeat([0, 1], [300, 700])
    both = ppi_mean(OUTCOMES, SCORES, SCORES_OF_REST, strata=strata, tuned=False)
    w = np.array([400, 800]) / 1200
    assert both.value == pytest.approx(w @ [first.value, second.value])
    assert both.standard_error == pytest.approx(
        np.hypot(w[0] * first.standard_error, w[1] * second.standard_error)
    )


def test_tuning_never_widens():
    # λ = 1 and λ = 0 are among the choices; the pooled variance of the machine leaves a hair.
    tuned, plain = (ppi_mean(*LABELS, REST, tuned=t).standard_error for t in (True, False))
    alone = np.sqrt(LABELS[0].var() / 200)
    assert tuned <= min(plain, alone) * 1.001


def test_means_of_numbers():
    result = ppi_mean(OUTCOMES * 10 - 3, SCORES * 10 - 3, SCORES_OF_REST * 10 - 3)
    assert three(result) == pytest.approx(
        [10 * x - 3 for x in three(ppi_mean(OUTCOMES, SCORES, SCORES_OF_REST))]
    )
    assert result.caution == ""


def test_kinds():
    assert effective_kinds(np.array([1, 1, 1, 0]), np.array([1, 1, 0, 0]), np.array([3.0, 1, 1, 1])) == (
        1.6,
        1,
        0,
        1,
    )
    assert "30 of a kind" in ppi_mean(*LABELS, REST).caution
    assert ppi_mean(np.tile([1, 0, 1, 0], 40), np.tile([1, 1, 0, 0], 40), REST).caution == ""


def test_degenerate_input():
    assert ppi_mean([], [], [1.0]).method == "undefined: no paper with gold"
    assert ppi_mean([1.0], [1.0], []).method == "undefined: no paper without gold"
    assert ppi_mean([1], [1], [1, 0]).method == "undefined: fewer than two gold papers"
    assert "stratum 1 has fewer" in ppi_mean([1, 0, 1], [1, 0, 1], [1, 1], strata=([0, 0, 1], [0, 1])).method
    with pytest.raises(InputError, match=r"machine_on_rest\[1\]: a number was expected, got nan"):
        ppi_mean([1, 0], [1, 0], [1, float("nan")])
    with pytest.raises(InputError, match="gold has 2, machine_on_gold has 1"):
        ppi_mean([1, 0], [1], [1])
    with pytest.raises(InputError, match="strata: a name for each of 2 papers"):
        ppi_mean([1, 0], [1, 0], [1], strata=([0], [0]))
