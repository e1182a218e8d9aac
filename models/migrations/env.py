"""What Alembic runs to reach the database: our engine, our metadata, our version table."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

import models.schema  # noqa: F401 - fills Base.metadata
from models.base import Base
from models.data_views import drop_views, make_views
from models.database import VERSION_TABLE, engine_for


def run() -> None:
    """Run the migrations asked for, in one transaction."""
    url = context.config.attributes["url"]
    with engine_for(url).connect() as connection:
        _foreign_keys(connection, held=False)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            version_table=VERSION_TABLE,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,  # SQLite too: we say BEGIN ourselves
        )
        try:
            with context.begin_transaction():
                readers = drop_views(connection)
                context.run_migrations()
                if context.get_context().get_current_revision() == _newest():
                    make_views(connection, readers=readers)
        finally:
            _foreign_keys(connection, held=True)


def _newest() -> str | None:
    return context.script.get_current_head()


def _foreign_keys(connection: Connection, *, held: bool) -> None:
    """Let SQLite take a table away that others refer to, while its successor has another name.

    It hears this between transactions alone, so past SQLAlchemy, which would begin one.
    """
    if connection.dialect.name == "sqlite":
        held_by = connection.connection.cursor()
        held_by.execute(f"PRAGMA foreign_keys={'ON' if held else 'OFF'}")
        held_by.close()


run()
