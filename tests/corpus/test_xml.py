"""JATS and TEI: metadata, sections, and what the XML parser reports."""

from univocal.corpus import jats, tei
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.xml_tree import parse_xml
from univocal.records import Fault, Paper

JATS = """<?xml version="1.0"?><article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article"><front>
<journal-meta><journal-title-group><journal-title>Journal of Aims</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="doi">10.1234/ABC</article-id><article-id pub-id-type="arxiv">2401.01234v2</article-id>
<title-group><article-title>On <italic>Aims</italic></article-title></title-group><contrib-group>
<contrib contrib-type="author"><name><surname>Doe</surname><given-names>Jane</given-names></name></contrib>
<contrib contrib-type="editor"><name><surname>Editor</surname></name></contrib>
<contrib contrib-type="author"><collab>The Consortium</collab></contrib></contrib-group>
<aff>Centre for Alignment</aff><pub-date><day>3</day><year>2024</year></pub-date><permissions>
<license xlink:href="https://creativecommons.org/licenses/by/4.0/"><license-p>Free.</license-p></license></permissions>
<abstract><title>Abstract</title><p>We align.</p></abstract></article-meta></front>
<body><sec><title>Results</title><p>All of it<xref>[1]</xref>, with <disp-formula><tex-math>\\begin{document}$$x^2$$\\end{document}
</tex-math></disp-formula> shown<fn><p>A note.</p></fn>.</p><table-wrap><caption><p>Table.</p></caption><table><tr><td>a</td>
<td>b</td></tr></table></table-wrap><sec><title>More</title><p>Deeper.</p></sec></sec></body><back><ack><p>Thanks.</p></ack>
<app-group><app><title>Proofs</title><p>Proof.</p></app></app-group><ref-list><title>References</title><ref><mixed-citation>Ref.
</mixed-citation></ref></ref-list></back><sub-article><body><p>Review of alignment.</p></body></sub-article></article>"""

TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title level="a" type="main">On Aims</title>
</titleStmt><publicationStmt><availability><licence target="https://creativecommons.org/licenses/by/4.0/"/></availability>
</publicationStmt><sourceDesc><biblStruct><analytic><author><persName><forename>Jane</forename><surname>Doe</surname></persName>
<affiliation>Centre for Alignment</affiliation></author></analytic><monogr><title>Journal of Aims</title><imprint>
<date type="published" when="2024-05-01"/></imprint></monogr><idno type="DOI">10.1234/ABC</idno><idno type="arXiv">
arXiv:2401.01234v1</idno></biblStruct></sourceDesc></fileDesc><profileDesc><abstract><div><p>We align.</p></div></abstract>
</profileDesc></teiHeader><text><body><div><head n="1">Results</head><p>All of it <ref type="bibr">[1]</ref>.<note place="foot">A
note.</note></p><formula>x = 1</formula></div><figure><head>Figure 1</head><figDesc>Shown.</figDesc></figure></body><back>
<div type="acknowledgement"><div><head>Acknowledgements</head><p>Thanks.</p></div></div><div type="annex"><div><head>Proofs</head>
<p>Proof.</p></div></div><div type="references"><listBibl><biblStruct><analytic><title>Ref</title></analytic></biblStruct></listBibl>
</div></back></text></TEI>"""


def read(module, text: str) -> Paper:
    (paper,) = module.READER.read(Source("a.xml", text.encode()), Limits())
    assert isinstance(paper, Paper)
    return paper


def marked(paper: Paper) -> set[tuple[str, str]]:
    return {(s.kind, " ".join(paper.text[s.start : s.end].split())) for s in paper.sections}


def test_both_say_who_when_where_and_under_which_licence():
    for paper, authors in (
        (read(jats, JATS), ("Jane Doe", "The Consortium")),
        (read(tei, TEI), ("Jane Doe",)),
    ):
        assert (paper.title, paper.year, paper.venue) == ("On Aims", 2024, "Journal of Aims")
        assert (paper.doi, paper.arxiv_id, paper.authors) == ("10.1234/abc", "2401.01234", authors)
        assert paper.license == "https://creativecommons.org/licenses/by/4.0/"
        assert "Centre" not in paper.text


def test_jats_sections():
    found = marked(read(jats, JATS))
    assert {
        ("title", "On Aims"), ("abstract", "Abstract We align."), ("math", "$$x^2$$"), ("body", "More Deeper."),
        ("appendix", "Proofs Proof."), ("references", "References Ref."), ("boilerplate", "Review of alignment."),
    } <= found  # fmt: skip
    assert "a\tb" in read(jats, JATS).text


def test_tei_sections():
    found = marked(read(tei, TEI))
    assert {
        ("title", "On Aims"), ("abstract", "We align."), ("math", "x = 1"), ("appendix", "Proofs Proof."), ("references", "Ref"),
        ("body", "Acknowledgements Thanks."),
    } <= found  # fmt: skip
    assert "All of it [1].\n\nA note." in read(tei, TEI).text


def test_xml_positions_are_code_points():
    faults: list[Fault] = []
    source = "<a>\r\n<b>é🙂x</b>\r<c>y</c></a>"
    root = parse_xml(source, "a.xml", 10, faults.append)
    for element in root.named("b", "c"):
        text, at, literal = element.children[0]
        assert literal
        assert source[at : at + len(text)] == text
        assert source.startswith(f"<{element.name}>", element.at)
    assert not faults


def test_a_dtd_elsewhere_is_never_fetched_and_its_letters_are_kept():
    paper = read(
        jats,
        '<!DOCTYPE article SYSTEM "http://127.0.0.1:9/x.dtd"><article><body><p>a&eacute;&odd;b</p></body></article>',
    )
    assert paper.text == "aé&odd;b"
