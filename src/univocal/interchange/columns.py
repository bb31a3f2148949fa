"""Which column of a table says what?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from univocal.errors import UnivocalError
from univocal.plugins import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of a table hold the units, the coders and their codes?

    A long table has one coding a row and needs ``coder`` and ``code``. A wide table has one unit a row, and
    ``coders_in`` names the columns that are coders; a column's name is the coder's name. A table of one coder, such as
    one of adjudicated codes, needs ``code`` and ``coder_name``.

    Attributes:
        unit: what is coded; several columns together name the unit where one doesn't (their values are joined
            by ``|``).
        coder: who coded it (long tables).
        coder_name: what to call the one coder of a table without a column of coders.
        code: what they said (long tables).
        variable: which question it answers; without it all rows answer one.
        coders_in: the columns that are coders (wide tables).
        variable_name: what to call the one variable where no column says; by default the name of the code column,
            ``code`` in wide tables.
        paper: the paper that a unit is from; by default each unit is a paper of its own.
        weight: the paper's sampling weight, positive.
        stratum: the stratum that the paper was sampled from.
        groups: further columns that say something of the paper, such as its year.
        somewhere: which of weight, stratum and groups this table needn't have, if another that is read with it does.

    Raises:
        UnivocalError: neither a long nor a wide table nor one of one coder is described, or several are.

    >>> Columns(unit="item", coder="annotator", code="label").one_variable
    'label'
    >>> Columns(unit=("id", "model"))
    Traceback (most recent call last):
    univocal.errors.UnivocalError: columns: name the columns of coders and codes (a long table), or the columns that are coders (coders_in, a wide table)
    >>> Columns(unit="item", code="truth", coder_name="experts").used()
    ('item', 'truth')
    """

    unit: str | tuple[str, ...]
    coder: str | None = None
    code: str | None = None
    variable: str | None = None
    coders_in: tuple[str, ...] = ()
    variable_name: str | None = None
    paper: str | None = None
    weight: str | None = None
    stratum: str | None = None
    groups: tuple[str, ...] = ()
    coder_name: str | None = None
    somewhere: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what describes no table."""
        who = self.coder or self.coder_name
        long = who is not None and self.code is not None
        half = (who is None) != (self.code is None)
        if half or long == bool(self.coders_in) or not self.units:
            raise UnivocalError(
                "columns: name the columns of coders and codes (a long table), or the columns that are coders "
                "(coders_in, a wide table)" + ("; not both" if long else "")
            )
        if self.coder is not None and self.coder_name is not None:
            raise UnivocalError(
                f"columns: coders are named by the column {self.coder!r}, so all can't be called "
                f"{self.coder_name!r}. Give one of the two."
            )
        for what, names in (("coders_in", self.coders_in), ("groups", self.groups), ("unit", self.units)):
            if len(set(names)) < len(names):
                raise UnivocalError(f"columns: {what} names a column twice: {', '.join(map(repr, names))}")
        if self.variable is not None and self.variable_name is not None:
            raise UnivocalError(
                f"columns: the variable is named by the column {self.variable!r}, so it can't be called "
                f"{self.variable_name!r} for all rows. Give one of the two."
            )

    @property
    def units(self) -> tuple[str, ...]:
        """The columns that name the unit."""
        return (self.unit,) if isinstance(self.unit, str) else tuple(self.unit)

    @property
    def one_variable(self) -> str:
        """What the variable is called where no column says."""
        return self.variable_name or self.code or "code"

    def used(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        several = (*self.units, *self.coders_in, *self.groups)
        single = (self.coder, self.code, self.variable, self.paper, self.weight, self.stratum)
        return tuple(dict.fromkeys([*several, *(name for name in single if name is not None)]))

    def used_of(self, header: Sequence[str]) -> tuple[str, ...]:
        """Those that are read of a table with this header.

        >>> Columns(unit="u", coders_in=("a",), weight="w", somewhere=frozenset({"w"})).used_of(["u", "a", "b"])
        ('u', 'a')
        """
        return tuple(name for name in self.used() if name in header or name not in self.somewhere)

    def faults(self, header: Sequence[str]) -> Iterator[str]:
        """What is wrong with these columns for a table with this header?

        >>> list(Columns(unit="itm", coder="who", code="label").faults(["item", "who", "label", "label"]))
        ["no column 'itm'. Did you mean 'item'?", "2 columns are called 'label'. Rename all but one."]
        """
        for name in self.used():
            if name not in header:
                if name in self.somewhere:
                    continue
                yield f"no column {name!r}. {did_you_mean(name, header)}"
            elif header.count(name) > 1:
                yield f"{header.count(name)} columns are called {name!r}. Rename all but one."
