"""Laws of comparison, and which changes leave codings standing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from univocal.codebook import diff, load
from univocal.codebook.model import Codebook

BOOK = load()
EXTENDED = load(
    Path(__file__).resolve().parents[2] / "examples" / "codebooks" / "collective-bidirectional.toml"
)
MIRROR = {"added": "removed", "removed": "added", "renamed": "renamed", "changed": "changed"}


def with_variable(book: Codebook, name: str, **fields) -> Codebook:
    return replace(book, variables=tuple(replace(v, **fields) if v.id == name else v for v in book.variables))


def with_code(book: Codebook, variable: str, name: str, **fields) -> Codebook:
    codes = tuple(replace(c, **fields) if c.id == name else c for c in book.variable(variable).codes)
    return with_variable(book, variable, codes=codes)


def without_code(book: Codebook, variable: str, name: str) -> Codebook:
    return with_variable(
        book, variable, codes=tuple(c for c in book.variable(variable).codes if c.id != name)
    )


EDITS = {
    "definition": lambda b: with_code(b, "sense", "ordinary", definition="Other words."),
    "rule": lambda b: with_code(b, "threat_model", "incompetence", rule=""),
    "label": lambda b: with_code(b, "about", "main", label="Yes"),
    "renamed": lambda b: with_code(b, "harm_source", "other", id="another"),
    "renamed and reworded": lambda b: with_code(b, "definition", "none", id="absent", label="Absent"),
    "removed": lambda b: without_code(b, "conflation", "sense_shift"),
    "evidence": lambda b: with_code(b, "valence", "not_stated", absence=False),
    "no evidence": lambda b: with_code(b, "valence", "both", absence=True),
    "answers": lambda b: with_variable(b, "harm_source", answers="one"),
    "more answers": lambda b: with_variable(b, "object_x", answers="many"),
    "asked of fewer": lambda b: with_variable(b, "valence", when=("about", ("main",))),
    "asked of all": lambda b: with_variable(b, "valence", when=None),
    "title": lambda b: replace(b, title="Title"),
    "cues": lambda b: replace(b, cues=b.cues[1:]),
    "no case": lambda b: replace(b, tension_cases=b.tension_cases[1:]),
    "no variable": lambda b: replace(b, variables=b.variables[:-1]),
    "ideal": lambda b: replace(b, ideals=(replace(b.ideals[0], y="another y"), *b.ideals[1:])),
}  # fmt: skip
BREAKING = {
    "renamed",
    "renamed and reworded",
    "removed",
    "evidence",
    "answers",
    "asked of fewer",
    "no variable",
}
PATCHES = {"label", "title"}


@pytest.mark.parametrize("book", [BOOK, EXTENDED], ids=["alignment", "extended"])
def test_nothing_differs_from_itself(book):
    found = diff(book, book)
    assert found.changes == ()
    assert (found.bump, found.breaking, found.suggested_version) == ("none", False, book.version)


@pytest.mark.parametrize("name", EDITS)
def test_what_an_edit_does_to_codings(name):
    found = diff(BOOK, EDITS[name](BOOK))
    assert found.changes
    assert found.breaking is (name in BREAKING)
    assert found.bump == ("major" if name in BREAKING else "patch" if name in PATCHES else "minor")


def test_versions():
    bumps = {name: diff(BOOK, EDITS[name](BOOK)).suggested_version for name in ("removed", "rule", "label")}
    major, minor, patch = map(int, BOOK.version.split("."))
    assert bumps == {
        "removed": f"{major + 1}.0.0",
        "rule": f"{major}.{minor + 1}.0",
        "label": f"{major}.{minor}.{patch + 1}",
    }


def test_a_rename_is_one_change():
    (change,) = diff(BOOK, EDITS["renamed"](BOOK)).changes
    assert (change.kind, change.path, change.before, change.after) == (
        "renamed", ("codes", "harm_source"), "other", "another",
    )  # fmt: skip


def test_an_added_ideal_leaves_codings_standing():
    found = diff(BOOK, EXTENDED)
    assert not found.breaking
    assert {change.path for change in found.changes if change.what == "ideal"} == {
        ("ideals", "collective_alignment"),
        ("ideals", "bidirectional_alignment"),
    }
    assert diff(EXTENDED, BOOK).breaking


@given(
    st.lists(st.sampled_from(sorted(EDITS)), max_size=5), st.lists(st.sampled_from(sorted(EDITS)), max_size=5)
)
@settings(max_examples=40, deadline=None)
def test_the_way_back_is_the_mirror(left, right):
    a, b = BOOK, EXTENDED if len(right) % 2 else BOOK
    for name in left:
        a = _edited(a, name)
    for name in right:
        b = _edited(b, name)
    forth = diff(a, b).changes
    renamed = {(*c.path, c.after): (*c.path, c.before) for c in forth if c.kind == "renamed"}
    there = {(c.what, c.path, c.kind, c.field, repr(c.before), repr(c.after)) for c in forth}
    back = {
        (c.what, renamed.get(c.path, c.path), MIRROR[c.kind], c.field, repr(c.after), repr(c.before))
        for c in diff(b, a).changes
    }
    assert there == back


def _edited(book, name):
    """An edit, unless an earlier one took away what it edits."""
    try:
        return EDITS[name](book)
    except KeyError:
        return book
