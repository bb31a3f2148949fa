"""What a shard is, and its name: a hash of the papers' bytes, the coder, the codebook and the form of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from univocal import __version__
from univocal.atlas.journal import digest
from univocal.atlas.worker import Setting
from univocal.codebook import load as load_codebook
from univocal.codebook.model import Codebook
from univocal.coders.choice import DEFAULT_CODER, load_coder
from univocal.corpus.gather import sources_of
from univocal.corpus.pieces import blocks
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault
from univocal.sharding.rows_in import row_pieces
from univocal.sharding.stretches import Stretch

#: Raised when the rows of a shard change their form.
FORMAT = 1
#: About how many bytes of records, unpacked, go into one shard: some thousand abstracts.
SHARD_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what rows a paper gets. Small, and the same for every shard of a run.

    ``all_papers`` asks for a row for papers without a mention too.
    """

    setting: Setting
    coder_name: str
    coder_version: str
    all_papers: bool = False
    shard_bytes: int = SHARD_BYTES

    @classmethod
    def of(
        cls,
        coder: str | None = None,
        codebook: Codebook | None = None,
        limits: Limits | None = None,
        *,
        all_papers: bool = False,
        shard_bytes: int = SHARD_BYTES,
    ) -> Recipe:
        """The recipe of an installed coder.

        Raises:
            UnivocalError: there is no such coder.

        >>> Recipe.of("lexicon").prefix
        'lexicon'
        """
        name = coder or DEFAULT_CODER
        made = load_coder(name)
        setting = Setting(name, codebook or load_codebook(), limits or Limits())
        return cls(setting, made.name, made.version, all_papers, shard_bytes)

    @property
    def prefix(self) -> str:
        """How the names of its shards begin: the coder's name, as file names may be."""
        return "".join(c if c.isalnum() or c in "._" else "_" for c in self.coder_name)

    def about(self) -> dict[str, Any]:
        """What is said of it in each shard."""
        book = self.setting.codebook
        return {
            "format": FORMAT,
            "univocal": __version__,
            "coder": {"name": self.coder_name, "version": self.coder_version},
            "codebook": {"id": book.id, "version": book.version, "digest": book.digest},
            "all_papers": self.all_papers,
        }

    def key(self) -> bytes:
        """What tells it from another recipe; how large shards are doesn't, for their bytes say it."""
        told = self.about() | {"chosen": self.setting.coder, "limits": self.setting.limits}
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True, slots=True)
class Shard:
    """Papers that are coded in one go, and the name of the file that their codings go to.

    ``place`` is where the papers stand, for messages; ``weight`` how many bytes they have.
    """

    name: str
    place: str
    sources: tuple[Source, ...]
    weight: int


def shards_of(stretch: Stretch, recipe: Recipe) -> Iterator[Shard | Fault]:
    """The shards of a stretch, each named by its bytes, and what can't be read at all.

    The bytes are read and hashed, not parsed: for a shard that is there already this is all that it costs.
    """
    key = recipe.key()
    files: list[Source] = []
    number = 0
    for found in stretch.files:
        parquet = found.name.lower().endswith((".parquet", ".pq"))
        pieces = (
            row_pieces(found, recipe.shard_bytes)
            if parquet
            else sources_of(found, recipe.setting.limits, recipe.shard_bytes)
        )
        for source in pieces:
            if isinstance(source, Fault):
                if stretch.nth == 0:  # of several runs that read this file, one tells
                    yield source
            elif not source.data:
                files.append(source)
            else:
                if number % stretch.every == stretch.nth:
                    yield _shard((source,), key, recipe)
                number += 1
    if files and stretch.nth == number % stretch.every:
        yield _shard(tuple(files), key, recipe)


def _shard(sources: tuple[Source, ...], key: bytes, recipe: Recipe) -> Shard:
    weight = 0

    def parts() -> Iterator[bytes]:
        nonlocal weight
        yield key
        for source in sources:
            yield f"{source.name}\n{source.first_line}\n{source.reader}".encode()
            content = [source.data] if source.data or source.path is None else _content(source.path)
            for block in content:
                weight += len(block)
                yield block

    name = f"{recipe.prefix}-{digest(parts())}.parquet"
    first = sources[0]
    place = f"{first.name}:{first.first_line}" if first.data else first.name
    if len(sources) > 1:
        place += f" and {len(sources) - 1} more"
    return Shard(name, place, sources, weight)


def _content(path: Path) -> Iterator[bytes]:
    try:
        yield from blocks(path)
    except OSError as error:
        yield repr(error).encode()  # the reader tells of it; here it only names the shard
