"""What does a start cost, and how large is what is installed?

    python benchmarks/start.py

Import and `--help` are timed as whole processes (median of nine) beside a bare interpreter; sizes are those of a wheel
built here and of a new environment with the core dependencies only.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def median_seconds(words: list[str], runs: int = 9) -> float:
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def size_mb(folder: Path) -> float:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6


def main() -> None:
    bare = median_seconds([sys.executable, "-c", "pass"])
    imported = median_seconds([sys.executable, "-c", "import univocal"])
    helped = median_seconds([sys.executable, "-m", "univocal", "--help"])
    print(f"bare interpreter   {bare:6.3f} s")
    print(f"import univocal    {imported:6.3f} s  {imported / bare:4.1f} × bare")
    print(f"univocal --help    {helped:6.3f} s  {helped / bare:4.1f} × bare")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # the interpreter below the environment: an environment needn't have pip
        pip = [str(Path(sys.base_prefix) / "bin" / "python3"), "-m", "pip"]
        subprocess.run(
            [*pip, "wheel", "-qq", "--no-deps", "-w", str(folder / "wheel"), str(ROOT)], check=True
        )
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
        target = folder / "env" / "bin" / "python"
        subprocess.run([*pip, "--python", str(target), "install", "-qq", str(ROOT)], check=True)
        print(f"wheel              {size_mb(folder / 'wheel'):6.1f} MB")
        print(f"core install       {size_mb(folder / 'env' / 'lib'):6.1f} MB")


if __name__ == "__main__":
    main()
