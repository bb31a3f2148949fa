"""Fit the weights of the lexicon's cues on coded papers, and write them back into the cue file.

    python training/lexicon_weights.py CUES.toml GOLD.jsonl

The patterns stay as they were written by hand; only the numbers change. A variable that takes one code of several
gets a multinomial logistic regression, one that asks after each code by itself a logistic regression with the
lexicon's threshold as its intercept; every weight is at least zero, so that a cue only ever speaks for its own code.
Variables that the gold doesn't code, and cues marked below, keep the weights that they have.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np

from univocal.codebook import load
from univocal.codebook.model import Codebook
from univocal.coders.cues import CueSet, Scan
from univocal.coders.gold import GoldPaper, load_gold
from univocal.coders.settle import THRESHOLD

STEPS = 1_000
#: Penalties on the sum of the weights and of their squares.
L1, L2 = 6e-4, 5e-4
#: A code that applies counts so much more than one that doesn't, where it is rare: recall for a little precision.
RARE = 1.7
#: How steeply a code by itself turns on around the threshold.
SLOPE = 3.0
LEAST = 0.05
WEIGHT = re.compile(r"weight = [\d.]+")
#: By hand: too few coded papers, or two codes that don't compete (explicit beats implicit).
BY_HAND = {("harm_source", "training_data_conservatism"), ("definition", "implicit")}
ONE_OF_SEVERAL = ("sense", "about", "object_x", "target_y")
BY_ITSELF = (
    "threat_model",
    "valence",
    "harm_source",
    "definition",
    "tension_acknowledged",
    "diversity_acknowledged",
)


def matches(
    cue_set: CueSet, variable: str, gold: tuple[GoldPaper, ...], codebook: Codebook
) -> tuple[Any, list[Any]]:
    """Which of the variable's cues match (a row a mention or paper), and what was coded there."""
    column = {id(cue_set.cues[n]): at for at, n in enumerate(cue_set.by_variable[variable])}
    rows: list[Any] = []
    coded: list[Any] = []
    for paper in gold:
        if variable != "sense" and paper.coding.get("about") == "no":
            continue
        mentions = tuple((m.start, m.end) for m in paper.mentions if m.sense in codebook.ai_senses)
        scan = Scan(cue_set, paper.paper, mentions)
        units = [(scan.at_paper(variable, mentions), paper.coding.get(variable))]
        if variable == "sense":
            units = [(scan.at_mention(variable, (m.start, m.end)), m.sense) for m in paper.mentions]
        for hits, value in units:
            row = np.zeros(len(column))
            row[[column[id(hit.cue)] for hit in hits]] = 1.0
            rows.append(row)
            coded.append(value)
    return np.array(rows), coded


def fitted(gradient: Any, shape: tuple[int, ...], free: Any) -> Any:
    """Weights at least zero that follow the gradient down (Adam), zero wherever ``free`` is zero."""
    weights = np.full(shape, 0.2) * free
    mean, square = np.zeros(shape), np.zeros(shape)
    for step in range(1, STEPS + 1):
        slope = gradient(weights) + L1 + 2 * L2 * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        rate = 0.05 if step < 0.7 * STEPS else 0.01
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        weights = np.maximum(weights, 0) * free
    return weights


def one_of_several(rows: Any, coded: list[str], codes: list[str]) -> Any:
    """Multinomial weights: each cue for its own code."""
    names = sorted(set(codes) | set(coded))
    truth = np.array([[name == code for name in names] for code in coded], float)
    free = np.array([[name == code for name in names] for code in codes], float)

    def gradient(weights: Any) -> Any:
        scores = rows @ weights
        shares = np.exp(scores - scores.max(1, keepdims=True))
        return rows.T @ (shares / shares.sum(1, keepdims=True) - truth) / len(truth)

    return fitted(gradient, free.shape, free).sum(1)


def by_itself(rows: Any, applies: Any, rare: float) -> Any:
    """Weights that reach the threshold where the code applies."""
    importance = np.where(applies > 0, rare, 1.0)

    def gradient(weights: Any) -> Any:
        shares = 1 / (1 + np.exp(-SLOPE * (rows @ weights - THRESHOLD)))
        return rows.T @ ((shares - applies) * SLOPE * importance) / len(applies)

    return fitted(gradient, (rows.shape[1],), np.ones(rows.shape[1]))


def applies(value: Any, code: str) -> bool:
    """Does a gold value hold this code?"""
    if isinstance(value, bool):
        return value is (code == "true")
    return code in value if isinstance(value, list) else value in (code, "both")


def weights(codebook: Codebook, gold: tuple[GoldPaper, ...]) -> dict[int, float]:
    """The new weight of each cue that is fitted, by its place in the file."""
    cue_set = CueSet.compile(codebook)
    new: dict[int, float] = {}
    for variable in (*ONE_OF_SEVERAL, *BY_ITSELF):
        numbers = cue_set.by_variable[variable]
        rows, coded = matches(cue_set, variable, gold, codebook)
        codes = [cue_set.cues[n].code for n in numbers]
        if variable in ONE_OF_SEVERAL:
            found = one_of_several(rows, coded, codes)
            new.update(zip(numbers, found, strict=True))
            continue
        rare = 1.0 if variable in ("threat_model", "valence") else RARE
        for code in dict.fromkeys(codes):
            if (variable, code) not in BY_HAND:
                own = [at for at, other in enumerate(codes) if other == code]
                truth = np.array([applies(value, code) for value in coded], float)
                new.update(
                    zip([numbers[at] for at in own], by_itself(rows[:, own], truth, rare), strict=True)
                )
        print(f"{variable}: {len(rows)} papers")
    return new


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cues", type=Path)
    parser.add_argument("gold", type=Path)
    args = parser.parse_args()
    new = weights(load(), load_gold(args.gold))
    lines = args.cues.read_text(encoding="utf-8").splitlines()
    places = [at for at, line in enumerate(lines) if line.lstrip().startswith("{ variable")]
    for number, weight in new.items():
        at = places[number]
        lines[at] = WEIGHT.sub(f"weight = {max(weight, LEAST):.2f}", lines[at], count=1)
    args.cues.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
