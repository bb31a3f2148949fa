"""All benchmarks, one after another: python benchmarks/run.py FOLDER [--times 10]

FOLDER holds gzip JSON Lines shards of papers. Each benchmark has its peer in the same run.
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
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", default="10", help="how often the corpus is multiplied to see growth")
    asked = parser.parse_args()
    run("start.py")
    run("read_corpus.py", str(asked.folder))
    run("atlas_scale.py", str(asked.folder), "--times", asked.times)


if __name__ == "__main__":
    main()
