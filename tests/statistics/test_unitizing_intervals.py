"""Intervals over texts: against what comes out when texts are really left out or repeated, and how often they cover."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from univocal.statistics import unitizing_disagreement
from univocal.statistics.unitizing import unitizing_alpha
from univocal.statistics.unitizing_coincidences import CoincidenceParts
from univocal.statistics.unitizing_disagreement import DisagreementParts
from univocal.statistics.unitizing_texts import read_units


def texts_of(rng, n_texts, *, marked=1.0, coders=2, length=200):
    """Coders find most of what is there, with boundaries and codes that waver."""
    texts = []
    for _ in range(n_texts):
        text = []
        slots = np.flatnonzero(rng.random(4) < 0.6) if rng.random() < marked else []
        for slot in slots:
            code = rng.integers(2)
            for coder in np.flatnonzero(rng.random(coders) < 0.8).tolist():
                start = slot * length // 4 + 10 + int(rng.integers(-4, 5))
                end = slot * length // 4 + 35 + int(rng.integers(-6, 7))
                text.append((coder, start, end, "ab"[code if rng.random() < 0.85 else 1 - code]))
        texts.append(text)
    return texts, [(0, length)] * n_texts, [range(coders)] * n_texts


def estimates(result):
    """All coefficients in a fixed order."""
    return [result.alpha, result.u, result.binary, result.cu, *result.by_code.values(), *result.ku.values()]


@pytest.mark.parametrize("coders", [2, 3])
def test_the_jackknife_leaves_each_text_out(coders):
    texts, spans, who = texts_of(np.random.default_rng(coders), 22, coders=coders)
    spans = [(0, 200 + 3 * place) for place in range(22)]
    result = unitizing_alpha(texts, spans, coders=who, level=0.9)
    left = [
        estimates(
            unitizing_alpha(
                texts[:out] + texts[out + 1 :],
                spans[:out] + spans[out + 1 :],
                coders=who[1:],
                interval="none",
            )
        )
        for out in range(22)
    ]
    for place, one in enumerate(estimates(result)):
        values = np.array([row[place].value for row in left])
        error = np.sqrt(21 / 22 * ((values - values.mean()) ** 2).sum())
        assert one.standard_error == pytest.approx(error, abs=1e-10)
        reach = stats.t.ppf(0.95, 21) * error
        assert (one.low, one.high) == pytest.approx((one.value - reach, min(1, one.value + reach)), abs=1e-9)
        assert one.method.endswith("; jackknife over 22 texts, t distribution")
        assert one.caution == ""


def test_texts_drawn_again_are_texts_repeated(monkeypatch):
    rng = np.random.default_rng(4)
    texts, spans, who = texts_of(rng, 6, coders=3)
    marked = read_units(texts, spans, who)
    counts = rng.multinomial(6, [1 / 6] * 6, size=5).astype(float)
    drawn, family = DisagreementParts(marked).drawn(counts), CoincidenceParts(marked).drawn(counts)
    for row, count in enumerate(counts.astype(int)):
        again = [place for place, times in enumerate(count) for _ in range(times)]
        result = unitizing_alpha(
            [texts[place] for place in again], [spans[place] for place in again], coders=[who[0]] * 6
        )
        assert drawn.overall()[row] == pytest.approx(result.value, abs=1e-12)
        assert drawn.by_code()[row].tolist() == pytest.approx(
            [one.value for one in result.by_code.values()], abs=1e-12
        )
        assert family.u()[row] == pytest.approx(result.u.value, abs=1e-12)
        assert family.cu()[row] == pytest.approx(result.cu.value, abs=1e-12)
    # In blocks of one resample the same comes out.
    monkeypatch.setattr(unitizing_disagreement, "_CELLS", 1)
    assert DisagreementParts(marked).drawn(counts).overall().tolist() == drawn.overall().tolist()


def test_the_bootstrap_is_of_the_size_of_the_jackknife_and_the_same_for_a_seed():
    texts, spans, who = texts_of(np.random.default_rng(7), 60)
    jackknife = unitizing_alpha(texts, spans, coders=who)
    bootstrap = unitizing_alpha(texts, spans, coders=who, interval="bootstrap", seed=3)
    for one, other in zip(estimates(jackknife), estimates(bootstrap), strict=True):
        assert other.value == one.value
        assert other.standard_error == pytest.approx(one.standard_error, rel=0.2)
        assert other.low < other.value < other.high
        assert other.method.endswith("; percentile bootstrap, 1000 resamples of 60 texts")
    assert unitizing_alpha(texts, spans, coders=who, interval="bootstrap", seed=3) == bootstrap
    assert unitizing_alpha(texts, spans, coders=who, interval="bootstrap", seed=4) != bootstrap


@pytest.mark.parametrize("interval", ["jackknife", "bootstrap"])
def test_intervals_nest_as_the_level_rises(interval):
    texts, spans, who = texts_of(np.random.default_rng(8), 25)
    levels = [
        estimates(unitizing_alpha(texts, spans, coders=who, interval=interval, level=level))
        for level in (0.5, 0.8, 0.99)
    ]
    for narrow, wide in pairwise(levels):
        for one, other in zip(narrow, wide, strict=True):
            assert other.low < one.low < one.high <= other.high


def test_one_text_has_no_interval():
    result = unitizing_alpha([("i", 2, 5, "c"), ("j", 3, 6, "c")], (0, 10))
    for one in (result.alpha, result.u, result.by_code["c"]):
        assert (one.low, one.high, one.standard_error) == (None, None, None)
        assert one.method.endswith("; no interval: one text, so there is nothing to leave out or draw again")


def test_none_was_asked_for():
    texts, spans, who = texts_of(np.random.default_rng(8), 25)
    result = unitizing_alpha(texts, spans, coders=who, interval="none")
    assert {(one.low, one.high) for one in estimates(result)} == {(None, None)}
    assert result.u.method == "u-alpha (2016); no interval was asked for"


def test_a_code_of_one_text_has_no_interval():
    texts, spans, who = texts_of(np.random.default_rng(9), 30)
    texts[3] += [(0, 190, 195, "z"), (1, 191, 195, "z")]
    result = unitizing_alpha(texts, spans, coders=who)
    assert result.by_code["z"].low is None
    assert result.by_code["z"].method.endswith("; no interval: undefined without one of the texts (1 such)")
    assert result.alpha.low is not None
    drawn = unitizing_alpha(texts, spans, coders=who, interval="bootstrap").by_code["z"]
    assert "; undefined in 3" in drawn.method  # in about (1 - 1/30)^30 of 1000
    assert drawn.caution == "don't trust this interval: 1 texts bear on it (at least 15 are needed)"


def test_cautions():
    few = unitizing_alpha(*texts_of(np.random.default_rng(1), 7)[:2])
    assert few.u.caution == (
        "don't trust this interval: 7 texts (at least 20 are needed); 7 texts bear on it (at least 15 are needed)"
    )
    rare = unitizing_alpha(*texts_of(np.random.default_rng(1), 50, marked=0.1)[:2])
    assert rare.u.caution.endswith("texts bear on it (at least 15 are needed)")
    alike = [[(coder, 0, 5, "c") for coder in "ij"]] * 30
    full = unitizing_alpha(alike, [(0, 50)] * 30)
    assert (full.u.low, full.u.value, full.u.high, full.u.standard_error) == (1, 1, 1, 0)
    assert full.u.caution == "don't trust this interval: the value is the same whichever text is left out"


@pytest.mark.slow
@pytest.mark.parametrize(("n_texts", "marked"), [(20, 1.0), (60, 0.3), (200, 0.1)])
def test_intervals_without_a_caution_cover(n_texts, marked):
    rng = np.random.default_rng(n_texts)
    big = texts_of(rng, 20_000, marked=marked)
    truth = [one.value for one in estimates(unitizing_alpha(*big[:2], coders=big[2], interval="none"))[:4]]
    tried, held = np.zeros(4), np.zeros(4)
    for _ in range(400):
        texts, spans, who = texts_of(rng, n_texts, marked=marked)
        for place, one in enumerate(estimates(unitizing_alpha(texts, spans, coders=who))[:4]):
            if one.low is not None and not one.caution:
                tried[place] += 1
                held[place] += one.low <= truth[place] <= one.high
    assert tried.min() > 150
    assert (held / tried).min() > 0.905
    assert (held / tried).mean() > 0.925
