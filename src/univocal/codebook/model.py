"""The codebook's frozen nouns: what the framework says, as data with provenance.

Provenance tags: ``P`` the authors' own abstracts, ``S`` a third-party summary of their paper, ``U`` ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Provenance = Literal["P", "S", "U"]
Unit = Literal["mention", "paper"]
Answers = Literal["one", "many", "flag", "ledger"]
Within = Literal["mention", "sentence", "paper"]


#: The sense of an alignment of AI that is clearly specified and none of the ideals.
OTHER_AI = "other_ai"


@dataclass(frozen=True, slots=True)
class Example:
    """A boundary example: a text, whether the code applies to it, and why."""

    text: str
    applies: bool
    because: str


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a variable. ``absence`` codes say that something is not there, and so need no evidence.

    ``rule`` says how to decide in practice; it is always ours, whatever the definition's provenance.
    """

    id: str
    label: str
    definition: str
    provenance: Provenance
    parent: str | None = None
    absence: bool = False
    ai: bool = True
    examples: tuple[Example, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """One question that is asked of a mention or of a paper.

    ``when``, where given, is (variable, codes): the question is asked only of papers with one of these codes.
    """

    id: str
    label: str
    question: str
    unit: Unit
    answers: Answers
    codes: tuple[Code, ...]
    provenance: Provenance
    when: tuple[str, tuple[str, ...]] | None = None

    def code(self, id: str) -> Code:  # noqa: A002 - the word that the codebook uses
        """The code with this id.

        Raises:
            KeyError: the variable has no such code.
        """
        for code in self.codes:
            if code.id == id:
                return code
        raise KeyError(id)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the framework's second table predicts of papers with an ideal.

    An empty tuple says "not applicable" (no prediction is made of it).
    """

    threat_model: tuple[str, ...]
    valence: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Ideal:
    """One ideal of alignment: Q1 (to what? ``target_y``) and Q2 (what? ``object_x``) with code ids and words.

    ``core`` ideals are the framework's own; others were added by a user and stand beside them, never ranked.
    ``within`` names the sense that a coder which doesn't know this ideal would give it (``other_ai``).
    ``rule`` says how to decide in practice; it is always ours.
    """

    id: str
    label: str
    definition: str
    provenance: Provenance
    number: str | None
    x: str
    object_x: tuple[str, ...]
    y: str
    target_y: tuple[str, ...]
    aligned_when: str
    misaligned_when: str
    prediction: Prediction | None = None
    core: bool = True
    within: str | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class TensionCase:
    """An intervention argued (not measured) to be progress for one ideal and regress for another."""

    id: str
    intervention: str
    progress_for: tuple[str, ...]
    progress_because: str
    regress_for: tuple[str, ...]
    regress_because: str
    through: str
    status: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One of the recommendations, heading and detail each with their own provenance.

    ``measured_by`` names the variables that show how far papers follow it; that link is ours.
    """

    id: str
    heading: str
    heading_provenance: Provenance
    detail: str
    detail_provenance: Provenance
    measured_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """A transparent sign for a code: if ``pattern`` stands ``within`` reach, ``weight`` is added to the code.

    ``pattern`` is a regular expression of the ``regex`` module, matched with case ignored.
    """

    variable: str
    code: str
    pattern: str
    within: Within
    weight: float


@dataclass(frozen=True)
class Codebook:
    """The framework as data. Build it with ``univocal.codebook.load``."""

    id: str
    version: str
    title: str
    source: str
    ideals: tuple[Ideal, ...]
    variables: tuple[Variable, ...]
    tension_cases: tuple[TensionCase, ...]
    recommendations: tuple[Recommendation, ...]
    cues: tuple[Cue, ...]
    extends: str | None = None
    digest: str = ""

    @cached_property
    def _by_id(self) -> dict[str, Variable]:
        return {v.id: v for v in self.variables}

    def variable(self, id: str) -> Variable:  # noqa: A002 - the word that the codebook uses
        """The variable with this id.

        Raises:
            KeyError: there is no such variable.
        """
        return self._by_id[id]

    def __contains__(self, variable: object) -> bool:
        """Does the codebook have a variable with this id?"""
        return variable in self._by_id

    def ideal(self, id: str) -> Ideal:  # noqa: A002 - the word that the codebook uses
        """The ideal with this id.

        Raises:
            KeyError: there is no such ideal.
        """
        for ideal in self.ideals:
            if ideal.id == id:
                return ideal
        raise KeyError(id)

    @cached_property
    def ai_senses(self) -> frozenset[str]:
        """Senses that mean the alignment of AI (ideals, other, unspecified), not the technical or ordinary word."""
        return frozenset(c.id for c in self.variable("sense").codes if c.ai)

    @cached_property
    def stands_for(self) -> dict[str, str]:
        """What a quantity may be taken to stand for, with its label: each ideal, and the other AI sense if there is one."""
        others = (c for c in self.variable("sense").codes if c.id == OTHER_AI)
        return {i.id: i.label for i in self.ideals} | {c.id: c.label for c in others}

    def implied_ideal(self, object_x: str | None, target_y: str | None) -> str | None:
        """Which ideal do the answers to Q2 (x) and Q1 (y) imply by rule? None where they imply no single one."""
        fits = [i.id for i in self.ideals if object_x in i.object_x and target_y in i.target_y]
        return fits[0] if len(fits) == 1 else None
