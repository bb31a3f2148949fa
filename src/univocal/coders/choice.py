"""Which coder to rely on, and what was measured of it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from univocal.coders.llm.coder import load_llm
from univocal.coders.llm.names import is_llm
from univocal.coders.protocol import Coder
from univocal.plugins import CODERS, load

#: The coder that did best in cross-validation on the gold data (docs/reference/model-card.md).
DEFAULT_CODER = "trained"


def load_coder(name: str = DEFAULT_CODER) -> Coder:
    """An installed coder, ready to work, or a language model's (``llm:PROVIDER/MODEL``, extra ``llm``).

    Raises:
        UnivocalError: there is no such coder; the message names the closest.
        CoderError: ``llm:`` without a provider and a model.

    >>> load_coder("lexicon").name
    'lexicon'
    >>> load_coder("llm:ollama/llama3.1").name
    'llm:ollama/llama3.1'
    """
    if is_llm(name):
        return load_llm(name)
    made: Coder = load(CODERS, name)()
    return made


@cache
def quality(coder: str) -> dict[str, Any] | None:
    """What `univocal evaluate` measured of a coder of ours, as it printed it; None for a coder it wasn't run on.

    >>> quality("a stranger's coder") is None
    True
    """
    path = files("univocal.coders") / "data" / f"quality-{coder}.json"
    return orjson.loads(path.read_bytes()) if path.is_file() else None
