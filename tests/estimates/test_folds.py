import dataclasses

import pytest

from univocal.errors import UnivocalError
from univocal.estimates.folds import split, without


def names(gold, parts):
    return {frozenset(gold[i].paper.id for i in part) for part in parts}


@pytest.mark.parametrize("group_by", ["paper", "source"])
def test_folds_part_all_papers_and_no_group(gold, group_by):
    parts = split(gold, folds=3, group_by=group_by, seed=0)
    assert sorted(i for part in parts for i in part) == list(range(len(gold)))
    assert [len(part) for part in parts] == [12, 12, 12]
    if group_by == "source":
        held = [{gold[i].group for i in part} for part in parts]
        assert not held[0] & held[1] | held[1] & held[2] | held[0] & held[2]


def test_folds_do_not_hang_on_order(gold):
    turned = gold[::-1]
    assert names(gold, split(gold, folds=5, group_by="paper", seed=0)) == names(
        turned, split(turned, folds=5, group_by="paper", seed=0)
    )
    assert names(gold, split(gold, folds=5, group_by="paper", seed=0)) != names(
        gold, split(gold, folds=5, group_by="paper", seed=1)
    )


def test_senses_are_spread_over_folds(gold):
    for part in split(gold, folds=3, group_by="paper", seed=0):
        assert len({gold[i].mentions[0].sense for i in part}) == 6


@pytest.mark.parametrize("folds", [1, 7])
def test_more_folds_than_groups_are_refused(gold, folds):
    with pytest.raises(UnivocalError, match=r"between 2 and the number of groups \(6, grouped by source\)"):
        split(gold, folds=folds, group_by="source", seed=0)


def test_nothing_that_is_held_out_stays_among_the_extra(gold):
    held = dataclasses.replace(gold[0], paper=dataclasses.replace(gold[0].paper, title="On Aligning Things"))

    def variant(**changes):
        fresh = {"id": "new", "text": "Another align text", "title": "Another"} | changes
        return dataclasses.replace(gold[1], paper=dataclasses.replace(gold[1].paper, **fresh))

    same = [variant(id=held.paper.id), variant(text=held.paper.text), variant(title="On aligning: things.")]
    assert without([*same, variant(), variant(id="x", title="")], [held]) == (
        variant(),
        variant(id="x", title=""),
    )
