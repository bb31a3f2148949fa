"""Every command of docs/howto/measure-agreement-and-prevalence.md prints what the page says."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from univocal.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
PAGE = ROOT / "docs" / "howto" / "measure-agreement-and-prevalence.md"
FILES = {
    "xstest_completions.csv": "data/annotators/xstest_completions_two_annotators.csv.gz",
    "lewidi2023.csv": "data/annotators/lewidi2023_long.csv.gz",
    "dog_labels.csv": "data/annotators/crowd_dog_labels.csv.gz",
    "dog_truth.csv": "data/annotators/crowd_dog_truth.csv.gz",
    "product_labels.csv": "data/annotators/crowd_product_er_labels.csv.gz",
    "product_truth.csv": "data/annotators/crowd_product_er_truth.csv.gz",
    "dev.jsonl": "gold/dev.jsonl",
}


def blocks():
    """Each command of the page, as words, with the lines that it is said to print."""
    for block in re.findall(r"```console\n\$ (.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        command, _, output = re.sub(r" \\\n *", " ", block).partition("\n")
        yield shlex.split(command), output.splitlines()


BLOCKS = [*blocks()]


def test_the_page_has_all_three_commands():
    assert len(BLOCKS) > 12
    assert {words[1] for words, _ in BLOCKS} == {"agreement", "aggregate", "prevalence"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data isn't beside the checkout")
@pytest.mark.parametrize(("words", "lines"), BLOCKS, ids=[f"{n}-{b[0][1]}" for n, b in enumerate(BLOCKS)])
def test_prints_what_the_page_says(words, lines, tmp_path, monkeypatch, capsys):
    for name, path in FILES.items():
        (tmp_path / name).symlink_to(SHARED / path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        main()
    captured = capsys.readouterr()
    printed = [line.rstrip() for line in (captured.out + captured.err).splitlines()]
    warned = any(line.startswith("Warning") for line in printed)
    assert ended.value.code == (2 if lines[0].startswith("univocal: ") else int(warned))
    at = 0
    for piece in re.split(r"^…$", "\n".join(lines), flags=re.MULTILINE):
        wanted = piece.strip("\n").splitlines()
        starts = [n for n in range(at, len(printed)) if printed[n : n + len(wanted)] == wanted]
        assert starts or not wanted, f"not printed in one piece: {wanted}"
        at = starts[0] + len(wanted) if wanted else at
    if "…" not in lines:
        assert printed == lines
