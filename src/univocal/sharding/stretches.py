"""Which files does a run read, and which of them fall to one of several runs beside each other?

The division is made from the names and sizes of the files alone, so that runs which know nothing of each other
divide alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from math import ceil
from pathlib import Path

from univocal.atlas.inputs import total_weight
from univocal.atlas.pieces import FILES_A_PIECE
from univocal.corpus.listing import Found, find_files
from univocal.corpus.readers import installed, suffix_of
from univocal.errors import UnivocalError
from univocal.records import Fault

#: Endings of files that are cut into several shards; other files are small, and share a shard.
CUT = (".jsonl", ".ndjson", ".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class Division:
    """The ``number``-th (from 1) of ``of`` runs that share a corpus.

    >>> Division.parse("3/12")
    Division(number=3, of=12)
    >>> Division.parse("0/4")
    Traceback (most recent call last):
    univocal.errors.UnivocalError: --shard 0/4: expected I/N with I from 1 to N, such as 1/4 for the first of four
    """

    number: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Division:
        """From ``I/N``.

        Raises:
            UnivocalError: it isn't two whole numbers, or I is not one of 1 to N.
        """
        number, _, of = text.partition("/")
        if number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of):
            return cls(int(number), int(of))
        raise UnivocalError(
            f"--shard {text}: expected I/N with I from 1 to N, such as 1/4 for the first of four"
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """Files that are read in one go: one that may be cut into many shards, or a few that share one.

    Of the shards, those whose place from 0 leaves the remainder ``nth`` when divided by ``every`` are meant.
    ``size`` is about how many bytes they hold, unpacked.
    """

    files: tuple[Found, ...]
    size: int
    nth: int = 0
    every: int = 1


def find_stretches(inputs: Iterable[str | Path], out: Path) -> tuple[list[Stretch], list[Fault]]:
    """All stretches in order, less what lies in ``out``, and what was wrong with the inputs.

    >>> find_stretches([], Path("codings"))
    ([], [])
    """
    stretches: list[Stretch] = []
    faults = list(installed()[1])
    small: list[Found] = []
    own = out.resolve()

    def close() -> None:
        if small:
            stretches.append(_stretch(small))
            small.clear()

    # Names that clash are told apart by their paths, which mustn't depend on where a run is started.
    for found in find_files(Path(given).expanduser().absolute() for given in inputs):
        if isinstance(found, Fault):
            faults.append(found)
        elif own in found.path.resolve().parents:
            continue
        elif suffix_of(found.name) in CUT or found.name.lower().endswith(".gz"):
            close()
            stretches.append(_stretch([found]))
        else:
            small.append(found)
            if len(small) == FILES_A_PIECE:
                close()
    close()
    return stretches, faults


def divide(stretches: Sequence[Stretch], division: Division) -> Iterator[Stretch]:
    """Those stretches, or parts of stretches, that fall to one run; all runs together have each shard once.

    A file of more than an even share is read by several runs, each of which codes some of its shards: unpacking is
    cheap beside coding. The largest are dealt out first, each to the run that has least.
    """
    if division.of == 1:
        yield from stretches
        return
    share = sum(s.size for s in stretches) / division.of or 1
    parts: list[tuple[int, int, Stretch]] = []
    for place, whole in enumerate(stretches):
        every = 1 if len(whole.files) > 1 else min(division.of, max(1, ceil(whole.size / share)))
        parts += [(place, nth, Stretch(whole.files, whole.size // every, nth, every)) for nth in range(every)]
    loads = [(0, run) for run in range(division.of)]
    mine: list[tuple[int, int, Stretch]] = []
    heapify(loads)
    for part in sorted(parts, key=lambda p: (-p[2].size, p[0], p[1])):
        load, run = loads[0]
        heapreplace(loads, (load + part[2].size + 1, run))
        if run == division.number - 1:
            mine.append(part)
    yield from (part for _, _, part in sorted(mine, key=lambda p: p[:2]))


def _stretch(files: Sequence[Found]) -> Stretch:
    return Stretch(tuple(files), total_weight([(str(f.path), f.path.stat().st_size, 0) for f in files]))
