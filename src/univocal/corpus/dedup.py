"""Which papers are the same paper? By DOI, arXiv id and normalised title, over any number of papers.

Papers are compared by 64-bit hashes of these keys, so that a worker can send three numbers a paper instead of its
text. Two different keys of n papers share a hash with probability of at most n²/2⁶⁵: below one in thirty million for
a million papers, one in three hundred for a hundred million. That isn't never; but such a collision adds one wrong line to
a report that names both papers, and every title there can be checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from univocal.corpus.faults import EXAMPLES, TalliedFault, tallied
from univocal.corpus.identifiers import normal_arxiv, normal_doi
from univocal.records import Paper
from univocal.text import normal_title

#: The keys that ``keys`` gives, in this order; an earlier one is the better reason.
KINDS = ("doi", "arxiv", "title")
#: A title must have this many letters and digits to be compared: shorter ones are shared by different papers.
TITLE_CHARS = 20
#: Titles that many papers share, as ``normal_title`` writes them.
GENERIC = frozenset(
    normal_title(title)
    for title in (
        "Introduction to the special issue",
        "Introduction to this special issue",
        "Introduction to the proceedings",
        "Front matter and preface",
        "Editorial: introduction to the special issue",
        "Guest editors' introduction",
        "Message from the program chairs",
        "Message from the general chair",
        "Proceedings of the workshop",
        "Report of the program committee",
        "Acknowledgement to reviewers",
        "Acknowledgment of reviewers",
        "Supplementary material",
        "Position paper submission",
    )
)
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")


def key64(text: str) -> int:
    """A text as a 64-bit number, the same in every process and on every machine; never 0.

    >>> key64("10.1000/1") == key64("10.1000/1"), key64("a") == key64("b")
    (True, False)
    """
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) or 1


def keys(paper: Paper) -> tuple[int, int, int]:
    """By which numbers is this paper recognised? One for each of ``KINDS``; 0 where it has no such key.

    >>> keys(Paper("a", "", title="Too short")), keys(Paper("b", "", doi="10.1000/x"))[0] > 0
    ((0, 0, 0), True)
    """
    doi = normal_doi(paper.doi) if paper.doi else None
    arxiv = normal_arxiv(paper.arxiv_id) if paper.arxiv_id else None
    if doi is not None and doi.startswith("10.48550/arxiv."):
        arxiv = arxiv or normal_arxiv(doi)
    title = folded(paper.title)
    telling = len(title) >= TITLE_CHARS and title not in GENERIC
    return (key64(doi) if doi else 0, key64(arxiv) if arxiv else 0, key64(title) if telling else 0)


def folded(title: str) -> str:
    """``text.normal_title``, several times faster for the titles that are all ASCII.

    >>> folded("Aligning  AI: A View")
    'aligningaiaview'
    """
    return _NOT_ALNUM.sub("", title.lower()) if title.isascii() else normal_title(title)


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Papers that came before: arrays of one entry a duplicate, in the order in which they were read.

    ``later`` is the duplicate's place among the papers, ``first`` that of the paper that is kept for its group.
    ``kind`` is the place in ``KINDS`` of the best key that it shares with an earlier paper of its group, or -1 where
    only a later paper links the two.
    """

    later: NDArray[np.int64]
    first: NDArray[np.int64]
    kind: NDArray[np.int8]

    def __len__(self) -> int:
        """How many papers are duplicates of an earlier one?"""
        return len(self.later)


def find_duplicates(papers: NDArray[np.uint64]) -> Duplicates:
    """Which papers came before, as which one, and by which key?

    Args:
        papers: Shape (n papers, 3): ``keys`` of each paper in the order of reading; 0 matches nothing.

    Sharing is passed on: where A and B share a DOI and B and C a title, all three are one paper. Takes about 100
    bytes a paper for a moment, and time n log n.

    >>> found = find_duplicates(np.array([[7, 0, 1], [0, 0, 2], [7, 0, 3], [0, 0, 3]], dtype=np.uint64))
    >>> found.later.tolist(), found.first.tolist(), [KINDS[k] for k in found.kind]
    ([2, 3], [0, 0], ['doi', 'title'])
    """
    n = len(papers)
    groups = [_sharing(papers[:, column]) for column in range(papers.shape[1])]
    label = np.arange(n, dtype=np.int64)
    while True:
        before = label
        for members, starts, sizes in groups:
            if len(members):
                label = label.copy()
                label[members] = np.repeat(np.minimum.reduceat(label[members], starts), sizes)
        label = label[label]
        if np.array_equal(before, label):
            break
    later = np.flatnonzero(label != np.arange(n))
    kind = np.full(n, -1, dtype=np.int8)
    for column in reversed(range(len(groups))):
        members, starts, _ = groups[column]
        repeated = np.ones(len(members), dtype=bool)
        repeated[starts] = False  # the first of each group has no earlier one
        kind[members[repeated]] = column
    return Duplicates(later, label[later], kind[later])


def _sharing(column: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Papers that share a key with another: their places grouped by key, each group's start, and its size."""
    present = np.flatnonzero(column)
    order = present[np.argsort(column[present], kind="stable")]
    values = column[order]
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]]) if len(values) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(values)])
    several = np.repeat(sizes > 1, sizes)
    kept = sizes[sizes > 1]
    return order[several], np.r_[0, np.cumsum(kept)[:-1]].astype(np.int64) if len(kept) else kept, kept


@dataclass(frozen=True, slots=True)
class Repeats:
    """Ids that came more than once: new names by place, and the places where the very same paper came again."""

    renamed: dict[int, str]
    same: tuple[int, ...]


def unique_ids(ids: NDArray[np.uint64], texts: NDArray[np.uint64], id_of: Callable[[int], str]) -> Repeats:
    """Which papers must be renamed so that no two share an id?

    Args:
        ids: ``key64`` of each paper's id, in the order of reading.
        texts: ``key64`` of each paper's text.
        id_of: The id of the paper at a place; asked only for repeated ones.

    A repeated id with another text becomes ``id~2``, the next ``id~3``; names that are taken are passed over. A
    repeated id with the same text is the same paper and keeps its name.

    >>> names = ["p", "q", "p", "p"]
    >>> ids = np.array([key64(name) for name in names], dtype=np.uint64)
    >>> unique_ids(ids, np.array([1, 2, 3, 1], dtype=np.uint64), names.__getitem__)
    Repeats(renamed={2: 'p~2'}, same=(3,))
    """
    members, starts, sizes = _sharing(ids)
    taken: set[int] | None = None
    renamed: dict[int, str] = {}
    same: list[int] = []
    for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
        places = members[start : start + size].tolist()
        seen = {int(texts[places[0]])}
        number = 1
        for place in places[1:]:
            if int(texts[place]) in seen:
                same.append(place)
                continue
            seen.add(int(texts[place]))
            taken = set(ids.tolist()) if taken is None else taken
            number += 1
            while key64(f"{id_of(place)}~{number}") in taken:
                number += 1
            renamed[place] = f"{id_of(place)}~{number}"
    return Repeats(dict(sorted(renamed.items())), tuple(sorted(same)))


def duplicate_faults(
    where: str, found: Duplicates, repeats: Repeats, id_of: Callable[[int], str]
) -> tuple[TalliedFault, ...]:
    """What a report says of duplicates and repeated ids: one fault for each reason, with examples.

    ``lost`` stays 0: each of these papers is there once. ``id_of`` is asked for the examples alone.

    >>> found = find_duplicates(np.array([[7, 0, 0], [7, 0, 0]], dtype=np.uint64))
    >>> duplicate_faults("papers/", found, Repeats({}, ()), ["a", "b"].__getitem__)[0].message
    'papers/: the same DOI as an earlier paper (1 paper: b is a)'
    """
    told: list[TalliedFault] = []
    nouns = ("paper", "papers")
    for kind, what in enumerate(
        ("the same DOI as", "the same arXiv id as", "the same title as", "linked to"), start=0
    ):
        at = np.flatnonzero(found.kind == (kind if kind < len(KINDS) else -1))
        pairs = zip(found.later[at[:EXAMPLES]].tolist(), found.first[at[:EXAMPLES]].tolist(), strict=True)
        if len(at):
            word = KINDS[kind] if kind < len(KINDS) else "link"
            examples = [f"{id_of(later)} is {id_of(first)}" for later, first in pairs]
            told.append(
                tallied(
                    where, f"duplicate-{word}", f"{what} an earlier paper", examples, len(at), nouns=nouns
                )
            )
    if repeats.renamed:
        examples = [
            f"{id_of(place)} is now {name}" for place, name in list(repeats.renamed.items())[:EXAMPLES]
        ]
        what = "an id that another paper has, with another text; renamed"
        told.append(tallied(where, "duplicate-id", what, examples, len(repeats.renamed), nouns=nouns))
    if repeats.same:
        examples = [id_of(place) for place in repeats.same[:EXAMPLES]]
        what = "the same id and text as an earlier paper"
        told.append(tallied(where, "repeated-paper", what, examples, len(repeats.same), nouns=nouns))
    return tuple(told)
