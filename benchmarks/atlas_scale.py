"""How long does an atlas of a corpus take, with how much memory, and how do both grow?

    python benchmarks/atlas_scale.py FOLDER [--times 10] [--workers 2]

FOLDER holds gzip JSON Lines shards. The corpus is run once as it is and once multiplied (ids and titles of
each copy made distinct, so that no copy is a duplicate of another). A peer in the same run reads the same shards
with nothing but the standard library (gzip, json, re): the ratio to it is what to compare between machines.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
from pathlib import Path

import orjson
from measure import Measured, measure

STANDARD_LIBRARY = """
import gzip, json, re, sys
from pathlib import Path
align = re.compile(r"\\b(?:mis|un|non|super|over|under|re|co|pre|post|self)?-?align"
                   r"(?:s|ed|ing|ment|ments|able|er|ers)?\\b", re.I)
n = 0
for shard in sorted(Path(sys.argv[1]).glob("*.jsonl.gz")):
    for line in gzip.open(shard):
        row = json.loads(line)
        n += len(align.findall(row["title"] + chr(10) * 2 + (row.get("abstract") or "")))
print(n)
"""


def multiply(folder: Path, times: int, target: Path) -> int:
    n = 0
    for copy in range(times):
        for shard in sorted(folder.glob("*.jsonl.gz")):
            with gzip.open(target / f"copy{copy:02d}-{shard.name}", "wb", compresslevel=1) as out:
                for line in gzip.decompress(shard.read_bytes()).splitlines():
                    row = orjson.loads(line)
                    row["id"] = f"{row['id']}#{copy}"
                    row["title"] = f"{row['title']} ({copy})"
                    out.write(orjson.dumps(row) + b"\n")
                    n += 1
    return n


def atlas(folder: Path, workers: int) -> Measured:
    with tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable,
            "-m",
            "univocal",
            "atlas",
            str(folder),
            "-o",
            out,
            "--workers",
            str(workers),
        ]
        return measure(command)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    peer = measure([sys.executable, "-c", STANDARD_LIBRARY, str(asked.folder)])
    print(f"standard library, scan only     {peer.seconds:8.1f} s  {peer.peak_mb:8.0f} MB")
    once = atlas(asked.folder, asked.workers)
    print(
        f"univocal atlas, once            {once.seconds:8.1f} s  {once.peak_mb:8.0f} MB  "
        f"{once.seconds / peer.seconds:5.1f} × the peer"
    )
    if asked.times < 2:
        return
    with tempfile.TemporaryDirectory() as target:
        n = multiply(asked.folder, asked.times, Path(target))
        many = atlas(Path(target), asked.workers)
    print(
        f"univocal atlas, {asked.times} times ({n:,}) {many.seconds:8.1f} s  {many.peak_mb:8.0f} MB  "
        f"{many.seconds / once.seconds:5.1f} × once, {many.peak_mb / once.peak_mb:.2f} × its memory"
    )


if __name__ == "__main__":
    main()
