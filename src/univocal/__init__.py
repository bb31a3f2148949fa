"""Univocal: say which alignment you mean.

The library in one screen. Names load when they are first used, so ``import univocal`` costs nothing:

>>> import univocal
>>> book = univocal.load_codebook()
>>> [ideal.label for ideal in book.ideals]
['Task Reliability', 'Social Judiciousness', 'Takeover Avoidance']
>>> paper = univocal.Paper("p1", "Our agent pursues misaligned goals and deceives its overseers.")
>>> [paper.text[a:b] for a, b in univocal.find_mentions(paper.text)]
['misaligned']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from univocal.atlas.run import atlas as make_atlas
    from univocal.codebook import check as check_codebook
    from univocal.codebook import diff as diff_codebooks
    from univocal.codebook import load as load_codebook
    from univocal.codebook.model import Codebook as Codebook
    from univocal.coders.choice import load_coder as load_coder
    from univocal.coders.gold import GoldPaper as GoldPaper
    from univocal.coders.gold import load_gold as load_gold
    from univocal.coders.protocol import Coder as Coder
    from univocal.coders.protocol import checked as checked
    from univocal.conflation import find as find_conflations
    from univocal.corpus.protocol import Limits as Limits
    from univocal.corpus.protocol import Reader as Reader
    from univocal.corpus.read import read_papers as read_papers
    from univocal.errors import UnivocalError as UnivocalError
    from univocal.estimates.evaluate import evaluate as evaluate
    from univocal.mentions import find_mentions as find_mentions
    from univocal.records import Coding as Coding
    from univocal.records import Dossier as Dossier
    from univocal.records import Evidence as Evidence
    from univocal.records import Fault as Fault
    from univocal.records import Finding as Finding
    from univocal.records import Mention as Mention
    from univocal.records import Paper as Paper
    from univocal.statistics.result import Estimate as Estimate

__version__ = "0.1.0"

#: Public name → where it lives.
_PLACES = {
    "Codebook": "codebook.model:Codebook",
    "Coder": "coders.protocol:Coder",
    "Coding": "records:Coding",
    "Dossier": "records:Dossier",
    "Estimate": "statistics.result:Estimate",
    "Evidence": "records:Evidence",
    "Fault": "records:Fault",
    "Finding": "records:Finding",
    "GoldPaper": "coders.gold:GoldPaper",
    "Limits": "corpus.protocol:Limits",
    "Mention": "records:Mention",
    "Paper": "records:Paper",
    "Reader": "corpus.protocol:Reader",
    "UnivocalError": "errors:UnivocalError",
    "check_codebook": "codebook:check",
    "checked": "coders.protocol:checked",
    "diff_codebooks": "codebook:diff",
    "evaluate": "estimates.evaluate:evaluate",
    "find_conflations": "conflation:find",
    "find_mentions": "mentions:find_mentions",
    "load_codebook": "codebook:load",
    "load_coder": "coders.choice:load_coder",
    "load_gold": "coders.gold:load_gold",
    "make_atlas": "atlas.run:atlas",
    "read_papers": "corpus.read:read_papers",
}
__all__ = [
    "Codebook",
    "Coder",
    "Coding",
    "Dossier",
    "Estimate",
    "Evidence",
    "Fault",
    "Finding",
    "GoldPaper",
    "Limits",
    "Mention",
    "Paper",
    "Reader",
    "UnivocalError",
    "check_codebook",
    "checked",
    "diff_codebooks",
    "evaluate",
    "find_conflations",
    "find_mentions",
    "load_codebook",
    "load_coder",
    "load_gold",
    "make_atlas",
    "read_papers",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _PLACES:
        raise AttributeError(f"module 'univocal' has no attribute {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    found = getattr(import_module(f"univocal.{module}"), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
