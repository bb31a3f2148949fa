"""A study's papers as gold: what people said of each, for a coder to learn from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook, Variable
from univocal.coders.gold import GoldPaper
from univocal.estimates.coding_table import CodingTable
from univocal.records import Mention
from univocal.study.papers import paper_of
from univocal.study.schema import paper as papers
from univocal.study.table import coding_table

#: The variable whose units are mentions.
SENSE = "sense"


@dataclass(frozen=True, slots=True)
class CodedPapers:
    """Papers as gold, and how many answers were taken from the first of several coders who differ."""

    gold: tuple[GoldPaper, ...]
    n_undecided: int


def coded_papers(connection: Connection, codebook: Codebook) -> CodedPapers:
    """What do people say of the papers that they finished?

    Decided codes where there are any; else what the coders agree on; where they differ and nothing is decided, what the
    first of them (in the order in which they came) said before seeing anyone else's codes. Ledgers are left out, and so
    are answers of "can't say".
    """
    table = coding_table(connection, machines=False)
    if table is None:
        return CodedPapers((), 0)
    said, n_undecided = _settled(table)
    by_paper: dict[str, dict[str, Any]] = defaultdict(dict)
    mentions: dict[str, list[Mention]] = defaultdict(list)
    texts = {
        key: paper_of(connection, key).paper
        for key in connection.execute(sa.select(papers.c.key).order_by(papers.c.id)).scalars()
        if key in set(table.papers)
    }
    for (unit, variable), codes in said.items():
        if variable not in codebook or codebook.variable(variable).answers == "ledger":
            continue
        paper = table.papers[table.paper_of_unit[unit]]
        place = table.units[unit].removeprefix(paper)
        if variable == SENSE and place:
            start, _, stop = place[1:-1].partition(":")
            words = texts[paper].text[int(start) : int(stop)]
            mentions[paper].append(Mention(paper, int(start), int(stop), words, next(iter(codes), None)))
        elif not place:
            by_paper[paper][variable] = _value(codebook.variable(variable), codes)
    gold = tuple(
        GoldPaper(
            text, tuple(sorted(mentions[key], key=lambda one: one.start)), by_paper[key], group=key
        )
        for key, text in texts.items()
        if mentions[key] or by_paper[key]
    )  # fmt: skip
    return CodedPapers(gold, n_undecided)


def _settled(table: CodingTable) -> tuple[dict[tuple[int, str], tuple[str, ...]], int]:
    """One answer for each unit and variable, and how many of them coders differ on."""
    answers: dict[tuple[int, str], dict[str, list[str]]] = defaultdict(dict)
    for unit, coder, place, code in zip(table.unit, table.coder, table.variable, table.code, strict=True):
        variable = table.variables[place]
        codes = answers[int(unit), variable].setdefault(table.coders[coder], [])
        if code >= 0:
            codes.append(table.codes[variable][code])
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    n_undecided = 0
    for at, by_coder in answers.items():
        decided = [codes for name, codes in by_coder.items() if name in table.derived]
        own = [by_coder[name] for name in table.coders if name in by_coder]
        n_undecided += not decided and len({frozenset(codes) for codes in own}) > 1
        found[at] = tuple((decided or own)[0])
    return found, n_undecided


def _value(variable: Variable, codes: tuple[str, ...]) -> Any:
    """As a gold file has it: text, a list, or a flag."""
    if variable.answers == "flag":
        return "true" in codes
    return list(codes) if variable.answers == "many" else next(iter(codes), None)
