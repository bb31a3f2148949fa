"""HTML pages: any page with headings, and in full the pages that LaTeXML makes of papers (arXiv's HTML)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from univocal.corpus.builder import TextBuilder
from univocal.corpus.decoding import declared_in_markup, decode
from univocal.corpus.document import DocumentReader, Metadata, built, year
from univocal.corpus.headings import FURNITURE
from univocal.corpus.html_tree import parse_html
from univocal.corpus.identifiers import normal_arxiv, normal_doi
from univocal.corpus.markup import Element
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.rendering import BLOCK, CELL, INLINE, LINE, LONGEST_LABEL, SKIP, Style, render
from univocal.records import Fault, Paper

_split = str.split

_NAMES: dict[str, Style] = {
    **dict.fromkeys(
        _split("""address article aside blockquote body center dd details div dl dt fieldset figcaption figure
        header hgroup hr html li main ol p section summary table tbody tfoot thead ul d-article
        d-title d-figure"""),
        BLOCK,
    ),
    **dict.fromkeys(
        _split("""applet audio canvas embed frameset head iframe input noembed noframes noscript object script
        style svg template textarea title video d-front-matter d-bibliography d-citation-list
        datalist map"""),
        SKIP,
    ),
    **dict.fromkeys(
        _split("nav footer form button select dialog menu d-byline"), Style("\n\n", "boilerplate")
    ),
    "br": LINE,
    "tr": LINE,
    "caption": BLOCK,
    "td": CELL,
    "th": CELL,
    "pre": Style("\n\n", verbatim=True),
    "d-abstract": Style("\n\n", "abstract"),
    "d-appendix": Style("\n\n", "appendix"),
    "d-footnote": Style(note=True),
}
_CLASSES: dict[str, Style] = {
    "ltx_abstract": Style("\n\n", "abstract"),
    "ltx_bibliography": Style("\n\n", "references"),
    "ltx_title_document": Style("\n\n", "title"),
    "ltx_authors": Style("\n\n", "boilerplate"),
    "ltx_page_footer": Style("\n\n", "boilerplate"),
    "ltx_page_header": Style("\n\n", "boilerplate"),
    "ltx_page_navbar": Style("\n\n", "boilerplate"),
    "ltx_page_logo": Style("\n\n", "boilerplate"),
    "ltx_TOC": Style("\n\n", "boilerplate"),
    "ltx_ERROR": Style(" ", "boilerplate"),
    "ltx_para": BLOCK,
    "ltx_p": LINE,
    "ltx_equation": LINE,
    "ltx_equationgroup": LINE,
    "ltx_eqn_row": LINE,
    "ltx_eqn_cell": Style(" "),
    "ltx_note_outer": Style(note=True),
    "ltx_note_mark": SKIP,
    "ltx_tag_note": SKIP,
    "ltx_note_type": SKIP,
    "ltx_rdf": SKIP,
    "ltx_listing_data": SKIP,
    "katex-html": SKIP,
    "abstract": Style("\n\n", "abstract"),
    "sr-only": Style(" ", "boilerplate"),
}
_SECTIONS = frozenset(
    _split("""ltx_section ltx_subsection ltx_subsubsection ltx_paragraph ltx_appendix ltx_chapter ltx_part
        ltx_acknowledgements""")
)
_IDS = {
    **dict.fromkeys(
        ("watermark-tr", "license-tr", "latexml-errors", "toc", "header"), Style("\n\n", "boilerplate")
    ),
    "abstract": Style("\n\n", "abstract"),
}
_HEADING = re.compile(r"h[1-6]")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


class _Styles:
    """How the elements of one page read; remembers which heading is the title and which head their own section."""

    def __init__(self, root: Element) -> None:
        self.title = title_element(root)
        self.headings: set[int] = set()

    def __call__(self, element: Element) -> Style:
        name = element.name
        if element is self.title:
            return Style("\n\n", "title")
        if "hidden" in element.attributes or _HIDDEN.search(element.get("style")):
            return SKIP
        if name == "math" or "katex" in element.classes:
            return Style("\n" if element.get("display") == "block" else "", "math", instead=tex_of(element))
        if name == "script" and element.get("type").startswith("math/tex"):
            return Style(kind="math", instead=element.content())
        classes = element.classes
        if not classes.isdisjoint(_SECTIONS):
            return self._section(element)
        for known in classes:
            if known in _CLASSES and not (known == "abstract" and name == "body"):
                style = _CLASSES[known]
                return self._abstract(element) if style.kind == "abstract" else style
        if element.get("id") in _IDS:
            return _IDS[element.get("id")]
        if (
            name == "header"
            and not element.first("p")
            and not any(e is self.title for e in element.named("h1", "h2"))
        ):
            return Style("\n\n", "boilerplate")
        if name == "ol" and "references" in classes:
            return Style("\n\n", "references")
        if _HEADING.fullmatch(name):
            return BLOCK if id(element) in self.headings else Style("\n\n", level=int(name[1]))
        return _NAMES.get(name, INLINE)

    def _section(self, element: Element) -> Style:
        """A LaTeXML section: its own heading names it."""
        label = self._own_heading(element)
        return Style(
            "\n\n", "appendix" if "ltx_appendix" in element.classes else None, section=True, label=label
        )

    def _abstract(self, element: Element) -> Style:
        return Style("\n\n", "abstract", label=self._own_heading(element))

    def _own_heading(self, element: Element) -> str | None:
        heading = next((e for e in element.elements() if _HEADING.fullmatch(e.name)), None)
        if heading is None:
            return None
        self.headings.add(id(heading))
        return FURNITURE.sub("", heading.content(LONGEST_LABEL)).strip()


def tex_of(element: Element) -> str:
    """A formula as its authors typed it (``alttext``, TeX annotation), else its characters in a row."""
    found = element.get("alttext")
    if not found:
        annotation = next(
            (e for e in element.named("annotation") if "tex" in e.get("encoding").lower()), None
        )
        found = annotation.content() if annotation else element.content()
    return found.strip() or " "


def title_element(root: Element) -> Element | None:
    """The heading that holds the paper's title, else the page's ``title``."""
    documents = root.find_all(lambda e: "ltx_title_document" in e.classes or e.name == "d-title")
    return next(documents, None) or root.first("h1") or root.first("head", "title")


def metadata_of(root: Element) -> Metadata:
    """What the page says of itself: ``citation_`` and Dublin Core metas, LaTeXML's authors, arXiv's marks."""
    metas: dict[str, list[str]] = {}
    for meta in root.named("meta"):
        key = (meta.get("name") or meta.get("property")).lower().replace("dcterms.", "dc.")
        metas.setdefault(key, []).append(meta.get("content"))

    def said(*keys: str) -> str:
        return next((metas[key][0] for key in keys if metas.get(key)), "")

    marks = {
        e.get("id"): e.content()
        for e in root.find_all(lambda e: e.get("id") in {"watermark-tr", "license-tr"})
    }
    watermark = marks.get("watermark-tr", "")
    names = [e.content() for e in root.find_all(lambda e: "ltx_personname" in e.classes)]
    title = title_element(root)
    return Metadata(
        title=said("citation_title", "dc.title") or (FURNITURE.sub("", title.content()) if title else ""),
        year=year(said("citation_publication_date", "citation_date", "dc.date", "citation_year"))
        or year(watermark.rpartition("]")[2]),
        venue=said("citation_conference_title", "citation_journal_title") or None,
        license=_license(root)
        or said("dc.rights", "dc.license")
        or marks.get("license-tr", "")[len("License: ") :]
        or None,
        doi=normal_doi(said("citation_doi", "dc.identifier")),
        arxiv_id=normal_arxiv(said("citation_arxiv_id")) or normal_arxiv(watermark.partition(" ")[0]),
        authors=metas.get("citation_author") or metas.get("dc.creator") or names,
    )


def _license(root: Element) -> str:
    """The target of a link whose ``rel`` says licence."""
    links = root.find_all(lambda e: e.name in {"a", "link"} and "license" in e.get("rel").lower().split())
    return next((link.get("href") for link in links), "")


def parse(source: Source, limits: Limits) -> Iterator[Paper | Fault]:
    """The one paper of a page."""
    text, faults = decode(source.data, source.name, declared_in_markup(source.data))
    yield from faults
    root = parse_html(text, source.name, limits.depth)
    builder = TextBuilder(text, source.name)
    styles = _Styles(root)
    if styles.title is not None and styles.title.name == "title":
        mark = builder.begin("title")
        for child in styles.title.children:
            if not isinstance(child, Element):
                builder.flow(child[0], child[1])
        builder.end(mark)
        builder.paragraph()
    render(root, styles, builder)
    builder.stretch(FURNITURE, "boilerplate")
    yield built(builder, source, metadata_of(root))


def looks(head: bytes, name: str) -> bool:
    """A page says ``<html`` or ``<!doctype html``; a fragment has some tag of a page's body."""
    del name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<html" not in start and (start.startswith(b"<?xml") or re.search(rb"<tei\b|<article-meta\b", start)):
        return False
    return (
        re.search(rb"<(?:!doctype html|html|head|body|div|p|h[1-6]|article|section|main)\b", start)
        is not None
    )


READER = DocumentReader("html", (".html", ".htm", ".xhtml"), looks, parse)
