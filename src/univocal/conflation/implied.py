"""Which ideal do the coded x and y imply, and is it the one that was coded?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from univocal.codebook.model import Codebook
from univocal.conflation.coded import Coded
from univocal.records import Coding, Paper


@dataclass(frozen=True, slots=True)
class Implied:
    """The coded main ideal beside the one that x and y imply. ``agrees`` is None where one of them is missing."""

    paper: str
    coded: str | None
    implied: str | None
    agrees: bool | None
    reason: str


def implied(paper: Paper, codings: Iterable[Coding], codebook: Codebook) -> Implied:
    """Do the answers to Q1 (y) and Q2 (x) imply the ideal that was coded?

    The rule is the codebook's: each ideal says which codes of ``object_x`` and ``target_y`` go with it.

    Returns:
        ``agrees`` True or False where x and y imply exactly one ideal and a main ideal was coded; else None, with
        the reason.

    >>> from univocal.codebook import load
    >>> implied(Paper("p", "Aligned models"), (), load()).reason
    'x or y was not settled.'
    """
    said = Coded.of(paper, codings, codebook)
    x, y, primary = said.one("object_x"), said.one("target_y"), said.one("primary")
    coded = primary if primary is not None and any(i.id == primary for i in codebook.ideals) else None
    if x is None or y is None:
        return Implied(paper.id, coded, None, None, "x or y was not settled.")
    by_rule = codebook.implied_ideal(x, y)
    if by_rule is None:
        return Implied(paper.id, coded, None, None, f"x = {x} and y = {y} imply no single ideal.")
    if coded is None:
        what = "was not settled" if primary is None else f"is {primary}"
        return Implied(
            paper.id, None, by_rule, None, f"x = {x} and y = {y} imply {by_rule}; the main ideal {what}."
        )
    verb = "as coded" if coded == by_rule else f"but {coded} was coded"
    return Implied(
        paper.id, coded, by_rule, coded == by_rule, f"x = {x} and y = {y} imply {by_rule}, {verb}."
    )
