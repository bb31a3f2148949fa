"""OpenAlex works: API answers and snapshot files. Abstracts come as inverted indexes and are put back in order.

Format: the Work object of the OpenAlex API (doi:10.48550/arXiv.2205.01833).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from univocal.corpus.jsonl import JsonReader


def abstract_of(index: Mapping[str, list[int]]) -> str:
    """The abstract whose words stand at these positions; a position that no word claims is left out.

    >>> abstract_of({"We": [0, 3], "align.": [1, 4], "Do": [2]})
    'We align. Do We align.'
    """
    words = sorted((at, word) for word, places in index.items() for at in places)
    return " ".join(word for _, word in words)


def work(record: Mapping[str, Any]) -> Mapping[str, Any] | str:
    """A Work object's title, abstract, year, venue and ids; the fields that have no place in a Paper stay.

    >>> work({"id": "https://openalex.org/W1", "display_name": "T", "publication_year": 2020})["id"]
    'W1'
    """
    kept = {k: v for k, v in record.items() if k not in _TAKEN}
    index = record.get("abstract_inverted_index")
    places = [
        p for p in (record.get("primary_location"), *(record.get("locations") or ())) if isinstance(p, dict)
    ]
    return {
        **kept,
        "id": _short(record.get("id")),
        "title": record.get("title") or record.get("display_name"),
        "abstract": abstract_of(index) if index else record.get("abstract"),
        "year": record.get("publication_year") or record.get("publication_date"),
        "venue": next((name for p in places if (name := (p.get("source") or {}).get("display_name"))), None),
        "license": next((p["license"] for p in places if p.get("license")), record.get("license")),
        "doi": record.get("doi"),
        "authors": [
            a["author"].get("display_name") for a in record.get("authorships") or () if a.get("author")
        ],
        "url": next((u for p in places if (u := p.get("landing_page_url")) and "arxiv.org/" in u), None)
        or record.get("doi")
        or record.get("id"),
    }


_TAKEN = frozenset(
    {
        "id",
        "title",
        "display_name",
        "abstract_inverted_index",
        "abstract",
        "publication_year",
        "publication_date",
    }
    | {
        "doi",
        "authorships",
        "primary_location",
        "locations",
        "license",
        "best_oa_location",
        "referenced_works",
    }
    | {"related_works", "counts_by_year", "concepts", "ids"}
)


def _short(identifier: Any) -> Any:
    return identifier.rsplit("/", 1)[-1] if isinstance(identifier, str) else identifier


def _claims(head: bytes) -> bool:
    return b'"abstract_inverted_index"' in head or b'"https://openalex.org/W' in head


READER = JsonReader("openalex", claims=_claims, shape=work)
