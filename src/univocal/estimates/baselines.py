"""What any coder should beat: the majority, a plain keyword scan, TF-IDF with logistic regression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper, senses
from univocal.coders.protocol import Coder
from univocal.errors import CoderError
from univocal.estimates.answers import as_codes, measured_variables
from univocal.estimates.keywords import KeywordScanner
from univocal.estimates.writing import Answer, Writer
from univocal.mentions.find import find_mentions
from univocal.records import Coding, Paper

Hit = TypeVar("Hit", str, tuple[str, ...])


@dataclass(slots=True)
class Majority:
    """Always the most frequent answer, each question by itself.

    It answers the questions that hang on ``about`` whatever it says of ``about``, so that each is measured against
    its own majority. Build it with ``Majority().fit(gold, codebook)``.

    >>> from univocal.codebook import load
    >>> from univocal.records import Mention
    >>> paper = Paper("p1", "We align words.")
    >>> gold = GoldPaper(paper, (Mention("p1", 3, 8, "align", "technical"),), {"about": "no"})
    >>> [coding.codes for coding in Majority().fit([gold], load()).code(paper, load())]
    [('technical',), ('no',)]
    """

    sense: str | None = None
    answers: Mapping[str, tuple[str, ...]] | None = None
    name: str = "majority"
    version: str = "1"

    def fit(self, gold: Sequence[GoldPaper], codebook: Codebook) -> Majority:
        """Count the answers of coded papers; equally frequent ones are settled by name."""
        counts = {
            v.id: Counter(
                tuple(sorted(as_codes(g.coding[v.id]))) for g in gold if g.coding.get(v.id) is not None
            )
            for v in measured_variables(codebook)
        }
        most = {variable: _most(count) for variable, count in counts.items() if count}
        return Majority(_most(Counter(senses(gold))), most)

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        """The same answers for every paper with a mention."""
        if self.answers is None or self.sense is None:
            raise CoderError("majority: it has counted no papers yet. Call fit(gold, codebook) first.")
        spans = find_mentions(paper.text, paper.uncoded())
        if not spans:
            return ()
        return Writer(paper, codebook, self.name, spans).codings(
            [Answer((self.sense,))] * len(spans), {v: Answer(codes) for v, codes in self.answers.items()}
        )


def _most(counts: Counter[Hit]) -> Hit:
    return min(counts, key=lambda one: (-counts[one], str(one)))


def _tfidf() -> Coder:
    from univocal.estimates.tfidf import TfidfRegression

    return TfidfRegression()


#: Name → how to build it. Building one whose library is missing raises ``MissingExtraError``.
BASELINES: Mapping[str, Callable[[], Coder]] = {
    "majority": Majority,
    "keyword": KeywordScanner,
    "tfidf-logistic": _tfidf,
}
