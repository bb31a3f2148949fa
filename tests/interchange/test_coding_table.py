"""The table itself: what goes in comes out, and arrays that don't fit are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from univocal.errors import InputError, UnivocalError
from univocal.estimates.coding_table import CodingTable, in_order
from univocal.statistics.codings import encode, encode_sets

UNITS, CODERS, CODES = ["u1", "u2", "u3"], ["ann", "bob", "cy"], [f"k{i}" for i in range(130)]
CELLS = st.tuples(st.sampled_from(UNITS), st.sampled_from(CODERS))


def rows_of(table: CodingTable, variable: str) -> dict[tuple[str, str], object]:
    matrix, units = table.matrix(variable), table.units_of(variable)
    labels = table.codes[variable]
    found = {}
    for r, coder in enumerate(table.coders_of(variable)):
        for c, unit in enumerate(units):
            value = matrix[r, c]
            if variable in table.set_valued:
                if value is not None:
                    found[table.units[unit], coder] = value
            elif value >= 0:
                found[table.units[unit], coder] = labels[value]
    return found


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(CELLS, st.sampled_from(["a", "b", None])))
def test_single_codes_come_back(given_: dict[tuple[str, str], str | None]) -> None:
    table = CodingTable.of([(u, c, "v", code) for (u, c), code in given_.items()])
    said = {k: v for k, v in given_.items() if v is not None}
    assert table.n_missing == len(given_) - len(said)
    if given_:
        assert rows_of(table, "v") == said


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(CELLS, st.frozensets(st.sampled_from(CODES), max_size=4), min_size=1))
def test_sets_come_back_even_where_codes_are_many(given_: dict[tuple[str, str], frozenset[str]]) -> None:
    everything = {("all", "all"): frozenset(CODES)}  # more codes than one number has bits
    table = CodingTable.of([(u, c, "v", codes) for (u, c), codes in (given_ | everything).items()])
    assert rows_of(table, "v") == given_ | everything


def test_places_are_those_that_the_statistics_make_themselves() -> None:
    rows = [["b", "a", None], ["b", "b", "a"]]
    table = CodingTable.of(
        [(f"u{k}", f"c{r}", "v", code) for r, row in enumerate(rows) for k, code in enumerate(row)]
    )
    assert (table.coded("v").places == encode(rows).places).all()
    sets = [[{"a"}, set(), None], [{"b", "a"}, None, {"a"}]]
    table = CodingTable.of(
        [(f"u{k}", f"c{r}", "v", one) for r, row in enumerate(sets) for k, one in enumerate(row)]
    )
    assert (table.coded("v").places == encode_sets(sets).places).all()
    assert table.coded("v").labels == encode_sets(sets).labels


def test_columns_stay_when_fewer_coders_are_asked_for() -> None:
    table = CodingTable.of([("u1", "ann", "v", "a"), ("u2", "bob", "v", "b"), ("u3", "bob", "w", "b")])
    assert table.matrix("v", ["bob"]).tolist() == [[-1, 1]]
    assert table.matrix("v", ["bob", "ann"], units=np.array([2, 1, 0])).tolist() == [[-1, 1, -1], [-1, -1, 0]]


def test_only_keeps_papers_and_counts() -> None:
    table = CodingTable.of(
        [("u1", "ann", "v", None), ("u1", "bob", "w", {"x"}), ("u2", "bob", "v", "b")],
        paper_of={"u1": "p", "u2": "p"}, weight={"p": 2.5},
    )  # fmt: skip
    less = table.only(variables=["v"], coders=["ann"])
    assert (less.n_rows, less.n_missing, less.papers, less.units) == (0, 1, ("p",), ("u1", "u2"))
    assert less.set_valued == frozenset()
    assert table.only(coders=["bob"]).matrix("w").tolist() == [[frozenset({"x"})]]
    assert table.weight is not None
    assert table.weight.tolist() == [2.5]


def test_an_empty_table() -> None:
    table = CodingTable.of([])
    assert (table.n_rows, table.n_missing, table.variables) == (0, 0, ())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": np.array([0, 5], dtype=np.int32)}, "unit has places outside"),
        ({"code": np.array([0, -1], dtype=np.int32)}, "code has places outside"),
        ({"code": np.array([0], dtype=np.int32)}, "must have one length"),
        ({"codes": {}}, "codes must name every variable"),
        ({"missing": np.zeros((2, 2), dtype=np.int64)}, "missing has the shape"),
        ({"weight": np.array([0.0, 1.0])}, "weight must be positive"),
        ({"stratum": ("s",)}, "stratum has 1 entries for 2 papers"),
        ({"paper_of_unit": np.array([0], dtype=np.int32)}, "paper_of_unit has 1 entries"),
    ],
)
def test_arrays_that_do_not_fit(change: dict[str, object], message: str) -> None:
    table = CodingTable.of([("u1", "ann", "v", "a"), ("u2", "ann", "v", "b")])
    with pytest.raises(UnivocalError, match=message):
        replace(table, **change)


def test_unknown_names_and_matrices_too_large() -> None:
    table = CodingTable.of([("u1", "ann", "about", "a")])
    with pytest.raises(UnivocalError, match=r"no variable 'abut'.*Did you mean 'about'"):
        table.matrix("abut")
    with pytest.raises(UnivocalError, match=r"no coder 'an'.*Did you mean 'ann'"):
        table.only(coders=["an"])
    with pytest.raises(UnivocalError, match="expected each once"):
        table.matrix("about", ["ann", "ann"])
    with pytest.raises(UnivocalError, match="50,000 units are more cells"):
        table.coded("about", ["ann"] * 50_000, units=np.zeros(50_000, dtype=np.int32))


def test_faults_of_codings_at_hand_come_at_once() -> None:
    with pytest.raises(InputError) as raised:
        CodingTable.of([("u", "ann", "v", "a"), ("u", "ann", "v", "b"), ("u", "bob", "v", {"b"})])
    assert len(raised.value.faults) == 2


def test_order_of_codes() -> None:
    assert in_order(["10", "2", "-1"]) == ("-1", "2", "10")
    assert in_order(["10", "2", "x"]) == ("10", "2", "x")
