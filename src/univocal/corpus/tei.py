"""TEI: what GROBID makes of a PDF, and other scholarly TEI."""

from __future__ import annotations

from collections.abc import Iterator

from univocal.corpus.builder import TextBuilder
from univocal.corpus.decoding import declared_in_markup, decode
from univocal.corpus.document import DocumentReader, Metadata, RefusedError, built, year
from univocal.corpus.identifiers import normal_arxiv, normal_doi
from univocal.corpus.markup import Element
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.rendering import BLOCK, CELL, INLINE, LINE, LONGEST_LABEL, SKIP, SPACED, Style, render
from univocal.corpus.xml_tree import parse_xml
from univocal.records import Fault, Paper, SectionKind

_split = str.split

_NAMES: dict[str, Style] = {
    **dict.fromkeys(
        _split("p head ab lg list item figure table quote cit titlePage docTitle abstract label"), BLOCK
    ),
    **dict.fromkeys(["row", "l", "lb"], LINE),
    "cell": CELL,
    "biblStruct": BLOCK,
    "bibl": BLOCK,
    "graphic": SKIP,
    "facsimile": SKIP,
    "figDesc": BLOCK,
    "listBibl": Style("\n\n", "references"),
    "note": Style(note=True),
    "formula": Style("\n", "math"),
    "fw": Style("\n\n", "boilerplate"),
}
_DIVISIONS: dict[str, SectionKind] = {
    "references": "references",
    "bibliography": "references",
    "annex": "appendix",
    "appendix": "appendix",
    "abstract": "abstract",
}
#: Elements of a structured reference that read as words of their own.
_SPACED = frozenset(
    {"title", "author", "persName", "forename", "surname", "date", "biblScope", "idno", "publisher"}
)


def style_of(element: Element) -> Style:
    """How a TEI element reads."""
    name = element.name
    if name.startswith("div"):
        head = next((e for e in element.elements() if e.name == "head"), None)
        label = f"{head.get('n')} {head.content(LONGEST_LABEL)}".strip() if head else None
        return Style("\n\n", _DIVISIONS.get(element.get("type")), section=True, label=label)
    if name == "formula":
        return Style("\n", "math", instead=element.content() or " ")
    if name in _SPACED:
        return SPACED
    return _NAMES.get(name, INLINE)


def metadata_of(tei: Element) -> Metadata:
    """What ``teiHeader`` says of the paper."""
    header = tei.first("teiHeader", "fileDesc") or Element("", {}, 0)
    title = main_title(tei)
    source = header.first("sourceDesc", "biblStruct") or header
    ids = {e.get("type").lower(): e.content() for e in source.named("idno")}
    licence = header.first("publicationStmt", "licence") or header.first("publicationStmt", "availability")
    dates = [e.get("when") or e.content() for e in [*source.named("date"), *header.named("date")]]
    venue = source.first("monogr", "title")
    return Metadata(
        title=title.content() if title else "",
        year=next((y for y in map(year, dates) if y), None),
        venue=venue.content() or None if venue else None,
        license=(licence.get("target") or licence.content() or None) if licence else None,
        doi=normal_doi(ids.get("doi", "")),
        arxiv_id=normal_arxiv(ids.get("arxiv", "")),
        authors=[_name(author) for author in (source.first("analytic") or header).named("author")],
    )


def main_title(tei: Element) -> Element | None:
    """The header's main title."""
    statement = tei.first("teiHeader", "titleStmt")
    titles = list(statement.named("title")) if statement else []
    return next((t for t in titles if t.get("type") == "main"), titles[0] if titles else None)


def _name(author: Element) -> str:
    """Forenames, then surname; else the name as it stands."""
    person = author.first("persName") or author
    parts = [e.content() for e in [*person.named("forename"), *person.named("surname")]]
    return " ".join(parts) or person.content()


def parse(source: Source, limits: Limits) -> Iterator[Paper | Fault]:
    """The one paper of a TEI document."""
    text, faults = decode(source.data, source.name, declared_in_markup(source.data))
    yield from faults
    found: list[Fault] = []
    tei = parse_xml(text, source.name, limits.depth, found.append).first("TEI")
    if tei is None:
        expected = (
            f"{source.name}: no <TEI> element. Expected TEI XML; name the file's format if it is another one."
        )
        raise RefusedError("not-tei", found[0].message if found else expected)
    yield from found
    meta = metadata_of(tei)
    builder = TextBuilder(text, source.name)
    title, abstract, body = (
        main_title(tei),
        tei.first("teiHeader", "profileDesc", "abstract"),
        tei.first("text"),
    )
    if title is not None:
        mark = builder.begin("title")
        render(title, style_of, builder, "title")
        builder.end(mark)
        builder.paragraph()
    if abstract is not None:
        mark = builder.begin("abstract")
        render(abstract, style_of, builder, "abstract")
        builder.end(mark)
        builder.paragraph()
    if body is not None:
        render(body, style_of, builder)
    yield built(builder, source, meta)


def looks(head: bytes, name: str) -> bool:
    """TEI names its root element or namespace."""
    del name
    return b"<TEI" in head or b"http://www.tei-c.org/ns/1.0" in head


READER = DocumentReader("tei", (".xml", ".tei"), looks, parse)
