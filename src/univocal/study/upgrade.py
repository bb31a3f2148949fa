"""Making a study's tables, or bringing an older study to this version's."""

from __future__ import annotations

from pathlib import Path

from univocal.errors import StudyError
from univocal.study.database import SCHEMA, Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Bring the tables to this version's schema; an empty database gets them all.

    One transaction: it is done whole or not at all.

    Raises:
        StudyError: the study was made by a later version of Univocal.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = database.version()
    if found is not None and found not in known:
        raise StudyError(
            f"the study has schema {found}; this version of Univocal knows up to {SCHEMA}. Install a later one."
        )
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
