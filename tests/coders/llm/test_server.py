"""End to end against a real HTTP server that speaks OpenAI's protocol: concurrency, retries, and a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tests.coders.llm.conftest import QUIET
from tests.coders.llm.speaker import Speaker, serving

from univocal.coders.choice import load_coder
from univocal.coders.llm import Settings, code_papers
from univocal.records import Paper

pytest.importorskip("inspect_ai", reason="extra llm isn't installed")
pytest.importorskip("openai", reason="extra llm isn't installed")
pytestmark = QUIET
MODEL = "openai-api/local/speaker"


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("LOCAL_API_KEY", "none")


def papers(n):
    return [Paper(f"p{i}", f"Word alignment, number {i}.") for i in range(1, n + 1)]


def test_papers_are_coded_over_http_several_at_a_time(small_book):
    speaker = Speaker(seconds=0.2)
    with serving(speaker) as url:
        outcome = code_papers(papers(8), small_book, MODEL, settings=Settings(base_url=url, connections=4))
    assert outcome.whole
    assert [c.codes for c in outcome.codings if c.variable == "sense"] == [("technical",)] * 8
    assert {c.coder for c in outcome.codings} == {"llm:openai-api/local/speaker"}
    assert len(speaker.asked) == 8
    assert 1 < speaker.most_in_flight <= 4
    assert outcome.usage.paid_input_tokens == 800
    sent = speaker.asked[0]
    assert sent["response_format"]["type"] == "json_schema"
    assert [m["role"] for m in sent["messages"]] == ["system", "user"]


def test_a_server_that_is_busy_is_asked_again(small_book):
    speaker = Speaker(refuse=1)
    with serving(speaker) as url:
        outcome = code_papers(papers(1), small_book, MODEL, settings=Settings(base_url=url, connections=1))
    assert outcome.whole
    assert len(speaker.asked) == 2


def test_a_server_that_stays_away_fails_the_paper_and_names_the_reason(small_book):
    settings = Settings(base_url="http://127.0.0.1:9/v1", connections=1, retries=0)
    outcome = code_papers(papers(1), small_book, MODEL, settings=settings)
    assert [paper for paper, _ in outcome.failed] == ["p1"]
    assert "Connection" in outcome.failed[0][1]
    assert outcome.codings == ()


def test_a_model_that_answers_wrongly_is_asked_twice_over_http(small_book):
    speaker = Speaker(lambda messages: '{"mentions": [], "paper": {"about": null}}')
    with serving(speaker) as url:
        outcome = code_papers(papers(1), small_book, MODEL, settings=Settings(base_url=url, connections=1))
    assert [m["role"] for m in speaker.asked[1]["messages"]] == ["system", "user", "assistant", "user"]
    assert "$.mentions: mention 1: no entry" in speaker.asked[1]["messages"][3]["content"]
    assert outcome.n_rejected == 1


def test_one_paper_after_the_other_as_by_any_coder(small_book, monkeypatch):
    speaker = Speaker()
    with serving(speaker) as url:
        monkeypatch.setenv("LOCAL_BASE_URL", url)
        first, second = (load_coder(f"llm:{MODEL}{repeat}") for repeat in ("", "#2"))
        for coder in (first, second, second):
            for paper in papers(2):
                codings = coder.code(paper, small_book)
                assert [c.variable for c in codings] == ["sense", "about"]
                assert {c.coder for c in codings} == {coder.name}
    assert len(speaker.asked) == 4


CHILD = """
import json, sys
from dataclasses import replace
from univocal.codebook import load
from univocal.coders.choice import load_coder
from univocal.coders.llm import Settings, code_papers
from univocal.records import Paper
book = load()
book = replace(book, variables=tuple(v for v in book.variables if v.id in ("sense", "about")), cues=())
papers = [Paper(f"p{i}", f"Word alignment, number {i}.") for i in range(1, 25)]
outcome = code_papers(papers, book, "openai-api/local/speaker", settings=Settings(base_url=sys.argv[1], connections=2))
print(json.dumps([len(outcome.codings), outcome.whole, outcome.usage.paid_input_tokens]))
"""


@pytest.mark.slow
def test_a_run_killed_by_kill_9_goes_on_and_pays_for_nothing_twice(tmp_path):
    speaker = Speaker(seconds=0.5)
    environment = os.environ | {"INSPECT_CACHE_DIR": str(tmp_path / "cache"), "LOCAL_API_KEY": "none"}
    with serving(speaker) as url:
        command = [sys.executable, "-c", CHILD, url]
        child = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 120
        while len(speaker.asked) < 8:
            assert time.monotonic() < until, "the run doesn't start"
            assert child.poll() is None, "the run ended before it was killed"
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        assert child.wait(20) == -signal.SIGKILL
        before = len(speaker.asked)
        answered = sum(file.is_file() for file in (tmp_path / "cache").rglob("*"))
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180, check=False
        )
    assert done.returncode == 0, done.stderr[-2000:]
    n_codings, whole, paid = json.loads(done.stdout.splitlines()[-1])
    assert (n_codings, whole) == (48, True)
    assert before < 24
    # What was in flight when the process died (two calls at most) is asked again, and nothing else.
    again = len(speaker.asked) - before
    assert answered >= before - 2
    assert 24 - answered <= again <= 24 - answered + 1
    assert paid == 100 * again
