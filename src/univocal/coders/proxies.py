"""What measured quantity stands for alignment here, and is it kept apart from it?

The ledger's cues (variable ``proxies``) work in two steps. A cue with ``within = "paper"`` names a quantity: its
match is the entry's quote. A cue with ``within = "sentence"`` says how the sentence around it treats the quantity: as
a proxy, kept apart from alignment, or as if it were the ideal itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from univocal.codebook.model import Codebook
from univocal.coders.cues import Hit, Scan, cue_set
from univocal.coders.settle import THRESHOLD, settle_one
from univocal.records import Coding, Evidence, Paper

#: Entries a paper at most, as in the coding guide.
ENTRIES = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A quantity that a text names, the cues that speak of it, and the summed weight of each way to treat it."""

    start: int
    end: int
    hits: tuple[Hit, ...]
    scores: tuple[tuple[str, float], ...]

    @property
    def weight(self) -> float:
        """How much speaks for this being a measured quantity that matters here."""
        return sum(score for _, score in self.scores)


def find_proxies(
    paper: Paper,
    codings: Sequence[Coding],
    codebook: Codebook,
    *,
    coder: str = "lexicon",
    scan: Scan | None = None,
) -> tuple[Coding, ...]:
    r"""Which measured quantities stand for alignment in this paper? One coding each, in order of the text.

    Args:
        paper: the paper.
        codings: what any coder says of it; ``stands_for`` is its coded ``primary`` ideal, or the only one in
            ``ideals``, else None.
        codebook: its cues of the variable ``proxies`` do the finding.
        coder: the name that the codings carry.
        scan: the paper's scan where there is one already.

    Returns:
        At most ``ENTRIES`` codings with the code ``proxy`` or ``ideal`` (None where the words point both ways).

    Raises:
        CoderError: a cue searched the paper for too long.

    >>> from univocal.codebook import load
    >>> text = "Aligning models by feedback\n\nOur method improves alignment: the win rate rises by 9 points."
    >>> [c.evidence[0].quote for c in find_proxies(Paper("p", text), (), load())]
    ['win rate']
    """
    scan = scan or Scan(cue_set(codebook), paper, ())
    return tuple(coding for coding, _ in entries(scan, codings, codebook, coder))


def entries(
    scan: Scan, codings: Sequence[Coding], codebook: Codebook, coder: str
) -> tuple[tuple[Coding, Named], ...]:
    """The ledger's codings, each with the cues that it rests on."""
    ideal = _ideal(codings, codebook)
    found: list[tuple[Coding, Named]] = []
    for named in named_quantities(scan):
        code, sure = settle_one(dict(named.scores))
        coding = Coding(
            paper=scan.paper.id,
            coder=coder,
            variable="proxies",
            codes=None if code is None else (code,),
            evidence=(Evidence.cut(scan.paper.text, named.start, named.end),),
            confidence=sure,
            codebook_version=codebook.version,
            stands_for=ideal,
        )
        found.append((coding, named))
    return tuple(found)


def named_quantities(scan: Scan) -> tuple[Named, ...]:
    """The quantities that carry the most weight, each once, in order of the text."""
    cues = scan.cue_set.cues
    numbers = scan.cue_set.by_variable.get("proxies", ())
    named: list[Named] = []
    for number in numbers:
        if cues[number].within == "paper":
            for span in scan.everywhere(number):
                if span[0] < span[1] and span[0] < scan.opening():
                    around = scan.around("proxies", span)
                    named.append(_named(span, (Hit(cues[number], *span), *around)))
    ranked = sorted((n for n in named if n.weight >= THRESHOLD), key=lambda n: (-n.weight, n.start, n.end))
    kept: list[Named] = []
    said: set[str] = set()
    for candidate in ranked:
        words = scan.paper.text[candidate.start : candidate.end].casefold()
        if words not in said and not any(k.start < candidate.end and candidate.start < k.end for k in kept):
            kept.append(candidate)
            said.add(words)
    return tuple(sorted(kept[:ENTRIES], key=lambda n: n.start))


def _named(span: tuple[int, int], hits: tuple[Hit, ...]) -> Named:
    scores: dict[str, float] = {}
    for hit in hits:
        scores[hit.cue.code] = scores.get(hit.cue.code, 0.0) + hit.cue.weight
    return Named(*span, hits, tuple(sorted(scores.items())))


def _ideal(codings: Sequence[Coding], codebook: Codebook) -> str | None:
    coded = {c.variable: c.codes or () for c in codings if c.variable in ("primary", "ideals")}
    for variable in ("primary", "ideals"):
        codes = [c for c in coded.get(variable, ()) if c in codebook.stands_for]
        if len(codes) == 1:
            return codes[0]
    return None
