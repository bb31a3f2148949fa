"""Alembic's entry: it is handed a connection that is already in its transaction (`univocal.study.upgrade`)."""

from __future__ import annotations

from alembic import context

from univocal.study.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
context.run_migrations()
