"""Laws that hold for every coefficient of the family."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from univocal.errors import UnivocalError
from univocal.statistics import (
    accuracy,
    cluster_bootstrap,
    cohen_kappa,
    expected_calibration_error,
    krippendorff_alpha,
    macro_f1,
    mean_jaccard,
    set_alpha,
)

FAMILY = {
    "accuracy": accuracy,
    "macro_f1": macro_f1,
    "cohen_kappa": cohen_kappa,
    "krippendorff_alpha": lambda a, b, **more: krippendorff_alpha([a, b], **more),
    "mean_jaccard": lambda a, b, **more: mean_jaccard([{x} for x in a], [{x} for x in b], **more),
    "set_alpha": lambda a, b, **more: set_alpha([[{x} for x in a], [{x} for x in b]], **more),
}
SYMMETRIC = ("accuracy", "cohen_kappa", "krippendorff_alpha", "mean_jaccard", "set_alpha", "macro_f1")
each = pytest.mark.parametrize("name", FAMILY)
codings = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=2, max_size=40)
RENAMED = dict(zip("abcd", "zxwy", strict=True))


def bounds(result):
    return [result.value, result.low, result.high]


@each
@settings(max_examples=25, deadline=None)
@given(pairs=codings)
def test_names_of_labels_and_coders_are_of_no_account(name, pairs):
    a, b = zip(*pairs, strict=True)
    clusters = [str(i // 2) for i in range(len(pairs))]
    one = FAMILY[name](a, b, clusters=clusters, n_boot=50)
    renamed = FAMILY[name]([RENAMED[x] for x in a], [RENAMED[x] for x in b], clusters=clusters, n_boot=50)
    assert bounds(renamed) == pytest.approx(bounds(one), abs=1e-9)
    swapped = FAMILY[name](b, a, clusters=clusters, n_boot=50)
    assert bounds(swapped) == pytest.approx(bounds(one), abs=1e-9)


@each
@settings(max_examples=25, deadline=None)
@given(pairs=codings, seed=st.integers(0, 9))
def test_order_of_papers_is_of_no_account(name, pairs, seed):
    clusters = [f"paper {i // 3}" for i in range(len(pairs))]
    order = np.random.default_rng(seed).permutation(len(pairs))
    a, b = zip(*pairs, strict=True)
    one = FAMILY[name](a, b, clusters=clusters, n_boot=50)
    shuffled = FAMILY[name](
        [a[i] for i in order], [b[i] for i in order], clusters=[clusters[i] for i in order], n_boot=50
    )
    assert bounds(shuffled) == pytest.approx(bounds(one), abs=1e-9)


@each
def test_intervals_nest_as_the_level_rises(name):
    rng = np.random.default_rng(1)
    a = rng.choice(list("abc"), 120).tolist()
    b = [x if keep else "a" for x, keep in zip(a, rng.random(120) < 0.7, strict=True)]
    results = [FAMILY[name](a, b, level=level, n_boot=300) for level in (0.5, 0.8, 0.9, 0.95, 0.99)]
    for inner, outer in pairwise(results):
        assert outer.low <= inner.low <= inner.value <= inner.high <= outer.high
    assert len({one.value for one in results}) == 1


@each
def test_full_agreement_is_one_and_nothing_is_undefined(name):
    a = list("abcab")
    assert FAMILY[name](a, a).value == pytest.approx(1.0)
    empty = FAMILY[name]([], [])
    assert empty.value is None
    assert empty.method.startswith("undefined: no unit")


@pytest.mark.parametrize("name", ["cohen_kappa", "krippendorff_alpha", "set_alpha"])
def test_nobody_varies(name):
    result = FAMILY[name](["a"] * 5, ["a"] * 5)
    assert result.value is None
    assert result.method == "undefined: no variation, observed agreement 1.0"


def test_both_coders_code_the_empty_set_throughout():
    result = set_alpha([[set()] * 4, [set()] * 4])
    assert result.value is None
    assert "observed agreement 1.0" in result.method
    assert mean_jaccard([set()] * 4, [set()] * 4).value == 1.0


@each
def test_few_clusters_are_told(name):
    a, b = list("ababababab"), list("ababababba")
    assert "don't trust" in FAMILY[name](a, b).method
    many = FAMILY[name](a * 3, b * 3)
    assert "don't trust" not in many.method


@each
def test_a_level_in_percent_is_refused(name):
    with pytest.raises(UnivocalError, match=r"pass level=0\.95"):
        FAMILY[name](["a", "b"], ["a", "b"], level=95)


@each
def test_no_interval_on_request(name):
    result = FAMILY[name](list("aab"), list("abb"), n_boot=0)
    assert (result.low, result.high) == (None, None)
    assert result.value is not None


def test_mentions_of_a_paper_are_not_independent():
    """Twenty copies of each unit add nothing: the interval must not narrow."""
    rng = np.random.default_rng(3)
    a = rng.choice(list("ab"), 60).tolist()
    b = [x if keep else "a" for x, keep in zip(a, rng.random(60) < 0.7, strict=True)]
    alone = accuracy(a, b, clusters=range(60))
    copied = accuracy(a * 20, b * 20, clusters=list(range(60)) * 20)
    assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high))
    assert copied.n == 1200


def test_large_inputs_take_the_chunked_road():
    parts = np.random.default_rng(0).random((3000, 1)) < 0.3
    small = cluster_bootstrap(parts, lambda s: s[:, 0] / 3000, n_boot=1000)
    large = cluster_bootstrap(parts, lambda s: s[:, 0] / 3000, n_boot=2000)
    assert (large.low, large.high) == pytest.approx((small.low, small.high), abs=0.005)


def test_ragged_codings_and_lost_clusters_are_refused():
    with pytest.raises(UnivocalError, match="all of one length"):
        krippendorff_alpha(["aab", "ab"])
    with pytest.raises(UnivocalError, match="got 2 and 3 units"):
        accuracy(["a", "b"], ["a", "b", "b"])
    with pytest.raises(UnivocalError, match="got 2 and 1 units"):
        accuracy(["a", "b"], ["a", "b"], clusters=["p"])


def test_calibration_bins():
    result = expected_calibration_error([0.3, 0.3, 1.0, 0.0], [True, False, True, False])
    assert [b.n for b in result.bins] == [1, 0, 2, 0, 0, 0, 0, 0, 0, 1]
    assert result.error.value == pytest.approx(0.1)
    assert "10 bins of equal width" in result.error.method
    with pytest.raises(UnivocalError, match="shares, not percentages"):
        expected_calibration_error([90], [True])
