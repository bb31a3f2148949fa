"""PDF: text from PDFium in a process of its own, with page and box for every line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from univocal.corpus.builder import filled
from univocal.corpus.document import DocumentReader, Metadata, RefusedError, paper, year
from univocal.corpus.identifiers import normal_doi
from univocal.corpus.outline import outline
from univocal.corpus.pdf_layout import STAMP, Line, Piece, body_size, furniture, lines_of, pieces
from univocal.corpus.pdf_process import PROCESS
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault, Paper, Section, SourceMap
from univocal.text import normal_title

#: What a refusal's kind means, what was expected, and the next step.
_REFUSALS = {
    "corrupt-pdf": "Expected a PDF that opens; download or export it again.",
    "encrypted-pdf": "Expected a PDF without a password; save it without one.",
    "too-many-pages": "Expected at most {pages:,} pages; split it or raise the limit.",
    "text-too-long": "Expected at most {text_chars:,} characters; split it or raise the limit.",
    "pdf-timeout": "Expected a PDF that is read within the limit; it may be a bomb, else raise timeout_seconds.",
    "pdf-memory": "Expected a PDF that needs less than {memory_bytes:,} bytes; it may be a bomb, else raise memory_bytes.",
}
_LONGEST_AUTHORS = 4000
_NOT_TITLES = re.compile(r"untitled|microsoft word|\.(?:docx?|tex|dvi|pdf|indd)\b|^arxiv", re.IGNORECASE)

Boxes = list[tuple[int, int, int, float, float, float, float]]


def parse(source: Source, limits: Limits) -> Iterator[Paper | Fault]:
    """The one paper of a PDF."""
    if b"%PDF-" not in source.data[:1024]:
        message = f"{source.name}: doesn't begin with %PDF-. Expected a PDF; check what was downloaded."
        raise RefusedError("corrupt-pdf", message)
    reply = PROCESS.read(source.data, limits)
    kind = reply.get("kind")
    if kind is not None:
        step = _REFUSALS[kind].format(
            pages=limits.pages, text_chars=limits.text_chars, memory_bytes=limits.memory_bytes
        )
        raise RefusedError(kind, f"{source.name}: {reply['why'].rstrip('.')}. {step}")
    yield from _unread(reply["pages"], source.name)
    lines = lines_of(reply["pages"])
    if not any(c.isalpha() for line in lines for c in line.text):
        message = (
            f"{source.name}: {reply['n_pages']} pages without a text layer (a scan?). "
            "Expected a PDF with text; run OCR on it first."
        )
        raise RefusedError("no-text-layer", message)
    yield _paper(lines, reply, source)


def _unread(pages: Sequence[dict[str, Any]], where: str) -> Iterator[Fault]:
    bad = [(number, page["why"]) for number, page in enumerate(pages, 1) if "why" in page]
    if bad:
        listed = ", ".join(str(number) for number, _ in bad[:10])
        message = f"{where}: page {listed}: {bad[0][1]}. Expected readable pages; the others were read."
        yield Fault(where, "unreadable-page", message)


def _paper(lines: list[Line], reply: dict[str, Any], source: Source) -> Paper:
    apart = furniture(lines, reply["n_pages"])
    body = [line for i, line in enumerate(lines) if i not in apart]
    if not body:
        body, apart = lines, set()
    found = pieces(body)
    text, spans, boxes = _written(found)
    title = _title_span(found, spans)
    sections = _sections(text, found, spans, title)
    text, extra = _append(text, [lines[i] for i in sorted(apart)], boxes)
    meta = _metadata(reply.get("metadata") or {}, lines, text, title)
    meta.extra["pages"] = reply["n_pages"]
    ordered = filled(text, [*sections, *extra])
    return paper(text, ordered, SourceMap(boxes=tuple(boxes)), source, meta)


def _written(found: Sequence[Piece]) -> tuple[str, list[tuple[int, int]], Boxes]:
    """Text, where each line stands in it, and the boxes."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    boxes: Boxes = []
    length = 0
    for piece in found:
        start = length + len(piece.gap)
        length = start + len(piece.text)
        parts += [piece.gap, piece.text]
        spans.append((start, length))
        boxes.append((start, length, piece.line.page, *piece.line.box))
    return "".join(parts), spans, boxes


def _append(text: str, apart: Sequence[Line], boxes: Boxes) -> tuple[str, list[Section]]:
    """Page furniture at the end of the text, out of the sentences' way."""
    if not apart:
        return text, []
    begin = len(text) + 2
    parts = [text, "\n\n"]
    length = begin
    for number, line in enumerate(apart):
        parts.append(("\n" if number else "") + line.text)
        start = length + (1 if number else 0)
        length = start + len(line.text)
        boxes.append((start, length, line.page, *line.box))
    return "".join(parts), [Section("boilerplate", begin, length)]


def _title_span(found: Sequence[Piece], spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The largest lines of the first page, if they are larger than the text."""
    first = [
        i
        for i, piece in enumerate(found)
        if piece.line.page == 1 and sum(c.isalpha() for c in piece.text) > 2
    ]
    if not first:
        return None
    largest = max(found[i].line.size for i in first)
    if largest < 1.15 * body_size([piece.line for piece in found]):
        return None
    at = next(i for i in first if found[i].line.size == largest)
    last = at
    while last + 1 < len(found) and abs(found[last + 1].line.size - largest) < 0.5 and last - at < 6:
        last += 1
    return spans[at][0], spans[last][1]


def _sections(
    text: str, found: Sequence[Piece], spans: Sequence[tuple[int, int]], title: tuple[int, int] | None
) -> list[Section]:
    """Headed sections, the title, and the block of authors between it and the first heading."""
    sure = [piece.alone or (piece.starts and piece.larger) for piece in found]
    inside = [title is not None and title[0] <= start < title[1] for start, _ in spans]
    sections = outline(
        text, spans, [s and not i for s, i in zip(sure, inside, strict=True)], _starting(found)
    )
    if title is not None:
        sections.append(Section("title", *title))
        first = min((s.start for s in sections if s.start > title[0]), default=None)
        abstract = any(s.kind == "abstract" and s.start == first for s in sections)
        if (
            first is not None
            and abstract
            and first - title[1] < _LONGEST_AUTHORS
            and text[title[1] : first].strip()
        ):
            lead = len(text[title[1] : first]) - len(text[title[1] : first].lstrip())
            sections.append(
                Section("boilerplate", title[1] + lead, title[1] + len(text[title[1] : first].rstrip()))
            )
    return sections


def _starting(found: Sequence[Piece]) -> list[bool]:
    return [piece.starts for piece in found]


def _metadata(
    said: dict[str, str], lines: Sequence[Line], text: str, title: tuple[int, int] | None
) -> Metadata:
    """The document's own metadata where they hold against its first page, and arXiv's stamp."""
    first_page = "\n".join(line.text for line in lines if line.page == 1)
    stamp = STAMP.search(first_page)
    given = said.get("Title", "").strip()
    stands = given and normal_title(given) and normal_title(given) in normal_title(first_page)
    shown = text[title[0] : title[1]] if title else ""
    authors = re.split(r"\s*[,;]\s*|\s+and\s+", said.get("Author", "").strip())
    return Metadata(
        title=given if stands else shown or ("" if _NOT_TITLES.search(given) else given),
        year=year(stamp.group(2)) if stamp else None,
        doi=normal_doi(found.group())
        if (found := re.search(r"(?:doi\.org/|doi:\s*)10\.\S+", first_page, re.IGNORECASE))
        else None,
        arxiv_id=stamp.group(1) if stamp else None,
        authors=[name for name in authors if name and len(name) < 100],
        extra={
            key.lower(): value for key in ("Subject", "Keywords", "CreationDate") if (value := said.get(key))
        },
    )


def looks(head: bytes, name: str) -> bool:
    """A PDF says ``%PDF-`` in its first kilobyte."""
    del name
    return b"%PDF-" in head[:1024]


READER = DocumentReader("pdf", (".pdf",), looks, parse)
