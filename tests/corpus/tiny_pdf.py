"""PDFs by hand: the least that a reader of PDFs must cope with."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence


def pdf(objects: Mapping[int, bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF file of numbered objects."""
    out = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number]
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, start)
    return bytes(out)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def deflated(data: bytes, extra: bytes = b"") -> bytes:
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + extra)


def escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


Line = tuple[float, float, float, str]  # x, y, font size, text


def pages(contents: Sequence[Sequence[Line]], info: Mapping[str, str] | None = None) -> bytes:
    """A PDF whose pages hold these lines."""
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        4: b"<< %s >>" % b" ".join(b"/%s (%s)" % (k.encode(), escaped(v)) for k, v in (info or {}).items()),
    }
    kids = []
    for number, lines in enumerate(contents):
        page, content = 5 + 2 * number, 6 + 2 * number
        kids.append(b"%d 0 R" % page)
        drawn = b"\n".join(
            b"BT /F1 %f Tf %f %f Td (%s) Tj ET" % (s, x, y, escaped(t)) for x, y, s, t in lines
        )
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % content
        )
        objects[content] = stream(drawn)
    objects[2] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return pdf(dict(sorted(objects.items())), trailer=b"/Info 4 0 R")


def column(
    lines: Sequence[str], top: float = 740, size: float = 10, left: float = 72, pitch: float = 12
) -> list[Line]:
    """Lines one below the other."""
    return [(left, top - pitch * n, size, line) for n, line in enumerate(lines)]
