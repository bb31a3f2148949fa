"""What is still to be answered before a paper is coded."""

from __future__ import annotations

from collections.abc import Sequence

from univocal.codebook.model import Codebook, Variable
from univocal.study.codings import Revision

Mentions = Sequence[tuple[int, int]]


def unanswered(codebook: Codebook, own: Sequence[Revision], mentions: Mentions) -> tuple[str, ...]:
    """Which variables has a coder not answered yet, though they are asked?

    A variable of mentions is answered when every mention is; one with a condition is asked where its condition holds.
    "Can't say" is an answer, and so is a ledger's "none".
    """
    said: dict[str, dict[tuple[int, int], tuple[str, ...]]] = {}
    for one in own:
        if one.answer is not None:
            said.setdefault(one.unit.variable, {})[one.unit.start, one.unit.stop] = one.answer.codes or ()
    return tuple(
        v.id for v in codebook.variables if asked(v, said) and not _answered(v, said.get(v.id, {}), mentions)
    )


def asked(variable: Variable, said: dict[str, dict[tuple[int, int], tuple[str, ...]]]) -> bool:
    """Is the question asked, given the answers so far?"""
    if variable.when is None:
        return True
    of, codes = variable.when
    return any(set(given) & set(codes) for given in said.get(of, {}).values())


def _answered(variable: Variable, given: dict[tuple[int, int], tuple[str, ...]], mentions: Mentions) -> bool:
    return all(place in given for place in mentions) if variable.unit == "mention" else bool(given)
