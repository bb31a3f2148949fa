"""arXiv metadata: the snapshot with one JSON record a line, and JSON made from the API's Atom feed.

Format: the arXiv data set (doi:10.48550/arXiv.1905.00075) and the arXiv API's Atom elements, as feed parsers and
XML-to-JSON converters write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from univocal.corpus.identifiers import arxiv_id
from univocal.corpus.jsonl import JsonReader


def entry(record: Mapping[str, Any]) -> Mapping[str, Any] | str:
    """A snapshot record or an Atom entry as one with title, abstract, year, venue and ids.

    Titles and abstracts keep the line breaks that arXiv has in them. The year is that of the first version.

    >>> entry({"id": "http://arxiv.org/abs/2510.12826v1", "title": "T", "summary": "A.", "published": "2025-10-11"})["id"]
    '2510.12826v1'
    """
    identifier = _plain(record.get("id") or record.get("entry_id"))
    known = arxiv_id(identifier) if isinstance(identifier, str) else None
    versions = record.get("versions") or ()
    first = versions[0].get("created") if versions and isinstance(versions[0], dict) else None
    parsed = record.get("authors_parsed") or ()
    return {
        **{k: v for k, v in record.items() if k not in _TAKEN},
        "id": known or identifier,
        "title": _plain(record.get("title")),
        "abstract": record.get("abstract") or _plain(record.get("summary")),
        "year": first
        or _plain(record.get("published"))
        or record.get("update_date")
        or _plain(record.get("updated")),
        "venue": _plain(_any(record, "journal-ref", "journal_ref", "arxiv_journal_ref", "arxiv:journal_ref")),
        "license": record.get("license"),
        "doi": _plain(_any(record, "doi", "arxiv_doi", "arxiv:doi")),
        "arxiv_id": known,
        "authors": [" ".join(n for n in (p[1], p[0], *p[2:]) if n) for p in parsed]
        or _people(record.get("authors") or record.get("author")),
    }


def _any(record: Mapping[str, Any], *keys: str) -> Any:
    return next((record[key] for key in keys if record.get(key)), None)


def _plain(value: Any) -> Any:
    """The text of an element that a converter turned into an object."""
    return value.get("#text", value.get("$t", value.get("value"))) if isinstance(value, dict) else value


def _people(value: Any) -> Any:
    people = value if isinstance(value, list) else [value]
    names = [_plain(p.get("name")) if isinstance(p, dict) else p for p in people if p]
    return names[0] if len(names) == 1 else names


_TAKEN = frozenset(
    {"id", "entry_id", "title", "abstract", "summary", "versions", "published", "updated", "update_date"}
    | {"journal-ref", "journal_ref", "arxiv_journal_ref", "arxiv:journal_ref", "license", "doi", "arxiv_doi"}
    | {"arxiv:doi", "authors", "author", "authors_parsed", "submitter", "title_detail", "summary_detail"}
)


def _claims(head: bytes) -> bool:
    if b'"authors_parsed"' in head or (b'"journal-ref"' in head and b'"report-no"' in head):
        return True
    return b"arxiv.org/abs/" in head and b'"summary"' in head and b'"published"' in head


READER = JsonReader("arxiv", claims=_claims, shape=entry)
