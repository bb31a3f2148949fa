"""What lies in a folder of codings? ``manifest.json`` says it: each shard with its counts, in one file.

The truth is in the shards' footers. The manifest saves reading them again, and may be deleted at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import orjson

from univocal.atlas.journal import whole
from univocal.corpus.faults import TalliedFault, merge_faults
from univocal.errors import UnivocalError
from univocal.interchange.shards import MANIFEST
from univocal.records import Fault
from univocal.sharding.shard import FORMAT
from univocal.sharding.table import read_abouts, told
from univocal.sharding.worker import Counts

Abouts = Mapping[str, Mapping[str, Any]]


def claim(out: Path) -> None:
    """Make the folder, or refuse one that holds something else than codings.

    Raises:
        UnivocalError: it is a file, can't be made, or holds something else.
    """
    if out.exists() and not out.is_dir():
        raise UnivocalError(f"{out}: expected a folder to write to, found a file")
    with told(out):
        out.mkdir(parents=True, exist_ok=True)
        strange = [p.name for p in out.iterdir() if p.name != MANIFEST and not _ours(p)]
    if strange:
        raise UnivocalError(
            f"{out}: the folder holds something that isn't codings, {min(strange)!r}; name an empty or a new folder"
        )


def read_manifest(out: Path) -> dict[str, dict[str, Any]]:
    """Name of each shard that is there to what is said of it; the manifest is brought up to date on the way.

    Raises:
        UnivocalError: files that look like shards and are none; all at once.
    """
    known = _known(out / MANIFEST)
    there = sorted(p for p in out.glob("*.parquet") if not p.name.startswith("."))
    new = [path for path in there if path.name not in known]
    found = dict(known)
    faults: list[str] = []
    for path, about in read_abouts(new):
        if about is None or about.get("format") != FORMAT:
            faults.append(f"{path}: no shard of codings, or damaged. Delete it, and run again.")
        else:
            found[path.name] = about
    if faults:
        raise UnivocalError("\n".join(faults))
    return {path.name: found[path.name] for path in there}


def write_manifest(out: Path, abouts: Abouts) -> None:
    """Say in ``manifest.json`` what is there, and how much of it by each coder."""
    document = {"format": FORMAT, "coders": by_coder(abouts), "shards": abouts}
    with told(out), whole(out / MANIFEST) as file:
        file.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


def prune(out: Path, names: Collection[str]) -> None:
    """Delete these shards.

    Raises:
        UnivocalError: one can't be deleted.
    """
    with told(out):
        for name in names:
            (out / name).unlink(missing_ok=True)


def by_coder(abouts: Abouts) -> list[dict[str, Any]]:
    """How much is there by each coder, version and codebook?"""
    sums: dict[tuple[str, ...], Counts] = {}
    numbers: dict[tuple[str, ...], int] = {}
    for about in abouts.values():
        coder, book = about["coder"], about["codebook"]
        key = (coder["name"], coder["version"], book["digest"], about["univocal"])
        sums.setdefault(key, Counts()).add(Counts(**about["counts"]))
        numbers[key] = numbers.get(key, 0) + 1
    return [
        {"coder": name, "version": version, "codebook": book, "univocal": univocal, "shards": numbers[key]}
        | {field: getattr(sums[key], field) for field in Counts.__slots__}
        for key in sorted(sums)
        for name, version, book, univocal in [key]
    ]


def total(abouts: Abouts, names: Collection[str]) -> Counts:
    """How much do these shards hold?"""
    counts = Counts()
    for name in names:
        counts.add(Counts(**abouts[name]["counts"]))
    return counts


def faults_of(abouts: Abouts, names: Collection[str]) -> tuple[Fault, ...]:
    """What was wrong with the papers of these shards, the parts of a file put together."""
    rows = [row for name in names for row in abouts[name]["faults"]]
    return merge_faults(fault_from(row) for row in rows)


def fault_from(row: dict[str, Any]) -> Fault:
    """The fault that JSON holds as `dataclasses.asdict` gave it."""
    if "examples" not in row:
        return Fault(**row)
    return TalliedFault(**row | {"examples": tuple(row["examples"]), "nouns": tuple(row["nouns"])})


def _known(path: Path) -> dict[str, dict[str, Any]]:
    try:
        document = orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return {}
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return {}
    shards: dict[str, dict[str, Any]] = document["shards"]
    return shards


def _ours(path: Path) -> bool:
    return path.suffix == ".parquet" or path.name.startswith((".writing-", f"{MANIFEST}."))
