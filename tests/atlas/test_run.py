"""The main job on small corpora of our own: what is written, what is told, and what survives trouble."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import orjson
import pytest

from univocal.atlas.journal import FOLDER
from univocal.atlas.run import atlas
from univocal.codebook import load
from univocal.errors import InputError, UnivocalError
from univocal.plugins import _points

SAMPLES = Path(__file__).parents[1] / "sample_coders"
EXAMPLES = Path(__file__).parents[2] / "examples"
TEXTS = {
    "scheming": "An AI that schemes hides misaligned goals from its overseers and resists being shut down.",
    "following": "We fine-tune a language model with human feedback so that it is aligned with user intent.",
    "words": "We improve word alignment for statistical machine translation between related languages.",
    "none": "A parser for a small language, with a grammar and tests.",
    "emoji": "👩‍🚀 Emoji ahead: مواءمة — the models are aligned with the intent of their users. 🚀",
}


def write_corpus(folder: Path, copies: int = 1, trouble: int | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    for copy in range(copies):
        rows = [
            {
                "id": f"{name}-{copy}",
                "title": f"On {name}, a study of its kind, part {copy}",
                "abstract": text,
                "year": 2020 + copy % 5,
                "venue": "own",
                "license": "CC0",
            }
            for name, text in TEXTS.items()
        ]
        if copy == trouble:
            rows[0]["title"] = "A title with trouble in it"
        (folder / f"part{copy:03d}.jsonl").write_bytes(b"".join(orjson.dumps(r) + b"\n" for r in rows))
    return folder


@pytest.fixture
def samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample package is installed, here and in the worker processes."""
    monkeypatch.syspath_prepend(str(SAMPLES))
    _points.cache_clear()
    yield
    _points.cache_clear()


def table(path: Path) -> list[tuple]:
    return duckdb.sql(f"SELECT * FROM '{path}'").fetchall()


def columns(path: Path) -> list[str]:
    return duckdb.sql(f"SELECT * FROM '{path}'").columns


def rows(path: Path) -> list[dict]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_all_files_are_written_with_the_promised_columns(tmp_path: Path) -> None:
    result = atlas([write_corpus(tmp_path / "in")], tmp_path / "out", coder="lexicon", workers=1)
    out = tmp_path / "out"
    assert {p.name for p in out.iterdir()} >= {
        "index.html",
        "papers.parquet",
        "mentions.parquet",
        "codings.jsonl",
        "findings.jsonl",
        "atlas.json",
    }
    promised = [
        "paper",
        "title",
        "year",
        "venue",
        "n_mentions",
        "about",
        "ideals",
        "primary",
        "object_x",
        "target_y",
        "threat_model",
        "valence",
        "harm_source",
        "definition",
        "tension_acknowledged",
        "diversity_acknowledged",
    ]
    assert set(promised) <= set(columns(out / "papers.parquet"))
    assert columns(out / "mentions.parquet")[:6] == ["paper", "start", "end", "text", "sense", "confidence"]
    assert result.summary.papers == len(TEXTS)
    assert not result.faults
    assert not (out / FOLDER).exists()
    told = orjson.loads((out / "atlas.json").read_bytes())
    assert told["counts"]["papers"] == len(TEXTS)
    assert told["codebook"]["digest"] == load().digest


def test_every_offset_is_verbatim(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "in")
    texts = {r["id"]: f"{r['title']}\n\n{r['abstract']}" for p in folder.iterdir() for r in rows(p)}
    atlas([folder], tmp_path / "out", coder="lexicon", workers=1)
    mentions = table(tmp_path / "out" / "mentions.parquet")
    assert len(mentions) == 4
    for paper, start, end, text, *_ in mentions:
        assert texts[paper][start:end] == text
    codings = rows(tmp_path / "out" / "codings.jsonl")
    assert {"paper", "coder", "variable", "codes", "evidence", "confidence", "codebook_version"} <= set(
        codings[0]
    )
    for coding in codings:
        for quote in coding["evidence"]:
            assert texts[coding["paper"]][quote["start"] : quote["end"]] == quote["quote"]


def test_workers_dont_change_the_result(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "in", copies=12)
    for workers in (1, 2):
        atlas([folder], tmp_path / str(workers), coder="lexicon", workers=workers)
    for name in ("papers.parquet", "mentions.parquet"):
        assert table(tmp_path / "1" / name) == table(tmp_path / "2" / name)
    for name in ("codings.jsonl", "findings.jsonl"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "in", copies=150)
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "univocal",
        "atlas",
        str(folder),
        "-o",
        str(out),
        "--coder",
        "lexicon",
        "--workers",
        "1",
    ]
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(out.glob(f"{FOLDER}/piece-*.jsonl"))) < 3 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = {p: p.stat().st_mtime_ns for p in out.glob(f"{FOLDER}/piece-*.jsonl")}
    assert before, "it ended before it could be killed"
    assert not (out / "atlas.json").exists()
    seen: list[dict[Path, int]] = []

    def watch(step: object) -> None:
        seen.append({p: p.stat().st_mtime_ns for p in before if p.exists()})

    result = atlas([folder], out, coder="lexicon", workers=1, progress=watch)
    assert result.resumed
    assert any(s == before for s in seen), "finished pieces were done again"
    atlas([folder], tmp_path / "whole", coder="lexicon", workers=1)
    assert table(out / "papers.parquet") == table(tmp_path / "whole" / "papers.parquet")
    assert (out / "codings.jsonl").read_bytes() == (tmp_path / "whole" / "codings.jsonl").read_bytes()


def test_a_changed_input_is_another_run(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "in")
    atlas([folder], tmp_path / "out", coder="lexicon", workers=1)
    write_corpus(folder, copies=2)
    result = atlas([folder], tmp_path / "out", coder="lexicon", workers=1)
    assert not result.resumed
    assert result.summary.papers == 2 * len(TEXTS)


@pytest.mark.usefixtures("samples")
def test_a_strangers_coder_is_found_and_works(tmp_path: Path) -> None:
    result = atlas([write_corpus(tmp_path / "in")], tmp_path / "out", coder="sample-calm", workers=1)
    assert result.summary.mentions == {"technical": 4}


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize(
    ("coder", "said"),
    [
        ("sample-failing", "ZeroDivisionError"),
        ("sample-misquoting", "no evidence"),
        ("sample-straying", "no mention"),
    ],
)
def test_a_coder_that_fails_on_a_paper_loses_its_codes_only(tmp_path: Path, coder: str, said: str) -> None:
    result = atlas([write_corpus(tmp_path / "in", trouble=0)], tmp_path / "out", coder=coder, workers=1)
    assert [f.kind for f in result.faults] == ["coder-failed"]
    assert said in result.faults[0].message
    assert result.summary.papers == len(TEXTS)
    assert result.summary.mentions == {"technical": 3, "(abstained)": 1}


@pytest.mark.usefixtures("samples")
def test_a_process_that_dies_takes_one_file_with_it(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "in", copies=6, trouble=2)
    result = atlas([folder], tmp_path / "out", coder="sample-dying", workers=2)
    assert [(f.kind, f.where) for f in result.faults] == [("process-died", "part002.jsonl")]
    assert result.summary.papers == 5 * len(TEXTS)


def test_duplicates_are_left_out_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    text = "The models are aligned with the intent of their users."
    records = [
        {"id": "a", "title": "Alignment of language models with intent", "abstract": text},
        {"id": "b", "title": "Alignment of Language Models, with Intent!", "abstract": text + " Again."},
        {
            "id": "c",
            "title": "Another paper on something else entirely",
            "abstract": text,
            "doi": "10.1000/xyz",
        },
        {
            "id": "d",
            "title": "The same paper under a different heading",
            "abstract": "?",
            "doi": "https://doi.org/10.1000/XYZ",
        },
        {"id": "a", "title": "A different paper that claims the same id", "abstract": text},
        {"id": "short", "title": "Short", "abstract": text},
        {"id": "short", "title": "Short", "abstract": text},
        {"id": "short", "title": "Other", "abstract": text},
        {"id": "short", "title": "Other", "abstract": text},
    ]
    (folder / "x.jsonl").write_bytes(b"".join(orjson.dumps(r) + b"\n" for r in records))
    result = atlas([folder], tmp_path / "out", coder="lexicon", workers=1)
    papers = [row[0] for row in table(tmp_path / "out" / "papers.parquet")]
    assert papers == ["a", "c", "a~2", "short", "short~2"]
    left_out = [(d["paper"], d["duplicate_of"], d["by"]) for d in rows(tmp_path / "out" / "duplicates.jsonl")]
    assert left_out == [
        ("b", "a", "title"),
        ("d", "c", "doi"),
        ("short", "short", "id and text"),
        ("short", "short~2", "id and text"),
    ]
    assert result.n_duplicates == 4
    assert [f.kind for f in result.faults] == ["duplicate-id"]


def test_the_atlas_doesnt_read_itself(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "in")
    for _ in range(2):
        result = atlas([folder], folder / "atlas", coder="lexicon", workers=1)
        assert result.summary.papers == len(TEXTS)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match="isn't an atlas"):
        atlas([write_corpus(tmp_path / "in")], tmp_path, coder="lexicon")
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_an_unknown_coder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnivocalError, match="Did you mean 'lexicon'"):
        atlas([write_corpus(tmp_path / "in")], tmp_path / "out", coder="lexikon")


def test_an_ideal_that_a_user_adds_is_carried(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    text = (
        "We study bidirectional human-AI alignment: AI adapts to people, and people adapt to AI. "
        "Bidirectional alignment asks for mutual adaptation of humans and AI systems."
    )
    record = {"id": "p", "title": "Bidirectional human-AI alignment", "abstract": text}
    (folder / "x.jsonl").write_bytes(orjson.dumps(record))
    codebook = load(EXAMPLES / "codebooks" / "collective-bidirectional.toml")
    new = {ideal.id for ideal in codebook.ideals if not ideal.core}
    assert len(new) == 2
    out = tmp_path / "out"
    atlas([folder], out, coder="lexicon", codebook=codebook, workers=1)
    senses = {row[4] for row in table(out / "mentions.parquet")}
    assert senses & new
    page = (out / "index.html").read_text()
    assert all(codebook.ideal(ideal).label in page for ideal in new)


def test_documents_of_many_kinds_in_one_run(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    sentence = "The assistant is aligned with the intent of its users."
    pdf = "BT /F1 12 Tf 72 700 Td (A report) Tj 0 -40 Td (The assistant is aligned with user intent.) Tj ET"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(pdf), pdf.encode()),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in objects.items())
    (folder / "a.pdf").write_bytes(body + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF")
    (folder / "b.tex").write_text(
        f"\\documentclass{{article}}\n\\begin{{document}}\n% aligned, said a comment\n{sentence}\n\\end{{document}}\n"
    )
    (folder / "c.md").write_text(f"# A note\n\nFirst line.\n\n{sentence}\n")
    (folder / "d.html").write_text(
        f"<html><head><title>A page</title></head><body>\n<p>{sentence}</p></body></html>"
    )
    (folder / "e.txt").write_text(f"A text\r\n\r\n{sentence}\r\n")
    result = atlas([folder], tmp_path / "out", coder="lexicon", workers=2)
    assert not result.faults
    found = duckdb.sql(
        f"SELECT paper, text, line, \"column\", page FROM '{tmp_path / 'out' / 'mentions.parquet'}' ORDER BY paper"
    ).fetchall()
    aligned = sentence.index("aligned") + 1
    assert found == [
        ("a", "aligned", None, None, 1),
        ("b", "aligned", 4, aligned, None),
        ("c", "aligned", 5, aligned, None),
        ("d", "aligned", 2, aligned + len("<p>"), None),
        ("e", "aligned", 3, aligned, None),
    ]
