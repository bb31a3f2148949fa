"""Which variable of a new codebook asks an old one's question under another id: as a person says it, or as the words show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from univocal.codebook.model import Codebook
from univocal.codebook.rename import renamed_variables
from univocal.errors import StudyError
from univocal.plugins import did_you_mean

#: Old variable → its new id, for those that have one.
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VariableMap:
    """What a variable is called now; None: nothing took its place, whatever the words show."""

    before: str
    after: str | None


def names(before: Codebook, after: Codebook, maps: Iterable[VariableMap]) -> Names:
    """Which variables have a new id? What ``maps`` say comes first, then what the words show.

    Raises:
        StudyError: a map names what isn't there, or two questions would become one; all faults at once.
    """
    known: dict[str, str | None] = {}
    faults: list[str] = []
    for one in maps:
        where = f"{one.before} → {one.after or 'nothing'}"
        for book, id_ in ((before, one.before), (after, one.after)):
            if id_ is not None and id_ not in book:
                ids = [variable.id for variable in book.variables]
                faults.append(
                    f"{where}: version {book.version} has no variable {id_!r}. {did_you_mean(id_, ids)}"
                )
        if one.after is None and one.before in after:
            faults.append(f"{where}: version {after.version} has it still. Name what it became.")
        if known.setdefault(one.before, one.after) != one.after:
            faults.append(f"{where}: another map says something else of {one.before}")
    found = renamed_variables(before, after, known)
    became: dict[str, str] = {}
    for variable in before.variables:
        new = found.get(variable.id, variable.id)
        if (other := became.setdefault(new, variable.id)) != variable.id:
            faults.append(
                f"{other} and {variable.id}: both would be {new!r} in version {after.version}. "
                "Two questions can't become one: give each a variable of its own."
            )
    if faults:
        raise StudyError("\n".join(faults))
    return found
