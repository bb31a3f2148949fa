"""Laws of the counts: they don't depend on order or on how the work was split, and they are what one counts by hand."""

import pickle
import random
from collections import Counter

import orjson

from univocal.atlas.summary import ABSTAINED, NONE
from univocal.atlas.tally import Tally
from univocal.codebook.model import Codebook
from univocal.records import Coding, Dossier, Evidence, Mention, Paper


def tallied(dossiers, codebook: Codebook) -> Tally:
    tally = Tally(codebook)
    for dossier in dossiers:
        tally.add(dossier)
    return tally


def as_json(tally: Tally) -> bytes:
    return orjson.dumps(tally.summary().to_dict(), option=orjson.OPT_SORT_KEYS)


def test_any_split_in_any_order_gives_the_same_summary(dossiers, codebook):
    whole = as_json(tallied(dossiers, codebook))
    for seed in range(3):
        rng = random.Random(seed)
        shuffled = rng.sample(dossiers, len(dossiers))
        borders = sorted(rng.sample(range(1, len(dossiers)), 4))
        merged = Tally(codebook)
        for a, b in zip([0, *borders], [*borders, len(dossiers)], strict=True):
            merged.merge(pickle.loads(pickle.dumps(tallied(shuffled[a:b], codebook))))
        assert as_json(merged) == whole


def test_counts_are_those_of_the_codes(dossiers, codebook):
    summary = tallied(dossiers, codebook).summary()
    assert summary.papers == summary.papers_with_mentions == len(dossiers)
    assert summary.mentions == Counter(m.sense for d in dossiers for m in d.mentions)
    for variable in codebook.variables:
        if variable.unit != "paper" or variable.answers == "ledger":
            continue
        codings = [c for d in dossiers for c in d.codings if c.variable == variable.id]
        counts = summary.variables[variable.id]
        assert counts.asked == len(codings)
        assert +Counter(counts.codes) == Counter(code for c in codings for code in c.codes)
        assert counts.none == sum(c.codes == () for c in codings)
    assert sum(summary.ideal_sets.values()) == summary.variables["ideals"].asked
    assert sum(summary.proxies.values()) == sum(c.variable == "proxies" for d in dossiers for c in d.codings)
    assert summary.papers_with_findings == sum(bool(d.findings) for d in dossiers)


def test_margins_of_the_coordinates_are_the_ideals(dossiers, codebook):
    summary = tallied(dossiers, codebook).summary()
    for ideal in codebook.ideals:
        cells = sum(n for (i, _, _), n in summary.coordinates.items() if i == ideal.id)
        years = sum(n for (_, what, i), n in summary.years.items() if (what, i) == ("ideals", ideal.id))
        venues = sum(n for (_, what, i), n in summary.venues.items() if (what, i) == ("ideals", ideal.id))
        assert cells == years == venues == summary.variables["ideals"].codes[ideal.id]


def test_implied_ideal_follows_the_codebooks_rule(dossiers, codebook):
    summary = tallied(dossiers, codebook).summary()
    expected: Counter = Counter()
    for d in dossiers:
        if (x := d.coding("object_x")) is None:
            continue
        implied = codebook.implied_ideal(x.codes[0], d.coding("target_y").codes[0])
        expected[implied, d.coding("primary").codes[0], implied in d.coding("ideals").codes] += 1
    assert summary.implied == expected


def test_abstentions_and_none_are_kept_apart(codebook):
    text = "We align it."
    evidence = (Evidence.cut(text, 3, 8),)

    def paper(name, codes):
        main = Coding(name, "c", "about", ("main",), evidence)
        return Dossier(
            Paper(name, text),
            (Mention(name, 3, 8, "align"),),
            (main, Coding(name, "c", "ideals", codes, evidence)),
        )

    summary = tallied(
        [paper("a", None), paper("b", ()), paper("c", ("takeover_avoidance",))], codebook
    ).summary()
    assert summary.mentions == {ABSTAINED: 3}
    assert summary.papers_ai == 0
    counts = summary.variables["ideals"]
    assert (counts.asked, counts.abstained, counts.none, counts.codes["takeover_avoidance"]) == (3, 1, 1, 1)
    assert summary.ideal_sets == {(ABSTAINED,): 1, (NONE,): 1, ("takeover_avoidance",): 1}


def test_examples_are_verbatim(dossiers, codebook):
    texts = {d.paper.id: d.paper.text for d in dossiers}
    examples = tallied(dossiers, codebook).summary().examples()
    assert examples
    for example in examples:
        for p in example.passages:
            words = (p.before.removeprefix("… "), p.quote.removesuffix(" …"), p.after.removesuffix(" …"))
            assert all(w in texts[example.paper] for w in words)
            assert len(p.before) + len(p.after) <= 240
