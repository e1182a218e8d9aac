"""Migrations: the database brought to the newest version. Alembic is imported for nothing else."""

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import column, inspect, select, table
from sqlalchemy.engine import Connection

from models.database import VERSION_TABLE, sentences
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


_NUMBERS: Final = re.compile(r"^(?:down_)?revision = ['\"](\w+)", re.MULTILINE)


@lru_cache(maxsize=1)
def known_versions() -> tuple[str, frozenset[str]]:
    """Return the newest version of a database that this Handrail knows, and every one.

    They are read, not imported: a migration may be imported only where Alembic runs it.
    """
    files = (Path(__file__).parent / "migrations" / "versions").glob("*.py")
    numbers = Counter(one for file in files for one in _NUMBERS.findall(file.read_text("utf-8")))
    (newest,) = (one for one, times in numbers.items() if times == 1)  # none comes after it
    return newest, frozenset(numbers)


def check_version(conn: Connection) -> None:
    """Make sure that a database is of the version that this Handrail works with.

    Raises:
        BrokenStateError: It is empty, or of an earlier or a later version.
    """
    newest, known = known_versions()
    held = _version(conn)
    if held == newest:
        return
    if held is None or held in known:
        raise BrokenStateError(
            f"The database is {f'at version {held}' if held else 'not made ready yet'}; "
            f"this Handrail works with version {newest}.",
            next_step="Run `handrail init` once, on one machine; it changes nothing that is in it.",
        )
    raise BrokenStateError(
        f"The database is at version {held}, which this Handrail does not know.",
        why=f"It works with version {newest}.",
        next_step="Update Handrail on this machine to the version that the others have.",
    )


def _version(conn: Connection) -> str | None:
    if not inspect(conn).has_table(VERSION_TABLE):
        return None
    return conn.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
