"""A document in WebAnno TSV 3.3: written from codings, and parsed into its text and its annotations."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from univocal.errors import InputError
from univocal.interchange.formats.coded import CodedUnit
from univocal.interchange.formats.layer import FEATURES, LAYER, Row, rows
from univocal.interchange.formats.offsets import Utf16

_TOKEN = re.compile(r"\w+|[^\w\s]")
_TEXT_ESCAPES = {"\t": "t", "\f": "f", "\r": "r", "\b": "b", "\n": "n"}
_TEXT = re.compile(r"[\x00-\x08\x09\x0c\x0d\x0e-\x1f\\]")
_TEXT_BACK = re.compile(r"\\(.)", re.DOTALL)
_VALUE = re.compile(r"->|[\\\[\]|_;\t\n*]")
_VALUE_BACK = re.compile(r"\\(->|.)")
_STACK = re.compile(r"((?:\\.|[^\\|]|\\$)*)(?:\||$)")
_NUMBERED = re.compile(r"(.*?)(?:\[(\d{1,9})\])?", re.DOTALL)
_UNIT = re.compile(r"(\d{1,9})-(\d{1,9})(\.\d{1,9})?")
_NOTHING = "\t".join("_" for _ in FEATURES)
_PLACE = re.compile(r"(\d{1,10})-(\d{1,10})")


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation as a file has it: its layer, its place in UTF-16 units, its features, the line that it begins on."""

    layer: str
    start: int
    stop: int
    features: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text and span annotations; ``faults`` are lines and what is wrong with them."""

    text: str
    annotations: Sequence[Annotation]
    faults: Sequence[tuple[int, str]] = ()


def write(text: str, codings: Sequence[CodedUnit]) -> str:
    r"""The file of one coder's codings of a text; each of them has a place in it.

    >>> last = write("I \U0001f60a", [CodedUnit("ann", "sense", 2, 3, codes=("technical",))]).splitlines()[-1]
    >>> last.split("\t")[:6]
    ['1-2', '2-4', '😊', 'sense[1]', 'unit[1]', '*[1]']
    """
    units = Utf16(text)
    found = [row for unit in codings for row in rows(unit, units)]
    places = [(units.back(row.start) or 0, units.back(row.stop) or 0) for row in found]
    tokens = _tokens(text, places)
    cells = [_cells(row, number) for number, row in enumerate(found, 1)]
    on: dict[tuple[int, int, int], list[int]] = {}
    starts = [start for start, _ in tokens]
    for number, (start, stop) in enumerate(places):
        at = max(bisect_right(starts, start) - 1, 0)
        while at < len(tokens) and tokens[at][0] < stop:
            first, last = max(start, tokens[at][0]), min(stop, tokens[at][1])
            if first < last:
                on.setdefault((at, first, last), []).append(number)
            at += 1
    lines = ["#FORMAT=WebAnno TSV 3.3", f"#T_SP={'|'.join((LAYER, *FEATURES))}", ""]
    lines += _body(text, units, tokens, on, cells)
    return "\n".join(lines) + "\n"


def _tokens(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Words and signs; white space between them where a span begins or ends in it, or where the text begins with it."""
    starts, stops = {start for start, _ in places}, {stop for _, stop in places}
    tokens: list[tuple[int, int]] = []
    at = 0
    for start, stop in [*(found.span() for found in _TOKEN.finditer(text)), (len(text), len(text))]:
        if at < start and (
            not tokens
            or any(one in starts for one in range(at, start))
            or any(one in stops for one in range(at + 1, start + 1))
        ):
            tokens.append((at, start))
        if start < stop:
            tokens.append((start, stop))
        at = stop
    return tokens


def _body(
    text: str, units: Utf16, tokens: Sequence[tuple[int, int]], on: Mapping[tuple[int, int, int], list[int]], cells: Sequence[Sequence[str]]
) -> Iterator[str]:  # fmt: skip
    parts: dict[int, list[tuple[int, int]]] = {}
    for at, start, stop in sorted(on):
        if (start, stop) != tokens[at]:
            parts.setdefault(at, []).append((start, stop))
    firsts = _sentences(text, tokens)
    for number, (first, last) in enumerate(zip(firsts, [*firsts[1:], len(tokens)], strict=True), 1):
        end = tokens[last][0] if last < len(tokens) else len(text)
        yield ""
        for line in text[tokens[first][0] : end].split("\n"):
            yield f"#Text={_text(line)}"
        for at in range(first, last):
            name = f"{number}-{at - first + 1}"
            whole = [(name, tokens[at])]
            inner = [(f"{name}.{place}", part) for place, part in enumerate(parts.get(at, ()), 1)]
            for id_, (start, stop) in whole + inner:
                numbers = on.get((at, start, stop))
                columns = (
                    "\t".join("|".join(one) for one in zip(*(cells[n] for n in numbers), strict=True))
                    if numbers else _NOTHING
                )  # fmt: skip
                yield f"{id_}\t{units.to(start)}-{units.to(stop)}\t{_text(text[start:stop]).replace(chr(10), chr(92) + 'n')}\t{columns}\t"


def _sentences(text: str, tokens: Sequence[tuple[int, int]]) -> list[int]:
    """The tokens with which sentences begin: the first of each line that has any."""
    return [at for at, (start, _) in enumerate(tokens) if not at or "\n" in text[tokens[at - 1][1] : start]]


def _cells(row: Row, number: int) -> list[str]:
    """What an annotation adds to each column of the lines that it is on."""
    values = (row.features.get(feature) for feature in FEATURES)
    return [f"{_value(value) if value else '*'}[{number}]" for value in values]


def _text(line: str) -> str:
    return _TEXT.sub(lambda found: "\\" + _TEXT_ESCAPES.get(found[0], found[0]), line)


def _text_back(line: str) -> str:
    letters = {letter: char for char, letter in _TEXT_ESCAPES.items()}
    return _TEXT_BACK.sub(
        lambda found: letters.get(found[1], found[1] if found[1] < " " or found[1] == "\\" else found[0]),
        line,
    )


def _value(value: str) -> str:
    return _VALUE.sub(lambda found: "\\" + {"\t": "t", "\n": "n"}.get(found[0], found[0]), value)


def _value_back(value: str) -> str:
    return _VALUE_BACK.sub(lambda found: {"t": "\t", "n": "\n"}.get(found[1], found[1]), value)


@dataclass(slots=True)
class _Parsing:
    layers: list[tuple[str, list[str]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    length: int = 0
    open_text: list[str] = field(default_factory=list)
    #: (layer, number in brackets, or line and place) → start, stop, features, line
    found: dict[tuple[str, int | tuple[int, int]], tuple[int, int, dict[str, str], int]] = field(
        default_factory=dict
    )
    faults: list[tuple[int, str]] = field(default_factory=list)

    def add(self, words: str) -> None:
        self.text.append(words)
        self.length += len(words) + sum(char > "\uffff" for char in words)


def parse(content: str, where: str, most: int = 5_000_000) -> Document:
    r"""A file's text, of at most so many UTF-16 units, and its annotations.

    Raises:
        InputError: it isn't WebAnno TSV 3, its text can't be put together, or is longer.

    >>> parse("#FORMAT=WebAnno TSV 3.3\n\n\n#Text=Hi\n1-1\t0-2\tHi\n", "a.tsv").text
    'Hi'
    """
    lines = content.replace("\r\n", "\n").split("\n")
    if not lines[0].startswith("#FORMAT=WebAnno TSV 3."):
        raise InputError(f"{where}: line 1: expected '#FORMAT=WebAnno TSV 3.3', got {lines[0][:60]!r}")
    state = _Parsing()
    for number, line in enumerate(lines[1:], 2):
        if line.startswith("#T_"):
            kind, _, rest = line.partition("=")
            name, *features = rest.split("|")
            relation = kind != "#T_SP"
            state.layers.append(("" if relation else name, features or [""]))
        elif line.startswith("#Text="):
            state.open_text.append(_text_back(line.removeprefix("#Text=")))
        elif line and not line.startswith("#"):
            _unit(state, number, line, where, most)
    found = sorted(state.found.items(), key=lambda one: one[1][3])
    annotations = [Annotation(layer, *values) for (layer, _), values in found]
    return Document("".join(state.text), annotations, state.faults)


def _unit(state: _Parsing, number: int, line: str, where: str, most: int) -> None:
    cells = line.split("\t")
    place = _PLACE.fullmatch(cells[1]) if len(cells) > 2 else None
    if place is None or _UNIT.fullmatch(cells[0]) is None:
        state.faults.append((number, f"neither a token nor a comment: {line[:60]!r}. It was left out."))
        return
    start, stop = int(place[1]), int(place[2])
    if state.open_text:
        # What lies between sentences isn't in the file: a line break, then blanks, is what INCEpTION takes it for.
        gap = start - state.length
        if gap < 0 or start > most:
            raise InputError(
                f"{where}: line {number}: the token begins at {start}, but {state.length} UTF-16 units of text stand before "
                f"it; expected a text without leaps, of at most {most:,}"
            )
        state.add(("\n" + " " * (gap - 1) if state.length else " " * gap) if gap else "")
        state.add("\n".join(state.open_text))
        state.open_text = []
    at = 3
    for layer, features in state.layers:
        columns = cells[at : at + len(features)]
        at += len(features)
        if layer:
            _annotations(state, number, layer, dict(zip(features, columns, strict=False)), start, stop)


def _annotations(
    state: _Parsing, number: int, layer: str, columns: Mapping[str, str], start: int, stop: int
) -> None:
    for feature, cell in columns.items():
        if cell == "_":
            continue
        for place, (value, id_) in enumerate(_stacked(cell)):
            key = (layer, (number, place) if id_ is None else id_)
            first, last, features, line = state.found.get(key, (start, stop, {}, number))
            if feature and value is not None:
                features[feature] = value
            state.found[key] = (min(first, start), max(last, stop), features, line)


@lru_cache(maxsize=4_096)
def _stacked(cell: str) -> tuple[tuple[str | None, int | None], ...]:
    """The values in one cell with their numbers in brackets; None for an annotation without a value."""
    if cell == "_":
        return ()
    found = []
    for one in _STACK.findall(cell):
        parts = _NUMBERED.fullmatch(one) if one else None
        if parts is not None:
            value = None if parts[1] == "*" else _value_back(parts[1])
            found.append((value, int(parts[2]) if parts[2] else None))
    return tuple(found)
