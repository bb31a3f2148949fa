"""Making and opening studies, and bringing papers in."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.corpus import tiny_pdf
from tests.study.conftest import create_database
from tests.study.material import TEXTS, write_papers

from univocal.codebook import load
from univocal.errors import CodebookError, StudyError
from univocal.study import codebooks, database, schema
from univocal.study.database import BusyError
from univocal.study.folder import Study, create, open_study
from univocal.study.papers import all_papers, import_papers, paper_of


def test_a_study_is_opened_again_as_it_was_made(study: Study) -> None:
    again = open_study(study.folder) if study.database.sqlite else study
    assert again.name == "study"
    assert again.codebook.digest == study.codebook.digest
    assert again.notes == ()


def test_papers_come_back_as_they_went_in(study: Study, tmp_path: Path) -> None:
    done = import_papers(study, [write_papers(tmp_path / "p.jsonl", TEXTS)])
    assert (done.added, done.already, done.faults) == (4, 0, ())
    with study.database.reading() as connection:
        assert {one.paper.id: one.paper.text for one in all_papers(connection)} == TEXTS


def test_an_import_twice_changes_nothing_and_another_text_is_refused(study: Study, tmp_path: Path) -> None:
    file = write_papers(tmp_path / "p.jsonl", TEXTS)
    import_papers(study, [file])
    assert import_papers(study, [file]).already == 4
    write_papers(file, {**TEXTS, "emoji": "Other words."})
    done = import_papers(study, [file])
    assert (done.added, done.already) == (0, 3)
    assert [fault.kind for fault in done.faults] == ["changed-text"]
    with study.database.reading() as connection:
        assert paper_of(connection, "emoji").paper.text == TEXTS["emoji"]


def test_a_text_that_no_database_keeps_is_named_and_left_out(study: Study, tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_bytes(b'{"id": "nul", "text": "a\\u0000b align"}\n{"id": "good", "text": "We align."}\n')
    done = import_papers(study, [file])
    assert done.added == 1
    assert "nul" in done.faults[0].message


def test_a_pdf_is_kept_beside_the_study(study: Study, tmp_path: Path) -> None:
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(
        tiny_pdf.pages(
            [tiny_pdf.column(["A study of alignment.", "We align the model with what people want."])]
        )
    )
    import_papers(study, [pdf])
    with study.database.reading() as connection:
        (one,) = all_papers(connection)
    assert one.file is not None
    assert (study.files / one.file).read_bytes() == pdf.read_bytes()
    assert one.paper.source_map is not None
    assert one.paper.source_map.boxes


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(StudyError, match="something already"):
        create(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_database_with_a_study_is_not_taken_over(study: Study, tmp_path: Path) -> None:
    url = study.database.url.render_as_string(hide_password=False)
    with pytest.raises(StudyError, match="holds a study already"):
        create(tmp_path / "other", database=url.replace("+pg8000", ""))


def test_all_faults_of_the_configuration_are_told(tmp_path: Path) -> None:
    create(tmp_path / "s").close()
    (tmp_path / "s" / "study.toml").write_text("nmae = 'x'\ndatabase = 3\n")
    with pytest.raises(StudyError, match=r"(?s)nmae.*'name'.*database: text was expected"):
        open_study(tmp_path / "s")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://x/y", "not supported"),
        ("postgresql+psycopg2://u@h/x", "not supported"),
        ("nonsense", "not a URL"),
        ("postgresql://u@h:port/x", "not a URL"),
        ("postgresql://h/x", "no user is named"),
        ("postgresql://u@h/x?sslmode=require", "sslmode: no such parameter"),
        ("sqlite://", "without a file"),
    ],
)
def test_a_database_that_cannot_be_is_refused(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        create(tmp_path / "s", database=url)


def test_a_server_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(BusyError, match="Check that the PostgreSQL server runs"):
        create(tmp_path / "s", database="postgresql://nobody@127.0.0.1:1/none")


def test_a_missing_or_damaged_database_is_one_message(tmp_path: Path) -> None:
    create(tmp_path / "s").close()
    (tmp_path / "s" / "study.sqlite").unlink()
    with pytest.raises(StudyError, match="missing"):
        open_study(tmp_path / "s")
    (tmp_path / "s" / "study.sqlite").write_bytes(b"nonsense" * 1000)
    with pytest.raises(StudyError, match="no study, or it is damaged"):
        open_study(tmp_path / "s")


def test_a_study_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    study = create(tmp_path / "s")
    with study.database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    study.close()
    with pytest.raises(StudyError, match="9999"):
        open_study(tmp_path / "s")


def test_the_secret_is_the_owners_alone(study: Study) -> None:
    assert len(study.secret) == 64
    assert study.secret == study.secret
    assert (study.folder / "secret").stat().st_mode & 0o077 == 0


def test_a_changed_codebook_is_told_and_the_old_one_stays_in_force(tmp_path: Path) -> None:
    create(tmp_path / "s").close()
    file = tmp_path / "s" / "codebook.toml"
    file.write_text(file.read_text().replace('version = "1.1.0"', 'version = "1.2.0"'))
    study = open_study(tmp_path / "s")
    assert study.codebook.version == "1.1.0"
    assert "codebook update" in study.notes[0]
    study.close()


def test_a_codebook_outside_its_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    base = 'id = "base"\nversion = "1.0.0"\ntitle = "Base"\nextends = "alignment"\n'
    (tmp_path / "base.toml").write_text(base)
    (inside / "mine.toml").write_text(base.replace("base", "mine").replace('"alignment"', '"../base.toml"'))
    with pytest.raises(CodebookError, match="outside the codebook's folder"):
        codebooks.files_of(inside / "mine.toml")


def test_an_extending_codebook_is_kept_whole(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "codebooks" / "collective-bidirectional.toml"
    study = create(tmp_path / "s", codebook=example)
    assert {ideal.id for ideal in study.codebook.ideals if not ideal.core}
    kept = tmp_path / "s" / "built-in" / "alignment.toml"
    assert 'extends = "./built-in/alignment.toml"' in (tmp_path / "s" / "codebook.toml").read_text()
    with study.database.reading() as connection:
        _, codebook, files = codebooks.latest(connection)
    assert files["built-in/alignment.toml"] == kept.read_text(), "what it extends is kept with it"
    assert [i.id for i in codebook.ideals] == [i.id for i in load(example).ideals]
    study.close()
    study = open_study(tmp_path / "s")
    assert study.notes == ()
    study.close()


def test_the_migrations_make_the_tables_that_the_code_expects(study: Study) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with study.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        names = sa.inspect(connection).get_view_names()
    assert names == ["current"]


def test_the_last_migration_is_the_schema_that_is_asked_for() -> None:
    files = sorted((Path(schema.__file__).parent / "migrations" / "versions").glob("v*.py"))
    assert files[-1].name.startswith(f"v{database.SCHEMA}_")


@pytest.mark.parametrize("place", ["file/study", "x" * 300])
def test_a_folder_that_cannot_be_made_is_one_message(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StudyError, match="yours to write"):
        create(tmp_path / place)
    with pytest.raises(StudyError, match=r"yours to write|univocal init"):
        open_study(tmp_path / place)


def test_a_name_that_cannot_be_written_down_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="printable"):
        create(tmp_path / "s", name="a\x7fb")
    assert not (tmp_path / "s").exists()


def test_a_secret_that_is_not_whole_is_never_used(tmp_path: Path) -> None:
    study = create(tmp_path / "s")
    (tmp_path / "s" / "secret").touch()
    with pytest.raises(StudyError, match="isn't whole"):
        _ = study.secret
    study.close()


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"title": "a\0b"}, "the title has a NUL"),
        ({"id": "a\0b"}, "the id has a NUL"),
        ({"venue": "\0"}, "the venue has a NUL"),
        ({"stratum": "\0"}, "the stratum has a NUL"),
        ({"id": "x" * 501}, "expected at most 500"),
        ({"weight": 10**400}, "64-bit"),
    ],
)
def test_a_paper_that_no_database_keeps_is_named_and_the_others_go_in(
    study: Study, tmp_path: Path, record: dict[str, object], message: str
) -> None:
    rows = [{"id": "bad", "text": "We align.", **record}, {"id": "good", "text": "We align."}]
    (tmp_path / "p.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = import_papers(study, [tmp_path / "p.jsonl"])
    assert done.added == 1
    assert any(message in fault.message for fault in done.faults)


def test_a_pdf_that_cannot_be_copied_is_one_message(tmp_path: Path) -> None:
    study = create(tmp_path / "s")
    study.files.touch()
    (tmp_path / "p.pdf").write_bytes(tiny_pdf.pages([tiny_pdf.column(["We align the model."])]))
    with pytest.raises(StudyError, match=r"can't be copied.*Make room"):
        import_papers(study, [tmp_path / "p.pdf"])
    study.close()


def test_others_can_save_while_papers_are_read(study: Study, tmp_path: Path) -> None:
    texts = {f"p{at}": "We align." for at in range(1200)}
    others = open_study(study.folder)
    seen: list[int] = []

    def save(_: int) -> None:
        with others.database.writing() as connection:
            connection.execute(sa.text("INSERT INTO event (what, details, at) VALUES ('x', '{}', 'now')"))
            seen.append(connection.execute(sa.text("SELECT count(*) FROM paper")).scalar_one())

    assert import_papers(study, [write_papers(tmp_path / "p.jsonl", texts)], progress=save).added == 1200
    assert seen == [500, 1000, 1200]
    others.close()


def test_when_all_connections_are_taken_one_is_told(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    busy = database.Database(study.database.url)
    most = 64 if busy.sqlite else 24
    with ExitStack() as stack:
        for _ in range(most):
            stack.enter_context(busy.reading()).execute(sa.text("SELECT 1"))
        with pytest.raises(database.BusyError, match="all connections"):
            stack.enter_context(busy.reading())
    busy.close()


def test_a_user_without_rights_is_one_message(postgres_url: str, tmp_path: Path) -> None:
    create_database(postgres_url, "no_rights")
    engine = sa.create_engine(f"{postgres_url}/no_rights".replace("postgresql:", "postgresql+pg8000:"))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE ROLE guest LOGIN"))
        connection.execute(sa.text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    engine.dispose()
    url = f"{postgres_url}/no_rights".replace("univocal@", "guest@")
    with pytest.raises(StudyError, match="GRANT"):
        create(tmp_path / "s", database=url)
