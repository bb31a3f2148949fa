import itertools

import pytest

from univocal.coders.settle import settle_many, settle_one


def test_nothing_and_ties_are_abstentions():
    assert settle_one({}) == (None, None)
    assert settle_one({"a": 0.0, "b": 0.0}) == (None, None)
    assert settle_one({"a": 2.0, "b": 2.0, "c": 1.0}) == (None, None)


def test_the_order_of_codes_changes_nothing():
    scores = {"a": 0.5, "b": 2.0, "c": 1.0}
    assert len({settle_one(dict(order)) for order in itertools.permutations(scores.items())}) == 1


def test_confidence_rises_with_the_margin():
    sure = [settle_one({"a": 1.0 + margin, "b": 1.0})[1] for margin in (0.1, 1.0, 3.0)]
    assert sure == sorted(sure)
    assert all(0.5 < c < 1 for c in sure)


@pytest.mark.parametrize(("score", "codes"), [(0.99, ()), (1.0, ("a",)), (-3.0, ())])
def test_a_code_by_itself_applies_from_the_threshold(score, codes):
    assert settle_many({"a": score})[0] == codes
