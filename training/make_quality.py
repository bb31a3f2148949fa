"""Write down what `univocal evaluate` measures of our coders, for the atlas page and `atlas.json`.

    python training/make_quality.py GOLD.jsonl --train-also SILVER.jsonl -o src/univocal/coders/data

Kept of each report: what was measured of the coder and how, the baselines' senses, and the coders' ceiling.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

CODERS = ("trained", "lexicon")
WHOLE = (
    "schema", "gold_note", "sample_note", "gold", "codebook", "intervals", "coder", "procedure", "conflation",
    "not_measured",
)  # fmt: skip
FIGURES = ("accuracy", "macro_f1", "macro_f1_six", "micro_f1", "kappa", "alpha", "coverage", "ece")
COUNTS = ("unit", "n", "n_papers", "n_abstained")


def trimmed(table: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in table.items() if key in FIGURES + COUNTS}
    if "all" in table:
        kept["all"] = {key: value for key, value in table["all"].items() if key in FIGURES}
    return kept


def kept(report: dict[str, Any]) -> dict[str, Any]:
    small = {key: report[key] for key in WHOLE if key in report}
    small["senses"] = trimmed(report["senses"])
    small["ai_sense"] = trimmed(report["ai_sense"])
    small["variables"] = {name: trimmed(table) for name, table in report["variables"].items()}
    small["baselines"] = {
        name: {"senses": trimmed(b["senses"])} for name, b in report["baselines"].items() if "senses" in b
    }
    small["ceiling"] = {
        "note": report["ceiling"]["note"],
        "senses": trimmed(report["ceiling"]["senses"]),
        "variables": {name: trimmed(table) for name, table in report["ceiling"]["variables"].items()},
    }
    return small


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("--train-also", type=Path, required=True)
    parser.add_argument("-o", "--out", type=Path, required=True)
    asked = parser.parse_args()
    for coder in CODERS:
        command = [sys.executable, "-m", "univocal", "evaluate", str(asked.gold), "--coder", coder, "--format", "json",
                   "--train-also", str(asked.train_also)]  # fmt: skip
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        target = asked.out / f"quality-{coder}.json"
        target.write_bytes(orjson.dumps(kept(orjson.loads(printed)), option=orjson.OPT_INDENT_2))
        print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
