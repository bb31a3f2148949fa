"""PDFs: text in order with page and box, page furniture apart, and a worker that a bomb can't take the run down with."""

import os
import subprocess
import sys
import time

import pytest

from univocal.corpus import pdf
from univocal.corpus.pdf_process import PROCESS
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault, Paper

HEAD = (72, 770, 8, "Workshop on Alignment 2024")


def read(data: bytes, limits: Limits | None = None, name: str = "paper.pdf") -> Paper | Fault:
    (item,) = pdf.READER.read(Source(name, data), limits or Limits())
    return item


@pytest.fixture(scope="module")
def paper(tiny_pdf) -> Paper:
    prose = [
        f"Line {word} of a text that says how models follow"
        for word in ["one", "two", "three", "four", "five"]
    ]
    first = [
        HEAD, (300, 20, 8, "1"), (20, 400, 10, "arXiv:2401.01234v2 [cs.AI] 3 Jan 2024"),
        (100, 740, 18, "On the Alignment of"), (100, 720, 18, "Large Things"), (72, 690, 10, "Jane Doe, Univ of Alignment"),
        (72, 660, 12, "Abstract"),
        *tiny_pdf.column(["We study the align-", "ment of language models and find", "that it is self-", "aligned (café)."], 640),
        (72, 560, 12, "1 Introduction"), *tiny_pdf.column(prose, 540), *tiny_pdf.column(["Our self-aligned model."], 460),
    ]  # fmt: skip
    second = [HEAD, (300, 20, 8, "2"), *tiny_pdf.column(prose[1:])]
    third = [
        HEAD, (300, 20, 8, "3"), *tiny_pdf.column(prose[:3]), (72, 600, 12, "References"),
        *tiny_pdf.column(["[1] A. Smith. Secret Alignment. 2020."], 580),
        (72, 500, 12, "A Proofs of Things"), *tiny_pdf.column(["Proofs are aligned."], 480),
    ]  # fmt: skip
    info = {"Title": "On the Alignment of Large Things", "Author": "Jane Doe and John Roe"}
    item = read(tiny_pdf.pages([first, second, third], info))
    assert isinstance(item, Paper)
    return item


def test_the_paper_has_its_sections_and_metadata(paper):
    found = {(s.kind, s.heading) for s in paper.sections}
    assert {
        ("title", None), ("abstract", "Abstract"), ("body", "1 Introduction"), ("references", "References"),
        ("appendix", "A Proofs of Things"),
    } <= found  # fmt: skip
    assert (paper.title, paper.arxiv_id, paper.year) == (
        "On the Alignment of Large Things",
        "2401.01234",
        2024,
    )
    assert paper.authors == ("Jane Doe", "John Roe")
    assert paper.id == "paper"


def test_words_broken_at_line_ends_are_whole_again(paper):
    assert "We study the alignment of language models" in paper.text
    assert "it is self-aligned (café)." in paper.text  # the hyphen stays: the paper writes it so elsewhere


def test_page_furniture_authors_and_references_are_left_alone(paper):
    coded = "".join(c for i, c in enumerate(paper.text) if not any(a <= i < b for a, b in paper.uncoded()))
    for gone in ("Workshop", "Univ of", "Secret", "arXiv:"):
        assert gone in paper.text
        assert gone not in coded
    assert "Proofs are aligned." in coded
    assert "follow\nLine three" in coded


def test_every_word_has_page_and_box(paper):
    for words, page, bottom, left in (
        ("We study", 1, 640, 72),
        ("Proofs are", 3, 480, 72),
        ("ment of language", 1, 628, 72),
    ):
        place = paper.source_map.place(paper.text.index(words))
        assert place.page == page
        assert abs(place.box[1] - bottom) < 4
        assert abs(place.box[0] - left) < 4


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("not a pdf", "corrupt-pdf"),
        ("cut", "corrupt-pdf"),
        ("scan", "no-text-layer"),
        ("locked", "encrypted-pdf"),
    ],
)
def test_what_cannot_be_read_is_named(tiny_pdf, name, kind):
    whole = tiny_pdf.pages([tiny_pdf.column(["We align."])])
    locked = whole.replace(
        b"/Info 4 0 R",
        b"/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] /Encrypt << /Filter /Standard "
        b"/V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>",
    )
    data = {"not a pdf": b"<html>", "cut": whole[:200], "scan": tiny_pdf.pages([[], []]), "locked": locked}[
        name
    ]
    fault = read(data)
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.lost) == (kind, 1)
    assert fault.message.startswith("paper.pdf: ")
    assert "Expected" in fault.message


def test_more_pages_or_text_than_the_limit_are_refused(tiny_pdf):
    data = tiny_pdf.pages([tiny_pdf.column(["We align."])] * 5)
    assert read(data, Limits(pages=4)).kind == "too-many-pages"
    assert read(data, Limits(text_chars=10)).kind == "text-too-long"


def bomb(tiny_pdf) -> bytes:
    """Forms that draw forms that draw forms: 10^12 letters from 4 kB."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /X0 6 0 R >> >> >>",
        4: tiny_pdf.stream(b"/X0 Do"),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
    }
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << "
    for n in range(12):
        own = form + b"/XObject << /X%d %d 0 R >> >> " % (n + 1, n + 7)
        objects[6 + n] = tiny_pdf.stream(b"/X%d Do " % (n + 1) * 10, own)
    objects[18] = tiny_pdf.stream(b"BT /F1 10 Tf (x) Tj ET", form + b"/Font << /F1 5 0 R >> >> ")
    return tiny_pdf.pdf(objects)


def test_a_bomb_is_killed_in_time_and_the_next_paper_is_read(tiny_pdf):
    started = time.perf_counter()
    fault = read(bomb(tiny_pdf), Limits(timeout_seconds=0.5))
    assert (fault.kind, fault.lost) == ("pdf-timeout", 1)
    assert time.perf_counter() - started < 3
    assert read(tiny_pdf.pages([tiny_pdf.column(["We align."])])).text == "We align."


@pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux")
def test_a_bomb_that_eats_memory_ends_alone(tiny_pdf):
    fault = read(bomb(tiny_pdf), Limits(memory_bytes=300_000_000, timeout_seconds=30))
    assert (fault.kind, fault.lost) == ("pdf-memory", 1)
    assert read(tiny_pdf.pages([tiny_pdf.column(["We align."])])).text == "We align."


def test_one_worker_serves_many_papers(tiny_pdf):
    data = tiny_pdf.pages([tiny_pdf.column(["We align."])])
    read(data)
    worker = PROCESS._process.pid
    for _ in range(5):
        read(data)
    assert PROCESS._process.pid == worker


def test_no_worker_outlives_its_parent(tiny_pdf, tmp_path):
    (tmp_path / "a.pdf").write_bytes(tiny_pdf.pages([tiny_pdf.column(["We align."])]))
    script = (
        "import sys; from pathlib import Path; from univocal.corpus import pdf, pdf_process;"
        "from univocal.corpus.protocol import Limits, Source;"
        "list(pdf.READER.read(Source('a.pdf', Path(sys.argv[1]).read_bytes()), Limits()));"
        "print(pdf_process.PROCESS._process.pid)"
    )
    command = [sys.executable, "-W", "error", "-c", script, str(tmp_path / "a.pdf")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
