"""Fit the trained coder's weights and write them down: the same input gives the same file.

    python training/train_coder.py GOLD.jsonl [MORE.jsonl ...] -o src/univocal/coders/data/trained.npz
"""

from __future__ import annotations

import argparse
from pathlib import Path

from univocal.codebook import load
from univocal.coders.gold import load_gold
from univocal.coders.learnt.fit import learn
from univocal.coders.learnt.weights import digest, pack


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("-o", "--out", type=Path, required=True)
    asked = parser.parse_args()
    gold = [paper for path in asked.gold for paper in load_gold(path)]
    packed = pack(learn(gold, load()))
    asked.out.write_bytes(packed)
    print(f"{asked.out}: {len(gold):,} papers, {len(packed) / 1e6:.1f} MB, SHA-256 {digest(packed)}")


if __name__ == "__main__":
    main()
