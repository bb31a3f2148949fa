"""One import of codings into a study: each paper and coding of a file held against what the study has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import Connection

from univocal.errors import UnivocalError
from univocal.interchange.formats.carries import Carries, carried, in_order
from univocal.interchange.formats.coded import CodedPaper, CodedSpan, CodedUnit, Tally
from univocal.records import Fault, Paper
from univocal.study import people
from univocal.study.codings import Answer, Revision, Stage, Unit, current, save
from univocal.study.disagreements import ADJUDICATED
from univocal.study.folder import Study
from univocal.study.papers import NoPaperError, StoredPaper, digest_of, paper_of, paper_row, text_row, unfit
from univocal.study.schema import paper as papers
from univocal.study.schema import paper_text as texts
from univocal.study.spans import cut

_Key = tuple[str, str, int, int, int]
_STAGES: tuple[Stage, ...] = ("blind", "seen", "adjudicated")


class Importing:
    """One import, in its transaction."""

    def __init__(
        self, study: Study, connection: Connection, path: Path, stage: Stage, faults: list[Fault], carries: Carries
    ) -> None:  # fmt: skip
        self._carries = carries
        self._study, self._connection, self._path = study, connection, path
        self._stage, self._faults = stage, faults
        self._people = {person.name: person.row for person in people.everyone(connection)}
        self.read = self.added = self.saved = self.already = self.times = 0

    def known(self, key: str) -> Paper | None:
        """The study's paper with this id."""
        stored = self._stored(key)
        return None if stored is None else stored.paper

    def _stored(self, key: str) -> StoredPaper | None:
        try:
            return paper_of(self._connection, key)
        except NoPaperError:
            return None

    def paper(self, coded: CodedPaper) -> None:
        """Take over a paper, new or known, and its codings."""
        self.read += 1
        where = f"{self._path}: {coded.paper.id[:200]}"
        stored = self._stored(coded.paper.id)
        if stored is None:
            if (fault := unfit(coded.paper)) is not None:
                self._faults.append(fault)
                return
            stored = self._add(coded.paper)
        elif not same_words(stored.paper.text, coded.paper.text):
            what = "the study has another text under this id, and codings point at its words."
            message = f"{where}: {what} The file's {len(coded.codings):,} codings were left out. Give the text an id of its own."
            self._faults.append(Fault(where, "changed-text", message, lost=1))
            return
        there = self._there(stored)
        for unit in in_order(replace(coded, paper=stored.paper), self._study.codebook).codings:
            known = there.get((unit.coder.strip(), unit.variable, unit.start, unit.stop, unit.item))
            if known is not None and _same(known, unit):
                self.already += 1
            else:
                self._coding(stored, unit, f"{where}: {unit.coder[:80]}: {unit.variable}")

    def _there(self, stored: StoredPaper) -> dict[_Key, CodedUnit]:
        """The paper's codings as a file of this format would have them."""
        names = {row: name for name, row in self._people.items()}
        found = (
            coded_unit(one, one.answer, names)
            for one in current(self._connection, stored.row)
            if one.answer is not None
        )
        kept = carried(CodedPaper(stored.paper, tuple(found)), self._carries, self._study.codebook, Tally(""))
        units = () if kept is None else kept.codings
        return {
            (one.coder, one.variable, one.start, one.stop, one.item): replace(one, at="") for one in units
        }

    def _add(self, paper: Paper) -> StoredPaper:
        values = {name: value for name, value in paper_row(0, paper).items() if name != "id"}
        row = int(self._connection.execute(papers.insert().returning(papers.c.id), values).scalar_one())
        self._connection.execute(texts.insert(), text_row(row, paper, digest_of(paper.text), None))
        self.added += 1
        return StoredPaper(row, paper, None)

    def _coding(self, stored: StoredPaper, one: CodedUnit, where: str) -> None:
        study, text = self._study, stored.paper.text
        try:
            unit = Unit(stored.row, self._coder(one), one.variable, one.start, one.stop, one.item)
            spans = tuple(cut(text, span.start, span.stop, span.code) for span in one.spans)
            answer = Answer(one.codes, spans, one.unsure, one.memo, one.stands_for, one.confidence)
            stage = next((known for known in _STAGES if known == one.stage), self._stage)
            save(
                self._connection, unit, answer, paper=stored.paper, coder=one.coder, codebook=study.codebook,
                codebook_row=study.codebook_row, stage=stage, action="import",
            )  # fmt: skip
        except UnivocalError as error:
            self._faults += [
                Fault(where, "refused-coding", f"{where}: {line}") for line in str(error).splitlines()
            ]
            return
        self.saved += 1
        self.times += bool(one.at)

    def _coder(self, one: CodedUnit) -> int:
        name = one.coder.strip()
        if name not in self._people:
            role: people.Role = "decided" if name == ADJUDICATED and one.stage == "adjudicated" else "coder"
            self._people[name] = people.add(self._connection, name, role).row
        return self._people[name]


def _same(known: CodedUnit, unit: CodedUnit) -> bool:
    """Does a file say what the study has? When it was said doesn't matter; nor the stage, where the file has none."""
    stage = unit.stage or known.stage
    return known == replace(unit, at="", stage=stage, coder=known.coder)


def same_words(ours: str, theirs: str) -> bool:
    r"""Is it the same text, but for which kind of white space stands where? Then offsets mean the same in both.

    >>> same_words("a\nb", "a b"), same_words("a\r\nb", "a\nb"), same_words("a", "b")
    (True, False, False)
    """
    return ours == theirs or (
        len(ours) == len(theirs)
        and all(a == b or (a.isspace() and b.isspace()) for a, b in zip(ours, theirs, strict=True))
    )


def coded_unit(one: Revision, answer: Answer, names: Mapping[int, str]) -> CodedUnit:
    """A revision's answer as files hold it; ``names`` are those of the coders' rows."""
    unit = one.unit
    spans = tuple(CodedSpan(s.start, s.stop, s.quote, s.prefix, s.suffix, s.code) for s in answer.spans)
    return CodedUnit(
        names[unit.coder], unit.variable, unit.start, unit.stop, unit.item, answer.codes, spans, answer.unsure,
        answer.memo, answer.stands_for, answer.confidence, one.at, one.stage,
    )  # fmt: skip
