"""How far do the gold's own coders agree? What a coder can be expected to reach, of this one kind of coder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper
from univocal.estimates.answers import coder_answers, gold_answers
from univocal.estimates.findings import kind_scores, kinds_of
from univocal.estimates.measure import frequent_senses, measure
from univocal.estimates.report import GOLD_NOTE, Ceiling
from univocal.estimates.tables import Settings


def ceiling(gold: Sequence[GoldPaper], codebook: Codebook, settings: Settings) -> Ceiling | None:
    """How far do two coders of the same papers agree with each other and with the adjudicated codes?

    The first two names, in order, of the coders that coded every paper; None where there are no two. Between them
    the first stands for the truth; variables that hang on another are measured over the papers for which the first
    asks them (and, in ``both_ai``, the second too).
    """
    names = _common_coders(gold)
    if len(names) < 2:
        return None
    first, second = names[:2]
    adjudicated = gold_answers(gold, codebook)
    six = frequent_senses(adjudicated, codebook)
    answers = {name: coder_answers(gold, name, codebook) for name in (first, second)}
    kinds = {name: [_kinds(g.coders[name]) for g in gold] for name in (first, second)}
    further = "" if len(names) == 2 else f" Of {len(names)} coders, the first two by name."
    return Ceiling(
        coders=(first, second),
        between=measure(answers[first], answers[second], codebook, settings, frequent=six),
        against_gold={
            name: measure(adjudicated, answers[name], codebook, settings, frequent=six) for name in answers
        },
        findings=kind_scores(kinds[first], kinds[second], kinds_of(codebook, gold), level=settings.level),
        note=GOLD_NOTE + further,
    )


def _common_coders(gold: Sequence[GoldPaper]) -> tuple[str, ...]:
    names = set.intersection(*(set(g.coders) for g in gold)) if gold else set[str]()
    return tuple(sorted(names))


def _kinds(row: Any) -> frozenset[str]:
    return frozenset(row.get("conflation") or ())
