"""OpenAlex, Semantic Scholar, arXiv and OpenReview: their documented shapes, with hand-made content."""

import json

import pytest

from univocal.corpus import readers
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault, Paper


def read(name, value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    reader = readers.named(name)
    assert reader.sniff(data[:65536], "a.json")
    items = list(reader.read(Source("a.json", data), Limits()))
    return [i for i in items if isinstance(i, Paper)], {i.kind: i for i in items if isinstance(i, Fault)}


def test_openalex_work():
    work = {
        "id": "https://openalex.org/W42", "doi": "https://doi.org/10.1000/Ab", "display_name": "On goals", "title": "On goals",
        "publication_year": 2021, "publication_date": "2021-03-02", "cited_by_count": 3,
        "authorships": [{"author": {"id": "https://openalex.org/A1", "display_name": "Jane Doe"}}],
        "primary_location": {"source": {"display_name": "Journal of Goals"}, "license": "cc-by", "landing_page_url": "https://x.org"},
        "locations": [{"source": None, "landing_page_url": "https://arxiv.org/abs/2103.00001", "license": None}],
        "abstract_inverted_index": {"We": [0], "align": [1], "goals.": [2]},
    }  # fmt: skip
    (paper,), faults = read("openalex", {"meta": {"count": 1}, "results": [work]})
    assert faults == {}
    assert (paper.id, paper.text, paper.year) == ("W42", "On goals\n\nWe align goals.", 2021)
    assert (paper.venue, paper.license, paper.doi, paper.arxiv_id) == (
        "Journal of Goals",
        "cc-by",
        "10.1000/ab",
        "2103.00001",
    )
    assert paper.authors == ("Jane Doe",)
    assert paper.extra["cited_by_count"] == 3


def test_openalex_without_abstract_or_location():
    works = [
        {
            "id": "https://openalex.org/W1",
            "display_name": "T",
            "abstract_inverted_index": None,
            "primary_location": None,
        }
    ]
    (paper,), faults = read("openalex", {"results": works})
    assert (paper.text, set(faults)) == ("T", {"missing-abstract"})


@pytest.mark.parametrize("index", [{"a": 3}, {"a": ["x", 1]}, "text", [1]])
def test_openalex_with_a_broken_index(index):
    works = [{"id": "https://openalex.org/W1", "display_name": "T", "abstract_inverted_index": index}]
    papers, faults = read("openalex", {"results": works})
    assert papers == []
    assert faults["wrong-type"].lost == 1


def test_semantic_scholar_api_bulk_and_older_corpus():
    graph = {
        "paperId": "0a1b", "corpusId": 7, "externalIds": {"DOI": "10.1000/X", "ArXiv": "2103.00001"}, "title": "T", "abstract": "A",
        "year": 2021, "venue": "", "journal": {"name": "J", "volume": "1"}, "authors": [{"authorId": "1", "name": "Jane Doe"}],
        "openAccessPdf": {"url": "https://x.org/p.pdf", "license": "CCBY"}, "tldr": {"text": "Short."},
    }  # fmt: skip
    bulk = {
        "corpusid": 8,
        "externalids": {"DOI": None},
        "title": "U",
        "publicationdate": "2020-01-05",
        "authors": [],
    }
    abstracts = {
        "corpusid": 9,
        "openaccessinfo": {"externalids": {"ArXiv": "2103.00002"}, "license": None},
        "abstract": "B",
    }
    older = {
        "id": "ffee",
        "title": "V",
        "paperAbstract": "C",
        "journalName": "K",
        "doi": "10.1000/Y",
        "authors": [{"name": "R. Roe", "ids": ["2"]}],
    }
    papers, faults = read(
        "semantic_scholar", {"data": [graph, bulk, abstracts, older, {"citedPaper": graph}]}
    )
    assert [p.id for p in papers] == ["0a1b", "CorpusID:8", "CorpusID:9", "ffee", "0a1b"]
    assert [p.text for p in papers] == ["T\n\nA", "U", "\n\nB", "V\n\nC", "T\n\nA"]
    first = papers[0]
    assert (first.venue, first.license, first.doi, first.arxiv_id) == ("J", "CCBY", "10.1000/x", "2103.00001")
    assert (papers[1].year, papers[3].venue, papers[3].authors) == (2020, "K", ("R. Roe",))
    assert set(faults) == {"missing-abstract", "missing-title"}


def test_arxiv_snapshot():
    record = {
        "id": "0704.0001", "submitter": "J Doe", "authors": "J. Doe, R. Roe", "title": "On goals and\n  other things",
        "comments": "3 pages", "journal-ref": "J. Goals 1", "doi": "10.1000/X", "report-no": None, "categories": "cs.AI",
        "license": "http://creativecommons.org/licenses/by/4.0/", "abstract": "  We align\ngoals.\n",
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}], "update_date": "2008-11-26",
        "authors_parsed": [["Doe", "J.", ""], ["Roe", "R.", "Jr"]],
    }  # fmt: skip
    line = json.dumps(record).encode() + b"\n"
    papers, faults = read("arxiv", line * 2)
    assert faults == {}
    assert papers[0].text == "On goals and\n  other things\n\n  We align\ngoals.\n"
    assert (papers[0].id, papers[0].arxiv_id, papers[0].year) == ("0704.0001", "0704.0001", 2007)
    assert (papers[0].authors, papers[0].venue) == (("J. Doe", "R. Roe Jr"), "J. Goals 1")
    assert papers[0].license == "http://creativecommons.org/licenses/by/4.0/"
    assert papers[1].source == "a.json:2"


def test_arxiv_atom_as_json():
    parsed = {
        "id": "http://arxiv.org/abs/2510.12826v2", "title": "T", "summary": "A", "published": "2025-10-11T00:00:00Z",
        "updated": "2026-01-01T00:00:00Z", "authors": [{"name": "Jane Doe"}, {"name": "R. Roe"}], "arxiv_doi": "10.1000/X",
    }  # fmt: skip
    converted = {
        "id": "http://arxiv.org/abs/cs/0301012v1", "title": {"#text": "U", "@type": "html"}, "summary": "B",
        "published": "2003-01-11", "author": {"name": "R. Roe"}, "arxiv:doi": {"#text": "10.1000/Z"},
    }  # fmt: skip
    papers, faults = read("arxiv", {"feed": {"entry": [parsed, converted]}})
    assert faults == {}
    assert [(p.id, p.arxiv_id, p.text, p.year, p.doi) for p in papers] == [
        ("2510.12826v2", "2510.12826v2", "T\n\nA", 2025, "10.1000/x"),
        ("cs/0301012v1", "cs/0301012v1", "U\n\nB", 2003, "10.1000/z"),
    ]
    assert [p.authors for p in papers] == [("Jane Doe", "R. Roe"), ("R. Roe",)]
    assert len(read("arxiv", {"feed": {"entry": parsed}})[0]) == 1
    assert len(read("arxiv", {"entries": [parsed, converted]})[0]) == 2


def test_openreview_both_versions():
    first = {
        "id": "a", "forum": "a", "replyto": None, "invitation": "ICLR.cc/2019/Conference/-/Blind_Submission", "cdate": 1538087700000,
        "content": {"title": "T", "abstract": "A", "authors": ["Jane Doe"], "keywords": ["goals"], "_bibtex": "@misc{}"},
    }  # fmt: skip
    second = {
        "id": "b", "forum": "b", "invitations": ["ICML.cc/2024/Conference/-/Submission"], "pdate": 1714600000000, "license": "CC BY 4.0",
        "content": {"title": {"value": "U"}, "abstract": {"value": "B"}, "venue": {"value": "ICML 2024 Poster"}, "authors": {"value": ["R. Roe"]}},
    }  # fmt: skip
    review = {
        "id": "r",
        "forum": "a",
        "replyto": "a",
        "invitation": "x/-/Official_Review",
        "content": {"review": "Good."},
    }
    dated = {
        "id": "d",
        "content": {"title": {"value": "W"}, "abstract": {"value": "C"}},
        "cdate": 1600000000000,
    }
    papers, faults = read("openreview", {"notes": [first, review, second, dated]})
    assert [(p.id, p.text, p.year, p.venue) for p in papers] == [
        ("a", "T\n\nA", 2019, "ICLR.cc/2019/Conference"),
        ("b", "U\n\nB", 2024, "ICML 2024 Poster"),
        ("d", "W\n\nC", 2020, None),
    ]
    assert (papers[1].license, papers[0].authors) == ("CC BY 4.0", ("Jane Doe",))
    assert papers[0].extra["url"] == "https://openreview.net/forum?id=a"
    assert faults["not-a-paper"].lost == 0
