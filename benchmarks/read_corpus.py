"""How long does it take to read a folder of gzipped JSONL, and to find every align- word in it?

    python benchmarks/read_corpus.py FOLDER

Three runs of one process each, on one core: this package; gzip, json and re from the standard library as its peer,
with the same text built from the same records; and this package's sources alone (unpacking and cutting at line ends,
which is what the main process does while workers read). Time is wall-clock; memory is the peak of the process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

PATTERN = (
    r"\b(?:mis|un|non|super|over|under|re|co|pre|post|self)?-?align(?:s|ed|ing|ment|ments|able|er|ers)?\b"
)


def univocal_run(folder: str) -> dict[str, float]:
    from univocal.corpus.read import read_papers
    from univocal.mentions.find import find_mentions
    from univocal.records import Paper

    return measured(
        (item.text for item in read_papers(folder) if isinstance(item, Paper)),
        lambda text: len(find_mentions(text)),
    )


def peer_run(folder: str) -> dict[str, float]:
    import gzip
    import re

    align = re.compile(PATTERN, re.IGNORECASE)

    def texts() -> Iterator[str]:
        for path in sorted(Path(folder).glob("*.jsonl.gz")):
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    record = json.loads(line)
                    yield f"{record['title']}\n\n{record['abstract']}"

    return measured(texts(), lambda text: sum(1 for _ in align.finditer(text)))


def sources_run(folder: str) -> dict[str, float]:
    from univocal.corpus.gather import iter_sources

    start = time.perf_counter()
    count = sum(1 for _ in iter_sources([folder]))
    return {"sources": count, "read_seconds": time.perf_counter() - start, "peak_mib": peak_mib()}


def measured(texts: Iterable[str], scan: Callable[[str], int]) -> dict[str, float]:
    """Reading and scanning apart: texts are scanned in batches, and each batch is timed once."""
    papers = mentions = 0
    scanning = 0.0
    start = time.perf_counter()
    batch: list[str] = []
    for text in texts:
        papers += 1
        batch.append(text)
        if len(batch) == 1000:
            at = time.perf_counter()
            mentions += sum(map(scan, batch))
            scanning += time.perf_counter() - at
            batch.clear()
    at = time.perf_counter()
    mentions += sum(map(scan, batch))
    end = time.perf_counter()
    scanning += end - at
    return {
        "papers": papers,
        "mentions": mentions,
        "read_seconds": end - start - scanning,
        "scan_seconds": scanning,
        "peak_mib": peak_mib(),
    }


def peak_mib() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        # not ru_maxrss: a child begins with its parent's
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / (1 << 10)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


RUNS = {"univocal": univocal_run, "gzip+json+re": peer_run, "sources alone": sources_run}


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(RUNS[sys.argv[2]](sys.argv[1])))
        return
    if len(sys.argv) != 2:
        raise SystemExit("usage: python benchmarks/read_corpus.py FOLDER")
    print(f"{'run':<15}{'papers':>9}{'mentions':>10}{'read s':>9}{'scan s':>9}{'peak MiB':>10}")
    for name in RUNS:
        out = subprocess.run(
            [sys.executable, __file__, sys.argv[1], name], check=True, capture_output=True, text=True
        ).stdout
        found = json.loads(out)
        scan = f"{found['scan_seconds']:.2f}" if "scan_seconds" in found else ""
        print(
            f"{name:<15}{found.get('papers', ''):>9}{found.get('mentions', ''):>10}"
            f"{found['read_seconds']:>9.2f}{scan:>9}{found['peak_mib']:>10.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
