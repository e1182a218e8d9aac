"""What every door into Handrail needs: the database in force, who acts, which case."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from adapters.private import keep_private
from adapters.settings import settings
from models import database
from models.audit import take_turn
from models.base import AnyRow
from models.case_queries import case_row, works_lines
from models.contacts import check_authority
from models.database import dispose
from models.people import acting, actor_for
from rules.errors import BrokenStateError


def database_url() -> str:
    """Return the database in force, or say how to make one where there is none yet.

    Raises:
        BrokenStateError: There is no database yet.
    """
    keep_private(settings().resolved_home)
    url = settings().resolved_database_url
    parsed = sa.make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite and not Path(parsed.database or "").exists():
        raise BrokenStateError(
            f"There is no Handrail database at {parsed.database}.",
            next_step="Make one with `handrail init`, or with sample data: "
            "`handrail init --sample`.",
        )
    return url


@contextmanager
def reading() -> Iterator[Connection]:
    """Open one consistent view of the database in force."""
    with database.reading(database_url()) as conn:
        yield conn


@contextmanager
def writing() -> Iterator[Connection]:
    """Open one transaction on the database in force."""
    with database.writing(database_url()) as conn:
        yield conn


__all__ = [
    "AnyRow",
    "Connection",
    "acting",
    "actor_for",
    "case_row",
    "check_authority",
    "database_url",
    "dispose",
    "reading",
    "take_turn",
    "works_lines",
    "writing",
]
