"""Small coded papers of our own making: a few sentences for each sense, coded as the guide would."""

import pytest

from univocal.codebook import load
from univocal.coders.gold import GoldPaper
from univocal.mentions import find_mentions
from univocal.records import Mention, Paper

SENTENCES = {
    "task_reliability": "We align chat model {i} to the preferences of its users by tuning on instructions.",
    "social_judiciousness": "Does model {i} align with the moral norms of several cultures, or repeat stereotypes?",
    "takeover_avoidance": "Deceptive alignment of advanced system {i} would hide its goals from overseers.",
    "unspecified_ai": "AI alignment remains an open problem for assistant {i}.",
    "technical": "We learn a word alignment for language pair {i} from parallel corpora.",
    "ordinary": "The results of study {i} align with earlier findings.",
}
CODINGS = {
    "task_reliability": {
        "about": "main", "ideals": ["task_reliability"], "primary": "task_reliability", "object_x": "local_behaviour",
        "target_y": "intent", "threat_model": "not_stated", "valence": "positive", "harm_source": [],
        "definition": "implicit", "conflation": [], "tension_acknowledged": False, "diversity_acknowledged": False,
    },
    "social_judiciousness": {
        "about": "main", "ideals": ["social_judiciousness"], "primary": "social_judiciousness",
        "object_x": "local_behaviour", "target_y": "external_norms", "threat_model": "incompetence",
        "valence": "both", "harm_source": ["training_data_conservatism"], "definition": "implicit",
        "conflation": [], "tension_acknowledged": False, "diversity_acknowledged": True,
    },
    "takeover_avoidance": {
        "about": "main", "ideals": ["takeover_avoidance"], "primary": "takeover_avoidance",
        "object_x": "optimization_goals", "target_y": "non_takeover", "threat_model": "misdirected_competence",
        "valence": "negative", "harm_source": ["hidden_goals"], "definition": "implicit", "conflation": [],
        "tension_acknowledged": False, "diversity_acknowledged": False,
    },
    "unspecified_ai": {
        "about": "passing", "ideals": [], "primary": "unspecified", "object_x": "not_stated", "target_y": "not_stated",
        "threat_model": "not_stated", "valence": "not_stated", "harm_source": [], "definition": "none",
        "conflation": ["undefined_headline"], "tension_acknowledged": False, "diversity_acknowledged": False,
    },
    "technical": {"about": "no"},
    "ordinary": {"about": "no"},
}  # fmt: skip


def paper_of(i: int, sense: str) -> GoldPaper:
    """One coded paper; its second coder calls every fourth unspecified one main."""
    paper = Paper(f"p{i:03}", SENTENCES[sense].format(i=i), year=2020 + i % 3, venue="toy", license="CC0-1.0")
    mentions = tuple(Mention(paper.id, a, b, paper.text[a:b], sense) for a, b in find_mentions(paper.text))
    coding = CODINGS[sense]
    other = {**coding, "about": "main"} if sense == "unspecified_ai" and i % 4 == 3 else coding
    coders = {
        name: {**one, "senses": [sense] * len(mentions)}
        for name, one in (("coder_1", coding), ("coder_2", other))
    }
    return GoldPaper(paper, mentions, coding, coders, group=f"source {i % 6}")


@pytest.fixture(scope="session")
def gold() -> tuple[GoldPaper, ...]:
    senses = list(SENTENCES)
    return tuple(paper_of(i, senses[i * 5 // 3 % 6]) for i in range(36))


@pytest.fixture(scope="session")
def codebook():
    return load()
