"""How well are the kinds of conflation found?"""

from __future__ import annotations

from collections.abc import Sequence

from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper
from univocal.estimates.report import KindScore
from univocal.statistics.binomial import clopper_pearson


def kinds_of(codebook: Codebook, gold: Sequence[GoldPaper]) -> tuple[str, ...]:
    """Which kinds are there: those of the codebook's variable ``conflation``, else those of the gold."""
    if "conflation" in codebook and codebook.variable("conflation").codes:
        return tuple(code.id for code in codebook.variable("conflation").codes)
    return tuple(sorted({kind for g in gold for kind in g.coding.get("conflation") or ()}))


def kind_scores(
    truth: Sequence[frozenset[str]], found: Sequence[frozenset[str]], kinds: Sequence[str], *, level: float
) -> dict[str, KindScore]:
    """Per kind: what share of the papers with a finding is right, and what share of the true ones is found?

    A paper counts once for a kind, so papers are independent units and the intervals are exact (Clopper-Pearson).

    >>> truth, found = [frozenset({"sense_shift"}), frozenset()], [frozenset({"sense_shift"})] * 2
    >>> score = kind_scores(truth, found, ["sense_shift"], level=0.95)["sense_shift"]
    >>> score.precision.value, score.recall.value
    (0.5, 1.0)
    """
    scores = {}
    for kind in kinds:
        true = [kind in one for one in truth]
        guessed = [kind in one for one in found]
        hits = sum(t and g for t, g in zip(true, guessed, strict=True))
        scores[kind] = KindScore(
            clopper_pearson(hits, sum(guessed), level=level),
            clopper_pearson(hits, sum(true), level=level),
            sum(true),
            sum(guessed),
        )
    return scores
