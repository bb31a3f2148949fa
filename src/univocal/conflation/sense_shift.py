"""Two ideals go by the same word in one text, and the text doesn't say so."""

from __future__ import annotations

from collections.abc import Iterable

from univocal.codebook.model import Codebook
from univocal.conflation.coded import Coded, short
from univocal.records import Coding, Finding, Paper

KIND = "sense_shift"
#: About the share of this rule's findings that the coded abstracts share (docs/explanation/conflation.md).
PRECISION = 0.25
#: A mention whose sense is less sure than this says nothing about a shift.
SURE = 0.6
#: In a long text a mention or two may be miscoded: an ideal counts from this share of the sure mentions of ideals.
SHARE = 0.1


def find(paper: Paper, codings: Iterable[Coding], codebook: Codebook) -> tuple[Finding, ...]:
    """Does the text move between two ideals without saying so?

    It needs mentions settled (confidence at least ``SURE``, where the coder gives one) to two of the codebook's
    ideals, and a settled coding that the text does *not* acknowledge several meanings
    (``diversity_acknowledged``: an absence). Both places are quoted: the sentences, or the two words where one
    sentence holds both.

    >>> from univocal.codebook import load
    >>> find(Paper("p", "Aligned with users. Aligned with society."), (), load())
    ()
    """
    coded = Coded.of(paper, codings, codebook)
    if not coded.says_absent("diversity_acknowledged"):
        return ()
    found = _by_ideal(coded)
    if len(found) < 2:
        return ()
    shown = sorted((_shown(coded, mentions) for mentions in found.values()), key=_place)[:2]
    spans = [_sentence(coded, mention) for mention in shown]
    if spans[0] == spans[1]:
        spans = [_place(mention) for mention in shown]
    said = [
        f"{codebook.ideal(_code(mention)).label} in “{short(paper.text[start:end])}”"
        for mention, (start, end) in zip(shown, spans, strict=True)
    ]
    reason = f"Alignment means {said[0]}, then {said[1]}; the text doesn't say that these differ."
    sure = min(m.confidence if m.confidence is not None else 1.0 for m in shown)
    return (coded.finding(KIND, spans, reason, PRECISION * sure),)


def _by_ideal(coded: Coded) -> dict[str, list[Coding]]:
    """The sure mentions of each ideal that has its share of them."""
    ideals = {ideal.id for ideal in coded.codebook.ideals}
    found: dict[str, list[Coding]] = {}
    for mention in coded.ai_mentions():
        if _code(mention) in ideals and (mention.confidence is None or mention.confidence >= SURE):
            found.setdefault(_code(mention), []).append(mention)
    total = sum(map(len, found.values()))
    return {code: mentions for code, mentions in found.items() if len(mentions) >= SHARE * total}


def _shown(coded: Coded, mentions: list[Coding]) -> Coding:
    """The first mention after the title, which says more than the title; the title's where there is no other."""
    return next((m for m in mentions if not coded.in_title(_place(m)[0])), mentions[0])


def _code(mention: Coding) -> str:
    return (mention.codes or ("",))[0]


def _place(mention: Coding) -> tuple[int, int]:
    return mention.evidence[0].start, mention.evidence[0].end


def _sentence(coded: Coded, mention: Coding) -> tuple[int, int]:
    word = _place(mention)
    return next((s for s in coded.sentences() if s[0] <= word[0] and word[1] <= s[1]), word)
