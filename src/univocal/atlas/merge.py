"""From the pieces of a run to its tables: one pass for duplicates, one for everything else, a line at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson

from univocal.atlas.journal import whole
from univocal.atlas.page import PageWriter
from univocal.atlas.parquet import ParquetWriter
from univocal.atlas.tables import MENTIONS, coding_row, finding_row, mention_rows, paper_columns, paper_row
from univocal.atlas.tally import Tally
from univocal.codebook.model import Codebook
from univocal.records import Dossier


def write_tables(
    dossiers: Iterator[Dossier], out: Path, codebook: Codebook, tick: Callable[[int], None]
) -> tuple[Tally, PageWriter]:
    """Stream the dossiers into the tables, the counts and the page's data; the page itself is finished later.

    ``tick`` is told the number of papers written so far, now and then.
    """
    tally, page = Tally(codebook), PageWriter(out, codebook)
    with ExitStack() as stack:
        papers = stack.enter_context(ParquetWriter(out / "papers.parquet", paper_columns(codebook)))
        mentions = stack.enter_context(ParquetWriter(out / "mentions.parquet", MENTIONS))
        codings = stack.enter_context(whole(out / "codings.jsonl"))
        findings = stack.enter_context(whole(out / "findings.jsonl"))
        for n, dossier in enumerate(dossiers, 1):
            tally.add(dossier)
            papers.write(paper_row(dossier, codebook))
            if dossier.mentions:
                page.add(dossier)
                for row in mention_rows(dossier):
                    mentions.write(row)
                codings.writelines(_line(coding_row(coding)) for coding in dossier.codings)
                findings.writelines(_line(finding_row(finding)) for finding in dossier.findings)
            if n % 500 == 0:
                tick(n)
    tick(tally.papers)
    return tally, page


def _line(row: dict[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
