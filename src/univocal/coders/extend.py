"""Ideals that a codebook adds and no model has seen: the codebook's own cues say where they are meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from univocal.codebook.model import Codebook
from univocal.coders.cues import Hit, Scan
from univocal.coders.settle import THRESHOLD, settle_many
from univocal.records import Coding, Evidence

#: A code given by cues is never surer than this: nobody has calibrated their weights.
SUREST = 0.9


def added_ideals(codebook: Codebook, known: Sequence[str]) -> tuple[str, ...]:
    """Which of the codebook's ideals has a model with these codes never seen? In the codebook's order.

    >>> from univocal.codebook import load
    >>> added_ideals(load(), ["task_reliability", "social_judiciousness", "takeover_avoidance"])
    ()
    """
    return tuple(ideal.id for ideal in codebook.ideals if ideal.id not in known)


def added_senses(
    senses: Sequence[Coding], scan: Scan, codebook: Codebook, added: Sequence[str]
) -> tuple[Coding, ...]:
    """The senses, with an added ideal where a mention of AI alignment has enough of that ideal's cues.

    A mention whose sense the coder couldn't settle counts as one of AI alignment; a technical or ordinary one doesn't.
    Where the sense is a core ideal, only a cue at the mention itself or in its sentence can change it.
    """
    if not added:
        return tuple(senses)
    within = {ideal.id: ideal.within for ideal in codebook.ideals}
    core = {ideal.id for ideal in codebook.ideals if ideal.core}
    found: list[Coding] = []
    for coding in senses:
        code = (coding.codes or ("",))[0]
        if coding.codes is not None and code not in codebook.ai_senses:
            found.append(coding)
            continue
        hits = [
            h for h in scan.at_mention("sense", _span(coding)) if code not in core or h.cue.within != "paper"
        ]
        weights = _weights(hits, added)
        best = max(added, key=lambda a: (weights[a], within[a] == code))
        if weights[best] < THRESHOLD:
            found.append(coding)
        else:
            found.append(replace(coding, codes=(best,), confidence=_sure(weights[best])))
    return tuple(found)


def added_of_paper(coding: Coding, senses: Sequence[Coding], scan: Scan, added: Sequence[str]) -> Coding:
    """``ideals`` or ``primary`` (other variables pass) with the added ideals that the paper's mentions have.

    An added ideal is primary where more mentions have it than any other ideal.
    """
    if coding.variable not in ("ideals", "primary"):
        return coding
    meant: dict[str, list[Coding]] = {}
    for sense in senses:
        for code in sense.codes or ():
            meant.setdefault(code, []).append(sense)
    present = [a for a in added if a in meant]
    if not present:
        return coding
    if coding.variable == "ideals":
        quotes = tuple(_sentence(scan, meant[a][0], a) for a in present)
        said = coding.codes or ()
        codes = (*(c for c in said if c not in present), *present)
        return replace(
            coding,
            codes=codes,
            evidence=(*coding.evidence, *quotes),
            confidence=_least(coding, present, meant),
        )
    often = max(present, key=lambda a: len(meant[a]))
    if any(len(those) >= len(meant[often]) for code, those in meant.items() if code != often):
        return coding
    quote = _sentence(scan, meant[often][0], often)
    return replace(coding, codes=(often,), evidence=(quote,), confidence=meant[often][0].confidence)


def _weights(hits: Iterable[Hit], added: Sequence[str]) -> dict[str, float]:
    weights = dict.fromkeys(added, 0.0)
    for hit in hits:
        if hit.cue.code in weights:
            weights[hit.cue.code] += hit.cue.weight
    return weights


def _sure(weight: float) -> float:
    return round(min(SUREST, settle_many({"": weight})[1]), 4)


def _least(coding: Coding, present: Sequence[str], meant: dict[str, list[Coding]]) -> float | None:
    sure = [c.confidence for c in (coding, *(meant[a][0] for a in present)) if c.confidence is not None]
    return min(sure, default=None)


def _span(coding: Coding) -> tuple[int, int]:
    return coding.evidence[0].start, coding.evidence[0].end


def _sentence(scan: Scan, coding: Coding, code: str) -> Evidence:
    return Evidence.cut(scan.paper.text, *scan.sentence(_span(coding)), code)
