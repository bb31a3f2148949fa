"""Ideals that a codebook adds and no model has seen: the codebook's cues say where they are meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import exp

from univocal.codebook.model import Codebook
from univocal.coders.cues import Hit
from univocal.coders.settle import THRESHOLD
from univocal.coders.learnt.features import Seen
from univocal.records import Coding, Evidence


def unseen(codebook: Codebook, known: Sequence[str]) -> tuple[str, ...]:
    """The codebook's ideals that a model with these codes has never seen, in the codebook's order."""
    return tuple(ideal.id for ideal in codebook.ideals if ideal.id not in known)


def at_mentions(senses: Sequence[Coding], seen: Seen, codebook: Codebook, added: Sequence[str]) -> tuple[Coding, ...]:
    """The senses, with an added ideal where a mention in an AI sense has enough of that ideal's cues."""
    if not added:
        return tuple(senses)
    settled: list[Coding] = []
    for coding in senses:
        span = (coding.evidence[0].start, coding.evidence[0].end)
        ai = coding.codes is None or coding.codes[0] in codebook.ai_senses
        best = _heaviest(seen.scan.at_mention("sense", span), added) if ai else None
        settled.append(replace(coding, codes=(best[0],), confidence=best[1]) if best else coding)
    return tuple(settled)


def of_paper(coding: Coding, senses: Sequence[Coding], seen: Seen, added: Sequence[str]) -> Coding:
    """``ideals`` or ``primary`` with the added ideals that the paper's mentions have."""
    meant = {c.codes[0]: c for c in reversed(senses) if c.codes and c.codes[0] in added}
    if not meant:
        return coding
    quotes = tuple(_sentence(seen, c) for c in meant.values())
    if coding.variable == "ideals":
        codes = (*(coding.codes or ()), *(a for a in added if a in meant))
        return replace(coding, codes=codes, evidence=(*coding.evidence, *quotes))
    often = max(added, key=lambda a: sum(c.codes == (a,) for c in senses))
    others = sum(bool(c.codes) and c.codes != (often,) for c in senses)
    if sum(c.codes == (often,) for c in senses) <= others:
        return coding
    return replace(coding, codes=(often,), evidence=(_sentence(seen, meant[often]),), confidence=meant[often].confidence)


def _heaviest(hits: Iterable[Hit], added: Sequence[str]) -> tuple[str, float] | None:
    weights = dict.fromkeys(added, 0.0)
    for hit in hits:
        if hit.cue.code in weights:
            weights[hit.cue.code] += hit.cue.weight
    code = max(weights, key=lambda c: weights[c])
    if weights[code] < THRESHOLD:
        return None
    return code, 1.0 / (1.0 + exp(THRESHOLD - weights[code]))


def _sentence(seen: Seen, coding: Coding) -> Evidence:
    span = seen.scan.sentence((coding.evidence[0].start, coding.evidence[0].end))
    return Evidence.cut(seen.paper.text, *span, coding.codes[0] if coding.codes else None)
