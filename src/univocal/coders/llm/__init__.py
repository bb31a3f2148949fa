"""Coders that ask a language model, through Inspect AI (extra ``llm``).

names.py         llm:PROVIDER/MODEL, and which of them are kin
asked.py         which variables are asked, and which answers could be right
shown.py         a paper as data: fences, mentions, nothing that could end it
prompt.py        the words that a model gets, made from the codebook
schema.py        the shape of an answer
parse.py         from what a model wrote to the one answer in it
quotes.py        where a quote stands, word for word
answers.py       from the answer to codings, and what is wrong with it
conversation.py  ask, read, send back once, settle
settings.py      how a model is run
tokens.py, prices.py, budget.py, plan.py   what a run takes, before and during it
worklist.py      which papers are sent
task.py, run.py, outcome.py   many papers at once, as a task of Inspect's
coder.py         one paper, as any other coder
steering.py      did text in a paper steer the coder?
"""

from __future__ import annotations

from univocal.coders.llm.budget import Budget, parse_budget
from univocal.coders.llm.coder import LlmCoder, load_llm
from univocal.coders.llm.names import is_llm, kin, kin_warnings
from univocal.coders.llm.outcome import Outcome, Usage
from univocal.coders.llm.plan import DryRun, plan
from univocal.coders.llm.prices import Prices, load_prices
from univocal.coders.llm.run import code_papers
from univocal.coders.llm.settings import Settings

__all__ = [
    "Budget",
    "DryRun",
    "LlmCoder",
    "Outcome",
    "Prices",
    "Settings",
    "Usage",
    "code_papers",
    "is_llm",
    "kin",
    "kin_warnings",
    "load_llm",
    "load_prices",
    "parse_budget",
    "plan",
]
