"""How fast are agreement and aggregation, and in how little memory, beside the usual packages?

    python benchmarks/coding_statistics.py [--peers PYTHON] [--full]

Peers (krippendorff, irrCAC, crowd-kit, NLTK) run in an environment of their own: that of PYTHON, or one that the first run
makes from peers.txt in the user's cache folder (~/.cache/univocal/peers-…; the run says where). Each measurement is a
process of its own that warms up on small data, reads the same file anew for each call, and makes one call for its memory
or three for their time; ours and the peer's take turns. Seconds are the median over --rounds of the median of a process;
a ratio is the median over rounds of ours / peer's. MB is the highest that a process, interpreter and data included, held
during one call. Limits are the project's own; nothing fails where one isn't met, but the run fails where values differ
from the peer's.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from coding import data, table
from coding.cases import ALONE, COMPARED
from coding.environment import peers_python
from coding.measured import Pair, measured


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has what peers.txt lists")
    parser.add_argument("--full", action="store_true", help="crowd-kit at 1,000,000 units too (half an hour)")
    parser.add_argument("--rounds", type=int, default=3, help="how often ours and the peer take turns")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    asked = parser.parse_args()
    peers = asked.peers or peers_python()
    cases = [case for case in (*COMPARED, *ALONE) if asked.only in case.ours]
    pairs: list[Pair] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data.write_all(
            folder,
            {n for case in cases if not case.of_sets for n in case.sizes},
            {n for case in cases if case.of_sets for n in case.sizes},
        )
        print(*table.COMPARED, sep="\n")
        for case in cases:
            for n in case.sizes:
                pairs.append(measured(case, n, folder, peers, rounds=asked.rounds, full=asked.full))
                print(table.row(pairs[-1]), flush=True)
    print("", *table.growth(pairs), sep="\n")
    wrong = [
        f"{pair.case.ours} at {pair.n:,}: {pair.apart:g} from {pair.case.peer}"
        for pair in pairs
        if pair.apart is not None and not pair.apart <= pair.case.near
    ]
    if wrong:
        raise SystemExit("values differ: " + "; ".join(wrong))


if __name__ == "__main__":
    main()
