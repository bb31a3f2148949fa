"""What is a language model asked: which variables, and which answers could be right?"""

from __future__ import annotations

from univocal.codebook.model import Code, Codebook, Variable

#: Settled for every coder alike by `univocal.conflation`, from what the coder says.
ELSEWHERE = frozenset({"conflation"})


def of_mentions(codebook: Codebook) -> tuple[Variable, ...]:
    """The variables asked of each mention, in the codebook's order.

    >>> from univocal.codebook import load
    >>> [v.id for v in of_mentions(load())]
    ['sense']
    """
    return tuple(v for v in codebook.variables if v.unit == "mention")


def of_paper(codebook: Codebook) -> tuple[Variable, ...]:
    """The variables asked of each paper, each after the one that it hangs on.

    >>> from univocal.codebook import load
    >>> [v.id for v in of_paper(load())][:2]
    ['about', 'ideals']
    """
    wanted = [v for v in codebook.variables if v.unit == "paper" and v.id not in ELSEWHERE]
    ordered: list[Variable] = []
    while wanted:
        waiting = {v.id for v in wanted}
        ready = [v for v in wanted if v.when is None or v.when[0] not in waiting] or wanted
        ordered += ready
        wanted = [v for v in wanted if v not in ready]
    return tuple(ordered)


def needing_quotes(variable: Variable) -> tuple[str, ...]:
    """The codes that claim something to be there, so that words must be quoted for them.

    >>> from univocal.codebook import load
    >>> needing_quotes(load().variable("about"))
    ('main', 'passing')
    """
    return tuple(code.id for code in variable.codes if not code.absence)


def beside(code: Code, codebook: Codebook) -> str | None:
    """The ideal that a sub-category stands beside, where the paper's ideals are asked; None for other codes.

    >>> from univocal.codebook import load
    >>> beside(load().variable("subcategory").code("thick"), load())
    'social_judiciousness'
    """
    ideals = {ideal.id for ideal in codebook.ideals} if "ideals" in codebook else set()
    return code.parent if code.parent in ideals else None
