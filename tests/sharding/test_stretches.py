"""Dividing a corpus: laws over many shapes of corpus."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from univocal.corpus.listing import Found
from univocal.sharding.stretches import Division, Stretch, divide, find_stretches

SIZES = st.lists(st.integers(0, 10**9), max_size=30)


def stretches(sizes: list[int]) -> list[Stretch]:
    return [Stretch((Found(Path(f"/x/{n}.jsonl"), f"{n}.jsonl"),), size) for n, size in enumerate(sizes)]


@given(SIZES, st.integers(1, 40))
def test_each_shard_falls_to_one_run(sizes: list[int], of: int) -> None:
    whole = stretches(sizes)
    parts = [part for number in range(1, of + 1) for part in divide(whole, Division(number, of))]
    for stretch in whole:
        mine = [part for part in parts if part.files == stretch.files]
        every = mine[0].every
        assert sorted(part.nth for part in mine) == list(range(every))
        assert {part.every for part in mine} == {every}


@given(SIZES.filter(lambda sizes: sum(sizes) > 0), st.integers(2, 40))
def test_no_run_has_much_more_than_its_share(sizes: list[int], of: int) -> None:
    loads = [
        sum(part.size for part in divide(stretches(sizes), Division(number, of)))
        for number in range(1, of + 1)
    ]
    assert max(loads) <= 2 * sum(sizes) / of + 1


def test_small_files_share_a_shard_however_the_corpus_is_divided(tmp_path: Path) -> None:
    for n in range(20):
        (tmp_path / f"{n:02d}.txt").write_text("We align.")
    found, faults = find_stretches([tmp_path], tmp_path / "out")
    assert not faults
    assert [len(s.files) for s in found] == [8, 8, 4]
    parts = [part for number in (1, 2) for part in divide(found, Division(number, 2))]
    assert sorted(p.files[0].name for p in parts) == [s.files[0].name for s in found]
