"""The page that is written: complete, inert, one file or a folder, from any codebook."""

import base64
import hashlib
import html
import json
import re

import pytest

from univocal.atlas import scripts
from univocal.atlas.page import PageWriter
from univocal.atlas.tally import Tally
from univocal.atlas.trust import Trust
from univocal.records import Coding, Dossier, Evidence, Finding, Mention, Paper

PROBE = "</script><!--<script><img src=x onerror=alert(1)>{{7*7}}\u2028'\""


def write(dossiers, codebook, out, run_info=None, quality=None, **limits):
    tally, writer = Tally(codebook), PageWriter(out, codebook, **limits)
    for dossier in dossiers:
        tally.add(dossier)
        writer.add(dossier)
    return writer.finish(tally.summary(), quality, run_info).read_text(encoding="utf-8")


def block(page, name):
    return json.loads(
        re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)[1]
    )


def policy(page):
    return html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])


@pytest.fixture
def hostile():
    text = f"{PROBE} We align models. {PROBE}"
    at = text.index("align models")
    evidence = (Evidence.cut(text, at, at + 12),)
    name = f"id {PROBE}"
    paper = Paper(name, text, title=PROBE, year=2020, venue=PROBE, license=PROBE, doi=PROBE, authors=(PROBE,))
    return Dossier(
        paper,
        (Mention(name, at, at + 5, "align", "task_reliability", 0.9),),
        (
            Coding(name, "c", "about", ("main",), evidence),
            Coding(name, "c", "ideals", ("task_reliability",), evidence),
            Coding(name, "c", "proxies", ("proxy",), (Evidence.cut(text, 0, at),)),
        ),
        (Finding(name, "sense_shift", (Evidence.cut(text, 0, at + 5),), PROBE, 0.5),),
    )


def test_what_papers_hold_stays_text(hostile, codebook, tmp_path):
    info = {"title": PROBE, "coder": {"name": PROBE}, "inputs": [PROBE]}
    info["faults"] = [{"where": PROBE, "kind": PROBE, "message": PROBE, "lost": 0}]
    page = write([hostile], codebook, tmp_path, info)
    assert "<img" not in page
    assert "{{7*7}}" in html.unescape(page)
    ours = len(scripts.app()) + len(scripts.vega())
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert sum(map(len, inline)) == ours
    assert block(page, "texts-0")[0]["text"] == hostile.paper.text
    assert page.count("<script") == len(inline) + 3  # page-data, index-0, texts-0


def test_policy_lets_only_these_scripts_run_and_nothing_be_fetched(dossiers, codebook, tmp_path):
    page = write(dossiers[:40], codebook, tmp_path)
    rules = dict(rule.strip().split(" ", 1) for rule in policy(page).split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in rules["script-src"]
    for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rules["script-src"]
    assert not re.search(
        r'(?:src|href)="(?!#)[a-z]*:?//', page.split('<script type="application/json"', maxsplit=1)[0]
    )


def test_small_corpora_are_one_file_and_large_ones_a_folder(dossiers, codebook, tmp_path):
    page = write(dossiers, codebook, tmp_path / "one")
    assert [f.name for f in (tmp_path / "one").iterdir()] == ["index.html"]
    large = write(dossiers, codebook, tmp_path / "many", inline_papers=100)
    data = block(large, "page-data")
    assert data["folder"]
    assert not block(page, "page-data")["folder"]
    texts = []
    for number, first in enumerate(data["textFirst"]):
        assert first == len(texts)
        script = (tmp_path / "many" / "data" / f"texts-{number}.js").read_text(encoding="utf-8")
        texts += json.loads(re.fullmatch(rf'univocalShard\("texts",{number},(.*)\);\n', script, re.DOTALL)[1])
    assert [t["text"] for t in texts] == [d.paper.text for d in dossiers if d.mentions]
    index = block(large, "index-0")
    assert index["id"] == [d.paper.id for d in dossiers]


def test_a_smaller_run_leaves_no_stale_data(dossiers, codebook, tmp_path):
    write(dossiers, codebook, tmp_path, inline_papers=10)
    (tmp_path / "data" / "mine.txt").write_text("kept")
    write(dossiers[:5], codebook, tmp_path)
    assert [f.name for f in (tmp_path / "data").iterdir()] == ["mine.txt"]


def test_papers_without_mentions_are_counted_and_not_listed(dossiers, codebook, tmp_path):
    page = write([*dossiers[:3], Dossier(Paper("silent", "Nothing here."))], codebook, tmp_path)
    assert block(page, "page-data")["rows"] == 3
    assert "not listed: 1 paper without a mention" in page
    assert "silent" not in block(page, "index-0")["id"]


def test_an_empty_corpus_makes_a_page(codebook, tmp_path):
    page = write([], codebook, tmp_path)
    assert "No paper has a year." in page


def test_examples_know_their_row(dossiers, codebook, tmp_path):
    page = write(dossiers, codebook, tmp_path)
    ids = block(page, "index-0")["id"]
    examples = block(page, "page-data")["examples"]
    assert examples
    assert all(ids[row] == paper for paper, row in examples.items())


def test_vendored_scripts_are_those_whose_hash_is_written_down():
    readme = scripts.asset("vendor/README.md")
    assert all(f"| {digest} |" in readme for digest in scripts.VENDORED.values())
    scripts.vega()


def test_an_evaluation_is_shown_with_its_intervals_and_ceiling(dossiers, codebook, tmp_path):
    def estimate(value, low, high):
        return {"value": value, "low": low, "high": high, "level": 0.95, "n": 10, "method": "m"}

    table = {
        "accuracy": estimate(0.712, 0.6, 0.8),
        "kappa": estimate(None, None, None),
        "n": 10,
        "n_abstained": 2,
    }
    quality = {
        "coder": {"name": "lexicon", "version": "1"},
        "senses": {**table, "unit": "mention"},
        "variables": {"valence": {**table, "unit": "paper"}},
        "ceiling": {"senses": {"kappa": estimate(0.945, 0.93, 0.96)}},
        "gold": {"n_papers": 448, "n_mentions": 1147},
        "gold_note": "The gold coders are passes of a large language model.",
        "intervals": {"level": 0.95, "method": "bootstrap"},
        "conflation": {
            "sense_shift": {"precision": estimate(0.5, 0.1, 0.9), "recall": estimate(1, 0.2, 1), "n_true": 2}
        },
    }
    page = write(dossiers[:10], codebook, tmp_path, quality=quality)
    for words in (
        ".71 [.60, .80]",
        ".94 [.93, .96]",
        "2 of 10 mentions",
        "passes of a large language model",
        "95%",
    ):
        assert words in page, words
    assert [row.id for row in Trust.read(quality, codebook).rows] == ["sense", "valence"]
    assert not Trust.read(None, codebook).measured
