"""Laws that hold for every coefficient of the family."""

from functools import partial
from itertools import pairwise

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from univocal.errors import UnivocalError
from univocal.statistics import (
    accuracy,
    brennan_prediger,
    cluster_bootstrap,
    cohen_kappa,
    expected_calibration_error,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    krippendorff_alpha,
    macro_f1,
    mean_jaccard,
    parts,
    percent_agreement,
    scott_pi,
    set_alpha,
    trust,
)
from univocal.statistics import codings as codings_module


def of_sets(distance):
    def measure(a, b, **more):
        sets = [[{x, "b"} if x == "a" else {x} for x in row] for row in (a, b)]
        return set_alpha(sets, distance, **more)

    return measure


def on_a_line(measure, **fixed):
    return lambda a, b, **more: measure([[ord(x) for x in a], [ord(x) for x in b]], **fixed, **more)


#: Coefficients of two rows of labels: name → (a, b, **options) → Estimate.
AGREEMENT = {
    "percent_agreement": lambda a, b, **more: percent_agreement([a, b], **more),
    "scott_pi": lambda a, b, **more: scott_pi([a, b], **more),
    "cohen_kappa": lambda a, b, **more: cohen_kappa([a, b], **more),
    "fleiss_kappa": lambda a, b, **more: fleiss_kappa([a, b], **more),
    "brennan_prediger": lambda a, b, **more: brennan_prediger([a, b], **more),
    "gwet_ac1": lambda a, b, **more: gwet_ac1([a, b], **more),
    "krippendorff_alpha": lambda a, b, **more: krippendorff_alpha([a, b], **more),
    "set_alpha": lambda a, b, **more: set_alpha([[{x} for x in a], [{x} for x in b]], **more),
}
#: Those for which the order of labels, or what is in them, counts.
ORDERED = {
    "weighted kappa": on_a_line(cohen_kappa, weights="quadratic"),
    "weighted percent": on_a_line(percent_agreement, weights="linear"),
    "gwet_ac2": on_a_line(gwet_ac2, weights="ordinal"),
    **{f"alpha {d}": on_a_line(krippendorff_alpha, distance=d) for d in ("ordinal", "interval", "ratio")},
    **{f"alpha {d}": of_sets(d) for d in ("jaccard", "masi_passonneau", "masi_dkpro")},
}
METHODS = ("analytic", "jackknife", "bootstrap")
with_methods = {
    f"{name}, {interval}": partial(measure, interval=interval)
    for name, measure in {**AGREEMENT, **ORDERED}.items()
    for interval in METHODS
}
BOOTSTRAPPED = {
    "accuracy": accuracy,
    "macro_f1": macro_f1,
    "mean_jaccard": lambda a, b, **more: mean_jaccard([{x} for x in a], [{x} for x in b], **more),
}
FAMILY = {**BOOTSTRAPPED, **with_methods}
each = pytest.mark.parametrize("name", FAMILY)
nominal = pytest.mark.parametrize("name", [n for n in FAMILY if n.partition(",")[0] not in ORDERED])
agreement = pytest.mark.parametrize("name", {**AGREEMENT, **ORDERED})
codings = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=2, max_size=40)
RENAMED = dict(zip("abcd", "zxwy", strict=True))


def bounds(result):
    return [result.value, result.low, result.high, result.standard_error]


@nominal
@settings(max_examples=15, deadline=None)
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
@settings(max_examples=10, deadline=None)
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


@pytest.mark.parametrize("name", [n for n in AGREEMENT if n != "percent_agreement"])
def test_nobody_varies(name):
    result = AGREEMENT[name](["a"] * 5, ["a"] * 5)
    assert result.value is None
    assert result.method == "undefined: no variation, observed agreement 1.0"
    assert AGREEMENT["percent_agreement"](["a"] * 5, ["a"] * 5).value == 1.0


@pytest.mark.parametrize("measure", [gwet_ac1, brennan_prediger])
def test_labels_that_nobody_used_count_where_chance_depends_on_them(measure):
    assert measure(["aaaa", "aaaa"], labels="ab").value == 1.0
    assert measure(["aab", "abb"], labels="abcd").value > measure(["aab", "abb"]).value


def test_both_coders_code_the_empty_set_throughout():
    result = set_alpha([[set()] * 4, [set()] * 4])
    assert result.value is None
    assert "observed agreement 1.0" in result.method
    assert mean_jaccard([set()] * 4, [set()] * 4).value == 1.0


@agreement
def test_one_unit_has_no_interval(name):
    one = {**AGREEMENT, **ORDERED}[name](["a"], ["b"])
    assert (one.n, one.low, one.high, one.standard_error) == (1, None, None, None)


@pytest.mark.parametrize(
    "measure", [percent_agreement, scott_pi, cohen_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha]
)
def test_one_coder_only(measure):
    for codings in (["abc"], [["a", "b"], [None, None]], [["a", None], [None, "b"]]):
        result = measure(codings)
        assert (result.value, result.n) == (None, 0)
        assert result.method == "undefined: no unit has two codings"
    assert measure([]).method == "undefined: no units"
    assert measure(np.full((2, 3), np.nan)).method == "undefined: no units"


def test_one_paper_has_no_interval():
    result = krippendorff_alpha(["aabb", "abbb"], clusters=["p"] * 4)
    assert result.value is not None
    assert (result.low, result.high, result.standard_error) == (None, None, None)
    assert "from one paper" in result.method


@agreement
@pytest.mark.parametrize("interval", METHODS)
def test_few_or_uniform_units_are_told(name, interval):
    measure = partial({**AGREEMENT, **ORDERED}[name], interval=interval)
    a, b = list("ababababab"), list("ababababba")
    assert "10 units (at least 20 are needed)" in measure(a, b).caution
    assert measure(a * 6, b * 6).caution == ""
    assert "coders differ on 4 units (at least 5 are needed)" in measure(a * 6, a * 4 + b * 2).caution


@pytest.mark.parametrize("measure", [scott_pi, cohen_kappa, fleiss_kappa, krippendorff_alpha])
def test_hardly_ever_a_rarer_label(measure):
    a, b = ["a"] * 190 + ["b"] * 10, ["a"] * 185 + ["b"] * 5 + ["a"] * 5 + ["b"] * 5
    assert "two coders leave the commonest label on 5 units" in measure([a, b]).caution
    assert percent_agreement([a, b]).caution == ""


def test_few_clusters_are_told_by_the_bootstrap():
    a, b = list("ababababab"), list("ababababba")
    assert "fewer than 20 clusters" in accuracy(a, b).caution
    assert accuracy(a * 3, b * 3).caution == ""


@settings(max_examples=40, deadline=None)
@given(
    rows=st.integers(2, 5).flatmap(
        lambda m: st.lists(st.lists(st.sampled_from("abc-"), min_size=m, max_size=m), min_size=1, max_size=30)
    ),
    seed=st.integers(0, 9),
)
@pytest.mark.parametrize(
    "measure", [percent_agreement, fleiss_kappa, brennan_prediger, gwet_ac1, krippendorff_alpha]
)
def test_many_coders_with_missing_codings(measure, rows, seed):
    """Names and order of coders and units are of no account; nor is the kind of container."""
    codings = [[None if x == "-" else x for x in coder] for coder in zip(*rows, strict=True)]
    one = measure(codings, labels="abc")
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(rows))
    shuffled = [[coder[i] for i in order] for coder in codings]
    other = measure([shuffled[i] for i in rng.permutation(len(shuffled))], labels="abc")
    assert bounds(other) == pytest.approx(bounds(one), abs=1e-9)
    numbers = np.array([[np.nan if x is None else "cab".index(x) for x in coder] for coder in codings])
    assert bounds(measure(numbers, labels=[0, 1, 2])) == pytest.approx(bounds(one), abs=1e-9)
    assert one.n == other.n


def test_blocks_are_of_no_account(monkeypatch):
    codings = np.random.default_rng(2).integers(0, 4, (3, 500)).astype(float)
    whole = [krippendorff_alpha(codings, d) for d in ("nominal", "ordinal", "interval")] + [gwet_ac1(codings)]
    for module in (codings_module, parts, trust):
        monkeypatch.setattr(module, "CELLS", 64)
    blocks = [krippendorff_alpha(codings, d) for d in ("nominal", "ordinal", "interval")] + [
        gwet_ac1(codings)
    ]
    for a, b in zip(whole, blocks, strict=True):
        assert bounds(b) == pytest.approx(bounds(a), rel=1e-9)


def test_many_labels_take_the_other_road():
    codings = np.random.default_rng(2).integers(0, 300, (3, 400))
    codings[1:, :300] = codings[0, :300]
    few = krippendorff_alpha(codings % 20)
    assert few.value == pytest.approx(krippendorff_alpha((codings % 20).astype(str).tolist()).value)
    expected = krippendorff.alpha(codings, level_of_measurement="nominal")
    assert krippendorff_alpha(codings).value == pytest.approx(expected)
    fractions = krippendorff_alpha(codings / 7, "interval")
    assert bounds(fractions) == pytest.approx(bounds(krippendorff_alpha(codings, "interval")), rel=1e-9)


def test_bad_input_is_refused_with_the_next_step():
    with pytest.raises(UnivocalError, match="compares two coders, got 3"):
        cohen_kappa(["ab", "ab", "ab"])
    with pytest.raises(UnivocalError, match="Two formulas go by the name MASI"):
        krippendorff_alpha(["ab", "ab"], "masi")
    with pytest.raises(UnivocalError, match="needs numbers as labels, got 'a', 'b'"):
        krippendorff_alpha(["ab", "ab"], "interval")
    with pytest.raises(UnivocalError, match="give labels= in their order"):
        krippendorff_alpha(["ab", "ab"], "ordinal")
    with pytest.raises(UnivocalError, match="from 0 up, got -1"):
        krippendorff_alpha([[-1, 2], [2, 2]], "ratio")
    with pytest.raises(UnivocalError, match="interval must be one of"):
        krippendorff_alpha(["ab", "ab"], interval="exact")
    with pytest.raises(UnivocalError, match="weights must be one of"):
        cohen_kappa([[1, 2], [1, 2]], weights="cubic")
    with pytest.raises(UnivocalError, match="in the data, but not in the labels"):
        gwet_ac1(["ab", "ab"], labels="a")
    with pytest.raises(UnivocalError, match="infinite"):
        krippendorff_alpha(np.array([[1.0, np.inf], [1.0, 2.0]]))
    with pytest.raises(UnivocalError, match="1 dimensions"):
        krippendorff_alpha(np.array([1.0, 2.0]))
    with pytest.raises(UnivocalError, match="a set of labels or None"):
        set_alpha([["a"], ["b"]])


def test_ordinal_labels_without_numbers_take_the_order_given():
    words, numbers = (
        [["low", "mid", "high", "mid"], ["low", "high", "high", "low"]],
        [[0, 1, 2, 1], [0, 2, 2, 0]],
    )
    named = krippendorff_alpha(words, "ordinal", labels=["low", "mid", "high"])
    assert bounds(named) == pytest.approx(bounds(krippendorff_alpha(numbers, "ordinal")))


@each
def test_a_level_in_percent_is_refused(name):
    with pytest.raises(UnivocalError, match=r"pass level=0\.95"):
        FAMILY[name](["a", "b"], ["a", "b"], level=95)


@pytest.mark.parametrize("name", BOOTSTRAPPED)
def test_no_resamples_no_interval(name):
    result = FAMILY[name](list("aab"), list("abb"), n_boot=0)
    assert (result.low, result.high) == (None, None)
    assert result.value is not None


@agreement
def test_no_interval_on_request(name):
    result = {**AGREEMENT, **ORDERED}[name](list("aab"), list("abb"), interval="none")
    assert (result.low, result.high, result.standard_error, result.caution) == (None, None, None, "")
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
