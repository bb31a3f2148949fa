"""LaTeX papers of several files, their macros and metadata, and what is read when the parser gives up."""

import sys
from pathlib import Path

import pytest

from univocal.corpus import latex
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault, Paper


def read(source: str | Path, text: str | None = None) -> tuple[list[Paper], list[Fault]]:
    path = source if isinstance(source, Path) else None
    data = path.read_bytes() if path else str(source).encode()
    items = list(latex.READER.read(Source(path.name if path else "main.tex", data, path), Limits()))
    return [i for i in items if isinstance(i, Paper)], [i for i in items if isinstance(i, Fault)]


def text_of(source: str) -> str:
    papers, faults = read(source)
    assert not faults
    return papers[0].text


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "outside.tex").write_text("Outside.")
    paper = tmp_path / "paper"
    (paper / "sec").mkdir(parents=True)
    (paper / "main.tex").write_text(
        "\\documentclass{article}\n\\input{macros}\n\\title{On Aims}\n\\begin{document}\n\\maketitle\n"
        "Before \\ours.\n\\input{sec/intro}\nAfter all.\n\\end{document}\n"
    )
    (paper / "macros.tex").write_text("\\newcommand{\\ours}{AimNet}\n")
    (paper / "sec" / "intro.tex").write_text("\n\\section{Inside}\nWe align é.\n")
    return paper


def test_included_files_are_read_in_place(folder):
    (paper,), faults = read(folder / "main.tex")
    assert not faults
    assert paper.text == "On Aims\n\nBefore AimNet.\n\nInside\n\nWe align é.\nAfter all.".replace(
        "é.\nA", "é. A"
    )
    assert paper.source_map.place(paper.text.index("After")).line == 8
    assert paper.source_map.place(paper.text.index("We align")).line == 3
    named = [name for start, end, name in paper.extra["files"] if start <= paper.text.index("We align") < end]
    assert named == ["sec/intro.tex"]


def test_a_file_that_another_includes_is_no_paper_of_its_own(folder):
    papers, faults = read(folder / "sec" / "intro.tex")
    assert not papers
    assert [(f.kind, f.lost) for f in faults] == [("included-elsewhere", 0)]
    (folder / "sec" / "other.tex").write_text("Not included.")
    assert read(folder / "sec" / "other.tex")[0]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", "include-outside"), ("/etc/passwd", "include-outside"), ("main", "include-cycle"), ("link", "include-outside"),
        ("gone", "include-missing"), ("a" * 400, "include-missing"), ("../../../../etc/hostname", "include-outside"),
    ],
)  # fmt: skip
def test_what_cannot_be_included_is_named_and_never_read(folder, name, kind):
    (folder / "link.tex").symlink_to(folder.parent / "outside.tex")
    main = folder / "main.tex"
    main.write_text(main.read_text().replace("sec/intro", name))
    (paper,), faults = read(main)
    assert [(f.kind, f.lost) for f in faults] == [(kind, 0)]
    assert faults[0].message.startswith("main.tex:7: ")
    assert paper.text == "On Aims\n\nBefore AimNet.\nAfter all.".replace(".\nA", ". A")


def test_files_that_include_each_other_many_times_end(folder):
    for n in range(20):
        (folder / f"f{n}.tex").write_text(f"x \\input{{f{n + 1}}} " * 5)
    (folder / "main.tex").write_text("\\documentclass{a}\\begin{document}\\input{f0}\\end{document}")
    papers, faults = read(folder / "main.tex")
    assert papers
    assert {f.kind for f in faults} == {"include-too-many"}
    assert len(faults) <= 20


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"``We'' --- \emph{align} it~now.", "“We” — align it now."),
        (r"caf\'e, na\"{\i}ve, \ss, 50\%, A \& B, \ldots", "café, naïve, ß, 50%, A & B, …"),
        (
            r"See \textcolor{red}{this} \href{http://x}{link}\footnote{Noted.} here.",
            "See this link here.\n\nNoted.",
        ),
        (r"\newcommand\eg{e.g.,\ }\eg{}we align", "e.g., we align"),
        (r"\def\x{\y\y}\def\y{a}\x b", "aab"),
        (r"\begin{itemize}\item One\item[Two] two\end{itemize}", "One\n\nTwo two"),
        (r"\begin{tabular}{ll} a & b \\ \hline c & d \end{tabular}", "a\tb\nc\td"),
        (
            r"\begin{figure}[t]\includegraphics[width=1pt]{align.png}\caption[s]{Long one.}\label{f}\end{figure}",
            "Long one.",
        ),
        ("A\n\n\n% note\nB\nC", "A\n\nB C\n\nnote"),
        (r"A \iffalse hidden \fi shown", "A shown\n\nhidden"),
        (r"\begin{verbatim}% {kept}" + "\n  so\\end{verbatim}", "% {kept}\n  so"),
        (r"\begin{tikzpicture}\node{x};\end{tikzpicture}We", "We"),
        (r"one } two \end{x} three", "one two three"),
        (r"\unknown{text} and \vspace{1em} gone", "text and gone"),
    ],
)
def test_macros_read_as_words(source, text):
    assert text_of(source) == text


def test_metadata_and_authors():
    (paper,), _ = read(
        r"\title[short]{On \emph{Aims}\thanks{By a fund}}\author{Jane Doe\textsuperscript{1} \and John Roe$^2$ \\ A University}"
        r"\date{May 2024}\begin{document}We align.\end{document}"
    )
    assert (paper.title, paper.authors, paper.year) == ("On Aims", ("Jane Doe", "John Roe"), 2024)
    kinds = {paper.text[s.start : s.end].split()[0]: s.kind for s in paper.sections if s.kind != "math"}
    assert kinds == {"On": "title", "By": "boilerplate", "Jane": "boilerplate", "We": "body"}


def test_appendix_references_and_maths_are_marked():
    (paper,), _ = read(
        r"\section{A}x \begin{align*}a&=b\end{align*} y\begin{thebibliography}{9}\bibitem{k} Ref.\end{thebibliography}"
        r"\appendix\section{Proofs}z\subsection{More}w"
    )
    marked = [(s.kind, paper.text[s.start : s.end]) for s in paper.sections]
    assert ("math", "a&=b") in marked
    assert ("references", "Ref.") in marked
    assert ("appendix", "Proofs\n\nz\n\nMore\n\nw") in marked
    assert ("appendix", "More\n\nw") in marked


BROKEN = (
    "\\section{One}\nWe \\emph{align} $x$ here. % hidden\n\n"
    + "{" * 400
    + "\n\\section{References}\nSecret \\cite{k}."
)


def test_what_pylatexenc_cannot_parse_is_read_by_tree_sitter():
    pytest.importorskip("tree_sitter_language_pack")
    (paper,), (fault,) = read(BROKEN)
    assert (fault.kind, fault.lost) == ("latex-fallback", 0)
    assert "RecursionError" in fault.message
    assert "by tree-sitter" in fault.message
    assert "We align $x$ here." in paper.text
    assert {"math", "comment"} <= {s.kind for s in paper.sections}
    place = paper.source_map.place(paper.text.index("align"))
    assert (place.line, place.column) == (2, 10)


def test_without_tree_sitter_the_source_is_read_as_text(monkeypatch):
    monkeypatch.setitem(sys.modules, "tree_sitter_language_pack", None)
    (paper,), (fault,) = read(BROKEN)
    assert "univocal[latex]" in fault.message
    assert paper.text == BROKEN
    assert ("comment", "% hidden") in [(s.kind, paper.text[s.start : s.end]) for s in paper.sections]


def test_latin_1_is_read_where_it_is_declared():
    source = "\\usepackage[latin1]{inputenc}\\begin{document}café\\end{document}".encode("latin-1")
    (paper,) = latex.READER.read(Source("a.tex", source), Limits())
    assert paper.text == "café"
