"""What may a run cost, and how much of it is spent? Asked before every call, told after it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from univocal.coders.llm.prices import Price, Prices
from univocal.errors import CoderError

_BUDGET = re.compile(r"\s*(\d[\d_,]*(?:\.\d+)?)\s*([A-Za-z]*)\s*")


class BudgetSpentError(CoderError):
    """The next call could cost more than is left; nothing was sent."""


@dataclass
class Budget:
    """A limit on tokens, or on money where the model's price is known. Calls in flight are counted by their estimate.

    What Inspect's cache answers counts like the call that was paid for: the limit is of the work, however often it was
    interrupted. One budget may serve many runs (the shards of a corpus).

    >>> budget = Budget(tokens=1_000)
    >>> budget.reserve(600, 100)
    >>> budget.settle(600, 100, 500, 50)
    >>> budget.spent_tokens
    550
    >>> budget.reserve(600, 100)
    Traceback (most recent call last):
    univocal.coders.llm.budget.BudgetSpentError: 550 of 1,000 tokens are spent, and the next call may take 700
    """

    tokens: int | None = None
    money: float | None = None
    price: Price | None = None
    currency: str = "USD"
    input_tokens: int = field(default=0, init=False)
    output_tokens: int = field(default=0, init=False)
    _reserved: list[int] = field(default_factory=lambda: [0, 0], init=False)

    def __post_init__(self) -> None:
        """A limit in money needs a price.

        Raises:
            CoderError: the price isn't known.
        """
        if self.money is not None and self.price is None:
            raise CoderError(
                "--budget in money: the model's price isn't known. Give a table of prices (--prices FILE) that names it, "
                "or a budget in tokens (--budget '200000 tokens')."
            )

    @property
    def spent_tokens(self) -> int:
        """Tokens in and out, of calls that ended."""
        return self.input_tokens + self.output_tokens

    @property
    def spent_money(self) -> float | None:
        """What they cost; None where the price isn't known."""
        return None if self.price is None else self.price.of(self.input_tokens, self.output_tokens)

    def reserve(self, input_tokens: int, output_tokens: int) -> None:
        """Set tokens aside for a call, before it is made.

        Raises:
            BudgetSpentError: it may cost more than is left.
        """
        entering = self.input_tokens + self._reserved[0] + input_tokens
        leaving = self.output_tokens + self._reserved[1] + output_tokens
        if self.tokens is not None and entering + leaving > self.tokens:
            raise BudgetSpentError(
                f"{self.spent_tokens:,} of {self.tokens:,} tokens are spent, and the next call may take "
                f"{input_tokens + output_tokens:,}"
            )
        if (
            self.money is not None
            and self.price is not None
            and self.price.of(entering, leaving) > self.money
        ):
            raise BudgetSpentError(
                f"{self.spent_money:.4g} of {self.money:g} {self.currency} are spent, and the next call may cost "
                f"{self.price.of(input_tokens, output_tokens):.2g}"
            )
        self._reserved[0] += input_tokens
        self._reserved[1] += output_tokens

    def settle(
        self, reserved_input: int, reserved_output: int, input_tokens: int, output_tokens: int
    ) -> None:
        """Put what a call used in the place of what was set aside for it; zeros for a call that failed."""
        self._reserved[0] -= reserved_input
        self._reserved[1] -= reserved_output
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens


def parse_budget(text: str | None, model: str, prices: Prices) -> Budget:
    """A budget as it is written on the command line: ``5``, ``5 USD`` or ``200000 tokens``. None sets no limit.

    Raises:
        CoderError: it can't be read, is in another currency than the prices, or the model's price isn't known.

    >>> parse_budget("200_000 tokens", "a/b", Prices()).tokens
    200000
    """
    price = prices[model]
    if text is None:
        return Budget(price=price, currency=prices.currency)
    read = _BUDGET.fullmatch(text)
    unit = read.group(2).lower() if read else ""
    if read is None or unit not in ("", "token", "tokens", prices.currency.lower()):
        raise CoderError(
            f"--budget {text}: expected an amount such as '5', '5 {prices.currency}' or '200000 tokens'"
        )
    amount = float(read.group(1).replace(",", "").replace("_", ""))
    if unit.startswith("token") and prices.currency.lower() != unit:
        return Budget(tokens=math.floor(amount), price=price, currency=prices.currency)
    return Budget(money=amount, price=price, currency=prices.currency)
