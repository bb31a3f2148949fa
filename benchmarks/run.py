"""All benchmarks, one after another: python benchmarks/run.py [FOLDER] [--times 10] [--peers PYTHON]

FOLDER holds gzip JSON Lines shards of papers; without it, reading and the atlas are left out. Each benchmark has its peer
in the same run. Those of the statistics are installed at the first run in the user's cache folder, or are PYTHON's.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def run(script: str, *words: str) -> None:
    print(f"\n== {script} {' '.join(words)}", flush=True)
    subprocess.run([sys.executable, str(HERE / script), *words], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--times", default="10", help="how often the corpus is multiplied to see growth")
    parser.add_argument("--peers", help="an interpreter that has what peers.txt lists")
    asked = parser.parse_args()
    run("start.py")
    run("coding_statistics.py", *(("--peers", asked.peers) if asked.peers else ()))
    run("workspace.py", "--quick")
    if asked.folder:
        run("read_corpus.py", str(asked.folder))
        run("atlas_scale.py", str(asked.folder), "--times", asked.times)
        run("code_scale.py", str(asked.folder), "--sizes", "10000,100000")


if __name__ == "__main__":
    main()
