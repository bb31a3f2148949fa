"""Coded papers in and out: one module for each format of another tool, all found by the entry points `univocal.formats`."""

from __future__ import annotations

from univocal.interchange.formats.coded import Format
from univocal.plugins import load, names

FORMATS = "univocal.formats"

__all__ = ["FORMATS", "format_named", "format_names"]


def format_names() -> tuple[str, ...]:
    """Which formats are installed?"""
    return names(FORMATS)


def format_named(name: str) -> Format:
    """The format of this name.

    Raises:
        UnivocalError: there is none; the message names the closest ones.
    """
    found: Format = load(FORMATS, name)
    return found
