"""The first schema. It stays as it is: later schemas are later modules, whatever `schema` says by then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

#: SQLite counts rows up only for its own INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOR_EVER = ("revision", "evidence", "parent", "event")
CURRENT = (
    "CREATE VIEW current AS SELECT revision.* FROM head JOIN revision ON revision.id = head.revision "
    "WHERE NOT revision.cleared"
)


def upgrade() -> None:
    """Make all tables, the view, and the triggers that keep codings as they are."""
    _tables()
    op.execute(CURRENT)
    if op.get_bind().dialect.name == "sqlite":
        for table in FOR_EVER:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table}: rows are kept for ever'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION kept_for_ever() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%: rows are kept for ever', TG_TABLE_NAME; END $$"
    )
    for table in FOR_EVER:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kept_for_ever()"
        )


def _tables() -> None:
    op.create_table(
        "batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_table(
        "codebook",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook")),
        sa.UniqueConstraint("digest", name=op.f("uq_codebook_digest")),
    )
    op.create_table(
        "paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("venue", sa.Text(), nullable=True),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("key", name=op.f("uq_paper_key")),
    )
    op.create_table(
        "person",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name", name=op.f("uq_person_name")),
    )
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("person", ID, nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_event_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_table(
        "exposure",
        sa.Column("id", ID, nullable=False),
        sa.Column("paper", ID, nullable=False),
        sa.Column("viewer", ID, nullable=False),
        sa.Column("shown", ID, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["paper"], ["paper.id"], name=op.f("fk_exposure_paper")),
        sa.ForeignKeyConstraint(["shown"], ["person.id"], name=op.f("fk_exposure_shown")),
        sa.ForeignKeyConstraint(["viewer"], ["person.id"], name=op.f("fk_exposure_viewer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
        sa.UniqueConstraint("paper", "viewer", "shown", name=op.f("uq_exposure_paper_viewer_shown")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Text(), nullable=True),
        sa.Column("used_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["used_by"], ["person.id"], name=op.f("fk_invitation_used_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    op.create_table(
        "paper_text",
        sa.Column("paper", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["paper"], ["paper.id"], name=op.f("fk_paper_text_paper")),
        sa.PrimaryKeyConstraint("paper", name=op.f("pk_paper_text")),
    )
    op.create_table(
        "revision",
        sa.Column("id", ID, nullable=False),
        sa.Column("paper", ID, nullable=False),
        sa.Column("coder", ID, nullable=False),
        sa.Column("variable", sa.Text(), nullable=False),
        sa.Column("unit_start", sa.Integer(), nullable=False),
        sa.Column("unit_end", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=True),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("stands_for", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("codebook", ID, nullable=False),
        sa.Column("previous", ID, nullable=True),
        sa.Column("restores", ID, nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("by", ID, nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_revision_by")),
        sa.ForeignKeyConstraint(["codebook"], ["codebook.id"], name=op.f("fk_revision_codebook")),
        sa.ForeignKeyConstraint(["coder"], ["person.id"], name=op.f("fk_revision_coder")),
        sa.ForeignKeyConstraint(["paper"], ["paper.id"], name=op.f("fk_revision_paper")),
        sa.ForeignKeyConstraint(["previous"], ["revision.id"], name=op.f("fk_revision_previous")),
        sa.ForeignKeyConstraint(["restores"], ["revision.id"], name=op.f("fk_revision_restores")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("token", name=op.f("uq_revision_token")),
    )
    op.create_index(op.f("ix_revision_coder_id"), "revision", ["coder", "id"], unique=False)
    op.create_index(
        op.f("ix_revision_paper_coder_variable_unit_start_unit_end_item_id"),
        "revision",
        ["paper", "coder", "variable", "unit_start", "unit_end", "item", "id"],
        unique=False,
    )
    op.create_table(
        "session",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_session_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
    )
    op.create_table(
        "task",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch", ID, nullable=False),
        sa.Column("paper", ID, nullable=False),
        sa.Column("coder", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("stratum", sa.Text(), nullable=True),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["batch"], ["batch.id"], name=op.f("fk_task_batch")),
        sa.ForeignKeyConstraint(["coder"], ["person.id"], name=op.f("fk_task_coder")),
        sa.ForeignKeyConstraint(["paper"], ["paper.id"], name=op.f("fk_task_paper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("paper", "coder", name=op.f("uq_task_paper_coder")),
    )
    op.create_index(op.f("ix_task_coder_state_place"), "task", ["coder", "state", "place"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("revision", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["revision"], ["revision.id"], name=op.f("fk_evidence_revision")),
        sa.PrimaryKeyConstraint("revision", "place", name=op.f("pk_evidence")),
    )
    op.create_table(
        "head",
        sa.Column("paper", ID, nullable=False),
        sa.Column("coder", ID, nullable=False),
        sa.Column("variable", sa.Text(), nullable=False),
        sa.Column("unit_start", sa.Integer(), nullable=False),
        sa.Column("unit_end", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.ForeignKeyConstraint(["coder"], ["person.id"], name=op.f("fk_head_coder")),
        sa.ForeignKeyConstraint(["paper"], ["paper.id"], name=op.f("fk_head_paper")),
        sa.ForeignKeyConstraint(["revision"], ["revision.id"], name=op.f("fk_head_revision")),
        sa.PrimaryKeyConstraint(
            "paper", "coder", "variable", "unit_start", "unit_end", "item", name=op.f("pk_head")
        ),
    )
    op.create_index(op.f("ix_head_revision"), "head", ["revision"], unique=False)
    op.create_index(op.f("ix_head_variable_coder"), "head", ["variable", "coder"], unique=False)
    op.create_table(
        "parent",
        sa.Column("revision", ID, nullable=False),
        sa.Column("parent", ID, nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["revision.id"], name=op.f("fk_parent_parent")),
        sa.ForeignKeyConstraint(["revision"], ["revision.id"], name=op.f("fk_parent_revision")),
        sa.PrimaryKeyConstraint("revision", "parent", name=op.f("pk_parent")),
    )
    op.create_table(
        "question",
        sa.Column("id", ID, nullable=False),
        sa.Column("paper", ID, nullable=False),
        sa.Column("coder", ID, nullable=False),
        sa.Column("variable", sa.Text(), nullable=False),
        sa.Column("unit_start", sa.Integer(), nullable=False),
        sa.Column("unit_end", sa.Integer(), nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_question_asked_by")),
        sa.ForeignKeyConstraint(["coder"], ["person.id"], name=op.f("fk_question_coder")),
        sa.ForeignKeyConstraint(["paper"], ["paper.id"], name=op.f("fk_question_paper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_paper_coder"), "question", ["paper", "coder"], unique=False)
