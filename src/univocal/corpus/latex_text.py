"""From pylatexenc's nodes to readable text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from univocal.corpus import headings
from univocal.corpus import latex_macros as known
from univocal.corpus.builder import Mark, TextBuilder
from univocal.corpus.document import Metadata, RefusedError, year
from univocal.corpus.latex_authors import author_names
from univocal.corpus.latex_definitions import Definitions
from univocal.corpus.latex_files import Folder
from univocal.corpus.latex_nodes import (
    Node,
    all_arguments,
    arguments,
    is_environment,
    is_macro,
    nodes_of,
    raw,
    symbol,
    until,
)
from univocal.records import SectionKind
from univocal.text import line_column, line_starts

_PARAGRAPH = re.compile(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)\s*")
_SPECIALS = {"``": "“", "''": "”", "--": "–", "---": "—", "!`": "¡", "?`": "¿"}
_DEEPEST_MACRO = 4
_LONGEST_MACRO = 2000


class LatexWriter:
    """Writes one paper's nodes, file by file, into a builder, and gathers its metadata."""

    def __init__(self, source: str, builder: TextBuilder, folder: Folder, most_chars: int) -> None:
        self.source, self.builder, self.folder, self.most_chars = source, builder, folder, most_chars
        self.meta = Metadata()
        self.definitions = Definitions()
        self._expanding = 0
        self._headed: list[tuple[int, Mark]] = []
        self._around: SectionKind = "body"
        self._by_macro: dict[str, Callable[[Node], None]] = self._table()

    def document(self) -> None:
        """Write the main file: title and definitions of the preamble, then the document's body."""
        nodes = nodes_of(self.source)
        body = next((i for i, n in enumerate(nodes) if is_environment(n, "document")), None)
        if body is None:
            self.write(nodes)
        else:
            self._preamble(nodes[:body])
            node = nodes[body]
            self.write(node.nodelist)
            if not self.source[node.pos : node.pos + node.len].rstrip().endswith("\\end{document}"):
                self.write(nodes[body + 1 :])  # a stray brace made the parser end the document too early
        self._close(0)

    def _preamble(self, nodes: Sequence[Node]) -> None:
        """Of the preamble only title, authors, date and definitions are read."""
        for number, node in enumerate(nodes):
            if not is_macro(node):
                continue
            name = node.macroname
            if name == "def":
                self.definitions.plain(nodes[number + 1 : number + 5], self.source)
            elif name in known.INCLUDES:
                self._include(node, self._preamble)
            elif name in known.DEFINITIONS or name in known.TITLES | known.AUTHORS | {"date"}:
                self._by_macro[name](node)

    def write(self, nodes: Sequence[Node]) -> None:
        """Write a list of siblings.

        Raises:
            RefusedError: the text has grown too long.
        """
        at = 0
        while at < len(nodes):
            node = nodes[at]
            at += 1
            if self.builder.length > self.most_chars:
                raise RefusedError("text-too-long", f"more than {self.most_chars:,} characters of text")
            if node is None:
                continue
            if is_macro(node, "iffalse"):
                end = until(nodes, at, "fi", "else")
                if end > at:
                    last = nodes[end - 1]
                    self._comment(self.source[nodes[at].pos : last.pos + last.len], nodes[at].pos)
                at = end + 1
            elif is_macro(node, "def"):
                at += self.definitions.plain(nodes[at : at + 4], self.source)
            else:
                self._node(node)

    def _node(self, node: Node) -> None:
        kind = type(node).__name__
        if kind == "LatexCharsNode":
            self._chars(node.chars, node.pos)
        elif kind == "LatexGroupNode":
            self.write(node.nodelist)
        elif kind == "LatexCommentNode":
            self._comment(node.comment, node.pos + 1)
        elif kind == "LatexMacroNode":
            self._macro(node)
        elif kind == "LatexEnvironmentNode":
            self._environment(node)
        elif kind == "LatexMathNode":
            self._math(node.pos, node.pos + node.len, "\n" if node.displaytype == "display" else "")
        elif kind == "LatexSpecialsNode":
            self._specials(node)

    def _chars(self, text: str, at: int) -> None:
        last = 0
        for gap in _PARAGRAPH.finditer(text):
            self.builder.flow(text[last : gap.start()], at + last)
            self.builder.paragraph()
            last = gap.end()
        self.builder.flow(text[last:], at + last)

    def _specials(self, node: Node) -> None:
        chars = node.specials_chars
        if chars == "~":
            self.builder.want(" ")
        elif chars == "&":
            self.builder.want("\t")
        elif not chars.strip():
            self.builder.paragraph()
        else:
            self.builder.write(_SPECIALS.get(chars, chars), node.pos, literal=chars not in _SPECIALS)

    def _comment(self, text: str, at: int) -> None:
        if text.strip(" \t%"):
            self.builder.trailing("comment").flow(text, at)

    def _math(self, start: int, end: int, gap: str) -> None:
        """A formula stands in the text as it is typed."""
        typed = self.source[start:end]
        self.builder.want(gap)
        mark = self.builder.begin("math", inline=True)
        self.builder.write(typed.strip(), start + len(typed) - len(typed.lstrip()))
        self.builder.end(mark)
        self.builder.want(gap)

    def _table(self) -> dict[str, Callable[[Node], None]]:
        """Which method writes which macro."""
        of = dict[str, Callable[[Node], None]].fromkeys

        def nothing(node: Node) -> None:
            del node

        return {
            **of(known.DROPPED, nothing),
            **of(known.SPACES, lambda _: self.builder.want(" ")),
            **of(known.BREAKS, lambda _: self.builder.want("\n")),
            **of(known.PARAGRAPHS, lambda _: self.builder.paragraph()),
            **of(known.LAST, lambda node: self.write(arguments(node)[-1:])),
            **of(tuple(known.LEVELS), self._heading),
            **of(known.TITLES, self._title),
            **of(known.AUTHORS, self._authors),
            **of(known.NOTES, self._note),
            **of(known.REFERENCES, lambda node: self._pointer(node, "boilerplate")),
            **of(known.INCLUDES, lambda node: self._include(node, self.write)),
            **of(known.DEFINITIONS, lambda node: self.definitions.command(node, self.source)),
            "hyperref": lambda node: self.write(arguments(node)[-1:]),
            "item": self._item,
            "caption": lambda node: self._paragraph(arguments(node)[-1:]),
            "date": self._date,
            "appendix": self._appendix,
        }

    def _macro(self, node: Node) -> None:
        name = node.macroname
        if name in self.definitions.bodies:
            self._expand(node)
        elif name in self._by_macro:
            self._by_macro[name](node)
        elif known.CITES.fullmatch(name.rstrip("*")):
            self._pointer(node, "references")
        else:
            self._other(node)

    def _other(self, node: Node) -> None:
        """A symbol reads as its character, a formatting macro as its arguments, an unknown one as nothing."""
        typed = raw(node)
        sign = known.SIGNS.get(node.macroname) or (symbol(node) if typed is None else None)
        if typed is not None:
            self.builder.write(typed.chars, typed.pos)
        elif sign is not None:
            self.builder.write(sign, node.pos, literal=False)
        else:
            self.write(arguments(node))

    def _heading(self, node: Node) -> None:
        level = known.LEVELS[node.macroname]
        title = arguments(node)[-1:]
        label = self._plain(title)
        self.builder.paragraph()
        self._close(level)
        around = self._headed[-1][1].kind if self._headed else self._around
        kind = around if around in {"appendix", "references"} else headings.role(label) or "body"
        self._headed.append((level, self.builder.begin(kind, label)))
        self._paragraph(title)

    def _close(self, level: int) -> None:
        """End the open sections of this level and below."""
        while self._headed and self._headed[-1][0] >= level:
            self.builder.end(self._headed.pop()[1])

    def _appendix(self, node: Node) -> None:
        del node
        self._close(0)
        self._around = "appendix"

    def _paragraph(
        self, nodes: Sequence[Node], kind: SectionKind | None = None, label: str | None = None
    ) -> None:
        """Nodes as a paragraph, or section, of their own."""
        self.builder.paragraph()
        mark = self.builder.begin(kind, label) if kind else None
        self.write(nodes)
        if mark:
            self.builder.end(mark)
        self.builder.paragraph()

    def _title(self, node: Node) -> None:
        self.meta.title = self.meta.title or self._plain(arguments(node)[-1:])
        self._paragraph(arguments(node)[-1:], "title")

    def _authors(self, node: Node) -> None:
        """Names go to the metadata; the block stands in the text as boilerplate."""
        for block in arguments(node)[:1]:
            self.meta.authors += author_names(self.source[block.pos : block.pos + block.len])
        self._paragraph(arguments(node), "boilerplate")

    def _date(self, node: Node) -> None:
        self.meta.year = self.meta.year or year(self._plain(arguments(node)))

    def _item(self, node: Node) -> None:
        self.builder.paragraph()
        self.write(all_arguments(node))
        self.builder.want(" ")

    def _note(self, node: Node) -> None:
        outer, self.builder = self.builder, self.builder.note()
        mark = self.builder.begin("boilerplate") if node.macroname == "thanks" else None
        self.write(arguments(node)[-1:])
        if mark:
            self.builder.end(mark)
        self.builder = outer

    def _pointer(self, node: Node, kind: SectionKind) -> None:
        """A citation or cross-reference: its key in brackets, which coders leave alone."""
        keys = self._plain(arguments(node)[-1:])
        if keys:
            mark = self.builder.begin(kind, inline=True)
            self.builder.write(f"[{keys}]", node.pos, literal=False)
            self.builder.end(mark)

    def _include(self, node: Node, write: Callable[[Sequence[Node]], None]) -> None:
        """Write an included file in place."""
        name = self._plain(arguments(node)[-1:]).strip('"')
        entered = self.folder.enter(name, line_column(line_starts(self.source), node.pos)[0])
        if entered is None:
            return
        outer = self.source
        before = self.builder.enter_file(*entered)
        self.source = entered[1]
        if node.macroname != "input":
            self.builder.paragraph()
        write(nodes_of(self.source))
        self.builder.leave_file(before)
        self.source = outer
        self.folder.leave()

    def _expand(self, node: Node) -> None:
        """A macro that the paper defined reads as its body, all of it placed at the macro."""
        if self._expanding >= _DEEPEST_MACRO:
            return
        body = self.definitions.bodies[node.macroname]
        text = self._inner(body, 1).plain(nodes_of(body)) if len(body) <= _LONGEST_MACRO else ""
        self.builder.write(text, node.pos, literal=False)
        if body.rstrip("\\").endswith((" ", "~")) or (node.macro_post_space and "xspace" in body):
            self.builder.want(" ")

    def _inner(self, source: str, deeper: int = 0) -> LatexWriter:
        """A writer beside this one, for a label or a macro's body."""
        inner = LatexWriter(source, TextBuilder(""), Folder(None, "", 0), _LONGEST_MACRO * 10)
        inner.definitions, inner._expanding = self.definitions, self._expanding + deeper
        return inner

    def _plain(self, nodes: Sequence[Node]) -> str:
        return self._inner(self.source).plain(nodes) if nodes else ""

    def plain(self, nodes: Sequence[Node]) -> str:
        """The readable text of nodes on one line, without footnotes and comments; for a writer of its own."""
        self._by_macro.update(dict.fromkeys((*known.NOTES, *known.INCLUDES), lambda _: None))
        self.write([n for n in nodes if type(n).__name__ != "LatexCommentNode"])
        return " ".join(self.builder.build()[0].split())

    def _environment(self, node: Node) -> None:
        name = node.environmentname
        typed = raw(node)
        if name in known.SKIPPED:
            return
        if typed is not None:
            self._typed(name, typed)
        elif name in known.TABULAR:
            self.builder.want("\n")
            self.write(node.nodelist)
            self.builder.want("\n")
        else:
            kind = known.SECTION_ENVIRONMENTS.get(name)
            self._paragraph(node.nodelist, kind, "Abstract" if kind == "abstract" else None)

    def _typed(self, name: str, typed: Node) -> None:
        """An environment whose content isn't parsed: maths, listings, comments."""
        if name in known.MATH_ENVIRONMENTS:
            self._math(typed.pos, typed.pos + typed.len, "\n")
        elif name == "comment":
            self._comment(typed.chars, typed.pos)
        else:
            shown = typed.chars.strip("\r\n")
            self.builder.paragraph()
            self.builder.write(shown.rstrip(), typed.pos + typed.chars.find(shown))
            self.builder.paragraph()
