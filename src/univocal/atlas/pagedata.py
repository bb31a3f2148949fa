"""One paper as the page carries it: a row for the table, and a body (text, spans, codings) loaded on demand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from univocal.atlas.summary import ABSTAINED, MISSING, NONE
from univocal.codebook.model import Codebook
from univocal.records import Coding, Dossier, Evidence, Paper

_SURROGATES = re.compile("[\ud800-\udfff]")
_STAND_INS = {ABSTAINED: "?", NONE: "-", MISSING: ""}


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One paper of the page. ``row`` feeds the table, ``body`` is JSON that is read when the paper is opened.

    Workers can make entries and hand them on as lines (``to_line``, ``from_line``).
    """

    row: Mapping[str, Any]
    body: bytes

    def to_line(self) -> bytes:
        """As one line of a file."""
        return orjson.dumps(self.row) + b"\t" + self.body + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> PageEntry:
        """Back from ``to_line``."""
        row, _, body = line.rstrip(b"\n").partition(b"\t")
        return cls(orjson.loads(row), body)


class Columns:
    """Which letter stands for which code in the table's columns?

    A paper's codes of one variable become a short text with one letter a code, so that a column of thousands of
    papers is one string: ``?`` abstained, ``-`` none applies, empty: not coded. ``finding`` (kinds of
    conflation found) and ``mention`` (senses of the mentions) are columns beside the codebook's variables.
    """

    def __init__(self, codebook: Codebook) -> None:
        codes = {v.id: [c.id for c in v.codes] for v in codebook.variables if v.unit == "paper"}
        codes["mention"] = [c.id for c in codebook.variable("sense").codes]
        codes["finding"] = (
            [c.id for c in codebook.variable("conflation").codes] if "conflation" in codebook else []
        )
        self.letters = {name: {c: _letter(n) for n, c in enumerate(ids)} for name, ids in codes.items()}

    def text(self, column: str, codes: Iterable[str]) -> str:
        """The letters of a paper's codes, in the codebook's order and once each.

        A code that the codebook doesn't have (a finding of a user's own rule) gets the next free letter.
        """
        letters = self.letters[column]
        for code in codes:
            if code not in letters and code not in _STAND_INS:
                letters[code] = _letter(len(letters))
        return "".join(sorted({_STAND_INS[code] if code in _STAND_INS else letters[code] for code in codes}))


def page_entry(dossier: Dossier) -> PageEntry:
    """One paper as the page carries it. Costs a fraction of a millisecond for an abstract."""
    paper = dossier.paper
    codes: dict[str, list[str]] = {
        "mention": list(dict.fromkeys(m.sense or ABSTAINED for m in dossier.mentions)),
        "finding": list(dict.fromkeys(f.kind for f in dossier.findings)),
    }
    for coding in dossier.codings:
        if coding.variable != "sense":
            codes.setdefault(coding.variable, []).extend(_values(coding))
    row = {
        "id": clean(paper.id),
        "title": clean(paper.title or _first_line(paper.text) or paper.id),
        "year": paper.year,
        "venue": clean(paper.venue or ""),
        "n": len(dossier.mentions),
        "codes": codes,
    }
    return PageEntry(row, _body(dossier))


def _body(dossier: Dossier) -> bytes:
    paper = dossier.paper
    body = {
        "text": paper.text,
        "license": paper.license,
        "authors": list(paper.authors),
        "links": links(paper),
        "mentions": [[m.start, m.end, m.sense, _round(m.confidence)] for m in dossier.mentions],
        "codings": [
            {
                "variable": c.variable,
                "codes": c.codes,
                "evidence": _spans(c.evidence),
                "confidence": _round(c.confidence),
                "stands_for": c.stands_for,
            }
            for c in dossier.codings
            if c.variable != "sense"
        ],
        "findings": [
            {
                "kind": f.kind,
                "evidence": _spans(f.spans),
                "reason": f.reason,
                "confidence": _round(f.confidence),
            }
            for f in dossier.findings
        ],
    }
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:  # lone surrogates: JSON can't carry them
        return orjson.dumps(_clean_all(body))


def links(paper: Paper) -> list[tuple[str, str]]:
    """Where can the paper be read? (label, address), only http and https, everything else percent-encoded.

    >>> links(Paper("acl:2020.acl-main.1", "", doi="10.1/a b", extra={"url": "javascript:alert(1)"}))
    [('DOI', 'https://doi.org/10.1/a%20b'), ('ACL Anthology', 'https://aclanthology.org/2020.acl-main.1')]
    """
    found = []
    if paper.doi:
        found.append(("DOI", "https://doi.org/" + quote(clean(paper.doi), safe="/():;._-")))
    if paper.arxiv_id:
        found.append(("arXiv", "https://arxiv.org/abs/" + quote(clean(paper.arxiv_id), safe="/._-")))
    if paper.id.startswith("acl:"):
        found.append(("ACL Anthology", "https://aclanthology.org/" + quote(clean(paper.id[4:]), safe="._-")))
    url = paper.extra.get("url")
    if isinstance(url, str) and _is_web(url) and not found:
        found.append(("Source", quote(clean(url), safe="/:?#[]@!$&'()*+,;=%._-~")))
    return found


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an unclosed bracket
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def script_safe(data: bytes) -> bytes:
    r"""JSON that may stand inside a script element, or inside a script, whatever its strings hold.

    >>> script_safe(orjson.dumps("</script><!--\u2028"))
    b'"\\u003c/script\\u003e\\u003c!--\\u2028"'
    """
    for raw, escaped in (
        (b"<", b"\\u003c"),
        (b">", b"\\u003e"),
        ("\u2028", b"\\u2028"),
        ("\u2029", b"\\u2029"),
    ):
        data = data.replace(raw if isinstance(raw, bytes) else raw.encode(), escaped)
    return data


def index_shard(rows: Sequence[Mapping[str, Any]], first: int, columns: Columns) -> bytes:
    """A stretch of the table as columns: one list or one string each, which pack and load faster than rows."""
    venues = {name: n for n, name in enumerate(dict.fromkeys(row["venue"] for row in rows))}
    return orjson.dumps(
        {
            "first": first,
            "id": [row["id"] for row in rows],
            "title": [row["title"] for row in rows],
            "year": [row["year"] for row in rows],
            "venues": list(venues),
            "venue": [venues[row["venue"]] for row in rows],
            "n": [row["n"] for row in rows],
            "codes": {
                name: ",".join(columns.text(name, row["codes"].get(name, ())) for row in rows)
                for name in columns.letters
            },
        }
    )


def clean(text: str) -> str:
    """Lone surrogates become U+FFFD, one for one, so that offsets stay true."""
    return _SURROGATES.sub("\ufffd", text)


def _clean_all(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [_clean_all(v) for v in value]
    if isinstance(value, dict):
        return {k: _clean_all(v) for k, v in value.items()}
    return value


def _letter(n: int) -> str:
    return chr(ord("A") + n) if n < 26 else chr(0x100 + n - 26)


def _values(coding: Coding) -> Sequence[str]:
    if coding.codes is None:
        return (ABSTAINED,)
    return coding.codes or (NONE,)


def _spans(evidence: Iterable[Evidence]) -> list[list[int | str | None]]:
    return [[e.start, e.end, e.code] for e in evidence]


def _round(confidence: float | None) -> float | None:
    return None if confidence is None else round(float(confidence), 3)


def _first_line(text: str) -> str:
    return text.lstrip()[:200].partition("\n")[0]
