"""Votes, sets of labels, answers as columns, coder reports; and all methods on crowds with known truth."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from univocal.errors import UnivocalError
from univocal.statistics.aggregate_result import LatentTruth
from univocal.statistics.aggregates import aggregate, majority
from univocal.statistics.answers import Answers, answers_of
from univocal.statistics.binomial import clopper_pearson
from univocal.statistics.confusion import coder_report

METHODS = ("majority", "dawid_skene", "mace")
CROWDS = Path(__file__).parents[3] / "shared" / "data" / "annotators"

cells = st.one_of(st.none(), st.sampled_from("abc"))
arrays = st.integers(1, 5).flatmap(
    lambda units: st.lists(st.lists(cells, min_size=units, max_size=units), min_size=1, max_size=5)
)
sets = st.one_of(st.none(), st.frozensets(st.sampled_from("abc")))
set_arrays = st.integers(1, 5).flatmap(
    lambda units: st.lists(st.lists(sets, min_size=units, max_size=units), min_size=2, max_size=4)
)


@settings(max_examples=60, deadline=None)
@given(rows=arrays)
def test_votes_are_counted(rows):
    result = majority(rows)
    for u, chosen in enumerate(result.choice):
        votes = [row[u] for row in rows if row[u] is not None]
        assert result.n_answers[u] == len(votes)
        counts = {label: votes.count(label) for label in votes}
        best = [label for label, n in counts.items() if n == max(counts.values())]
        assert chosen == (best[0] if len(best) == 1 else None)
        for k, label in enumerate(result.labels):
            assert not votes or result.posterior[u, k] == pytest.approx(votes.count(label) / len(votes))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=20, deadline=None)
@given(rows=set_arrays)
def test_sets_are_yes_or_no_questions(method, rows):
    options = {"majority": {}, "dawid_skene": {}, "mace": {"n_boot": 0}}[method]
    result = aggregate(rows, method, **options)
    for k, label in enumerate(result.labels):
        yes = [[None if one is None else label in one for one in row] for row in rows]
        alone = aggregate(yes, method, labels=[False, True], **options)
        assert result.posterior[:, k] == pytest.approx(alone.posterior[:, 1], nan_ok=True)
    for u, chosen in enumerate(result.choice):
        if chosen is not None and len(result.labels):
            assert chosen == {label for k, label in enumerate(result.labels) if result.posterior[u, k] > 0.5}


def test_the_empty_set_is_an_answer_and_none_is_not():
    result = aggregate([[frozenset(), None, {"a"}], [frozenset(), None, {"a", "b"}], [{"b"}, None, {"a"}]])
    assert result.labels == ("a", "b")
    assert result.choice == (frozenset(), None, frozenset({"a"}))
    assert aggregate([[frozenset()], [frozenset()]]).choice == (frozenset(),)


def test_every_method_gives_the_common_fields():
    rows = ["aabbaab", "aabbaab", "abbbaaa"]
    for method in METHODS:
        result = aggregate(rows, method)
        assert result.labels == ("a", "b")
        assert result.coders == (0, 1, 2)
        assert result.posterior.shape == (7, 2)
        assert len(result.choice) == 7
        assert result.method


def test_models_of_an_unseen_truth_share_a_record():
    rows = ["aabbaab", "aabbaab", "abbbaaa"]
    for method in ("dawid_skene", "mace"):
        result = aggregate(rows, method)
        assert isinstance(result, LatentTruth)
        assert f"{result.n_iterations} iterations" in result.method
        assert result.priors.shape == (2,)
        assert result.confusion.shape == (3, 2, 2)
        nothing = aggregate([[None, None]], method, labels=["a"])
        assert nothing.method == nothing.errors_method == "undefined: no answers"
        assert (nothing.n_iterations, nothing.converged, nothing.log_likelihood) == (0, True, 0.0)
        assert np.isnan(nothing.posterior).all()
        assert nothing.posterior.shape == (2, 1)


def test_sets_say_how_long_their_fits_took():
    rows = [
        [{"a", "b"}, {"a"}, {"b"}, set()] * 5,
        [{"a", "b"}, {"a"}, {"b"}, {"b"}] * 5,
        [{"a"}, {"a"}, {"b"}, set()] * 5,
    ]
    result = aggregate(rows, "dawid_skene")
    done = [one.n_iterations for one in result.by_label]
    assert result.method.endswith(f"vote shares, {min(done)} to {max(done)} iterations")
    assert "; Dawid-Skene by EM" in aggregate(rows, "dawid_skene", max_iterations=1).method


def test_repeated_answers_all_count():
    result = majority(["a", "a", "b"], coders=["Ann", "Ann", "Bob"])
    assert result.posterior.tolist() == [[pytest.approx(2 / 3), pytest.approx(1 / 3)]]
    assert result.coders == ("Ann", "Bob")


def test_wrong_input_is_refused():
    with pytest.raises(UnivocalError, match="one of majority, dawid_skene, mace"):
        aggregate(["ab"], "best")
    with pytest.raises(UnivocalError, match="a name for each of 2 rows"):
        majority(["ab", "ab"], coders=["Ann"])
    with pytest.raises(UnivocalError, match="in the data, but not in the labels"):
        majority(["ab"], labels=["a"])
    with pytest.raises(UnivocalError, match="columns of one length"):
        Answers.from_columns([1, 2], [1, 2], [1])
    with pytest.raises(UnivocalError, match="row 2 has no name"):
        Answers.from_columns(["p", None], ["c", "c"], ["a", "b"])
    with pytest.raises(UnivocalError, match="part of the Answers"):
        majority(answers_of(["ab"]), labels=["a", "b"])


def test_columns_of_names_and_of_numbers():
    one = Answers.from_columns(["p", "q", "p"], ["x", "x", "y"], ["b", None, "a"])
    assert (one.n_units, one.n_answers, one.coders) == (2, 2, ("x", "y"))
    other = Answers.from_columns(np.array([7, 3, 7]), np.array([1, 1, 0]), np.array([2.0, np.nan, 1.0]))
    assert (other.units, other.coders, other.labels) == ((7, 3), (1, 0), (1.0, 2.0))
    assert other.label.tolist() == one.label[np.argsort(one.unit, kind="stable")].tolist()


def test_coder_reports_are_sklearns():
    rng = np.random.default_rng(0)
    truth = rng.choice(list("abc"), size=300)
    guess = np.where(rng.random(300) < 0.7, truth, rng.choice(list("abc"), size=300))
    (report,) = coder_report([guess.tolist()], truth.tolist())
    assert report.counts.tolist() == metrics.confusion_matrix(truth, guess).tolist()
    assert report.accuracy.value == pytest.approx(metrics.accuracy_score(truth, guess))
    exact = clopper_pearson(int((truth == guess).sum()), 300)
    assert (report.accuracy.low, report.accuracy.high) == pytest.approx((exact.low, exact.high))
    precision, recall, _, support = metrics.precision_recall_fscore_support(truth, guess)
    assert [one.value for one in report.recall] == pytest.approx(recall)
    assert [one.value for one in report.precision] == pytest.approx(precision)
    assert [one.n for one in report.recall] == support.tolist()


def test_coder_reports_against_an_aggregate_and_by_cluster():
    rows = ["aabbaabbab" * 5, "aabbaabbab" * 5, "aabbaabbba" * 5]
    result = aggregate(rows, "dawid_skene")
    ann, _, cid = coder_report(rows, result)
    assert ann.accuracy.value > cid.accuracy.value
    assert "helped to make" in ann.accuracy.caution
    hard = coder_report(rows, result.choice)
    assert hard[2].counts == pytest.approx(cid.counts, abs=0.05)
    papers = [str(u // 2) for u in range(50)]
    (clustered, *_) = coder_report(rows[2:], result.choice, clusters=papers)
    assert "cluster" in clustered.accuracy.method
    assert clustered.accuracy.value == hard[2].accuracy.value


def test_a_report_on_nothing_is_undefined():
    (report,) = coder_report([["a", "a"]], [None, None])
    assert report.n_answers == 0
    assert report.accuracy.method == "undefined: no such units"


# Our accuracies, with crowd-kit 1.4.2's on the same files in comments (majority there breaks ties by chance).
@pytest.mark.parametrize(
    ("crowd", "expected"),
    [
        ("duck_bluebird", {"majority": 0.7593, "dawid_skene": 0.8981}),  # .7593, .8889
        ("dog", {"majority": 0.7918, "dawid_skene": 0.8426}),  # .8178, .8426
        ("face_sentiment", {"majority": 0.6216, "dawid_skene": 0.6404}),  # .6301, .6404
        ("product_er", {"majority": 0.8966, "dawid_skene": 0.9393, "mace": 0.9371}),  # .8966, .9397, .9290
    ],
)
def test_crowds_with_truth(crowd, expected):
    files = [CROWDS / f"crowd_{crowd}_{what}.csv.gz" for what in ("labels", "truth")]
    if not all(file.exists() for file in files):
        pytest.skip(f"the crowd data aren't at {CROWDS}")
    rows, truths = (
        [*csv.DictReader(gzip.decompress(file.read_bytes()).decode().splitlines())] for file in files
    )
    truth = {row["item"]: row["truth"] for row in truths}
    answers = Answers.from_columns(
        [row["item"] for row in rows], [row["annotator"] for row in rows], [row["label"] for row in rows]
    )
    for method, accuracy in expected.items():
        options = {"n_boot": 0} if method == "mace" else {}
        choice = aggregate(answers, method, **options).choice
        right = [chosen == truth[unit] for unit, chosen in zip(answers.units, choice, strict=True)]
        assert np.mean(right) == pytest.approx(accuracy, abs=0.003)
