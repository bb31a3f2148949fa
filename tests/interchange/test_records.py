"""The project's own files: codings of an atlas, and gold."""

from __future__ import annotations

import copy
import gzip
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from univocal.atlas.run import atlas
from univocal.codebook import load
from univocal.errors import InputError
from univocal.interchange import Columns, read_codings

Write = Callable[..., Path]

TEXT = "On words\n\nWe align words, and then align goals."
MENTIONS = [(13, 18, "align", "technical"), (35, 40, "align", "unspecified_ai")]
CODING = {
    "about": "main",
    "ideals": [],
    "primary": "unspecified",
    "tension_acknowledged": True,
    "proxies": [{}],
}


def record(number: int, **changes: object) -> dict[str, object]:
    mentions = [dict(zip(("start", "end", "text", "sense"), m, strict=True)) for m in MENTIONS]
    coders = {
        "coder_1": {**CODING, "senses": ["technical", "unspecified_ai"]},
        "coder_2": {"about": "no", "senses": ["technical", None]},
    }
    base = {
        "id": f"p{number}", "text": TEXT, "year": 2020 + number, "venue": None, "stratum": "S", "weight": 2.5,
        "mentions": mentions, "coding": CODING | {"ideals": ["other_ai"]}, "coders": coders,
    }  # fmt: skip
    return copy.deepcopy(base) | changes


def lines(*rows: object) -> str:
    return "".join(orjson.dumps(row).decode() + "\n" for row in rows)


def coding(**changes: object) -> dict[str, object]:
    return {"paper": "p1", "coder": "machine", "variable": "about", "codes": ["main"]} | changes


def test_gold(write: Write) -> None:
    table = read_codings(write(lines(record(1), record(2)), "gold.jsonl"))
    assert table.coders == ("adjudicated", "coder_1", "coder_2")
    assert table.matrix("about").tolist() == [[0, 0], [0, 0], [2, 2]]
    assert table.matrix("ideals").tolist() == [[frozenset({"other_ai"})] * 2, [frozenset()] * 2]
    assert table.matrix("tension_acknowledged").tolist() == [[0, 0], [0, 0]]
    assert [table.units[place] for place in table.units_of("sense")] == [
        "p1:13-18", "p1:35-40", "p2:13-18", "p2:35-40",
    ]  # fmt: skip
    assert [table.papers[place] for place in table.paper_of_unit] == [
        u.partition(":")[0] for u in table.units
    ]
    assert table.n_missing == 2  # coder_2 gave no sense to the second mention
    assert table.weight is not None
    assert (table.weight.tolist(), table.stratum) == ([2.5, 2.5], ("S", "S"))
    assert table.groups == {"year": ("2021", "2022"), "venue": (None, None)}
    assert table.left_out == {"entries of the ledger 'proxies'": 4}


def test_packed_gold_is_the_same(write: Write) -> None:
    text = lines(record(1), record(2))
    plain = read_codings(write(text, "gold.jsonl"))
    packed = read_codings(write(gzip.compress(text.encode()), "gold.jsonl.gz"))
    assert (plain.units, plain.code.tolist()) == (packed.units, packed.code.tolist())


def test_gold_and_machine_meet_in_their_units(write: Write) -> None:
    evidence = [{"start": 35, "end": 40, "quote": "align"}]
    machine = lines(
        coding(codes=None),
        coding(variable="sense", codes=["technical"], evidence=evidence),
        coding(variable="ideals", codes=[]),
        coding(variable="primary", codes=[]),
        coding(variable="proxies", codes=["proxy"]),
        coding(paper="p9"),
    )
    table = read_codings([write(lines(record(1)), "gold.jsonl"), write(machine, "codings.jsonl")])
    assert table.matrix("sense").tolist() == [[5, 4], [5, 4], [5, -1], [-1, 5]]
    assert table.matrix("about").tolist() == [[0, -1], [0, -1], [2, -1], [-1, 0]]
    assert table.matrix("ideals", ["machine"]).tolist() == [[frozenset()]]
    assert (
        table.missing[:, table.coders.index("machine")].sum() == 2
    )  # no code where one is expected says nothing
    assert table.left_out["entries of the ledger 'proxies'"] == 3
    assert table.weight is not None
    assert [str(weight) for weight in table.weight] == ["2.5", "nan"]
    assert table.stratum == ("S", None)


def test_a_table_beside_gold_is_read_by_the_codebook(write: Write) -> None:
    columns = Columns(unit="id", coders_in=("llm",), variable_name="about")
    gold = write(lines(record(1)), "gold.jsonl")
    table = read_codings([gold, write("id,llm\np1,passing\n")], columns=columns)
    assert table.matrix("about", ["llm"]).tolist() == [[1]]
    with pytest.raises(InputError, match=r"a.csv: line 2: column 'llm': no code 'maybe' of 'about'"):
        read_codings([gold, write("id,llm\np1,maybe\n")], columns=columns)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([1], "line 2: expected an object with paper, coder, variable and codes"),
        (coding(paper=1), "line 2: paper, coder and variable: expected text for each"),
        (coding(paper="p2", codes="main"), "line 2: codes: expected a list of codes, or null where the coder gave none"),
        (coding(paper="p2", codes=["mian"]), "line 2: codes: no code 'mian' of 'about'. Did you mean 'main'?"),
        (coding(paper="p2", codes=["main", "no"]), "line 2: codes: 2 codes; expected one"),
        (coding(paper="p2", variable="abuot"), "line 2: variable: no variable 'abuot' in the codebook. Did you mean 'about'?"),
        (
            coding(paper="p2", variable="sense", codes=["technical"], evidence=[]),
            "line 2: evidence: 'sense' is asked of mentions; expected evidence with the mention's start and end",
        ),
        (
            coding(),
            "line 2: paper: the coder 'machine' codes 'about' of 'p1' again; the first is on line 1. Expected one row for each coder and unit.",
        ),
    ],
)  # fmt: skip
def test_faults_of_codings(write: Write, row: object, expected: str) -> None:
    path = write(lines(coding(), row), "codings.jsonl")
    with pytest.raises(InputError) as raised:
        read_codings(path)
    assert raised.value.faults == (f"{path}: {expected}",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": 5}, "line 2: id and text: expected text for each"),
        ({"coding": "main"}, "line 2: coding: expected an object of variables and their codes"),
        ({"coders": {"k": []}}, "line 2: coders: expected an object of coders, each with an object of variables and their codes"),
        ({"coders": {"adjudicated": {}}}, "line 2: coders: 'adjudicated' is what the adjudicated codes are called here. Rename that coder."),
        ({"coders": {"k": {"senses": ["technical"]}}}, "line 2: coders.k.senses: 1 senses for 2 mentions"),
        ({"coding": {"about": 5}}, "line 2: coding.about: 5; expected a code, a list of codes, true or false"),
        ({"coding": {"about": "mian"}}, "line 2: coding.about: no code 'mian' of 'about'. Did you mean 'main'?"),
        ({"weight": 0}, "line 2: weight: '0' is not positive; expected a sampling weight above 0"),
        ({"weight": None}, "line 2: weight: empty; expected a sampling weight above 0"),
        ({"id": "p1"}, "line 2: the id 'p1' came before; each paper stands once"),
        ({"text": "other"}, "line 2: EvidenceError: evidence [13:18] lies outside a text of 5 code points or is empty. Expected id, text, mentions, coding."),
    ],
)  # fmt: skip
def test_faults_of_gold(write: Write, changes: dict[str, object], expected: str) -> None:
    path = write(lines(record(1), record(2, **changes)), "gold.jsonl")
    with pytest.raises(InputError) as raised:
        read_codings(path)
    assert f"{path}: {expected}" in raised.value.faults


def test_codings_may_be_long_and_packed(write: Write) -> None:
    rows = [coding(paper=f"p{n}", codes=[("main", "no")[n % 2]]) for n in range(10_000)]
    table = read_codings(write(gzip.compress(lines(*rows).encode()), "codings.jsonl.gz"))
    assert (table.n_rows, table.code[:3].tolist()) == (10_000, [0, 2, 0])


def test_an_atlas(tmp_path: Path) -> None:
    """The folder of an atlas: its codings, with year and venue of its papers."""
    rows = [
        {"id": f"p{n}", "title": "On goals", "abstract": abstract, "year": 2020 + n, "venue": "toy"}
        for n, abstract in enumerate(
            [
                "We align chat models to the preferences of users.",
                "We count birds.",
                "A word alignment model.",
            ]
        )
    ]
    (tmp_path / "papers.jsonl").write_text(lines(*rows))
    atlas([tmp_path / "papers.jsonl"], tmp_path / "out", coder="lexicon", workers=1)
    table = read_codings(tmp_path / "out")
    book = load()
    written = [orjson.loads(line) for line in (tmp_path / "out" / "codings.jsonl").read_bytes().splitlines()]
    kept = [row for row in written if book.variable(row["variable"]).answers != "ledger"]
    one = [row for row in kept if row["codes"] is not None]
    assert table.n_rows + table.n_missing == sum(max(len(row["codes"] or ()), 1) for row in kept)
    assert table.n_missing == len(kept) - len(one)
    assert table.papers == ("p0", "p2")
    assert table.groups == {"year": ("2020", "2022"), "venue": ("toy", "toy")}
    assert table.left_out["papers without a coding"] == 1
    assert len(table.units_of("sense")) == 2
    assert read_codings(tmp_path / "out" / "codings.jsonl").groups == {}
