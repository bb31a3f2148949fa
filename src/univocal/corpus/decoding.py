"""From bytes to text: byte order marks, declared encodings, and what isn't valid."""

from __future__ import annotations

import codecs
import re

from univocal.records import Fault

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_HTML = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_LATEX = re.compile(rb"\\usepackage\s*\[([A-Za-z0-9-]{1,20})\]\s*\{inputenc\}")
_LATEX_NAMES = {"latin1": "latin-1", "ansinew": "cp1252", "latin9": "iso8859-15", "applemac": "mac-roman"}


def decode(data: bytes, where: str, declared: str | None = None) -> tuple[str, tuple[Fault, ...]]:
    r"""What text are these bytes, and what was wrong with them?

    A byte order mark decides; else the encoding that the document declares; else UTF-8. Bytes that aren't valid
    become U+FFFD, and one fault names the first of them. Nothing else is changed: line ends, combining marks and
    direction marks come out as they went in.

    >>> decode(b"caf\xc3\xa9\r\n", "a.txt")
    ('café\r\n', ())
    >>> text, faults = decode(b"caf\xe9", "a.txt")
    >>> text, faults[0].kind
    ('caf�', 'invalid-encoding')
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], where, name, len(mark))
    return _decoded(data, where, _codec(declared) or "utf-8", 0)


def _decoded(data: bytes, where: str, name: str, skipped: int) -> tuple[str, tuple[Fault, ...]]:
    try:
        return data.decode(name), ()
    except UnicodeDecodeError as error:
        text = data.decode(name, errors="replace")
        at, byte = error.start + skipped, data[error.start]
        message = (
            f"{where}: byte {at} (0x{byte:02x}) is not valid {name.upper()}; it and {text.count(chr(0xFFFD)) - 1} more "
            f"were read as U+FFFD. Expected {name.upper()}; save the file as UTF-8 to keep its characters."
        )
        return text, (Fault(where, "invalid-encoding", message),)


def _codec(declared: str | None) -> str | None:
    """The codec's name, where Python has one that makes text."""
    if not declared:
        return None
    try:
        info = codecs.lookup(declared)
    except LookupError:
        return None
    if not getattr(info, "_is_text_encoding", True) or info.name.startswith(("utf-16", "utf-32")):
        return None  # without a byte order mark, bytes in which "encoding=" could be read aren't UTF-16
    return "cp1252" if info.name in {"iso8859-1", "ascii"} else info.name


def declared_in_markup(data: bytes) -> str | None:
    """Which encoding does an XML declaration or an HTML meta element name?

    >>> declared_in_markup(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    'ISO-8859-1'
    """
    head = data[:4096]
    found = _XML.search(head) or _HTML.search(head)
    return found.group(1).decode("ascii") if found else None


def declared_in_latex(data: bytes) -> str | None:
    r"""Which encoding does ``inputenc`` name?

    >>> declared_in_latex(rb"\usepackage[latin1]{inputenc}")
    'latin-1'
    """
    found = _LATEX.search(data[:65536])
    if not found:
        return None
    name = found.group(1).decode("ascii")
    return _LATEX_NAMES.get(name, name)
