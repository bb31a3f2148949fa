"""What every coefficient does first: place the labels, count them, and add up what pairs of them weigh."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from univocal.statistics.codings import encode, encode_sets, smallest_type
from univocal.statistics.matrix import bilinear_forms
from univocal.statistics.parts import label_counts, sizes


@pytest.mark.parametrize(
    "kind", [set, list, tuple, lambda one: list(one) * 2, lambda one: dict.fromkeys(one).keys()]
)
def test_kinds_of_sets_are_of_no_account(kind):
    rows = [
        ["ab", "a", "", None, "ba", "b"],
        ["ab", "b", "", "a", "a", None],
        ["ba", "a", "b", "b", None, "c"],
    ]
    frozen = [[None if one is None else frozenset(one) for one in row] for row in rows]
    other = [[None if one is None else kind(one) for one in row] for row in rows]
    mixed = [frozen[0], other[1], [one and tuple(sorted(one, reverse=True)) for one in frozen[2]]]
    expected = encode_sets(frozen)
    assert expected.places.tolist() == [[4, 1, 0, -1, 4, 2], [4, 2, 0, 1, 1, -1], [4, 1, 2, 2, -1, 3]]
    for given_sets in (other, mixed, iter(frozen)):
        coded = encode_sets(given_sets)
        assert (coded.labels, coded.places.tolist()) == (expected.labels, expected.places.tolist())


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.sampled_from([-3, 0, 2, 5, 2**40, 2**40 + 7, None]), min_size=1, max_size=12),
    halves=st.booleans(),
    kind=st.sampled_from([np.float64, np.float32]),
)
def test_numbers_are_placed_as_labels_are(rows, halves, kind):
    """Whole numbers by a table, others by sorting, objects by a dictionary: one answer."""
    values = np.array([np.nan if x is None else x + halves / 2 for x in rows], dtype=kind)
    coded = encode(values[None])
    named = encode([[None if np.isnan(x) else x for x in values.tolist()]])
    assert (coded.labels, coded.places.tolist()) == (named.labels, named.places.tolist())


@pytest.mark.parametrize("n_labels", [1, 3, 48, 49, 300])
@pytest.mark.parametrize("n_coders", [1, 4, 260])
def test_counts_of_labels(n_labels, n_coders):
    """Few labels are compared with, many are counted off; more than 255 coders don't fit one byte."""
    places = np.random.default_rng(n_labels).integers(-1, n_labels, (n_coders, 30))
    places[:, 0] = 0
    places = places.astype(smallest_type(n_labels))
    expected = [[(unit == label).sum() for label in range(n_labels)] for unit in places.T]
    assert label_counts(places, n_labels).tolist() == expected
    assert sizes(places).tolist() == (places >= 0).sum(axis=0).tolist()


@pytest.mark.parametrize("n_labels", [1, 5, 40, 70])
def test_forms_in_pieces(n_labels):
    rng = np.random.default_rng(n_labels)
    first, second = rng.random((2, 1000, n_labels))
    weights = rng.random((n_labels, n_labels))
    expected = np.einsum("uk,kl,ul->u", first, weights, second)
    assert bilinear_forms(first, weights, second) == pytest.approx(expected, rel=1e-12)
    assert bilinear_forms(first[:0], weights, second[:0]).shape == (0,)
