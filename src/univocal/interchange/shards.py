"""The folder that `univocal code` writes: a Parquet file of codings for each few thousand papers, all of one form."""

from __future__ import annotations

from pathlib import Path

from univocal.interchange.columns import Columns

#: What a folder of shards has beside them.
MANIFEST = "manifest.json"
#: In place of a code: the coder abstained; of the codes of a set, none applies. No code has a blank.
CANT_SAY, NONE_APPLIES = "can't say", "none applies"
#: How the columns of a shard are called.
COLUMNS = Columns(
    unit="unit", coder="coder", code="code", variable="variable", paper="paper", groups=("year", "venue")
)  # fmt: skip


def shards_in(folder: Path) -> tuple[Path, ...]:
    """The shards of a folder, in order of their names; none where it isn't a folder of shards.

    >>> shards_in(Path("nowhere"))
    ()
    """
    return tuple(sorted(folder.glob("*.parquet"))) if (folder / MANIFEST).is_file() else ()
