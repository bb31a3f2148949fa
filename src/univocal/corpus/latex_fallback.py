"""LaTeX that pylatexenc can't parse: tree-sitter's words and sections, else the source as plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from univocal.corpus import headings
from univocal.corpus.builder import Mark, TextBuilder, filled
from univocal.corpus.document import Metadata, built, paper
from univocal.corpus.latex_macros import LEVELS
from univocal.corpus.plain import line_map
from univocal.records import Paper, Section

if TYPE_CHECKING:
    from univocal.corpus.protocol import Source


_split = str.split
_MATHS = frozenset({"inline_formula", "displayed_equation", "math_environment"})
_CITATIONS = frozenset({"citation", "label_reference", "label_reference_range"})
_SKIPPED = frozenset(
    _split("""label_definition package_include class_include graphics_include bibtex_include
        biblatex_include latex_include new_command_definition old_command_definition
        environment_definition theorem_definition color_definition command_name begin end
        import_include verbatim_include color_reference brack_group brack_group_key_value""")
)
_COMMENT = re.compile(r"(?<!\\)%[^\r\n]*")
_MATH = re.compile(
    r"\$\$.+?\$\$|(?<!\\)\$[^$\n]{1,300}\$|\\begin\{(align|equation|gather|eqnarray)(\*?)\}.*?\\end\{\1\2\}",
    re.DOTALL,
)
_CITATION = re.compile(
    r"\\(?:\w*cite\w*|(?:eq|auto|c|C)?ref|label|usepackage|begin|end)\*?(?:\[[^\]]*\])*\{[^{}]*\}"
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def fallback(text: str, source: Source) -> tuple[str, Paper]:
    """The paper, and how it was read."""
    try:
        from tree_sitter_language_pack import get_parser
    except ImportError:
        return "as plain text (pip install 'univocal[latex]' reads more of it)", plain(text, source)
    data = text.encode("utf-8", errors="replace")
    writer = _Writer(data, text)
    writer.write(get_parser("latex").parse(data).root_node)
    if writer.n_words * 4 < len(_WORD.findall(text)):
        return "as plain text", plain(text, source)
    return "by tree-sitter", built(writer.builder, source, writer.meta)


class _Writer:
    """Walks tree-sitter's tree without recursion and writes words, headings, maths and comments."""

    def __init__(self, data: bytes, text: str) -> None:
        self.data = data
        self.builder = TextBuilder(text)
        self.meta = Metadata()
        self.ascii = text.isascii()
        self.flat: list[tuple[int, Mark]] = []
        self.last = (0, 0)
        self.behind = 0
        self.n_words = 0

    def offset(self, at: int) -> int:
        """Code points before a byte; bytes come in rising order, so each is counted once."""
        if self.ascii:
            return at
        byte, point = self.last if at >= self.last[0] else (0, 0)
        self.last = (at, point + len(self.data[byte:at].decode("utf-8", errors="replace")))
        return self.last[1]

    def write(self, root: Any) -> None:
        stack: list[Any] = [root]
        while stack:
            node = stack.pop()
            if callable(node):
                node()
                continue
            kind = node.type
            if kind in _SKIPPED:
                self.gap(node)
            elif kind in _MATHS:
                self.span(node, "math", "")
            elif kind in _CITATIONS:
                self.span(node, "references", "")
            elif kind in {"line_comment", "block_comment", "comment_environment"}:
                body = self.text(node)
                self.builder.trailing("comment").flow(
                    body.lstrip("%"), self.offset(node.start_byte) + len(body) - len(body.lstrip("%"))
                )
                self.gap(node)
            elif not node.children:
                self.leaf(node)
            else:
                headed = self.heading(node) if kind in LEVELS else None
                if kind == "title_declaration":
                    self.meta.title = self.meta.title or self.text(node).partition("{")[2].rstrip("}")
                stack.extend(c for c in reversed(node.children) if headed is None or c.start_byte >= headed)
        for _, mark in self.flat:
            self.builder.end(mark)

    def text(self, node: Any) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", errors="replace")

    def gap(self, node: Any) -> None:
        between = self.data[self.behind : node.start_byte].decode("utf-8", errors="replace")
        if len(re.findall(r"\r\n|\n|\r", between)) > 1:
            self.builder.paragraph()
        elif between.strip(" \t\r\n") != between:
            self.builder.want(" ")
        self.behind = max(self.behind, node.end_byte)

    def leaf(self, node: Any) -> None:
        word = self.text(node)
        self.gap(node)
        if word in {"{", "}", "[", "]", "\\item"} or word.startswith("\\"):
            if word == "\\item":
                self.builder.paragraph()
            return
        self.n_words += 1
        self.builder.flow(word, self.offset(node.start_byte))

    def span(self, node: Any, kind: Any, gap: str) -> None:
        self.gap(node)
        self.builder.want(gap) if gap else None
        mark = self.builder.begin(kind, inline=True)
        self.builder.write(self.text(node), self.offset(node.start_byte))
        self.builder.end(mark)

    def heading(self, node: Any) -> int | None:
        """Open a section and write its heading; the byte behind it, where the rest goes on."""
        level = LEVELS[node.type]
        group = next((c for c in node.children if c.type.startswith("curly_group")), None)
        if group is None:
            return None
        label = self.text(group)[1:-1]
        self.builder.paragraph()
        while self.flat and self.flat[-1][0] >= level:
            self.builder.end(self.flat.pop()[1])
        around = self.flat[-1][1].kind if self.flat else "body"
        kind = around if around in {"appendix", "references"} else headings.role(label) or "body"
        self.flat.append((level, self.builder.begin(kind, label)))
        self.builder.flow(label, self.offset(group.start_byte + 1))
        self.builder.paragraph()
        self.behind = group.end_byte
        return int(group.end_byte)


def plain(text: str, source: Source) -> Paper:
    """The source as it stands, with comments, maths and what macros hold marked."""
    sections = [Section("comment", *found.span()) for found in _COMMENT.finditer(text)]
    whole = filled(text, [])
    sections += [Section("math", *found.span()) for found in _MATH.finditer(text)]
    sections += [Section("boilerplate", *found.span()) for found in _CITATION.finditer(text)]
    ordered = tuple(sorted([*whole, *sections], key=lambda s: (s.start, -s.end)))
    return paper(text, ordered, line_map(text), source, Metadata())
