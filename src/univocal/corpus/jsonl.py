"""JSON records: one a line, or a list of them, or an answer of an API that holds such a list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from univocal.corpus.faults import Tally
from univocal.corpus.fields import type_word
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.record import Records
from univocal.records import Fault, Paper

#: Under which names APIs and exports hold their list of records.
ENVELOPES = ("results", "data", "notes", "entries", "papers", "works", "items", "records", "documents")
_BOM = b"\xef\xbb\xbf"

#: From a record as the source shapes it to title, abstract and so on; a text says why it is no paper.
Shape = Callable[[Mapping[str, Any]], Mapping[str, Any] | str]


@dataclass(frozen=True, slots=True)
class JsonReader:
    """Reads JSON records of one shape, line by line or as a whole.

    ``claims`` looks at the first bytes of a file; ``shape`` turns the source's record into one with a title and an
    abstract, or says in a few words why the record isn't a paper.
    """

    name: str
    claims: Callable[[bytes], bool]
    shape: Shape | None = None
    suffixes: tuple[str, ...] = (".jsonl", ".ndjson", ".json")
    by_line: bool = True

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  # the protocol's; the content says it all
        """Does this look like JSON of this shape?"""
        return head.removeprefix(_BOM).lstrip()[:1] in (b"{", b"[") and self.claims(head)

    def read(self, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
        """The papers of the source in order, then one fault for each kind of thing that was wrong."""
        lines = holds_lines(source.data, source.name)
        records = Records(source.name, limits, "line" if lines else "record")
        found = _lines(source, limits, records.tally) if lines else _document(source, records.tally)
        for number, value in found:
            paper = self._paper(records, value, number)
            if paper is not None:
                yield paper
        yield from records.tally.faults()

    def _paper(self, records: Records, value: Any, number: int) -> Paper | None:
        if not isinstance(value, dict):
            what = "nothing (null)" if value is None else type_word(value)
            records.tally.add(
                "wrong-type",
                f"{what} in place of a record; expected an object",
                f"{records.unit} {number}",
                lost=1,
            )
            return None
        if self.shape is None:
            return records.paper(value, number)
        try:
            shaped = self.shape(value)
        except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            why = f"not shaped as {self.name} has it ({type(error).__name__}: {error}); left out"
            records.tally.add("wrong-type", why, f"{records.unit} {number}", lost=1)
            return None
        if isinstance(shaped, str):
            records.tally.add("not-a-paper", f"left out: {shaped}", f"{records.unit} {number}")
            return None
        return records.paper(shaped, number)


def holds_lines(data: bytes, name: str = "") -> bool:
    r"""Is this one record a line, rather than one JSON document? ``data`` may be the start of a file.

    >>> holds_lines(b'{"id": 1}\n{"id": 2}\n'), holds_lines(b'[{"id": 1},\n{"id": 2}]'), holds_lines(b'{\n"id": 1}')
    (True, False, False)
    """
    start = data.removeprefix(_BOM)[:65536].lstrip()
    if start.startswith(b"["):
        return False
    by_name = name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson"))
    first, newline, rest = start.partition(b"\n")
    if not newline:
        return by_name
    if first.rstrip().endswith(b"}") and rest.lstrip()[:1] == b"{":
        return True
    return by_name and len(first.strip()) > 1


def _lines(source: Source, limits: Limits, tally: Tally) -> Iterator[tuple[int, Any]]:
    loads = orjson.loads
    number = source.first_line - 1
    for line in source.data.removeprefix(_BOM).split(b"\n"):
        number += 1
        if not line or line.isspace():
            continue
        if len(line) > limits.record_bytes:
            limit = f"{limits.record_bytes:,}"
            tally.add("record-too-large", f"over {limit} bytes; left out", f"line {number}", lost=1)
            continue
        try:
            value = loads(line)
        except orjson.JSONDecodeError as error:
            try:
                value = forgiving(line, tally, f"line {number}")
            except ValueError:
                tally.add("invalid-json", "not JSON; left out", f"line {number} ({error})", lost=1)
                continue
        inside = _envelope(value)
        if inside is None:
            yield number, value
        else:
            yield from ((number, item) for item in inside)


def _document(source: Source, tally: Tally) -> Iterator[tuple[int, Any]]:
    try:
        value = orjson.loads(source.data.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        try:
            value = forgiving(source.data, tally, "the file")
        except ValueError:
            where = f"line {error.lineno}, column {error.colno}"
            tally.add("invalid-json", f"the file is not JSON: {error.msg}", where, lost=1)
            return
    inside = _envelope(value)
    if inside is None:
        inside = value if isinstance(value, list) else [value]
    yield from enumerate(inside, start=source.first_line)


def _envelope(value: Any) -> list[Any] | None:
    """The list of records in an API's answer, or None where the value is no answer but a record or a list."""
    if not isinstance(value, dict) or "title" in value or "abstract" in value:
        return None
    if isinstance(feed := value.get("feed"), dict) and "entry" in feed:
        entry = feed["entry"]
        return entry if isinstance(entry, list) else [entry]
    for name in ENVELOPES:
        inside = value.get(name)
        if isinstance(inside, list) and all(isinstance(item, dict) or item is None for item in inside[:20]):
            return inside
    return None


def forgiving(line: bytes, tally: Tally, example: str) -> Any:
    """What the line says where only its characters or its numbers are wrong: invalid UTF-8, lone surrogates, NaN.

    Raises:
        ValueError: it isn't JSON, or nested too deep.
    """
    text = line.removeprefix(_BOM).decode("utf-8", errors="replace")
    try:
        value = _without_surrogates(json.loads(text, strict=False))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    tally.add("invalid-encoding", "characters or numbers that JSON forbids; replaced", example)
    return value


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return (
            value if value.isascii() else "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)
        )
    if isinstance(value, dict):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(v) for v in value]
    return value


def _any_json(head: bytes) -> bool:
    return bool(head)


READER = JsonReader("jsonl", claims=_any_json)
