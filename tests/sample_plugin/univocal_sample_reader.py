"""A stranger's reader: records of "title = …", "abstract = …" lines, parted by lines of dashes."""

from collections.abc import Iterator
from dataclasses import dataclass

from univocal.corpus.protocol import Limits, Source
from univocal.corpus.record import Records
from univocal.records import Fault, Paper


@dataclass(frozen=True)
class DashedReader:
    """Reads .dashed files."""

    name: str = "dashed"
    suffixes: tuple[str, ...] = (".dashed",)
    by_line: bool = False

    def sniff(self, head: bytes, name: str) -> bool:
        """Does it begin with a field?"""
        return head.startswith(b"title = ")

    def read(self, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
        """The papers in order, then what was wrong with them."""
        records = Records(source.name, limits, unit="record")
        for number, block in enumerate(source.data.decode("utf-8", "replace").split("\n---\n"), start=1):
            fields = dict(line.split(" = ", 1) for line in block.splitlines() if " = " in line)
            paper = records.paper(fields, number)
            if paper is not None:
                yield paper
        yield from records.tally.faults()


READER = DashedReader()
