"""The usual first try at text: TF-IDF features with logistic regression, one model for each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from univocal.codebook.model import Codebook, Variable
from univocal.coders.gold import GoldPaper
from univocal.errors import CoderError, MissingExtraError
from univocal.estimates.answers import as_codes, asked, measured_variables
from univocal.estimates.writing import Answer, Span, Writer
from univocal.mentions.find import find_mentions
from univocal.records import Coding, Paper

#: Characters of context on either side of a mention.
REACH = 150
#: Weight of the penalty's inverse (scikit-learn's C), not tuned.
STRENGTH = 10.0


@dataclass
class TfidfRegression:
    """TF-IDF over the words around a mention and over the document, with logistic regression.

    Needs the extra ``train``. Build it with ``TfidfRegression().fit(gold, codebook)``.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """

    name: str = "tfidf-logistic"
    version: str = "1"
    _models: dict[str, _Model] = field(default_factory=dict, repr=False)
    _features: _Features | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse early where the library is missing."""
        try:
            import sklearn  # noqa: F401 - only asks whether it is there
        except ImportError as error:
            raise MissingExtraError("The TF-IDF baseline", "train") from error

    def fit(self, gold: Sequence[GoldPaper], codebook: Codebook) -> TfidfRegression:
        """Learn from coded papers."""
        features = _Features.fit(gold)
        documents = features.documents([g.paper for g in gold])
        pairs = [(i, g.paper, m) for i, g in enumerate(gold) for m in g.mentions if m.sense is not None]
        around = [_around(paper, (m.start, m.end)) for _, paper, m in pairs]
        x = features.mentions(around, documents[[i for i, _, _ in pairs]])
        models = {"sense": _Model.fit(x, [(m.sense or "",) for _, _, m in pairs])}
        for variable in measured_variables(codebook):
            at = [i for i, g in enumerate(gold) if g.coding.get(variable.id) is not None]
            if at:
                codes = [as_codes(gold[i].coding[variable.id]) for i in at]
                models[variable.id] = _Model.fit(documents[at], codes, many=variable.answers == "many")
        return TfidfRegression(_models=models, _features=features)

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        """Code one paper: the likeliest answer to each question that ``about`` leaves open."""
        if self._features is None:
            raise CoderError(
                "tfidf-logistic: it has learned from no papers yet. Call fit(gold, codebook) first."
            )
        spans = find_mentions(paper.text, paper.uncoded())
        if not spans:
            return ()
        document = self._features.documents([paper])
        around = [_around(paper, span) for span in spans]
        senses = self._models["sense"].answers(self._features.mentions(around, document[[0] * len(spans)]))
        answers: dict[str, Answer] = {}
        for variable in measured_variables(codebook):
            if variable.id in self._models and self._open(variable, answers):
                answers[variable.id] = self._models[variable.id].answers(document)[0]
        return Writer(paper, codebook, self.name, spans).codings(senses, answers)

    @staticmethod
    def _open(variable: Variable, answers: dict[str, Answer]) -> bool:
        return asked(variable, {name: answer.codes for name, answer in answers.items()})


@dataclass(frozen=True)
class _Features:
    context: Any
    document: Any

    @classmethod
    def fit(cls, gold: Sequence[GoldPaper]) -> _Features:
        from sklearn.feature_extraction.text import TfidfVectorizer

        settings: dict[str, Any] = {
            "sublinear_tf": True,
            "ngram_range": (1, 2),
            "min_df": 2,
            "max_features": 20_000,
        }
        around = [_around(g.paper, (m.start, m.end)) for g in gold for m in g.mentions]
        return cls(
            TfidfVectorizer(**settings).fit(around),
            TfidfVectorizer(**settings).fit([g.paper.text for g in gold]),
        )

    def mentions(self, around: Sequence[str], documents: Any) -> Any:
        from scipy.sparse import hstack

        return hstack([self.context.transform(around), documents], format="csr")

    def documents(self, papers: Sequence[Paper]) -> Any:
        return self.document.transform([paper.text for paper in papers])


def _around(paper: Paper, span: Span) -> str:
    return paper.text[max(span[0] - REACH, 0) : span[1] + REACH]


@dataclass(frozen=True)
class _Model:
    """One question's model: one classifier over codes, or one for each code where several may apply."""

    codes: tuple[str, ...]
    classifiers: tuple[Any, ...]
    many: bool

    @classmethod
    def fit(cls, x: Any, codes: Sequence[tuple[str, ...]], *, many: bool = False) -> _Model:
        known = tuple(sorted({code for one in codes for code in one}))
        if many:
            each = tuple(_classifier(x, [code in one for one in codes]) for code in known)
            return cls(known, each, many=True)
        return cls(known, (_classifier(x, [one[0] for one in codes]),), many=False)

    def answers(self, x: Any) -> list[Answer]:
        if self.many:
            shares = [
                classifier.predict_proba(x)[:, list(classifier.classes_).index(True)]
                for classifier in self.classifiers
            ]
            return [self._several([share[i] for share in shares]) for i in range(x.shape[0])]
        (classifier,) = self.classifiers
        sure = classifier.predict_proba(x)
        return [Answer((str(classifier.classes_[row.argmax()]),), float(row.max())) for row in sure]

    def _several(self, shares: Sequence[float]) -> Answer:
        codes = tuple(code for code, share in zip(self.codes, shares, strict=True) if share >= 0.5)
        return Answer(codes, float(min((max(s, 1 - s) for s in shares), default=1.0)))


def _classifier(x: Any, y: Sequence[Any]) -> Any:
    if len(set(y)) == 1:
        from sklearn.dummy import DummyClassifier

        return DummyClassifier(strategy="prior").fit(x, y)
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, max_iter=1000).fit(x, y)
