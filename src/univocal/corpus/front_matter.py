"""The YAML block on top of a Markdown file, as far as papers use it: scalars, and lists of scalars."""

from __future__ import annotations

import re

from univocal.corpus.document import Metadata, year
from univocal.corpus.identifiers import normal_arxiv, normal_doi
from univocal.text import line_starts

_FENCED = re.compile(
    r"---[ \t]*(?:\r\n|\n|\r)(.*?)(?:\r\n|\n|\r)(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.DOTALL
)
_PAIR = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:[ \t]*(.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?:name[ \t]*:[ \t]*)?(.+)")


def front_matter(text: str) -> tuple[Metadata, int]:
    r"""Metadata from the block, and how many lines it takes (none where there is no block).

    >>> meta, n_lines = front_matter('---\ntitle: "On Alignment"\nauthor:\n  - A. Smith\n---\nText')
    >>> meta.title, meta.authors, n_lines
    ('On Alignment', ['A. Smith'], 5)
    """
    found = _FENCED.match(text)
    if not found:
        return Metadata(), 0
    values: dict[str, list[str]] = {}
    key = ""
    for line in found.group(1).splitlines():
        pair, item = _PAIR.match(line), _ITEM.match(line)
        if pair:
            key = pair.group(1).lower()
            values[key] = _scalars(pair.group(2))
        elif item and key:
            values[key] += _scalars(item.group(1))
    n_lines = len(line_starts(found.group())) - 1
    return _metadata(values), n_lines or 1


def _scalars(value: str) -> list[str]:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return [plain for part in value[1:-1].split(",") if (plain := part.strip().strip("\"'"))]
    plain = value.strip("\"'")
    return [plain] if plain and plain not in {"|", ">"} else []


def _metadata(values: dict[str, list[str]]) -> Metadata:
    def first(*keys: str) -> str:
        return next((values[key][0] for key in keys if values.get(key)), "")

    return Metadata(
        title=first("title"),
        year=year(first("year", "date")),
        venue=first("venue", "journal", "booktitle", "conference") or None,
        license=first("license", "licence", "rights") or None,
        doi=normal_doi(first("doi")),
        arxiv_id=normal_arxiv(first("arxiv", "arxiv_id", "eprint")),
        authors=[*values.get("author", []), *values.get("authors", [])],
    )
