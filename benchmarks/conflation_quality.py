"""How many findings of conflation do the coded abstracts share, and how many of theirs are found?

    python benchmarks/conflation_quality.py GOLD.jsonl [--coder NAME] [--split half]

Without ``--coder`` the rules get the abstracts' own codes (what they do when the coding is right); with it they get
a coder's codings. One abstract counts once a kind. Intervals are Clopper–Pearson, 95%.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from univocal.codebook import load
from univocal.codebook.model import Codebook
from univocal.coders.gold import GoldPaper, load_gold
from univocal.conflation import KINDS, find
from univocal.plugins import CODERS
from univocal.plugins import load as plugin
from univocal.records import Coding, Evidence
from univocal.statistics.binomial import clopper_pearson


def own_codings(gold: GoldPaper, codebook: Codebook) -> tuple[Coding, ...]:
    """An abstract's own codes as codings. Evidence that the file doesn't quote is the whole text."""
    paper, coding = gold.paper, gold.coding
    whole = Evidence.cut(paper.text, 0, len(paper.text))
    found = [
        Coding(paper.id, "gold", "sense", (m.sense,), (Evidence.cut(paper.text, m.start, m.end),))
        for m in gold.mentions
        if m.sense is not None
    ]
    for variable in codebook.variables:
        value = coding.get(variable.id)
        if value is None or variable.answers == "ledger" or variable.id in ("sense", "conflation"):
            continue
        codes = (str(value).lower(),) if isinstance(value, (bool, str)) else tuple(value)
        quote = (coding.get("evidence") or {}).get(codes[0]) if codes else None
        evidence = Evidence.find(paper.text, quote) if quote and quote in paper.text else whole
        found.append(Coding(paper.id, "gold", variable.id, codes, (evidence,)))
    for proxy in coding.get("proxies") or ():
        if proxy["quote"] in paper.text:
            evidence = Evidence.find(paper.text, proxy["quote"])
            found.append(Coding(paper.id, "gold", "proxies", (proxy["treated_as"],), (evidence,)))
    return tuple(found)


def row(name: str, pairs: Iterable[tuple[bool, bool]]) -> str:
    """One line of the table from (found, coded) per abstract."""
    both = found = coded = 0
    for is_found, is_coded in pairs:
        both, found, coded = both + (is_found and is_coded), found + is_found, coded + is_coded
    return f"{name:30} {coded:5} {found:5} {both:4}   {share(both, found):22} {share(both, coded)}"


def share(hits: int, n: int) -> str:
    """A share with its interval."""
    estimate = clopper_pearson(hits, n)
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "–"
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument(
        "--coder", help="a coder's name, such as lexicon; by default the abstracts' own codes"
    )
    parser.add_argument("--list", action="store_true", help="also print every finding that isn't shared")
    args = parser.parse_args()
    codebook = load()
    coder = plugin(CODERS, args.coder)() if args.coder else None
    told: list[tuple[set[str], set[str]]] = []
    for gold in load_gold(args.gold):
        codings = coder.code(gold.paper, codebook) if coder else own_codings(gold, codebook)
        findings = find(gold.paper, codings, codebook)
        truth = set(gold.coding.get("conflation") or ())
        told.append(({f.kind for f in findings}, truth))
        if args.list:
            for finding in findings:
                if finding.kind not in truth:
                    print(f"{gold.paper.id}: {finding.kind}: {finding.reason}")
    print(f"{len(told)} abstracts of {args.gold.name}; codings: {args.coder or 'their own codes'}")
    print(f"{'kind':30} coded found both   {'precision':22} recall")
    for kind in KINDS:
        print(row(kind, ((kind in found, kind in coded) for found, coded in told)))
    pairs = [(kind in found, kind in coded) for kind in KINDS for found, coded in told]
    print(row("all kinds (paper × kind)", pairs))
    print(row("any kind (paper)", ((bool(found), bool(coded)) for found, coded in told)))


if __name__ == "__main__":
    main()
