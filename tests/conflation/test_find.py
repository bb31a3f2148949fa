import dataclasses
import itertools
import json
from pathlib import Path

import pytest

from univocal.codebook import load
from univocal.coders.gold import load_gold
from univocal.coders.lexicon import LexiconCoder
from univocal.conflation import KINDS, find
from univocal.records import Evidence, check_quote

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT.parent / "shared" / "gold" / "dev.jsonl"
EXTENSION = ROOT / "examples" / "codebooks" / "collective-bidirectional.toml"

#: Codings that a kind cannot do without.
NEEDED = {
    "undefined_headline": ("about", "primary", "definition", "target_y", "sense"),
    "sense_shift": ("diversity_acknowledged", "sense"),
    "proxy_as_ideal": ("about", "sense"),
    "definition_evidence_mismatch": ("about", "primary"),
    "scope_as_policy": ("about", "sense"),
}


def kinds(case):
    return {f.kind for f in find(case.paper, case.codings, case.codebook)}


def test_the_kinds_are_the_codebooks():
    assert set(KINDS) == {c.id for c in load().variable("conflation").codes}


def test_each_kind_is_found_in_its_case_and_alone(kind, good):
    assert kinds(good) == {kind}


def test_every_span_is_verbatim_and_the_reason_quotes_the_text(good):
    for finding in find(good.paper, good.codings, good.codebook):
        assert finding.spans
        for span in finding.spans:
            check_quote(good.paper.text, span.start, span.end, span.quote)
        assert "“" in finding.reason
        assert finding.reason.endswith(".")
        assert 0 < finding.confidence <= 1


def test_the_order_of_codings_changes_nothing(good):
    found = {find(good.paper, order, good.codebook) for order in itertools.permutations(good.codings)}
    assert len(found) == 1


def test_it_is_deterministic(good):
    assert find(good.paper, good.codings, good.codebook) == find(good.paper, good.codings, good.codebook)


def test_abstaining_on_what_a_kind_needs_leaves_no_finding(kind, good):
    for variable in NEEDED[kind]:
        assert kind not in kinds(good.without(variable)), variable


def test_without_codings_nothing_is_found(good):
    assert find(good.paper, (), good.codebook) == ()


def test_codings_of_another_paper_are_left_out(good):
    others = [dataclasses.replace(c, paper="other") for c in good.codings]
    assert find(good.paper, others, good.codebook) == ()


def test_ideals_of_a_users_codebook_are_carried(make):
    book = load(EXTENSION)
    case = make["sense_shift"]()
    codings = [
        dataclasses.replace(c, codes=("collective_alignment",)) if c.codes == ("social_judiciousness",) else c
        for c in case.codings
    ]
    (finding,) = find(case.paper, codings, book)
    assert finding.kind == "sense_shift"
    assert book.ideal("collective_alignment").label in finding.reason


def test_a_coder_that_quotes_elsewhere_is_still_read(make):
    case = make["definition_evidence_mismatch"]()
    moved = [
        dataclasses.replace(c, evidence=(Evidence.find(case.paper.text, "A culturally aware model"),))
        if c.variable == "primary"
        else c
        for c in case.codings
    ]
    assert [f.kind for f in find(case.paper, moved, case.codebook)] == ["definition_evidence_mismatch"]


@pytest.mark.skipif(not DEV.exists(), reason="the coded abstracts are not on this machine")
def test_findings_on_real_abstracts_are_verbatim_and_one_a_kind():
    book, coder = load(), LexiconCoder()
    seen = set()
    for gold in load_gold(DEV)[::3]:
        findings = find(gold.paper, coder.code(gold.paper, book), book)
        told = [f.kind for f in findings]
        assert len(told) == len(set(told))
        seen.update(told)
        for span in (s for f in findings for s in f.spans):
            check_quote(gold.paper.text, span.start, span.end, span.quote)
        json.dumps([dataclasses.asdict(f) for f in findings])
    assert seen
