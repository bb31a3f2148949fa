"""The pages on codebooks say what the commands do."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from univocal.cli.main import group
from univocal.codebook.check import REQUIRED
from univocal.codebook.shape import ENTRIES, HEADER

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_how_to_prints_what_it_says(tmp_path, monkeypatch):
    page = (DOCS / "howto" / "add-an-ideal.md").read_text(encoding="utf-8")
    (book,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    n_commands = 0
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        command, _, printed = block.partition("\n")
        ran = CliRunner().invoke(group, command.removeprefix("$ univocal ").split())
        assert (ran.exit_code, ran.output) == (0, printed), command
        n_commands += 1
        if command.startswith("$ univocal codebook new"):
            Path("custodial.toml").write_text(book, encoding="utf-8")
    assert n_commands == 3


def test_the_format_page_has_every_key():
    page = (DOCS / "reference" / "codebook-format.md").read_text(encoding="utf-8")
    sections = {part.split("`", 1)[0]: part for part in page.split("## `[[")}
    top = page.partition("## Extending")[0]
    assert all(f"`{key}`" in top for key in (*HEADER, *REQUIRED))
    for kind, spec in ENTRIES.items():
        (section,) = [part for head, part in sections.items() if head == f"{kind}]]"]
        table = section.partition("\n## ")[0]
        assert all(f"`{key}`" in table for key in spec), kind
        required = {key for key, field in spec.items() if field.required}
        rows = [row for row in table.splitlines() if re.match(r"\| `", row)]
        told = {
            key for row in rows if "| required |" in row for key in re.findall(r"`(\w+)`", row.split("|")[1])
        }
        assert told == required, kind
