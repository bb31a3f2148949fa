"""All that is wrong with the files, told at once: each with its file, its row and its column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from univocal.errors import InputError

#: So many faults are told; the others are counted.
SHOWN = 20

#: A row's key is its file's number and its line or row in that file (0: the file as a whole).
Keys = NDArray[np.int64]

_BITS = 40
_KEPT = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class SourceFile:
    """One of the files: its name, whether it counts lines or rows, and what it calls the place of a value.

    ``label`` takes ``unit``, ``coder``, ``variable``, ``code``, ``paper``, ``weight``, ``stratum`` or the name of a group, and
    for ``code`` the coder and the variable. In a file of ``whole`` answers each row says all that a coder says of a
    unit; elsewhere a set may have one row for each of its codes.
    """

    name: str
    counts: Literal["line", "row"]
    label: Callable[[str, str, str], str]
    whole: bool


class Faults:
    """A list that grows while files are read, and is raised when they have been.

    >>> faults = Faults()
    >>> key = faults.open(SourceFile("a.csv", "line", lambda role, coder, variable: f"column {role!r}", False))
    >>> faults.add(key + 7, "column 'code': empty")
    >>> faults.raise_any()
    Traceback (most recent call last):
    univocal.errors.InputError: a.csv: line 7: column 'code': empty
    """

    def __init__(self) -> None:
        self.files: list[SourceFile] = []
        self._found: list[tuple[int, str]] = []
        self._n = 0

    def __bool__(self) -> bool:
        """Is anything wrong so far?"""
        return self._n > 0

    def open(self, file: SourceFile) -> int:
        """Begin a file; add a line's number to what comes back, and it is that line's key."""
        self.files.append(file)
        return (len(self.files) - 1) << _BITS

    def file(self, key: int) -> SourceFile:
        """The file that a row is from."""
        return self.files[int(key) >> _BITS]

    def whole(self, keys: Keys) -> NDArray[np.bool_]:
        """Which rows are whole answers (``SourceFile.whole``)?"""
        result: NDArray[np.bool_] = np.array([file.whole for file in self.files])[keys >> _BITS]
        return result

    def where(self, key: int) -> str:
        """The file and the row, in words."""
        line = int(key) & ((1 << _BITS) - 1)
        file = self.file(key)
        return f"{file.name}: {file.counts} {line}" if line else file.name

    def place(self, key: int, beside: int) -> str:
        """Where a row is, told to someone who looks at the row ``beside``: the file only if it is another."""
        file = self.file(key)
        line = f"{file.counts} {int(key) & ((1 << _BITS) - 1)}"
        return line if file is self.file(beside) else f"{line} of {file.name}"

    def add(self, key: int, message: str) -> None:
        """Something is wrong with this row, or with the file as a whole."""
        self._n += 1
        if len(self._found) < _KEPT:
            self._found.append((int(key), message))

    def add_rows(self, keys: Keys, message: Callable[[int], str]) -> None:
        """Something is wrong with these rows (in rising order); ``message`` takes a place in ``keys``."""
        for place in range(min(len(keys), SHOWN)):
            self.add(int(keys[place]), message(place))
        self._n += max(len(keys) - SHOWN, 0)

    def raise_any(self) -> None:
        """Tell the first faults in order of files and rows, and how many more there are.

        Raises:
            InputError: there are any.
        """
        if not self._n:
            return
        shown = [f"{self.where(key)}: {message}" for key, message in sorted(self._found)[:SHOWN]]
        more = self._n - len(shown)
        raise InputError([*shown, f"… and {more:,} more"] if more else shown)
