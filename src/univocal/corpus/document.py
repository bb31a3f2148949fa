"""One paper per file: what every reader of documents checks, and how it says what it found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from univocal.corpus.builder import TextBuilder
from univocal.corpus.identifiers import normal_arxiv
from univocal.corpus.protocol import Limits, Source
from univocal.errors import PaperError
from univocal.records import Fault, Paper, Section, SourceMap

_ARXIV_NAME = re.compile(r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d+)?")
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")


class RefusedError(PaperError):
    """A file that is not read, with the stable word for the reason."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type[RefusedError], tuple[str, str]]:  # type: ignore[override]  # its own arguments
        """Errors cross process borders whole."""
        return (type(self), (self.kind, str(self)))


@dataclass(slots=True)
class Metadata:
    """What a document says of itself, gathered while it is read."""

    title: str = ""
    year: int | None = None
    venue: str | None = None
    license: str | None = None
    doi: str | None = None
    arxiv_id: str | None = None
    authors: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


Parse = Callable[[Source, Limits], Iterator[Paper | Fault]]


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """A reader of one paper per file: the checks that all formats share around a format's own ``parse``.

    ``parse`` may raise ``RefusedError``; whatever else it raises becomes a fault of kind ``reader-error``.
    """

    name: str
    suffixes: tuple[str, ...]
    looks: Callable[[bytes, str], bool]
    parse: Parse
    by_line: bool = False

    def sniff(self, head: bytes, name: str) -> bool:
        """Does this look like the format?"""
        return self.looks(head, name)

    def read(self, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
        """The paper, and the faults on the way to it; never an exception for what the file holds."""
        size = len(source.data)
        if size > limits.file_bytes:
            message = f"{source.name}: {size:,} bytes. Expected at most {limits.file_bytes:,}; split it or raise the limit."
            yield Fault(source.name, "file-too-large", message, lost=1)
            return
        if not source.data.strip():
            yield Fault(
                source.name,
                "empty-file",
                f"{source.name}: empty. Expected a paper; remove or refill it.",
                lost=1,
            )
            return
        try:
            for item in self.parse(source, limits):
                yield self._checked(item, source, limits)
        except RefusedError as error:
            yield Fault(source.name, error.kind, str(error), lost=1)
        except Exception as error:  # noqa: BLE001 - a run goes on without the paper, and the fault names the error
            message = (
                f"{source.name}: the {self.name} reader failed: {type(error).__name__}: {str(error)[:300]}. "
                f"The file may not be {self.name}; if it is, please report it."
            )
            yield Fault(source.name, "reader-error", message, lost=1)

    def _checked(self, item: Paper | Fault, source: Source, limits: Limits) -> Paper | Fault:
        if isinstance(item, Fault):
            return item
        if len(item.text) > limits.text_chars:
            message = (
                f"{source.name}: {len(item.text):,} characters of text. "
                f"Expected at most {limits.text_chars:,}; split it or raise the limit."
            )
            return Fault(source.name, "text-too-long", message, lost=1)
        if not item.text.strip():
            message = (
                f"{source.name}: no text was found in it. Expected a paper in {self.name}; check the file."
            )
            return Fault(source.name, "no-text", message, lost=1)
        return item


def built(builder: TextBuilder, source: Source, meta: Metadata) -> Paper:
    """The paper that a builder and its metadata make."""
    text, sections, source_map = builder.build()
    files = builder.files()
    if files:
        meta.extra["files"] = files
    return paper(text, sections, source_map, source, meta)


def paper(
    text: str, sections: tuple[Section, ...], source_map: SourceMap, source: Source, meta: Metadata
) -> Paper:
    """A paper whose id is its file's stem; an arXiv id in the file's name counts as stated."""
    stem = PurePath(source.name).name
    for suffix in reversed(PurePath(source.name).suffixes):
        if suffix.lower() not in _SUFFIXES:
            break
        stem = stem.removesuffix(suffix)
    return Paper(
        id=stem or source.name,
        text=text,
        title=" ".join(meta.title.split()) or _title(text, sections),
        year=meta.year,
        venue=meta.venue,
        license=meta.license,
        doi=meta.doi,
        arxiv_id=meta.arxiv_id or (normal_arxiv(stem) if _ARXIV_NAME.fullmatch(stem) else None),
        authors=tuple(dict.fromkeys(a for a in (" ".join(a.split()) for a in meta.authors) if a)),
        source=source.name,
        sections=sections,
        source_map=source_map,
        extra=meta.extra,
    )


_SUFFIXES = {
    ".gz", ".txt", ".text", ".md", ".markdown", ".tex", ".latex", ".ltx", ".html", ".htm", ".xhtml", ".xml", ".nxml",
    ".jats", ".tei", ".pdf",
}  # fmt: skip


def _title(text: str, sections: tuple[Section, ...]) -> str:
    titles = [s for s in sections if s.kind == "title"]
    return " ".join(text[titles[0].start : titles[0].end].split()) if titles else ""


def year(text: str | None) -> int | None:
    """The first year from 1950 on in a text.

    >>> year("12 Jun 2026"), year("n.d.")
    (2026, None)
    """
    found = _YEAR.search(text or "")
    return int(found.group()) if found else None
