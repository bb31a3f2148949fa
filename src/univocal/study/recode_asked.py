"""Which questions of a new codebook are asked of which papers, and which of them a coder who was done hasn't answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from univocal.codebook.model import Codebook, Variable
from univocal.mentions.find import find_mentions
from univocal.study import people
from univocal.study.missing import asked
from univocal.study.papers import paper_at
from univocal.study.recode_plan import Counts
from univocal.study.schema import task as tasks

#: Paper and coder.
Pair = tuple[int, int]
_Places = dict[tuple[int, int], tuple[str, ...]]


class Asked:
    """Papers and their coders' answers as they are after the change. ``answered`` is told of each answer first."""

    def __init__(self, connection: Connection, after: Codebook) -> None:
        self._connection, self._after = connection, after
        self._people = {person.row: person for person in people.everyone(connection)}
        rows = connection.execute(sa.select(tasks.c.paper, tasks.c.coder, tasks.c.state))
        self._states: dict[Pair, str] = {(row.paper, row.coder): row.state for row in rows}
        self._said: defaultdict[Pair, dict[str, _Places]] = defaultdict(dict)
        self._mentions: dict[int, frozenset[tuple[int, int]]] = {}

    def answered(self, pair: Pair, variable: str, place: tuple[int, int], codes: tuple[str, ...]) -> None:
        """An answer that there is after the change."""
        there = self._said[pair].setdefault(variable, {})
        there[place] = (*there.get(place, ()), *codes)  # entries of a ledger stand at one place

    def asks(self, pair: Pair, variable: str) -> bool:
        """Is the question asked of this paper, and is there somebody to answer it?"""
        return self._answers(pair) and asked(self._after.variable(variable), self._said.get(pair, {}))

    def done(self, pair: Pair) -> bool:
        """Has the coder finished the paper?"""
        return self._states.get(pair) == "done"

    def unasked(self, variable: str) -> int:
        """How many answers stand though their question isn't asked of the paper any more?"""
        one = self._after.variable(variable)
        if one.answers == "ledger":
            return 0
        return sum(
            len(said[variable]) for said in self._said.values() if variable in said and not asked(one, said)
        )

    def unanswered(self, variable: str) -> frozenset[Pair]:
        """Finished papers on which the question is asked and has no answer, with their coders."""
        one = self._after.variable(variable)
        return frozenset(
            pair
            for pair, state in self._states.items()
            if state == "done" and self.asks(pair, variable) and self._lacks(pair, one)
        )

    def by_coder(self, pairs: Iterable[Pair]) -> Counts:
        """How many papers of each coder?"""
        return tuple(sorted(Counter(self._people[coder].name for _, coder in pairs).items()))

    def _answers(self, pair: Pair) -> bool:
        """Has this coder, who still works on the study, a task for the paper?"""
        person = self._people[pair[1]]
        return pair in self._states and person.active and person.role in people.HUMAN

    def _lacks(self, pair: Pair, variable: Variable) -> bool:
        there = self._said.get(pair, {}).get(variable.id, {})
        if variable.unit == "paper":
            return not there
        if pair[0] not in self._mentions:
            paper = paper_at(self._connection, pair[0]).paper
            self._mentions[pair[0]] = frozenset(find_mentions(paper.text, paper.uncoded()))
        return not self._mentions[pair[0]] <= there.keys()
