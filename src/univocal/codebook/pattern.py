"""Can a cue's regular expression be used? Compiled, and tried under a clock, before it meets a paper."""

from __future__ import annotations

import regex

_TIMEOUT_SECONDS = 0.1
# Short texts on which the usual runaway patterns, such as (a+)+$, already take longer than the clock allows.
_PROBES = ("a" * 64 + "!", "align " * 40 + "!", "1" * 64 + "!", " " * 64 + "!")


def fault_of_pattern(pattern: str) -> str | None:
    """What is wrong with a pattern, in words? None where it is fine.

    A pattern is at fault where it doesn't compile, matches the empty text (it would be found everywhere), or
    takes longer than 0.1 s on a text of a few dozen characters.

    >>> fault_of_pattern("human (values|norms)")
    >>> fault_of_pattern("human (values")
    'not a regular expression: missing ) at position 13'
    >>> fault_of_pattern("a*")
    'matches the empty text, so it would be found everywhere'
    """
    try:
        compiled = regex.compile(pattern, regex.IGNORECASE)
        if compiled.search("", timeout=_TIMEOUT_SECONDS):
            return "matches the empty text, so it would be found everywhere"
        for probe in _PROBES:
            compiled.search(probe, timeout=_TIMEOUT_SECONDS)
    except TimeoutError:
        return (
            f"takes more than {_TIMEOUT_SECONDS} s on a text of a few dozen characters; nest no repetitions"
        )
    except (regex.error, RecursionError, OverflowError, MemoryError, ValueError) as error:
        return f"not a regular expression: {error or type(error).__name__}"
    return None
