"""How many abstracts a second does each coder code, with how much memory, from 10,000 to 1,000,000 of them?

    python benchmarks/code_scale.py FOLDER [--sizes 10000,100000,1000000] [--coders lexicon,trained] [--workers 2]

FOLDER holds gzip JSON Lines shards of a real corpus; beyond its size, its papers are repeated under new ids. `univocal
code` runs whole, from packed lines to shards on disk, start included. The peer in the same run is what one would write in
ten lines: scikit-learn's HashingVectorizer and a linear model over the same texts, as many processes, no evidence and no
calibration. Ratios to it are what to compare between machines. Last comes what 250 million works would take.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson
from measure import Measured, measure

#: Papers in a file of the corpora that are made.
A_FILE = 25_000
WORKS = 250_000_000

PEER = """
import gzip, sys
from multiprocessing import get_context
from pathlib import Path
import numpy as np, orjson
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier

words = HashingVectorizer(n_features=2**18, ngram_range=(1, 2), alternate_sign=False)
model = SGDClassifier(loss="log_loss", random_state=0)

def texts(path):
    held = []
    for line in gzip.open(path):
        row = orjson.loads(line)
        held.append(row["title"] + "\\n\\n" + (row.get("abstract") or ""))
        if len(held) == 1000:
            yield held
            held = []
    if held:
        yield held

def begin(path):
    sample = next(texts(path))
    model.fit(words.transform(sample), np.array(["align" in text.lower() for text in sample]))

def label(path):
    return sum(len(model.predict_proba(words.transform(part))) for part in texts(path))

if __name__ == "__main__":
    files = sorted(Path(sys.argv[1]).glob("*.jsonl.gz"))
    with get_context("spawn").Pool(int(sys.argv[2]), begin, (files[0],)) as pool:
        print(sum(pool.imap_unordered(label, files)))
"""


def papers(folder: Path) -> Iterator[bytes]:
    """The corpus over and over; from the second time on, ids are new."""
    for copy in itertools.count():
        for shard in sorted(folder.glob("*.jsonl.gz")):
            with gzip.open(shard) as lines:
                for line in lines:
                    if not copy:
                        yield line
                        continue
                    row = orjson.loads(line)
                    row["id"] = f"{row['id']}#{copy}"
                    yield orjson.dumps(row) + b"\n"


def make(folder: Path, n: int, target: Path, workers: int) -> None:
    """``n`` papers, in files that as many processes can share evenly."""
    a_file = min(A_FILE, -(-n // workers))
    source = itertools.islice(papers(folder), n)
    for number in itertools.count():
        lines = list(itertools.islice(source, a_file))
        if not lines:
            return
        (target / f"part-{number:04d}.jsonl.gz").write_bytes(gzip.compress(b"".join(lines), compresslevel=1))


def peer(corpus: Path, workers: int) -> Measured:
    with tempfile.NamedTemporaryFile("w", suffix=".py") as program:
        program.write(PEER)
        program.flush()
        return measure([sys.executable, program.name, str(corpus), str(workers)])


def code(corpus: Path, coder: str, workers: int, n: int) -> Measured:
    with tempfile.TemporaryDirectory() as out:
        line = [sys.executable, "-m", "univocal", "code", str(corpus), "-o", out, "--coder", coder]
        measured = measure([*line, "--workers", str(workers)])
        [told] = orjson.loads((Path(out) / "manifest.json").read_bytes())["coders"]
        if told["papers"] + told["lost"] != n:
            raise SystemExit(f"{coder}: {told['papers']:,} papers read and {told['lost']:,} lost of {n:,}")
        return measured


def rerun(corpus: Path, coder: str, workers: int) -> tuple[Measured, Measured]:
    """A run, and the same again, which finds everything there."""
    with tempfile.TemporaryDirectory() as out:
        line = [sys.executable, "-m", "univocal", "code", str(corpus), "-o", out, "--coder", coder]
        line += ["--workers", str(workers)]
        return measure(line), measure(line)


def show(what: str, n: int, took: Measured, first: Measured | None, beside: Measured) -> None:
    growth = f"{took.peak_mb / first.peak_mb:.2f}" if first else ""
    print(
        f"| {what} | {n:,} | {took.seconds:.1f} | {n / took.seconds:,.0f} | {took.peak_mb:.0f} | {growth} "
        f"| {took.seconds / beside.seconds:.2f} |",
        flush=True,
    )


def project(coder: str, n: int, took: Measured, workers: int) -> None:
    rate = n / took.seconds / workers
    hours = WORKS / rate / 3600
    print(f"| {coder} | {rate:,.0f} | {hours:,.1f} | {hours / 64 * 60:,.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--coders", default="lexicon,trained")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sizes, coders = sorted(map(int, asked.sizes.split(","))), asked.coders.split(",")
    first: dict[str, Measured] = {}
    last: dict[str, Measured] = {}
    print("| what | abstracts | s | abstracts/s | MB | × the smallest's | s to the peer's |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for n in sizes:
        with tempfile.TemporaryDirectory() as made:
            corpus = Path(made)
            make(asked.folder, n, corpus, asked.workers)
            beside = peer(corpus, asked.workers)
            show("hashed words, linear model", n, beside, first.get("peer"), beside)
            first.setdefault("peer", beside)
            for coder in coders:
                last[coder] = code(corpus, coder, asked.workers, n)
                show(coder, n, last[coder], first.get(coder), beside)
                first.setdefault(coder, last[coder])
            if n == sizes[0]:
                _, again = rerun(corpus, coders[0], asked.workers)
                show(f"{coders[0]}, again: all is there", n, again, None, beside)
    print(
        f"\nProjection to {WORKS:,} works, each with an abstract as long as these and with as many mentions of align-; reading and "
        "writing keep up; rates as at the largest size above:\n"
    )
    print("| coder | abstracts/s a core | core-hours | minutes on 64 cores |")
    print("|---|--:|--:|--:|")
    for coder, took in last.items():
        project(coder, sizes[-1], took, asked.workers)


if __name__ == "__main__":
    main()
