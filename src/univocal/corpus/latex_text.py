"""From pylatexenc's nodes to readable text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from univocal.corpus import headings
from univocal.corpus import latex_macros as known
from univocal.corpus.builder import Mark, TextBuilder
from univocal.corpus.document import Metadata, RefusedError, year
from univocal.corpus.latex_files import Folder
from univocal.records import SectionKind
from univocal.text import line_column, line_starts

_PARAGRAPH = re.compile(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)\s*")
_SPECIALS = {"``": "“", "''": "”", "--": "–", "---": "—", "!`": "¡", "?`": "¿"}
_MOST_RESTARTS = 1000
_DEEPEST_MACRO = 4

Node = Any  # pylatexenc has no types


@cache
def _context() -> Any:
    """pylatexenc's macros and ours."""
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import EnvironmentSpec, MacroSpec, VerbatimArgsParser

    context = get_default_latex_context_db()
    verbatim = VerbatimArgsParser(verbatim_arg_type="verbatim-environment")
    context.add_context_category(
        "univocal",
        prepend=True,
        macros=[MacroSpec(name, args) for name, args in known.macro_arguments().items()],
        environments=[
            *(EnvironmentSpec(name, args) for name, args in known.ENVIRONMENT_ARGUMENTS.items()),
            *(EnvironmentSpec(name, args_parser=verbatim) for name in known.VERBATIM | {"comment"}),
            *(EnvironmentSpec(name, "", is_math_mode=True) for name in known.MATH_ENVIRONMENTS),
        ],
    )
    return context


@cache
def _symbols() -> Any:
    """pylatexenc's texts for symbols and accents."""
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="verbatim", keep_comments=False)


def nodes_of(source: str) -> list[Node]:
    """All nodes of a source; after a stray closing brace the parse goes on behind it.

    Raises:
        RecursionError: groups nested too deep for pylatexenc.
        RefusedError: so many stray braces that this isn't LaTeX.
    """
    from pylatexenc.latexwalker import LatexWalker

    walker = LatexWalker(source, latex_context=_context(), tolerant_parsing=True)
    found: list[Node] = []
    at = 0
    for _ in range(_MOST_RESTARTS):
        nodes, start, length = walker.get_latex_nodes(pos=at)
        found += [node for node in nodes if node is not None]
        at = max(start + length, max((n.pos + n.len for n in nodes if n is not None), default=at), at)
        if at >= len(source):
            return found
        stray = re.compile(r"\\end\s*\{[^{}]*\}|\\[\])]|.", re.DOTALL).match(source, at)
        at = stray.end() if stray else at + 1
    raise RefusedError("latex-unbalanced", f"more than {_MOST_RESTARTS} stray closing braces")


class LatexWriter:
    """Writes one paper's nodes, file by file, into a builder, and gathers its metadata."""

    def __init__(self, source: str, builder: TextBuilder, folder: Folder, most_chars: int) -> None:
        self.source, self.builder, self.folder, self.most_chars = source, builder, folder, most_chars
        self.starts = line_starts(source)
        self.meta = Metadata()
        self.macros: dict[str, list[Node]] = {}
        self.bodies: dict[str, str] = {}
        self.expanding = 0
        self.flat: list[tuple[int, Mark]] = []
        self.around: SectionKind = "body"

    def document(self) -> None:
        """Write the main file: title and definitions of the preamble, then the document's body."""
        nodes = nodes_of(self.source)
        body = next((n for n in nodes if _is_environment(n) and n.environmentname == "document"), None)
        if body is None:
            self.write(nodes)
        else:
            self.preamble(nodes[: nodes.index(body)])
            self.write(body.nodelist)
        for _, mark in self.flat:
            self.builder.end(mark)

    def preamble(self, nodes: Sequence[Node]) -> None:
        """Of the preamble only title, authors, date and definitions are read."""
        for number, node in enumerate(nodes):
            if not _is_macro(node):
                continue
            name = node.macroname
            if name in known.TITLES | known.AUTHORS | {"date"}:
                self.macro(node)
            elif name == "def":
                self.define_plain(nodes[number + 1 : number + 3])
            elif name in known.DEFINITIONS:
                self.define(node)
            elif name in known.INCLUDES:
                self.include(node, self.preamble)

    def write(self, nodes: Sequence[Node]) -> None:
        """Write a list of siblings."""
        skip_to = 0
        for number, node in enumerate(nodes):
            if number < skip_to:
                continue
            if self.builder.length > self.most_chars:
                raise RefusedError("text-too-long", f"more than {self.most_chars:,} characters of text")
            if _is_macro(node) and node.macroname == "iffalse":
                skip_to = self.disabled(nodes, number)
            elif _is_macro(node) and node.macroname == "def":
                skip_to = number + 1 + self.define_plain(nodes[number + 1 : number + 3])
            else:
                self.node(node)

    def node(self, node: Node) -> None:
        """Write one node."""
        kind = type(node).__name__
        if kind == "LatexCharsNode":
            self.chars(node.chars, node.pos)
        elif kind == "LatexGroupNode":
            self.write(node.nodelist)
        elif kind == "LatexCommentNode":
            self.comment(node.comment, node.pos + 1)
        elif kind == "LatexMacroNode":
            self.macro(node)
        elif kind == "LatexEnvironmentNode":
            self.environment(node)
        elif kind == "LatexMathNode":
            self.math(node.pos, node.pos + node.len, "\n" if node.displaytype == "display" else "")
        elif kind == "LatexSpecialsNode":
            self.specials(node)

    def chars(self, text: str, at: int) -> None:
        last = 0
        for gap in _PARAGRAPH.finditer(text):
            self.builder.flow(text[last : gap.start()], at + last)
            self.builder.paragraph()
            last = gap.end()
        self.builder.flow(text[last:], at + last)

    def specials(self, node: Node) -> None:
        chars = node.specials_chars
        if chars == "~":
            self.builder.want(" ")
        elif chars == "&":
            self.builder.want("\t")
        elif not chars.strip():
            self.builder.paragraph()
        else:
            self.builder.write(_SPECIALS.get(chars, chars), node.pos, literal=chars not in _SPECIALS)

    def comment(self, text: str, at: int) -> None:
        if text.strip(" \t%"):
            self.builder.trailing("comment").flow(text, at)

    def math(self, start: int, end: int, gap: str) -> None:
        """A formula stands in the text as it is typed."""
        if gap:
            self.builder.want(gap)
        mark = self.builder.begin("math", inline=True)
        self.builder.write(self.source[start:end].strip(), start, literal=True)
        self.builder.end(mark)
        if gap:
            self.builder.want(gap)

    def macro(self, node: Node) -> None:
        name = node.macroname
        if name in known.LEVELS:
            self.heading(node, known.LEVELS[name])
        elif name in known.TITLES:
            self.title(node)
        elif name in known.AUTHORS:
            self.authors(node)
        elif name == "date":
            self.meta.year = self.meta.year or year(self.plain(_arguments(node)))
        elif name in known.NOTES:
            self.note(node)
        elif name in known.INCLUDES:
            self.include(node, self.write)
        elif name in known.DEFINITIONS:
            self.define(node)
        elif name == "appendix":
            self.close(0)
            self.around = "appendix"
        elif known.CITES.fullmatch(name.rstrip("*")):
            self.pointer(node, "references")
        elif name in known.REFERENCES:
            self.pointer(node, "boilerplate")
        elif name in known.PARAGRAPHS:
            self.builder.paragraph()
            if name == "item":
                self.write([n for n in _arguments(node) if n])
                self.builder.want(" ")
        elif name in known.BREAKS:
            self.builder.want("\n")
        elif name in known.SPACES:
            self.builder.want(" ")
        elif name in self.macros:
            self.expand(node)
        elif name not in known.DROPPED:
            self.arguments_or_symbol(node)

    def arguments_or_symbol(self, node: Node) -> None:
        """A formatting macro reads as its arguments, a symbol as its character, an unknown macro as nothing."""
        name = node.macroname
        arguments = [n for n in _arguments(node) if n is not None]
        if name == "verb" or hasattr(node.nodeargd, "verbatim_text"):
            text = node.nodeargd.verbatim_text
            self.builder.write(text, self.source.find(text, node.pos), literal=True)
            return
        if name == "caption":
            self.builder.paragraph()
            self.write(arguments[-1:])
            self.builder.paragraph()
        elif name == "url":
            self.builder.flow(self.plain(arguments), None)
        elif name in known.LAST:
            self.write(arguments[-1:])
        elif _is_symbol(name):
            text = _symbols().node_to_text(node)
            self.builder.write(text.strip(), node.pos, literal=False)
        else:
            self.write([n for n in arguments if not _is_optional(n)])
        if node.macro_post_space and not arguments and (self.bodies.get(name) or not name.isalpha()):
            self.builder.want(" ")

    def heading(self, node: Node, level: int) -> None:
        arguments = [n for n in _arguments(node) if n is not None and not _is_optional(n)]
        label = self.plain(arguments[-1:])
        self.builder.paragraph()
        self.close(level)
        around = self.flat[-1][1].kind if self.flat else self.around
        kind = around if around in {"appendix", "references"} else headings.role(label) or "body"
        self.flat.append((level, self.builder.begin(kind, label)))
        self.write(arguments[-1:])
        self.builder.paragraph()

    def close(self, level: int) -> None:
        """End the open sections of this level and below."""
        while self.flat and self.flat[-1][0] >= level:
            self.builder.end(self.flat.pop()[1])

    def title(self, node: Node) -> None:
        arguments = [n for n in _arguments(node) if n is not None and not _is_optional(n)]
        self.builder.paragraph()
        mark = self.builder.begin("title")
        self.write(arguments[-1:])
        self.builder.end(mark)
        self.builder.paragraph()
        self.meta.title = self.meta.title or self.plain(arguments[-1:])

    def authors(self, node: Node) -> None:
        """Names go to the metadata; the block stands in the text as boilerplate."""
        arguments = [n for n in _arguments(node) if n is not None and not _is_optional(n)]
        source = "".join(self.source[n.pos : n.pos + n.len] for n in arguments[:1])
        if source:
            names = re.split(r"\\(?:and|And|AND)\b|(?<!\\)\\\\.*", source.strip("{}"))
            for name in names:
                plain = re.sub(r"\^?\s*\{[^{}]*\}", "", re.sub(r"\\(?:thanks|footnote\w*|textsuperscript)\s*\{[^{}]*\}|\$[^$]*\$", "", name))
                plain = " ".join(re.sub(r"\\[a-zA-Z]+\*?|[{}~]", " ", plain).split())
                if plain and "@" not in plain and len(plain) < 80:
                    self.meta.authors += [part.strip() for part in plain.split(",") if part.strip()]
        self.builder.paragraph()
        mark = self.builder.begin("boilerplate")
        self.write(arguments)
        self.builder.end(mark)
        self.builder.paragraph()

    def note(self, node: Node) -> None:
        outer, self.builder = self.builder, self.builder.note()
        self.write([n for n in _arguments(node)[-1:] if n is not None])
        self.builder = outer

    def pointer(self, node: Node, kind: SectionKind) -> None:
        """A citation or cross-reference: its key in brackets, which coders leave alone."""
        keys = self.plain([n for n in _arguments(node)[-1:] if n is not None])
        if node.macroname == "hyperref":
            self.write(_arguments(node)[-1:])
        elif keys and node.macroname != "nocite":
            mark = self.builder.begin(kind, inline=True)
            self.builder.write(f"[{keys}]", node.pos, literal=False)
            self.builder.end(mark)

    def include(self, node: Node, write: Any) -> None:
        """Write an included file in place."""
        name = self.plain([n for n in _arguments(node)[-1:] if n is not None]).strip().strip('"')
        line, _ = line_column(self.starts, node.pos)
        entered = self.folder.enter(name, line)
        if entered is None:
            return
        outer = (self.source, self.starts)
        before = self.builder.enter_file(*entered)
        self.source, self.starts = entered[1], line_starts(entered[1])
        self.builder.paragraph() if node.macroname != "input" else self.builder.want(" ")
        write(nodes_of(self.source))
        self.builder.leave_file(before)
        self.source, self.starts = outer
        self.folder.leave()

    def define(self, node: Node) -> None:
        """Keep the body of a macro without arguments."""
        arguments = _arguments(node)
        if len(arguments) >= 5 and arguments[1] is not None and arguments[2] is None and arguments[4] is not None:
            named = arguments[1].nodelist[0] if hasattr(arguments[1], "nodelist") and arguments[1].nodelist else arguments[1]
            if _is_macro(named):
                self.keep(named.macroname, arguments[4])

    def define_plain(self, following: Sequence[Node]) -> int:
        r"""``\def\name{body}``; how many of the following nodes belong to it."""
        if len(following) == 2 and _is_macro(following[0]) and type(following[1]).__name__ == "LatexGroupNode":
            self.keep(following[0].macroname, following[1])
            return 2
        return 1 if following and _is_macro(following[0]) else 0

    def keep(self, name: str, body: Node) -> None:
        self.macros[name] = [body]
        self.bodies[name] = self.source[body.pos : body.pos + body.len]

    def expand(self, node: Node) -> None:
        """A macro that the paper defined reads as its body, all of it placed at the macro."""
        if self.expanding >= _DEEPEST_MACRO:
            return
        self.expanding += 1
        text = self.plain_source(self.bodies[node.macroname])
        self.expanding -= 1
        if text:
            self.builder.write(text, node.pos, literal=False)
        if node.macro_post_space and "xspace" in self.bodies[node.macroname]:
            self.builder.want(" ")

    def plain_source(self, source: str) -> str:
        inner = LatexWriter(source, TextBuilder(source), Folder(None, "", 0), 2000)
        inner.macros, inner.bodies, inner.expanding = self.macros, self.bodies, self.expanding
        inner.write(nodes_of(source))
        return inner.builder.build()[0]

    def plain(self, nodes: Sequence[Node]) -> str:
        """The readable text of nodes, on one line."""
        nodes = [n for n in nodes if n is not None]
        if not nodes:
            return ""
        inner = LatexWriter(self.source, TextBuilder(""), Folder(None, "", 0), 20_000)
        inner.builder = _Unplaced()
        inner.macros, inner.bodies, inner.expanding = self.macros, self.bodies, self.expanding
        inner.write(nodes)
        return " ".join(inner.builder.build()[0].split())

    def disabled(self, nodes: Sequence[Node], start: int) -> int:
        r"""What stands between ``\iffalse`` and ``\fi`` is a comment; the index behind it."""
        end = next((i for i in range(start + 1, len(nodes)) if _is_macro(nodes[i]) and nodes[i].macroname == "fi"), len(nodes))
        if end > start + 1:
            first, last = nodes[start + 1], nodes[end - 1]
            self.comment(self.source[first.pos : last.pos + last.len], first.pos)
        return end + 1

    def environment(self, node: Node) -> None:
        name = node.environmentname
        if name in known.SKIPPED:
            return
        if name in known.MATH_ENVIRONMENTS:
            inner = [n for n in node.nodelist if n is not None]
            if inner:
                self.math(inner[0].pos, inner[-1].pos + inner[-1].len, "\n")
            return
        if name in known.VERBATIM or name == "comment":
            self.verbatim(node)
            return
        self.builder.paragraph() if name not in known.TABULAR else self.builder.want("\n")
        kind = known.SECTION_ENVIRONMENTS.get(name)
        mark = self.builder.begin(kind, "Abstract" if kind == "abstract" else None) if kind else None
        self.write(node.nodelist)
        if mark is not None:
            self.builder.end(mark)
        self.builder.paragraph() if name not in known.TABULAR else self.builder.want("\n")

    def verbatim(self, node: Node) -> None:
        text = node.nodeargd.verbatim_text if hasattr(node.nodeargd, "verbatim_text") else ""
        at = self.source.find(text, node.pos)
        if node.environmentname == "comment":
            self.comment(text, at)
            return
        stripped = re.sub(r"\A\s*\n|\s+\Z", "", text)
        self.builder.paragraph()
        self.builder.write(stripped, self.source.find(stripped, at), literal=True)
        self.builder.paragraph()


class _Unplaced(TextBuilder):
    """A builder that forgets places: for labels and metadata."""

    def __init__(self) -> None:
        super().__init__("")

    def write(self, text: str, at: int | None = None, *, literal: bool = True) -> None:
        """Append without a place."""
        del at
        super().write(text, None, literal=literal)

    def note(self) -> TextBuilder:
        """Footnotes of a heading aren't part of it."""
        return _Unplaced()

    def trailing(self, kind: SectionKind) -> TextBuilder:
        """Nor are comments."""
        del kind
        return _Unplaced()


def _arguments(node: Node) -> list[Node]:
    return list(node.nodeargd.argnlist or []) if node.nodeargd is not None and node.nodeargd.argnlist else []


def _is_macro(node: Node) -> bool:
    return type(node).__name__ == "LatexMacroNode"


def _is_environment(node: Node) -> bool:
    return type(node).__name__ == "LatexEnvironmentNode"


def _is_optional(node: Node) -> bool:
    return type(node).__name__ == "LatexGroupNode" and node.delimiters[0] == "["


def _is_symbol(name: str) -> bool:
    """Does pylatexenc know a text for this macro that isn't just its arguments?"""
    spec = _symbols().latex_context.get_macro_spec(name)
    replacement = getattr(spec, "simplify_repl", None)
    if not replacement:
        return False
    return callable(replacement) or "%" not in replacement
