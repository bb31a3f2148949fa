"""Markdown: read by markdown-it, its pieces found again in the source one by one.

markdown-it gives lines to blocks and no places to what stands inside them. But it keeps the pieces in order and
letter for letter, so a cursor that walks the block's source finds each: text and code as they are, escapes and
entities by the markup that the token keeps, a link's target by skipping it where the link closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from univocal.corpus import headings
from univocal.corpus.builder import Mark, TextBuilder
from univocal.corpus.decoding import decode
from univocal.corpus.document import DocumentReader, built
from univocal.corpus.front_matter import front_matter
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault, Paper
from univocal.text import line_starts

if TYPE_CHECKING:
    from markdown_it.token import Token

_MATH = re.compile(
    r"\$\$.+?\$\$|(?<![\\$\w])\$(?=\S)[^$\n]{1,300}?(?<=\S)\$(?![\d$])|\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL
)
_CITATION = re.compile(
    r"\[(?:[^\[\]\n]{0,80}?\s)?-?@[\w:.#$%&+?<>~/-]+[^\[\]\n]{0,200}\]|\[\^[^\]\s]{1,80}\]"
)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TARGET = re.compile(r"\](?:\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|\[[^\]]*\])?", re.DOTALL)
_BLOCK_ENDS = frozenset({"paragraph_close", "heading_close", "tr_close", "td_close", "th_close"})


class _Page:
    """One Markdown file on its way to text."""

    def __init__(self, source: str, builder: TextBuilder, first_line: int) -> None:
        self.source, self.builder = source, builder
        # markdown-it counts lines by LF after it has turned CRLF into LF
        self.starts = line_starts(source)[first_line:]
        self.cursor = 0
        self.flat: list[tuple[int, Mark]] = []
        self.titled = False

    def line(self, number: int) -> int:
        return self.starts[number] if number < len(self.starts) else len(self.source)

    def blocks(self, tokens: Sequence[Token]) -> None:
        heading: int | None = None
        for token in tokens:
            if token.map and token.type in {"inline", "fence", "code_block", "html_block"}:
                self.cursor = max(self.cursor, self.line(token.map[0]))
            if token.type == "heading_open":
                heading = int(token.tag[1])
            elif token.type == "inline":
                if heading is not None:
                    self.heading(heading, token.content)
                    heading = None
                self.inline(token.children or [])
            elif token.type in {"fence", "code_block"}:
                self.builder.paragraph()
                self.found(token.content.rstrip("\n"), verbatim=True)
                self.builder.paragraph()
            elif token.type == "html_block":
                self.html(token.content)
                self.builder.paragraph()
            elif token.type in {"td_close", "th_close"}:
                self.builder.want("\t")
            elif token.type == "tr_close":
                self.builder.want("\n")
            elif token.type in _BLOCK_ENDS or token.type.endswith(
                ("_list_close", "table_close", "table_open")
            ):
                self.close_title()
                self.builder.paragraph()
        for _, mark in self.flat:
            self.builder.end(mark)

    def heading(self, level: int, label: str) -> None:
        """Open the heading's section; the first one of the first level is the title."""
        if level == 1 and not self.titled and not self.flat:
            self.titled = True
            self.flat.append((0, self.builder.begin("title")))
            return
        while self.flat and self.flat[-1][0] >= level:
            self.builder.end(self.flat.pop()[1])
        around = self.flat[-1][1].kind if self.flat else "body"
        kind = around if around in {"appendix", "references"} else headings.role(label) or "body"
        self.flat.append((level, self.builder.begin(kind, label)))

    def close_title(self) -> None:
        if self.flat and self.flat[-1][1].kind == "title":
            self.builder.end(self.flat.pop()[1])

    def inline(self, children: Sequence[Token]) -> None:
        for child in children:
            if child.type == "text":
                self.found(child.content)
            elif child.type == "text_special":
                at = self.source.find(child.markup, self.cursor)
                self.builder.write(child.content, at if at >= 0 else None, literal=False)
                self.cursor = at + len(child.markup) if at >= 0 else self.cursor
            elif child.type == "code_inline":
                self.cursor = max(self.source.find(child.markup, self.cursor), self.cursor) + len(
                    child.markup
                )
                self.found(child.content)
                self.cursor += len(child.markup)
            elif child.type == "softbreak":
                self.builder.want(" ")
            elif child.type == "hardbreak":
                self.builder.want("\n")
            elif child.type == "html_inline":
                self.html(child.content)
            elif child.type == "image":
                self.inline(child.children or [])
                self.skip_target()
            elif child.type == "link_close" and child.markup != "autolink" and child.info != "auto":
                self.skip_target()

    def found(self, text: str, *, verbatim: bool = False) -> None:
        """Write a piece that stands in the source from the cursor on, line by line."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.builder.write("\n") if self.builder.length else None
            if not line:
                continue
            at = self.source.find(line, self.cursor)
            if at < 0 or verbatim:  # tabs that became spaces: the text stays, its place is the cursor's
                self.builder.write(line, at if at >= 0 else self.cursor, literal=at >= 0)
            else:
                self.builder.flow(line, at)
            self.cursor = at + len(line) if at >= 0 else self.cursor

    def skip_target(self) -> None:
        target = _TARGET.search(self.source, self.cursor)
        self.cursor = target.end() if target else self.cursor

    def html(self, content: str) -> None:
        """HTML inside Markdown: comments go to the end, tags vanish, the words between them stay."""
        last = 0
        for comment in _COMMENT.finditer(content):
            self.tagged(content[last : comment.start()])
            at = self.source.find(comment.group(1), self.cursor)
            self.builder.trailing("comment").flow(comment.group(1), at if at >= 0 else None)
            last = comment.end()
        self.tagged(content[last:])

    def tagged(self, content: str) -> None:
        last = 0
        for tag in _TAG.finditer(content):
            self.words(content[last : tag.start()])
            last = tag.end()
        self.words(content[last:])

    def words(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self.builder.want(" ")
            if line.strip():
                at = self.source.find(line, self.cursor)
                self.builder.flow(line, at if at >= 0 else None)
                self.cursor = at + len(line) if at >= 0 else self.cursor


def parse(source: Source, limits: Limits) -> Iterator[Paper | Fault]:
    """The one paper of a Markdown file."""
    from markdown_it import MarkdownIt

    del limits  # markdown-it bounds its own nesting
    text, faults = decode(source.data, source.name)
    yield from faults
    meta, skipped = front_matter(text)
    body = text[line_starts(text)[skipped] :] if skipped else text
    builder = TextBuilder(text, source.name)
    page = _Page(text, builder, skipped)
    markdown = MarkdownIt("commonmark").enable("table").disable("text_join")
    # a lone CR is no line end to markdown-it: as LF it keeps the line count that editors show
    page.blocks(markdown.parse(re.sub(r"\r\n|\r", "\n", body)))
    builder.stretch(_MATH, "math")
    builder.stretch(_CITATION, "references")
    yield built(builder, source, meta)


def looks(head: bytes, name: str) -> bool:
    """Any text may be Markdown: the file's ending decides."""
    del name
    return b"\0" not in head


READER = DocumentReader("markdown", (".md", ".markdown"), looks, parse)
