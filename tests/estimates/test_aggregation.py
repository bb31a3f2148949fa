import json

import numpy as np
import pytest

from univocal.errors import UnivocalError
from univocal.estimates.aggregation import aggregate
from univocal.estimates.coding_table import CodingTable
from univocal.statistics.confusion import coder_report
from univocal.statistics.dawid_skene_em import dawid_skene
from univocal.statistics.dependence import error_dependence

TRUTH = "aabbccabca" * 6


def noisy(seed, rate=0.2):
    rng = np.random.default_rng(seed)
    return ["abc"[rng.integers(3)] if rng.random() < rate else code for code in TRUTH]


CODERS = {"ann": noisy(1), "bob": noisy(2), "cy": noisy(3), "gpt": noisy(4, 0.5)}
CODERS["llama"] = [a if i % 4 else b for i, (a, b) in enumerate(zip(CODERS["gpt"], noisy(5), strict=True))]


def table(coders=CODERS, truth=TRUTH, **more):
    rows = [
        (f"p{i:02}", name, "about", code) for name, codes in coders.items() for i, code in enumerate(codes)
    ]
    rows += [(f"p{i:02}", "gold", "about", code) for i, code in enumerate(truth) if code != "-"]
    return CodingTable.of(rows, **more)


def test_majority_takes_the_most_votes_and_a_tie_is_none():
    rows = [
        ("p1", "a", "x", "1"),
        ("p1", "b", "x", "2"),
        ("p2", "a", "x", "2"),
        ("p2", "b", "x", "2"),
        ("p3", "a", "x", None),
    ]
    result = aggregate(CodingTable.of(rows))
    (one,) = result.variables
    assert one.codes == (None, "2")
    assert one.units == ("p1", "p2")  # nobody answered p3
    assert one.n_ties == 1
    assert [row["tie"] for row in result.rows()] == [True, False]
    assert [row["vote_share"] for row in result.rows()] == [None, 1.0]
    assert [row["probability"] for row in result.rows()] == [None, None]


@pytest.mark.parametrize("method", ["majority", "dawid_skene", "mace"])
def test_the_truth_is_not_aggregated(method):
    without = aggregate(table(truth=""), method=method, dependence=False).variables[0]
    wrong = aggregate(
        table(truth="c" * 30 + "d" * 30), method=method, truth="gold", dependence=False
    ).variables[0]
    assert without.codes == wrong.codes
    assert without.labels == wrong.labels == ("a", "b", "c")
    np.testing.assert_array_equal(without.posterior, wrong.posterior)
    assert without.accuracy is None
    assert wrong.accuracy.value == sum(code == "c" for code in wrong.codes[:30]) / 60


def test_dawid_skene_is_that_of_the_matrix():
    one = aggregate(table(), method="dawid_skene", truth="gold", dependence=False).variables[0]
    expected = dawid_skene(list(CODERS.values()))
    np.testing.assert_allclose(one.posterior, expected.posterior)
    assert one.codes == expected.choice
    assert one.fits["all codes"].n_iterations == expected.n_iterations
    assert one.fits["all codes"].log_likelihood == pytest.approx(expected.log_likelihood)
    np.testing.assert_allclose(one.probability, expected.posterior.max(axis=1))


def test_coders_are_held_against_adjudicated_codes():
    one = aggregate(table(), truth="gold", dependence=False).variables[0]
    expected = coder_report(list(CODERS.values()), TRUTH)
    for coder, report in zip(one.coders, expected, strict=True):
        assert coder.truth.accuracy == report.accuracy
        assert coder.truth.confusion["all codes"].counts.tolist() == report.counts.tolist()
    assert one.accuracy.value == np.mean([a == b for a, b in zip(one.codes, TRUTH, strict=True)])
    assert one.accuracy.low < one.accuracy.value < one.accuracy.high


def test_ties_are_wrong_and_said_to_be():
    rows = [
        (f"p{i}", who, "x", code)
        for i in range(4)
        for who, code in (("a", "1"), ("b", "12"[i % 2]), ("gold", "1"))
    ]
    accuracy = aggregate(CodingTable.of(rows), truth="gold").variables[0].accuracy
    assert (accuracy.value, accuracy.n) == (0.5, 4)
    assert accuracy.method.endswith("2 ties count as wrong")


def test_machines_that_err_together_come_first():
    result = aggregate(table(), truth="gold", machine=("gpt", "llama"))
    first = result.warnings[0]
    assert first.machines
    assert set(first.evidence.coders) == {"gpt", "llama"}
    assert "err together" in first.sentence
    expected = error_dependence(list(CODERS.values()), truth=TRUTH)
    assert first.evidence.p_value == next(one.p_value for one in expected if one.coders == (3, 4))
    assert not aggregate(table(), truth="gold", dependence=False).warnings


def test_sets_are_answered_code_by_code():
    answers = {
        "ann": [{"a"}, {"a", "b"}, set()],
        "bob": [{"a"}, {"b"}, set()],
        "cy": [{"b"}, {"a", "b"}, {"b"}],
    }
    gold = [{"a"}, {"a", "b"}, {"b"}]
    rows = [
        (f"p{i}", who, "x", one)
        for who, ones in (answers | {"gold": gold}).items()
        for i, one in enumerate(ones)
    ]
    result = aggregate(CodingTable.of(rows), truth="gold")
    (one,) = result.variables
    assert one.codes == (frozenset("a"), frozenset("ab"), frozenset())
    assert one.vote_share.round(3).tolist() == [0.667, 0.667, 0.667]
    assert one.accuracy.value == pytest.approx(2 / 3)
    bob = one.coders[1].truth
    assert bob.accuracy.value == pytest.approx(1 / 3)
    assert bob.confusion["a"].counts.tolist() == [[1, 0], [1, 1]]
    assert [row["code"] for row in result.rows()] == ["a", "a|b", ""]
    soft = aggregate(CodingTable.of(rows), truth="gold", method="dawid_skene").variables[0]
    assert set(soft.fits) == {"a", "b"}
    assert ((soft.probability >= 0.5) | np.isnan(soft.probability)).all()


def test_units_of_one_paper_are_resampled_together():
    papers = {f"p{i:02}": f"paper {i // 2}" for i in range(60)}
    accuracy = aggregate(table(paper_of=papers), truth="gold", dependence=False).variables[0].accuracy
    assert "30 clusters" in accuracy.method


def test_names_of_coders_dont_matter():
    other = {f"z{9 - i}": codes for i, codes in enumerate(CODERS.values())}
    for method in ("majority", "dawid_skene"):
        a, b = (aggregate(table(who), method=method, truth="gold").variables[0] for who in (CODERS, other))
        assert a.codes == b.codes
        assert [one.truth.accuracy for one in a.coders] == [one.truth.accuracy for one in b.coders]


def test_many_coders_of_few_units_each_need_no_matrix():
    rows = [
        (f"p{i}", f"c{(i * 3 + k) % 300}", "x", "ab"[(i + k) % 3 > 1]) for i in range(500) for k in range(3)
    ]
    one = aggregate(CodingTable.of(rows)).variables[0]
    assert len(one.coders) == 300
    assert set(one.codes) == {"a"}


def test_json_is_plain():
    result = aggregate(table(), truth="gold", machine=("gpt", "llama"), method="dawid_skene")
    data = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    assert data["schema"] == "univocal.aggregation/1"
    about = data["variables"]["about"]
    assert len(about["units"]["posterior"]) == about["n_units"] == 60
    assert about["dependence"][0]["machines"] is True
    assert about["coders"][0]["against_truth"]["confusion"]["all codes"]["labels"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "vote"}, "method must be one of majority, dawid_skene, mace, got 'vote'"),
        ({"truth": "golf"}, "truth: no coder 'golf' in the codings. Did you mean 'gold'?"),
        ({"machine": ("gpd",)}, "machine: no coder 'gpd'"),
        ({"truth": "gpt", "machine": ("gpt",)}, "both the truth and a machine"),
        ({"level": 95}, r"level must be in \(0, 1\), got 95"),
    ],
)
def test_misuse(options, words):
    with pytest.raises(UnivocalError, match=words):
        aggregate(table(), **options)


def test_nobody_but_the_truth():
    with pytest.raises(UnivocalError, match="nobody but 'gold' coded anything"):
        aggregate(table({}), truth="gold")


def test_a_crowd_is_tested_against_adjudicated_codes_only():
    crowd = {f"c{k:02}": noisy(k) for k in range(21)}
    assert aggregate(table(crowd), truth="gold").variables[0].dependence
    assert not aggregate(table(crowd, truth="")).variables[0].dependence


def test_labels_that_are_almost_impossible_have_no_interval():
    rng = np.random.default_rng(0)
    rows = [
        (f"p{i}", f"c{k}", "x", "abcd"[i % 4 if rng.random() < 0.8 else rng.integers(4)])
        for i in range(400)
        for k in range(100)
        if k < 99 or i % 4 == 0
    ]
    one = aggregate(CodingTable.of(rows), method="dawid_skene", dependence=False).variables[0]
    for coder in one.coders:
        assert 0 <= coder.aggregate.accuracy.low <= coder.aggregate.accuracy.high <= 1
    last = one.coders[-1].aggregate.confusion["all codes"]  # answered units of "a" alone
    assert 0 < last.counts[1:].sum() < 1e-6
    assert [share.value is None for share in last.recall] == [False, True, True, True]
    assert {share.n for share in last.recall[1:]} == {0}


def test_a_fit_that_did_not_converge_says_so_everywhere():
    result = aggregate(table(), method="dawid_skene", dependence=False, max_iterations=2)
    (one,) = result.variables
    assert one.converged is False
    assert one.n_iterations == 2
    assert one.convergence.startswith("did not converge in 2 iterations")
    about = result.as_dict()["variables"]["about"]
    assert (about["converged"], about["n_iterations"]) == (False, 2)
    assert about["convergence"] == about["fits"]["all codes"]["sentence"] == one.convergence
    done = aggregate(table(), method="dawid_skene", dependence=False).variables[0]
    assert done.converged
    assert done.convergence == f"converged after {done.n_iterations} iterations"
    votes = aggregate(table(), dependence=False).as_dict()["variables"]["about"]
    assert (votes["converged"], votes["n_iterations"], votes["convergence"]) == (None, None, "")


def test_codes_of_sets_that_did_not_converge_are_named():
    rng = np.random.default_rng(3)
    truth = rng.random(80) < 0.4
    rows = [
        (f"p{i}", f"c{k}", "x", {"sure"} | ({"open"} if truth[i] ^ (rng.random() < 0.3) else set()))
        for i in range(80)
        for k in range(5)
    ]
    one = aggregate(CodingTable.of(rows), method="dawid_skene", dependence=False, max_iterations=8).variables[
        0
    ]
    assert one.fits["sure"].converged
    assert not one.fits["open"].converged
    assert one.convergence.startswith("open did not converge in 8 iterations")
    assert "sure" not in one.convergence
    assert "to 8 iterations; NOT converged" in one.method
    more = aggregate(CodingTable.of(rows), method="dawid_skene", dependence=False).variables[0]
    assert more.convergence.startswith("all 2 codes converged, after at most")


def test_without_adjudicated_codes_dependence_is_a_hint():
    rng = np.random.default_rng(2)
    codes = np.array(list("ab"))[rng.integers(2, size=400)]
    coders = {
        name: np.where(rng.random(400) < 0.85, codes, np.where(codes == "a", "b", "a")).tolist()
        for name in ("ann", "bob", "cy", "gpt")
    }
    coders["llama"] = [one if i % 2 else "ab"[rng.integers(2)] for i, one in enumerate(coders["gpt"])]
    coders["dee"] = np.where(rng.random(400) < 0.8, codes, np.where(codes == "a", "b", "a")).tolist()
    rows = [(f"p{i:03}", name, "x", code) for name, ones in coders.items() for i, code in enumerate(ones)]
    gold = [(f"p{i:03}", "gold", "x", code) for i, code in enumerate(codes.tolist())]
    unseen = aggregate(CodingTable.of(rows), machine=("gpt", "llama"))
    assert not unseen.warnings
    (hint,) = unseen.variables[0].hints
    assert set(hint.evidence.coders) == {"gpt", "llama"}
    assert "may err together, unless some units are hard for everybody" in hint.sentence
    assert hint.sentence.endswith("the truth is unseen, so this is a hint).")
    assert unseen.variables[0].dependence[0] is hint
    pair = unseen.as_dict()["variables"]["x"]["dependence"][0]
    assert (pair["hint"], pair["warning"], pair["correlated"]) == (True, False, True)
    known = aggregate(CodingTable.of(rows + gold), machine=("gpt", "llama"), truth="gold")
    warning = known.warnings[0]
    assert warning.evidence.coders == hint.evidence.coders
    assert not known.variables[0].hints
    assert warning.evidence.odds_ratio.value > 3 * warning.evidence.median_odds_ratio
