"""Mathet's γ, through the optional library pygamma-agreement."""

import importlib.util
import logging
import sys

import numpy as np
import pytest

from univocal.errors import InputError, MissingExtraError, UnivocalError
from univocal.statistics.gamma import mathet_gamma

UNITS = [
    *[(coder, start, end, "k") for coder in "ij" for start, end in [(180, 240), (300, 350)]],
    ("i", 225, 295, "c"),
    ("i", 370, 400, "c"),
    ("j", 220, 300, "c"),
    ("j", 355, 375, "c"),
    ("j", 400, 420, "c"),
]
library = pytest.mark.skipif(
    importlib.util.find_spec("pygamma_agreement") is None,
    reason="pygamma-agreement is not installed: pip install 'univocal[gamma]'",
)


def test_without_the_library_the_message_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)
    with pytest.raises(
        MissingExtraError, match=r"Mathet's gamma needs an extra: pip install 'univocal\[gamma\]'"
    ):
        mathet_gamma(UNITS, (150, 450))


def test_what_has_no_answer_needs_no_library():
    assert mathet_gamma(UNITS[4:6], (150, 450)).method == "undefined: one coder"
    nobody = mathet_gamma([], (150, 450), coders=["i", "j"])
    assert nobody.method == "undefined: no variation, observed agreement 1.0 (nobody marked anything)"


@pytest.mark.parametrize(
    ("units", "continuum", "more", "message"),
    [
        (UNITS, (150, 450), {"n_samples": 1}, "n_samples must be at least 2, got 1"),
        (UNITS, (150, 450), {"level": 95}, "For 95% pass level=0.95"),
        ([UNITS, UNITS], [(150, 450)] * 2, {}, "γ is of one text, got 2"),
        (UNITS, (200, 450), {}, r"units\[0\]: 180 to 240 is outside the text"),
    ],
)
def test_what_is_refused(units, continuum, more, message):
    with pytest.raises(UnivocalError, match=message):
        mathet_gamma(units, continuum, **more)


def test_a_unit_that_comes_twice_is_refused_since_the_library_would_drop_one():
    with pytest.raises(InputError, match=r"units\[4\]: the same coder marked 225 to 295 with 'c' 2 times"):
        mathet_gamma([*UNITS, UNITS[4]], (150, 450))


@library
def test_gamma_of_an_example():
    result = mathet_gamma(UNITS, (150, 450))
    # The library's own γ with its own sampling (its statistical sampler, 300 samples) is .611.
    assert result.value == pytest.approx(0.61, abs=0.06)
    assert (result.low, result.high, result.n) == (None, None, 9)
    assert (
        "30 random texts by shifting); no interval: one text; sampling of chance alone leaves ±0.0"
        in result.method
    )
    moved = [(coder, start + 500, end + 500, code) for coder, start, end, code in UNITS]
    assert mathet_gamma(moved, (650, 950)) == result


@library
def test_full_agreement_is_1_and_units_of_one_coder_may_overlap():
    alike = [(coder, start, start + 20, "c") for coder in "ij" for start in (0, 10, 60)]
    assert mathet_gamma(alike, (0, 100), n_samples=5).value == 1


@library
def test_a_coder_who_marked_nothing_counts():
    assert mathet_gamma(UNITS, (150, 450), coders="ijk").value < mathet_gamma(UNITS, (150, 450)).value - 0.2


@library
def test_nothing_is_left_behind():
    state = np.random.get_state()[1].copy()  # noqa: NPY002 - the generator that the library draws from
    handlers, filters = logging.root.handlers[:], logging.root.filters[:]
    mathet_gamma(UNITS, (150, 450), n_samples=3, seed=5)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
    assert (logging.root.handlers, logging.root.filters) == (handlers, filters)
