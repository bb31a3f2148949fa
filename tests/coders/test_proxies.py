import pytest

from univocal.codebook import load
from univocal.coders.proxies import ENTRIES, find_proxies
from univocal.records import Coding, Evidence, Paper


def entries(text, codings=()):
    return find_proxies(Paper("p", text), codings, load())


@pytest.mark.parametrize(
    ("text", "quote", "code"),
    [
        ("We align models. Our method achieves a better win rate.", "win rate", "ideal"),
        ("Aligned models improve: the attack success rate is reduced.", "attack success rate", "ideal"),
        (
            "The learned reward is only a proxy and may not reflect what aligned users want.",
            "learned reward",
            "proxy",
        ),
    ],
)
def test_quantities_and_how_they_are_treated(text, quote, code):
    assert [(e.evidence[0].quote, e.codes) for e in entries(text)] == [(quote, (code,))]


def test_a_text_that_measures_nothing_has_no_entries():
    assert entries("We argue that alignment is a matter of principle.") == ()


def test_at_most_three_each_quantity_once():
    text = "Results: win rate, attack success rate, refusal rate, win rate, AlpacaEval and MT-Bench improve."
    found = entries(text)
    assert len(found) == ENTRIES
    assert len({e.evidence[0].quote for e in found}) == ENTRIES


@pytest.mark.parametrize(
    ("variable", "codes", "ideal"),
    [
        ("primary", ("social_judiciousness",), "social_judiciousness"),
        ("primary", ("unspecified",), None),
        ("primary", None, None),
        ("ideals", ("task_reliability",), "task_reliability"),
        ("ideals", ("task_reliability", "takeover_avoidance"), None),
    ],
)
def test_what_it_stands_for_follows_any_coders_ideal(variable, codes, ideal):
    text = "Aligned: our win rate improves."
    coding = Coding("p", "someone", variable, codes, (Evidence.cut(text, 0, 7),))
    assert [e.stands_for for e in entries(text, (coding,))] == [ideal]
