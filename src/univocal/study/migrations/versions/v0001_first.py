"""The first schema."""

from __future__ import annotations

from alembic import op

from univocal.study.schema import CURRENT, FOR_EVER, metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables, the view, and the triggers that keep codings as they are."""
    connection = op.get_bind()
    metadata.create_all(connection)
    op.execute(CURRENT)
    if connection.dialect.name == "sqlite":
        for table in FOR_EVER:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table.name}_{verb.lower()} BEFORE {verb} ON {table.name} "
                    f"BEGIN SELECT RAISE(ABORT, '{table.name}: rows are kept for ever'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION kept_for_ever() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%: rows are kept for ever', TG_TABLE_NAME; END $$"
    )
    for table in FOR_EVER:
        op.execute(
            f"CREATE TRIGGER {table.name}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kept_for_ever()"
        )
