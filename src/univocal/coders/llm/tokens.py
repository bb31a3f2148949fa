"""How many tokens will a text be? An estimate that needs no model's tokenizer and no network.

A token of English prose is about four bytes of UTF-8 in today's tokenizers, and about three in JSON. Text in other
scripts has more bytes a character, which the count by bytes follows. The estimate is for planning: what a run used is
counted by the provider.
"""

from __future__ import annotations

from math import ceil

from univocal.codebook.model import Codebook
from univocal.coders.llm.asked import of_mentions, of_paper

BYTES_A_TOKEN = 4.0
#: What a provider adds to a message (its role, its end).
MESSAGE_TOKENS = 8
#: An entry ``{"n": 1, "sense": "task_reliability"}``, and an answer of a variable with its quotes.
MENTION_TOKENS, VARIABLE_TOKENS = 16, 60

HOW = (
    "estimated from the text: a token for every 4 bytes, and so many for each answer; no tokenizer was asked"
)


def text_tokens(text: str) -> int:
    """About how many tokens is a message?

    >>> text_tokens("We align language models with users.")
    17
    """
    return ceil(len(text.encode("utf-8", "replace")) / BYTES_A_TOKEN) + MESSAGE_TOKENS


def answer_tokens(n_mentions: int, codebook: Codebook) -> int:
    """About how many tokens is an answer about a paper with so many mentions, every variable answered?"""
    of_each = MENTION_TOKENS * max(1, len(of_mentions(codebook)))
    return n_mentions * of_each + VARIABLE_TOKENS * len(of_paper(codebook))
