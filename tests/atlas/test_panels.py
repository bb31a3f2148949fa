"""Panels say what the counts say, in the codebook's order, for any codebook."""

from dataclasses import replace

import pytest

from univocal.atlas.palette import dress
from univocal.atlas.panels import Panels
from univocal.atlas.tally import Tally
from univocal.codebook import load


@pytest.fixture(scope="module")
def panels(dossiers, codebook):
    tally = Tally(codebook)
    for dossier in dossiers:
        tally.add(dossier)
    return Panels(tally.summary(), codebook, dress(codebook))


def test_departures_by_hand(panels, dossiers, codebook):
    """Takeover Avoidance is predicted misdirected competence and negative: count the papers that say otherwise."""
    papers = [d for d in dossiers if d.coding("ideals") and "takeover_avoidance" in d.coding("ideals").codes]
    threats = [d.coding("threat_model").codes[0] for d in papers]
    valences = [d.coding("valence").codes[0] for d in papers]
    map_ = next(m for m in panels.coordinates() if m.head.id == "takeover_avoidance")
    threat, valence = map_.departures
    assert map_.grid.n == len(papers)
    assert (threat.as_predicted, threat.partly, threat.otherwise, threat.not_stated) == tuple(
        threats.count(c) for c in ("misdirected_competence", "both", "incompetence", "not_stated")
    )
    assert (valence.as_predicted, valence.partly, valence.otherwise, valence.not_stated) == tuple(
        valences.count(c) for c in ("negative", "both", "positive", "not_stated")
    )


def test_either_takes_in_both_and_not_applicable_predicts_nothing(panels):
    maps = {m.head.id: m for m in panels.coordinates()}
    social, task = maps["social_judiciousness"].departures[0], maps["task_reliability"].departures[0]
    assert social.otherwise == social.partly == 0
    assert social.as_predicted > 0
    assert task.predicted == ()


def test_every_departure_accounts_for_every_paper(panels):
    for m in panels.coordinates():
        for d in m.departures:
            assert (
                d.stated + d.not_stated + d.abstained
                == m.grid.n
                == sum(c.n for r in m.grid.rows for c in r.cells)
            )


def test_cooccurrence_is_symmetric(panels):
    grid = panels.cooccurrence()
    counts = [[c.n for c in row.cells] for row in grid.rows]
    assert counts == [list(column) for column in zip(*counts, strict=True)]
    assert all(row.extra <= row.cells[i].n for i, row in enumerate(grid.rows))


def test_ideals_stand_in_the_codebooks_order_whatever_their_counts(panels, codebook):
    order = [i.id for i in codebook.ideals]
    for rows in (panels.ideals(), panels.cooccurrence().rows, panels.implied().rows, panels.proxies().rows):
        assert [row.head.id for row in rows if row.head.id in order] == order
    assert [m.head.id for m in panels.coordinates()][: len(order)] == order


def test_fit_accounts_for_every_paper(panels):
    assert sum(panels.fit().values()) == panels.asked("ideals")


def test_venues_account_for_every_paper(panels):
    grid = panels.venues()
    assert sum(row.extra["papers"] for row in grid.rows) == panels.summary.papers
    assert sum(row.extra["ai"] for row in grid.rows) == panels.summary.papers_ai


def test_an_added_ideal_stands_in_every_panel():
    base = load()
    new = replace(base.ideals[0], id="collective", label="Collective Alignment", prediction=None, core=False)
    code = replace(base.variable("ideals").codes[0], id="collective", label="Collective Alignment")
    variables = tuple(
        replace(v, codes=(*v.codes[:3], code, *v.codes[3:])) if v.id in {"sense", "ideals", "primary"} else v
        for v in base.variables
    )
    codebook = replace(base, ideals=(*base.ideals, new), variables=variables)
    panels = Panels(Tally(codebook).summary(), codebook, dress(codebook))
    for rows in (panels.senses(), panels.ideals(), panels.cooccurrence().rows, panels.implied().rows):
        assert "collective" in [row.head.id for row in rows]
    assert "collective" in [h.id for h in panels.venues().columns]
    assert dress(codebook)["collective"].group == "ideal"
