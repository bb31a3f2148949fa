"""What docs/howto/change-the-codebook.md shows is what its commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from tests.study.recode_material import Question

from univocal.cli.codebook import codebook
from univocal.study import codebooks, people, queues
from univocal.study.codings import Answer, Unit, save
from univocal.study.folder import create
from univocal.study.papers import import_papers, paper_of
from univocal.study.spans import cut

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "change-the-codebook.md"
BLOCKS = re.findall(
    r"```console\n\$ univocal codebook (.*?)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")
GRADED = ["model", "crowd", "experts", "!nobody=Nobody at all"]
VERSIONS = {
    "1.0.0": {"judge": Question(["people", "gpt4", "reward_model", "!nobody"])},
    "2.0.0": {"judge": Question(GRADED)},
    "3.0.0": {
        "grader": Question(GRADED, label="Grader"),
        "scale": Question(["few", "many"], when="grader model"),
    },
}


def put(path: Path, version: str) -> None:
    head = f'id = "judges"\nversion = "{version}"\ntitle = "Judges"\nextends = "alignment"\n'
    body = "\n".join(one.toml(name) for name, one in VERSIONS[version].items())
    path.write_text((head + body).replace('"The judge"', '"Judge"'))


@pytest.fixture
def pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of twelve papers, which ann and bob have finished."""
    monkeypatch.delenv("UNIVOCAL_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "first.toml", "1.0.0")
    study = create(tmp_path / "pilot", codebook=tmp_path / "first.toml")
    lines = [orjson.dumps({"id": f"p{n}", "text": f"We align model {n}."}) for n in range(12)]
    (tmp_path / "papers.jsonl").write_bytes(b"\n".join(lines))
    import_papers(study, [tmp_path / "papers.jsonl"])
    with study.database.writing() as connection:
        coders = [people.add(connection, name, "coder") for name in ("ann", "bob")]
        queues.assign(connection, queues.Plan(name="all", kind="all"), coders)
        row, book, _ = codebooks.latest(connection)
        for who, counts in zip(coders, ((3, 3, 3, 3), (2, 3, 3, 4)), strict=True):
            codes = [
                code.id
                for code, n in zip(book.variable("judge").codes, counts, strict=True)
                for _ in range(n)
            ]
            for n, code in enumerate(codes):
                stored = paper_of(connection, f"p{n}")
                save(
                    connection, Unit(stored.row, who.row, "judge"), Answer((code,), (cut(stored.paper.text, 0, 5),)),
                    paper=stored.paper, coder=who.name, codebook=book, codebook_row=row, stage="blind",
                )  # fmt: skip
                queues.finish(connection, stored.row, who.row)
    study.close()
    return tmp_path / "pilot"


def printed(words: str, *more: str) -> list[str]:
    ran = CliRunner().invoke(codebook, [*shlex.split(words), *more])
    assert ran.exit_code in (0, 1), ran.output
    return TIME.sub("TIME", ran.output).splitlines()


def test_the_blocks_of_the_page(pilot: Path) -> None:
    first, listed, third = [(words, TIME.sub("TIME", out).splitlines()) for words, out in BLOCKS]
    own = pilot / "codebook.toml"
    put(own, "2.0.0")
    assert printed(first[0]) == first[1]
    printed(first[0], "--yes", "--note", "crowd and experts differ too much")
    told, shown = printed(listed[0]), listed[1]
    gap = shown.index("  …")
    assert told[:gap] == shown[:gap]
    assert told[gap - len(shown) + 1 :] == shown[gap + 1 :], "some lines are left out on the page"
    put(own, "3.0.0")
    assert printed(third[0]) == third[1]
