"""From one schema of a study to the next, with Alembic."""
