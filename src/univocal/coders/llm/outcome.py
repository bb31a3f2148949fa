"""What a run of a language model over papers gave, and what it took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from univocal.coders.llm.conversation import Rejected
from univocal.records import Coding


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens by the provider's own count, and what they cost (None where the price isn't known).

    ``input_tokens`` and ``output_tokens`` are of all answers that stand behind the codings; the ``paid`` ones were
    spent by this run, the rest was answered from the cache.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    paid_input_tokens: int = 0
    paid_output_tokens: int = 0
    price: float | None = None
    paid_price: float | None = None
    currency: str = "USD"

    def __add__(self, other: Usage) -> Usage:
        """Both runs' tokens; the price is known where both are."""
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.paid_input_tokens + other.paid_input_tokens,
            self.paid_output_tokens + other.paid_output_tokens,
            _sum(self.price, other.price),
            _sum(self.paid_price, other.paid_price),
            other.currency,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The codings of a run, and the papers that have none.

    ``codings`` are in order of the papers, the coders' names telling repeats apart. ``rejected`` lists every answer that
    broke a rule twice and abstains; ``too_long`` the papers that weren't sent and abstain, with the reason; ``failed``
    those for which the provider gave no answer, with its words, and ``left`` those that the budget didn't reach:
    neither has codings, and the same run again takes them up. ``log`` is Inspect's log of the run (``inspect view``).
    """

    codings: tuple[Coding, ...]
    rejected: tuple[Rejected, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    too_long: tuple[tuple[str, str], ...] = ()
    n_sent_back: int = 0
    n_without_mention: int = 0
    usage: Usage = Usage()
    log: str = ""

    def __add__(self, other: Outcome) -> Outcome:
        """Both runs in one, in order; the log is the later one's."""
        both = {
            name: getattr(self, name) + getattr(other, name)
            for name in self.__slots__
            if name not in ("usage", "log")
        }
        usage = self.usage + other.usage if self.usage != Usage() else other.usage
        return Outcome(**both, usage=usage, log=other.log or self.log)

    @property
    def whole(self) -> bool:
        """Has every paper its codings?"""
        return not self.failed and not self.left

    @property
    def n_rejected(self) -> int:
        """How many answers broke a rule twice?"""
        return len(self.rejected)

    def as_dict(self) -> dict[str, Any]:
        """Everything but the codings, as JSON has it."""
        from dataclasses import asdict

        return {name: value for name, value in asdict(self).items() if name != "codings"} | {
            "whole": self.whole
        }

    def text(self) -> str:
        """The outcome in a few lines, as a person reads it.

        >>> print(Outcome(codings=()).text())
        0 answers were sent back, 0 rejected
        0 tokens in, 0 out; of these 0 and 0 were paid for by this run; price unknown
        """
        usage = self.usage
        cost = "price unknown" if usage.paid_price is None else f"{usage.paid_price:,.4g} {usage.currency}"
        lines = [
            f"{self.n_sent_back:,} answers were sent back, {self.n_rejected:,} rejected",
            (
                f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out; of these {usage.paid_input_tokens:,} "
                f"and {usage.paid_output_tokens:,} were paid for by this run; {cost}"
            ),
        ]
        if self.too_long:
            lines.append(f"{len(self.too_long):,} papers are too long and abstain: {_first(self.too_long)}")
        if self.failed:
            lines.append(
                f"{len(self.failed):,} papers got no answer: {_first(self.failed)}. The same command asks again"
            )
        if self.left:
            lines.append(
                f"{len(self.left):,} papers are left: the budget is spent. A larger one goes on from here"
            )
        if self.log:
            lines.append(f"Log: inspect view --log-dir {self.log.rpartition('/')[0] or '.'}")
        return "\n".join(lines)


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def _first(papers: tuple[tuple[str, str], ...]) -> str:
    return f"{papers[0][0]}: {papers[0][1]}" + (" …" if len(papers) > 1 else "")
