"""From a baseline's plain codes to codings with evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from univocal.codebook.model import Codebook
from univocal.records import Coding, Evidence, Paper

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """A baseline's answer to one question, and the words that it rests on by code (else the first mention)."""

    codes: tuple[str, ...]
    confidence: float | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes one coder's codings of one paper; ``mentions`` are the spans that it gives a sense."""

    paper: Paper
    codebook: Codebook
    coder: str
    mentions: Sequence[Span]

    def codings(self, senses: Sequence[Answer], answers: Mapping[str, Answer]) -> tuple[Coding, ...]:
        """One coding for each mention, then one for each variable answered, in the codebook's order."""
        first = [self._sense(span, answer) for span, answer in zip(self.mentions, senses, strict=True)]
        return (
            *first,
            *(self._paper(v.id, answers[v.id]) for v in self.codebook.variables if v.id in answers),
        )

    def _sense(self, span: Span, answer: Answer) -> Coding:
        return self._coding("sense", answer, (Evidence.cut(self.paper.text, *span),))

    def _paper(self, variable: str, answer: Answer) -> Coding:
        evidence = tuple(
            Evidence.cut(self.paper.text, *answer.spans.get(code, self.mentions[0]), code)
            for code in answer.codes
            if not self.codebook.variable(variable).code(code).absence
        )
        return self._coding(variable, answer, evidence)

    def _coding(self, variable: str, answer: Answer, evidence: tuple[Evidence, ...]) -> Coding:
        return Coding(
            self.paper.id,
            self.coder,
            variable,
            answer.codes,
            evidence,
            answer.confidence,
            self.codebook.version,
        )
