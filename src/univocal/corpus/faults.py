"""Faults of one kind in one file are told once, with a count and a few examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from univocal.records import Fault

#: How many examples a message names before it says "and n more".
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class TalliedFault(Fault):
    """A fault that stands for ``count`` records of a file; parts of one file can be put together again.

    >>> tallied("a.jsonl", "missing-abstract", "no abstract", ["line 3", "line 9"], 2).message
    'a.jsonl: no abstract (2 records: line 3, line 9)'
    """

    count: int = 1
    what: str = ""
    examples: tuple[str, ...] = ()
    nouns: tuple[str, str] = ("record", "records")


def tallied(
    where: str,
    kind: str,
    what: str,
    examples: Iterable[str],
    count: int,
    *,
    lost: int = 0,
    nouns: tuple[str, str] = ("record", "records"),
) -> TalliedFault:
    """One fault for ``count`` records (or other ``nouns``) that ``what`` is true of: the first examples are named."""
    shown = tuple(examples)[:EXAMPLES]
    more = f" and {count - len(shown):,} more" if count > len(shown) else ""
    listed = f": {', '.join(shown)}{more}" if shown else ""
    message = f"{where}: {what} ({count:,} {nouns[count != 1]}{listed})"
    return TalliedFault(where, kind, message, lost, count, what, shown, nouns)


@dataclass(slots=True)
class Tally:
    """Counts what is wrong with the records of one source; ``faults`` tells it, one fault a kind.

    >>> tally = Tally("a.jsonl")
    >>> for line in range(1, 9):
    ...     tally.add("missing-abstract", "no abstract", f"line {line}")
    >>> [fault.message for fault in tally.faults()]
    ['a.jsonl: no abstract (8 records: line 1, line 2, line 3, line 4, line 5 and 3 more)']
    """

    where: str
    nouns: tuple[str, str] = ("record", "records")
    _seen: dict[tuple[str, str], tuple[list[str], list[int]]] = field(default_factory=dict)

    def add(self, kind: str, what: str, example: str, lost: int = 0) -> None:
        """Note one record; ``what`` says what is wrong, in words that hold for every record it is wrong with."""
        examples, numbers = self._seen.setdefault((kind, what), ([], [0, 0]))
        if len(examples) < EXAMPLES:
            examples.append(example)
        numbers[0] += 1
        numbers[1] += lost

    def faults(self) -> Iterator[TalliedFault]:
        """What was counted so far, in the order in which each kind first came up."""
        for (kind, what), (examples, (count, lost)) in self._seen.items():
            yield tallied(self.where, kind, what, examples, count, lost=lost, nouns=self.nouns)


def merge_faults(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Put the tallies of one file's pieces together; other faults stay as they are, in order.

    >>> parts = [tallied("a.jsonl", "missing-abstract", "no abstract", [f"line {n}"], 1) for n in (3, 900)]
    >>> [fault.message for fault in merge_faults(parts)]
    ['a.jsonl: no abstract (2 records: line 3, line 900)']
    """
    merged: dict[object, Fault] = {}
    for number, fault in enumerate(faults):
        if not isinstance(fault, TalliedFault):
            merged[number] = fault
            continue
        key = (fault.where, fault.kind, fault.what)
        known = merged.get(key)
        if isinstance(known, TalliedFault):
            merged[key] = tallied(
                fault.where,
                fault.kind,
                fault.what,
                (*known.examples, *fault.examples),
                known.count + fault.count,
                lost=known.lost + fault.lost,
                nouns=fault.nouns,
            )
        else:
            merged[key] = fault
    return tuple(merged.values())
