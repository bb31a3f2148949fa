"""The laws of document readers: sections inside the text, places that point at the same character, faults by name."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from univocal.corpus import html, jats, latex, markdown, pdf, plain, tei
from univocal.corpus.protocol import Limits, Source
from univocal.records import UNCODED, Fault, Paper
from univocal.text import line_starts

READERS = {
    reader.name: reader for reader in (m.READER for m in (html, jats, latex, markdown, pdf, plain, tei))
}
TEXTUAL = sorted(set(READERS) - {"pdf"})
HARD = "🙂 aligned 👩‍👩‍👧 café cafe\u0301 \u200fمواءمة\u200e naïve ﬁn"

PAPERS = {
    "plain": f"On Aims\r\n\r\nAbstract\r\n\r\nWe align {HARD}.\r\n\r\n1 Method\r\n\r\nAll of it.\r\n\r\nReferences\r\n\r\nSecret alignment.",
    "markdown": (
        f"# On *Aims*\r\n\r\n## Abstract\r\n\r\nWe **align** {HARD} `code` [it](http://x.y/(z)) &amp; \\*so\\*.\r\n"
        "Second\r\n> third\r\n\r\n<!-- hidden alignment -->\r\n\r\n| a | b |\r\n|---|---|\r\n| c | d |\r\n\r\n"
        "## 1 Method\n\nAll of it $x_1$ [@key2020].\n\n## References\n\nSecret alignment."
    ),
    "latex": (
        "\\documentclass{article} % nothing\n\\newcommand{\\ours}{AimNet}\n\\title{On \\emph{Aims}}\n\\author{Jane Doe}\n"
        f"\\begin{{document}}\n\\begin{{abstract}}\nWe align {HARD}.\n\\end{{abstract}}\n"
        "\\section{Method} All of it, ``quoted'', with \\ours{} and~$x$.% hidden alignment\n\nNext\\footnote{A note.} "
        "goes on \\citep{key:alignment}.\n\\begin{align} x &= y \\end{align}\n"
        "\\begin{thebibliography}{9}\\bibitem{a} Secret alignment.\\end{thebibliography}\n\\end{document}\n"
    ),
    "html": (
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>x</title></head><body><nav>Alignment menu</nav>\n"
        f"<h1>On <i>Aims</i></h1>\n<h2>Abstract</h2><p>We <b>align</b>\n {HARD} &amp; more.</p><!-- hidden alignment -->"
        "<h2>1 Method</h2><p>All of <math alttext='x'><mi>x</mi></math> it.<br>Next</p>"
        "<h2>References</h2><ul><li>Secret alignment.</li></ul></body></html>"
    ),
    "jats": (
        '<?xml version="1.0"?>\n<!DOCTYPE article PUBLIC "-//NLM//DTD JATS" "x.dtd">\n<article><front><article-meta>'
        "<title-group><article-title>On <italic>Aims</italic></article-title></title-group><abstract>\r\n"
        f"<p>We align {HARD} &lt;&nbsp;&#233;.</p></abstract></article-meta></front><body><sec><title>Method</title>"
        "<p>All of <inline-formula><tex-math>x</tex-math></inline-formula> it<fn><p>A note.</p></fn>.</p></sec></body>"
        "<!-- hidden alignment --><back><ref-list><title>References</title><ref><mixed-citation>Secret alignment."
        "</mixed-citation></ref></ref-list></back></article>"
    ),
    "tei": (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>On Aims</title></titleStmt>'
        f"</fileDesc><profileDesc><abstract><p>We align\n {HARD}.</p></abstract></profileDesc></teiHeader><text><body>"
        "<div><head n='1'>Method</head><p>All of it.</p><formula>x</formula></div></body><!-- hidden alignment --><back>"
        "<div type='references'><listBibl><bibl>Secret alignment.</bibl></listBibl></div></back></text></TEI>"
    ),
}


def read(name: str, data: bytes, limits: Limits | None = None) -> tuple[list[Paper], list[Fault]]:
    items = list(READERS[name].read(Source(f"paper{READERS[name].suffixes[0]}", data), limits or Limits()))
    return [i for i in items if isinstance(i, Paper)], [i for i in items if isinstance(i, Fault)]


def one(name: str, data: bytes | str) -> Paper:
    papers, faults = read(name, data if isinstance(data, bytes) else data.encode())
    assert not faults
    return papers[0]


def lawful(paper: Paper) -> None:
    """Sections lie in the text, cover it, and anchors rise."""
    covered = 0
    for section in paper.sections:
        assert 0 <= section.start < section.end <= len(paper.text)
        assert not paper.text[covered : section.start].strip()
        covered = max(covered, section.end)
    assert not paper.text[covered:].strip()
    assert paper.source_map is not None
    offsets = [a[0] for a in paper.source_map.anchors] or [b[0] for b in paper.source_map.boxes]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(paper.text) for offset in offsets)
    assert all(0 <= s < e <= len(paper.text) for s, e, *_ in paper.source_map.boxes)


def misplaced(paper: Paper, source: str) -> list[tuple[int, str, str]]:
    """Characters that the map says stand elsewhere than they do."""
    starts = (*line_starts(source), len(source) + 1)
    wrong = []
    for offset, char in enumerate(paper.text):
        place = paper.source_map.place(offset)
        at = starts[place.line - 1] + place.column - 1
        if source[at : at + 1] != char:
            wrong.append((offset, char, source[at : at + 1]))
    return wrong


@pytest.mark.parametrize("name", TEXTUAL)
def test_every_format_keeps_the_same_paper(name):
    paper = one(name, PAPERS[name])
    lawful(paper)
    assert paper.title == "On Aims"
    assert paper.id == "paper"
    assert HARD in paper.text
    kinds = {section.kind for section in paper.sections}
    assert {"title", "abstract", "body", "references"} <= kinds
    for section in paper.sections:
        if section.kind == "abstract":
            assert "We align" in paper.text[section.start : section.end]
            assert "All of" not in paper.text[section.start : section.end]
    coded = "".join(c for i, c in enumerate(paper.text) if not any(a <= i < b for a, b in paper.uncoded()))
    assert "Secret" not in coded
    assert "hidden" not in coded
    assert re.findall("align\\w*", coded) == ["align", "aligned"]


@pytest.mark.parametrize("name", TEXTUAL)
def test_places_point_at_the_same_characters(name):
    source = PAPERS[name]
    paper = one(name, source)
    # what has no letter of its own in the source: white space between blocks, references, and what macros stand for
    invented = {"\n", " ", "\t", "&", "<", "\xa0", "é", "*", "“", "”"} if name != "plain" else set()
    formulas = [
        (s.start, s.end) for s in paper.sections if s.kind == "math" and name not in {"latex", "markdown"}
    ]
    pointers = [(m.start(), m.end()) for m in re.finditer(r"AimNet|\[key:alignment\]", paper.text)]
    apart = formulas + pointers
    wrong = [
        w
        for w in misplaced(paper, source)
        if w[1] not in invented and not any(a <= w[0] < b for a, b in apart)
    ]
    assert wrong == []


@given(
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=200).filter(lambda s: s.strip())
)
@example("a\r\nb\rc\n\nd")
@example("\ufeffmark")
def test_plain_text_comes_back_as_it_went_in(text):
    paper = one("plain", text.removeprefix("\ufeff") or "x")
    assert paper.text == (text.removeprefix("\ufeff") or "x")
    lawful(paper)
    assert misplaced(paper, paper.text) == []


WORDS = st.text(st.sampled_from("ab é🙂\u0301م"), min_size=1, max_size=12).filter(
    lambda s: s.strip() == s and "  " not in s
)
BITS = st.lists(WORDS, min_size=1, max_size=6)


@settings(max_examples=60)
@given(BITS, st.sampled_from(["\n", "\r\n", " ", "\n\n"]))
def test_words_between_tags_keep_their_places(words, gap):
    page = (
        f"<html><body>{gap}"
        + "".join(f"<p>x<b>{word}</b>{gap}<i>{word}</i></p>" for word in words)
        + "</body>"
    )
    paper = one("html", page)
    lawful(paper)
    assert [w for w in misplaced(paper, page) if not w[1].isspace()] == []


@settings(max_examples=60, deadline=None)
@given(BITS, st.sampled_from(["\n", "\r\n", " ", "\n\n"]))
def test_words_between_macros_keep_their_places(words, gap):
    source = "".join(f"\\emph{{{word}}}{gap}{word}{gap}\\textbf{{x}}{gap}" for word in words)
    paper = one("latex", source)
    lawful(paper)
    assert [w for w in misplaced(paper, source) if not w[1].isspace()] == []


@settings(max_examples=60)
@given(BITS, st.sampled_from(["\n", "\r\n", " ", "\n\n"]))
def test_words_between_marks_keep_their_places(words, gap):
    source = "".join(f"**{word}**{gap}[{word}](http://{'ab' * 3}){gap}x ab{gap}" for word in words)
    paper = one("markdown", source)
    lawful(paper)
    assert [w for w in misplaced(paper, source) if not w[1].isspace()] == []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(READERS)), st.binary(min_size=1, max_size=300), st.booleans())
def test_nothing_that_a_file_holds_raises(name, noise, after):
    start = PAPERS.get(name, "%PDF-1.7\n").encode()
    data = start[: len(start) // 2] + noise + (start[len(start) // 2 :] if after else b"")
    papers, faults = read(name, data)
    assert papers or faults
    for paper in papers:
        lawful(paper)
    for fault in faults:
        assert fault.message.startswith("paper.")
        assert fault.kind != "reader-error", fault.message


@pytest.mark.parametrize("name", sorted(READERS))
def test_empty_and_large_files_are_named(name):
    assert [f.kind for f in read(name, b"")[1]] == ["empty-file"]
    assert [f.kind for f in read(name, b" \n ")[1]] == ["empty-file"]
    papers, faults = read(name, b"x" * 100, Limits(file_bytes=99))
    assert not papers
    assert [(f.kind, f.lost) for f in faults] == [("file-too-large", 1)]


@pytest.mark.parametrize("name", TEXTUAL)
def test_a_text_over_the_limit_is_named(name):
    papers, faults = read(name, PAPERS[name].encode(), Limits(text_chars=20))
    assert not papers
    assert [(f.kind, f.lost) for f in faults] == [("text-too-long", 1)]


@pytest.mark.parametrize("name", TEXTUAL)
def test_invalid_utf8_is_named_and_read(name):
    data = PAPERS[name].encode().replace(b"All of", b"All\xff of")
    papers, faults = read(name, data)
    assert [(f.kind, f.lost) for f in faults] == [("invalid-encoding", 0)]
    assert f"byte {data.index(0xFF)} (0xff)" in faults[0].message
    assert "All\ufffd of" in papers[0].text


@pytest.mark.parametrize("name", ["plain", "markdown", "html", "jats"])
def test_utf16_with_a_mark_is_read(name):
    assert HARD in one(name, PAPERS[name].encode("utf-16")).text


DEEP = {"html": b"<div>", "jats": b"<article><body>" + b"<sec>", "tei": b"<TEI><text>" + b"<div>"}


@pytest.mark.parametrize("name", sorted(DEEP))
def test_200_000_nested_elements_are_refused_at_once(name):
    tag = re.findall(rb"<\w+>", DEEP[name])[-1]
    started = time.perf_counter()
    papers, faults = read(name, DEEP[name] + tag * 200_000 + b"We align.")
    assert time.perf_counter() - started < 2
    assert not papers
    assert [(f.kind, f.lost) for f in faults] == [("too-deep", 1)]


BILLION = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)
)


@pytest.mark.parametrize("name", ["jats", "tei"])
@pytest.mark.parametrize("entity", [BILLION, b'<!DOCTYPE a [<!ENTITY j SYSTEM "file:///etc/passwd">'])
def test_entities_are_never_expanded(name, entity):
    papers, faults = read(name, entity + b"]><article><body><p>&j;</p></body></article>")
    assert not papers
    assert [(f.kind, f.lost) for f in faults] == [("entities-declared", 1)]


@pytest.mark.parametrize("name", ["jats", "tei"])
def test_broken_xml_is_read_up_to_its_fault(name):
    source = PAPERS[name]
    papers, faults = read(name, source[: source.index("All of") + 6].encode())
    assert [(f.kind, f.lost) for f in faults] == [("malformed-xml", 0)]
    assert papers[0].text.endswith("All of")
    assert not read(name, b"<other/>")[0]
    assert [f.kind for f in read(name, b"<other/>")[1]] == [f"not-{name}"]


PATHOLOGICAL = {
    "html": [
        b"<" * 50_000,
        b'<a x="' * 50_000,
        b"<!--" * 50_000,
        b"</a" * 50_000,
        b"&" * 50_000,
        b"<b></i>" * 50_000,
    ],
    "markdown": [b"[" * 5_000, b"*a **a " * 3_000, b">" * 50_000, b"<a " * 5_000, b"<!--" * 5_000],
    "latex": [
        b"{" * 50_000,
        b"}" * 50_000,
        b"\\begin{a}" * 5_000,
        b"$" * 5_001,
        b"\\section[" * 5_000,
        b"\\verb" * 5_000,
    ],
}


@pytest.mark.parametrize(
    ("name", "data"), [(n, d) for n, ds in PATHOLOGICAL.items() for d in ds], ids=lambda x: str(x[:8])
)
def test_pathological_markup_ends_soon(name, data):
    started = time.perf_counter()
    papers, faults = read(name, data)
    assert papers or faults
    assert "reader-error" not in {f.kind for f in faults}
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("name", TEXTUAL)
def test_each_format_knows_itself(name):
    head = PAPERS[name].encode()
    claims = {
        other
        for other in TEXTUAL
        if READERS[other].sniff(head, "paper") and other not in {"plain", "markdown"}
    }
    assert claims <= {name}
    assert READERS[name].sniff(head, "paper")


def test_uncoded_kinds_are_the_contract():
    assert {"references", "boilerplate", "comment", "math"} == UNCODED
