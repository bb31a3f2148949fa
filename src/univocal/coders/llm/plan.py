"""What would a run send, and what would it cost? Nothing is sent to find out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from univocal.codebook.model import Codebook
from univocal.coders.llm.names import model_of
from univocal.coders.llm.prices import Price, Prices
from univocal.coders.llm.prompt import paper_message, system_message
from univocal.coders.llm.settings import Settings
from univocal.coders.llm.tokens import HOW, answer_tokens, text_tokens
from univocal.coders.llm.worklist import sort_papers
from univocal.records import Paper

#: About how many tokens the list of faults of an answer is.
FAULTS_TOKENS = 300


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a run would take: least (every answer is right at once) and most (every one is sent back once).

    ``price_least`` and ``price_most`` are None where the model's price isn't known. Tokens that a model thinks in, and
    discounts for prompts that a provider keeps or for batches, aren't counted.
    """

    model: str
    n_papers: int
    n_sent: int
    n_without_mention: int
    n_too_long: int
    n_mentions: int
    repeats: int
    calls_least: int
    calls_most: int
    input_tokens_least: int
    input_tokens_most: int
    output_tokens_least: int
    output_tokens_most: int
    price_least: float | None
    price_most: float | None
    currency: str
    how: str = HOW

    def as_dict(self) -> dict[str, Any]:
        """The figures as JSON has them."""
        return asdict(self)

    def text(self) -> str:
        """The figures as a person reads them."""
        repeats = f", {self.repeats} times each" if self.repeats > 1 else ""
        lines = [
            (
                f"{self.n_papers:,} papers: {self.n_sent:,} to send{repeats}, with {self.n_mentions:,} mentions; "
                f"{self.n_without_mention:,} have none; {self.n_too_long:,} are too long"
            ),
            f"{_range(self.calls_least, self.calls_most)} calls of {self.model}",
            (
                f"{_range(self.input_tokens_least, self.input_tokens_most)} tokens in, "
                f"{_range(self.output_tokens_least, self.output_tokens_most)} out ({self.how})"
            ),
        ]
        if self.price_least is None or self.price_most is None:
            lines.append(f"price unknown: no table of prices names {self.model} (--prices FILE)")
        else:
            lines.append(f"{self.price_least:,.2f} to {self.price_most:,.2f} {self.currency}")
        return "\n".join((*lines, "Nothing was sent."))


def plan(
    papers: Sequence[Paper],
    codebook: Codebook,
    model: str,
    prices: Prices | None = None,
    settings: Settings | None = None,
) -> DryRun:
    """How many papers, tokens and how much money would coding these papers take?

    Args:
        papers: the papers, each with an id of its own.
        codebook: what they would be coded by.
        model: ``PROVIDER/MODEL``, with or without ``llm:`` before it.
        prices: what models cost; without it the price is unknown.
        settings: how the model would be run.

    Raises:
        CoderError: the model's name isn't of that form.
        InputError: two papers have one id.

    >>> from univocal.codebook import load
    >>> dry = plan([Paper("p1", "We align it."), Paper("p2", "Nothing.")], load(), "openai/gpt-x")
    >>> dry.n_sent, dry.calls_least, dry.calls_most, dry.price_least
    (1, 1, 2, None)
    """
    settings, prices = settings or Settings(), prices or Prices()
    model = model_of(f"llm:{model.removeprefix('llm:')}")
    work = sort_papers(papers, codebook, model, settings)
    guide = text_tokens(system_message(codebook))
    first = [guide + text_tokens(paper_message(q.paper, q.mentions)) for q in work.ask]
    answers = [answer_tokens(len(q.mentions), codebook) for q in work.ask]
    entering, leaving = sum(first) * settings.repeats, sum(answers) * settings.repeats
    again = entering + leaving + FAULTS_TOKENS * len(first) * settings.repeats
    price: Price | None = prices[model]
    return DryRun(
        model=model,
        n_papers=work.n_papers,
        n_sent=len(work.ask),
        n_without_mention=work.n_without_mention,
        n_too_long=len(work.too_long),
        n_mentions=sum(len(q.mentions) for q in work.ask),
        repeats=settings.repeats,
        calls_least=len(first) * settings.repeats,
        calls_most=2 * len(first) * settings.repeats,
        input_tokens_least=entering,
        input_tokens_most=entering + again,
        output_tokens_least=leaving,
        output_tokens_most=2 * leaving,
        price_least=price.of(entering, leaving) if price else None,
        price_most=price.of(entering + again, 2 * leaving) if price else None,
        currency=prices.currency,
    )


def _range(least: int, most: int) -> str:
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"
