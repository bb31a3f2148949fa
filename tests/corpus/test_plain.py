"""Plain text: sections that headings open, and nothing changed."""

import pytest

from univocal.corpus import outline, plain
from univocal.corpus.builder import TextBuilder
from univocal.corpus.headings import role
from univocal.corpus.protocol import Limits, Source
from univocal.records import Paper


def sections(text: str) -> list[tuple[str, str | None, str]]:
    (paper,) = plain.READER.read(Source("a.txt", text.encode()), Limits())
    assert isinstance(paper, Paper)
    assert paper.text == text
    return [(s.kind, s.heading, paper.text[s.start : s.end].strip()) for s in paper.sections]


def test_a_text_without_headings_is_body():
    assert sections("We align.") == [("body", None, "We align.")]
    assert sections("We align.\nAnd more.\n") == [("body", None, "We align.\nAnd more.")]


def test_headings_open_sections():
    found = sections(
        "On Aims\n\nJane Doe\n\nAbstract\nWe align.\n\n1 What is it?\n\nIt.\n\nReferences\n\n[1] X.\n\n1. A. Smith\n\n"
        "A Proofs of it\n\nProof.\n"
    )
    assert found == [
        ("title", None, "On Aims"), ("body", None, "Jane Doe"), ("abstract", "Abstract", "Abstract\nWe align."),
        ("body", "1 What is it?", "1 What is it?\n\nIt."), ("references", "References", "References\n\n[1] X.\n\n1. A. Smith"),
        ("appendix", "A Proofs of it", "A Proofs of it\n\nProof."),
    ]  # fmt: skip


def test_a_heading_may_run_into_its_text():
    text = "Abstract—We align models."
    assert [s.kind for s in outline.outline(text, [(0, len(text))])] == ["abstract"]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("References", "references"), ("6. REFERENCES", "references"), ("Bibliography:", "references"), ("VII. References", "references"),
        ("Appendix A", "appendix"), ("B. Appendix: more", "appendix"), ("Supplementary Material", "appendix"),
        ("Abstract", "abstract"), ("Frame of references in use", None), ("Abstract interpretation", None), ("Methods", None), ("", None),
    ],
)  # fmt: skip
def test_what_headings_say(heading, kind):
    assert role(heading) == kind


def test_pieces_keep_their_places_through_notes_and_trailers():
    source = "one (note [c]) two\n\nthree"
    builder = TextBuilder(source)
    builder.flow("one ", 0)
    note = builder.note()
    note.flow("note", 5)
    builder.trailing("comment").flow("c", 11)
    builder.flow("two", 15)
    builder.paragraph()
    builder.flow("three", 20)
    text, found, source_map = builder.build()
    assert text == "one two\n\nnote\n\nthree\n\nc"
    assert [(s.kind, text[s.start : s.end]) for s in found] == [
        ("body", "one two\n\nnote\n\nthree"),
        ("comment", "c"),
    ]
    for word in ("one", "two", "note", "three"):
        place = source_map.place(text.index(word))
        assert source.split("\n")[place.line - 1][place.column - 1 :].startswith(word)
