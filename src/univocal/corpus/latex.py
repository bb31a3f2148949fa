"""LaTeX sources: read by pylatexenc, by tree-sitter where that fails, and as plain text where both do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from univocal.corpus.builder import TextBuilder
from univocal.corpus.decoding import declared_in_latex, decode
from univocal.corpus.document import DocumentReader, RefusedError, built
from univocal.corpus.latex_fallback import fallback
from univocal.corpus.latex_files import Folder, included_by
from univocal.corpus.latex_text import LatexWriter
from univocal.corpus.protocol import Limits, Source
from univocal.records import Fault, Paper

_LATEX = re.compile(
    rb"\\(?:documentclass|documentstyle|begin\s*\{|section|chapter|input|title|usepackage|cite)"
)


def parse(source: Source, limits: Limits) -> Iterator[Paper | Fault]:
    """The one paper of a main file and the files that it includes."""
    text, faults = decode(source.data, source.name, declared_in_latex(source.data))
    main = included_by(source.path, text)
    if main is not None:
        message = f"{source.name}: part of {main}, which includes it; it is read there and isn't a paper of its own."
        yield Fault(source.name, "included-elsewhere", message)
        return
    yield from faults
    builder = TextBuilder(text, source.name)
    folder = Folder(source.path, source.name, limits.file_bytes)
    writer = LatexWriter(text, builder, folder, limits.text_chars)
    try:
        writer.document()
    except RefusedError as error:
        if error.kind == "text-too-long":
            raise RefusedError(
                error.kind, f"{source.name}: {error}. Expected a paper; split it or raise the limit."
            ) from error
        failure: Exception = error
    except Exception as error:  # noqa: BLE001 - whatever pylatexenc trips over, the fault names it and the paper is read otherwise
        failure = error
    else:
        yield from folder.faults
        yield built(builder, source, writer.meta)
        return
    how, paper = fallback(text, source)
    message = (
        f"{source.name}: pylatexenc can't parse it ({type(failure).__name__}: {str(failure)[:120]}). "
        f"It was read {how}. Expected LaTeX that compiles; check its braces and environments."
    )
    yield Fault(source.name, "latex-fallback", message)
    yield paper


def looks(head: bytes, name: str) -> bool:
    """LaTeX has some well-known macro."""
    del name
    return b"\0" not in head and _LATEX.search(head) is not None


READER = DocumentReader("latex", (".tex", ".latex", ".ltx"), looks, parse)
