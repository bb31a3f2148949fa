"""Findings of conflation: passages that slide between senses of alignment, one module a kind."""

from __future__ import annotations

from collections.abc import Iterable

from univocal.codebook.model import Codebook
from univocal.conflation import (
    definition_evidence_mismatch,
    proxy_as_ideal,
    scope_as_policy,
    sense_shift,
    undefined_headline,
)
from univocal.conflation.implied import Implied, implied
from univocal.records import Coding, Finding, Paper

__all__ = ["KINDS", "Implied", "find", "implied"]

_RULES = (undefined_headline, sense_shift, proxy_as_ideal, definition_evidence_mismatch, scope_as_policy)
#: The kinds of conflation, in the order of the coding guide.
KINDS: tuple[str, ...] = tuple(rule.KIND for rule in _RULES)


def find(paper: Paper, codings: Iterable[Coding], codebook: Codebook) -> tuple[Finding, ...]:
    """Where does this paper slide between senses of alignment?

    Args:
        paper: the paper.
        codings: what one coder says of it (any coder; codings of other papers are left out).
        codebook: the codebook of these codings.

    Returns:
        At most one finding a kind, in the order of ``KINDS``; each quotes the words that it rests on. The
        confidence is the rule's share of findings that coded abstracts share, where there are enough of them
        (``docs/explanation/conflation.md``).

    >>> from univocal.codebook import load
    >>> find(Paper("p", "Word alignment for translation."), (), load())
    ()
    """
    given = tuple(codings)
    return tuple(finding for rule in _RULES for finding in rule.find(paper, given, codebook))
