"""`univocal coders`: every installed coder, what was measured of it, and what wasn't."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from univocal.cli.main import group
from univocal.coders.choice import DEFAULT_CODER, quality
from univocal.plugins import CODERS, names

SAMPLES = Path(__file__).parents[1] / "sample_coders"


def run(*words: str) -> Result:
    return CliRunner().invoke(group, ["coders", *words])


def test_every_coder_is_listed_and_the_default_marked() -> None:
    ran = run()
    assert ran.exit_code == 0, ran.output
    for name in names(CODERS):
        assert name in ran.stdout
    assert ran.stdout.count("(default)") == 1
    assert f"{DEFAULT_CODER} (default)" in ran.stdout
    assert "llm:PROVIDER/MODEL" in ran.stdout
    assert "univocal[llm]" in ran.stdout


def test_it_says_whose_judgement_the_figures_are() -> None:
    assert "large language model" in " ".join(run().stdout.split())


def test_figures_are_those_of_the_packaged_evaluation() -> None:
    told = orjson.loads(run("--json").stdout)
    coders = {coder["name"]: coder for coder in told["coders"]}
    for name in ("lexicon", "trained"):
        measured = quality(name)
        assert measured is not None
        kappa = measured["senses"]["kappa"]
        assert coders[name]["figures"]["senses.kappa"] == kappa
        shown = f"{kappa['value']:.2f}".removeprefix("0")
        assert f"{shown} " in run().stdout
        assert coders[name]["version"]
        assert coders[name]["gold"]["note"] == measured["gold_note"]


def test_a_strangers_coder_is_listed_as_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SAMPLES))
    ran = run()
    (line,) = [line for line in ran.stdout.splitlines() if line.startswith("sample-calm")]
    assert "not measured" in line


def test_a_coder_that_cant_be_loaded_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = tmp_path / "broken-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[univocal.coders]\nbroken = no_such_module:load\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    ran = run()
    assert ran.exit_code == 1
    assert "broken: can't be loaded" in ran.stderr
    assert "trained (default)" in ran.stdout
