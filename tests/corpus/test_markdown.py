"""Markdown: front matter, sections, and pieces that read as text."""

import pytest

from univocal.corpus import markdown
from univocal.corpus.protocol import Limits, Source
from univocal.records import Paper


def read(text: str) -> Paper:
    (paper,) = markdown.READER.read(Source("a.md", text.encode()), Limits())
    return paper


def test_front_matter_is_metadata_and_lines_still_count():
    paper = read(
        "---\ntitle: 'On Aims'\nauthors:\n  - name: Jane Doe\n  - John Roe\ndate: 2024-05-01\nlicense: CC BY 4.0\n"
        "doi: 10.1234/ABC\narxiv: 2401.01234v1\n---\n\nWe align.\n"
    )
    assert (paper.title, paper.authors, paper.year) == ("On Aims", ("Jane Doe", "John Roe"), 2024)
    assert (paper.license, paper.doi, paper.arxiv_id) == ("CC BY 4.0", "10.1234/abc", "2401.01234")
    assert paper.text == "We align."
    assert paper.source_map.place(3).line == 12


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("We **align** *it* `so`.", "We align it so."),
        ("[a](b) a ![c](d) [e][f] <http://g>\n\n[f]: h", "a a c e http://g"),
        ("a\nb  \nc\\\nd", "a b\nc\nd"),
        ("- one\n- two\n  - three", "one\n\ntwo\n\nthree"),
        ("> quoted\n> text", "quoted text"),
        ("```py\ndef f():\n    return 1\n```", "def f():\n    return 1"),
        ("<div>\n\n*in* <b>html</b>\n\n</div>", "in html"),
        ("a &copy; \\* &nosuch;", "a © * &nosuch;"),
        ("---\n\nrule", "rule"),
    ],
)
def test_marks_leave_no_trace(source, text):
    assert read(source).text == text


def test_sections_maths_and_citations_are_marked():
    paper = read(
        "# T\n\n## Abstract\nA\n\n## Body\n$x_1$ [@smith2020; @roe]\n\n### Sub\n\n## References\n### Books\nB"
    )
    marked = [(s.kind, s.heading, paper.text[s.start : s.end]) for s in paper.sections]
    assert ("title", None, "T") in marked
    assert ("math", None, "$x_1$") in marked
    assert ("references", None, "[@smith2020; @roe]") in marked
    assert ("references", "Books", "Books\n\nB") in marked
    assert ("body", "Sub", "Sub") in marked


def test_tags_inside_words_leave_no_gap():
    assert read("a<b>x</b>y and <span>z</span>").text == "axy and z"
