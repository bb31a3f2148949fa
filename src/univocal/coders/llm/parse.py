"""From what a model wrote to the one answer in it. Size and tries are bounded; two different answers are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

#: A longer answer is not read.
LONGEST = 200_000
#: So many places where an object may begin are tried.
TRIES = 32


class UnreadableAnswerError(ValueError):
    """What a model wrote holds no answer, or more than one; the message says so in a sentence."""


def find_answer(written: str, keys: tuple[str, ...] = ("mentions", "paper")) -> dict[str, Any]:
    r"""The JSON object with these keys, whatever stands around it (talk, thoughts, marks of code).

    Args:
        written: what the model wrote.
        keys: members that tell the answer from other objects.

    Raises:
        UnreadableAnswerError: there is no such object, or there are two that differ.

    >>> find_answer('Here: ```json\n{"mentions": [], "paper": {}}\n```')
    {'mentions': [], 'paper': {}}
    """
    if len(written) > LONGEST:
        raise UnreadableAnswerError(f"The answer has {len(written)} characters; {LONGEST} at most are read.")
    found: list[dict[str, Any]] = []
    for candidate in _objects(written):
        if all(key in candidate for key in keys) and candidate not in found:
            found.append(candidate)
    if not found:
        named = " and ".join(f'"{key}"' for key in keys)
        raise UnreadableAnswerError(f"There is no JSON object with {named}.")
    if len(found) > 1:
        raise UnreadableAnswerError(f"There are {len(found)} different answers. Give one.")
    return found[0]


def _objects(written: str) -> Iterator[dict[str, Any]]:
    """The outermost objects that can be read, in order."""
    at, tries = written.find("{"), 0
    while at >= 0 and tries < TRIES:
        tries += 1
        end = _end(written, at)
        read = _read(written[at:end]) if end else None
        if read is not None:
            yield read
            at = written.find("{", end)
        else:
            at = written.find("{", at + 1)


def _read(text: str) -> dict[str, Any] | None:
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None  # not an object: the next brace is tried, and an answer without any is told
    return read if isinstance(read, dict) else None


def _end(written: str, start: int) -> int:
    """Just past the brace that closes the one at ``start``; 0 where none does. Braces in strings don't count."""
    depth, in_string, at = 0, False, start
    while at < len(written):
        sign = written[at]
        if in_string:
            if sign == "\\":
                at += 1
            elif sign == '"':
                in_string = False
        elif sign == '"':
            in_string = True
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return 0
