"""A small corpus of our own, and codings read back."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import orjson
import pytest

TEXTS = {
    "scheming": "An AI that schemes hides misaligned goals from its overseers and resists being shut down.",
    "following": "We fine-tune a language model with human feedback so that it is aligned with user intent.",
    "words": "We improve word alignment for statistical machine translation between related languages.",
    "none": "A parser for a small language, with a grammar and tests.",
    "emoji": "👩‍🚀 Emoji ahead: مواءمة — the models are aligned with the intent of their users. 🚀",
}


def lines(copies: range) -> bytes:
    rows = [
        {
            "id": f"{name}-{copy}",
            "title": f"On {name}, a study of its kind, part {copy}",
            "abstract": text,
            "year": 2020 + copy % 5,
            "venue": "own",
        }
        for copy in copies
        for name, text in TEXTS.items()
    ]
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def read(folder: Path, pattern: str = "*.parquet") -> list[tuple]:
    """All rows of the shards, shard by shard in order of name, in the order of each."""
    found: list[tuple] = []
    for path in sorted(folder.glob(pattern)):
        found += duckdb.sql(f"SELECT * FROM '{path}'").fetchall()
    return found


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two files of JSON lines, one of them packed, and one of Parquet: 60 copies of five papers."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(lines(range(20)))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(lines(range(20, 40)), mtime=0))
    (tmp_path / "c.jsonl").write_bytes(lines(range(40, 60)))
    duckdb.sql(f"COPY (SELECT * FROM '{tmp_path / 'c.jsonl'}') TO '{folder / 'c.parquet'}'")
    return folder
