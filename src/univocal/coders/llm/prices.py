"""What do tokens cost? A table that the user keeps; a model that isn't in it has no known price.

currency = "USD"

[models."openai/gpt-x"]      # as it stands behind llm:
input = 0.15                 # for a million tokens
output = 0.60
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from univocal.errors import InputError

#: A longer file is no table of prices.
LONGEST_BYTES = 1_000_000
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """What a model's tokens cost, in the table's currency for a million."""

    input: float
    output: float

    def of(self, input_tokens: int, output_tokens: int) -> float:
        """What so many tokens cost.

        >>> Price(2.0, 10.0).of(500_000, 100_000)
        2.0
        """
        return (input_tokens * self.input + output_tokens * self.output) / MILLION


@dataclass(frozen=True, slots=True)
class Prices:
    """A table of prices. Without one, nothing has a known price."""

    models: Mapping[str, Price] = field(default_factory=dict)
    currency: str = "USD"

    def __getitem__(self, model: str) -> Price | None:
        """The price of a model's tokens, None where the table doesn't say."""
        return self.models.get(model)


def load_prices(path: Path) -> Prices:
    r"""Read a table of prices (TOML).

    Raises:
        InputError: every fault of the file, at once.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "prices.toml")
    >>> _ = path.write_text('[models."a/b"]\ninput = 1\noutput = 4.0\n')
    >>> load_prices(path)["a/b"]
    Price(input=1.0, output=4.0)
    """
    try:
        if path.stat().st_size > LONGEST_BYTES:
            raise InputError(
                f"{path}: more than {LONGEST_BYTES:,} bytes. Expected a table of prices in TOML."
            )
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path}: can't be read ({error.strerror}). Expected a table of prices in TOML."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: no TOML: {error}. Expected a table of prices in TOML.") from error
    faults: list[str] = []
    models = table.get("models")
    if not isinstance(models, dict) or not models:
        faults.append(f'{path}: models: missing. Expected a table [models."PROVIDER/MODEL"] for each model.')
        models = {}
    currency = table.get("currency", "USD")
    if not isinstance(currency, str) or not currency.strip():
        faults.append(f'{path}: currency: expected a name such as "USD"')
    prices = {name: _price(entry, f'{path}: models."{name}"', faults) for name, entry in models.items()}
    if faults:
        raise InputError(faults)
    return Prices(prices, currency)


def _price(entry: Any, where: str, faults: list[str]) -> Price:
    read: dict[str, float] = {}
    for name in ("input", "output"):
        value = entry.get(name) if isinstance(entry, dict) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            faults.append(f"{where}.{name}: expected the price of a million tokens, a number of 0 or more")
        else:
            read[name] = float(value)
    return Price(read.get("input", 0.0), read.get("output", 0.0))
