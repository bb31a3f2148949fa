"""The built-in codebook: consistent in itself, and with the coded papers that it was made for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from univocal.codebook import check, load, show
from univocal.codebook.check import REQUIRED

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
BOOK = load()
CORE = ("task_reliability", "social_judiciousness", "takeover_avoidance")


def test_it_has_no_fault_cues_included():
    assert check("alignment") == ()


def test_it_is_loaded_once():
    assert load() is load("alignment")


def test_the_three_ideals_are_the_frameworks_own():
    assert tuple(ideal.id for ideal in BOOK.ideals) == CORE
    assert all(ideal.core and ideal.within is None for ideal in BOOK.ideals)
    assert tuple(ideal.number for ideal in BOOK.ideals) == ("2.1", "2.2", "2.5")


def test_every_variable_that_a_run_tells_is_there():
    assert set(REQUIRED) | {"subcategory", "commitments"} == {variable.id for variable in BOOK.variables}


@pytest.mark.parametrize("name", ["sense", "ideals", "primary"])
def test_ideals_are_codes_ahead_of_a_variables_own(name):
    assert tuple(code.id for code in BOOK.variable(name).codes)[:3] == CORE


def test_absence_is_what_needs_no_evidence():
    absent = {(v.id, c.id) for v in BOOK.variables for c in v.codes if c.absence}
    flags = {(v.id, "false") for v in BOOK.variables if v.answers == "flag"}
    asked = {(name, "not_stated") for name in ("object_x", "target_y", "threat_model", "valence")}
    assert absent == flags | asked | {("about", "no"), ("primary", "unspecified"), ("definition", "none")}


def test_ai_senses():
    assert {*CORE, "other_ai", "unspecified_ai"} == BOOK.ai_senses


def test_answers_to_q1_and_q2_imply_an_ideal_by_rule_only():
    answers = {
        ("local_behaviour", "intent"): "task_reliability",
        ("deployed_system", "external_norms"): "social_judiciousness",
        ("optimization_goals", "non_takeover"): "takeover_avoidance",
    }
    for x in BOOK.variable("object_x").codes:
        for y in BOOK.variable("target_y").codes:
            assert BOOK.implied_ideal(x.id, y.id) == answers.get((x.id, y.id))


def test_predictions_are_the_frameworks_second_table():
    told = {i.id: (i.prediction.threat_model, i.prediction.valence) for i in BOOK.ideals if i.prediction}
    assert told == {
        "task_reliability": ((), ("positive",)),
        "social_judiciousness": (("misdirected_competence", "incompetence", "both"), ("negative",)),
        "takeover_avoidance": (("misdirected_competence",), ("negative",)),
    }


def test_every_pair_of_ideals_has_a_tension_case():
    pairs = {
        frozenset((gain, loss))
        for c in BOOK.tension_cases
        for gain in c.progress_for
        for loss in c.regress_for
    }
    assert {frozenset(pair) for pair in combinations(CORE, 2)} <= pairs
    assert len(BOOK.tension_cases) == 4
    assert {case.status for case in BOOK.tension_cases} == {"argued"}


def test_recommendations():
    assert [advice.id for advice in BOOK.recommendations] == ["R1", "R2", "R2b", "R3", "R4", "R5"]
    assert {advice.heading_provenance for advice in BOOK.recommendations} == {"P"}


def test_sub_categories_stand_under_their_ideals():
    parents = {code.id: code.parent for code in BOOK.variable("subcategory").codes}
    assert parents.pop("alignment_as_fine_tuning") == "task_reliability"
    assert set(parents) == {
        "training_data_conservatism",
        "malicious_use",
        "thick",
        "socioaffective",
        "decolonial",
    }
    assert set(parents.values()) == {"social_judiciousness"}


def test_each_sense_is_told_from_its_neighbours_by_examples():
    for code in BOOK.variable("sense").codes:
        assert any(e.applies for e in code.examples), code.id
        assert any(not e.applies for e in code.examples), code.id


def test_examples_of_a_sense_mention_the_word():
    from univocal.mentions import find_mentions

    for code in BOOK.variable("sense").codes:
        for example in code.examples:
            assert find_mentions(example.text), example.text


def test_definitions_of_the_third_party_claim_no_quotation():
    for variable in BOOK.variables:
        for code in variable.codes:
            words = f"{code.definition} {code.rule}"
            assert not re.search(r"authors|the paper (?:says|claims|defines)|[\"“”]", words), words


@pytest.mark.parametrize("name", ["dev.jsonl", "silver.jsonl"])
def test_every_code_of_the_coded_papers_is_in_the_codebook(name):
    path = SHARED / "gold" / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        used = {("sense", mention["sense"]) for mention in row["mentions"]}
        for variable, value in row["coding"].items():
            if variable in BOOK:
                used |= {(variable, code) for code in _codes(variable, value)}
        for variable, code in used:
            assert BOOK.variable(variable).code(code), (row["id"], variable, code)


def _codes(variable, value):
    if variable == "proxies":
        return [proxy["treated_as"] for proxy in value]
    values = value if isinstance(value, list) else [value]
    return [str(v).lower() if isinstance(v, bool) else v for v in values]


def test_the_reference_page_is_current():
    page = ROOT / "docs" / "reference" / "codebook.md"
    assert page.read_text(encoding="utf-8") == show(BOOK, format="markdown"), (
        "run: univocal codebook show --format markdown > docs/reference/codebook.md"
    )


def test_loading_needs_no_heavy_library():
    heavy = "rich numpy regex duckdb altair lxml click orjson difflib importlib.metadata"
    code = (
        "import sys; from univocal.codebook import load; load(); "
        f"print([m for m in {heavy!r}.split() if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
