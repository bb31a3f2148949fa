"""What a written answer means: which codes, none of them, or no answer at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from univocal.codebook.model import Codebook
from univocal.errors import UnivocalError
from univocal.interchange.names import Cell
from univocal.plugins import did_you_mean

Repeats = Literal["refuse", "first"]

_NO_CODE = "expected a code. Name {0!r} in `missing` if the coder gave none, in `empty` if it says that none applies."


class Wrong(str):
    """What is wrong with a written answer."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the answers of a set of files are to be read.

    Attributes:
        codebook: where given, every variable and every code must be in it.
        codes: where there is no codebook, the codes that every variable has, in their order; none: those that occur.
        set_valued: variables whose answers are sets; the codebook's are added.
        separator: what parts the codes of a set in one cell; without one, each row holds one code of the set.
        missing: texts that stand for a coding that the coder didn't give.
        empty: texts that stand for the empty set, in set-valued variables.
        repeats: what becomes of a row in which a coder codes a unit again: a fault, or left out and counted.
    """

    codebook: Codebook | None = None
    codes: tuple[str, ...] = ()
    set_valued: frozenset[str] = frozenset()
    separator: str | None = None
    missing: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    repeats: Repeats = "refuse"

    def __post_init__(self) -> None:
        """Refuse two lists of codes."""
        if self.codebook is not None and self.codes:
            raise UnivocalError(
                f"codes: those of the codebook {self.codebook.id!r} hold for these files. Give one of the two."
            )

    def known(self, variable: str) -> tuple[str, ...] | None:
        """The codes that a variable may have; None where nothing says so."""
        if self.codebook is None:
            return self.codes or None
        if variable not in self.codebook:
            return None
        return tuple(code.id for code in self.codebook.variable(variable).codes)

    def is_set(self, variable: str) -> bool:
        """Are the variable's answers sets, as far as can be told without looking at them?

        A separator says so of every variable that neither ``set_valued`` nor a codebook speaks of.
        """
        if variable in self.set_valued:
            return True
        if self.codebook is not None and variable in self.codebook:
            return self.codebook.variable(variable).answers == "many"
        return self.separator is not None and not self.set_valued

    def answer(
        self, cell: Any, variable: str, *, is_set: bool, known: Collection[str] | None
    ) -> tuple[str, ...] | Wrong | None:
        """Which codes of a variable does a cell say? None where it says nothing.

        >>> rules = Rules(separator=";", missing=frozenset({"?"}), empty=frozenset({"none"}))
        >>> [rules.answer(cell, "x", is_set=True, known=None) for cell in ("a; b", "none", "?")]
        [('a', 'b'), (), None]
        >>> rules.answer("honsety", "virtue", is_set=False, known=["honesty"])
        "no code 'honsety' of 'virtue'. Did you mean 'honesty'?"
        """
        if cell is Cell.MISSING or (isinstance(cell, str) and cell in self.missing):
            return None
        if cell is Cell.BLANK:
            return () if is_set and "" in self.empty else None
        if isinstance(cell, tuple):
            if not is_set and len(cell) != 1:
                # Where one code is expected, an empty answer says nothing.
                return Wrong(f"{len(cell)} codes; expected one") if cell else None
            parts = cell
        elif is_set and cell in self.empty:
            return ()
        elif is_set and self.separator:
            parts = tuple(part.strip() for part in cell.split(self.separator))
        else:
            parts = (cell,)
        return _checked(parts, variable, known)


def _checked(parts: tuple[str, ...], variable: str, known: Collection[str] | None) -> tuple[str, ...] | Wrong:
    for part in parts:
        if known is not None and part in known:
            continue
        if not part.strip():
            return Wrong("empty; " + _NO_CODE.format(part))
        if part.casefold() == "nan":
            return Wrong(f"{part!r} is no code; " + _NO_CODE.format(part))
        if known is not None:
            return Wrong(f"no code {part!r} of {variable!r}. {did_you_mean(part, known)}")
    return tuple(dict.fromkeys(parts))
