"""LaTeX as pylatexenc's nodes, with the macros that papers use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from univocal.corpus import latex_macros as known
from univocal.corpus.document import RefusedError

#: pylatexenc has no types.
Node = Any
_STRAY = re.compile(r"\\end\s*\{[^{}]*\}|\\[\])]|.", re.DOTALL)
_MOST_RESTARTS = 1000


@cache
def _context() -> Any:
    """Pylatexenc's macros and environments, and ours."""
    from pylatexenc.latexwalker import LatexCharsNode, get_default_latex_context_db
    from pylatexenc.macrospec import EnvironmentSpec, MacroSpec, MacroStandardArgsParser, ParsedVerbatimArgs

    class RawArguments(MacroStandardArgsParser):  # type: ignore[misc]  # pylatexenc has no types
        """The whole content up to the environment's end, unparsed (pylatexenc knows this for ``verbatim`` only)."""

        def __init__(self, name: str) -> None:
            super().__init__(argspec="")
            self.name = name

        def parse_args(self, w: Any, pos: int, parsing_state: Any = None) -> tuple[Any, int, int]:
            end = w.s.find(f"\\end{{{self.name}}}", pos)
            length = (len(w.s) if end < 0 else end) - pos
            chars = w.make_node(
                LatexCharsNode,
                parsing_state=parsing_state,
                chars=w.s[pos : pos + length],
                pos=pos,
                len=length,
            )
            return ParsedVerbatimArgs(verbatim_chars_node=chars), pos, length

    context = get_default_latex_context_db()
    context.add_context_category(
        "univocal",
        prepend=True,
        macros=[MacroSpec(name, args) for name, args in known.macro_arguments().items()],
        environments=[
            *(EnvironmentSpec(name, args) for name, args in known.ENVIRONMENT_ARGUMENTS.items()),
            *(EnvironmentSpec(name, args_parser=RawArguments(name)) for name in known.RAW),
        ],
    )
    return context


@cache
def _symbols() -> Any:
    """Pylatexenc's characters for symbols and accents."""
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="verbatim", keep_comments=False)


def nodes_of(source: str) -> list[Node]:
    r"""All nodes of a source; after a stray closing brace the parse goes on behind it.

    Raises:
        RecursionError: groups nested too deep for pylatexenc.
        RefusedError: so many stray braces that this isn't LaTeX.

    >>> [type(node).__name__ for node in nodes_of(r"We \emph{align}} it.")]
    ['LatexCharsNode', 'LatexMacroNode', 'LatexCharsNode']
    """
    from pylatexenc.latexwalker import LatexWalker

    walker = LatexWalker(source, latex_context=_context(), tolerant_parsing=True)
    found: list[Node] = []
    at = 0
    for _ in range(_MOST_RESTARTS):
        nodes, start, length = walker.get_latex_nodes(pos=at)
        found += [node for node in nodes if node is not None]
        at = max(at, start + length, *(n.pos + n.len for n in nodes if n is not None))
        if at >= len(source):
            return found
        stray = _STRAY.match(source, at)
        at = stray.end() if stray else at + 1
    raise RefusedError("latex-unbalanced", f"more than {_MOST_RESTARTS:,} stray closing braces")


def symbol(node: Node) -> str | None:
    """The character that a macro stands for (an accent, a letter, a sign); None where it stands for none."""
    spec = _symbols().latex_context.get_macro_spec(node.macroname)
    replacement = getattr(spec, "simplify_repl", None)
    if not replacement or (not callable(replacement) and "%" in replacement):
        return None
    text: str = _symbols().node_to_text(node)
    return text.strip()


def arguments(node: Node) -> list[Node]:
    """A macro's arguments as given, the optional ones in brackets left out."""
    found = node.nodeargd.argnlist if node.nodeargd is not None else None
    return [n for n in found or () if n is not None and not (is_group(n) and n.delimiters[0] == "[")]


def all_arguments(node: Node) -> list[Node]:
    """A macro's arguments in their places, None for those that aren't given."""
    return list(node.nodeargd.argnlist or ()) if node.nodeargd is not None else []


def raw(node: Node) -> Node | None:
    """The unparsed content of a verbatim macro or environment."""
    return node.nodeargd.argnlist[0] if hasattr(node.nodeargd, "verbatim_text") else None


def is_macro(node: Node, *names: str) -> bool:
    """Is this a macro (with one of these names)?"""
    return type(node).__name__ == "LatexMacroNode" and (not names or node.macroname in names)


def is_environment(node: Node, name: str) -> bool:
    """Is this the environment ``name``?"""
    return type(node).__name__ == "LatexEnvironmentNode" and node.environmentname == name


def is_group(node: Node) -> bool:
    """Is this a group in braces or brackets?"""
    return type(node).__name__ == "LatexGroupNode"


def until(nodes: Sequence[Node], start: int, *names: str) -> int:
    """The index of the next macro with one of these names, or the number of nodes."""
    return next((i for i in range(start, len(nodes)) if is_macro(nodes[i], *names)), len(nodes))
