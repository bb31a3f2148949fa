"""Files of every format with something wrong in them: each is read as far as it goes or refused by name, and no place is made up."""

from __future__ import annotations

import io
import random
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.interchange.formats.conftest import CODEBOOK, MODULES, format_of, rich_paper

from univocal.errors import InputError
from univocal.interchange.formats.bibliography import BIBTEX, RIS
from univocal.interchange.formats.coded import CodedPaper, Format
from univocal.interchange.formats.gather import LAST_ITEM

PAPERS = [
    rich_paper("p1", "We align \U0001f916 it with\r\nvalues, e\u0301 مواءمة."),
    rich_paper("p/2", "Two."),
]
NUMBERS = [b"-1", b"0", b"99", b"18446744073709551615", b"1e999", b"null", b"-5", b"9" * 5_000, b"[]", b"2.5", b"99999999999"]  # fmt: skip
VALUES: list[Any] = [
    None, True, 0, -1, -5, 2**64 - 1, 1.5, "", "about", "\0", "a" * 3_000, [], {}, [[]], [-1, 3], {"a": 1}, [None], "2024", "proxies",
]  # fmt: skip
CELLS = [
    "", "-1", "1-1", "5-2", "99-100", "99999999999", "²", "٣", "x[1]|y[2]", "a\\", "*", "_", "*[1]", "T1", "A", "#1", "R1 a",
    "about-main 3 0", "about 0 1;5 6;", "AnnotatorNotes T1", "Unsure T1", "CantSay", "1000000-1000001", "can't say", "codes",
]  # fmt: skip
EVERY = [*sorted(MODULES), "ris", "bibtex"]


def bytes_wrong(data: bytes, chance: random.Random) -> bytes:
    """Flipped, cut off, taken out, doubled; or other numbers, or two words that changed places."""
    made = bytearray(data)
    at, stop = chance.randrange(len(made)), chance.randrange(len(made))
    match chance.randrange(6):
        case 0:
            for _ in range(chance.randint(1, 6)):
                made[chance.randrange(len(made))] = chance.randrange(256)
        case 1:
            del made[at:]
        case 2:
            del made[at : at + 60]
        case 3:
            made[stop:stop] = made[at : at + 200]
        case 4:
            found = list(re.finditer(rb"-?\d+", data))
            for number in sorted(chance.sample(found, min(len(found), 3)), key=re.Match.start, reverse=True):
                made[number.start() : number.end()] = chance.choice(NUMBERS)
        case 5:
            words = list(re.finditer(rb"[\w.-]+", data))
            if len(words) > 1:
                one, two = sorted(chance.sample(words, 2), key=re.Match.start)
                made[two.start() : two.end()] = one[0]
                made[one.start() : one.end()] = two[0]
    return bytes(made)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


def values_wrong(data: bytes, chance: random.Random) -> bytes:
    """JSON, or a line of it, in which something is another value, or isn't there."""
    lines = [data] if data.startswith((b"[", b'{"@context"')) else data.splitlines()
    number = chance.randrange(len(lines))
    value = orjson.loads(lines[number])
    path = chance.choice(list(places(value)))
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    if chance.random() < 0.2:
        del holder[path[-1]]
    else:
        holder[path[-1]] = chance.choice(VALUES)
    lines[number] = orjson.dumps(value)
    return b"\n".join(lines)


def cells_wrong(data: bytes, chance: random.Random) -> bytes:
    """Lines of cells in which one is another, or missing."""
    lines = data.decode().split("\n")
    number = chance.randrange(len(lines))
    sign = "\t" if "\t" in lines[number] else ","
    cells = lines[number].split(sign)
    cells[chance.randrange(len(cells))] = chance.choice(CELLS)
    lines[number] = sign.join(cells)
    return "\n".join(lines).encode()


WAYS = {
    name: [bytes_wrong, values_wrong] for name in ("jsonl", "doccano", "label-studio", "w3c")
} | {name: [bytes_wrong, cells_wrong] for name in ("csv", "brat", "webanno")}  # fmt: skip


def wrong(name: str, whole: bytes, chance: random.Random) -> bytes:
    way = chance.choice(WAYS.get(name, [bytes_wrong]))
    if not whole.startswith(b"PK") or chance.random() < 0.15:
        return (bytes_wrong if whole.startswith(b"PK") else way)(whole, chance)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    one = chance.choice([one for one in sorted(files) if files[one]])
    files[one] = way(files[one], chance)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for one, data in files.items():
            archive.writestr(one, data)
    return made.getvalue()


def check(paper: CodedPaper) -> None:
    text = paper.paper.text
    for unit in paper.codings:
        assert (unit.start, unit.stop) == (-1, -1) or 0 <= unit.start < unit.stop <= len(text)
        assert 0 <= unit.item <= LAST_ITEM
        assert "\0" not in unit.memo
        for span in unit.spans:
            assert 0 <= span.start < span.stop <= len(text)
            assert text[span.start : span.stop] == span.quote
    for section in paper.paper.sections:
        assert 0 <= section.start <= section.end <= len(text)


def mutations(name: str, numbers: range) -> None:
    format_: Format = {"ris": RIS, "bibtex": BIBTEX}.get(name) or format_of(name)
    known = {one.paper.id: one.paper for one in PAPERS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{format_.suffix}"
        format_.write(PAPERS, CODEBOOK, path)
        whole = path.read_bytes()
        for number in numbers:
            path.write_bytes(wrong(name, whole, random.Random(number)))
            try:
                for item in format_.read(path, CODEBOOK, papers=known.get):
                    if isinstance(item, CodedPaper):
                        check(item)
            except InputError as error:
                assert str(path) in str(error)  # noqa: PT017 - either way is right
            except Exception as error:
                raise AssertionError(f"{name}: mutation {number}") from error


@pytest.mark.parametrize("name", EVERY)
def test_a_file_with_something_wrong_is_read_as_far_as_it_goes(name: str) -> None:
    mutations(name, range(15))


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_two_hundred_files_with_something_wrong(name: str) -> None:
    mutations(name, range(15, 215))
