"""Which papers are held out together? Folds that never part a group, and that don't depend on order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Literal

from univocal.coders.gold import GoldPaper
from univocal.errors import UnivocalError
from univocal.text import normal_title

GroupBy = Literal["paper", "source"]


def split(
    gold: Sequence[GoldPaper], *, folds: int, group_by: GroupBy, seed: int
) -> tuple[tuple[int, ...], ...]:
    """In which fold is each paper held out? The places of the papers of each fold, in order.

    All papers of a group (the paper itself, or the source that it was sampled from) share a fold. Groups go,
    largest first and senses spread evenly, to the fold with the fewest papers. The order of ``gold`` is of no
    account: equal groups are ordered by a hash of their name and the seed.

    Raises:
        UnivocalError: fewer than two folds, or fewer groups than folds.

    >>> from univocal.records import Paper
    >>> gold = [GoldPaper(Paper(f"p{i}", "Text."), (), {}, group="ab"[i % 2]) for i in range(4)]
    >>> sorted(split(gold, folds=2, group_by="source", seed=0))
    [(0, 2), (1, 3)]
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(gold):
        groups[one.paper.id if group_by == "paper" else one.group].append(place)
    if not 2 <= folds <= len(groups):
        raise UnivocalError(
            f"folds must be between 2 and the number of groups ({len(groups)}, grouped by {group_by}), got {folds}"
        )
    found: list[list[int]] = [[] for _ in range(folds)]
    order = sorted(
        groups, key=lambda g: (-len(groups[g]), _main_sense([gold[i] for i in groups[g]]), _hash(g, seed))
    )
    for name in order:
        min(found, key=len).extend(groups[name])
    return tuple(tuple(sorted(fold)) for fold in found)


def without(extra: Sequence[GoldPaper], held_out: Sequence[GoldPaper]) -> tuple[GoldPaper, ...]:
    """The extra training papers less those held out (same id, same title or same text): nothing may leak."""
    ids = {g.paper.id for g in held_out}
    titles = {normal_title(g.paper.title) for g in held_out} - {""}
    texts = {g.paper.text for g in held_out}
    return tuple(
        e
        for e in extra
        if e.paper.id not in ids and e.paper.text not in texts and normal_title(e.paper.title) not in titles
    )


def _main_sense(papers: Sequence[GoldPaper]) -> str:
    counts = Counter(m.sense for p in papers for m in p.mentions if m.sense)
    return min(counts, key=lambda sense: (-counts[sense], sense), default="")


def _hash(name: str, seed: int) -> str:
    return blake2b(f"{seed}\0{name}".encode(), digest_size=8).hexdigest()
