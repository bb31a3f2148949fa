"""Begin a codebook: a commented file that extends the built-in one and passes ``check`` as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from univocal.codebook.draft import DATA
from univocal.errors import InputError


def new(path: str | Path, *, force: bool = False) -> Path:
    """Where is the new codebook? A skeleton is written there, with every kind of entry as a commented example.

    Args:
        path: the file to write; its folder must exist. Its name becomes the codebook's id.
        force: write over a file that is there.

    Returns:
        The path written.

    Raises:
        InputError: the file is there already, the name doesn't end in ``.toml``, or it can't be written.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> new(Path(folder.name) / "mine.toml").name
    'mine.toml'
    >>> folder.cleanup()
    """
    path = Path(path)
    if path.suffix != ".toml":
        raise InputError(f"{path}: a codebook's name ends in .toml")
    words = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:60]
    name = words if words[:1].isalpha() else f"codebook-{words}".rstrip("-")
    text = (DATA / "new.toml.template").read_text(encoding="utf-8").replace("@ID@", name)
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError(
            f"{path}: there is such a file. Pass --force (force=True) to write over it."
        ) from error
    except OSError as error:
        raise InputError(f"{path}: can't be written: {error.strerror or error}") from error
    return path
