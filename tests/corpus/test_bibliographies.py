"""BibTeX, RIS and the ACL Anthology's XML: what is read, what is mended, what is told."""

import pytest

from univocal.corpus import readers
from univocal.corpus.acl import anthology_id
from univocal.corpus.bibtex import as_text
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault, Paper


def read(name, text):
    data = text if isinstance(text, bytes) else text.encode()
    items = list(readers.named(name).read(Source(f"a.{name}", data), Limits()))
    return [i for i in items if isinstance(i, Paper)], {i.kind: i for i in items if isinstance(i, Fault)}


BIB = r"""
@string{acl = "Association for Goals"}
@comment{not an entry}
@inproceedings{doe-2016, title = {{BERT}: {P}re-training for G{\"o}als}, abstract = {We align 50% of $x_1 \% 2$ \emph{all} goals.},
  year = 2016, month = jan, booktitle = acl, author = {Doe, Jane and Roe, Richard}, doi = {10.1000/X_1},
  eprint = {2501.00001}, archivePrefix = {arXiv}}
@article{doe-2016, title = "Same {K}ey", abstract = "B", journal = acl}
@article{twice, title = {First}, title = {Second}, eprint = {hep-th/1}}
@article{open, title = {never closed,
@article{after, title = {After it}, abstract = {C}}
@proceedings{vol, title = {A volume}}
"""


def test_bibtex():
    papers, faults = read("bibtex", BIB)
    assert [p.id for p in papers] == ["doe-2016", "doe-2016", "twice", "after"]
    first = papers[0]
    assert first.title == "BERT: Pre-training for Göals"
    assert first.text.endswith(r"We align 50% of $x_1 \% 2$ all goals.")
    assert (first.year, first.venue, first.doi, first.arxiv_id) == (
        2016,
        "Association for Goals",
        "10.1000/x_1",
        "2501.00001",
    )
    assert first.authors == ("Doe, Jane", "Roe, Richard")
    assert first.source == "a.bibtex:4"
    assert (papers[1].text, papers[1].venue) == ("Same Key\n\nB", "Association for Goals")
    assert (papers[2].title, papers[2].arxiv_id) == ("First", None)
    assert set(faults) == {"invalid-bibtex", "repeated-field", "missing-abstract", "not-a-paper"}
    assert faults["invalid-bibtex"].lost == 1
    assert "line 9" in faults["invalid-bibtex"].message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no entries",
        "@",
        "@article{",
        "@article{a, title={" * 5_000,
        "@article{a,title={" + "{" * 50_000 + "}" * 50_000 + "}}",
    ],
)
def test_bibtex_that_is_broken_ends(text):
    papers, faults = read("bibtex", text)
    assert len(papers) <= 1
    assert all(isinstance(f, Fault) for f in faults.values())


def test_latex_in_bibtex_is_read_as_text():
    assert (
        as_text(r"R\&D at 30% -- \textbf{bold} {\'e}t\'e, Erd{\H o}s~et al.")
        == "R&D at 30% – bold été, Erdős et al."
    )
    assert as_text(r"AT&T, \c{c}") == "AT&T, ç"
    assert as_text("no LaTeX -- at 30% of AT&T") == "no LaTeX -- at 30% of AT&T"


RIS = """Provider: a database

TY  - JOUR
TI  - On goals
AU  - Doe, Jane
AU  - Roe, R.
AB  - We align
goals over lines.
PY  - 2016/05/01
T2  - Journal of Goals
DO  - 10.1000/X
UR  - https://arxiv.org/abs/2501.00001
KW  - goals
ER  -

TY  - CONF
T1  - No end
N2  - B
Y1  - 2017///

TY - CHAP
TI - One space
AB - C
ER -

TY  - JOUR
ER  -
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_ris(ends):
    papers, faults = read("ris", "\ufeff" + RIS.replace("\n", ends))
    assert [(p.text, p.year) for p in papers] == [
        ("On goals\n\nWe align goals over lines.", 2016),
        ("No end\n\nB", 2017),
        ("One space\n\nC", None),
    ]
    first = papers[0]
    assert (first.venue, first.doi, first.arxiv_id) == ("Journal of Goals", "10.1000/x", "2501.00001")
    assert first.authors == ("Doe, Jane", "Roe, R.")
    assert [p.source for p in papers] == ["a.ris:3", "a.ris:16", "a.ris:21"]
    assert set(faults) == {"invalid-ris", "empty-record"}
    assert papers[0].extra["keywords"] == ["goals"]


def test_ris_counts_every_record_that_it_opened():
    text = "".join(
        f"TY  - JOUR\nTI  - T{n}\n{'AB  - A' if n % 3 else 'XX9 broken'}\nER  - \n" for n in range(90)
    )
    papers, faults = read("ris", text)
    assert len(papers) + sum(f.lost for f in faults.values()) == 90
    assert read("ris", "nothing here")[1].keys() == {"no-records"}


ACL = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="2020.goals">
  <volume id="main" ingest-date="2020-06-30">
    <meta><booktitle>Proceedings on <fixed-case>G</fixed-case>oals</booktitle><year>2020</year><venue>goals</venue></meta>
    <frontmatter><url hash="0">2020.goals-main.0</url></frontmatter>
    <paper id="1">
      <title>Aligning <fixed-case>BERT</fixed-case>s &amp; <tex-math>x^2</tex-math> models<!-- note --></title>
      <author><first>Jane</first><last>Doe</last></author><author><last>Roe</last></author>
      <abstract>We <b>align <i>all</i></b>
         goals.</abstract>
      <url hash="1">2020.goals-main.1</url><doi>10.18653/v1/2020.goals-main.1</doi><bibkey>doe-2020</bibkey>
    </paper>
    <paper id="2"><title>No abstract</title></paper>
  </volume>
  <volume id="short"><meta><booktitle>Short</booktitle><year>2021</year></meta>
    <paper id="1"><title>Second volume</title><abstract>B</abstract></paper>
  </volume>
</collection>
"""


def test_acl():
    papers, faults = read("acl", ACL)
    assert [p.id for p in papers] == [
        "acl:2020.goals-main.1",
        "acl:2020.goals-main.2",
        "acl:2020.goals-short.1",
    ]
    assert papers[0].text == "Aligning BERTs & x^2 models\n\nWe align all goals."
    assert (papers[0].year, papers[0].venue, papers[0].doi) == (
        2020,
        "goals",
        "10.18653/v1/2020.goals-main.1",
    )
    assert papers[0].authors == ("Jane Doe", "Roe")
    assert papers[0].extra["url"] == "https://aclanthology.org/2020.goals-main.1"
    assert papers[0].extra["bibkey"] == "doe-2020"
    assert (papers[2].year, papers[2].venue, papers[0].license) == (2021, "Short", None)
    assert set(faults) == {"missing-abstract"}


def test_acl_that_breaks_off_keeps_what_came_before():
    papers, faults = read("acl", ACL[: ACL.index("No abstract")])
    assert [p.id for p in papers] == ["acl:2020.goals-main.1"]
    assert faults["corrupt-xml"].lost == 1


@pytest.mark.parametrize(
    "xml",
    [
        "<collection><volume>" + "<a>" * 200_000,
        '<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
        + ']><collection id="x"><volume id="1"><paper id="1"><title>T &a8;</title></paper></volume></collection>',
        '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/hostname">]><collection id="x"><volume id="1"><paper id="1"><title>&x;</title></paper></volume></collection>',
    ],
)  # fmt: skip
def test_hostile_xml_costs_nothing(xml):
    papers, faults = read("acl", xml.replace("&a0;", "&a;"))
    assert sum(len(p.text) for p in papers) < 200
    assert papers or faults


def test_anthology_ids():
    assert anthology_id("D19", "55", "3") == "D19-5503"
    assert anthology_id("D19", "1", "3") == "D19-1003"
    assert anthology_id("C69", "1", "1") == "C69-0101"
    assert anthology_id("2023.findings", "acl", "12") == "2023.findings-acl.12"
