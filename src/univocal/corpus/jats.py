"""JATS: the XML of journals and of PubMed Central."""

from __future__ import annotations

import re
from collections.abc import Iterator

from univocal.corpus.builder import TextBuilder
from univocal.corpus.decoding import declared_in_markup, decode
from univocal.corpus.document import DocumentReader, Metadata, RefusedError, built, year
from univocal.corpus.identifiers import normal_arxiv, normal_doi
from univocal.corpus.markup import Element
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.rendering import BLOCK, CELL, INLINE, LINE, LONGEST_LABEL, SKIP, SPACED, Style, render
from univocal.corpus.xml_tree import parse_xml
from univocal.records import Fault, Paper

_split = str.split

_NAMES: dict[str, Style] = {
    **dict.fromkeys(
        _split("p title list list-item def-list disp-quote boxed-text fig table-wrap caption table label"),
        BLOCK,
    ),
    **dict.fromkeys(_split("statement verse-group speech glossary ack"), BLOCK),
    **dict.fromkeys(["tr", "break", "verse-line"], LINE),
    **dict.fromkeys(["td", "th"], CELL),
    **dict.fromkeys(
        _split("object-id graphic media alternatives-none supplementary-material permissions"), SKIP
    ),
    **dict.fromkeys(["sec-meta", "kwd-group-none", "processing-meta", "notes-none"], SKIP),
    "front": INLINE,
    "journal-meta": SKIP,
    "article-title": Style("\n\n", "title"),
    "abstract": Style("\n\n", "abstract"),
    "trans-abstract": Style("\n\n", "abstract"),
    "ref-list": Style("\n\n", "references", section=True),
    "ref": BLOCK,
    "app-group": Style("\n\n", "appendix"),
    "app": Style("\n\n", "appendix", section=True),
    "sec": Style("\n\n", section=True),
    "fn-group": Style("\n\n", "boilerplate"),
    "fn": Style(note=True),
    "sub-article": Style("\n\n", "boilerplate"),
    "response": Style("\n\n", "boilerplate"),
    "preformat": Style("\n\n", verbatim=True),
    "code": Style(verbatim=True),
}
_MATHS = frozenset({"inline-formula", "disp-formula", "tex-math", "math"})
#: Of the article's metadata only these are part of its text.
_META_TEXT = frozenset({"title-group", "abstract", "trans-abstract"})
_TITLE_GROUP = frozenset({"article-title", "subtitle"})


def style_of(element: Element) -> Style:
    """How a JATS element reads."""
    name = element.name
    if name == "article-meta":
        element.children = [c for c in element.children if isinstance(c, Element) and c.name in _META_TEXT]
        return INLINE
    if name == "title-group":
        element.children = [c for c in element.children if isinstance(c, Element) and c.name in _TITLE_GROUP]
        return BLOCK
    if name in _MATHS:
        return Style("\n" if name == "disp-formula" else "", "math", instead=tex_of(element))
    if name in {"ref", "element-citation", "mixed-citation"}:
        return BLOCK if name == "ref" else SPACED
    style = _NAMES.get(name, INLINE)
    if style.section or style.kind == "abstract":
        heading = next((e for e in element.elements() if e.name == "title"), None)
        return Style(
            style.gap, style.kind, section=True, label=heading.content(LONGEST_LABEL) if heading else None
        )
    return style


def tex_of(element: Element) -> str:
    """A formula in TeX where the document has it so, else its characters in a row."""
    tex = element if element.name == "tex-math" else element.first("tex-math")
    found = (tex or element).content()
    inner = re.search(r"\\begin\{document\}(.*?)\\end\{document\}", found, re.DOTALL)
    return (inner.group(1) if inner else found).strip() or " "


def metadata_of(article: Element) -> Metadata:
    """What ``article-meta`` says of the paper."""
    meta = article.first("front", "article-meta") or Element("", {}, 0)
    ids = {e.get("pub-id-type"): e.content() for e in meta.elements() if e.name == "article-id"}
    title, journal = (
        meta.first("title-group", "article-title"),
        article.first("front", "journal-meta", "journal-title"),
    )
    dates = [y for d in meta.elements() if d.name == "pub-date" for y in d.named("year")]
    licence = meta.first("permissions", "license")
    link = licence.first("license_ref") or licence.first("ext-link") if licence else None
    return Metadata(
        title=title.content() if title else "",
        year=year(dates[0].content()) if dates else None,
        venue=journal.content() if journal else None,
        license=(
            licence.get("href")
            or (link and (link.get("href") or link.content()))
            or licence.content()
            or None
        )
        if licence
        else None,
        doi=normal_doi(ids.get("doi", "")),
        arxiv_id=normal_arxiv(ids.get("arxiv", "")),
        authors=[_name(c) for c in meta.named("contrib") if c.get("contrib-type") in {"", "author"}],
    )


def _name(contributor: Element) -> str:
    """Given names, then surname."""
    parts = [contributor.first(name) for name in ("given-names", "surname")]
    whole = contributor.first("string-name") or contributor.first("collab")
    named = " ".join(part.content() for part in parts if part)
    return named or (whole.content() if whole else "")


def parse(source: Source, limits: Limits) -> Iterator[Paper | Fault]:
    """The one paper of a JATS article."""
    text, faults = decode(source.data, source.name, declared_in_markup(source.data))
    yield from faults
    found: list[Fault] = []
    article = parse_xml(text, source.name, limits.depth, found.append).first("article")
    if article is None:
        expected = f"{source.name}: no <article> element. Expected JATS XML; name the file's format if it is another one."
        raise RefusedError("not-jats", found[0].message if found else expected)
    yield from found
    meta = metadata_of(article)
    builder = TextBuilder(text, source.name)
    render(article, style_of, builder)
    yield built(builder, source, meta)


def looks(head: bytes, name: str) -> bool:
    """JATS has an ``article`` element with ``front`` or ``body``, or names its DTD."""
    del name
    return b"<article" in head and any(
        s in head for s in (b"<front", b"<body", b"JATS", b"NLM//DTD", b"article-type")
    )


READER = DocumentReader("jats", (".xml", ".nxml", ".jats"), looks, parse)
