"""What would a simple keyword scan give? A dozen phrase lists, no weights, no training.

It is a yardstick, written for this purpose: the first list of ``SENSES`` with a phrase in the sentence of a mention
settles the mention's sense, and the other lists are looked up in the whole text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from univocal.codebook.model import Codebook
from univocal.estimates.writing import Answer, Span, Writer
from univocal.mentions.find import find_mentions
from univocal.records import Coding, Paper
from univocal.text import sentence_at

#: In order: the first that matches the sentence wins.
SENSES: Mapping[str, str] = {
    "takeover_avoidance": "deceptive|scheming|power.seeking|superintelligen|AGI|existential|loss of control|mesa|"
    "scalable oversight|corrigib|inner alignment|catastroph|misaligned goals",
    "other_ai": "bidirectional|collective alignment|co-?alignment",
    "social_judiciousness": "bias|fairness|ethic|moral|cultur|stereotyp|toxic|misinformation|plural|norms|societ|"
    "demographic|discriminat",
    "task_reliability": "preference|instruction|RLHF|human feedback|DPO|PPO|reward model|intent|helpful|fine-?tun",
    "unspecified_ai": "human values|AI alignment|value alignment|safety alignment|aligned (?:language )?models?|"
    "aligned LLMs?|alignment of (?:large )?language models|LLM alignment|misaligned|jailbreak",
    "ordinary": "aligns? (?:well |closely )?with|aligning with|aligned with|in alignment with",
}
#: Where no list matches.
ELSE_SENSE = "technical"
THREATS: Mapping[str, str] = {
    "misdirected_competence": "jailbreak|attack|misuse|malicious|decepti|dangerous|existential|adversarial|scheming",
    "incompetence": "bias|hallucinat|errors?|inaccura|fails?|unreliable|stereotyp",
}
VALENCES: Mapping[str, str] = {
    "positive": "helpful|preferences?|improv\\w+|human values|instructions?|intent|honest",
    "negative": "harm\\w*|toxic\\w*|unsafe|bias\\w*|risks?|stereotyp\\w+|misinformation|decepti\\w+",
}
SOURCES: Mapping[str, str] = {
    "training_data_conservatism": "training data|biased data|unrepresentative|western-centric",
    "malicious_use": "jailbreak|malicious|misuse|adversar|attack|backdoor",
    "hidden_goals": "decepti|scheming|hidden|mesa|power.seeking",
    "specification_error": "reward hacking|overoptimi|misspecif|goodhart|specification|sycophan",
}
EXPLICIT = "refers to|i\\.e\\.|we define|defined as|is defined"
TENSION = "trade-?offs?|alignment tax|at the (?:cost|expense) of|conflict\\w* (?:between|with)|tension"
DIVERSITY = (
    "plural\\w*|diverse|different (?:groups|people|stakeholders|cultures)|multiple stakeholders|whose values"
)


@dataclass(slots=True)
class KeywordScanner:
    """The yardstick as a coder. It knows the built-in senses; an ideal of your own it never finds.

    >>> from univocal.codebook import load
    >>> codings = KeywordScanner().code(Paper("p", "We study deceptive alignment of AGI."), load())
    >>> [c.codes for c in codings[:4]]
    [('takeover_avoidance',), ('passing',), ('takeover_avoidance',), ('takeover_avoidance',)]
    """

    name: str = "keyword"
    version: str = "1"

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        """Code one paper."""
        spans = find_mentions(paper.text, paper.uncoded())
        if not spans:
            return ()
        senses = [_sense(paper.text, *span) for span in spans]
        answers = _about(paper, spans, [code for (code,) in senses], codebook)
        known = {v.id: {code.id for code in v.codes} for v in codebook.variables}
        fits = {v: a for v, a in answers.items() if v in known and known[v].issuperset(a.codes)}
        return Writer(paper, codebook, self.name, spans).codings([Answer(codes) for codes in senses], fits)


@lru_cache(maxsize=64)
def _compiled(phrases: str) -> regex.Pattern[str]:
    return regex.compile(rf"\b(?:{phrases})", regex.IGNORECASE)


def _sense(text: str, start: int, end: int) -> tuple[str]:
    left, right = sentence_at(text, start, end)
    for sense, phrases in SENSES.items():
        if _compiled(phrases).search(text, left, right):
            return (sense,)
    return (ELSE_SENSE,)


def _about(
    paper: Paper, spans: Sequence[Span], senses: Sequence[str], codebook: Codebook
) -> dict[str, Answer]:
    ai = [place for place, sense in enumerate(senses) if sense in codebook.ai_senses]
    if not ai:
        return {"about": Answer(("no",))}
    first = spans[ai[0]]
    about = "main" if len(ai) > 1 or first[0] < len(paper.title) else "passing"
    return {
        "about": Answer((about,), spans={about: first}),
        **_variables(paper.text, spans, senses, codebook),
    }


def _variables(
    text: str, spans: Sequence[Span], senses: Sequence[str], codebook: Codebook
) -> dict[str, Answer]:
    ideals = [ideal for ideal in codebook.ideals if ideal.id in senses]
    where = {sense: span for span, sense in reversed(list(zip(spans, senses, strict=True)))}
    counts = Counter(senses)
    first = max(ideals, key=lambda ideal: counts[ideal.id], default=None)
    return {
        "ideals": Answer(tuple(ideal.id for ideal in ideals), spans=where),
        "primary": Answer((first.id if first else "unspecified",), spans=where),
        "object_x": Answer(first.object_x[:1] if first and first.object_x else ("not_stated",)),
        "target_y": Answer(first.target_y[:1] if first and first.target_y else ("not_stated",)),
        "threat_model": _either(text, THREATS),
        "valence": _either(text, VALENCES),
        "harm_source": _all(text, SOURCES),
        "definition": _all(text, {"explicit": EXPLICIT}, "implicit"),
        "tension_acknowledged": _all(text, {"true": TENSION}, "false"),
        "diversity_acknowledged": _all(text, {"true": DIVERSITY}, "false"),
    }


def _all(text: str, lists: Mapping[str, str], otherwise: str | None = None) -> Answer:
    found: dict[str, Any] = {code: _compiled(phrases).search(text) for code, phrases in lists.items()}
    spans = {code: hit.span() for code, hit in found.items() if hit}
    return Answer(tuple(spans) or ((otherwise,) if otherwise else ()), spans=spans)


def _either(text: str, lists: Mapping[str, str]) -> Answer:
    """One of two codes, ``both`` where both lists match, ``not_stated`` where neither does."""
    found = _all(text, lists)
    if len(found.codes) == 2:
        return Answer(("both",), spans={"both": found.spans[found.codes[0]]})
    return found if found.codes else Answer(("not_stated",))
