import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from univocal.cli.evaluate import evaluate
from univocal.cli.main import group
from univocal.conflation import KINDS

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
DEV = SHARED / "gold" / "dev.jsonl"

PAPERS = [
    ("We align chat models to the preferences of their users with RLHF.", "task_reliability", "main"),
    ("A word alignment for Breton and French from parallel corpora.", "technical", "no"),
    ("Deceptive alignment: an AGI may scheme for power.", "takeover_avoidance", "main"),
    ("The results align with earlier findings on rainfall.", "ordinary", "no"),
]


def row(number: int, text: str, sense: str, about: str) -> str:
    at = text.lower().index("align")
    end = at + len("alignment" if text.lower().startswith("alignment", at) else "align")
    mention = {"start": at, "end": end, "text": text[at:end], "sense": sense}
    return json.dumps(
        {"id": f"p{number}", "text": text, "mentions": [mention], "coding": {"about": about}, "year": 2024}
    )


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(row(i, *one) for i, one in enumerate(PAPERS * 3)), encoding="utf-8")
    return str(path)


def run(*arguments):
    return CliRunner().invoke(evaluate, arguments)


def test_json(gold):
    result = run(gold, "--coder", "lexicon", "--format", "json", "--no-baselines", "--by", "year")
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert result.stderr == ""
    assert data["coder"]["name"] == "lexicon"
    assert data["senses"]["n"] == 12
    assert data["ceiling"] is None
    assert set(data["conflation"]) == set(KINDS)
    assert list(data["by"]["year"]) == ["2024"]
    again = run(gold, "--coder", "lexicon", "--format", "json", "--no-baselines", "--by", "year")
    assert again.stdout == result.stdout


def test_text_fits_a_hundred_columns(gold):
    result = run(gold, "--coder", "lexicon", "--folds", "3", "--by", "year")
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "…" not in result.stdout
    for words in (
        "language model",
        "No ceiling",
        "tfidf-logistic",
        "majority",
        "keyword",
        "Senses of mentions",
    ):
        assert words in " ".join(result.stdout.split()), words


@pytest.mark.skipif(not DEV.exists(), reason="the coded abstracts are not on this machine")
def test_text_of_coded_abstracts_fits_too(tmp_path):
    some = tmp_path / "some.jsonl"
    some.write_bytes(b"".join(DEV.read_bytes().splitlines(keepends=True)[:120]))
    result = run(
        str(some), "--coder", "lexicon", "--no-baselines", "--n-boot", "50", "--by", "source", "--by", "year"
    )
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "…" not in result.stdout
    assert "two coders" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--coder", "lexikon"], "Did you mean 'lexicon'?"),
        (["--coder", "lexicon", "--level", "95"], "pass level=0.95"),
    ],
)
def test_misuse(gold, arguments, message):
    result = CliRunner().invoke(group, ["evaluate", gold, *arguments])
    assert message in str(result.exception)


def test_help_has_an_example():
    result = run("--help")
    assert result.exit_code == 0
    assert "Example: univocal evaluate" in result.output
