"""One paper, read by cues: senses first, then what follows for the paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from univocal.codebook.model import Codebook, Variable
from univocal.coders.cues import Hit, Scan, Span
from univocal.coders.proxies import entries
from univocal.coders.settle import THRESHOLD, settle_many, settle_one
from univocal.records import Coding, Evidence

#: Spans quoted for one code at most; the explanation has them all.
QUOTES = 3
#: An ideal is pursued where its sense has this share of the settled AI mentions (or cues of its own say so).
IDEAL_SHARE = 0.2
#: Asked before the others, or settled elsewhere (conflation comes from ``univocal.conflation``, for every coder).
NOT_HERE = frozenset({"sense", "about", "conflation"})


@dataclass(frozen=True, slots=True)
class Explanation:
    """What does a coding rest on? The cues that matched, with their places, and the summed weight of each code."""

    coding: Coding
    hits: tuple[Hit, ...] = ()
    scores: tuple[tuple[str, float], ...] = ()

    def text(self) -> str:
        """The explanation as a person reads it: the coding and the sums, then one line a cue, heaviest first."""
        codes = self.coding.codes
        said = "abstains" if codes is None else ", ".join(codes) or "none applies"
        sums = "; ".join(f"{code} {score:.2f}" for code, score in self.scores if score)
        head = f"{self.coding.variable}: {said}" + (f"  ({sums})" if sums else "")
        ranked = sorted(self.hits, key=lambda h: (-h.cue.weight, h.start, h.cue.pattern))
        return "\n".join([head, *(f"  {_line(h)}" for h in ranked)])


def _line(hit: Hit) -> str:
    return f"{hit.cue.weight:+.2f} {hit.cue.code} at {hit.start}:{hit.end} ({hit.cue.within}) /{hit.cue.pattern}/"


@dataclass(frozen=True, slots=True)
class _Tally:
    """The cues of one variable that matched, and what they sum to."""

    hits: tuple[Hit, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, variable: Variable, hits: Iterable[Hit]) -> _Tally:
        kept = tuple(hits)
        scores = {code.id: 0.0 for code in variable.codes}
        for hit in kept:
            scores[hit.cue.code] += hit.cue.weight
        return cls(kept, scores)


_NOTHING = _Tally()


@dataclass
class Reading:
    """The reading of one paper under one codebook."""

    codebook: Codebook
    scan: Scan
    coder: str

    def explanations(self) -> tuple[Explanation, ...]:
        """Senses in order of the text, then the paper's variables in the codebook's order, then the proxies."""
        senses = [self._sense(mention) for mention in self.scan.mentions]
        ai = [e for e in senses if set(e.coding.codes or ()) & self.codebook.ai_senses]
        about = self._about(senses, ai)
        found = [*senses, about]
        if not set(about.coding.codes or ()) & {"main", "passing"}:
            return tuple(found)
        return (*found, *self._answers(found, ai, {"about": about.coding.codes or ()}))

    def left_open(self, codings: Sequence[Coding]) -> tuple[Explanation, ...]:
        """The variables that another coder's codings leave out, answered by cues on top of what they say."""
        given = [Explanation(c) for c in codings]
        ai = [
            e
            for e in given
            if e.coding.variable == "sense" and set(e.coding.codes or ()) & self.codebook.ai_senses
        ]
        told = {c.variable: c.codes or () for c in codings if c.variable != "sense"}
        return self._answers(given, ai, told) if ai else ()

    def _answers(
        self, before: Sequence[Explanation], ai: Sequence[Explanation], told: dict[str, tuple[str, ...]]
    ) -> tuple[Explanation, ...]:
        """What is asked of a paper about the alignment of AI, less what is ``told``; then the proxies."""
        found: list[Explanation] = []
        for variable in self.codebook.variables:
            if variable.id not in told and self._asked(variable, told):
                explained = self._answer(variable, ai, told)
                found.append(explained)
                told[variable.id] = explained.coding.codes or ()
        if "proxies" in self.codebook:
            codings = tuple(e.coding for e in (*before, *found))
            for coding, named in entries(self.scan, codings, self.codebook, self.coder):
                found.append(Explanation(coding, named.hits, named.scores))
        return tuple(found)

    def _asked(self, variable: Variable, told: dict[str, tuple[str, ...]]) -> bool:
        if variable.unit != "paper" or variable.answers == "ledger" or variable.id in NOT_HERE:
            return False
        return variable.when is None or bool(set(told.get(variable.when[0], ())) & set(variable.when[1]))

    def _sense(self, mention: Span) -> Explanation:
        variable = self.codebook.variable("sense")
        tally = _Tally.of(variable, self.scan.at_mention("sense", mention))
        code, sure = settle_one(tally.scores)
        word = (Evidence.cut(self.scan.paper.text, *mention),)
        return self._said(variable.id, _one(code), word, sure=sure, tally=tally)

    def _about(self, senses: Sequence[Explanation], ai: Sequence[Explanation]) -> Explanation:
        """``no`` where every settled mention has another sense; else main or passing, by cues."""
        settled = [e.coding.confidence or 0.0 for e in senses if not e.coding.abstained]
        if not settled:
            return self._said("about", None)
        if not ai:
            return self._said("about", ("no",), sure=min(settled))
        tally = _Tally.of(self.codebook.variable("about"), self.scan.at_paper("about", _spans(ai)))
        code, sure = settle_one(tally.scores)
        quotes = self._quotes(tally, (code,)) or (Evidence.cut(self.scan.paper.text, *_spans(ai)[0]),)
        return self._said("about", _one(code), quotes, sure=sure, tally=tally)

    def _answer(
        self, variable: Variable, ai: Sequence[Explanation], told: dict[str, tuple[str, ...]]
    ) -> Explanation:
        """One variable of a paper that is about the alignment of AI."""
        opening = self.scan.opening()
        mentions = tuple(s for s in _spans(ai) if s[0] < opening) or _spans(ai)
        tally = _Tally.of(variable, self.scan.at_paper(variable.id, mentions))
        if variable.id in ("ideals", "primary"):
            return self._ideals(variable, ai, tally)
        if variable.id == "definition":
            return self._definition(ai, tally)
        if variable.id not in self.scan.cue_set.by_variable:
            return self._said(variable.id, None)
        codes: tuple[str, ...] | None
        sure: float | None
        if variable.answers == "many":
            codes, sure = settle_many(tally.scores)
            codes = tuple(c for c in codes if _fits(variable, c, told.get("ideals", ())))
            quoted = codes
        elif sides := _sides(variable):
            quoted, sure = settle_many({side: tally.scores[side] for side in sides})
            codes = _of_sides(variable, quoted)
        else:
            code, sure = settle_one(tally.scores)
            codes, quoted = _one(code), _one(code) or ()
        quotes = self._quotes(tally, quoted, named=variable.answers == "many")
        return self._said(variable.id, codes, quotes, sure=sure, tally=tally)

    def _ideals(self, variable: Variable, ai: Sequence[Explanation], tally: _Tally) -> Explanation:
        """Ideals follow from the senses: a sense's share of the AI mentions counts beside cues of its own."""
        scores = dict(tally.scores)
        total = sum(e.coding.confidence or 0.0 for e in ai)
        for explained in ai:
            code = (explained.coding.codes or ("",))[0]
            if code in scores and total:
                scores[code] += (explained.coding.confidence or 0.0) / total / IDEAL_SHARE * THRESHOLD
        tally = _Tally(tally.hits, scores)
        codes: tuple[str, ...] | None
        codes, sure = settle_many(scores)
        if variable.answers == "one" and codes:
            top, sure_of_top = settle_one({code: scores[code] for code in codes})
            codes, sure = _one(top), sure_of_top or sure
        elif variable.answers == "one":
            codes = _absence(variable)
        return self._said(variable.id, codes, self._of_sense(ai, tally, codes or ()), sure=sure, tally=tally)

    def _definition(self, ai: Sequence[Explanation], tally: _Tally) -> Explanation:
        """Explicit where a defining phrase stands; else implicit where a mention's sense could be settled."""
        reached, sure = settle_many(tally.scores)
        if "explicit" in reached:
            quotes = self._quotes(tally, ("explicit",))
            return self._said("definition", ("explicit",), quotes, sure=sure, tally=tally)
        ideals = {c.id for c in self.codebook.variable("ideals").codes}
        settled = [e for e in ai if set(e.coding.codes or ()) & ideals]
        if settled or "implicit" in reached:
            quotes = self._quotes(tally, ("implicit",)) or self._sentences(settled)
            surest = max((e.coding.confidence or 0.0 for e in settled), default=sure)
            return self._said("definition", ("implicit",), quotes, sure=surest, tally=tally)
        least = min(e.coding.confidence or 0.0 for e in ai)
        return self._said("definition", ("none",), sure=least, tally=tally)

    def _of_sense(
        self, ai: Sequence[Explanation], tally: _Tally, codes: Iterable[str]
    ) -> tuple[Evidence, ...]:
        """For each ideal the words of its own cues, then the sentences of the mentions with its sense."""
        found: list[Evidence] = []
        for code in codes:
            own = self._quotes(tally, (code,), named=True)
            found += own or self._sentences([e for e in ai if (e.coding.codes or ())[0] == code], code)
        return tuple(found)

    def _sentences(self, explained: Sequence[Explanation], code: str | None = None) -> tuple[Evidence, ...]:
        spans = dict.fromkeys(self.scan.sentence(s) for s in _spans(explained))
        return tuple(Evidence.cut(self.scan.paper.text, *s, code) for s in list(spans)[:QUOTES])

    def _quotes(
        self, tally: _Tally, codes: Iterable[str | None], *, named: bool = False
    ) -> tuple[Evidence, ...]:
        """The matched words of the heaviest cues of each code; a cue that matches no characters quotes nothing."""
        found: list[Evidence] = []
        for code in codes:
            ranked = sorted(
                (h for h in tally.hits if h.cue.code == code and h.start < h.end and h.cue.weight > 0),
                key=lambda h: (-h.cue.weight, h.start, h.end),
            )
            spans = list(dict.fromkeys((h.start, h.end) for h in ranked))[:QUOTES]
            found += [Evidence.cut(self.scan.paper.text, *s, code if named else None) for s in spans]
        return tuple(found)

    def _said(
        self,
        variable: str,
        codes: tuple[str, ...] | None,
        evidence: tuple[Evidence, ...] = (),
        *,
        sure: float | None = None,
        tally: _Tally = _NOTHING,
    ) -> Explanation:
        """A coding and what it rests on. A code that must be quoted and can't be isn't said."""
        absent = {c.id for c in self.codebook.variable(variable).codes if c.absence}
        if codes and not evidence and not set(codes) <= absent:
            codes = None
        coding = Coding(
            paper=self.scan.paper.id,
            coder=self.coder,
            variable=variable,
            codes=codes,
            evidence=evidence if codes or variable == "sense" else (),
            confidence=None if codes is None else sure,
            codebook_version=self.codebook.version,
        )
        return Explanation(coding, tally.hits, tuple(tally.scores.items()))


def _spans(explained: Iterable[Explanation]) -> tuple[Span, ...]:
    return tuple((e.coding.evidence[0].start, e.coding.evidence[0].end) for e in explained)


def _one(code: str | None) -> tuple[str, ...] | None:
    return None if code is None else (code,)


def _fits(variable: Variable, code: str, ideals: Sequence[str]) -> bool:
    """A sub-category stands only beside the ideal that it belongs to."""
    parent = variable.code(code).parent
    return parent is None or parent in ideals


def _sides(variable: Variable) -> tuple[str, ...]:
    """The codes to ask after one by one: of a flag ``true``; of a variable that can say ``both``, its two sides."""
    if variable.answers == "flag":
        return ("true",)
    codes = {c.id for c in variable.codes}
    sides = tuple(c.id for c in variable.codes if not c.absence and c.id != "both")
    return sides if "both" in codes and len(sides) == 2 else ()


def _of_sides(variable: Variable, codes: tuple[str, ...]) -> tuple[str, ...] | None:
    if len(codes) == 2:
        return ("both",)
    return codes or _absence(variable)


def _absence(variable: Variable) -> tuple[str, ...] | None:
    """The code that says that nothing was found."""
    return _one(next((c.id for c in variable.codes if c.absence), None))
