"""143,881 abstracts: read whole, in flat memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FULL = ROOT.parent / "shared/data/full_corpus"


@pytest.mark.slow
@pytest.mark.skipif(not FULL.is_dir(), reason="the shared data isn't beside the checkout")
def test_the_full_corpus():
    out = subprocess.run(
        [sys.executable, ROOT / "benchmarks/read_corpus.py", FULL, "univocal"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = json.loads(out)
    assert found["papers"] == 143_881
    assert found["peak_mib"] < 200
