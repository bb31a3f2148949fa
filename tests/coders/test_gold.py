"""Reading coded papers: packed or not, and what is said of files that are none."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest

from univocal.coders.gold import SHOWN, load_gold
from univocal.errors import InputError

ROW = {
    "id": "p1",
    "text": "We align.",
    "mentions": [{"start": 3, "end": 8, "text": "align", "sense": "ordinary"}],
    "coding": {},
}


def test_packed_and_plain_are_the_same(tmp_path: Path) -> None:
    plain, packed = tmp_path / "gold.jsonl", tmp_path / "gold.jsonl.gz"
    plain.write_bytes(orjson.dumps(ROW))
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert load_gold(plain) == load_gold(packed)


def test_a_file_of_something_else_is_told_in_few_lines(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("not json\n" * 5_000)
    with pytest.raises(InputError) as caught:
        load_gold(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == SHOWN + 1
    assert lines[0].startswith("gold.jsonl: line 1: JSONDecodeError")
    assert lines[-1] == "… and 4,980 more"


@pytest.mark.parametrize(
    ("content", "message"), [(gzip.compress(b"x" * 999)[:-9], "can't be read"), (b"", "no coded papers")]
)
def test_a_damaged_or_empty_file_is_one_message(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "gold.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_gold(path)
    with pytest.raises(InputError, match="No such file"):
        load_gold(tmp_path / "nowhere.jsonl")
