"""The macros that a paper defines for itself, as far as they stand for words."""

from __future__ import annotations

from collections.abc import Sequence

from univocal.corpus.latex_nodes import Node, all_arguments, is_group, is_macro


class Definitions:
    r"""Bodies of macros without arguments, by name, as source.

    >>> from univocal.corpus.latex_nodes import nodes_of
    >>> found = Definitions()
    >>> source = r"\newcommand{\ours}{AlignNet}\def\eg{e.g.}"
    >>> nodes = nodes_of(source)
    >>> found.command(nodes[0], source), found.plain(nodes[2:], source), found.bodies
    (None, 2, {'ours': 'AlignNet', 'eg': 'e.g.'})
    """

    def __init__(self) -> None:
        self.bodies: dict[str, str] = {}

    def command(self, node: Node, source: str) -> None:
        r"""Keep what ``\newcommand`` defines, if it takes no arguments."""
        arguments = all_arguments(node)
        if len(arguments) < 5 or arguments[1] is None or arguments[2] is not None or arguments[4] is None:
            return
        named = arguments[1]
        if is_group(named) and named.nodelist:
            named = named.nodelist[0]
        if is_macro(named):
            self._keep(named, arguments[4], source)

    def plain(self, following: Sequence[Node], source: str) -> int:
        r"""Keep what ``\def`` defines; how many of the nodes that follow it are part of it."""
        body = next((i for i, node in enumerate(following[:4]) if is_group(node)), None)
        if not following or not is_macro(following[0]) or body is None:
            return 0
        if body == 1:
            self._keep(following[0], following[1], source)
        return body + 1

    def _keep(self, named: Node, body: Node, source: str) -> None:
        text = source[body.pos : body.pos + body.len]
        self.bodies[named.macroname] = text[1:-1] if is_group(body) else text
