"""One shard, in a process of its own: read, skip what has no mention, code, check, write down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from univocal.atlas.worker import Worker, coder_failed, settled_senses
from univocal.corpus.read import read_source
from univocal.interchange.shards import CANT_SAY
from univocal.mentions import find_mentions
from univocal.records import Fault, Paper
from univocal.sharding.columns import coding_rows, row_without_mention, rows_without_codes
from univocal.sharding.shard import Recipe, Shard
from univocal.sharding.table import ShardWriter

#: Faults that a shard keeps word for word; of more, it keeps the number.
FAULTS = 100


@dataclass(slots=True)
class Counts:
    """How much there is: papers read, those that say align-, their mentions, rows, abstentions, papers lost."""

    papers: int = 0
    with_mentions: int = 0
    mentions: int = 0
    rows: int = 0
    cant_say: int = 0
    lost: int = 0
    n_faults: int = 0

    def add(self, other: Counts) -> None:
        """Count these too.

        >>> counts = Counts(papers=2)
        >>> counts.add(Counts(papers=3, mentions=1))
        >>> counts.papers, counts.mentions
        (5, 1)
        """
        for name in Counts.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Finished:
    """A shard stands: its name, and what its footer says."""

    name: str
    about: dict[str, Any] = field(default_factory=dict)
    weight: int = 0


class ShardWorker:
    """A coder ready to work. One lives in each process."""

    def __init__(self, recipe: Recipe, out: Path) -> None:
        self.recipe, self.out = recipe, out
        self.worker = Worker(recipe.setting)

    def run(self, shard: Shard) -> Finished:
        """Code a shard; afterwards its file stands, whole.

        Raises:
            UnivocalError: the folder can't be written.
        """
        counts, faults = Counts(), list[Fault]()
        with ShardWriter(self.out / shard.name) as writer:
            for source in shard.sources:
                for item in read_source(source, self.recipe.setting.limits):
                    if isinstance(item, Fault):
                        faults.append(item)
                        continue
                    counts.papers += 1
                    for row in self._rows(item, counts, faults):
                        counts.rows += 1
                        counts.cant_say += row["code"] == CANT_SAY
                        writer.write(row)
            counts.lost, counts.n_faults = sum(f.lost for f in faults), len(faults)
            about = self.recipe.about() | {
                "place": shard.place,
                "counts": asdict(counts),
                "faults": [asdict(fault) for fault in faults[:FAULTS]],
            }
            writer.finish(about)
        return Finished(shard.name, about, shard.weight)

    def _rows(self, paper: Paper, counts: Counts, faults: list[Fault]) -> Iterator[dict[str, Any]]:
        spans = find_mentions(paper.text, paper.uncoded())
        codebook, coder = self.recipe.setting.codebook, self.recipe.coder_name
        if not spans:
            if self.recipe.all_papers:
                yield row_without_mention(paper, coder, codebook)
            return
        counts.with_mentions += 1
        counts.mentions += len(spans)
        try:
            codings = self.worker.codings(paper)
            settled_senses(spans, codings)
        except Exception as error:  # noqa: BLE001 - any fault of a (stranger's) coder is told, and the run goes on
            faults.append(coder_failed(coder, paper, error))
            yield from rows_without_codes(paper, coder, spans, codebook)
            return
        yield from coding_rows(paper, codings, codebook)


_worker: ShardWorker | None = None


def begin(recipe: Recipe, out: Path) -> None:
    """Make this process's worker (the pool's initialiser)."""
    global _worker  # noqa: PLW0603 - one worker a process is what a pool's initialiser is for
    _worker = ShardWorker(recipe, out)


def work(shard: Shard) -> Finished:
    """Code one shard in this process."""
    if _worker is None:
        raise RuntimeError("begin() must run before work()")
    return _worker.run(shard)
