"""The names in an author block."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"\\(?:and|And|AND|qquad|quad)\b|,|\s+and\s+")
_MARKS = re.compile(
    r"\\(?:thanks|footnote\w*|textsuperscript|inst|orcid\w*|email|affil\w*|samethanks)\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}|\$[^$]*\$|\^\{[^{}]*\}"
)
_LINE_REST = re.compile(r"\\\\.*", re.DOTALL)
_MACRO = re.compile(r"\\[a-zA-Z]+\*?|[{}~]|\\.")
_NAME = re.compile(r"[^\W\d_][\w.'’\- ]{1,60}")


def author_names(block: str) -> list[str]:
    r"""The names in ``\author{…}``: what stands before the first line break of each part.

    >>> author_names(r"{Jane Doe\thanks{Equal} \\ A University \and John \textbf{Roe}$^1$ \\ B}")
    ['Jane Doe', 'John Roe']
    """
    names: list[str] = []
    for part in re.split(r"\\(?:and|And|AND)\b", _MARKS.sub("", block)):
        first = _LINE_REST.sub("", part.strip("{} \t\r\n"))
        for name in _BETWEEN.split(first):
            plain = " ".join(_MACRO.sub(" ", name).split())
            if _NAME.fullmatch(plain):
                names.append(plain)
    return names
