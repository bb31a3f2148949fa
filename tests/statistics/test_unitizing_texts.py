"""What may be passed as units, what is refused, and what has no answer."""

import numpy as np
import pytest

from univocal.errors import InputError, UnivocalError
from univocal.statistics.unitizing import Unit, unitizing_alpha

NONE = "undefined: no variation, observed agreement 1.0"
UNITS = [("i", 2, 5, "c"), ("j", 3, 6, "c"), ("j", 7, 9, "k")]


def test_units_may_be_tuples_units_or_an_array_of_whole_floats():
    expected = unitizing_alpha(UNITS, (0, 10))
    assert unitizing_alpha([Unit(*unit) for unit in UNITS], np.array([0, 10])) == expected
    assert (
        unitizing_alpha([(w, np.float64(a), np.int32(b), k) for w, a, b, k in UNITS], (0.0, 10.0)) == expected
    )
    assert unitizing_alpha(iter(UNITS), (0, 10)) == expected
    assert unitizing_alpha([UNITS], [(0, 10)]) == expected
    assert unitizing_alpha([UNITS], np.array([[0, 10]])) == expected


def test_all_faults_are_told_at_once():
    units = [
        ("i", 5, 5, "c"),
        ("i", -1, 3, "c"),
        ("i", 0, 21, "c"),
        ("i", 0.5, 3, "c"),
        ("i", float("nan"), 3, "c"),
        ("i", True, 3, "c"),
        (None, 0, 3, "c"),
        ("i", 0, 3, float("nan")),
        ("i", 0, 3, ["c"]),
        ("i", 0, 3),
        7,
    ]
    with pytest.raises(InputError) as caught:
        unitizing_alpha(units, (0, 20))
    assert caught.value.faults == (
        "units[0]: an end after the start was expected, got 5 to 5",
        "units[1]: -1 to 3 is outside the text, which is 0 to 20",
        "units[2]: 0 to 21 is outside the text, which is 0 to 20",
        "units[3]: start and end in whole numbers were expected, got 0.5 and 3",
        "units[4]: start and end in whole numbers were expected, got nan and 3",
        "units[5]: start and end in whole numbers were expected, got True and 3",
        "units[6]: a name for the coder was expected, got None",
        "units[7]: a name for the code was expected, got nan",
        "units[8]: a name for the code was expected, got ['c']",
        "units[9]: (coder, start, end, code) was expected, got ('i', 0, 3)",
        "units[10]: (coder, start, end, code) was expected, got 7",
    )


def test_overlaps_within_a_code_are_told_at_once():
    long = [
        ("i", 0, 10, "c"),
        ("i", 2, 3, "c"),
        ("i", 10, 12, "c"),
        ("i", 4, 5, "c"),
        ("i", 4, 5, "k"),
        ("j", 4, 5, "c"),
    ]
    with pytest.raises(InputError) as caught:
        unitizing_alpha([[], long], [(0, 9), (0, 20)])
    tail = "Units of one coder with one code must not overlap: merge them, or drop one."
    assert caught.value.faults == (
        f"units[1][0] and units[1][1]: coder 'i' marked 0 to 10 and 2 to 3 with 'c'. {tail}",
        f"units[1][0] and units[1][3]: coder 'i' marked 0 to 10 and 4 to 5 with 'c'. {tail}",
    )


@pytest.mark.parametrize(
    ("units", "continuum", "more", "message"),
    [
        (UNITS, (10, 10), {}, r"continuum: an end after the start was expected, got \(10, 10\)"),
        ([UNITS], [(0, 1.5)], {}, r"continuum\[0\]: \(start, end\) in whole numbers was expected, got \(0, 1.5\)"),
        ([UNITS], [10], {}, r"continuum\[0\]: \(start, end\) in whole numbers was expected, got 10"),
        ([UNITS], [(0, 10), (0, 10)], {}, "units: one list for each of the 2 texts in continuum was expected, got 1"),
        ([UNITS], [(0, 10)], {"coders": []}, "coders: one list for each of the 1 texts in continuum was expected, got 0"),
        (UNITS, (0, 10), {"coders": ["i"]}, r"units\[1\]: coder 'j' is not among the coders of this text"),
        (UNITS, (0, 10), {"coders": ["i", "j", "i"]}, "coders: i named more than once"),
        (UNITS, (0, 10), {"level": 95}, "For 95% pass level=0.95"),
        (UNITS, (0, 10), {"interval": "normal"}, "interval must be one of jackknife, bootstrap, none, got 'normal'"),
        (UNITS, (0, 10), {"interval": "bootstrap", "n_boot": 0}, "n_boot must be at least 1, got 0"),
    ],
)  # fmt: skip
def test_what_is_refused(units, continuum, more, message):
    with pytest.raises(UnivocalError, match=message):
        unitizing_alpha(units, continuum, **more)


def methods(result):
    return [one.method for one in (result.alpha, result.u, result.binary, result.cu)]


def test_nobody_marked_anything():
    result = unitizing_alpha([[], []], [(0, 10), (0, 10)], coders=[["i", "j"]] * 2)
    assert methods(result) == [f"{NONE} (nobody marked anything)"] * 3 + ["undefined: no units"]
    assert (result.value, result.by_code, result.ku, result.n_texts) == (None, {}, {}, 2)


@pytest.mark.parametrize(
    ("units", "continuum", "coders"),
    [
        ([], [], None),
        ([], (0, 10), None),
        (UNITS[:1], (0, 10), None),
        ([UNITS[:1], []], [(0, 10)] * 2, [["i"], ["j"]]),
    ],
)
def test_no_text_with_two_coders(units, continuum, coders):
    result = unitizing_alpha(units, continuum, coders=coders)
    assert set(methods(result)) == {"undefined: no text was coded by two coders or more"}
    assert result.n_texts == 0


def test_one_code_throughout_is_no_variation_for_the_family_of_2016():
    result = unitizing_alpha([("i", 0, 10, "c"), ("j", 0, 4, "c"), ("j", 4, 10, "c")], (0, 10))
    assert result.u.method == f"{NONE} (one code throughout)"
    assert result.binary.method == f"{NONE} (no gap anywhere)"
    assert result.cu.method == result.ku["c"].method == f"{NONE} (one code where units overlap)"
    # Where the units begin and end still differs.
    assert result.value < 1


def test_a_unit_that_fills_a_text_of_one_position_leaves_nothing_to_vary():
    result = unitizing_alpha([("i", 0, 1, "c"), ("j", 0, 1, "c")], (0, 1))
    assert result.alpha.method == result.by_code["c"].method == NONE


def test_units_that_never_meet_have_no_agreement_on_codes():
    result = unitizing_alpha([("i", 0, 3, "c"), ("j", 5, 9, "k")], (0, 10))
    assert result.cu.method == "undefined: no units of two coders overlap"
    assert result.ku["c"].method == "undefined: no unit of this code overlaps another coder's unit"
    assert (result.cu.n, result.u.n) == (0, 2)
    assert result.value < 0


def test_a_code_that_only_a_lone_coder_used():
    texts, spans = [UNITS, [("i", 0, 3, "x")]], [(0, 10), (0, 10)]
    result = unitizing_alpha(texts, spans, coders=[["i", "j"], ["i"]])
    assert result.n_texts == 1
    assert result.by_code["x"].method == "undefined: no units in texts with two coders"
    assert result.value == unitizing_alpha(UNITS, (0, 10)).value


def test_codes_that_overlap_leave_alpha_and_undefine_the_family_of_2016():
    lone, crossed = [("i", 2, 5, "c")], [*UNITS, ("j", 5, 6, "x")]
    result = unitizing_alpha([lone, crossed], [(0, 10), (0, 10)], coders=[["i"], ["i", "j"]])
    assert result.value is not None
    why = (
        "undefined: units of one coder with different codes overlap (in text 1 at position 5), "
        "and this coefficient needs parts that don't"
    )
    assert {one.method for one in (result.u, result.binary, result.cu, *result.ku.values())} == {why}
    assert set(result.ku) == {"c", "k", "x"}
