"""How is a coder that asks a language model called, and which coders are kin?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from univocal.errors import CoderError

PREFIX = "llm:"

_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(?:/[A-Za-z0-9@][A-Za-z0-9_.:@-]*)+")
#: What a provider's name begins with and a family's doesn't.
_LETTERS = re.compile(r"[a-z]+")


def is_llm(coder: str) -> bool:
    """Is this the name of a coder that asks a language model?

    >>> is_llm("llm:openai/gpt-x"), is_llm("trained")
    (True, False)
    """
    return coder.startswith(PREFIX)


def coder_name(model: str, repeat: int = 1) -> str:
    """The name that the codings of a model carry; its second and later codings of a paper are numbered.

    >>> coder_name("openai/gpt-x"), coder_name("openai/gpt-x", 2)
    ('llm:openai/gpt-x', 'llm:openai/gpt-x#2')
    """
    return f"{PREFIX}{model}" if repeat == 1 else f"{PREFIX}{model}#{repeat}"


def model_of(coder: str) -> str:
    """Which model does a coder's name speak of?

    Raises:
        CoderError: the name isn't of the form ``llm:PROVIDER/MODEL``.

    >>> model_of("llm:openai/gpt-x#2")
    'openai/gpt-x'
    >>> model_of("llm:gpt")
    Traceback (most recent call last):
    univocal.errors.CoderError: --coder llm:gpt: no model. Expected llm:PROVIDER/MODEL, such as llm:ollama/llama3.1
    """
    model = coder.removeprefix(PREFIX).partition("#")[0]
    if not is_llm(coder) or not _MODEL.fullmatch(model):
        raise CoderError(
            f"--coder {coder}: no model. Expected llm:PROVIDER/MODEL, such as llm:ollama/llama3.1"
        )
    return model


def repeat_of(coder: str) -> int:
    """Which of a model's codings of a paper does a name speak of?

    Raises:
        CoderError: what follows the ``#`` is no number from 2 on.

    >>> repeat_of("llm:openai/gpt-x"), repeat_of("llm:openai/gpt-x#2")
    (1, 2)
    """
    _, sign, number = coder.partition("#")
    if not sign:
        return 1
    if not re.fullmatch(r"[1-9][0-9]{0,3}", number) or number == "1":
        raise CoderError(
            f"--coder {coder}: expected a number from 2 on behind the #, such as llm:ollama/llama3.1#2"
        )
    return int(number)


def family(coder: str) -> str:
    """Which family is a language model of: the word that its name opens with, whoever serves it.

    A guess from the name alone: models of one maker are trained on much the same text and err alike.

    >>> family("llm:openai/gpt-x"), family("llm:openrouter/openai/gpt-y#2"), family("llm:ollama/llama3.1:8b")
    ('gpt', 'gpt', 'llama')
    >>> family("llm:whatever somebody's table says")
    'whatever'
    """
    last = coder.removeprefix(PREFIX).partition("#")[0].rsplit("/", 1)[-1].lower()
    found = _LETTERS.match(last)
    return found.group() if found else last


def kin(coders: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Which of these coders are not independent of each other? Groups of two or more that ask one family of models.

    >>> kin(["Ann", "llm:openai/gpt-x", "llm:azureai/gpt-x", "llm:openai/gpt-x#2", "llm:ollama/llama3.1"])
    (('llm:openai/gpt-x', 'llm:azureai/gpt-x', 'llm:openai/gpt-x#2'),)
    """
    groups: dict[str, list[str]] = {}
    for coder in coders:
        if is_llm(coder):
            groups.setdefault(family(coder), []).append(coder)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def kin_warnings(coders: Iterable[str]) -> tuple[str, ...]:
    """What to say beside agreement among these coders: one sentence for each group of kin.

    >>> kin_warnings(["llm:ollama/llama3.1", "llm:ollama/llama3.1#2"])[0][:49]
    'llm:ollama/llama3.1 and llm:ollama/llama3.1#2 are'
    """
    return tuple(
        f"{', '.join(group[:-1])} and {group[-1]} are one family of language models and not independent: their "
        "agreement is no sign of being right, and counted as separate votes they outvote others"
        for group in kin(coders)
    )
