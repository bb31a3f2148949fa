"""From counts to what each panel shows: rows and cells in the codebook's order, worded nowhere but in the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from univocal.atlas.palette import Dress
from univocal.atlas.summary import ABSTAINED, MISSING, NONE, Summary
from univocal.codebook.model import Code, Codebook, Ideal

#: How many venues the grid shows; the rest are summed in one row.
VENUES = 16
_STAND_INS = {ABSTAINED: "Abstained", NONE: "None applies", MISSING: "Not coded"}


@dataclass(frozen=True, slots=True)
class Head:
    """A row's or a column's heading: a code, with its label and how it looks where it is a sense or an ideal."""

    id: str
    label: str
    dress: Dress | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A count in a grid. ``share`` (0 to 1) shades it; ``filter`` says which papers stand behind it."""

    n: int
    share: float
    filter: tuple[tuple[str, str], ...] = ()
    predicted: bool = False
    implied: Dress | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A heading and its cells."""

    head: Head
    cells: tuple[Cell, ...]
    extra: Any = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows under column headings; ``n`` is how many papers were counted into it."""

    columns: tuple[Head, ...]
    rows: tuple[Row, ...]
    n: int = 0


@dataclass(frozen=True, slots=True)
class Departure:
    """How far papers with one ideal go with the framework's prediction for one variable.

    ``stated`` = ``as_predicted`` + ``partly`` (the code "both" where one side is predicted) + ``otherwise``.
    """

    variable: str
    predicted: tuple[str, ...]
    as_predicted: int
    partly: int
    otherwise: int
    not_stated: int
    abstained: int

    @property
    def stated(self) -> int:
        """Papers whose code says something."""
        return self.as_predicted + self.partly + self.otherwise


@dataclass(frozen=True, slots=True)
class Coordinates:
    """One ideal on the map: its grid of threat model by valence, and how it departs from the prediction."""

    head: Head
    ideal: Ideal | None
    grid: Grid
    departures: tuple[Departure, ...]


class Panels:
    """The panels' contents, from a summary, its codebook and the dress of each sense."""

    def __init__(self, summary: Summary, codebook: Codebook, worn: dict[str, Dress]) -> None:
        self.summary, self.codebook, self.worn = summary, codebook, worn
        self.ideal_heads = self.heads("ideals")

    def heads(self, variable: str, stand_ins: Iterable[str] = ()) -> tuple[Head, ...]:
        """Headings of a variable's codes, then of stand-ins such as "Abstained"."""
        if variable not in self.codebook:
            return ()
        coded = tuple(self._head(c) for c in self.codebook.variable(variable).codes)
        return (*coded, *(Head(s, _STAND_INS[s], quiet=True) for s in stand_ins))

    def _head(self, code: Code) -> Head:
        return Head(code.id, code.label, self.worn.get(code.id), quiet=code.absence)

    def senses(self) -> tuple[Row, ...]:
        """Mentions by sense: count of mentions, count of papers with one."""
        total = max(self.summary.n_mentions, 1)
        rows = []
        for head in self.heads("sense", [ABSTAINED]):
            n = self.summary.mentions.get(head.id, 0)
            rows.append(Row(head, (Cell(n, n / total),), self.summary.papers_by_sense.get(head.id, 0)))
        return tuple(rows)

    def ideals(self) -> tuple[Row, ...]:
        """Per ideal: papers by about (main, passing, …), as main ideal, mentions, first year."""
        about = [h for h in self.heads("about") if not h.quiet]
        asked = max(self.asked("ideals"), 1)
        rows = []
        for head in (*self.ideal_heads, *self.stand_ins("ideals")):
            cells = tuple(
                Cell(n, n / asked, (("ideals", head.id), ("about", a.id)))
                for a in about
                for n in [self.summary.ideals_by_about.get((head.id, a.id), 0)]
            )
            years = [
                y
                for (y, what, c), n in self.summary.years.items()
                if what == "ideals" and c == head.id and y and n
            ]
            extra = {
                "papers": self.count("ideals", head.id),
                "primary": self.count("primary", head.id),
                "mentions": self.summary.mentions.get(head.id, 0),
                "since": min(years, default=None),
                "filter": (("ideals", head.id),),
            }
            rows.append(Row(head, cells, extra))
        return tuple(rows)

    def venues(self) -> Grid:
        """Papers by venue and ideal: the venues with most papers that use an AI sense, the others in one row."""
        table = self.summary.venues
        ranked = sorted({v for v, *_ in table if v}, key=lambda v: (-table.get((v, "ai", ""), 0), v))
        shown = [v for v in ranked[:VENUES] if table.get((v, "ai", ""), 0)]
        others = [v for v in {v for v, *_ in table} if v is not None and v not in shown]
        groups: list[tuple[str, list[str | None]]] = [(v, [v]) for v in shown]
        if others:
            groups.append((f"{len(others):,} other venues", list(others)))
        if any(v is None for v, *_ in table):
            groups.append(("No venue given", [None]))

        def count(names: Sequence[str | None], what: str, code: str = "") -> int:
            return sum(table.get((v, what, code), 0) for v in names)

        rows = []
        for label, names in groups:
            ai = count(names, "ai")
            one = (("venue", names[0]),) if len(names) == 1 and names[0] else ()
            cells = [
                Cell(n, n / ai if ai else 0.0, (*one, ("ideals", head.id)) if one else ())
                for head in self.ideal_heads
                for n in [count(names, "ideals", head.id)]
            ]
            extra = {"papers": count(names, "papers"), "mentions": count(names, "with_mentions"), "ai": ai}
            rows.append(Row(Head(label, label, quiet=not one), tuple(cells), extra))
        return Grid(self.ideal_heads, tuple(rows), self.summary.papers)

    def coordinates(self) -> tuple[Coordinates, ...]:
        """The map: for each ideal, threat model by valence, the prediction and the departures from it."""
        ideals = {i.id: i for i in self.codebook.ideals}
        return tuple(self._coordinates(head, ideals.get(head.id)) for head in self.ideal_heads)

    def _coordinates(self, head: Head, ideal: Ideal | None) -> Coordinates:
        table = {(t, v): n for (i, t, v), n in self.summary.coordinates.items() if i == head.id}
        total = sum(table.values())
        threats, valences = self.heads("threat_model", [ABSTAINED]), self.heads("valence", [ABSTAINED])
        prediction = ideal.prediction if ideal else None
        rows = []
        for threat in threats:
            cells = []
            for valence in valences:
                n = table.get((threat.id, valence.id), 0)
                predicted = prediction is not None and (
                    (not prediction.threat_model or threat.id in prediction.threat_model)
                    and (not prediction.valence or valence.id in prediction.valence)
                    and ABSTAINED not in {threat.id, valence.id}
                )
                where = (("ideals", head.id), ("threat_model", threat.id), ("valence", valence.id))
                cells.append(Cell(n, n / total if total else 0.0, where, predicted))
            rows.append(Row(threat, tuple(cells)))
        departures: list[Departure] = []
        if prediction:
            pairs = (("threat_model", prediction.threat_model, 0), ("valence", prediction.valence, 1))
            departures = [self._departure(v, codes, table, axis) for v, codes, axis in pairs]
        return Coordinates(head, ideal, Grid(valences, tuple(rows), total), tuple(departures))

    def _departure(
        self, variable: str, predicted: tuple[str, ...], table: dict[tuple[str, str], int], axis: int
    ) -> Departure:
        absent = {c.id for c in self.codebook.variable(variable).codes if c.absence} | {MISSING, NONE}
        fell = dict.fromkeys(("as_predicted", "partly", "otherwise", "not_stated", "abstained"), 0)
        for key, n in table.items():
            code = key[axis]
            if code == ABSTAINED:
                kind = "abstained"
            elif code in absent:
                kind = "not_stated"
            elif code in predicted:
                kind = "as_predicted"
            else:
                kind = "partly" if code == "both" else "otherwise"
            fell[kind] += n
        return Departure(variable, predicted, **fell)

    def cooccurrence(self) -> Grid:
        """Papers that pursue both of two ideals; on the diagonal all that pursue the one; ``extra`` = it alone."""
        heads = self.ideal_heads
        sets = self.summary.ideal_sets
        rows = []
        for a in heads:
            total = sum(n for ideals, n in sets.items() if a.id in ideals)
            cells = tuple(
                Cell(
                    n, n / total if total else 0.0, tuple(dict.fromkeys([("ideals", a.id), ("ideals", b.id)]))
                )
                for b in heads
                for n in [sum(n for ideals, n in sets.items() if a.id in ideals and b.id in ideals)]
            )
            rows.append(Row(a, cells, sets.get((a.id,), 0)))
        return Grid(heads, tuple(rows), self.asked("ideals"))

    def x_and_y(self) -> Grid:
        """Papers by object_x and target_y, with the ideal that each pair implies by rule."""
        xs, ys = self.heads("object_x", [ABSTAINED]), self.heads("target_y", [ABSTAINED])
        largest = max(self.summary.xy.values(), default=1)
        rows = []
        for x in xs:
            cells = []
            for y in ys:
                n = self.summary.xy.get((x.id, y.id), 0)
                implied = self.codebook.implied_ideal(x.id, y.id)
                where = (("object_x", x.id), ("target_y", y.id))
                cells.append(Cell(n, n / largest, where, implied=self.worn.get(implied or "")))
            rows.append(Row(x, tuple(cells)))
        return Grid(ys, tuple(rows), sum(self.summary.xy.values()))

    def implied(self) -> Grid:
        """Per ideal implied by x and y: which main ideal was coded, and whether the implied one is among the ideals."""
        columns = self.heads("primary", [ABSTAINED])
        rows = []
        for ideal in self.codebook.ideals:
            head = Head(ideal.id, ideal.label, self.worn.get(ideal.id))
            table = {(p, among): n for (i, p, among), n in self.summary.implied.items() if i == ideal.id}
            n = sum(table.values())
            among = sum(k for (_, is_among), k in table.items() if is_among)
            cells = []
            for column in columns:
                k = table.get((column.id, True), 0) + table.get((column.id, False), 0)
                cells.append(
                    Cell(k, k / n if n else 0.0, implied=head.dress if column.id == ideal.id else None)
                )
            abstained = sum(k for (p, _), k in table.items() if p == ABSTAINED)
            same = sum(k for (p, _), k in table.items() if p == ideal.id)
            extra = {"n": n, "among": among, "not_among": n - among, "same": same, "abstained": abstained}
            rows.append(Row(head, tuple(cells), extra))
        return Grid(columns, tuple(rows), sum(r.extra["n"] for r in rows))

    def distribution(self, variable: str) -> tuple[Row, ...]:
        """One variable's codes with counts of papers, "none applies" and "abstained" after them."""
        asked = max(self.asked(variable), 1)
        rows = []
        for head in (*self.heads(variable), *self.stand_ins(variable)):
            n = self.count(variable, head.id)
            rows.append(Row(head, (Cell(n, n / asked, ((variable, head.id),)),)))
        return tuple(rows)

    def stand_ins(self, variable: str) -> tuple[Head, ...]:
        """Abstentions stand in every table; "none applies" too, where several codes may apply."""
        several = variable in self.codebook and self.codebook.variable(variable).answers in {"many", "ledger"}
        return tuple(
            Head(s, _STAND_INS[s], quiet=True) for s in ((NONE, ABSTAINED) if several else (ABSTAINED,))
        )

    def proxies(self) -> Grid:
        """The ledger in figures: the ideal that a proxy stands for, by how it is treated."""
        columns = self.heads("proxies")
        table = self.summary.proxies
        total = max(sum(table.values()), 1)
        heads = [
            h
            for h in self.ideal_heads
            if any(k[0] == h.id for k in table) or (h.dress and h.dress.group == "ideal")
        ]
        heads.append(Head(MISSING, "Not settled", quiet=True))
        rows = tuple(
            Row(h, tuple(Cell(n, n / total) for c in columns for n in [table.get((h.id, c.id), 0)]))
            for h in heads
        )
        return Grid(columns, rows, sum(table.values()))

    def fit(self) -> dict[str, int]:
        """How many papers that use an AI sense fit an ideal, another AI sense only, or none that could be settled?"""
        ideals = {i.id for i in self.codebook.ideals}
        fell = {"ideal": 0, "other": 0, "unsettled": 0, "abstained": 0}
        for members, n in self.summary.ideal_sets.items():
            if ideals & set(members):
                fell["ideal"] += n
            elif members == (ABSTAINED,):
                fell["abstained"] += n
            elif members == (NONE,):
                fell["unsettled"] += n
            else:
                fell["other"] += n
        return fell

    def asked(self, variable: str) -> int:
        """For how many papers was the variable coded?"""
        counts = self.summary.variables.get(variable)
        return counts.asked if counts else 0

    def count(self, variable: str, code: str) -> int:
        """How many papers have this code (or stand-in) of this variable?"""
        counts = self.summary.variables.get(variable)
        if counts is None:
            return 0
        return {ABSTAINED: counts.abstained, NONE: counts.none}.get(code, counts.codes.get(code, 0))
