r"""BibTeX: entries with a title, and an abstract where there is one; LaTeX in them is read as text."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from univocal.corpus.decoding import decode
from univocal.corpus.faults import Tally
from univocal.corpus.protocol import Limits, Source
from univocal.corpus.record import Records
from univocal.records import Fault, Paper

_ENTRY = re.compile(rb"^\s*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
#: Entries that hold papers, rather than being one.
_VOLUMES = frozenset({"proceedings", "collection", "periodical"})
_VERBATIM = frozenset({"url", "doi", "eprint"})
_LATEX = re.compile(r"[\\{}~$]")
_SPECIAL = re.compile(r"(?<!\\)([%&])")
_TIE = re.compile(r"(?<![\\/])~")


@dataclass(frozen=True, slots=True)
class BibtexReader:
    """Reads the entries of a BibTeX file; blocks that can't be parsed are told of, the others are kept."""

    name: str = "bibtex"
    suffixes: tuple[str, ...] = (".bib", ".bibtex")
    by_line: bool = False

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  # the protocol's; the content says it all
        """Does it hold BibTeX entries?"""
        return bool(_ENTRY.search(head))

    def read(self, source: Source, limits: Limits) -> Iterator[Paper | Fault]:
        """The papers in order of the file, then what was wrong with them."""
        import bibtexparser
        from bibtexparser import model

        text, faults = decode(source.data, source.name)
        yield from faults
        records = Records(source.name, limits)
        for logger in ("bibtexparser", "pylatexenc"):
            logging.getLogger(logger).addHandler(logging.NullHandler())  # our faults say it better
        library = bibtexparser.parse_string(text)
        strings = {string.key.lower(): string.value for string in library.strings}
        for block in library.blocks:
            line = block.start_line + 1
            if isinstance(block, model.ParsingFailedBlock):
                entry = block.ignore_error_block
                if not isinstance(entry, model.Entry):
                    reason = getattr(block.error, "abort_reason", None) or block.error
                    why = " ".join(str(reason).split())[:160]
                    records.tally.add(
                        "invalid-bibtex", "entries that can't be parsed; left out", f"line {line} ({why})", 1
                    )
                    continue
                found = {f.key.lower(): _bare(f.value, strings) for f in reversed(entry.fields)}
                if isinstance(block, model.DuplicateFieldKeyBlock):
                    records.tally.add(
                        "repeated-field", "a field given twice; the first is read", f"line {line}"
                    )
            elif isinstance(block, model.Entry):
                entry = block
                found = {f.key.lower(): f.value for f in reversed(entry.fields)}
            else:
                continue
            if entry.entry_type.lower() in _VOLUMES:
                records.tally.add("not-a-paper", "left out: whole volumes, not papers", f"line {line}")
                continue
            paper = records.paper(_record(entry.key, found, records.tally, line), line)
            if paper is not None:
                yield paper
        yield from records.tally.faults()


def _record(key: str, fields: Mapping[str, Any], tally: Tally, line: int) -> dict[str, Any]:
    """An entry's fields as a record's; ``eprint`` is an arXiv id only where the entry says so."""
    record: dict[str, Any] = {"id": key or None}
    for name, value in fields.items():
        record[name] = value
        if isinstance(value, str) and name not in _VERBATIM:
            try:
                record[name] = as_text(value)
            except Exception as error:  # noqa: BLE001  # pylatexenc raises many kinds; the entry is kept as written
                why = f"LaTeX that can't be read as text ({type(error).__name__}); kept as written"
                tally.add("invalid-latex", why, f"line {line}")
    archive = f"{fields.get('archiveprefix', '')} {fields.get('eprinttype', '')}".lower()
    if "eprint" in record and "arxiv" not in archive:
        record["eprint_other"] = record.pop("eprint")
    return record


def as_text(value: str) -> str:
    r"""What a BibTeX value says: braces and commands read as text, mathematics left as it is written.

    A percent sign is a percent sign here: abstracts have many, and none is meant as a comment.

    >>> as_text(r"{BERT}: 50% of \'etudes"), as_text("no LaTeX, 50%")
    ('BERT: 50% of études', 'no LaTeX, 50%')
    """
    if not _LATEX.search(value):
        return value
    value = _TIE.sub(" ", value)
    if "\\" not in value and "$" not in value:
        return value.replace("{", "").replace("}", "")
    return str(_decoder().latex_to_text(_SPECIAL.sub(r"\\\1", value)))


@cache
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    context = get_default_latex_context_db()
    context.add_context_category("bibtex", prepend=True, macros=[MacroTextSpec("url", simplify_repl="%s")])
    return LatexNodes2Text(latex_context=context, math_mode="verbatim", keep_comments=True)


def _bare(value: Any, strings: Mapping[str, str]) -> Any:
    """The value of a field that the parser left as it is written."""
    if not isinstance(value, str):
        return value
    if len(value) > 1 and (value[0], value[-1]) in {("{", "}"), ('"', '"')}:
        return value[1:-1]
    return strings.get(value.strip().lower(), value)


READER = BibtexReader()
