"""A corpus through a language model, shard by shard, over HTTP: what the command `univocal code` calls."""

from __future__ import annotations

import json

import duckdb
import pytest
from tests.coders.llm.conftest import QUIET
from tests.coders.llm.speaker import Speaker, says_technical, serving

from univocal.cli.code_llm import LlmOptions, code_shards, plan_corpus
from univocal.coders.llm import Budget, Prices, Settings

pytest.importorskip("inspect_ai", reason="extra llm isn't installed")
pytest.importorskip("openai", reason="extra llm isn't installed")
pytestmark = QUIET
CODER = "llm:openai-api/local/speaker"


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("LOCAL_API_KEY", "none")


@pytest.fixture
def corpus(tmp_path):
    for name in ("a", "b"):
        lines = [
            {"id": f"{name}{i}", "title": f"Word alignment {name}{i}", "abstract": "x"} for i in range(3)
        ]
        lines += [{"id": f"{name}9", "title": "Parsing", "abstract": "x"}]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]


def options(url, **changes):
    settings = Settings(base_url=url, connections=2, retries=0, **changes)
    return LlmOptions(settings, Prices(), Budget(), dry_run=False, logs=None)


def rows(out):
    pattern = str(out / "*.parquet")
    return duckdb.sql(f"SELECT paper, coder, variable, code FROM '{pattern}' ORDER BY ALL").fetchall()


def test_shards_are_coded_once_and_read_by_the_other_commands(corpus, small_book, tmp_path):
    out, speaker = tmp_path / "out", Speaker()
    with serving(speaker) as url:
        given = options(url, repeats=2)
        assert plan_corpus(corpus, out, small_book, CODER, given).n_sent == 6
        coded, outcome = code_shards(corpus, out, small_book, CODER, given)
        again, nothing = code_shards(corpus, out, small_book, CODER, given)
    assert len(speaker.asked) == 12
    assert (coded.counts.papers, coded.counts.with_mentions, coded.n_shards) == (8, 6, again.n_before)
    assert outcome.whole
    assert not coded.faults
    assert nothing.usage.input_tokens == 0
    assert len(rows(out)) == 24
    assert {row[1] for row in rows(out)} == {CODER, f"{CODER}#2"}


def test_repeats_agree_with_each_other_by_the_agreement_command(corpus, small_book, tmp_path):
    from click.testing import CliRunner

    from univocal.cli.agreement import agreement

    out, speaker = tmp_path / "out", Speaker()
    with serving(speaker) as url:
        code_shards(corpus, out, small_book, CODER, options(url, repeats=2))
    shards = [str(path) for path in sorted(out.glob("*.parquet"))]
    columns = ["--unit", "unit", "--coder", "coder", "--variable", "variable", "--code", "code"]
    result = CliRunner().invoke(agreement, [*shards, *columns, "--format", "json"])
    assert result.exit_code == 0, result.output
    assert "percent_agreement" in result.stdout


def test_a_shard_without_all_answers_stays_missing_and_the_next_run_mends_it(corpus, small_book, tmp_path):
    out = tmp_path / "out"
    failing = Speaker(
        lambda messages: says_technical(messages) if "alignment b1" not in messages[1]["content"] else 1 / 0
    )
    with serving(failing) as url:
        coded, outcome = code_shards(corpus, out, small_book, CODER, options(url))
    assert [paper for paper, _ in outcome.failed] == ["b1"]
    assert [fault.kind for fault in coded.faults] == ["no-answer"]
    assert {row[0][0] for row in rows(out)} <= {"a"}
    mended = Speaker()
    with serving(mended) as url:
        whole, _ = code_shards(corpus, out, small_book, CODER, options(url))
    assert whole.counts.papers == 8
    assert not whole.faults


def test_a_spent_budget_stops_between_shards(corpus, small_book, tmp_path):
    speaker = Speaker()
    with serving(speaker) as url:
        given = LlmOptions(options(url).settings, Prices(), Budget(tokens=10), dry_run=False, logs=None)
        coded, outcome = code_shards(corpus, tmp_path / "out", small_book, CODER, given)
    assert not speaker.asked
    assert outcome.left
    assert "the budget is spent" in coded.faults[0].message


def test_the_command_plans_and_codes(corpus, small_book, tmp_path):
    import click
    from click.testing import CliRunner

    from univocal.cli.code_llm import NAMES, by_llm, llm_options

    @click.command()
    @llm_options
    def code(**given):
        assert set(given) == set(NAMES)
        coded = by_llm(corpus, tmp_path / "out", small_book, CODER, given)
        if coded:
            click.echo(coded.counts.rows)

    prices = tmp_path / "prices.toml"
    prices.write_text(f'[models."{CODER.removeprefix("llm:")}"]\ninput = 1.0\noutput = 2.0\n')
    speaker = Speaker()
    with serving(speaker) as url:
        common = ["--prices", str(prices), "--base-url", url]
        dry = CliRunner().invoke(code, ["--dry-run", *common])
        assert dry.exit_code == 0, dry.output
        assert "8 papers: 6 to send" in dry.stdout
        assert "USD" in dry.stdout
        assert not speaker.asked
        assert not list((tmp_path / "out").glob("*.parquet"))
        done = CliRunner().invoke(code, ["--budget", "1 USD", *common])
        later = CliRunner().invoke(code, ["--dry-run", *common])
    assert done.exit_code == 0, done.output
    assert done.stdout == "12\n"
    assert "600 tokens in, 60 out" in done.stderr
    assert "0.00072 USD" in done.stderr
    assert "0 to send" in later.stdout
