"""A coder trained on what a study's people coded: kept with its record, and used only where it is better."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.study.material import write_papers

from univocal.codebook.model import Codebook
from univocal.errors import StudyError
from univocal.records import Coding, Paper
from univocal.study import people, queues
from univocal.study.coded_papers import coded_papers
from univocal.study.codings import Answer, Unit, save
from univocal.study.folder import Study
from univocal.study.machine import suggest
from univocal.study.next_machine import machine_named, said_by
from univocal.study.papers import all_papers, import_papers
from univocal.study.retrain import RECORD, WEIGHTS, load_retrained, retrain
from univocal.study.spans import cut


def stored_papers(study: Study) -> dict[int, Paper]:
    with study.database.reading() as connection:
        return {one.row: one.paper for one in all_papers(connection)}


LINES = {
    "technical": "We align sentences {} of parallel corpora for machine translation by word alignment models.",
    "task_reliability": "We align language model {} with human preferences so that it follows instructions helpfully.",
}


@pytest.fixture
def coded(study: Study, tmp_path: Path) -> Study:
    """Sixty papers, of which two coders coded forty; they differ on one."""
    return _coded(study, tmp_path, one_way=False)


def _coded(study: Study, tmp_path: Path, *, one_way: bool, swapped: bool = False) -> Study:
    """``one_way``: no paper mentions alignment in passing; ``swapped``: people call technical what isn't, and the reverse."""
    texts = {f"q{at}": list(LINES.values())[at % 2].format(at) for at in range(60)}
    import_papers(study, [write_papers(tmp_path / "coded.jsonl", texts)])
    stored = stored_papers(study)
    with study.database.writing() as connection:
        both = [people.add(connection, name, "coder") for name in ("ann", "bob")]
        queues.assign(connection, queues.Plan(name="first", size=40, held_out=0), both)
        seen = 0
        for coder in both:
            while (task := queues.next_task(connection, coder.row)) is not None:
                _code(
                    connection, study, coder, stored[task.paper], task.paper, wrong=seen == 0, one_way=one_way, swapped=swapped
                )  # fmt: skip
                queues.finish(connection, task.paper, coder.row)
                seen += 1
    return study


def _code(
    connection: sa.Connection,
    study: Study,
    coder: people.Person,
    paper: Paper,
    row: int,
    *,
    wrong: bool,
    one_way: bool,
    swapped: bool,
) -> None:
    sense = list(LINES)[(int(paper.id[1:]) + swapped) % 2]
    how: Any = {
        "paper": paper,
        "coder": coder.name,
        "codebook": study.codebook,
        "codebook_row": study.codebook_row,
        "stage": "blind",
    }
    word = (cut(paper.text, 3, 8),)
    save(connection, Unit(row, coder.row, "sense", 3, 8), Answer((sense,), word), **how)
    if "word alignment" in paper.text:
        at = paper.text.index("alignment")
        save(
            connection,
            Unit(row, coder.row, "sense", at, at + 9),
            Answer((sense,), (cut(paper.text, at, at + 9),)),
            **how,
        )
    code = "passing" if int(paper.id[1:]) % 4 in (1, 2) and not one_way else "main"
    about = Answer((code,), word) if sense != "technical" and not wrong else Answer(("no",))
    save(connection, Unit(row, coder.row, "about"), about, **how)


def test_what_people_said_becomes_gold(coded: Study) -> None:
    with coded.database.reading() as connection:
        found = coded_papers(connection, coded.codebook)
    assert len(found.gold) == 40
    assert found.n_undecided <= 1
    for one in found.gold:
        sense = list(LINES)[int(one.paper.id[1:]) % 2]
        assert {mention.sense for mention in one.mentions} == {sense}
        assert all(m.text == one.paper.text[m.start : m.end] for m in one.mentions)
        assert one.coding["about"] in ("main", "passing", "no")


def test_a_coder_is_trained_kept_and_used_only_if_it_is_better(coded: Study) -> None:
    pytest.importorskip("scipy")
    done = retrain(coded, "about", n_boot=200)
    assert done.n_papers == 40
    assert done.coder == f"trained-{coded.name}"
    assert any("cross-validated" in line for line in done.figures)
    assert sum("accuracy on about" in line for line in done.figures) == 2
    again = load_retrained(coded)
    assert (again.name, again.version) == (done.coder, done.version)
    with coded.database.reading() as connection:
        names = [one.name for one in people.everyone(connection)]
        assert (done.coder in names) == done.used
        assert machine_named(connection, None) == (done.coder if done.used else None)
    (coded.folder / RECORD).write_text('{"version": "1+00000000", "coder": "x"}')
    with pytest.raises(StudyError, match="Train again"):
        load_retrained(coded)
    (coded.folder / WEIGHTS).unlink()
    with pytest.raises(StudyError, match="no trained coder"):
        load_retrained(coded)


def test_a_coder_that_is_clearly_better_codes_the_papers(study: Study, tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    coded = _coded(study, tmp_path, one_way=False, swapped=True)
    tried = retrain(coded, "sense", n_boot=100, dry_run=True)
    assert tried.used
    assert not (coded.folder / WEIGHTS).exists()
    done = retrain(coded, "sense", n_boot=100)
    assert done.used
    assert done.version == tried.version, "the same papers give the same coder"
    with coded.database.reading() as connection:
        assert machine_named(connection, None) == done.coder
        assert len(said_by(connection, done.coder, {"about"})) == 60, "all papers, coded or not"
    suggest(coded, Says())
    with coded.database.reading() as connection:
        assert machine_named(connection, None) == done.coder, "whoever codes later"


def test_a_coder_that_could_not_be_fitted_is_refused(study: Study, tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    with pytest.raises(StudyError, match="'about' has main there"):
        retrain(_coded(study, tmp_path, one_way=True), "about")


class Says:
    """A machine coder that finds nothing."""

    name, version = "says", "1"

    def code(self, paper: Paper, codebook: Codebook) -> tuple[Coding, ...]:
        return (Coding(paper.id, self.name, "about", ("no",), (), 0.9, codebook.version),)


def test_too_few_coded_papers_train_nothing(study: Study) -> None:
    pytest.importorskip("scipy")
    with pytest.raises(StudyError, match="0 papers that the shipped coder hasn't learned from are coded"):
        retrain(study, "about")
