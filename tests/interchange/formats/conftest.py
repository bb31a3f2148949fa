"""Coded papers that are hard to carry, and every format to carry them with."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from univocal.codebook import load
from univocal.interchange.formats.carries import carried
from univocal.interchange.formats.coded import CodedPaper, CodedUnit, Format, Report, Tally, cut
from univocal.records import Paper, Section

CODEBOOK = load()
MODULES = {
    "jsonl": "jsonl:FORMAT", "label-studio": "label_studio:FORMAT", "doccano": "doccano:FORMAT", "brat": "brat:FORMAT",
    "webanno": "webanno:FORMAT", "cas": "cas:FORMAT", "refi-qda": "refi:FORMAT", "w3c": "w3c:FORMAT", "csv": "table:CSV",
    "parquet": "table:PARQUET",
}  # fmt: skip
TEXTS = {
    "plain": "We align it with values. Alignment is hard.",
    "emoji": "\U0001f916 We align \U0001f469\u200d\U0001f469\u200d\U0001f467 families: \U0001d49clignment of \U0001f916\U0001f916.",
    "combining": "Ale\u0301xander's reali\u0308gnment; e\u0301 isn't \xe9.",
    "crlf": "\r\n Title\r\n\r\nAligned\r\nwith CR LF.\r\nlone\rCR\r\n\r\n",
    "arabic": "مواءمة الذكاء الاصطناعي alignment مع القيم \u200fوالناس\u202e!",
    "joiners": "a\u200db\u200cc\ufeffd \ufeff\u00adalign\u2060ment",
    "marked": "\ufeffBegins with a mark",
    "tabs": "a\tb\t\talign\tc \\t \\n \\ \\\\",
    "xml": "<align & \"values\"> ]]> &amp; &#10; 'x' <!-- -->",
    "tsv": "a_b [c|d];e->f*g #Text=h\\_i -- T1\tx 0 1\ty",
    "breaks": "a\x0bb\x1cc\x85d\u2028e\u2029f align",
    "long": "align ment " * 2_000,
    "space": " \t\n  ",
    "csv": '=1+1,"@x"\n-2\n+3',
}


def format_of(name: str) -> Format:
    module, _, attribute = MODULES[name].partition(":")
    if name == "cas":
        pytest.importorskip("cassis")
    found: Format = getattr(import_module(f"univocal.interchange.formats.{module}"), attribute)
    return found


def through(
    format_: Format, papers: Iterable[CodedPaper], folder: Path
) -> tuple[list[Any], list[CodedPaper], Report]:
    """What comes back, what should, and the report."""
    papers = list(papers)
    path = folder / f"out{format_.suffix}"
    report = format_.write(papers, CODEBOOK, path)
    carries: Any = getattr(format_, "carries", None)
    wanted = papers
    if carries is not None:
        tally = Tally(format_.name)
        kept = [carried(one, carries, CODEBOOK, tally) for one in papers]
        wanted = [one for one in kept if one is not None]
        assert report.losses == tally.report([]).losses
    known = {one.paper.id: one.paper for one in wanted}
    return list(format_.read(path, CODEBOOK, papers=known.get)), wanted, report


def rich_paper(key: str, text: str) -> CodedPaper:
    """Overlapping, nested and touching spans, empty sets, can't say, unsure, memos, a ledger, mentions."""
    n = len(text)
    third, half = max(n // 3, 1), max(n // 2, 1)
    units = (
        CodedUnit("ann", "about", codes=("main",), spans=(cut(text, 0, n, "main"), cut(text, 0, third, "main"))),
        CodedUnit(
            "ann", "ideals", codes=("task_reliability", "takeover_avoidance"),
            spans=(cut(text, 0, half, "task_reliability"), cut(text, third - 1, n, "takeover_avoidance"), cut(text, n - 1, n)),
            unsure=True, memo="line one\nline two\r\n\ttabbed \\n <b>&amp;\u2028'=1", confidence=0.25,
            at="2026-01-02T03:04:05.000006Z", stage="blind",
        ),
        CodedUnit("ann", "harm_source", codes=()),
        CodedUnit("ann", "primary", codes=None, unsure=True, memo="?"),
        CodedUnit("ann", "target_y", codes=None, spans=(cut(text, 0, 1),)),
        CodedUnit("ann", "definition", codes=("none",)),
        CodedUnit("ann", "proxies", item=0, codes=("proxy",), spans=(cut(text, 0, 1, "proxy"),), stands_for="task_reliability"),
        CodedUnit("ann", "proxies", item=1, codes=("ideal",), spans=(cut(text, 0, n, "ideal"),)),
        CodedUnit("ann", "sense", 0, 1, codes=("task_reliability",), spans=(cut(text, 0, 1, "task_reliability"),), confidence=1.0),
        CodedUnit("ann", "sense", 0, half, codes=None, memo="?"),
        CodedUnit("bob & <co>", "about", codes=("no",), stage="seen"),
        CodedUnit("Ann/é 🤖", "sense", 0, n, codes=("task_reliability",), spans=(cut(text, 0, n), cut(text, n - 1, n))),
    )  # fmt: skip
    paper = Paper(
        key, text, title="A <title> & é 🤖", year=2024, venue="V", doi="10.1/x", authors=("Ann Lee", "Bö, C."), source="f:1",
        sections=(Section("body", 0, n),), extra={"weight": 2.0},
    )  # fmt: skip
    return CodedPaper(paper, units)


def honest_codes() -> dict[str, list[str]]:
    names = ("about", "ideals", "proxies", "tension_acknowledged", "sense")
    return {name: [code.id for code in CODEBOOK.variable(name).codes][:4] for name in names}


_CODES = honest_codes()
_CHARS = st.sampled_from([*"ab \t\n\r\\\"'<&>[]|_*;->=,#@+", "\U0001f916", "\u0301", "\u200d", "\u05d0", "\x85", "\ufeff", "\u2028", "\x0b"])  # fmt: skip
_WORDS = st.text(_CHARS, min_size=1, max_size=24)
_NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=8).filter(
    lambda name: bool(name.strip()) and name.isprintable()
)
_MEMOS = st.text(_CHARS, max_size=12)


@st.composite
def units(draw: Any, text: str) -> CodedUnit:
    variable = draw(st.sampled_from(sorted(_CODES)))
    codes = draw(st.none() | st.lists(st.sampled_from(_CODES[variable]), unique=True, max_size=3).map(tuple))
    places = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda p: p[0] < p[1])
    found = draw(st.lists(st.tuples(places, st.sampled_from([None, *(codes or ())])), max_size=4))
    start, stop = draw(places) if variable == "sense" else (-1, -1)
    return CodedUnit(
        draw(st.sampled_from(["ann", "bob"]) | _NAMES), variable, start, stop,
        draw(st.integers(0, 3)) if variable == "proxies" else 0, codes,
        tuple(cut(text, *place, code) for place, code in found), draw(st.booleans()), draw(_MEMOS),
        draw(st.none() | st.just("task_reliability")), draw(st.none() | st.floats(0, 1)),
        draw(st.sampled_from(["", "2026-01-02T03:04:05Z"])), draw(st.sampled_from(["", "blind"])),
    )  # fmt: skip


@st.composite
def coded_papers(draw: Any) -> list[CodedPaper]:
    keys = draw(st.lists(_NAMES, min_size=1, max_size=3, unique=True))
    found = []
    for key in keys:
        text = draw(_WORDS)
        said = draw(
            st.lists(
                units(text), max_size=5, unique_by=lambda u: (u.coder, u.variable, u.start, u.stop, u.item)
            )
        )
        found.append(CodedPaper(Paper(key, text, title=draw(_MEMOS)), tuple(said)))
    return found
