"""From text to places in a list of names, a column at a time."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int32]

#: The place of a name that isn't there and needn't be.
NOTHING = -1

#: A name of more characters is a text that got into the wrong column.
LONGEST = 1_000


class Names(dict[Hashable, int]):
    """Gives each name the next place when it first occurs, and one below ``NOTHING`` if it is no name.

    >>> names = Names("unit")
    >>> names.encode(["p1", "p2", "p1", " "]).tolist(), names.why(-2)
    ([0, 1, 0, -2], 'empty; expected the name of a unit')
    """

    def __init__(self, what: str, *, optional: bool = False) -> None:
        super().__init__()
        self.what, self.optional = what, optional
        self.names: list[str] = []
        self._faults: list[str] = []

    def __missing__(self, name: Hashable) -> int:
        """A name that hasn't occurred yet."""
        fault = self._fault(name)
        if fault:
            place = NOTHING - 1 - len(self._faults)
            self._faults.append(fault)
        elif self.optional and not str(name).strip():
            place = NOTHING
        else:
            place = self._new(name)
        self[name] = place
        return place

    def encode(self, column: Sequence[Hashable]) -> Places:
        """The places of a column's values."""
        return np.fromiter(map(self.__getitem__, column), dtype=np.int32, count=len(column))

    def why(self, place: int) -> str:
        """What is wrong with the value that got this place?"""
        return self._faults[NOTHING - 1 - place]

    def _new(self, name: Hashable) -> int:
        self.names.append(str(name))
        return len(self.names) - 1

    def _fault(self, name: Hashable) -> str:
        text = str(name)
        if not self.optional and not text.strip():
            return f"empty; expected the name of a {self.what}"
        if len(text) > LONGEST:
            return f"{text[:40]!r}… has {len(text):,} characters; expected the name of a {self.what}"
        return ""


class Weights(Names):
    """The same for sampling weights: texts that write one number have one place.

    >>> weights = Weights()
    >>> weights.encode(["2", "2.0", "0"]).tolist(), weights.numbers, weights.why(-2)
    ([0, 0, -2], [2.0], "'0' is not positive; expected a sampling weight above 0")
    """

    def __init__(self) -> None:
        super().__init__("weight")
        self.numbers: list[float] = []
        self._place_of: dict[float, int] = {}

    def _new(self, name: Hashable) -> int:
        value = float(str(name))
        if value not in self._place_of:
            self._place_of[value] = len(self.numbers)
            self.numbers.append(value)
            self.names.append(str(name))
        return self._place_of[value]

    def _fault(self, name: Hashable) -> str:
        text = str(name)
        if not text.strip():
            return "empty; expected a sampling weight above 0"
        shown = repr(text[:40])
        try:
            value = math.nan if "_" in text else float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            return f"{shown} is no number; expected a sampling weight above 0"
        return "" if value > 0 else f"{shown} is not positive; expected a sampling weight above 0"


class Cell(Enum):
    """What stands in place of a code where there is none."""

    MISSING = "missing"
    #: an empty cell of a wide table
    BLANK = "blank"


class Cells(Names):
    """The same for answers as they are written: text, a tuple of codes, or a ``Cell``. What they mean is settled later."""

    def __init__(self) -> None:
        super().__init__("code")
        self.found: list[Hashable] = []

    def _new(self, name: Hashable) -> int:
        self.found.append(name)
        return len(self.found) - 1

    def _fault(self, name: Hashable) -> str:
        for part in name if isinstance(name, tuple) else (name,):
            if isinstance(part, str) and len(part) > LONGEST:
                return f"{part[:40]!r}… has {len(part):,} characters; expected a code"
        return ""
