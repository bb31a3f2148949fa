"""Each paper once, each id once: what the pieces of a run hold, less duplicates, with repeated ids told apart."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray

from univocal.atlas.dossiers import Entry, read_piece, renamed
from univocal.corpus.dedup import KINDS, find_duplicates, unique_ids
from univocal.corpus.faults import tallied
from univocal.records import Dossier, Fault, Paper

_NUMBERS = len(KINDS) + 2  # and the id's and the text's


class Sieve:
    """The papers of finished pieces. Holds 40 bytes a paper, and reads the pieces a line at a time.

    A paper that shares a DOI, an arXiv id or a normalised title with an earlier one, or its id and its text, is a
    duplicate and is left out. Two different papers with one id are both kept; the later gets ``id~2``.
    """

    def __init__(self, pieces: Sequence[Path]) -> None:
        self.pieces = pieces
        self._faults: list[Fault] = []
        numbers = self._numbers()
        found = find_duplicates(numbers[:, : len(KINDS)])
        self._first = dict(zip(found.later.tolist(), found.first.tolist(), strict=True))
        kinds = [KINDS[k] if k >= 0 else "shared with another duplicate" for k in found.kind]
        self._why = dict(zip(found.later.tolist(), kinds, strict=True))
        self._renamed = self._tell_apart(numbers)
        self._named = set(self._first.values())
        self._read = len(numbers)

    @property
    def n_papers(self) -> int:
        """How many papers are kept?"""
        return self._read - len(self._first)

    @property
    def n_duplicates(self) -> int:
        """How many papers are left out because they came before?"""
        return len(self._first)

    def faults(self) -> tuple[Fault, ...]:
        """What the readers told, and repeated ids."""
        return tuple(self._faults)

    def dossiers(self, duplicates: BinaryIO) -> Iterator[Dossier]:
        """Each paper's dossier once, in order; what is left out is written to ``duplicates`` as JSON lines."""
        names: dict[int, str] = {}
        for place, entry in enumerate(self._entries()):
            dossier = entry.dossier()
            if place in self._renamed:
                dossier = renamed(dossier, self._renamed[place])
            if place in self._named:
                names[place] = dossier.paper.id
            if (first := self._first.get(place)) is None:
                yield dossier
            else:
                duplicates.write(_duplicate(dossier.paper, names[first], self._why[place]))

    def _entries(self) -> Iterator[Entry]:
        for piece in self.pieces:
            for item in read_piece(piece):
                if isinstance(item, Entry):
                    yield item

    def _numbers(self) -> NDArray[np.uint64]:
        numbers = array("Q")
        for piece in self.pieces:
            for item in read_piece(piece):
                if isinstance(item, Entry):
                    numbers.extend(item.keys)
                else:
                    self._faults.append(item)
        return np.frombuffer(numbers, dtype=np.uint64).reshape(-1, _NUMBERS)

    def _tell_apart(self, numbers: NDArray[np.uint64]) -> dict[int, str]:
        ids, texts = numbers[:, -2], numbers[:, -1]
        repeated = _repeated(ids)
        entries = enumerate(self._entries()) if repeated else ()
        papers = {place: entry.dossier().paper for place, entry in entries if place in repeated}
        repeats = unique_ids(ids, texts, lambda place: papers[place].id)
        firsts = {(int(ids[place]), int(texts[place])): place for place in sorted(repeated, reverse=True)}
        for place in repeats.same:
            first = firsts[int(ids[place]), int(texts[place])]
            if place not in self._first:
                self._first[place] = self._first.get(first, first)
                self._why[place] = "id and text"
        kept = {place: name for place, name in repeats.renamed.items() if place not in self._first}
        if kept:
            examples = [
                f"{papers[place].source}: {papers[place].id!r} is now {name!r}"
                for place, name in kept.items()
            ]
            what = "a paper's id was taken by another paper with other text; give each paper an id of its own"
            self._faults.append(tallied("input", "duplicate-id", what, examples, len(kept)))
        return kept


def _repeated(ids: NDArray[np.uint64]) -> set[int]:
    _, inverse, counts = np.unique(ids, return_inverse=True, return_counts=True)
    return set(np.flatnonzero(counts[inverse] > 1).tolist())


def _duplicate(paper: Paper, first: str, why: str) -> bytes:
    row = {"paper": paper.id, "title": paper.title, "source": paper.source, "duplicate_of": first, "by": why}
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
