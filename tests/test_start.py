"""What a start costs: heavy libraries stay away until they are needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "numpy", "duckdb", "altair", "lxml", "pypdfium2", "sklearn", "scipy", "rich", "pylatexenc", "sentencex", "jinja2",
    "bibtexparser",
}  # fmt: skip


def loaded_after(code: str) -> set[str]:
    probe = f"import sys\n{code}\nprint(*{{m.partition('.')[0] for m in sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import univocal",
        "from click.testing import CliRunner\nfrom univocal.cli.main import group\nCliRunner().invoke(group, ['--help'])",
    ],
    ids=["import", "help"],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert not loaded_after(code) & HEAVY


def test_help_lists_every_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "univocal", "--help"], capture_output=True, text=True, check=True
    )
    assert all(name in ran.stdout for name in ("atlas", "codebook", "evaluate"))


def test_a_misspelt_command_is_named() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "univocal", "altas"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "Did you mean 'atlas'?" in ran.stderr
