"""The ACL Anthology's XML: a collection of volumes of papers.

Format: the Anthology's own schema (github.com/acl-org/acl-anthology, data/xml/schema.rnc).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from univocal.corpus.protocol import Limits, Source
from univocal.corpus.record import Records
from univocal.records import Fault, Paper

_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*")
_KEPT = ("url", "bibkey", "pages", "language", "retracted", "award")


@dataclass(frozen=True, slots=True)
class AclReader:
    """Reads the papers of a collection; front matter is passed over.

    Markup inside titles and abstracts (``fixed-case``, ``i``, ``tex-math``, …) is flattened to its text, and a line
    break inside them to a space. The licence isn't in the format, so it stays unknown.
    """

    name: str = "acl"
    suffixes: tuple[str, ...] = (".xml",)
    by_line: bool = False

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  # the protocol's; the content says it all
        """Does it open with a collection of volumes?"""
        return b"<collection" in head and b"<volume" in head

    def read(self, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
        """The papers in order; where the XML breaks off, those before it and a fault that says where."""
        from lxml import etree

        records = Records(source.name, limits)
        read = 0
        meta: dict[str, Any] = {}
        # No network, no entities, and libxml2's own bounds on depth and size: the file may be hostile.
        events = etree.iterparse(
            io.BytesIO(source.data),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
        try:
            for event, element in events:
                if event == "start":
                    if element.tag == "collection":
                        meta["collection"] = element.get("id") or ""
                    elif element.tag == "volume":
                        meta = {"collection": meta.get("collection", ""), "volume": element.get("id") or ""}
                elif element.tag == "meta":
                    meta |= _meta(element)
                elif element.tag == "paper":
                    read += 1
                    paper = records.paper(_record(element, meta), element.sourceline)
                    if paper is not None:
                        yield paper
                    element.clear()
        except etree.XMLSyntaxError as error:
            lost = max(0, len(re.findall(rb"<paper[\s>]", source.data)) - read)
            message = f"{source.name}: the XML breaks off: {error}. The {read:,} papers before it are kept."
            yield Fault(source.name, "corrupt-xml", message, lost=lost)
        yield from records.tally.faults()


def anthology_id(collection: str, volume: str, paper: str) -> str:
    """The Anthology's id of a paper: new style from 2020 on, letter and digits before.

    >>> anthology_id("2020.acl", "main", "1"), anthology_id("P19", "1", "7"), anthology_id("W19", "53", "2")
    ('2020.acl-main.1', 'P19-1007', 'W19-5302')
    """
    if not re.fullmatch(r"[A-Z]\d\d", collection) or not (volume.isdecimal() and paper.isdecimal()):
        return f"{collection}-{volume}.{paper}"
    if collection[0] == "W" or collection == "C69" or (collection == "D19" and int(volume) >= 5):
        return f"{collection}-{int(volume):02d}{int(paper):02d}"
    return f"{collection}-{int(volume)}{int(paper):03d}"


def _meta(element: Any) -> dict[str, Any]:
    return {
        "booktitle": _flat(element.find("booktitle")),
        "year": _flat(element.find("year")),
        "venues": [v for e in element.findall("venue") if (v := _flat(e))],
    }


def _record(element: Any, meta: dict[str, Any]) -> dict[str, Any]:
    found = anthology_id(meta.get("collection", ""), meta.get("volume", ""), element.get("id") or "")
    url = _flat(element.find("url"))
    if url and not url.startswith("http"):
        url = f"https://aclanthology.org/{url}"
    record = {
        "id": f"acl:{found}",
        "title": _flat(element.find("title")),
        "abstract": _flat(element.find("abstract")),
        "year": _flat(element.find("year")) or meta.get("year"),
        "venue": ", ".join(meta.get("venues") or ()) or meta.get("booktitle"),
        "doi": _flat(element.find("doi")),
        "authors": [n for author in element.findall("author") if (n := _person(author))],
        "booktitle": meta.get("booktitle"),
    }
    kept = {tag: _flat(element.find(tag)) for tag in _KEPT if element.find(tag) is not None}
    return {**record, **kept, "url": url}


def _person(element: Any) -> str:
    return " ".join(part for part in (_flat(element.find("first")), _flat(element.find("last"))) if part)


def _flat(element: Any) -> str | None:
    """All text inside an element, markup left out."""
    if element is None:
        return None
    text = str(element.xpath("string()")).strip()
    return _BREAK.sub(" ", text) or None


READER = AclReader()
