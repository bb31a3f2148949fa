"""One import of codings into a study: each paper and coding of a file held against what the study has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import Connection

from univocal.errors import StudyError, UnivocalError
from univocal.interchange.formats.carries import Carries, carried, in_order
from univocal.interchange.formats.coded import CodedPaper, CodedSpan, CodedUnit, Tally
from univocal.records import Fault, Paper
from univocal.study import people
from univocal.study.codings import Answer, OutdatedError, Revision, Stage, Unit, check, current, save
from univocal.study.folder import Study
from univocal.study.papers import NoPaperError, StoredPaper, digest_of, paper_of, paper_row, text_row, unfit
from univocal.study.schema import paper as papers
from univocal.study.schema import paper_text as texts
from univocal.study.spans import cut, unkeepable

#: Faults that are told one by one; the others are counted.
MOST_FAULTS = 10_000
_Key = tuple[str, str, int, int, int]
_STAGES: tuple[Stage, ...] = ("blind", "seen", "adjudicated")


class Importing:
    """One import of a file, some papers at a time."""

    def __init__(self, study: Study, path: Path, stage: Stage, carries: Carries) -> None:
        self._study, self._path, self._stage, self._carries = study, path, stage, carries
        self._people: dict[str, int] = {}
        self._faults: list[Fault] = []
        self.read = self.added = self.saved = self.already = self.times = self.left_out = 0

    def known(self, key: str) -> Paper | None:
        """The study's paper with this id."""
        with self._study.database.reading() as connection:
            stored = _stored(connection, key)
        return None if stored is None else stored.paper

    def faults(self) -> tuple[Fault, ...]:
        """What was left out; beyond `MOST_FAULTS` how many there are."""
        if not (more := self.left_out - len(self._faults)):
            return tuple(self._faults)
        last = Fault(str(self._path), "more-faults", f"{self._path}: … and {more:,} more faults")
        return (*self._faults, last)

    def take(self, batch: Iterable[CodedPaper | Fault]) -> None:
        """Take over some papers and their codings, in one transaction.

        Raises:
            StudyError: the codebook was changed since the import began.
        """
        before = self.read, self.added, self.saved, self.already, self.times, self.left_out, len(self._faults)
        try:
            self._take(batch)
        except BaseException:
            # also where the process is told to stop: the transaction took all of it back, so the counts go back too, and it goes on up
            *counts, told = before
            self.read, self.added, self.saved, self.already, self.times, self.left_out = counts
            del self._faults[told:]
            raise

    def _take(self, batch: Iterable[CodedPaper | Fault]) -> None:
        with self._study.database.writing() as connection:
            self._people = {person.name: person.row for person in people.everyone(connection)}
            for item in batch:
                if isinstance(item, Fault):
                    self._fault(item)
                else:
                    self._paper(connection, item)

    def _fault(self, fault: Fault) -> None:
        self.left_out += 1
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(fault)

    def _paper(self, connection: Connection, coded: CodedPaper) -> None:
        """Take over a paper, new or known, and its codings."""
        self.read += 1
        where = f"{self._path}: {coded.paper.id[:200]}"
        stored = _stored(connection, coded.paper.id)
        if stored is None:
            if not coded.paper.id.strip():
                message = f"{self._path}: a paper without an id. It was left out; give it one."
                self._fault(Fault(str(self._path), "no-id", message, lost=1))
                return
            if (fault := unfit(coded.paper)) is not None:
                self._fault(fault)
                return
            stored = self._add(connection, coded.paper)
        elif not same_words(stored.paper.text, coded.paper.text):
            what = "the study has another text under this id, and codings point at its words."
            message = f"{where}: {what} The file's {len(coded.codings):,} codings were left out. Give the text an id of its own."
            self._fault(Fault(where, "changed-text", message, lost=1))
            return
        there = self._there(connection, stored)
        for unit in in_order(replace(coded, paper=stored.paper), self._study.codebook).codings:
            known = there.get((unit.coder.strip(), unit.variable, unit.start, unit.stop, unit.item))
            if known is not None and _same(known, unit):
                self.already += 1
            else:
                self._coding(connection, stored, unit, f"{where}: {unit.coder[:80]}: {unit.variable}")

    def _there(self, connection: Connection, stored: StoredPaper) -> dict[_Key, CodedUnit]:
        """The paper's codings as a file of this format would have them."""
        names = {row: name for name, row in self._people.items()}
        found = (
            coded_unit(one, one.answer, names)
            for one in current(connection, stored.row)
            if one.answer is not None
        )
        kept = carried(CodedPaper(stored.paper, tuple(found)), self._carries, self._study.codebook, Tally(""))
        units = () if kept is None else kept.codings
        return {
            (one.coder, one.variable, one.start, one.stop, one.item): replace(one, at="") for one in units
        }

    def _add(self, connection: Connection, paper: Paper) -> StoredPaper:
        values = {name: value for name, value in paper_row(0, paper).items() if name != "id"}
        row = int(connection.execute(papers.insert().returning(papers.c.id), values).scalar_one())
        connection.execute(texts.insert(), text_row(row, paper, digest_of(paper.text), None))
        self.added += 1
        return StoredPaper(row, paper, None)

    def _coding(self, connection: Connection, stored: StoredPaper, one: CodedUnit, where: str) -> None:
        study, text = self._study, stored.paper.text
        try:
            spans = tuple(cut(text, span.start, span.stop, span.code) for span in one.spans)
            answer = Answer(one.codes, spans, one.unsure, one.memo, one.stands_for, one.confidence)
            stage = next((known for known in _STAGES if known == one.stage), self._stage)
            unit = Unit(stored.row, 0, one.variable, one.start, one.stop, one.item)
            if one.coder.strip() not in self._people:  # who says nothing that can be kept isn't made a coder
                check(unit, answer, paper=stored.paper, coder=one.coder, codebook=study.codebook)
            save(
                connection, replace(unit, coder=self._coder(connection, one)), answer, paper=stored.paper, coder=one.coder,
                codebook=study.codebook, codebook_row=study.codebook_row, stage=stage, action="import",
            )  # fmt: skip
        except OutdatedError as error:
            # what this transaction wrote goes by a codebook that is no longer in force: none of it may stay
            what = "the codebook was changed during the import. Import the file again; what went in is left as it is."
            raise StudyError(f"{self._path}: {what}") from error
        except UnivocalError as error:
            for line in str(error).splitlines():
                self._fault(Fault(where, "refused-coding", f"{where}: {line}"))
            return
        self.saved += 1
        self.times += bool(one.at)

    def _coder(self, connection: Connection, one: CodedUnit) -> int:
        name = one.coder.strip()
        if name not in self._people:
            role: people.Role = (
                "decided" if name == people.ADJUDICATED and one.stage == "adjudicated" else "coder"
            )
            self._people[name] = people.add(connection, name, role).row
        return self._people[name]


def _stored(connection: Connection, key: str) -> StoredPaper | None:
    """The study's paper with this id; None where it has none, or no database could have it."""
    try:
        return None if unkeepable(key) else paper_of(connection, key)
    except NoPaperError:
        return None


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
