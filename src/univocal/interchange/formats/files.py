"""Files that strangers made: bounded reading, archives without bombs and slips, XML without entities."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote
from xml.parsers import expat

from lxml import etree

from univocal.corpus.pieces import whole
from univocal.corpus.protocol import Limits
from univocal.errors import InputError

MOST_FILES = 200_000
#: A file in an archive that grows by more than this when unpacked is a bomb.
_RATIO = 1_000
_BLOCK = 1 << 20
#: Characters of a name, so that an ending still fits into the 255 bytes of most file systems.
_LONGEST_NAME = 240
#: A part of a percent-encoded byte.
_SPLIT = re.compile("%.?$")
_UNFIT = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_bytes(path: Path, limits: Limits) -> bytes:
    """All bytes of a file, gzip or not.

    Raises:
        InputError: it can't be read, or is larger than the limit.
    """
    try:
        data = whole(path, limits)
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror or error}") from error
    if data is None:
        raise InputError(f"{path}: more than {limits.file_bytes:,} bytes (unpacked). Split it.")
    return data


def read_text(data: bytes, where: str) -> str:
    """UTF-8 as text, without a byte order mark; line ends stay as they are.

    Raises:
        InputError: it isn't UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{where}: line {line}: the byte 0x{data[error.start]:02x} isn't UTF-8. Save it as UTF-8."
        raise InputError(message) from None


class Archive:
    """The files of a zip archive or a folder, by name; read one at a time and bounded together.

    Names that lead out of the archive, links, encrypted files and those packed by another method than deflate are refused,
    before anything is read. Nothing is ever unpacked to the disk.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self._zip: zipfile.ZipFile | None = None
        self._left = limits.file_bytes * 5
        if path.is_dir():
            found = sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())[
                : MOST_FILES + 1
            ]
            self.names = [one.relative_to(path).as_posix() for one in found]
        else:
            self.names = self._opened()
        if len(self.names) > MOST_FILES:
            raise InputError(f"{path}: more than {MOST_FILES:,} files. Split it.")
        self._known = frozenset(self.names)

    def __contains__(self, name: str) -> bool:
        """Is there a file of this name?"""
        return name in self._known

    def _opened(self) -> list[str]:
        try:
            self._zip = zipfile.ZipFile(self.path)
        # NotImplementedError: what zipfile raises where an archive asks for a later version of the format
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise InputError(f"{self.path}: not a zip archive that can be read ({error})") from error
        names, faults = [], []
        for info in self._zip.infolist()[: MOST_FILES + 1]:
            parts = PurePosixPath(info.filename.replace("\\", "/"))
            packed = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            link = (info.external_attr >> 16) & 0o170000 == 0o120000
            if not parts.parts or parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
                faults.append(f"{self.path}: {info.filename[:100]!r} leads out of the archive. Pack it anew.")
            elif link or info.flag_bits & 1:
                what = "a link" if link else "encrypted"
                faults.append(f"{self.path}: {info.filename[:100]!r} is {what}; expected plain files")
            elif not packed:
                faults.append(
                    f"{self.path}: {info.filename[:100]!r} is packed by method {info.compress_type}; expected deflate, or none"
                )
            elif not info.is_dir():
                names.append(info.filename)
        if faults:
            self._zip.close()
            raise InputError(faults[:20])
        return names

    def read(self, name: str) -> bytes:
        """The bytes of one file.

        Raises:
            InputError: it is damaged, or too large when unpacked.
        """
        where = f"{self.path}: {name}"
        if self._zip is None:
            data = read_bytes(self.path / name, self.limits)
        else:
            data = self._unpacked(self._zip, name, where)
        self._left -= len(data)
        if self._left < 0:
            raise InputError(f"{where}: the archive's files are too large together. Split it.")
        return data

    def _unpacked(self, archive: zipfile.ZipFile, name: str, where: str) -> bytes:
        most = min(
            self.limits.file_bytes, self._left, max(archive.getinfo(name).compress_size, 1_000) * _RATIO
        )
        parts, size = [], 0
        try:
            with archive.open(name) as file:
                while block := file.read(_BLOCK):
                    size += len(block)
                    if size > most:
                        raise InputError(f"{where}: more than {most:,} bytes when unpacked. Is it a bomb?")
                    parts.append(block)
        # NotImplementedError: what zipfile raises for patched data and strong encryption
        except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
            raise InputError(f"{where}: can't be unpacked ({error})") from error
        return b"".join(parts)

    def close(self) -> None:
        """Let go of the archive."""
        if self._zip is not None:
            self._zip.close()


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Archive]:
    """An archive or a folder, closed at the end."""
    archive = Archive(path, limits)
    try:
        yield archive
    finally:
        archive.close()


def as_name(text: str) -> str:
    """A text as one part of a file's name, from which `from_name` gets it back.

    A text too long for that keeps its beginning, and what tells it from others; `fits_name` says whether it is.

    >>> as_name("doi:10.1/x"), as_name(".."), from_name(as_name("Ann Lee / ü"))
    ('doi%3A10.1%2Fx', '%2E.', 'Ann Lee / ü')
    >>> len(as_name("x" * 300)), fits_name("x" * 300)
    (240, False)
    """
    name = _quoted(text)
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{_SPLIT.sub('', name[: _LONGEST_NAME - 17])}~{sha256(text.encode()).hexdigest()[:16]}"


def fits_name(text: str) -> bool:
    """Does `from_name` get this text back from `as_name`'s?

    >>> fits_name("Ann Lee")
    True
    """
    return len(_quoted(text)) <= _LONGEST_NAME


def _quoted(text: str) -> str:
    name = quote(text, safe=" ,;()[]@+")
    return "%2E" + name[1:] if name.startswith(".") else name


def from_name(name: str) -> str:
    """The text that `as_name` made a name of."""
    return unquote(name)


def check_xml(data: bytes, where: str, limits: Limits) -> None:
    """Refuse XML that isn't well formed, declares entities, or nests deeper than the limit.

    Raises:
        InputError: it does.

    >>> check_xml(b"<!DOCTYPE a><a/>", "a.xml", Limits())
    Traceback (most recent call last):
    univocal.errors.InputError: a.xml:1: a document type declaration, whose entities can exhaust the memory. Remove it.
    """
    parser = expat.ParserCreate()
    depth = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.depth:
            raise InputError(
                f"{where}:{parser.CurrentLineNumber}: elements {depth} deep; expected at most {limits.depth}"
            )

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_declaration: object) -> None:
        raise InputError(
            f"{where}:{parser.CurrentLineNumber}: a document type declaration, whose entities can exhaust the memory. Remove it."
        )

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        message = (
            f"{where}:{error.lineno}: not well-formed XML: {expat.errors.messages.get(error.code, error)}"
        )
        raise InputError(message) from None
    except (
        LookupError,
        ValueError,
    ) as error:  # what expat makes of encodings that nobody has, or that it can't read
        raise InputError(f"{where}: {error}. Save it as UTF-8.") from None


def parsed_xml(data: bytes, where: str, limits: Limits) -> Any:
    """The root element of XML that `check_xml` lets pass.

    Raises:
        InputError: it doesn't, or names are used whose namespace isn't declared.

    >>> parsed_xml(b"<a:b/>", "a.xml", Limits())
    Traceback (most recent call last):
    univocal.errors.InputError: a.xml: Namespace prefix a on b is not defined, line 1, column 5
    """
    check_xml(data, where, limits)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{where}: {error.msg}") from None


def fit_for_xml(text: str) -> bool:
    r"""Has the text only characters that XML 1.0 can hold?

    >>> fit_for_xml("tab\tand line\r\n"), fit_for_xml("form feed\x0c")
    (True, False)
    """
    return _UNFIT.search(text) is None


def for_xml(text: str) -> str:
    r"""The text without the characters that XML 1.0 can't hold.

    >>> for_xml("a\x0cb\n")
    'ab\n'
    """
    return _UNFIT.sub("", text)
