"""The process that opens PDFs. It is run as a file of its own, with bounded memory, and may be killed at any time.

It imports the standard library and pypdfium2 only. A request is a length (8 bytes, big endian), then JSON with the
limits and the PDF's size, then the PDF; the reply is a length, then JSON.
"""

from __future__ import annotations

import contextlib
import json
import math
import signal
import struct
import sys
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

#: PDFium's mark for a hyphen at a line's end, which it has joined with the next line; U+FFFE in older versions.
_HYPHENS = frozenset({0x02, 0xFFFE})
_LINE_ENDS = frozenset({0x0A, 0x0D})
_LENGTH = struct.Struct(">Q")


def bound_memory(n_bytes: int) -> None:
    """Allow this process so much address space and no core file (where the system knows such limits)."""
    with contextlib.suppress(ImportError):
        import resource

        with contextlib.suppress(ValueError, OSError):  # a lower limit holds already
            resource.setrlimit(resource.RLIMIT_AS, (n_bytes, n_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_pdf(data: bytes, most_pages: int, most_chars: int) -> dict[str, Any]:
    """Pages with their lines, or what stands against reading them."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        return {"kind": "encrypted-pdf" if locked else "corrupt-pdf", "why": str(error)}
    n_pages = len(document)
    if n_pages > most_pages:
        return {"kind": "too-many-pages", "why": f"{n_pages:,} pages", "n_pages": n_pages}
    pages: list[dict[str, Any]] = []
    n_chars = 0
    for number in range(n_pages):
        try:
            page = document[number]
            text_page = page.get_textpage()
            lines = list(lines_of(text_page))
            pages.append({"width": page.get_width(), "height": page.get_height(), "lines": lines})
            text_page.close()
            page.close()
        except pypdfium2.PdfiumError as error:
            pages.append({"lines": [], "why": str(error)})
            continue
        n_chars += sum(len(line[0]) for line in lines)
        if n_chars > most_chars:
            return {
                "kind": "text-too-long",
                "why": f"more than {most_chars:,} characters by page {number + 1}",
            }
    return {"pages": pages, "metadata": document.get_metadata_dict(), "n_pages": n_pages}


def lines_of(text_page: Any) -> Iterator[tuple[str, list[float], float, bool]]:
    """Text, box (left, bottom, right, top), letter size of each line, and whether a hyphen ended it."""
    from pypdfium2 import raw

    handle = text_page.raw
    codes = [raw.FPDFText_GetUnicode(handle, i) for i in range(text_page.count_chars())]
    start = 0
    for at, code in enumerate([*codes, 0x0A]):
        if code not in _LINE_ENDS and code not in _HYPHENS:
            continue
        text = text_of(codes[start:at])
        if text.strip():
            first = next((i for i in range(start, at) if not chr(codes[i]).isspace()), start)
            size = raw.FPDFText_GetFontSize(handle, first)
            yield text, box(text_page, start, at - start), round(size, 2), code in _HYPHENS
        start = at + 1


def text_of(codes: list[int]) -> str:
    """The characters, with surrogate pairs made whole; those without a meaning are left out."""
    kept = "".join(chr(c) for c in codes if c and c < 0x110000 and c not in {0xFFFD, 0xFFFF})
    return kept.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def box(text_page: Any, start: int, count: int) -> list[float]:
    """The smallest box around a run of characters."""
    rects = [text_page.get_rect(i) for i in range(text_page.count_rects(start, count))]
    if not rects:
        return [0.0, 0.0, 0.0, 0.0]
    edges = [
        min(r[0] for r in rects),
        min(r[1] for r in rects),
        max(r[2] for r in rects),
        max(r[3] for r in rects),
    ]
    return [round(edge, 2) if math.isfinite(edge) else 0.0 for edge in edges]


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer until the other end is gone."""
    while len(head := requests.read(_LENGTH.size)) == _LENGTH.size:
        asked = json.loads(requests.read(_LENGTH.unpack(head)[0]))
        data = requests.read(asked["size"])
        if hasattr(signal, "alarm"):
            signal.alarm(math.ceil(asked["timeout_seconds"]) + 5)  # if nobody is left to kill this process
        try:
            reply = read_pdf(data, asked["pages"], asked["text_chars"])
        except MemoryError:
            reply = {"kind": "pdf-memory", "why": "out of memory"}
        except Exception as error:  # noqa: BLE001 - the parent makes a fault of it, with its type and message
            reply = {"kind": "corrupt-pdf", "why": f"{type(error).__name__}: {error}"}
        if hasattr(signal, "alarm"):
            signal.alarm(0)
        body = json.dumps(reply).encode()
        replies.write(_LENGTH.pack(len(body)) + body)
        replies.flush()


if __name__ == "__main__":
    bound_memory(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer)
