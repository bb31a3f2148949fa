"""Semantic Scholar: answers of the Academic Graph API, files of its bulk data sets, and the older open corpus.

Format: the Semantic Scholar Open Data Platform (doi:10.48550/arXiv.2301.10140).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from univocal.corpus.jsonl import JsonReader


def paper_record(record: Mapping[str, Any]) -> Mapping[str, Any] | str:
    """A record of any of the three shapes as one with title, abstract, year, venue and ids.

    >>> paper_record({"paperId": "ab", "title": "T", "externalIds": {"DOI": "10.1/x"}, "journal": {"name": "J"}})["venue"]
    'J'
    """
    outer = record.get("citedPaper") or record.get("citingPaper")
    if isinstance(outer, dict):
        record = outer
    access = record.get("openaccessinfo") or record.get("openAccessPdf") or {}
    ids = record.get("externalIds") or record.get("externalids") or access.get("externalids") or {}
    journal = record.get("journal") or {}
    corpus = record.get("corpusid") or record.get("corpusId") or ids.get("CorpusId")
    return {
        **{k: v for k, v in record.items() if k not in _TAKEN},
        "id": record.get("paperId") or (f"CorpusID:{corpus}" if corpus else record.get("id")),
        "title": record.get("title"),
        "abstract": record.get("abstract") or record.get("paperAbstract"),
        "year": record.get("year") or record.get("publicationDate") or record.get("publicationdate"),
        "venue": record.get("venue") or record.get("journalName") or journal.get("name"),
        "license": access.get("license"),
        "doi": ids.get("DOI") or record.get("doi"),
        "arxiv_id": ids.get("ArXiv"),
        "authors": record.get("authors"),
    }


_TAKEN = frozenset(
    {"paperId", "corpusid", "corpusId", "id", "title", "abstract", "paperAbstract", "year", "publicationDate"}
    | {
        "publicationdate",
        "venue",
        "journalName",
        "journal",
        "doi",
        "authors",
        "openAccessPdf",
        "openaccessinfo",
    }
)


def _claims(head: bytes) -> bool:
    return any(key in head for key in (b'"paperId"', b'"corpusid"', b'"externalIds"', b'"paperAbstract"'))


READER = JsonReader("semantic_scholar", claims=_claims, shape=paper_record)
