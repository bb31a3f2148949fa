"""What goes over the wire: the JSON of the workspace's API. Offsets are code points, half open; -1 is the whole paper."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from univocal.study.codings import LONGEST_MEMO, MOST_SPANS, Answer, Revision
from univocal.study.schema import WHOLE
from univocal.study.spans import cut

#: What the database's integers hold.
_MOST = 2**31 - 1
Place = Annotated[int, Field(ge=0, le=_MOST)]
UnitPlace = Annotated[int, Field(ge=WHOLE, le=_MOST)]
RowId = Annotated[int, Field(ge=1, le=2**53)]
#: PostgreSQL's texts can't hold NUL.
NO_NUL = r"^[^\x00]*$"
Id = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Words = Annotated[str, Field(max_length=1_000_000, pattern=NO_NUL)]


class Shape(BaseModel):
    """A record that takes nothing but its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SpanShape(Shape):
    """Exact words of the paper, and the code that they support (null: all codes of the answer)."""

    start: Place
    stop: Place
    quote: Words
    code: Id | None = None


class UnitShape(Shape):
    """What is coded: a variable of the paper, or of the mention at [start, stop)."""

    variable: Id
    start: UnitPlace = WHOLE
    stop: UnitPlace = WHOLE
    item: Annotated[int, Field(ge=0, le=999)] = 0


class Change(UnitShape):
    """A change of a coding.

    ``base`` is the revision that was on the screen, ``token`` names this very change, ``codebook`` is the row of the version
    that the page showed: a change by one that is no longer in force is refused.
    """

    base: RowId | None = None
    codebook: RowId | None = None
    token: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]


class Save(Change):
    """An answer. ``codes`` null: can't say; empty: none applies."""

    codes: Annotated[list[Id], Field(max_length=200)] | None
    spans: Annotated[list[SpanShape], Field(max_length=MOST_SPANS)] = []
    unsure: bool = False
    memo: Annotated[str, Field(max_length=LONGEST_MEMO, pattern=NO_NUL)] = ""
    stands_for: Id | None = None

    def answer(self, text: str) -> Answer:
        """As an answer about a paper with this text.

        Raises:
            EvidenceError: a quote that doesn't stand at its place.
        """
        spans = tuple(cut(text, s.start, s.stop, s.code, quote=s.quote) for s in self.spans)
        codes = None if self.codes is None else tuple(self.codes)
        return Answer(codes, spans, self.unsure, self.memo, self.stands_for)


class CodingShape(UnitShape):
    """The last coding of a unit; ``cleared``: its answer was taken away, and only the revision counts."""

    revision: RowId
    codes: list[str] | None
    spans: list[SpanShape]
    unsure: bool
    memo: str
    stands_for: str | None
    at: str
    coder: str | None = None
    cleared: bool = False


class Saved(Shape):
    """The revision that a change became, and the coding that stands now (null: none)."""

    revision: RowId | None
    at: str | None = None
    coding: CodingShape | None = None


class TaskShape(Shape):
    """Why this paper is this coder's."""

    state: str
    batch: str


class ProgressShape(Shape):
    """Papers done, and all papers, of this coder."""

    done: int
    all: int


class SectionShape(Shape):
    """A stretch of the paper with one role."""

    kind: str
    start: int
    end: int


class PaperShape(Shape):
    """A paper to be coded, with the reader's own codings."""

    row: RowId
    id: str
    title: str
    year: int | None
    venue: str | None
    text: str
    mentions: list[tuple[int, int]]
    sections: list[SectionShape]
    pdf: str | None
    boxes: list[tuple[int, int, int, float, float, float, float]] | None
    task: TaskShape | None
    progress: ProgressShape
    codings: list[CodingShape]
    ideals: list[str]
    question: str | None


class ListedPaper(Shape):
    """A paper in a list."""

    row: RowId
    id: str
    title: str
    year: int | None
    venue: str | None
    characters: int


class PaperList(Shape):
    """One page of papers, and how many there are in all."""

    total: int
    papers: list[ListedPaper]


class Me(Shape):
    """Who is logged in."""

    name: str
    role: str


class Next(Shape):
    """The row of the paper to be coded next; null where none is left."""

    row: RowId | None = None
    next: RowId | None = None


class Suggestions(Shape):
    """What the machine says of a paper, if it may be shown; ``why`` says why or why not."""

    shown: bool
    why: str
    codings: list[CodingShape]


class Problem(Shape):
    """What is wrong, and what else helps to mend it."""

    message: str
    missing: list[str] | None = None
    last: CodingShape | None = None
    revision: RowId | None = None


def coding_shape(one: Revision, coder: str | None = None) -> CodingShape:
    """A revision as it goes out."""
    said = one.answer or Answer(None)
    return CodingShape(
        variable=one.unit.variable, start=one.unit.start, stop=one.unit.stop, item=one.unit.item, revision=one.id,
        codes=None if said.codes is None else list(said.codes),
        spans=[SpanShape(start=s.start, stop=s.stop, quote=s.quote, code=s.code) for s in said.spans],
        unsure=said.unsure, memo=said.memo, stands_for=said.stands_for, at=one.at, coder=coder, cleared=one.answer is None,
    )  # fmt: skip
