import pytest

from univocal.codebook import load
from univocal.records import Coding, Evidence, Paper

TITLE, WHOLE = "the title", "the whole text"


class Case:
    """A small paper and its codings, written down by hand."""

    def __init__(self, title, body):
        self.codebook = load()
        self.paper = Paper("p", f"{title}\n\n{body}", title)
        self.codings = []

    def quote(self, words):
        return Evidence.find(self.paper.text, words)

    def sense(self, words, sense, confidence=None):
        """The align- word that starts where ``words`` start."""
        start = self.paper.text.index(words)
        end = start + len(words.split()[0].strip(".,:;?"))
        evidence = (Evidence.cut(self.paper.text, start, end),)
        codes = None if sense is None else (sense,)
        self.codings.append(Coding("p", "hand", "sense", codes, evidence, confidence))
        return self

    def code(self, variable, *codes, evidence=None, confidence=None):
        """A paper-level coding; ``None`` as the only code is an abstention."""
        quotes = (self.quote(evidence),) if evidence else (Evidence.cut(self.paper.text, 0, 5),)
        said = None if codes == (None,) else codes
        self.codings.append(Coding("p", "hand", variable, said, quotes, confidence))
        return self

    def without(self, variable):
        """The same with the coder abstaining on one variable."""
        case = Case.__new__(Case)
        case.codebook, case.paper = self.codebook, self.paper
        case.codings = [
            Coding("p", "hand", variable, None, c.evidence) if c.variable == variable else c
            for c in self.codings
        ]
        return case


@pytest.fixture
def case():
    return Case


def undefined(body="We hope that this post is useful for alignment."):
    case = Case("Maps of a field", body)
    case.code("about", "main").code("primary", "unspecified").code("definition", "none").code(
        "target_y", "not_stated"
    )
    return case.sense("alignment", "unspecified_ai")


def shift(second="Aligned agents must respect social norms."):
    case = Case("Two aims", f"Aligning models to what users ask is common. {second}")
    case.code("about", "main").code("diversity_acknowledged", "false")
    return case.sense("Aligning models", "task_reliability").sense("Aligned agents", "social_judiciousness")


def proxy(claim="Experiments on two benchmarks show that our loss improves model alignment by 4 points."):
    case = Case("A loss for chat models", f"Chat models should do as asked. {claim}")
    case.code("about", "main").code("primary", "task_reliability")
    return case.sense("align", "task_reliability") if "align" in claim else case


def mismatch(result="Results on translation show gains in BLEU and in fluency."):
    body = f"Models must be aligned with the moral norms of a society. We train one on local text. {result}"
    case = Case("A culturally aware model", body)
    case.code("about", "main").code(
        "primary", "social_judiciousness", evidence="aligned with the moral norms"
    )
    return case.sense("aligned with", "social_judiciousness")


def policy(call="Such systems should be banned."):
    case = Case(
        "Limits of alignment", f"We prove a theorem: alignment of general agents is impossible. {call}"
    )
    case.code("about", "main").code("commitments", "false")
    return case.sense("alignment of", "takeover_avoidance")


GOOD = {
    "undefined_headline": undefined,
    "sense_shift": shift,
    "proxy_as_ideal": proxy,
    "definition_evidence_mismatch": mismatch,
    "scope_as_policy": policy,
}


@pytest.fixture(params=GOOD)
def kind(request):
    return request.param


@pytest.fixture
def good(kind):
    """A case of each kind in turn."""
    return GOOD[kind]()


@pytest.fixture
def make():
    """The builders by kind, to vary a case."""
    return GOOD
