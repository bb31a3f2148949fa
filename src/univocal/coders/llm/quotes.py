"""Where in a paper does a quote stand, word for word? Nothing is guessed: other white space is another text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from univocal.coders.llm.shown import Span, blanked, shown
from univocal.records import Paper

#: A quote of more code points is no longer a quote.
LONGEST = 2_000


@dataclass(frozen=True)
class Quotable:
    """A paper's text, ready to be searched for quotes: as it was shown, less the stretches that coders leave alone."""

    text: str
    skip: tuple[Span, ...] = ()

    @classmethod
    def of(cls, paper: Paper) -> Quotable:
        """The paper as a model was shown it."""
        return cls(shown(paper.text), paper.uncoded())

    def place(self, quote: str, within: str | None = None) -> Span | str:
        """Start and end (code points) of a quote, or, as text, the reason why there is no such place.

        Args:
            quote: the words, verbatim.
            within: a longer passage, verbatim, that holds the quote, where its words stand at several places.

        Returns:
            The first place of the quote in the first place of ``within``, or in the text where that is None.

        >>> Quotable("We align. They align.").place("align", "They align")
        (15, 20)
        >>> Quotable("We align.").place("We  align")
        'differs from the paper in white space only; copy line breaks and spaces as they are'
        """
        if not any(c.isalnum() for c in quote):
            return "is empty; copy the words that the code rests on"
        if len(quote) > LONGEST:
            return f"has {len(quote)} characters; quote {LONGEST} at most"
        if within is None:
            start = self._find(quote, 0, len(self.text))
            return (start, start + len(quote)) if start >= 0 else self._why(quote)
        passage = self._find(within, 0, len(self.text)) if within else -1
        if passage < 0:
            return 'has a "within" that isn\'t in the paper word for word; copy it, or give null'
        start = self._find(quote, passage, passage + len(within))
        return (start, start + len(quote)) if start >= 0 else 'isn\'t inside its "within"'

    def _find(self, words: str, start: int, end: int) -> int:
        """The first place in ``text[start:end]`` that touches no stretch which coders leave alone; -1 if none."""
        at = self.text.find(words, start, end)
        while at >= 0 and (past := self._skipped(at, at + len(words))):
            at = self.text.find(words, max(past, at + 1), end)
        return at

    def _skipped(self, start: int, end: int) -> int:
        """The end of the first skipped stretch that ``start:end`` touches; 0 where it touches none."""
        at = bisect_right(self.skip, start, key=lambda s: s[1])
        touched = at < len(self.skip) and self.skip[at][0] < end
        return self.skip[at][1] if touched else 0

    def _why(self, quote: str) -> str:
        coded = " ".join(blanked(self.text, self.skip).split())
        if " ".join(quote.split()) in coded:
            return "differs from the paper in white space only; copy line breaks and spaces as they are"
        if " ".join(quote.split()).casefold() in coded.casefold():
            return "differs from the paper in capital letters; copy it as it is"
        return "isn't in the paper word for word; copy words that stand there, in one piece"
