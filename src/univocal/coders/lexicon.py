"""A coder that can be read: cues per code, as data; every coding says which cues it rests on, and where."""

from __future__ import annotations

from dataclasses import dataclass

from univocal.codebook.model import Codebook
from univocal.coders.cues import Hit, Scan, cue_set
from univocal.coders.reading import Explanation, Reading
from univocal.mentions.find import find_mentions
from univocal.records import Coding, Paper

__all__ = ["NAME", "VERSION", "Explanation", "Hit", "LexiconCoder", "load"]

NAME = "lexicon"
VERSION = "1"


@dataclass(frozen=True)
class LexiconCoder:
    """Which codes do the codebook's own cues give a paper? Deterministic and offline.

    Any codebook that has cues can be coded so; an ideal that a user added needs cues, not code.

    >>> from univocal.codebook import load as load_codebook
    >>> paper = Paper("p1", "Word alignment for statistical machine translation")
    >>> coding = LexiconCoder().code(paper, load_codebook())[0]
    >>> coding.codes, coding.evidence[0].quote
    (('technical',), 'alignment')
    """

    name: str = NAME
    version: str = VERSION

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        """Code one paper: a sense a mention, then the paper's variables, then its proxies.

        Raises:
            CodebookError: a cue's pattern is not a regular expression.
            CoderError: a cue searched one paper for too long.
        """
        return tuple(explained.coding for explained in self.explain(paper, codebook))

    def explain(self, paper: Paper, codebook: Codebook) -> tuple[Explanation, ...]:
        """Why does each coding say what it says? One explanation a coding, in the order of ``code``.

        >>> from univocal.codebook import load as load_codebook
        >>> paper = Paper("p1", "Word alignment for statistical machine translation")
        >>> LexiconCoder().explain(paper, load_codebook())[0].coding.codes
        ('technical',)
        """
        spans = find_mentions(paper.text, paper.uncoded())
        if not spans:
            return ()
        return Reading(codebook, Scan(cue_set(codebook), paper, spans), self.name).explanations()


def load() -> LexiconCoder:
    """The coder, as the entry point ``lexicon`` hands it out."""
    return LexiconCoder()
