"""Loading: extensions carry through, digests follow content, and no mapping whatever crashes the checker."""

from __future__ import annotations

import json
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from univocal.codebook import check, load, new
from univocal.codebook.read import parse
from univocal.codebook.shape import ENTRIES, HEADER, PROVENANCE, clean, faults_of
from univocal.errors import CodebookError, InputError, UnivocalError

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "codebooks" / "collective-bidirectional.toml"
HEAD = 'id = "mine"\nversion = "1.0.0"\ntitle = "Mine"\nextends = "{base}"\n'


def written(folder, text, name="mine.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_an_added_ideal_needs_no_code():
    book = load(EXAMPLE)
    added = ("collective_alignment", "bidirectional_alignment")
    assert tuple(i.id for i in book.ideals if not i.core) == added
    assert tuple(i.id for i in book.ideals)[:3] == tuple(i.id for i in load().ideals)
    for name in ("sense", "ideals", "primary"):
        assert set(added) <= {code.id for code in book.variable(name).codes}
    assert set(added) <= book.ai_senses
    assert book.implied_ideal("collective", "joint_outcome") == "collective_alignment"
    assert book.implied_ideal("humans_and_ai", "mutual_adaptation") == "bidirectional_alignment"
    assert book.implied_ideal("local_behaviour", "intent") == "task_reliability"
    assert {cue.code for cue in book.cues} >= set(added)
    assert book.tension_cases[: len(load().tension_cases)] == load().tension_cases
    assert book.extends == "alignment"
    assert book.source == load().source


def test_the_examples_ideals_are_ours_and_say_what_they_refine():
    book = load(EXAMPLE)
    for ideal in book.ideals[3:]:
        assert (ideal.provenance, ideal.within) == ("U", "other_ai")
        code = book.variable("sense").code(ideal.id)
        assert code.parent == "other_ai"
        assert {example.applies for example in code.examples} == {True, False}


def test_the_examples_cues_find_its_examples():
    """Of each added ideal, some cue matches some sentence it applies to, and none that is another sense."""
    import regex

    book = load(EXAMPLE)
    for ideal in book.ideals[3:]:
        patterns = [c.pattern for c in book.cues if c.code == ideal.id and c.within == "mention"]
        found = {
            example.text: any(regex.search(p, example.text, regex.IGNORECASE) for p in patterns)
            for example in book.variable("sense").code(ideal.id).examples
        }
        wanted = book.variable("sense").code(ideal.id).examples
        assert any(found[e.text] for e in wanted if e.applies)
        assert not any(found[e.text] for e in wanted if not e.applies)


def test_a_change_keeps_the_fields_it_does_not_name(tmp_path):
    text = HEAD.format(base="alignment") + (
        '[[codes]]\nvariable = "sense"\nid = "technical"\nlabel = "Term of art"\nprovenance = "U"\n'
    )
    before, after = load().variable("sense"), load(written(tmp_path, text)).variable("sense")
    assert after.code("technical").label == "Term of art"
    assert after.code("technical").definition == before.code("technical").definition
    assert not after.code("technical").ai
    assert [code.id for code in after.codes] == [code.id for code in before.codes]


def test_a_changed_core_ideal_stays_core(tmp_path):
    text = (
        HEAD.format(base="alignment")
        + '[[ideals]]\nid = "task_reliability"\nlabel = "Tasks"\nprovenance = "U"\n'
    )
    ideal = load(written(tmp_path, text)).ideal("task_reliability")
    assert ideal.core
    assert (ideal.label, ideal.provenance) == ("Tasks", "U")


def test_a_cues_weight_can_be_changed(tmp_path):
    cue = load().cues[0]
    key = json.dumps(
        {"variable": cue.variable, "code": cue.code, "within": cue.within, "pattern": cue.pattern}
    )
    rows = "".join(f"{name} = {json.dumps(value)}\n" for name, value in json.loads(key).items())
    book = load(written(tmp_path, HEAD.format(base="alignment") + f"[[cue]]\n{rows}weight = 0\n"))
    assert len(book.cues) == len(load().cues)
    assert book.cues[0].weight == 0


def test_extensions_build_on_each_other(tmp_path):
    (tmp_path / "deep").mkdir()
    written(tmp_path, EXAMPLE.read_text(encoding="utf-8"), "base.toml")
    text = HEAD.format(base="../base.toml") + (
        '[[codes]]\nvariable = "subcategory"\nid = "voting"\nlabel = "Voting"\ndefinition = "D"\n'
        'parent = "collective_alignment"\nprovenance = "U"\n'
    )
    book = load(written(tmp_path / "deep", text))
    assert book.variable("subcategory").code("voting").parent == "collective_alignment"


def test_included_cues(tmp_path):
    cue = "[[cue]]\nvariable = 'sense'\ncode = 'technical'\npattern = 'phylogen'\nwithin = 'sentence'\nweight = 2\n"
    written(tmp_path, cue, "cues.toml")
    path = written(tmp_path, 'include = ["cues.toml"]\n' + HEAD.format(base="alignment"))
    assert load(path).cues[-1].pattern == "phylogen"
    written(tmp_path, "title = 'no'\n" + cue.replace("'technical'", "'tecnical'"), "cues.toml")
    assert check(path) == (
        "cues.toml: 'title': an included file holds [[cue]] tables only",
        "cues.toml: cue[0].code: no code 'tecnical'. Did you mean 'technical'?",
    )


def test_the_digest_follows_content_not_layout(tmp_path):
    plain = written(tmp_path, HEAD.format(base="alignment"), "a.toml")
    spaced = written(tmp_path, "# a comment\n" + HEAD.format(base="alignment").replace(" = ", "="), "b.toml")
    other = written(tmp_path, HEAD.format(base="alignment").replace("Mine", "Yours"), "c.toml")
    assert load(plain).digest == load(spaced).digest != load(other).digest
    assert re.fullmatch("[0-9a-f]{64}", load().digest)
    assert load(plain).digest != load().digest


def test_a_codebook_crosses_process_borders():
    assert pickle.loads(pickle.dumps(load())) == load()


def test_new_passes_check_as_it_stands(tmp_path):
    path = new(tmp_path / "My Book.toml")
    assert check(path) == ()
    assert load(path).id == "my-book"


def test_new_passes_check_with_every_example_taken_up(tmp_path):
    path = new(tmp_path / "mine.toml")
    path.write_text(path.read_text(encoding="utf-8").replace("#:", ""), encoding="utf-8")
    assert check(path) == ()
    book = load(path)
    assert book.ideal("my_ideal").object_x == ("my_object",)
    assert "my_question" in book
    assert book.tension_cases[-1].id == "my_case"


def test_new_overwrites_only_when_told(tmp_path):
    path = written(tmp_path, "mine")
    with pytest.raises(InputError, match="Pass --force"):
        new(path)
    assert path.read_text(encoding="utf-8") == "mine"
    assert check(new(path, force=True)) == ()


@pytest.mark.parametrize("name", ["mine.txt", "no/such/folder/mine.toml"])
def test_new_tells_what_it_cannot_write(name, tmp_path):
    with pytest.raises(InputError, match="mine"):
        new(tmp_path / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("codebooks")


SCALARS = st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
KEYS = st.sampled_from(sorted({*HEADER, *ENTRIES, *(key for spec in ENTRIES.values() for key in spec)}))
ROWS = st.lists(st.dictionaries(KEYS | st.text(max_size=5), VALUES, max_size=6) | VALUES, max_size=3)
TABLES = st.dictionaries(KEYS | st.text(max_size=5), VALUES | ROWS, max_size=6)


def dumped(value):
    """A value in TOML, inline."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {dumped(v)}" for k, v in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(dumped, value)) + "]"
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


@given(
    TABLES, st.sampled_from(["", 'extends = "alignment"\n', 'extends = "f.toml"\n', 'include = ["f.toml"]\n'])
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_file_crashes_the_checker(folder, table, head):
    rows = (f"{json.dumps(key, ensure_ascii=False)} = {dumped(value)}\n" for key, value in table.items())
    path = written(folder, head + "".join(rows), "f.toml")
    faults = check(path)
    assert all(isinstance(fault, str) and fault.isprintable() for fault in faults)
    if faults:
        with pytest.raises(CodebookError):
            load(path)


@given(st.text(max_size=60) | st.sampled_from(["[[codes]]", "a = [", "[a.b]", '"""']))
@settings(max_examples=150, deadline=None)
def test_no_text_crashes_the_reader(text):
    faults = ()
    try:
        parse(text.encode("utf-8", "surrogatepass"), "f.toml")
    except CodebookError as error:
        faults = error.faults
    assert all(fault.startswith("f.toml: ") for fault in faults)


@given(table=st.dictionaries(KEYS, VALUES, max_size=6), kind=st.sampled_from(sorted(ENTRIES)))
@settings(max_examples=150, deadline=None)
def test_what_is_clean_has_no_fault(table, kind):
    good = clean(table, ENTRIES[kind])
    assert list(faults_of(good, ENTRIES[kind], "x", needs=frozenset())) == []


def test_every_element_has_a_provenance():
    for kind, spec in ENTRIES.items():
        tags = [key for key in spec if key.endswith("provenance")]
        assert bool(tags) == (kind != "cue")
        assert all(spec[key] == PROVENANCE for key in tags)


@pytest.mark.parametrize("source", ["alinment", "no-such.toml", ".", "a\x00.toml"])
def test_what_cannot_be_loaded_is_told(source):
    with pytest.raises(UnivocalError):
        load(source)
