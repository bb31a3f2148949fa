"""What goes into the page's data comes out again, whatever is in it."""

import json

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from univocal.atlas.pagedata import Columns, PageEntry, index_shard, links, page_entry, script_safe
from univocal.codebook import load
from univocal.records import Coding, Dossier, Evidence, Mention, Paper


@given(st.recursive(st.text() | st.integers(-(2**53), 2**53) | st.none(), st.lists))
@settings(max_examples=60, deadline=None)
def test_script_safe_json_is_the_same_json_and_can_end_no_script(value):
    safe = script_safe(orjson.dumps(value))
    assert json.loads(safe) == value
    assert not any(bad in safe for bad in (b"<", b">", "\u2028".encode(), "\u2029".encode()))


def test_columns_hold_each_papers_codes(dossiers, codebook):
    columns = Columns(codebook)
    rows = [page_entry(d).row for d in dossiers]
    shard = orjson.loads(index_shard(rows, 0, columns))
    for name, letters in columns.letters.items():
        of = {letter: code for code, letter in letters.items()} | {"-": "(none)", "?": "(abstained)"}
        cells = shard["codes"][name].split(",")
        assert len(cells) == len(rows)
        for cell, row in zip(cells, rows, strict=True):
            assert {of[letter] for letter in cell} == set(row["codes"].get(name, ()))
    assert [shard["venues"][v] for v in shard["venue"]] == [row["venue"] for row in rows]


def test_many_codes_have_many_letters(codebook):
    columns = Columns(codebook)
    codes = [f"rule-{n}" for n in range(200)]
    assert len(set(columns.text("finding", codes))) == 200
    assert "," not in columns.text("finding", codes)


def test_entries_travel_as_lines(dossiers):
    for dossier in dossiers[:50]:
        entry = page_entry(dossier)
        assert b"\n" not in entry.to_line()[:-1]
        assert PageEntry.from_line(entry.to_line()) == entry


def test_lone_surrogates_are_replaced_one_for_one():
    text = "bad \ud800 word: align"
    mention = Mention("p\udfff", 12, 17, "align")
    entry = page_entry(Dossier(Paper("p\udfff", text, title="t\ud800"), (mention,)))
    body = orjson.loads(entry.body)
    assert body["text"][12:17] == "align"
    assert len(body["text"]) == len(text)
    orjson.dumps(entry.row)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http:///x",
        "https://[::1",
        "file:///etc",
        7,
    ],
)
def test_only_web_addresses_become_links(url):
    assert links(Paper("p", "", extra={"url": url})) == []


def test_addresses_are_encoded():
    paper = Paper('acl:"><script>', "", doi='10.1/"><x', arxiv_id="2101.1'onclick=", extra={})
    assert all(not set("\"'<> ") & set(address) for _, address in links(paper))


def test_a_body_has_the_evidence_of_every_code():
    codebook = load()
    text = "🙂 We align it to intent."
    evidence = Evidence.find(text, "intent", "intent")
    coding = Coding("p", "c", "target_y", ("intent",), (evidence,), 0.5, codebook.version)
    body = orjson.loads(
        page_entry(Dossier(Paper("p", text), (Mention("p", 5, 10, "align"),), (coding,))).body
    )
    assert body["codings"][0]["evidence"] == [[17, 23, "intent"]]
    assert body["mentions"] == [[5, 10, None, None]]
