"""Plain text: the paper's text is the file's text, letter for letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from univocal.corpus.builder import filled
from univocal.corpus.decoding import decode
from univocal.corpus.document import DocumentReader, Metadata, paper
from univocal.corpus.outline import outline
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault, Paper, Section, SourceMap
from univocal.text import line_starts

_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)")
_LONGEST_TITLE = 300


def parse(source: Source, limits: Limits) -> Iterator[Paper | Fault]:
    """The one paper of a text file; faults for bytes that aren't text."""
    del limits  # the reader checks sizes
    text, faults = decode(source.data, source.name)
    yield from faults
    yield paper(text, sections_of(text), line_map(text, source.first_line), source, Metadata())


def line_map(text: str, first_line: int = 1) -> SourceMap:
    r"""The map of a text that is its own source: an anchor a line.

    >>> line_map("a\r\nb").anchors
    ((0, 1, 1), (3, 2, 1))
    """
    return SourceMap(anchors=tuple((at, n, 1) for n, at in enumerate(line_starts(text), first_line)))


def sections_of(text: str) -> tuple[Section, ...]:
    r"""Title (a short first paragraph with more below it), headed sections, and body for the rest.

    >>> [(s.kind, s.start, s.end) for s in sections_of("On Alignment\n\nWe align.\n\nReferences\n\nX.")]
    [('title', 0, 12), ('body', 14, 23), ('references', 25, 39)]
    """
    starts = line_starts(text)
    lines = [(a, a + len(text[a:b].rstrip())) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    alone = [
        (n == 0 or lines[n - 1][0] >= lines[n - 1][1])
        and (n + 1 == len(lines) or lines[n + 1][0] >= lines[n + 1][1])
        for n in range(len(lines))
    ]
    starts_paragraph = [n == 0 or lines[n - 1][0] >= lines[n - 1][1] for n in range(len(lines))]
    found = outline(text, lines, alone, starts_paragraph)
    first = len(text) - len(text.lstrip())
    blank = _BLANK_LINE.search(text, first)
    if blank and blank.start() - first <= _LONGEST_TITLE and not any(s.start <= first for s in found):
        found.append(Section("title", first, blank.start()))
    return filled(text, found)


def looks(head: bytes, name: str) -> bool:
    """Text has no NUL bytes, unless a byte order mark says why."""
    del name
    return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))


READER = DocumentReader("plain", (".txt", ".text"), looks, parse)
