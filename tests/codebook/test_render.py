"""A codebook in words: nothing is left out, every element has its tag, no line is too wide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from univocal.codebook import load, show
from univocal.codebook.render import PROVENANCE, tag
from univocal.errors import InputError

BOOK = load()
EXTENDED = load(
    Path(__file__).resolve().parents[2] / "examples" / "codebooks" / "collective-bidirectional.toml"
)


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("variable", [None, *(v.id for v in BOOK.variables)])
def test_text_fits_its_width(variable, width):
    words = show(BOOK, variable, width=width)
    assert max(map(len, words.splitlines())) <= width
    assert not any(line != line.rstrip() for line in words.splitlines())
    assert "\x1b" not in words


def test_colour_is_for_terminals():
    assert "\x1b[" in show(BOOK, "sense", color=True)


@pytest.mark.parametrize("book", [BOOK, EXTENDED], ids=["alignment", "extended"])
def test_the_overview_names_everything(book):
    words = show(book)
    for noun in (*book.ideals, *book.variables, *(code for v in book.variables for code in v.codes)):
        assert noun.id in words
    for advice in book.recommendations:
        assert advice.heading in words
    for key, meaning in PROVENANCE.items():
        assert f"[{key}]  {meaning}" in words


@pytest.mark.parametrize("variable", BOOK.variables, ids=lambda v: v.id)
def test_one_variable_in_full(variable):
    words = " ".join(show(BOOK, variable.id).split())
    for code in variable.codes:
        assert code.definition in words
        assert tag(code.provenance) in words
        assert all(example.because.split()[0] in words for example in code.examples)


def test_markdown_has_every_definition_rule_and_example():
    page = show(EXTENDED, format="markdown")
    for variable in EXTENDED.variables:
        for code in variable.codes:
            assert f"- `{code.id}` **{code.label}**. {code.definition} {tag(code.provenance)}" in page
            assert code.rule in page
            assert all(example.text in page for example in code.examples)
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert all(row.endswith((" |", "-|")) for row in rows)


def test_json_has_every_field():
    told = json.loads(show(BOOK, format="json"))
    assert told["digest"] == BOOK.digest
    assert [v["id"] for v in told["variables"]] == [v.id for v in BOOK.variables]
    assert json.loads(show(BOOK, "about", "json"))["codes"][2]["absence"] is True


def test_an_unknown_variable_is_told():
    with pytest.raises(InputError, match=r"alignment: no variable 'valance'. Did you mean 'valence'\?"):
        show(BOOK, "valance")
