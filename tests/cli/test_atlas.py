"""`univocal atlas` on the command line: what it prints where, and its exit status over hostile input."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from univocal.atlas.run import atlas

GOOD = {
    "id": "good",
    "title": "A good paper",
    "abstract": "The model is aligned with user intent.",
    "year": 2024,
}


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    line = [
        sys.executable,
        "-m",
        "univocal",
        "atlas",
        *map(str, words),
        "--coder",
        "lexicon",
        "--workers",
        "1",
    ]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "good.jsonl").write_bytes(orjson.dumps(GOOD))
    return made


def test_clean_input_ends_with_0_and_talks_on_stderr_only(folder: Path, tmp_path: Path) -> None:
    ran = run(folder, "-o", tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert not ran.stdout
    assert "index.html" in ran.stderr


def test_json_goes_to_stdout(folder: Path, tmp_path: Path) -> None:
    ran = run(folder, "-o", tmp_path / "out", "--format", "json")
    told = orjson.loads(ran.stdout)
    assert told["counts"]["papers"] == 1
    assert told["faults"] == []


@pytest.mark.parametrize("inputs", [["nowhere"], ["*.none"], ["empty"]])
def test_nothing_to_read_ends_with_2_and_says_why(tmp_path: Path, inputs: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    ran = run(*(tmp_path / i for i in inputs), "-o", tmp_path / "out")
    assert ran.returncode == 2
    assert inputs[0] in ran.stderr


def hostile(folder: Path) -> dict[str, str]:
    """Every kind of bad input beside a good paper; file name → the kind of fault that must name it."""
    (folder / "corrupt.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)
    with (folder / "huge.html").open("wb") as file:
        file.write(b"<html><body>")
        file.truncate(500_000_000)  # 500 MB, sparse
    (folder / "deep.html").write_text("<html><body>" + "<div>" * 200_000 + "aligned" + "</div>" * 200_000)
    (folder / "latin.jsonl").write_bytes(
        b'{"id": "l", "title": "caf\xe9", "abstract": "aligned"}\n'
        + orjson.dumps(GOOD | {"id": "l2", "title": "x"})
    )
    (folder / "bare.jsonl").write_bytes(orjson.dumps({"id": "bare", "title": "Aligned without an abstract"}))
    (folder / "twice.jsonl").write_bytes(
        orjson.dumps(
            GOOD | {"abstract": "Another text, aligned.", "title": "Another title altogether, a long one"}
        )
    )
    (folder / "cut.jsonl.gz").write_bytes(gzip.compress(orjson.dumps(GOOD | {"id": "cut"}) * 50)[:-20])
    (folder / "laughs.xml").write_text(
        '<!DOCTYPE a [<!ENTITY b "haha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><article><body><p>&c;</p></body></article>'
    )
    (folder / "empty.txt").write_bytes(b"")
    return {
        "corrupt.pdf": "pdf",
        "huge.html": "too-large",
        "deep.html": "too-deep",
        "laughs.xml": "entities",
        "latin.jsonl": "",
        "cut.jsonl.gz": "corrupt-gzip",
    }


def test_each_bad_input_is_named_and_the_rest_goes_on(folder: Path, tmp_path: Path) -> None:
    expected = hostile(folder)
    result = atlas([folder], tmp_path / "out", coder="lexicon", workers=2)
    told = " ".join(f.message for f in result.faults)
    for name, kind in expected.items():
        about = [f for f in result.faults if name in f.where or name in f.message]
        assert about, f"{name} was not named"
        assert any(kind in f.kind for f in about), about
    assert "bare.jsonl" in told
    assert "good~2" in told
    assert "empty.txt" in told
    texts = {
        row["paper"]
        for row in map(orjson.loads, (tmp_path / "out" / "codings.jsonl").read_bytes().splitlines())
    }
    assert {"good", "l2"} <= texts
    listed = orjson.loads((tmp_path / "out" / "atlas.json").read_bytes())["faults"]
    assert [f["message"] for f in listed] == [f.message for f in result.faults]


def test_faulty_input_ends_with_1(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.jsonl").write_bytes(b'{"id": "x", "title": ')
    ran = run(folder, "-o", tmp_path / "out")
    assert ran.returncode == 1
    assert "bad.jsonl" in ran.stderr


def test_a_codebook_with_faults_is_told_whole(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'extends = "alignment"\nid = "mine"\nversion = "1"\nfoo = 1\n[[ideals]]\nid = "Bad Id"\n'
    )
    ran = run(folder, "-o", tmp_path / "out", "--codebook", tmp_path / "mine.toml")
    assert ran.returncode == 2
    assert "mine.toml: foo" in ran.stderr
    assert "mine.toml: ideals[0]" in ran.stderr
    assert not (tmp_path / "out").exists()
