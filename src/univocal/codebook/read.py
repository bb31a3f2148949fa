"""From the bytes of a codebook file to a TOML table, or one clear fault."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from univocal.errors import CodebookError

#: A codebook is prose; a file beyond this is something else.
MAX_BYTES = 1_000_000
# tomllib takes quadratic time over the parts of a dotted key; 32 parts are far more than any key here has.
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}""", re.ASCII)


def read_file(path: Path) -> dict[str, Any]:
    """Which table does a codebook file hold?

    Args:
        path: a TOML file of at most 1 MB, UTF-8.

    Returns:
        The table as ``tomllib`` reads it, not yet checked.

    Raises:
        CodebookError: the file can't be read, is too large, not UTF-8, not TOML, or nested too deep.
    """
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "there is no such file"
            raise CodebookError(
                f"{path}: {what}. Expected a codebook in TOML; `univocal codebook new` writes one."
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise CodebookError(f"{path}: can't be read: {error}") from error
    return parse(data, path.name)


def parse(data: bytes, name: str) -> dict[str, Any]:
    r"""Which table do these bytes hold? ``name`` opens every message.

    Raises:
        CodebookError: as ``read_file``.

    >>> parse(b'id = "mine"', "mine.toml")
    {'id': 'mine'}
    >>> parse(b'id = "mine', "mine.toml")
    Traceback (most recent call last):
    univocal.errors.CodebookError: mine.toml: line 1, column 11: not TOML: unterminated string
    """
    if len(data) > MAX_BYTES:
        raise CodebookError(f"{name}: larger than {MAX_BYTES:,} bytes; a codebook is prose of a few pages")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CodebookError(
            f"{name}: line {line}: byte 0x{data[error.start]:02x} is not UTF-8. Save the file as UTF-8."
        ) from error
    if long_key := _LONG_KEY.search(text):
        line = text.count("\n", 0, long_key.start()) + 1
        raise CodebookError(
            f"{name}: line {line}: a dotted key of more than 32 parts; codebooks nest three deep"
        )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodebookError(_syntax(str(error), text, name)) from error
    except RecursionError as error:
        raise CodebookError(f"{name}: nested too deep; codebooks nest three deep") from error
    except ValueError as error:
        raise CodebookError(f"{name}: not TOML: {error}") from error


def _syntax(message: str, text: str, name: str) -> str:
    """Rephrase ``Expected '=' ... (at line 2, column 5)`` as place first, then fault."""
    what, _, place = message.rpartition(" (at ")
    place = place.removesuffix(")")
    if not what:
        what = message
    if not place.startswith("line"):
        lines = text.split("\n")
        place = f"line {len(lines)}, column {len(lines[-1]) + 1}"
    return f"{name}: {place}: not TOML: {what[0].lower()}{what[1:]}"
