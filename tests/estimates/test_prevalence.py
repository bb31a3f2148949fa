"""Shares from tables: the corpus of a variable, its domain, its groups, and one Bonferroni for all."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from univocal.errors import UnivocalError
from univocal.estimates.coding_table import CodingTable
from univocal.estimates.prevalence import prevalence
from univocal.interchange import read_codings
from univocal.statistics.mover import domain_share
from univocal.statistics.prevalence_rule import prevalence as share_of
from univocal.statistics.simultaneous import prevalence_by_group

DEV = Path(__file__).parents[3] / "shared" / "gold" / "dev.jsonl"
NAN = float("nan")


def three(result):
    return [result.value, result.low, result.high]


def skipping(machine=False):
    """300 papers, every third about the subject; of these alone people say which ideal. Two strata by weight."""
    rows, weight = [], {}
    for i in range(300):
        name = f"p{i:03}"
        weight[name] = 2.0 if i % 2 else 30.0
        about = "main" if i % 3 == 0 else "no"
        ideal = "a" if i % 4 == 0 else "b"
        if not machine or i % 3 == 0 or i % 5 == 1:
            rows.append((name, "people", "about", about))
            if about == "main":
                rows.append((name, "people", "ideal", ideal))
        if machine:
            rows.append((name, "model", "about", "no" if i % 7 == 0 else about))
            if about == "main" and i % 7:
                rows.append((name, "model", "ideal", ideal))
    return CodingTable.of(rows, weight=None if machine else weight), weight


def of(result, variable, code, group=None):
    return next(s for s in result.shares if (s.variable, s.code, s.group) == (variable, code, group))


def test_a_variable_that_is_not_asked_of_all_is_a_domain():
    table, _ = skipping()
    found = prevalence(table, gold="people")
    i = np.arange(300)
    asked, hit = i % 3 == 0, i % 4 == 0
    counts = [[np.sum(asked & which & (i % 2 == odd)) for odd in (0, 1)] for which in (hit, ~hit)]
    wanted = domain_share(*counts, [150, 150], [150 * 30, 150 * 2])
    share = of(found, "ideal", "a")
    assert three(share.estimate) == pytest.approx(three(wanted))
    assert "of a domain" in share.estimate.method
    assert (share.n_papers, share.n_gold, share.n_outside) == (300, 100, 200)
    assert of(found, "about", "main").n_outside == 0
    assert "of a domain" not in of(found, "about", "main").estimate.method
    # Taken as a sample of its own, it would seem surer: the strata's sizes within the domain are estimates.
    weights = np.where(i % 2, 2.0, 30.0)[asked]
    narrow = share_of(hit[asked], weights=weights)
    assert narrow.value == pytest.approx(share.estimate.value)
    assert narrow.standard_error < share.estimate.standard_error


def test_a_domain_is_told_by_the_variables_left_out_of_the_report_too():
    table, _ = skipping()
    whole, chosen = prevalence(table, gold="people"), prevalence(table, gold="people", variables=["ideal"])
    assert {s.variable for s in chosen.shares} == {"ideal"}
    assert three(of(chosen, "ideal", "a").estimate) == three(of(whole, "ideal", "a").estimate)
    assert of(chosen, "ideal", "a").simultaneous.low > of(whole, "ideal", "a").simultaneous.low
    with pytest.raises(UnivocalError, match=r"no variable 'idael'.*Did you mean 'ideal'"):
        prevalence(table, gold="people", variables=["idael"])


def test_a_machine_and_a_domain():
    table, _ = skipping(machine=True)
    share = of(prevalence(table, gold="people", machine="model"), "ideal", "a")
    i = np.arange(300)
    seen, asked, hit = (i % 3 == 0) | (i % 5 == 1), i % 3 == 0, i % 4 == 0
    gold = np.where(asked, hit, NAN)
    machine = np.where(asked & (i % 7 > 0), hit, NAN)
    wanted = share_of(gold, machine=machine, domain=np.where(seen & ~asked, 0.0, NAN))
    assert three(share.estimate) == three(wanted)
    assert share.estimate.method.startswith("share of a domain, MOVER of a ratio")
    assert "3 strata of the machine's label" in share.estimate.method
    assert share.machine == np.mean(asked & (i % 7 > 0) & hit)


def test_what_people_left_open_is_not_outside():
    rows = [(f"p{i}", "people", "about", "main") for i in range(40)]
    rows += [(f"p{i}", "people", "ideal", None if i < 4 else "ab"[i % 2]) for i in range(40)]
    share = of(prevalence(CodingTable.of(rows), gold="people"), "ideal", "a")
    assert (share.n_papers, share.n_gold, share.n_outside) == (36, 36, 0)
    some = [row for row in rows if not (row[2] == "ideal" and int(row[0][1:]) >= 30)]
    share = of(prevalence(CodingTable.of(some), gold="people"), "ideal", "a")
    assert share.n_outside == 14
    assert "people left 4 codings of 'ideal' open" in share.estimate.caution


def grouped(table, values):
    return replace(table, groups={"year": tuple(values)})


def test_groups_and_bonferroni_are_those_of_statistics():
    table, weight = skipping()
    years = [None if i % 10 == 0 else str(2020 + i % 3) for i in range(300)]
    found = prevalence(grouped(table, years), gold="people", by="year", level=0.9)
    # about has 2 codes, ideal has 2; for all papers and for 3 years, but of ideal only papers of 2020 are asked
    assert len(found.shares) == 16
    i = np.arange(300)
    gold = (i % 3 == 0).astype(float)
    weights = np.array(list(weight.values()))
    wanted = prevalence_by_group(gold, np.array(years, dtype=object), weights=weights, level=1 - 0.1 / 16)
    for year in ("2020", "2021", "2022"):
        share = of(found, "about", "main", year)
        assert three(share.simultaneous) == pytest.approx(three(wanted[year]))
        assert "simultaneous over 16 shares by Bonferroni" in share.simultaneous.method
        assert share.simultaneous.level == 0.9
        assert share.estimate.level == 0.9
    assert of(found, "ideal", "a", "2021").estimate.method == "undefined: no gold paper of the domain"
    assert of(found, "about", "main", "2021").n_papers == sum(year == "2021" for year in years)


def test_a_year_is_a_domain_where_weights_alone_say_how_large_strata_are():
    gold = np.tile([1.0, 0, 0, 1, 0], 40)
    year = np.repeat([2020, 2021], 100)
    weights = np.where(np.arange(200) % 3 == 0, 50.0, 1.0)
    found = prevalence_by_group(gold, year, weights=weights)
    heavy, first = weights > 1, year == 2020
    counts = [[np.sum(first & (gold == y) & (heavy == h)) for h in (False, True)] for y in (1, 0)]
    n = [np.sum(heavy == h) for h in (False, True)]
    wanted = domain_share(*counts, n, [n[0] * 1.0, n[1] * 50.0])
    assert three(found[2020]) == pytest.approx(three(wanted))


def test_weights_and_strata_that_are_not_known_of_all():
    table, weight = skipping()
    holes = np.array(list(weight.values()))
    holes[5] = NAN
    share = of(prevalence(replace(table, weight=holes), gold="people"), "about", "main")
    assert "1 gold papers have no weight" in share.estimate.caution
    strata = tuple(None if i == 3 else "ab"[i % 2] for i in range(300))
    share = of(prevalence(replace(table, weight=None, stratum=strata), gold="people"), "about", "main")
    assert "1 papers have no stratum" in share.estimate.caution


@pytest.mark.skipif(not DEV.exists(), reason="shared/gold isn't here")
def test_which_ideal_is_primary_among_papers_about_ai_alignment():
    table = read_codings(DEV)
    share = of(prevalence(table, gold="adjudicated", variables=["primary"]), "primary", "takeover_avoidance")
    assert (share.n_papers, share.n_gold, share.n_outside) == (448, 214, 234)
    assert "of a domain" in share.estimate.method
    # The largest stratum stands for 5,242 of 7,823 papers; none of its 63 is of the domain, and yet 5% of it may be.
    assert share.estimate.high - share.estimate.low > 0.2
