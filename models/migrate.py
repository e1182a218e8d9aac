"""Migrations: the database brought to the newest version. Alembic is imported for nothing else."""

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from models.database import sentences
from rules.errors import BrokenStateError


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for a database URL."""
    config = Config()
    config.set_main_option("script_location", "models:migrations")
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Bring the database to the newest version; running it again changes nothing.

    Raises:
        BrokenStateError: It is no database of ours, or one of a later version.
    """
    with sentences(url):
        try:
            command.upgrade(alembic_config(url), "head")
        except CommandError as error:
            raise BrokenStateError(
                "The database was made by another version of Handrail.",
                why=str(error),
                next_step="Run the version that made it, or a later one.",
            ) from error
