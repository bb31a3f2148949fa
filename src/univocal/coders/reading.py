"""One paper, read by cues: senses first, then what follows for the paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from univocal.codebook.model import Codebook, Variable
from univocal.coders.cues import Hit, Scan, Span
from univocal.coders.proxies import find_proxies
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
        told = {"about": about.coding.codes or ()}
        for variable in self.codebook.variables:
            if self._asked(variable, told):
                explained = self._answer(variable, ai, told)
                found.append(explained)
                told[variable.id] = explained.coding.codes or ()
        if "proxies" in self.codebook:
            codings = tuple(e.coding for e in found)
            proxies = find_proxies(self.scan.paper, codings, self.codebook, coder=self.coder, scan=self.scan)
            found += [Explanation(coding) for coding in proxies]
        return tuple(found)

    def _asked(self, variable: Variable, told: dict[str, tuple[str, ...]]) -> bool:
        if variable.unit != "paper" or variable.answers == "ledger" or variable.id in NOT_HERE:
            return False
        return variable.when is None or bool(set(told.get(variable.when[0], ())) & set(variable.when[1]))

    def _sense(self, mention: Span) -> Explanation:
        variable = self.codebook.variable("sense")
        hits = tuple(self.scan.at_mention("sense", mention))
        scores = _scores(variable, hits)
        code, sure = settle_one(scores)
        word = (Evidence.cut(self.scan.paper.text, *mention),)
        return self._said(variable.id, _one(code), word, sure, hits, scores)

    def _about(self, senses: Sequence[Explanation], ai: Sequence[Explanation]) -> Explanation:
        """``no`` where every settled mention has another sense; else main or passing, by cues."""
        settled = [e.coding.confidence or 0.0 for e in senses if not e.coding.abstained]
        if not settled:
            return self._said("about", None)
        if not ai:
            return self._said("about", ("no",), sure=min(settled))
        hits = tuple(self.scan.at_paper("about", _spans(ai)))
        scores = _scores(self.codebook.variable("about"), hits)
        code, sure = settle_one(scores)
        quotes = self._quotes(hits, (code,)) or (Evidence.cut(self.scan.paper.text, *_spans(ai)[0]),)
        return self._said("about", _one(code), quotes, sure, hits, scores)

    def _answer(
        self, variable: Variable, ai: Sequence[Explanation], told: dict[str, tuple[str, ...]]
    ) -> Explanation:
        """One variable of a paper that is about the alignment of AI."""
        opening = self.scan.opening()
        mentions = tuple(s for s in _spans(ai) if s[0] < opening) or _spans(ai)
        hits = tuple(self.scan.at_paper(variable.id, mentions))
        scores = _scores(variable, hits)
        if variable.id in ("ideals", "primary"):
            return self._ideals(variable, ai, hits, scores)
        if variable.id == "definition":
            return self._definition(ai, hits, scores)
        if variable.id not in self.scan.cue_set.by_variable:
            return self._said(variable.id, None)
        codes: tuple[str, ...] | None
        sure: float | None
        if variable.answers == "many":
            codes, sure = settle_many(scores)
            codes = tuple(c for c in codes if _fits(variable, c, told.get("ideals", ())))
            quoted = codes
        elif sides := _sides(variable):
            quoted, sure = settle_many({side: scores[side] for side in sides})
            codes = _of_sides(variable, quoted)
        else:
            code, sure = settle_one(scores)
            codes = quoted = _one(code) or ()
            codes = codes or None
        quotes = self._quotes(hits, quoted, named=variable.answers == "many")
        return self._said(variable.id, codes, quotes, sure, hits, scores)

    def _ideals(
        self, variable: Variable, ai: Sequence[Explanation], hits: tuple[Hit, ...], scores: dict[str, float]
    ) -> Explanation:
        """Ideals follow from the senses: a sense's share of the AI mentions counts beside cues of its own."""
        total = sum(e.coding.confidence or 0.0 for e in ai)
        for explained in ai:
            code = (explained.coding.codes or ("",))[0]
            if code in scores and total:
                scores[code] += (explained.coding.confidence or 0.0) / total / IDEAL_SHARE * THRESHOLD
        codes, sure = settle_many(scores)
        if variable.answers == "one":
            top, sure_of_top = settle_one({c: scores[c] for c in codes}) if codes else (None, None)
            absence = next((c.id for c in variable.codes if c.absence), None)
            chosen = _one(top) if codes else _one(absence)
            return self._said(variable.id, chosen, self._of_sense(ai, hits, chosen or ()), sure_of_top or sure, hits, scores)
        return self._said(variable.id, codes, self._of_sense(ai, hits, codes), sure, hits, scores)

    def _definition(
        self, ai: Sequence[Explanation], hits: tuple[Hit, ...], scores: dict[str, float]
    ) -> Explanation:
        """Explicit where a defining phrase stands; else implicit where a mention's sense could be settled."""
        if scores.get("explicit", 0.0) >= THRESHOLD:
            return self._said("definition", ("explicit",), self._quotes(hits, ("explicit",)), None, hits, scores)
        ideals = {c.id for c in self.codebook.variable("ideals").codes}
        settled = [e for e in ai if set(e.coding.codes or ()) & ideals]
        if settled or scores.get("implicit", 0.0) >= THRESHOLD:
            quotes = self._quotes(hits, ("implicit",)) or self._sentences(settled)
            return self._said("definition", ("implicit",), quotes, None, hits, scores)
        return self._said("definition", ("none",), (), None, hits, scores)

    def _of_sense(self, ai: Sequence[Explanation], hits: tuple[Hit, ...], codes: Iterable[str]) -> tuple[Evidence, ...]:
        """For each ideal the words of its own cues, then the sentences of the mentions with its sense."""
        found: list[Evidence] = []
        for code in codes:
            own = self._quotes(hits, (code,), named=True)
            found += own or self._sentences([e for e in ai if (e.coding.codes or ())[0] == code], code)
        return tuple(found)

    def _sentences(self, explained: Sequence[Explanation], code: str | None = None) -> tuple[Evidence, ...]:
        spans = dict.fromkeys(self.scan.sentence(s) for s in _spans(explained))
        return tuple(Evidence.cut(self.scan.paper.text, *s, code) for s in list(spans)[:QUOTES])

    def _quotes(
        self, hits: tuple[Hit, ...], codes: Iterable[str | None], *, named: bool = False
    ) -> tuple[Evidence, ...]:
        """The matched words of the heaviest cues of each code; a cue that matches no characters quotes nothing."""
        found: list[Evidence] = []
        for code in codes:
            ranked = sorted(
                (h for h in hits if h.cue.code == code and h.start < h.end and h.cue.weight > 0),
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
        sure: float | None = None,
        hits: tuple[Hit, ...] = (),
        scores: dict[str, float] | None = None,
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
        return Explanation(coding, hits, tuple((scores or {}).items()))


def _scores(variable: Variable, hits: Iterable[Hit]) -> dict[str, float]:
    scores = {code.id: 0.0 for code in variable.codes}
    for hit in hits:
        scores[hit.cue.code] += hit.cue.weight
    return scores


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
    return codes or _one(next((c.id for c in variable.codes if c.absence), None))
