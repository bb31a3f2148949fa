"""A better score on what was measured is stated as better alignment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex

from univocal.codebook.model import Codebook
from univocal.conflation.coded import Coded, short
from univocal.records import Coding, Finding, Paper

KIND = "proxy_as_ideal"
#: About the share of this rule's findings that the coded abstracts share (docs/explanation/conflation.md).
PRECISION = 0.25
#: Claims quoted for one paper at most.
CLAIMS = 3

_ALIGN = r"[\w-]*align\w*"
_MORE = (
    r"(?:better|superior|improv\w+|higher|highest|enhanc\w+|effective(?:ness|ly)?|strong(?:er|est)?|greater|"
    r"increas(?:es?|ed|ing)|boost\w*|best|well)"
)
# Between the gain and the word nothing may stand that is itself what got better.
_BETWEEN = (
    r"(?: (?!(?:evaluat\w+|research\w*|critical|rate|way|ways|trigger\w*|baselines?|criteria|compared|existing|efficiency|"
    r"steer\w*|than|that|which|while|when)\b)[\w'’-]+){0,5}?"
)
_GAIN = regex.compile(
    rf"\b{_MORE}{_BETWEEN}[ -]{_ALIGN}(?!-fak\w+)"
    rf"|\b{_ALIGN}(?: [\w'’-]+){{0,4}}? (?:more accurately|more closely|better|more effectively)\b"
    rf"|\b(?:outperform|surpass|exceed)\w*\b[^.;]{{0,80}}?\b(?:in|on|at|for) (?:\w+ ){{0,3}}{_ALIGN}",
    regex.I,
)
_RESULT = regex.compile(
    r"\b(?:results?|experiment\w*|evaluations?|empirical\w*|show(?:s|n|ed|ing)?|showcas\w+|demonstrat\w+|achiev\w+|"
    r"outperform\w*|surpass\w*|benchmarks?|corroborat\w+|findings?|reveal\w*|indicat\w+|leads? to|up to|yields?|"
    r"we find|further improves)\b|\d+(?:\.\d+)?\s?\\?%",
    regex.I,
)
# A wish, a question, a denial, or the failing kind of the word: no claim of better alignment.
_NOT = regex.compile(
    r"\b(?:not|no|nor|neither|without|hardly|fails?|lack\w*|how well|whether|if)\b|n['’]t\b"
    rf"|\b(?:monitor\w*|detect\w*|more|tend\w*)\b.{{0,30}}?{_ALIGN}|\b(?:mis|un|non)-?align",
    regex.I,
)


def find(paper: Paper, codings: Iterable[Coding], codebook: Codebook) -> tuple[Finding, ...]:
    """Does the paper state a better score as better alignment?

    It needs a mention settled to an AI sense, inside words of gain ("improves alignment", "better aligned"), in a
    sentence that reports a result; and no quantity in that sentence that the ledger says is kept apart as a proxy.

    >>> from univocal.codebook import load
    >>> find(Paper("p", "Results show that we improve alignment by 9%."), (), load())
    ()
    """
    coded = Coded.of(paper, codings, codebook)
    if coded.one("about") not in ("main", "passing"):
        return ()
    claims = list(_claims(coded))[:CLAIMS]
    if not claims:
        return ()
    start, end, gain = claims[0]
    result = _RESULT.search(paper.text, start, end)
    shown = f" (“{short(result.group())}”)" if result else ""
    reason = f"A measured result{shown} is stated as alignment itself: “{short(gain)}”."
    return (coded.finding(KIND, [(s, e) for s, e, _ in claims], reason, PRECISION),)


def _claims(coded: Coded) -> Iterator[tuple[int, int, str]]:
    text = coded.paper.text
    words = [(m.evidence[0].start, m.evidence[0].end) for m in coded.ai_mentions()]
    apart = [(e.start, e.end) for e in coded.quantities("proxy")]
    at = 0
    for start, end in coded.sentences():
        while at < len(words) and words[at][0] < start:
            at += 1
        if at == len(words):
            return
        if words[at][0] >= end or coded.in_title(start) or not _RESULT.search(text, start, end):
            continue
        if any(a < end and start < b for a, b in apart):
            continue
        for gain in _GAIN.finditer(text, start, end, overlapped=True):
            covers = any(gain.start() <= w[0] and w[1] <= gain.end() for w in words)
            if covers and not _NOT.search(text, max(start, gain.start() - 25), gain.end()):
                yield start, end, gain.group()
                break
