"""Which papers should people code next, so that the interval of one share gets narrow soonest?

The share is that of `study.shares`: of the papers that the study's sample stands for, how many have a code. What is left
to draw is put into strata by what a machine coder says (`next_strata`), a batch is shared out among them so that the
interval is expected to get narrowest (`next_width`), and drawn by chance within each, so that its probabilities are known.
No share is estimated from the machine's codings: they shape the design, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook, Variable
from univocal.errors import StudyError, UnivocalError
from univocal.estimates.coding_table import CodingTable
from univocal.plugins import did_you_mean
from univocal.statistics.planning import plan_gold
from univocal.statistics.result import check_level
from univocal.study.next_machine import machine_named, said_by
from univocal.study.next_strata import Flags, frame_of, outlook, strata
from univocal.study.next_width import Drawing
from univocal.study.sample import batches_of
from univocal.study.schema import paper as papers
from univocal.study.schema import task as tasks
from univocal.study.shares import CodeShare, Settling, shares
from univocal.study.stages import Batch, usable
from univocal.study.table import coding_table

#: Of what is needed, the part that the first batch draws: the next one knows better what the strata hold.
FIRST = 0.5
#: A batch that the study chooses the size of has at least so many papers.
FEWEST = 20
#: Strata are chosen for a batch of so many papers, where its size isn't settled yet.
_USUAL = 100


@dataclass(frozen=True, slots=True)
class NextStratum:
    """A stratum of the papers left.

    ``papers`` there are, and ``coded`` ones would be in it; ``has`` and ``asked`` guess the chances that a paper has the code,
    and that it is asked at all; so many are ``drawn`` now.
    """

    name: str
    papers: int
    coded: int
    has: float
    asked: float
    drawn: int


@dataclass(frozen=True, slots=True, eq=False)
class Next:
    """What to code next, and what comes of it.

    ``share`` is what is known so far, None where nothing is, as ``why_not`` says; ``words`` says what the coded papers stand
    for. ``machine`` is the coder whose codings made the strata. ``now`` and ``expected`` are widths of the interval: now,
    and once all that is drawn is coded (a share of which disagreements are open counts with all that they leave open).
    ``more`` papers must be drawn for the wanted width (None: more than are left), ``random`` in all, in random order, from
    the start (None: more than a million). ``notes`` must be read before the batch is drawn.
    """

    variable: str
    code: str
    width: float
    machine: str | None
    share: CodeShare | None
    why_not: str
    words: str
    n_coded: int
    n_open: int
    now: float | None
    strata: tuple[NextStratum, ...]
    expected: float
    more: int | None
    random: int | None
    notes: tuple[str, ...]
    stratum_of: Mapping[int, str] = field(default_factory=dict, repr=False)

    @property
    def n(self) -> int:
        """How many papers the batch holds."""
        return sum(one.drawn for one in self.strata)


def next_papers(
    connection: Connection, codebook: Codebook, variable: str, code: str, *, width: float, n: int | None = None,
    machine: str | None = None, level: float = 0.95,
) -> Next:  # fmt: skip
    """What should be coded next, for an interval of this width of the share of papers with a code? Nothing is drawn.

    Args:
        connection: for reading.
        codebook: the version in force.
        variable: a variable of whole papers.
        code: one of its codes.
        width: the wanted width, from end to end, in (0, 1).
        n: how many papers; None: half of what is needed where nothing is coded, all of it afterwards.
        machine: whose codings make the strata; None: `machine_named` chooses.
        level: nominal coverage of the interval, in (0, 1).

    Raises:
        StudyError: no such variable, code or machine coder, a variable of mentions, a width out of range, no paper left to
            draw, or a batch that the study's shares would leave out.
        UnivocalError: a level out of range.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from univocal.study.folder import create
    >>> from univocal.study.papers import import_papers
    >>> folder = Path(tempfile.mkdtemp())
    >>> rows = (f'{{"id": "p{at}", "text": "We align model {at}."}}' for at in range(900))
    >>> _ = (folder / "papers.jsonl").write_text(chr(10).join(rows))
    >>> study = create(folder / "pilot")
    >>> import_papers(study, [folder / "papers.jsonl"]).added
    900
    >>> with study.database.reading() as connection:
    ...     found = next_papers(connection, study.codebook, "about", "main", width=0.1, n=100)
    >>> found.n, found.machine, round(found.expected, 1)
    (100, None, 0.2)
    >>> study.close()
    """
    check_level(level)
    asked = _checked(codebook, variable, code, width, n)
    table = coding_table(connection, machines=False)
    share, why_not, words = _so_far(connection, table, codebook, asked, code, level)
    rows = connection.execute(_PAPERS).all()
    chosen = machine_named(connection, machine)
    of = {variable} | ({asked.when[0]} if asked.when is not None else set())
    said = said_by(connection, chosen, of)
    found = outlook([said.get(row.id, {}) for row in rows], asked, code)
    has, lacks, coded = _outcomes(table, codebook, asked, code, [row.key for row in rows])
    left = np.array([not row.drawn for row in rows], dtype=bool)
    if not left.any():
        raise StudyError(
            "every paper of the study is in a batch already. Import more, or code what is drawn."
        )
    drawn = batches_of(connection, {row.key for row, done in zip(rows, coded, strict=True) if done})
    _check_follows(drawn, int(left.sum()))
    keys = [row.key for row in rows]
    outcome = {k: 1.0 if h else 0.0 if no else np.nan for k, h, no, c in zip(keys, has, lacks, coded, strict=True) if c}  # fmt: skip
    guess = dict(zip(keys, zip(found.has.tolist(), found.lacks.tolist(), strict=True), strict=True))
    options = []
    for bands in (1, 2):
        names = strata(found, bands=bands)
        frame = frame_of(found, names, left, has, lacks, coded)
        drawing = Drawing(frame, tuple(drawn), outcome, guess, asked.when is not None, level)
        options.append((drawing.allocated(min(n or _USUAL, int(left.sum())))[1:], bands, names, drawing))
    (_, spare), _, names, drawing = min(options, key=lambda one: (one[0][0], one[1]))
    more = drawing.needed(width, spare=spare)
    size = n or size_of(more, int(left.sum()), first=not drawn)
    sizes = drawing.allocated(min(size, int(left.sum())))[0] if size else drawing.by(0, spare)
    expected = drawing.width(sizes)
    frame = drawing.frame
    notes = []
    if chosen is None:
        notes.append("no machine has coded the study's papers, so there is one stratum: univocal suggest")
    if more is None:
        notes.append(
            "an interval as narrow as that needs more papers than are left. Intervals take the coded papers for a small part of "
            "all; of a study that is coded whole the share is known exactly"
        )
    return Next(
        variable, code, width, chosen, share, why_not, words, int(coded.sum()),
        sum(not one.coded for batch in drawn for one in batch.papers), _width(share),
        tuple(NextStratum(name, int(m), int(c), float(h), float(h + no), int(d)) for name, m, c, h, no, d in
              zip(frame.names, frame.sizes, frame.coded, frame.has, frame.lacks, sizes, strict=True)),
        expected, more, _in_random_order(drawing, width, level), tuple(notes),
        {row.id: str(name) for row, name, free in zip(rows, names, left, strict=True) if free},
    )  # fmt: skip


#: Is the paper in a batch already?
_IN_A_BATCH = sa.exists().where(tasks.c.paper == papers.c.id)
_PAPERS = sa.select(papers.c.id, papers.c.key, _IN_A_BATCH.label("drawn")).order_by(papers.c.id)


def _checked(codebook: Codebook, variable: str, code: str, width: float, n: int | None) -> Variable:
    faults = []
    if variable not in codebook:
        known = [one.id for one in codebook.variables]
        raise StudyError(f"no variable {variable!r} in the codebook. {did_you_mean(variable, known)}")
    one = codebook.variable(variable)
    codes = [each.id for each in one.codes]
    if code not in codes:
        faults.append(f"{variable}: no code {code!r}. {did_you_mean(code, codes)}")
    if one.unit != "paper":
        faults.append(f"{variable}: its units are mentions; a share needs one unit a paper")
    if not 0 < width < 1:
        faults.append(f"width must be in (0, 1), got {width:g}. For 6 points of a hundred pass 0.06.")
    if n is not None and n < 1:
        faults.append(f"n: at least one paper was expected, got {n}")
    if faults:
        raise StudyError("\n".join(faults))
    return one


def _so_far(
    connection: Connection, table: CodingTable | None, codebook: Codebook, variable: Variable, code: str, level: float
) -> tuple[CodeShare | None, str, str]:  # fmt: skip
    """The share as the study's page has it; why there is none; and what the coded papers stand for."""
    if table is None:
        return None, "nobody has finished a paper yet", ""
    found = shares(connection, table, codebook, level=level)
    known = next((one for one in found.codes if (one.variable, one.code) == (variable.id, code)), None)
    why = found.design.why_not or found.refused.get(variable.id, f"nobody has given the code {code!r} yet")
    return known, "" if known else why, found.design.words


def _width(share: CodeShare | None) -> float | None:
    if share is None or share.low.low is None or share.high.high is None:
        return None
    return share.high.high - share.low.low


def _outcomes(
    table: CodingTable | None, codebook: Codebook, variable: Variable, code: str, keys: Sequence[str]
) -> tuple[Flags, Flags, Flags]:  # fmt: skip
    """Which papers have the code, which lack it, and which are coded; undecided ones lack it for now."""
    flags = dict.fromkeys(table.papers, (False, False, True)) if table is not None else {}
    people = (
        [] if table is None else [one for one in table.coders if one not in table.machines | table.derived]
    )
    if table is not None and people and variable.id in table.variables:
        now = Settling(table, codebook, people).of(variable)
        has = now.certain.get(code, np.zeros(len(table.papers), dtype=bool)) & now.asked
        for key, one, other in zip(table.papers, has.tolist(), (now.asked & ~has).tolist(), strict=True):
            flags[key] = one, other, True
    rows = [flags.get(key, (False, False, False)) for key in keys]
    columns = np.array(rows, dtype=bool).reshape(len(keys), 3)
    return columns[:, 0], columns[:, 1], columns[:, 2]


def _check_follows(drawn: Sequence[Batch], left: int) -> None:
    """Refuse where the study's shares would leave out a batch drawn now.

    Raises:
        StudyError: with the reason, as `stages.usable` has it.
    """
    if not drawn:
        return
    _, why = usable(
        [replace(one, papers=tuple(replace(each, coded=True) for each in one.papers)) for one in drawn]
    )
    last = drawn[-1]
    if not why and last.frame - len(last.papers) != left:
        came = left > last.frame - len(last.papers)
        why = (
            f"{'papers came in' if came else 'coders chose papers themselves'} after {last.name!r} was drawn"
        )
    if not why and round(last.covers) < last.frame:
        why = f"{last.name!r} drew from some strata only"
    if why:
        raise StudyError(
            f"a batch drawn now wouldn't count in the study's shares: {why}. Expected samples that each draw from all that "
            "the ones before left. Code what is drawn, or begin a study of the papers that you want to know of."
        )


def size_of(more: int | None, left: int, *, first: bool) -> int:
    """How many papers does a batch draw whose size nobody named? Half of what is needed at first, all that is afterwards.

    Args:
        more: papers needed; None: more than are left.
        left: papers that may be drawn.
        first: is nothing drawn yet?

    >>> size_of(300, 5000, first=True), size_of(300, 5000, first=False), size_of(0, 5000, first=False)
    (150, 300, 0)
    """
    if more == 0:
        return 0
    wanted = left if more is None else more
    return min(left, max(FEWEST, round(FIRST * wanted) if first else wanted))


def _in_random_order(drawing: Drawing, width: float, level: float) -> int | None:
    """How many papers in all, drawn at random, if the guesses are right?"""
    frame = drawing.frame
    of = frame.sizes / frame.sizes.sum()
    asked = float(of @ (frame.has + frame.lacks))
    share = min(max(float(of @ frame.has) / asked, 0.005), 0.995)
    try:
        needed = plan_gold(width=width, prevalence=share, level=level).n
    except UnivocalError:
        return None
    return round(needed / asked) if drawing.domain else needed
