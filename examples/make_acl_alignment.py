"""Make examples/acl-alignment from the project's shared data folder.

    python examples/make_acl_alignment.py ../shared/data

Kept: ACL Anthology abstracts of 2016 and later that mention *align-* (CC BY 4.0), and the full texts whose own
pages state CC BY 4.0 (arXiv papers and Distill articles). Nothing else is copied; see NOTICE there.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

OUT = Path(__file__).parent / "acl-alignment"
CC_BY = "CC BY 4.0"


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path) as lines:
        yield from map(orjson.loads, lines)


def abstracts(data: Path) -> Iterator[dict[str, Any]]:
    for row in rows(data / "papers/papers_align.jsonl.gz"):
        if row["source"] != "acl-anthology" or (row.get("year") or 0) < 2016:
            continue
        anthology_id = row["id"].removeprefix("acl:")
        yield {
            "id": row["id"],
            "title": row["title"],
            "abstract": row["abstract"],
            "year": row["year"],
            "venue": row["venue"],
            "license": CC_BY,
            "url": f"https://aclanthology.org/{anthology_id}",
            "source": "ACL Anthology",
        }


def arxiv(data: Path) -> Iterator[dict[str, Any]]:
    for row in rows(data / "fulltext/arxiv_ccby_fulltext.jsonl.gz"):
        if "CC BY 4.0" not in row["license"]:
            raise SystemExit(f"{row['title']}: the page states {row['license']!r}, not CC BY 4.0")
        number = re.match(r"arXiv:(\d+\.\d+)(v\d+)?\b", row["watermark"])
        if number is None:
            raise SystemExit(f"{row['title']}: no arXiv number in {row['watermark']!r}")
        yield {
            "id": f"arxiv:{number[1]}",
            "title": row["title"],
            "year": 2000 + int(number[1][:2]),
            "venue": "arxiv",
            "license": CC_BY,
            "arxiv_id": number[1],
            "url": f"https://arxiv.org/abs/{number[1]}",
            "source": "arXiv",
            "sections": row["sections"],
        }


def distill(data: Path) -> Iterator[dict[str, Any]]:
    for row in rows(data / "fulltext/distill_ccby_fulltext.jsonl.gz"):
        if row["ccby"] is not True:
            continue
        slug = re.sub(r"[^a-z0-9]+", "-", row["title"].lower()).strip("-")
        yield {
            "id": f"distill:{slug}",
            "title": row["title"],
            "venue": "distill",
            "license": CC_BY,
            "source": "Distill",
            "sections": [{"heading": "", "text": row["text"]}],
        }


def write(name: str, papers: Iterable[dict[str, Any]]) -> None:
    packed = b"".join(orjson.dumps(paper) + b"\n" for paper in papers)
    # mtime=0: the same input makes the same file
    (OUT / name).write_bytes(gzip.compress(packed, 9, mtime=0))
    print(f"{name}: {len(packed.splitlines())} papers, {len(packed):,} bytes unpacked")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    OUT.mkdir(exist_ok=True)
    source = Path(sys.argv[1])
    write("acl-abstracts.jsonl.gz", abstracts(source))
    write("arxiv-fulltext.jsonl.gz", arxiv(source))
    write("distill-fulltext.jsonl.gz", distill(source))
