"""The law of record readers: a record's title and abstract come back word for word, whatever the format."""

import csv
import io
import json
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from univocal.corpus import readers
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault, Paper

HARD = [
    ("🙂 Aligning", "A family 👩‍👩‍👧 and a flag 🇺🇦; café as cafe\u0301."),
    ("عنوان عن المواءمة", "ملخص قصير \u200f(RTL) with align- in it."),
    ("Line\r\nbreaks", "one\r\ntwo\n\nthree\rfour"),
    (" leading and trailing ", "\tblank  runs \u00a0\u2003 kept "),
    ("\ufeffmarks", 'quotes " and \\ backslash, commas; tabs\t| pipes'),
]
ANY = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60).filter(
    lambda s: not s.isspace()
)
LINE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=60).filter(
    lambda s: s == s.strip() and s.strip("\ufeff")
)
XML = LINE.filter(lambda s: all(c < "\ufffe" or c > "\uffff" for c in s))
PLAIN = LINE.filter(lambda s: not set(s) & set('{}\\$~@"%#'))


def jsonl(rows):
    return b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in rows)


def table(delimiter):
    def write(rows):
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, ["id", "title", "abstract"], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode()

    return write


def parquet(rows):
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def arxiv(rows):
    extra = {
        "authors_parsed": [["Doe", "J", ""]],
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 1:2:3 GMT"}],
    }
    return jsonl(rows=[r | extra for r in rows])


def semantic_scholar(rows):
    shaped = [
        {"paperId": r["id"], "title": r["title"], "abstract": r["abstract"], "year": 2019} for r in rows
    ]
    return json.dumps({"total": len(rows), "data": shaped}).encode()


def openreview(*, wrapped):
    def write(rows):
        notes = []
        for r in rows:
            content = {"title": r["title"], "abstract": r["abstract"]}
            content = {k: {"value": v} for k, v in content.items()} if wrapped else content
            notes.append(
                {
                    "id": r["id"],
                    "forum": r["id"],
                    "invitation": "ICLR.cc/2021/-/Submission",
                    "content": content,
                }
            )
        return json.dumps({"notes": notes}).encode()

    return write


def acl(rows):
    papers = "".join(
        f'<paper id="{n}"><title>{escape(r["title"])}</title><abstract>{escape(r["abstract"])}</abstract></paper>'
        for n, r in enumerate(rows)
    )
    return f'<collection id="2020.x"><volume id="1">{papers}</volume></collection>'.encode()


def bibtex(rows):
    return "".join(
        f"@article{{k{n},\n  title = {{{r['title']}}},\n  abstract = {{{r['abstract']}}}\n}}\n"
        for n, r in enumerate(rows)
    ).encode()


def ris(rows):
    return "".join(
        f"TY  - JOUR\nTI  - {r['title']}\nAB  - {r['abstract']}\nER  - \n\n" for r in rows
    ).encode()


FORMATS = {
    "jsonl": ("jsonl", "a.jsonl", jsonl, ANY),
    "json array": ("jsonl", "a.json", lambda rows: json.dumps(rows, indent=1).encode(), ANY),
    "csv": ("delimited", "a.csv", table(","), ANY),
    "tsv": ("delimited", "a.tsv", table("\t"), ANY),
    "semicolons": ("delimited", "a.csv", table(";"), ANY),
    "parquet": ("parquet", "a.parquet", parquet, ANY),
    "arxiv": ("arxiv", "a.json", arxiv, ANY),
    "semantic scholar": ("semantic_scholar", "a.json", semantic_scholar, ANY),
    "openreview 1": ("openreview", "a.json", openreview(wrapped=False), ANY),
    "openreview 2": ("openreview", "a.json", openreview(wrapped=True), ANY),
    "acl": ("acl", "a.xml", acl, XML),
    "bibtex": ("bibtex", "a.bib", bibtex, PLAIN),
    "ris": ("ris", "a.ris", ris, LINE),
}


def read(name, file, data):
    reader = readers.named(name)
    assert reader.sniff(data[:65536], file)
    items = list(reader.read(Source(file, data), Limits()))
    return [i for i in items if isinstance(i, Paper)], [i for i in items if isinstance(i, Fault)]


def check(form, pairs):
    name, file, write, _ = FORMATS[form]
    rows = [
        {"id": f"p{n}", "title": title, "abstract": abstract} for n, (title, abstract) in enumerate(pairs)
    ]
    papers, faults = read(name, file, write(rows))
    assert faults == []
    assert [p.text for p in papers] == [f"{title}\n\n{abstract}" for title, abstract in pairs]
    for paper, (title, abstract) in zip(papers, pairs, strict=True):
        assert paper.title == title
        spans = {s.kind: paper.text[s.start : s.end] for s in paper.sections}
        assert spans == {"title": title, "abstract": abstract}
        assert paper.source.startswith(file + ":")


@pytest.mark.parametrize("form", FORMATS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(data=st.data())
def test_title_and_abstract_come_back(form, data):
    texts = FORMATS[form][3]
    check(form, data.draw(st.lists(st.tuples(texts, texts), min_size=1, max_size=4)))


@pytest.mark.parametrize("form", [form for form, spec in FORMATS.items() if spec[3] is ANY])
def test_hard_characters_come_back(form):
    check(form, HARD)


@settings(max_examples=50, deadline=None)
@given(words=st.lists(st.text("abc🙂é", min_size=1, max_size=4), min_size=1, max_size=30))
def test_inverted_index_is_put_back_in_order(words):
    index: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        index.setdefault(word, []).append(at)
    work = {"id": "https://openalex.org/W1", "title": "T", "abstract_inverted_index": index}
    papers, _ = read("openalex", "a.json", json.dumps({"results": [work]}).encode())
    assert papers[0].text == "T\n\n" + " ".join(words)
