"""RIS: what reference managers and databases export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from univocal.corpus.decoding import decode
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.record import Records
from univocal.records import Fault, Paper

#: A record opens with TY; strictly two spaces before the dash and one after it, but exporters vary.
_OPENS = re.compile(r"^TY {1,2}- ?", re.MULTILINE)
_STRICT = "TY  - "
_CLOSES = re.compile(r"^ER  ?-", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RisReader:
    """Reads RIS records one by one, so that a broken one costs no other; records lost are counted."""

    name: str = "ris"
    suffixes: tuple[str, ...] = (".ris",)
    by_line: bool = False

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  # the protocol's; the content says it all
        """Does it hold a record's first tag?"""
        return bool(_OPENS.search(head.decode("utf-8", errors="replace")))

    def read(self, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
        """The papers in order of the file, then what was wrong with them."""
        text, faults = decode(source.data, source.name)
        yield from faults
        text = text.replace("\r\n", "\n")
        records = Records(source.name, limits)
        starts = [match.start() for match in _OPENS.finditer(text)]
        if not starts:
            message = f"{source.name}: no record. Expected lines such as 'TY  - JOUR' that open one."
            yield Fault(source.name, "no-records", message)
            return
        line, at = 1, 0
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            line += text.count("\n", at, start)
            at = start
            found = _parsed(text[start:end], records, line)
            if found is None:
                continue
            paper = records.paper(_record(found), line)
            if paper is not None:
                yield paper
        yield from records.tally.faults()


def _parsed(text: str, records: Records, line: int) -> dict[str, Any] | None:
    """One record's fields as rispy gives them, or None (and a fault) where it finds none."""
    import rispy

    if not text.startswith(_STRICT):
        records.tally.add("invalid-ris", "lines that aren't 'TY  - …' as RIS has it; mended", f"line {line}")
        text = re.sub(r"^([A-Z][A-Z0-9]) {1,2}- ?", r"\1  - ", text, flags=re.MULTILINE)
    if not _CLOSES.search(text):
        records.tally.add(
            "invalid-ris", "no 'ER  - ' at the end of a record; read all the same", f"line {line}"
        )
        text = text.rstrip("\n") + "\nER  - \n"
    try:
        found = rispy.loads(text)
    except Exception as error:  # noqa: BLE001  # whatever rispy makes of a broken record, the others are kept
        why = f"records that can't be parsed ({type(error).__name__}); left out"
        records.tally.add("lost-records", why, f"line {line}", lost=1)
        return None
    if len(found) != 1:
        records.tally.add("lost-records", "records that the parser lost; left out", f"line {line}", lost=1)
        return None
    return dict(found[0])


def _record(found: Mapping[str, Any]) -> dict[str, Any]:
    """A record's fields under the names that papers have; several tags may hold one field."""
    urls = found.get("urls") or []
    record = {
        **{key: value for key, value in found.items() if key not in _TAKEN},
        "id": _first(found, "id"),
        "title": _first(found, "title", "primary_title", "translated_title"),
        "abstract": _first(found, "abstract", "notes_abstract"),
        "year": _first(found, "year", "publication_year", "date"),
        "venue": _first(
            found, "journal_name", "secondary_title", "alternate_title1", "alternate_title3", "custom3"
        ),
        "doi": found.get("doi"),
        "authors": found.get("authors") or found.get("first_authors") or [],
        "url": next((u for u in urls if isinstance(u, str) and "arxiv.org/" in u), urls[0] if urls else None),
    }
    return {key: value for key, value in record.items() if value is not None}


def _first(found: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        value = found.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, list) and value and isinstance(value[0], str):
            return value[0]
    return None


_TAKEN = frozenset(
    {"id", "title", "primary_title", "abstract", "notes_abstract", "year", "publication_year", "date", "doi"}
    | {"journal_name", "secondary_title", "authors", "first_authors", "urls"}
)

READER = RisReader()
