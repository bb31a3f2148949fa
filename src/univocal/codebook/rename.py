"""Variables that have another id in a later codebook: which they are, and the older codebook under their new ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from univocal.codebook.model import Codebook, Variable


def renamed_variables(
    before: Codebook, after: Codebook, known: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """Which variables went and came with the very same words (label, question, what its codes mean), one for one?

    Args:
        before: the older codebook.
        after: the later one.
        known: what is known already of the older one's variables: the new id; None where nothing took its place.

    Returns:
        Old id to new id, of those that are known as well.

    >>> from univocal.codebook import load
    >>> renamed_variables(load(), load())
    {}
    """
    said = known or {}
    taken = {*said.values()}
    gone = _by_words(v for v in before.variables if v.id not in after and v.id not in said)
    come = _by_words(v for v in after.variables if v.id not in before and v.id not in taken)
    found = {
        of[0]: come[words][0] for words, of in gone.items() if len(of) == 1 and len(come.get(words, ())) == 1
    }
    every = {**{old: new for old, new in said.items() if new is not None}, **found}
    return {v.id: every[v.id] for v in before.variables if every.get(v.id, v.id) != v.id}


def _by_words(variables: Iterable[Variable]) -> dict[object, list[str]]:
    found: dict[object, list[str]] = {}
    for one in variables:
        words = (one.label, one.question, frozenset(code.definition for code in one.codes))
        found.setdefault(words, []).append(one.id)
    return found


def under(book: Codebook, names: Mapping[str, str]) -> Codebook:
    """The codebook with these variables under their new ids, wherever it names them.

    >>> from univocal.codebook import load
    >>> book = under(load(), {"about": "topic"})
    >>> "about" in book, book.variable("topic").label == load().variable("about").label
    (False, True)
    """
    if not names:
        return book

    def new(id_: str) -> str:
        return names.get(id_, id_)

    return replace(
        book,
        variables=tuple(
            replace(v, id=new(v.id), when=None if v.when is None else (new(v.when[0]), v.when[1]))
            for v in book.variables
        ),
        tension_cases=tuple(replace(one, through=new(one.through)) for one in book.tension_cases),
        recommendations=tuple(
            replace(one, measured_by=tuple(map(new, one.measured_by))) for one in book.recommendations
        ),
        cues=tuple(replace(one, variable=new(one.variable)) for one in book.cues),
    )
