"""Which reader for which file? Ours and a stranger's are looked up in the same way."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import PurePath

from univocal import plugins
from univocal.corpus.protocol import Reader
from univocal.records import Fault

#: Readers that take whatever has their suffix: asked after those that know a shape.
GENERAL = ("delimited", "jsonl", "markdown", "plain")


@cache
def installed() -> tuple[tuple[Reader, ...], tuple[Fault, ...]]:
    """All readers that can be loaded, general ones last, and a fault for each that can't."""
    readers: list[Reader] = []
    faults: list[Fault] = []
    for name in sorted(plugins.names(plugins.READERS), key=lambda n: (n in GENERAL, n)):
        try:
            readers.append(_checked(plugins.load(plugins.READERS, name)))
        except Exception as error:  # noqa: BLE001  # a stranger's module may raise anything; the fault names it
            message = (
                f"reader {name}: can't be loaded: {type(error).__name__}: {error}. "
                "The other readers work; mend or uninstall the package that brings it."
            )
            faults.append(Fault(name, "reader-unavailable", message))
    return tuple(readers), tuple(faults)


def _checked(reader: Reader) -> Reader:
    missing = [part for part in ("name", "suffixes", "by_line", "sniff", "read") if not hasattr(reader, part)]
    if missing:
        raise TypeError(f"a reader needs {', '.join(missing)}; see docs/howto/add-a-reader.md")
    return reader


def named(name: str) -> Reader | None:
    """The installed reader of that name."""
    return next((reader for reader in installed()[0] if reader.name == name), None)


def suffix_of(name: str) -> str:
    """A file's ending in lower case, without ``.gz``.

    >>> suffix_of("a/Papers.JSONL.gz"), suffix_of("part_000.gz"), suffix_of("LICENSE")
    ('.jsonl', '', '')
    """
    lowered = PurePath(name).name.lower().removesuffix(".gz")
    return PurePath(lowered).suffix


def claiming(name: str) -> tuple[Reader, ...]:
    """Which readers claim this file's ending?"""
    suffix = suffix_of(name)
    return tuple(reader for reader in installed()[0] if suffix and suffix in reader.suffixes)


def choose(name: str, head: bytes) -> Reader | None:
    """The reader for a file, given its name and (unpacked) first bytes; None where nobody knows it.

    Readers that claim the ending are asked whether they know the content. Where none does, a general one takes it,
    or the only one that claims the ending. A file with an ending that nobody claims is offered to all.
    """
    claimants = claiming(name)
    if not claimants:
        return _first(installed()[0], head, name, general=False)
    known = _first(claimants, head, name)
    if known is not None:
        return known
    general = [reader for reader in claimants if reader.name in GENERAL]
    return general[0] if general else claimants[0] if len(claimants) == 1 else None


def _first(readers: Iterable[Reader], head: bytes, name: str, *, general: bool = True) -> Reader | None:
    for reader in readers:
        if (general or reader.by_line or reader.name not in GENERAL) and reader.sniff(head, name):
            return reader
    return None


def known_suffixes() -> str:
    """The endings that some reader claims, for messages."""
    return ", ".join(sorted({suffix for reader in installed()[0] for suffix in reader.suffixes}))
