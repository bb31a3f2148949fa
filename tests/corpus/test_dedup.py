"""Duplicates: what counts as the same paper, and that groups are what they should be."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from univocal.corpus.dedup import (
    GENERIC,
    KINDS,
    duplicate_faults,
    find_duplicates,
    folded,
    key64,
    keys,
    unique_ids,
)
from univocal.corpus.read import read_papers
from univocal.records import Paper
from univocal.text import normal_title

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def matrix(*papers):
    return np.array([keys(p) for p in papers], dtype=np.uint64)


def test_what_makes_papers_the_same():
    papers = [
        Paper("a", "", title="Aligning Models: a Précis of Methods", doi="10.1000/AB"),
        Paper("b", "", title="Another title altogether, really", doi="https://doi.org/10.1000/ab"),
        Paper("c", "", title="aligning models - A precis of methods"),
        Paper("d", "", title="Something else that is long", arxiv_id="2501.00001v3"),
        Paper("e", "", title="On goals", arxiv_id="arXiv:2501.00001"),
        Paper("f", "", title="On goals", doi="10.48550/arXiv.2501.00001"),
        Paper("g", "", title="On goals"),
        Paper("h", "", title="Introduction to the Special Issue"),
        Paper("i", "", title="Introduction to the special issue."),
    ]
    found = find_duplicates(matrix(*papers))
    told = [
        (papers[a].id, papers[b].id, KINDS[k])
        for a, b, k in zip(found.later, found.first, found.kind, strict=True)
    ]
    assert told == [("b", "a", "doi"), ("c", "a", "title"), ("e", "d", "arxiv"), ("f", "d", "arxiv")]


@given(st.lists(st.tuples(*[st.integers(0, 6)] * 3), max_size=40))
def test_groups_are_the_connected_ones(rows):
    groups: list[set[int]] = []
    for place, row in enumerate(rows):
        mine = {place}
        for group in [g for g in groups if any(row[c] and row[c] == rows[o][c] for o in g for c in range(3))]:
            groups.remove(group)
            mine |= group
        groups.append(mine)
    found = find_duplicates(np.array(rows, dtype=np.uint64).reshape(-1, 3))
    wanted = {later: min(group) for group in groups for later in group if later != min(group)}
    assert dict(zip(found.later.tolist(), found.first.tolist(), strict=True)) == wanted
    for later, kind in zip(found.later.tolist(), found.kind.tolist(), strict=True):
        shared = [
            c for c in range(3) if rows[later][c] and any(rows[e][c] == rows[later][c] for e in range(later))
        ]
        assert kind == (shared[0] if shared else -1)


def test_no_papers_and_no_keys():
    assert len(find_duplicates(np.zeros((0, 3), dtype=np.uint64))) == 0
    assert len(find_duplicates(np.zeros((50, 3), dtype=np.uint64))) == 0


@given(st.text())
def test_folded_is_the_normal_title(title):
    assert folded(title) == normal_title(title)


@given(st.text(), st.text())
def test_hashes_are_stable_and_never_zero(one, other):
    assert 0 < key64(one) < 2**64
    assert (key64(one) == key64(other)) == (one == other)
    assert key64("10.18653/v1/2020.acl-main.1") == 7389784014346188128


def test_generic_titles_are_written_as_they_are_compared():
    assert all(normal_title(title) == title for title in GENERIC)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3)), max_size=20))
def test_ids_become_unique_by_text(pairs):
    names = [name for name, _ in pairs]
    ids = np.array([key64(n) for n in names], dtype=np.uint64)
    found = unique_ids(ids, np.array([t for _, t in pairs], dtype=np.uint64), names.__getitem__)
    kept = [found.renamed.get(i, n) for i, n in enumerate(names) if i not in found.same]
    assert len(kept) == len(set(kept)) == len(set(pairs))
    assert all(pairs[i] in pairs[:i] for i in found.same)
    assert all(name.startswith(names[i] + "~") for i, name in found.renamed.items())


def test_a_name_that_is_taken_is_passed_over():
    names = ["p", "p~2", "p"]
    found = unique_ids(
        np.array([key64(n) for n in names], dtype=np.uint64),
        np.array([1, 2, 3], dtype=np.uint64),
        names.__getitem__,
    )
    assert found.renamed == {2: "p~3"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data isn't beside the checkout")
def test_the_merged_corpus_holds_one_repeat():
    papers = [p for p in read_papers(SHARED / "data/papers/papers_align.jsonl.gz") if isinstance(p, Paper)]
    twice = [*papers, *(Paper(p.id + "x", p.text, title=p.title.upper()) for p in papers[:500])]
    found = find_duplicates(matrix(*twice))
    assert np.array_equal(
        found.first[found.later >= len(papers)] + len(papers), found.later[found.later >= len(papers)]
    )
    assert np.count_nonzero(found.later >= len(papers)) > 480  # the others' titles are too short to tell
    assert np.count_nonzero(found.later < len(papers)) == 0


def test_what_is_told_of_duplicates():
    names = [f"p{n}" for n in range(20)] + ["p0", "p1"]
    rows = np.zeros((22, 3), dtype=np.uint64)
    rows[:20, 2] = 5
    rows[20] = (9, 0, 0)
    found = find_duplicates(rows)
    ids = np.array([key64(n) for n in names], dtype=np.uint64)
    texts = np.array([*range(1, 21), 99, 2], dtype=np.uint64)
    told = duplicate_faults("papers/", found, unique_ids(ids, texts, names.__getitem__), names.__getitem__)
    assert [(f.kind, f.count, f.lost) for f in told] == [
        ("duplicate-title", 19, 0),
        ("duplicate-id", 1, 0),
        ("repeated-paper", 1, 0),
    ]
    assert "p1 is p0, p2 is p0" in told[0].message
    assert "p0 is now p0~2" in told[1].message
