"""What a run reads: its sources in order, how much there is of them, and what tells one set of inputs from another."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from univocal.corpus.gather import iter_sources
from univocal.corpus.listing import Found, find_files
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files that a user named, less what lies in the atlas's own folder."""

    named: tuple[str | Path, ...]
    out: Path
    limits: Limits

    def sources(self) -> Iterator[Source | Fault]:
        """Every source in order; the atlas never reads itself."""
        out = self.out.resolve()
        for source in iter_sources(self.named, self.limits):
            if isinstance(source, Fault) or source.path is None or out not in source.path.resolve().parents:
                yield source

    def files(self) -> tuple[tuple[str, int, int], ...]:
        """Path, size and time of change of every file: what a run's fingerprint says of its inputs."""
        found = sorted(str(f.path) for f in find_files(self.named) if isinstance(f, Found))
        out = self.out.resolve()
        kept = [Path(name) for name in found if out not in Path(name).resolve().parents]
        return tuple((str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in kept)


def weight(sources: Iterable[Source]) -> int:
    """How many bytes these sources hold, for a progress bar."""
    return sum(len(s.data) or _size(s.path) for s in sources)


def total_weight(files: Sequence[tuple[str, int, int]]) -> int:
    """How many bytes these files hold, unpacked: about, and only for a progress bar."""
    return sum(_unpacked(Path(name), size) for name, size, _ in files)


def _size(path: Path | None) -> int:
    return path.stat().st_size if path is not None and path.exists() else 0


def _unpacked(path: Path, size: int) -> int:
    if path.suffix != ".gz" or size < 18:
        return size
    with path.open("rb") as file:
        file.seek(-4, 2)
        # gzip's last four bytes: the unpacked size modulo 2³²
        return max(int(struct.unpack("<I", file.read(4))[0]), size)
