"""Which papers are sent to a model, and which needn't or can't be?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from univocal.codebook.model import Codebook
from univocal.coders.llm.answers import Question
from univocal.coders.llm.names import coder_name
from univocal.coders.llm.settings import Settings
from univocal.errors import InputError
from univocal.mentions.find import find_mentions
from univocal.records import Paper

#: Ids named in a message about ids that occur twice.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Worklist:
    """Papers sorted by what is to be done: ask, abstain as they are too long, or nothing as they have no mention."""

    ask: tuple[Question, ...]
    too_long: tuple[tuple[Question, str], ...]
    n_without_mention: int

    @property
    def n_papers(self) -> int:
        """All papers."""
        return len(self.ask) + len(self.too_long) + self.n_without_mention


def sort_papers(papers: Sequence[Paper], codebook: Codebook, model: str, settings: Settings) -> Worklist:
    """Find the mentions of each paper, and say whether it is sent.

    Raises:
        InputError: two papers have one id.

    >>> from univocal.codebook import load
    >>> papers = [Paper("p1", "We align it."), Paper("p2", "Nothing.")]
    >>> sort_papers(papers, load(), "a/b", Settings()).n_without_mention
    1
    """
    twice = [paper for paper, n in Counter(p.id for p in papers).items() if n > 1]
    if twice:
        more = f" and {len(twice) - NAMED} more" if len(twice) > NAMED else ""
        raise InputError(
            f"papers: ids that occur more than once: {', '.join(map(repr, twice[:NAMED]))}{more}. "
            "Expected each paper once; leave out duplicates first."
        )
    ask: list[Question] = []
    too_long: list[tuple[Question, str]] = []
    for paper in papers:
        mentions = find_mentions(paper.text, paper.uncoded())
        question = Question(paper, mentions, codebook, coder_name(model))
        if why := _too_long(question, settings):
            too_long.append((question, why))
        elif mentions:
            ask.append(question)
    return Worklist(tuple(ask), tuple(too_long), len(papers) - len(ask) - len(too_long))


def _too_long(question: Question, settings: Settings) -> str | None:
    """Why a paper isn't sent, None where it may be."""
    length, n_mentions = len(question.paper.text), len(question.mentions)
    if n_mentions and length > settings.longest_characters:
        return f"{length:,} characters; {settings.longest_characters:,} at most are sent"
    if n_mentions > settings.most_mentions:
        return f"{n_mentions:,} mentions; {settings.most_mentions:,} at most are sent"
    return None
