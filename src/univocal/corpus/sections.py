"""Which stretches of a full text are what: sections of records, and what a page generator left in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from univocal.corpus.headings import FURNITURE, role
from univocal.records import Section, SectionKind

KINDS: frozenset[str] = frozenset(get_args(SectionKind))
#: A text without a blank line that is no longer than this, after a title, is taken for an abstract.
ABSTRACT_CHARS = 6_000
#: What LaTeXML pages leave behind in plain text.
_MARK = "Report issue for preceding element"


def residue(text: str) -> tuple[Section, ...]:
    """What an HTML generator left in a text that no author wrote, as stretches of boilerplate."""
    if _MARK not in text:  # most texts; the pattern is slow
        return ()
    return tuple(Section("boilerplate", m.start(), m.end()) for m in FURNITURE.finditer(text))


def from_sections(
    title: str, abstract: str | None, sections: Sequence[Mapping[str, Any]]
) -> tuple[str, tuple[Section, ...]]:
    r"""The text of a record with sections, and where each of them stands in it.

    The text is the title, then each section (its heading, unless its text opens with it, and its text), parted by
    blank lines. An abstract given apart comes after the title unless a section is the abstract.

    >>> text, found = from_sections("T", None, [{"heading": "1 Aim", "text": "We align."}])
    >>> text, [(s.kind, text[s.start:s.end]) for s in found]
    ('T\n\n1 Aim\n\nWe align.', [('title', 'T'), ('body', '1 Aim\n\nWe align.')])
    """
    blocks: list[tuple[SectionKind, str | None, str]] = []
    for section in sections:
        heading = section.get("heading")
        heading = heading if isinstance(heading, str) and heading.strip() else None
        blocks.append((_kind(section.get("kind"), heading), heading, _block(heading, section["text"])))
    if abstract and all(kind != "abstract" for kind, _, _ in blocks):
        blocks.insert(0, ("abstract", None, abstract))
    parts = [title] if title else []
    found = [Section("title", 0, len(title))] if title else []
    at = len(title)
    for kind, heading, block in blocks:
        if parts:
            at += 2
        parts.append(block)
        found.append(Section(kind, at, at + len(block), heading))
        at += len(block)
    text = "\n\n".join(parts)
    return text, (*found, *residue(text))


def from_text(title: str, text: str) -> tuple[Section, ...]:
    r"""The sections of a text that is used as it is: its title where it opens with one, and the rest.

    >>> [s.kind for s in from_text("T", "T\n\nWe align.")], [s.kind for s in from_text("T", "We align.")]
    (['title', 'abstract'], ['body'])
    """
    found: list[Section] = []
    at = 0
    if title and text.startswith(title):
        found.append(Section("title", 0, len(title)))
        at = len(title)
        while at < len(text) and text[at].isspace():
            at += 1
    if at < len(text):
        short = found and len(text) - at <= ABSTRACT_CHARS and "\n\n" not in text[at:]
        found.append(Section("abstract" if short else "body", at, len(text)))
    return (*found, *residue(text))


def _kind(stated: Any, heading: str | None) -> SectionKind:
    if isinstance(stated, str) and stated in KINDS:
        return stated  # type: ignore[return-value]  # it is one of the Literal's words
    return (role(heading) if heading else None) or "body"


def _block(heading: str | None, text: str) -> str:
    if heading is None:
        return text
    opens = " ".join(text[: 2 * len(heading) + 50].split()).startswith(" ".join(heading.split()))
    return text if opens else f"{heading}\n\n{text}"
