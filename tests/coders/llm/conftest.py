"""What the tests of the LLM coder share: a small codebook, an answer that is right, and a cache of their own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from univocal.codebook import load as load_codebook
from univocal.coders.llm.answers import Question
from univocal.mentions.find import find_mentions
from univocal.records import Paper

TEXT = "Aligning models with users\n\nWe align language models with what users ask for. The win rate rises by 9 points."
#: What Inspect and the libraries below it warn of, which isn't ours to mend.
QUIET = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def question_of(text=TEXT, codebook=None, paper="p1"):
    made = Paper(paper, text)
    return Question(made, find_mentions(text), codebook or load_codebook(), "llm:mockllm/model")


def answer(question, **changes):
    """A right answer: every mention task_reliability, every variable answered, some abstained from."""
    first = question.paper.text[question.mentions[0][0] : question.mentions[0][1]]
    quote = {"quote": first, "within": None}
    paper = {v.id: None for v in question.codebook.variables if v.unit == "paper" and v.id != "conflation"}
    given = {
        "about": {"code": "main", "quotes": [quote]},
        "ideals": {"codes": ["task_reliability"], "quotes": [{"code": "task_reliability", **quote}]},
        "primary": {"code": "task_reliability", "quotes": [quote]},
        "threat_model": {"code": "not_stated", "quotes": []},
        "tension_acknowledged": {"code": "false", "quotes": []},
    }
    paper |= {name: value for name, value in given.items() if name in paper} | changes
    numbers = range(1, len(question.mentions) + 1)
    return {"mentions": [{"n": n, "sense": "task_reliability"} for n in numbers], "paper": paper}


def written(answer):
    return json.dumps(answer)


@pytest.fixture
def small_book():
    """The codebook's senses and whether the paper is about them, without examples."""
    book = load_codebook()
    plain = [
        replace(v, codes=tuple(replace(c, examples=(), rule="") for c in v.codes))
        for v in book.variables
        if v.id in ("sense", "about")
    ]
    return replace(book, variables=tuple(plain), cues=())


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
