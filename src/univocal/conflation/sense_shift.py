"""Two ideals go by the same word in one text, and the text doesn't say so."""

from __future__ import annotations

from collections.abc import Iterable

from univocal.codebook.model import Codebook
from univocal.conflation.coded import Coded, short
from univocal.records import Coding, Finding, Paper

KIND = "sense_shift"
#: Share of this rule's findings that the coded abstracts share (docs/explanation/conflation.md).
PRECISION = 0.45
#: A mention whose sense is less sure than this says nothing about a shift.
SURE = 0.6


def find(paper: Paper, codings: Iterable[Coding], codebook: Codebook) -> tuple[Finding, ...]:
    """Does the text move between two ideals without saying so?

    It needs mentions settled (confidence at least ``SURE``, where the coder gives one) to two of the codebook's
    ideals, and a settled coding that the text does *not* acknowledge several meanings
    (``diversity_acknowledged``: an absence). Both places are quoted: the word in its sentence.

    >>> from univocal.codebook import load
    >>> find(Paper("p", "Aligned with users. Aligned with society."), (), load())
    ()
    """
    coded = Coded.of(paper, codings, codebook)
    if not coded.says_absent("diversity_acknowledged"):
        return ()
    ideals = {i.id: i.label for i in codebook.ideals}
    first: dict[str, Coding] = {}
    for mention in coded.ai_mentions():
        code = (mention.codes or ("",))[0]
        if code in ideals and (mention.confidence is None or mention.confidence >= SURE):
            known = first.setdefault(code, mention)
            if coded.in_title(known.evidence[0].start) and not coded.in_title(mention.evidence[0].start):
                first[code] = mention
    if len(first) < 2:
        return ()
    shown = sorted(first.items(), key=lambda item: item[1].evidence[0].start)[:2]
    spans = [_sentence(coded, mention) for _, mention in shown]
    said = [f"{ideals[code]} in “{short(paper.text[s[0] : s[1]])}”" for (code, _), s in zip(shown, spans, strict=True)]
    reason = f"Alignment means {said[0]}, then {said[1]}; the text doesn't say that these differ."
    sure = min(m.confidence if m.confidence is not None else 1.0 for _, m in shown)
    return (coded.finding(KIND, spans, reason, PRECISION * sure),)


def _sentence(coded: Coded, mention: Coding) -> tuple[int, int]:
    """The mention's sentence; the word alone where both would else quote the same words."""
    word = (mention.evidence[0].start, mention.evidence[0].end)
    return next((s for s in coded.sentences() if s[0] <= word[0] and word[1] <= s[1]), word)
