"""HTML pages: LaTeXML's, Distill's, and any other."""

import pytest

from univocal.corpus import html
from univocal.corpus.html_tree import parse_html
from univocal.corpus.protocol import Limits, Source
from univocal.records import Paper


def read(page: str, name: str = "page.html") -> Paper:
    (paper,) = html.READER.read(Source(name, page.encode()), Limits())
    return paper


BUTTON = '<button class="sr-only button">Report issue for preceding element</button>'
LATEXML = f"""<!DOCTYPE html><html lang="en"><head><title>On Aims</title></head><body>
<header class="desktop_header"><a href="#">Back to Alignment</a></header>
<nav class="ltx_TOC">1 Introduction</nav>
<div id="license-tr"><a href="x">License: CC BY 4.0</a></div><div id="watermark-tr">arXiv:2606.01234v1 [cs.AI] 12 Jun 2026</div>
<article class="ltx_document"><h1 class="ltx_title ltx_title_document">On Aims{BUTTON}</h1>
<div class="ltx_authors"><span class="ltx_creator ltx_role_author"><span class="ltx_personname">Jane Doe
</span><span class="ltx_contact">Centre for Alignment</span></span></div>
<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract{BUTTON}</h6><p class="ltx_p">We align.</p></div>
<section class="ltx_section" id="S1"><h2 class="ltx_title ltx_title_section"><span class="ltx_tag">1 </span>Introduction</h2>
<div class="ltx_para"><p class="ltx_p">Where <math alttext="x\\in X" display="inline"><semantics><mi>x</mi></semantics></math> is,
see<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup><span class="ltx_note_outer"><span
class="ltx_note_content"><sup class="ltx_note_mark">1</sup><span class="ltx_tag ltx_tag_note">1</span>A note.</span></span></span>
that</p><table class="ltx_equation"><tr><td><math alttext="y" display="block"><mi>y</mi></math></td></tr></table>
<p class="ltx_p">holds.</p></div><section class="ltx_subsection"><h3 class="ltx_title">1.1 More</h3><p>Deeper.</p></section></section>
<section class="ltx_bibliography"><h2 class="ltx_title">References</h2><ul><li>Secret alignment.</li></ul></section>
<section class="ltx_appendix"><h2 class="ltx_title">Appendix A Proofs</h2><p>Proofs.</p></section></article>
<footer class="ltx_page_footer">Made by LaTeXML</footer><!-- hidden --></body></html>"""


def test_a_latexml_page_keeps_its_sections():
    paper = read(LATEXML)
    marked = [(s.kind, s.heading, " ".join(paper.text[s.start : s.end].split())) for s in paper.sections]
    assert ("abstract", "Abstract", "Abstract Report issue for preceding element We align.") in marked
    assert ("body", "1.1 More", "1.1 More Deeper.") in marked
    assert ("references", "References", "References Secret alignment.") in marked
    assert ("appendix", "Appendix A Proofs", "Appendix A Proofs Proofs.") in marked
    assert [text for kind, _, text in marked if kind == "math"] == ["x\\in X", "y"]
    assert "Where x\\in X is, see that\ny\nholds.\n\nA note." in paper.text


def test_what_the_page_added_is_left_alone():
    paper = read(LATEXML)
    coded = "".join(c for i, c in enumerate(paper.text) if not any(a <= i < b for a, b in paper.uncoded()))
    for gone in ("Back to", "Report issue", "Centre for", "License", "arXiv", "Made by", "Secret", "hidden"):
        assert gone in paper.text
        assert gone not in coded


def test_a_latexml_page_says_what_it_is():
    paper = read(LATEXML)
    assert (paper.title, paper.year, paper.arxiv_id) == ("On Aims", 2026, "2606.01234")
    assert (paper.license, paper.authors) == ("CC BY 4.0", ("Jane Doe",))


def test_citation_metas_and_licence_links_are_read():
    paper = read(
        '<head><meta name="citation_title" content="On Aims"><meta name="citation_author" content="A"><meta '
        'name="citation_author" content="B"><meta name="citation_doi" content="https://doi.org/10.1234/ABC"><meta '
        'name="citation_publication_date" content="2023/05"><meta name="citation_journal_title" content="J"><link '
        'rel="license" href="https://creativecommons.org/licenses/by/4.0/"></head><body><p>We align.</p>',
        "2305.01234v2.html",
    )
    assert (paper.title, paper.authors, paper.doi, paper.year) == ("On Aims", ("A", "B"), "10.1234/abc", 2023)
    assert (paper.venue, paper.license) == ("J", "https://creativecommons.org/licenses/by/4.0/")
    assert paper.arxiv_id == "2305.01234"


def test_distill_pages_are_read():
    paper = read(
        "<d-title><h1>On Aims</h1></d-title><d-byline>Someone</d-byline><d-article><p>We align<d-footnote>Note.</d-footnote> it."
        "</p></d-article><d-appendix><h3>Acknowledgments</h3><p>Thanks.</p></d-appendix>"
    )
    assert "We align it.\n\nNote." in paper.text
    assert {"title", "boilerplate", "appendix"} <= {s.kind for s in paper.sections}


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One<p>Two<ul><li>a<li>b</ul>", "One\n\nTwo\n\na\n\nb"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<pre>  x\n  y</pre>", "  x\n  y"),
        ("x <script>if (a < b) { '</p>' }</script>y<style>p{}</style>", "x y"),
        ("1 < 2 &lt; 3 &amp; AT&T &copy; &#x1F642; &nosuch;", "1 < 2 < 3 & AT&T © 🙂 &nosuch;"),
        ("<p title='a > b'>x</p><p data-x=\"<b>\">y</p>", "x\n\ny"),
        ("<b>bo<i>th</b> it</i>s", "both its"),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "a\tb\n1\t2"),
        ("<p hidden>no</p><p style='display: none'>no</p><p>yes</p>", "yes"),
        ("<title>Only Title</title><p>x</p>", "x"),
        ("<head><title>The Title</title></head><p>x</p>", "The Title\n\nx"),
        ("soft\u00adhyphen no\u00a0break", "soft\u00adhyphen no\u00a0break"),
    ],
)
def test_pages_read_as_they_are_shown(page, text):
    assert read(page).text == text


def test_the_tree_survives_what_never_ends():
    for page in (
        "<p",
        "<p a",
        "<p a=",
        "<p a='",
        "<!--",
        "<!",
        "</",
        "</p",
        "<script>",
        "&",
        "&#",
        "&#x",
        "<",
    ):
        assert parse_html(page, "a", 10) is not None
