"""Papers from files: one source in a worker, or all inputs in a single process."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from gzip import BadGzipFile
from pathlib import Path

from univocal.corpus import readers
from univocal.corpus.faults import TalliedFault, merge_faults
from univocal.corpus.gather import iter_sources
from univocal.corpus.pieces import HEAD_BYTES, whole
from univocal.corpus.protocol import Limits, Reader, Source
from univocal.records import Fault, Paper


def read_papers(
    inputs: Iterable[str | Path] | str | Path, limits: Limits | None = None
) -> Iterator[Paper | Fault]:
    r"""Which papers do these files, folders and globs hold?

    Papers come in order as they are read, with faults in between; nothing is raised for what a file holds. Faults of
    one kind in one file come together, after its papers.

    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.jsonl"
    >>> _ = file.write_text('{"id": "p1", "title": "On goals", "abstract": "We align."}')
    >>> [paper.text for paper in read_papers(file)]
    ['On goals\n\nWe align.']
    """
    limits = limits or Limits()
    held: list[Fault] = []
    for source in iter_sources([inputs] if isinstance(inputs, str | Path) else inputs, limits):
        if isinstance(source, Fault):
            held.append(source)
            continue
        if held and held[-1].where != source.name:
            yield from merge_faults(held)
            held = []
        for item in read_source(source, limits):
            if isinstance(item, TalliedFault):
                held.append(item)
            else:
                yield item
    yield from merge_faults(held)


def read_source(source: Source, limits: Limits | None = None) -> Iterator[Paper | Fault]:
    """The papers and faults of one source: finds its reader, loads its data where it has none yet, reads it.

    Whatever a reader raises becomes a fault of kind ``reader-error``; the papers read before it are kept.
    """
    limits = limits or Limits()
    loaded = _loaded(source, limits)
    if isinstance(loaded, Fault):
        yield loaded
        return
    reader = _reader(loaded)
    if isinstance(reader, Fault):
        yield reader
        return
    try:
        for item in reader.read(loaded, limits):
            yield _checked(item, loaded.name, limits)
    except Exception as error:  # noqa: BLE001  # a run goes on without the rest of the file, and the fault names why
        message = (
            f"{source.name}: the {reader.name} reader failed: {type(error).__name__}: {str(error)[:300]}. "
            "The papers before it are kept; please report it."
        )
        yield Fault(source.name, "reader-error", message, lost=1)


def _loaded(source: Source, limits: Limits) -> Source | Fault:
    if source.data or source.path is None or _by_path(source):
        return source
    try:
        data = whole(source.path, limits)
    except BadGzipFile as error:
        message = f"{source.name}: can't be unpacked: {error}. Fetch the file again."
        return Fault(source.name, "corrupt-gzip", message, lost=1)
    except OSError as error:
        message = (
            f"{source.name}: can't be read: {error.strerror or error}. Check that the file is yours to read."
        )
        return Fault(source.name, "unreadable", message, lost=1)
    if data is None:
        message = (
            f"{source.name}: more than {limits.file_bytes:,} bytes (unpacked); it was not read. "
            "Split it, or give its records one a line (JSONL), which has no such limit."
        )
        return Fault(source.name, "too-large", message, lost=1)
    return dataclasses.replace(source, data=data)


def _by_path(source: Source) -> bool:
    """Does the reader take the file where it lies (Parquet), so that it needn't be loaded?"""
    if source.name.lower().endswith(".gz"):
        return False
    reader = (
        readers.named(source.reader) if source.reader else next(iter(readers.claiming(source.name)), None)
    )
    return bool(getattr(reader, "by_path", False))


def _reader(source: Source) -> Reader | Fault:
    if source.reader and (reader := readers.named(source.reader)) is not None:
        return reader
    chosen = readers.choose(source.name, source.data[:HEAD_BYTES])
    if chosen is not None:
        return chosen
    claimants = ", ".join(reader.name for reader in readers.claiming(source.name))
    expected = f"one of {claimants}" if claimants else f"a file ending in {readers.known_suffixes()}"
    message = f"{source.name}: no reader knows this content. Expected {expected}."
    return Fault(source.name, "unknown-format", message, lost=1)


def _checked(item: Paper | Fault, name: str, limits: Limits) -> Paper | Fault:
    if isinstance(item, Paper) and len(item.text) > limits.text_chars:
        message = f"{name}: {item.id}: {len(item.text):,} characters of text; expected at most {limits.text_chars:,}."
        return Fault(name, "text-too-long", message, lost=1)
    return item
