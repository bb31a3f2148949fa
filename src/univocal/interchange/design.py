"""What the files say of papers: which units are theirs, and their weight, stratum and groups, once each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from univocal.interchange.faults import Faults, Keys
from univocal.interchange.names import NOTHING, Names, Places


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What some rows say: of their ``paper``, or of the paper of their ``unit`` where they name none.

    ``values`` maps ``weight``, ``stratum`` or the name of a group to places in the names of its values.
    """

    key: Keys
    unit: Places | None
    paper: Places | None
    values: Mapping[str, Places]


class Design:
    """Finds the paper of each unit and the values of each paper, and tells where rows contradict each other."""

    def __init__(self, units: list[str], papers: Names, faults: Faults) -> None:
        self._units, self._papers, self._faults = units, papers, faults
        self.names: tuple[str, ...] = ()
        self.paper_of_unit: Places = np.empty(0, dtype=np.int32)

    def place_units(self, said: Sequence[Said]) -> None:
        """Which paper is each unit from? A unit of which no file says so is a paper itself."""
        of_unit = _Firsts(len(self._units))
        for one in said:
            if one.unit is None or one.paper is None:
                continue
            whole = np.flatnonzero((one.unit >= 0) & (one.paper >= 0))
            unit, paper, key = one.unit[whole], one.paper[whole], one.key[whole]
            bad = of_unit.put(unit, paper, key)
            self._faults.add_rows(key[bad], self._two_papers(unit[bad], paper[bad], key[bad], of_unit))
        self.paper_of_unit = of_unit.value
        alone = np.flatnonzero(of_unit.value == NOTHING)
        if len(alone) == len(self._units) and not self._papers.names:
            self.names = tuple(self._units)
            self.paper_of_unit = np.arange(len(self._units), dtype=np.int32)
            return
        self.paper_of_unit[alone] = self._papers.encode([self._units[place] for place in alone])
        self.names = tuple(self._papers.names)

    def values(
        self, said: Iterable[Said], names: Iterable[str], text: Callable[[str, int], str]
    ) -> dict[str, Places]:
        """For each name that any file has, the value of each paper (-1: none).

        ``text`` says how a value was written, for messages. A value that is empty says nothing.
        """
        found = {name: _Firsts(len(self.names)) for name in names}
        used = set()
        for one in said:
            for name, places in one.values.items():
                used.add(name)
                paper = self._paper(one)
                whole = np.flatnonzero((paper >= 0) & (places >= 0))
                paper, value, key = paper[whole], places[whole], one.key[whole]
                bad = found[name].put(paper, value, key)
                message = self._two_values(name, paper[bad], value[bad], key[bad], found[name], text)
                self._faults.add_rows(key[bad], message)
        return {name: firsts.value for name, firsts in found.items() if name in used}

    def _paper(self, one: Said) -> Places:
        if one.paper is not None:
            return one.paper
        if one.unit is None:
            return np.full(len(one.key), NOTHING, dtype=np.int32)
        result: Places = np.where(one.unit >= 0, self.paper_of_unit[np.maximum(one.unit, 0)], NOTHING)
        return result

    def _two_papers(self, unit: Places, paper: Places, key: Keys, firsts: _Firsts) -> Callable[[int], str]:
        def message(at: int) -> str:
            first, file = firsts.key[unit[at]], self._faults.file(key[at])
            return (
                f"{file.label('paper', '', '')}: the unit {self._units[unit[at]]!r} is in {self._papers.names[paper[at]]!r}, but in "
                f"{self._papers.names[firsts.value[unit[at]]]!r} on {self._faults.place(first, key[at])}. "
                "Expected one paper for each unit."
            )

        return message

    def _two_values(
        self,
        name: str,
        paper: Places,
        value: Places,
        key: Keys,
        firsts: _Firsts,
        text: Callable[[str, int], str],
    ) -> Callable[[int], str]:
        def message(at: int) -> str:
            first, label = firsts.key[paper[at]], self._faults.file(key[at]).label(name, "", "")
            return (
                f"{label}: {text(name, value[at])!r} for the paper {self.names[paper[at]]!r}, but "
                f"{text(name, firsts.value[paper[at]])!r} on {self._faults.place(first, key[at])}. "
                f"Expected one {name} for each paper."
            )

        return message


class _Firsts:
    """For each of n things, the value that the first row gives it, and that row's key."""

    def __init__(self, n: int) -> None:
        self.value: Places = np.full(n, NOTHING, dtype=np.int32)
        self.key: Keys = np.zeros(n, dtype=np.int64)

    def put(self, thing: Places, value: Places, key: Keys) -> Places:
        """Take the values of things that have none yet; which rows contradict what a thing has?"""
        new = np.flatnonzero(self.value[thing] == NOTHING)[
            ::-1
        ]  # backwards, so that the first row has the last word
        self.value[thing[new]] = value[new]
        self.key[thing[new]] = key[new]
        return np.flatnonzero(self.value[thing] != value).astype(np.int32)
