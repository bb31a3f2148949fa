"""How do coders hold where the topic doesn't tell the sense? Measured on the invented contrast sets.

    python training/contrast.py [--coders lexicon,trained]

Groups of three abstracts share their topic and differ in what decides the sense (training/contrast/README.md). Intervals
resample whole groups. "Group right": the share of groups in which the commonest sense of each of the three is right
(contrast consistency, Gardner et al. 2020, doi:10.18653/v1/2020.findings-emnlp.117).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from univocal.codebook import load
from univocal.coders.choice import load_coder
from univocal.coders.gold import GoldPaper, load_gold
from univocal.coders.protocol import Coder
from univocal.statistics import matrix
from univocal.statistics.binomial import clopper_pearson
from univocal.statistics.bootstrap import Resamples
from univocal.statistics.labels import places, tables
from univocal.statistics.result import Estimate

SETS = Path(__file__).parent / "contrast" / "contrast.jsonl.gz"
SILENT = "(silent)"


def senses(coder: Coder, gold: Sequence[GoldPaper]) -> list[list[str]]:
    """What the coder says of each mention of each abstract."""
    book = load()
    return [
        [c.codes[0] if c.codes else SILENT for c in coder.code(g.paper, book) if c.variable == "sense"]
        for g in gold
    ]


def commonest(said: Sequence[str]) -> str:
    return Counter(said).most_common(1)[0][0]


def shown(one: Estimate) -> str:
    return f"{one.value:.3f} ({one.low:.2f} to {one.high:.2f})"


@click.command()
@click.option("--coders", default="lexicon,trained", show_default=True)
def main(coders: str) -> None:
    """Print one row for each coder."""
    gold = load_gold(SETS)
    groups = [g.group for g in gold]
    codes = [code.id for code in load().variable("sense").codes]
    truth = [[m.sense for m in g.mentions] for g in gold]
    print(f"{len(gold)} abstracts in {len(set(groups))} groups, {sum(map(len, truth)):,} mentions")
    print("| coder | accuracy | κ | AI sense or not | group right |\n|---|--:|--:|--:|--:|")
    for name in coders.split(","):
        said = senses(load_coder(name), gold)
        each = tables(
            places([s for of in truth for s in of], codes), places([s for of in said for s in of], [*codes, SILENT]),
            (len(codes), len(codes) + 1), [g for g, of in zip(groups, truth, strict=True) for _ in of],
        )  # fmt: skip
        drawn = Resamples(each)
        ai = np.array([code in load().ai_senses for code in codes])
        kinds = ai[:, None] == np.append(ai, False)[None, :]
        kinds[:, -1] = False
        right: dict[str, bool] = {}
        for group, one, other in zip(groups, truth, said, strict=True):
            right[group] = right.get(group, True) and commonest(one) == commonest(other)
        figures = (
            drawn.estimate(matrix.accuracy_of),
            drawn.estimate(matrix.kappa_of),
            drawn.estimate(lambda t, kinds=kinds: (t * kinds).sum((-2, -1)) / t.sum((-2, -1))),
            clopper_pearson(sum(right.values()), len(right)),
        )
        print(f"| {name} | {' | '.join(map(shown, figures))} |")


if __name__ == "__main__":
    main()
