"""From the names of features to columns and values: sublinear TF-IDF, each row of length one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

Row = tuple[NDArray[np.int32], NDArray[np.float32]]


@dataclass(frozen=True)
class Block:
    """A vocabulary with inverse document frequencies (Salton and Buckley 1988, doi:10.1016/0306-4573(88)90021-0)."""

    names: tuple[str, ...]
    idf: NDArray[np.float32]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_column", {name: i for i, name in enumerate(self.names)})

    @classmethod
    def learn(cls, examples: Sequence[Iterable[str]], least: int) -> Block:
        """Keep the names that occur in at least ``least`` examples.

        >>> Block.learn([["a", "b"], ["a"]], least=2).names
        ('a',)
        """
        seen: Counter[str] = Counter()
        for names in examples:
            seen.update(set(names))
        kept = sorted(name for name, n in seen.items() if n >= least)
        idf = np.array([log((1 + len(examples)) / (1 + seen[name])) + 1 for name in kept], np.float32)
        return cls(tuple(kept), idf)

    def columns(self, names: Iterable[str]) -> list[int]:
        """The column of each name, -1 for the unknown."""
        column: dict[str, int] = self._column  # type: ignore[attr-defined]
        return [column.get(name, -1) for name in names]

    def row(self, names: Iterable[str]) -> Row:
        """Columns and values of one example; the values have length one (or there are none).

        >>> Block(("a", "b"), np.ones(2, np.float32)).row(["b", "x"])
        (array([1], dtype=int32), array([1.], dtype=float32))
        """
        counts = Counter(self.columns(names))
        counts.pop(-1, None)
        order = sorted(counts)  # sets of names come in any order; sums must not
        columns = np.array(order, np.int32)
        values = (1 + np.log(np.array([counts[c] for c in order], np.float32))) * self.idf[columns]
        length = float(np.sqrt(values @ values))
        return columns, values / length if length else values
