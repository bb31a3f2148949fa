"""From a mapping with a title and an abstract to a Paper: the one place that knows field names and types.

Every record reader ends here. The text is exactly title, blank line, abstract; nothing is stripped or folded, so
offsets hold for whoever builds the same text from the same record.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from univocal.corpus.faults import Tally
from univocal.corpus.fields import a_date_year, names_of, type_word
from univocal.corpus.identifiers import arxiv_id, normal_arxiv, normal_doi
from univocal.corpus.protocol import Limits
from univocal.corpus.sections import from_sections, from_text
from univocal.records import Paper, Section

#: Under which names a field is looked for, in this order; case and punctuation don't count.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "paperid", "aclid", "corpusid", "key", "uid"),
    "title": ("title", "papertitle", "displayname"),
    "abstract": ("abstract", "abstractnote", "paperabstract", "summary", "abstracttext"),
    "text": ("text", "fulltext"),
    "sections": ("sections",),
    "year": ("year", "publicationyear", "pubyear", "publishedyear", "publicationdate", "published", "date"),
    "venue": (
        "venue",
        "publicationtitle",
        "journal",
        "booktitle",
        "conference",
        "containertitle",
        "journalname",
    ),
    "license": ("license", "licence", "rights"),
    "doi": ("doi",),
    "arxiv": ("arxivid", "arxiv", "eprint"),
    "authors": ("authors", "author"),
    "url": ("url", "link", "pdfurl"),
}
#: Fields that stay in ``Paper.extra`` too, for a Paper has no place of their own for them.
_KEPT = frozenset({"url"})


class Plan:
    """Which keys of a record hold which field; made once for each set of keys."""

    __slots__ = ("extra", "fields")

    def __init__(self, keys: tuple[str, ...]) -> None:
        folded = {"".join(c for c in str(key).casefold() if c.isalnum()): key for key in reversed(keys)}
        self.fields = {
            name: tuple(folded[alias] for alias in aliases if alias in folded)
            for name, aliases in ALIASES.items()
        }
        used = {found[0] for name, found in self.fields.items() if found and name not in _KEPT}
        self.extra = tuple(key for key in keys if key not in used)


@lru_cache(maxsize=4096)
def plan_for(keys: tuple[str, ...]) -> Plan:
    """The plan for records with these keys.

    >>> plan_for(("Key", "Title", "Abstract Note", "Manual Tags")).fields["abstract"]
    ('Abstract Note',)
    """
    return Plan(keys)


def is_record(keys: tuple[str, ...]) -> bool:
    """Do these column names have a title, an abstract or a text?

    >>> is_record(("Key", "Title")), is_record(("model", "score"))
    (True, False)
    """
    fields = plan_for(keys).fields
    return bool(fields["title"] or fields["abstract"] or fields["text"])


class Records:
    r"""Turns the records of one source into papers and counts what is wrong with them.

    >>> records = Records("a.jsonl", Limits())
    >>> paper = records.paper({"id": "1", "title": "On aligning", "abstract": "We align.", "year": "2016-05-01"}, 7)
    >>> paper.text, paper.year, paper.source
    ('On aligning\n\nWe align.', 2016, 'a.jsonl:7')
    """

    def __init__(self, name: str, limits: Limits, unit: str = "line") -> None:
        self.name, self.limits, self.unit = name, limits, unit
        self.tally = Tally(name)

    def paper(self, record: Mapping[str, Any], number: int) -> Paper | None:
        """The paper of one record, or None where there is nothing to read; ``number`` is its line or place.

        Every fault is counted in ``tally``; none is raised.
        """
        try:
            plan = plan_for(tuple(record))
        except TypeError:
            plan = Plan(tuple(record))
        taken = _Taken(record, plan, self.tally, f"{self.unit} {number}")
        doi = normal_doi(raw) if (raw := taken.text("doi")) else None
        arxiv = _arxiv(taken, doi)
        paper_id = taken.id() or self._made_id(doi, arxiv, number)
        taken.example = f"{paper_id} ({self.unit} {number})"
        built = self._text(taken)
        if built is None:
            return None
        title, text, sections = built
        extra = {key: record[key] for key in plan.extra}
        for key in plan.fields["text"][:1]:
            if (
                record[key] is not None and record[key] != text
            ):  # there was an abstract, which is what is read
                extra[key] = record[key]
        return Paper(
            id=paper_id,
            text=text,
            title=title,
            year=taken.year(),
            venue=taken.text("venue"),
            license=taken.text("license"),
            doi=doi,
            arxiv_id=arxiv,
            authors=taken.authors(),
            source=f"{self.name}:{number}",
            sections=sections,
            extra=extra,
        )

    def _made_id(self, doi: str | None, arxiv: str | None, number: int) -> str:
        if doi:
            return f"doi:{doi}"
        return f"arxiv:{normal_arxiv(arxiv)}" if arxiv else f"{self.name}:{number}"

    def _text(self, taken: _Taken) -> tuple[str, str, tuple[Section, ...]] | None:
        title = taken.text("title") or ""
        abstract = taken.text("abstract")
        body = None if abstract else taken.text("text")
        sections = taken.sections()
        if not (title or abstract or body or sections):
            taken.note("empty-record", "neither title, abstract nor text; left out", lost=1)
            return None
        if not title and not body:
            taken.note("missing-title", "no title")
        if sections:
            text, found = from_sections(title, abstract, sections)
        elif abstract:
            at = len(title) + 2
            text = f"{title}\n\n{abstract}"
            found = (Section("title", 0, len(title)), Section("abstract", at, len(text)))
        elif body:
            text, found = body, from_text(title, body)
        else:
            taken.note("missing-abstract", "no abstract; the title alone is read")
            text, found = title, (Section("title", 0, len(title)),)
        if len(text) > self.limits.text_chars:
            limit = f"{self.limits.text_chars:,}"
            taken.note("text-too-long", f"a text of over {limit} characters; left out", lost=1)
            return None
        return title, text, found


class _Taken:
    """The fields of one record, each checked as it is taken."""

    __slots__ = ("_plan", "_record", "_tally", "example")

    def __init__(self, record: Mapping[str, Any], plan: Plan, tally: Tally, example: str) -> None:
        self._record, self._plan, self._tally, self.example = record, plan, tally, example

    def note(self, kind: str, what: str, lost: int = 0) -> None:
        self._tally.add(kind, what, self.example, lost)

    def text(self, name: str) -> str | None:
        """The first of the field's keys that holds text; blank text counts as none."""
        for key in self._plan.fields[name]:
            value = self._record[key]
            if isinstance(value, str):
                if value and not value.isspace():
                    return value
            elif value is not None:
                self.note("wrong-type", f"{key!r} is {type_word(value)}; expected text")
        return None

    def id(self) -> str | None:
        for key in self._plan.fields["id"]:
            value = self._record[key]
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
            if isinstance(value, str):
                if value and not value.isspace():
                    return value
            elif value is not None:
                self.note("wrong-type", f"{key!r} is {type_word(value)}; expected text or a whole number")
        return None

    def year(self) -> int | None:
        for key in self._plan.fields["year"]:
            value = self._record[key]
            if value is None or value == "":
                continue
            year = a_date_year(value)
            if year is None:
                self.note("invalid-year", f"{key!r} names no year; expected 2016 or 2016-05-01")
            return year
        return None

    def authors(self) -> tuple[str, ...]:
        for key in self._plan.fields["authors"]:
            value = self._record[key]
            if value is None:
                continue
            names = names_of(value)
            if names is None:
                self.note("wrong-type", f"{key!r} is {type_word(value)}; expected names")
            elif names:
                return names
        return ()

    def sections(self) -> list[Mapping[str, Any]]:
        for key in self._plan.fields["sections"]:
            value = self._record[key]
            if value is None:
                continue
            if not isinstance(value, list):
                self.note("wrong-type", f"{key!r} is {type_word(value)}; expected a list of sections")
                continue
            good = [s for s in value if isinstance(s, Mapping) and isinstance(s.get("text"), str)]
            if len(good) < len(value):
                self.note("wrong-type", f"{key!r} holds what isn't {{heading, text}}; left out")
            return good
        return []


def _arxiv(taken: _Taken, doi: str | None) -> str | None:
    """The arXiv id that the record states, or that its URL or DOI implies."""
    if stated := taken.text("arxiv"):
        return arxiv_id(stated) or arxiv_id(f"arxiv:{stated}")
    if doi and doi.startswith("10.48550/arxiv."):
        return arxiv_id(doi)
    for key in taken._plan.fields["url"]:  # noqa: SLF001  # a wrong type here is nobody's concern: urls stay in extra
        value = taken._record[key]  # noqa: SLF001
        if isinstance(value, str) and "arxiv.org/" in value:
            return arxiv_id(value)
    return None
